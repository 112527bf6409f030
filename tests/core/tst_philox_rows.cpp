// SPDX-License-Identifier: GPL-3.0-or-later
// Random numbers in tensor operations against those of the host.
#include "core/base/random_stream.h"
#include "core/torch/noise.h"
#include "core/torch/philox_rows.h"

#include <ATen/ATen.h>

#include <QtTest>

#include <cmath>
#include <vector>

using namespace latentscape;

namespace {

constexpr std::uint64_t kSeed = 0x9876543210ABCDEFull;
constexpr int kEpoch = 2'000'000'011; // all bits of the counter's upper words are in use

at::Tensor epochTensor(int epoch) { return at::full({1}, static_cast<std::int64_t>(epoch), at::kLong); }

} // namespace

class PhiloxRowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bits_equalTheStreams()
    {
        for (const std::int64_t count : {1, 4, 7, 784}) {
            const at::Tensor positions = at::arange(59'990, 60'010, at::kLong);
            const at::Tensor found = PhiloxRows(kSeed, StreamPurpose::Binarization, at::kCPU).bits(positions, epochTensor(kEpoch), count).contiguous();
            QCOMPARE(found.size(1), count);
            const std::int64_t* number = found.const_data_ptr<std::int64_t>();
            for (std::uint64_t position = 59'990; position < 60'010; ++position) {
                RandomStream stream(kSeed, StreamPurpose::Binarization, static_cast<std::uint64_t>(kEpoch) << 32 | position);
                for (std::int64_t i = 0; i < count; ++i)
                    QCOMPARE(*number++, static_cast<std::int64_t>(stream.nextU32()));
            }
        }
    }

    void normals_equalTheHosts_data()
    {
        QTest::addColumn<int>("latent");
        for (const int latent : {1, 2, 3, 10, 20})
            QTest::addRow("%d", latent) << latent;
    }

    void normals_equalTheHosts()
    {
        QFETCH(int, latent);
        constexpr std::int64_t kRows = 2000;
        const at::Tensor positions = at::arange(kRows, at::kLong);
        const auto size = static_cast<std::size_t>(latent);
        for (const bool prior : {false, true}) {
            const StreamPurpose purpose = prior ? StreamPurpose::Prior : StreamPurpose::Reparameterisation;
            const at::Tensor found = PhiloxRows(kSeed, purpose, at::kCPU).normals(positions, epochTensor(3), latent).contiguous();
            const float* number = found.const_data_ptr<float>();
            std::vector<float> expected(size);
            double square = 0.0;
            for (std::size_t row = 0; row < kRows; ++row) {
                prior ? trainingPrior(kSeed, 3, row, expected) : trainingNoise(kSeed, 3, row, expected);
                for (const float value : expected) {
                    QVERIFY2(std::abs(*number - value) <= 2e-6f * std::max(1.0f, std::abs(value)),
                             qPrintable(QString("%1: %2, %3").arg(row).arg(*number).arg(value)));
                    square += static_cast<double>(*number) * static_cast<double>(*number);
                    ++number;
                }
            }
            QVERIFY(std::abs(square / static_cast<double>(kRows * latent) - 1.0) < 0.1);
        }
    }

    void bernoulli_equalsTheHosts()
    {
        constexpr std::int64_t kRows = 50, kPixels = 785;
        const at::Tensor bytes = at::arange(kRows * kPixels, at::kLong).remainder(256).view({kRows, kPixels});
        const at::Tensor values = bytes.to(at::kFloat).div_(255.0f).contiguous();
        const at::Tensor positions = at::arange(100, 100 + kRows, at::kLong);
        const at::Tensor found = PhiloxRows(kSeed, StreamPurpose::Binarization, at::kCPU).bernoulli(positions, epochTensor(5), values).contiguous();
        const float* value = values.const_data_ptr<float>();
        const std::uint8_t* drawn = found.const_data_ptr<std::uint8_t>();
        std::vector<float> expected(kPixels);
        for (std::size_t row = 0; row < kRows; ++row, value += kPixels) {
            binariseTraining(kSeed, 5, 100 + row, {value, static_cast<std::size_t>(kPixels)}, expected);
            for (const float bit : expected)
                QCOMPARE(static_cast<float>(*drawn++), bit);
        }
    }
};

QTEST_APPLESS_MAIN(PhiloxRowsTest)
#include "tst_philox_rows.moc"
