// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/bfloat16_product.h"
#include "core/torch/cpu_loops.h"
#include "core/torch/torch_backend_factory.h"
#include "engine_runs.h"

#include <cmath>
#include <limits>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

std::vector<float> normals(std::size_t count, std::uint64_t substream)
{
    std::vector<float> values(count);
    RandomStream(3, StreamPurpose::Interface, substream).fillNormal(values);
    return values;
}

RunConfig wideConfig()
{
    RunConfig config = tinyConfig();
    config.model.encoderHidden = {64, 48};
    config.training.batchSize = 32;
    return config;
}

} // namespace

class TestBfloat16 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rounding_isToTheNearest()
    {
        const float infinity = std::numeric_limits<float>::infinity();
        // 1 + 2⁻⁸ lies half-way between 1 and 1 + 2⁻⁷ and goes to the even one; 1 + 3·2⁻⁸ to 1 + 2⁻⁶
        const std::vector<float> in{0.0f, 1.0f, 1.00390625f, 1.01171875f, -3.14159f, 1e-3f, infinity, -infinity, 3.4e38f};
        const std::vector<float> expected{0.0f, 1.0f, 1.0f, 1.015625f, -3.140625f, 0.00099945068359375f, infinity, -infinity, infinity};
        std::vector<std::uint16_t> bits(in.size());
        std::vector<float> out(in.size());
        loops::toBfloat16(in.data(), bits.data(), in.size());
        loops::fromBfloat16(bits.data(), out.data(), in.size());
        QCOMPARE(out, expected);
        const float quiet = std::numeric_limits<float>::quiet_NaN(), loud = std::bit_cast<float>(0x7f800001u); // whose high half alone is infinity
        for (const float nan : {quiet, loud, -quiet}) {
            loops::toBfloat16(&nan, bits.data(), 1);
            loops::fromBfloat16(bits.data(), out.data(), 1);
            QVERIFY(std::isnan(out[0]));
        }
    }

    void product_everyOrientation_isThatOfTheRoundedOperands()
    {
        constexpr std::size_t m = 37, n = 45, k = 80, stride = 90;
        for (const bool transposedA : {false, true})
            for (const bool transposedB : {false, true}) {
                const std::vector<float> a = normals((transposedA ? k : m) * stride, 1), b = normals((transposedB ? n : k) * stride, 2);
                const MatrixView viewA{a.data(), stride, transposedA}, viewB{b.data(), stride, transposedB};
                std::vector<float> exact(m * stride, -7.0f), rounded(m * stride, -7.0f);
                matrixProduct(m, n, k, viewA, viewB, exact.data(), stride);
                bfloat16Product(m, n, k, viewA, viewB, rounded.data(), stride);
                double largest = 0.0;
                for (std::size_t row = 0; row < m; ++row) {
                    for (std::size_t column = 0; column < n; ++column)
                        largest = std::max(largest, std::abs(static_cast<double>(exact[row * stride + column] - rounded[row * stride + column])));
                    for (std::size_t column = n; column < stride; ++column)
                        QVERIFY(rounded[row * stride + column] == -7.0f); // what lies beside stays
                }
                // operands: a standard deviation of about √80·2⁻⁹·0.8 = 0.014; the result, up to 32 in size, half of 2⁻³ at most
                QVERIFY2(largest > 1e-4 && largest < 0.2, qPrintable(QString::number(largest)));
            }
    }

    void training_staysCloseToFloat32_andEvaluationIsFloat32()
    {
        if (!hasBfloat16Products())
            QSKIP("this processor does not multiply bfloat16");
        EngineSetup setup = setupFor(wideConfig(), tinyDataset(), /*threads=*/2);
        const auto exact = makeCpuEngine(setup);
        setup.precision = Precision::BFloat16;
        const auto reduced = makeCpuEngine(setup), again = makeCpuEngine(setup);
        const std::vector<StepLoss> a = train(*exact, 5, 64, 32), b = train(*reduced, 5, 64, 32);
        QCOMPARE(a.size(), b.size());
        bool differs = false;
        for (std::size_t i = 0; i < a.size(); ++i) {
            QVERIFY(std::abs(a[i].objective - b[i].objective) < 0.005 * a[i].objective);
            differs = differs || a[i].objective != b[i].objective;
        }
        QVERIFY(differs); // or nothing was reduced
        compareSteps(train(*again, 5, 64, 32), b); // bit for bit

        reduced->write(StateBuffer::Parameters, stateOf(*exact, StateBuffer::Parameters));
        const std::vector<std::int32_t> samples{0, 5, 9, 63};
        const std::size_t codes = samples.size() * 3;
        std::vector<float> mu(codes), logvar(codes), otherMu(codes), otherLogvar(codes);
        exact->posterior(/*test=*/false, samples, mu, logvar);
        reduced->posterior(/*test=*/false, samples, otherMu, otherLogvar);
        QCOMPARE(otherMu, mu);
        QCOMPARE(otherLogvar, logvar);
    }

    void create_whatCannotBeReduced_isRefused()
    {
        BackendRequest request;
        request.config = fittedTo(tinyConfig(), tinyDataset()->traits());
        request.config.model.dropout = 0.1;
        request.data = tinyDataset();
        request.device = "cpu";
        request.threads = 1;
        request.precision = Precision::BFloat16;
        const auto refused = makeTorchBackendFactory()->create(request);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(QString::fromStdString(refused.error().text()).contains("float32"));
        request.config.model.dropout = 0.0;
        const auto plain = makeTorchBackendFactory()->create(request);
        QCOMPARE(plain.ok(), hasBfloat16Products());
    }
};

QTEST_APPLESS_MAIN(TestBfloat16)
#include "tst_bfloat16.moc"
