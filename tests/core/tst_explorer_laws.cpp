// SPDX-License-Identifier: GPL-3.0-or-later
// What the explorer promises, on real networks: a model of the built-in digits and, where it is at hand, one of MNIST, trained here.
#include "core/data/data_catalogue.h"
#include "core/explore/direction_finder.h"
#include "core/explore/interpolation.h"
#include "core/explore/nearest_codes.h"
#include "core/explore/plane.h"
#include "core/torch/torch_backend_factory.h"
#include "support/image_moments.h"
#include "support/latent_cloud.h"

#include <QFile>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr int kLatent = 10;
constexpr std::size_t kPixels = 784;
constexpr std::size_t kBatch = 128;
constexpr double kTolerance = 1e-5;

/// A model, the exact codes of what it was trained on, and its decoder.
struct Model {
    std::shared_ptr<const Dataset> data;
    std::unique_ptr<VaeBackend> backend;
    std::shared_ptr<LatentFrame> codes;
    std::shared_ptr<const Decoder> decoder;
};

Result<Model> train(std::shared_ptr<const Dataset> data, std::size_t samples, int epochs)
{
    std::vector<std::int32_t> indices(samples);
    std::iota(indices.begin(), indices.end(), 0);
    RunConfig config;
    config.model.encoderHidden = {256};
    config.model.latent = kLatent;
    config.training.batchSize = static_cast<int>(kBatch);
    auto made = makeTorchBackendFactory()->create({config, data, indices, "cpu", 0});
    if (!made)
        return made.error();
    Model model;
    model.data = std::move(data);
    model.backend = std::move(made).value();
    for (int epoch = 0; epoch < epochs; ++epoch) {
        std::vector<std::int32_t> order = indices;
        RandomStream(1, StreamPurpose::Shuffling, static_cast<std::uint64_t>(epoch)).shuffle(order);
        if (Result<void> begun = model.backend->beginEpoch(epoch, order); !begun)
            return begun.error();
        for (std::size_t begin = 0; begin < samples; begin += kBatch)
            if (Result<void> done = model.backend->step(begin, std::min(kBatch, samples - begin), {1.0, epoch + 1 < epochs ? 2e-3 : 5e-4}); !done)
                return done.error();
    }
    const auto codes = model.backend->encodeTraining({});
    if (!codes)
        return codes.error();
    model.codes = codes.value();
    model.decoder = model.backend->copyDecoder();
    return model;
}

std::vector<float> decoded(const Model& model, std::span<const float> z)
{
    std::vector<float> means(z.size() / kLatent * kPixels);
    model.decoder->decode(z, z.size() / kLatent, means);
    return means;
}

double largestDifference(std::span<const float> a, std::span<const float> b)
{
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    return largest;
}

double lengthOf(std::span<const float> a) { return std::sqrt(dotOf(a, a)); }

double angleOf(std::span<const float> a, std::span<const float> b)
{
    return std::acos(std::clamp(dotOf(a, b) / (lengthOf(a) * lengthOf(b)), -1.0, 1.0));
}

} // namespace

class TestExplorerLaws : public QObject {
    Q_OBJECT

    Model m_digits, m_mnist;

    static void addModels()
    {
        QTest::addColumn<bool>("mnist");
        QTest::newRow("digits") << false;
        QTest::newRow("MNIST") << true;
    }

private Q_SLOTS:
    void initTestCase()
    {
        DataRequest request;
        request.trainCount = 10000;
        request.testCount = 200;
        const auto digits = loadDataset(request);
        QVERIFY(digits.ok());
        auto trained = train(digits.value(), 10000, /*epochs=*/8);
        QVERIFY2(trained.ok(), trained.ok() ? "" : trained.error().text().c_str());
        m_digits = std::move(trained).value();
        if (!QFile::exists(QStringLiteral(LATENTSCAPE_MNIST_DIR) + "/train-images-idx3-ubyte.gz"))
            return;
        request.spec = LATENTSCAPE_MNIST_DIR;
        const auto mnist = loadDataset(request);
        QVERIFY2(mnist.ok(), mnist.ok() ? "" : mnist.error().text().c_str());
        trained = train(mnist.value(), 20000, /*epochs=*/2);
        QVERIFY2(trained.ok(), trained.ok() ? "" : trained.error().text().c_str());
        m_mnist = std::move(trained).value();
    }

    void drag_anyPlane_goesToTheCursorAndKeepsTheRest_data() { addModels(); }
    void drag_anyPlane_goesToTheCursorAndKeepsTheRest()
    {
        QFETCH(bool, mnist);
        const Model& model = mnist ? m_mnist : m_digits;
        if (!model.decoder)
            QSKIP("MNIST is not in LATENTSCAPE_MNIST_DIR.");
        const PrincipalBasis basis = principalBasis(*model.codes, 3, nullptr);
        std::vector<float> direction(kLatent, 0.0f);
        direction[3] = 1.0f;
        RandomStream stream(1, StreamPurpose::Interface);
        for (const Plane& plane : {Plane::principal(*model.codes, nullptr), Plane::rotated(basis, Rotation3().turned(0.8, -0.4)), Plane::attribute(basis, direction),
                                   Plane::axes(kLatent, 2, 7)}) {
            for (int drag = 0; drag < 60; ++drag) {
                const auto start = model.codes->muOf(static_cast<std::size_t>(stream.below(model.codes->count())));
                const PlanePoint cursor{stream.uniform(-3, 3), stream.uniform(-3, 3)}, from = plane.project(start);
                const std::vector<float> z = plane.lift(cursor, start);
                const PlanePoint at = plane.project(z);
                QVERIFY(std::abs(at.x - cursor.x) < kTolerance && std::abs(at.y - cursor.y) < kTolerance);
                for (std::size_t k = 0; k < kLatent; ++k) { // what is not in the plane stays where it was
                    const double inPlane = (cursor.x - from.x) * plane.u()[k] + (cursor.y - from.y) * plane.v()[k];
                    QVERIFY(std::abs(static_cast<double>(z[k]) - static_cast<double>(start[k]) - inPlane) < kTolerance);
                }
                const std::vector<float> picture = decoded(model, z);
                QVERIFY(std::ranges::all_of(picture, [](float value) { return value >= 0.0f && value <= 1.0f; }));
                QVERIFY(largestDifference(decoded(model, plane.lift(from, start)), decoded(model, start)) < 1e-4); // no drag, no change
            }
        }
    }

    void paths_linearAndSpherical_keepTheirLawsAndDecodeTheirEnds_data() { addModels(); }
    void paths_linearAndSpherical_keepTheirLawsAndDecodeTheirEnds()
    {
        QFETCH(bool, mnist);
        const Model& model = mnist ? m_mnist : m_digits;
        if (!model.decoder)
            QSKIP("MNIST is not in LATENTSCAPE_MNIST_DIR.");
        constexpr std::size_t kSteps = 9;
        RandomStream stream(2, StreamPurpose::Interface);
        for (int trial = 0; trial < 40; ++trial) {
            std::vector<float> anchors;
            for (int end = 0; end < 2; ++end) {
                const auto mu = model.codes->muOf(static_cast<std::size_t>(stream.below(model.codes->count())));
                anchors.insert(anchors.end(), mu.begin(), mu.end());
            }
            const auto a = std::span<const float>(anchors).first(kLatent), b = std::span<const float>(anchors).last(kLatent);
            for (const Interpolation method : {Interpolation::Linear, Interpolation::Spherical}) {
                const std::vector<float> codes = interpolatePath({anchors, kLatent, method}, kSteps), film = decoded(model, codes);
                for (std::size_t i = 0; i < kSteps; ++i) {
                    const double t = static_cast<double>(i) / (kSteps - 1);
                    const auto z = std::span<const float>(codes).subspan(i * kLatent, kLatent);
                    if (method == Interpolation::Linear) {
                        for (std::size_t k = 0; k < kLatent; ++k)
                            QVERIFY(std::abs(static_cast<double>(z[k]) - ((1.0 - t) * static_cast<double>(a[k]) + t * static_cast<double>(b[k]))) < kTolerance);
                    } else {
                        QVERIFY(std::abs(lengthOf(z) - ((1.0 - t) * lengthOf(a) + t * lengthOf(b))) < kTolerance);
                        QVERIFY(i == 0 || std::abs(angleOf(a, z) - t * angleOf(a, b)) < 1e-3);
                        QVERIFY(i + 1 == kSteps || std::abs(angleOf(z, b) - (1.0 - t) * angleOf(a, b)) < 1e-3);
                    }
                    const auto frame = std::span<const float>(film).subspan(i * kPixels, kPixels);
                    QVERIFY(largestDifference(frame, decoded(model, z)) < kTolerance);
                }
                QVERIFY(largestDifference(std::span<const float>(film).first(kPixels), decoded(model, a)) < kTolerance);
                QVERIFY(largestDifference(std::span<const float>(film).last(kPixels), decoded(model, b)) < kTolerance);
            }
        }
    }

    void neighbours_ofDraggedCodes_equalBruteForce_data() { addModels(); }
    void neighbours_ofDraggedCodes_equalBruteForce()
    {
        QFETCH(bool, mnist);
        const Model& model = mnist ? m_mnist : m_digits;
        if (!model.decoder)
            QSKIP("MNIST is not in LATENTSCAPE_MNIST_DIR.");
        constexpr int kNearest = 12;
        const Plane plane = Plane::principal(*model.codes, nullptr);
        RandomStream stream(3, StreamPurpose::Interface);
        for (int trial = 0; trial < 40; ++trial) {
            const std::vector<float> z = plane.lift({stream.uniform(-3, 3), stream.uniform(-3, 3)}, model.codes->muOf(static_cast<std::size_t>(trial)));
            std::vector<std::pair<double, std::size_t>> all;
            for (std::size_t row = 0; row < model.codes->count(); ++row) {
                const auto mu = model.codes->muOf(row);
                double squared = 0.0;
                for (std::size_t k = 0; k < kLatent; ++k)
                    squared += std::pow(static_cast<double>(mu[k]) - static_cast<double>(z[k]), 2.0);
                all.emplace_back(std::sqrt(squared), row);
            }
            constexpr double kRadius = 2.0;
            const auto near = static_cast<std::size_t>(std::ranges::count_if(all, [](const auto& code) { return code.first <= kRadius; }));
            std::ranges::sort(all);
            const Neighbourhood found = nearestCodes(*model.codes, z, kNearest, kRadius);
            QCOMPARE(found.nearest.size(), std::size_t{kNearest});
            QCOMPARE(found.supported, near);
            for (std::size_t i = 0; i < found.nearest.size(); ++i) {
                QCOMPARE(found.nearest[i].row, all[i].second);
                QVERIFY(std::abs(found.nearest[i].distance - all[i].first) < 1e-9);
            }
        }
    }

    void measuredSlant_ofTheData_followsTheFactor()
    {
        const DataPart& part = m_digits.data->train();
        const auto column = std::ranges::find(part.factors, std::string("slant"), &FactorColumn::name);
        QVERIFY(column != part.factors.end());
        std::vector<float> image(kPixels);
        for (int digit = 0; digit < 10; ++digit) { // each class leans in its own way when upright
            std::vector<double> factor, measured;
            for (std::size_t i = 0; i < 2000; ++i) {
                if (part.labels[i] != digit)
                    continue;
                m_digits.data->copyFloats(part, i, image);
                factor.push_back(static_cast<double>(column->values[i]));
                measured.push_back(slantOf(image, 28, 28));
            }
            QVERIFY2(pearson(factor, measured) > 0.6, qPrintable(QString("digit %1: %2").arg(digit).arg(pearson(factor, measured))));
        }
    }

    void slantDirection_decodedCodes_leanMoreAndMore()
    {
        const DataPart& part = m_digits.data->train();
        const auto column = std::ranges::find(part.factors, std::string("slant"), &FactorColumn::name);
        std::vector<std::size_t> order(part.count);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::sort(order, {}, [&](std::size_t i) { return column->values[i]; });
        const std::size_t fifth = order.size() / 5;
        const Selection none(part.count);
        const Selection low = none.combined(std::span(order).first(fifth), SelectionMode::Replace), high = none.combined(std::span(order).last(fifth), SelectionMode::Replace);
        RandomStream stream(4, StreamPurpose::Interface);
        const auto found = findDirection(*m_digits.codes, low, high, "slant", stream);
        QVERIFY(found.ok());
        const AttributeDirection& slant = found.value();
        QVERIFY2(slant.effect > 5.0, qPrintable(QString::number(slant.effect)));
        QVERIFY(slant.separation > 1.0);

        constexpr int kStarts = 50, kSteps = 9;
        std::vector<std::int32_t> starts(kStarts);
        std::iota(starts.begin(), starts.end(), 0);
        const auto codes = m_digits.backend->encode(/*test=*/true, starts, {});
        QVERIFY(codes.ok());
        std::vector<double> amounts;
        for (int step = 0; step < kSteps; ++step)
            amounts.push_back(-2.0 + 4.0 * step / (kSteps - 1));
        std::vector<double> correlations;
        for (std::size_t start = 0; start < kStarts; ++start) {
            std::vector<double> measured;
            for (const double amount : amounts) {
                std::vector<float> z(codes.value().muOf(start).begin(), codes.value().muOf(start).end());
                for (std::size_t k = 0; k < kLatent; ++k)
                    z[k] += static_cast<float>(amount * slant.length) * slant.direction[k];
                measured.push_back(slantOf(decoded(m_digits, z), 28, 28));
            }
            correlations.push_back(spearman(amounts, measured));
        }
        const double mean = std::accumulate(correlations.begin(), correlations.end(), 0.0) / kStarts;
        std::ranges::sort(correlations);
        const double median = 0.5 * (correlations[kStarts / 2 - 1] + correlations[kStarts / 2]);
        const QString text = QString("effect %1, separation %2, Spearman median %3, mean %4, least %5")
                                 .arg(slant.effect, 0, 'f', 1).arg(slant.separation, 0, 'f', 2).arg(median, 0, 'f', 3).arg(mean, 0, 'f', 3)
                                 .arg(correlations.front(), 0, 'f', 3);
        qInfo("%s", qPrintable(text));
        QVERIFY2(median >= 0.9 && mean >= 0.9, qPrintable(text));
    }
};

QTEST_GUILESS_MAIN(TestExplorerLaws)
#include "tst_explorer_laws.moc"
