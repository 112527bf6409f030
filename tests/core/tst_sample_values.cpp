// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/sample_values.h"
#include "support/tiny_data.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

using namespace latentscape;

namespace {

/// A linear decoder in double, so that a test can compute everything again by another way.
class LinearDecoder final : public Decoder {
public:
    LinearDecoder(ItemShape shape, bool logistic, double logSigma) : m_shape(shape), m_logistic(logistic), m_logSigma(logSigma) {}
    int latent() const noexcept override { return 2; }
    ItemShape shape() const noexcept override { return m_shape; }
    [[nodiscard]] static double outputOf(std::span<const float> z, std::size_t pixel) noexcept
    {
        return 0.8 * static_cast<double>(z[0]) * std::cos(static_cast<double>(pixel)) + 0.5 * static_cast<double>(z[1]) - 0.1;
    }
    void decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override
    {
        decodeUncut(z, count, means);
        for (float& mean : means)
            mean = std::clamp(mean, 0.0f, 1.0f);
    }
    void decodeUncut(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override
    {
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t p = 0; p < m_shape.size(); ++p) {
                const double output = outputOf(z.subspan(2 * i, 2), p);
                means[i * m_shape.size() + p] = static_cast<float>(m_logistic ? 1.0 / (1.0 + std::exp(-output)) : output);
            }
    }
    double logSigma() const noexcept override { return m_logSigma; }

private:
    ItemShape m_shape;
    bool m_logistic;
    double m_logSigma;
};

/// Means of 0 and 1 only.
class HardDecoder final : public Decoder {
public:
    int latent() const noexcept override { return 2; }
    ItemShape shape() const noexcept override { return {1, 8, 8}; }
    void decode(std::span<const float>, std::size_t, std::span<float> means) const noexcept override
    {
        for (std::size_t i = 0; i < means.size(); ++i)
            means[i] = i % 2 == 0 ? 1.0f : 0.0f;
    }
};

/// Codes of every other sample of a part; rows in another order than the samples.
LatentFrame frameOf(std::size_t samples, int latent = 2)
{
    LatentFrame frame;
    frame.latent = latent;
    RandomStream random(3, StreamPurpose::Interface);
    for (std::size_t i = 0; i < samples; i += 2) {
        frame.indices.push_back(static_cast<std::int32_t>((i * 7) % samples));
        for (int k = 0; k < latent; ++k) {
            frame.mu.push_back(static_cast<float>(random.normal()));
            frame.logvar.push_back(static_cast<float>(random.uniform(-3.0, 0.5)));
        }
    }
    return frame;
}

double klOf(const LatentFrame& frame, std::size_t row)
{
    double sum = 0.0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(frame.latent); ++k) {
        const double mu = static_cast<double>(frame.muOf(row)[k]), logvar = static_cast<double>(frame.logvarOf(row)[k]);
        sum += 0.5 * (mu * mu + std::exp(logvar) - 1.0 - logvar);
    }
    return sum;
}

/// What predictedClasses() promises, in double and by sorting everything.
std::vector<std::int32_t> votedSlowly(const LatentFrame& frame, const Dataset& data)
{
    std::vector<std::int32_t> voted(data.train().count, -1);
    for (std::size_t row = 0; row < frame.count(); ++row) {
        std::vector<std::pair<double, std::size_t>> others;
        for (std::size_t other = 0; other < frame.count(); ++other) {
            if (other == row)
                continue;
            double squared = 0.0;
            for (std::size_t k = 0; k < static_cast<std::size_t>(frame.latent); ++k)
                squared += std::pow(static_cast<double>(frame.muOf(row)[k]) - static_cast<double>(frame.muOf(other)[k]), 2);
            others.emplace_back(squared, other);
        }
        std::sort(others.begin(), others.end());
        std::map<std::int32_t, int> votes;
        for (std::size_t i = 0; i < std::min<std::size_t>(10, others.size()); ++i)
            ++votes[data.train().labels[static_cast<std::size_t>(frame.indices[others[i].second])]];
        int most = 0;
        for (const auto& [label, count] : votes)
            if (count > most) {
                most = count;
                voted[static_cast<std::size_t>(frame.indices[row])] = label;
            }
    }
    return voted;
}

} // namespace

class TestSampleValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void klAndSigma_bySample_nanWithoutACode()
    {
        const LatentFrame frame = frameOf(20);
        const auto kl = sampleKl(frame, 20), sigma = sampleSigma(frame, 20);
        QCOMPARE(kl.size(), std::size_t{20});
        for (std::size_t row = 0; row < frame.count(); ++row) {
            const auto sample = static_cast<std::size_t>(frame.indices[row]);
            QVERIFY(std::abs(static_cast<double>(kl[sample]) - klOf(frame, row)) < 1e-5);
            const double expected = std::sqrt(std::exp(0.5 * static_cast<double>(frame.logvarOf(row)[0])) * std::exp(0.5 * static_cast<double>(frame.logvarOf(row)[1])));
            QVERIFY(std::abs(static_cast<double>(sigma[sample]) - expected) < 1e-6);
        }
        QCOMPARE(std::count_if(kl.begin(), kl.end(), [](float v) { return std::isnan(v); }), std::ptrdiff_t{10});
        QCOMPARE(std::count_if(sigma.begin(), sigma.end(), [](float v) { return std::isnan(v); }), std::ptrdiff_t{10});
    }

    void loss_anyLikelihood_isThatOfTheFormula_data()
    {
        QTest::addColumn<int>("likelihood");
        QTest::addColumn<int>("kind");
        QTest::newRow("bernoulli") << int(Likelihood::Bernoulli) << int(ObjectiveKind::Vae);
        QTest::newRow("bernoulli, autoencoder") << int(Likelihood::Bernoulli) << int(ObjectiveKind::Autoencoder);
        QTest::newRow("gaussian") << int(Likelihood::Gaussian) << int(ObjectiveKind::Vae);
        QTest::newRow("gaussian learned") << int(Likelihood::GaussianLearned) << int(ObjectiveKind::Vae);
    }
    void loss_anyLikelihood_isThatOfTheFormula()
    {
        QFETCH(int, likelihood);
        QFETCH(int, kind);
        const auto data = tests::tinyDataset(600, 10, 8); // more than one batch of codes
        const LatentFrame frame = frameOf(600);
        ObjectiveConfig objective;
        objective.kind = static_cast<ObjectiveKind>(kind);
        objective.likelihood = static_cast<Likelihood>(likelihood);
        objective.sigma = 0.25;
        objective.beta = 4.0; // the loss is the NELBO whatever was minimised
        const LinearDecoder decoder(data->shape(), objective.likelihood == Likelihood::Bernoulli, -1.3);
        const auto losses = sampleLoss(frame, *data, decoder, objective);
        QCOMPARE(losses.size(), std::size_t{600});
        const double logSigma = objective.likelihood == Likelihood::GaussianLearned ? -1.3 : std::log(0.25);
        for (std::size_t row = 0; row < frame.count(); ++row) {
            const auto sample = static_cast<std::size_t>(frame.indices[row]);
            double nats = objective.kind == ObjectiveKind::Vae ? klOf(frame, row) : 0.0;
            for (std::size_t p = 0; p < 64; ++p) {
                const double x = data->train().bytes()[sample * 64 + p] / 255.0, output = LinearDecoder::outputOf(frame.muOf(row), p);
                if (objective.likelihood == Likelihood::Bernoulli)
                    nats += std::log1p(std::exp(output)) - x * output; // from the logit
                else
                    nats += 0.5 * std::pow((x - output) / std::exp(logSigma), 2) + logSigma + 0.5 * std::log(2.0 * std::numbers::pi);
            }
            QVERIFY2(std::abs(static_cast<double>(losses[sample]) - nats) < 1e-5 * std::max(1.0, std::abs(nats)),
                     qPrintable(QString("%1, expected %2").arg(losses[sample]).arg(nats)));
        }
        QCOMPARE(std::count_if(losses.begin(), losses.end(), [](float v) { return std::isnan(v); }), std::ptrdiff_t{300});
    }

    void loss_meansOfZeroAndOne_staysFinite()
    {
        const auto data = tests::tinyDataset(40, 10, 8);
        const auto losses = sampleLoss(frameOf(40), *data, HardDecoder(), ObjectiveConfig{});
        int finite = 0;
        for (const float loss : losses)
            finite += std::isfinite(loss) && loss > 100.0f ? 1 : 0;
        QCOMPARE(finite, 20);
    }

    void predictedClasses_anyDimensions_isTheMajorityOfTheTenNearest_data()
    {
        QTest::addColumn<int>("latent");
        for (const int latent : {1, 2, 6, 7, 20}) // a tree up to six dimensions, a pass beyond
            QTest::addRow("%d", latent) << latent;
    }
    void predictedClasses_anyDimensions_isTheMajorityOfTheTenNearest()
    {
        QFETCH(int, latent);
        const auto data = tests::tinyDataset(400, 10, 8);
        LatentFrame frame = frameOf(400, latent);
        for (std::size_t row = 0; row < frame.count(); ++row) // classes lie apart, a little, and far from 0
            frame.mu[row * static_cast<std::size_t>(latent)] += 50.0f + static_cast<float>(data->train().labels[static_cast<std::size_t>(frame.indices[row])]);
        const auto expected = votedSlowly(frame, *data);
        QCOMPARE(predictedClasses(frame, *data), expected);
        QVERIFY(std::count(expected.begin(), expected.end(), -1) == 200);
    }

    void predictedClasses_brokenCodes_takeNoPart()
    {
        const auto data = tests::tinyDataset(40, 10, 8);
        for (const int latent : {2, 9}) {
            LatentFrame frame = frameOf(40, latent);
            frame.mu[3 * static_cast<std::size_t>(latent)] = std::nanf("");
            const auto classes = predictedClasses(frame, *data);
            QCOMPARE(classes[static_cast<std::size_t>(frame.indices[3])], -1);
            QCOMPARE(std::count(classes.begin(), classes.end(), -1), std::ptrdiff_t{21});
        }
    }

    void predictedClasses_manyCodes_areQuick()
    {
        // 12 000 codes are voted on by 10 000 of them; 60 000 take five times as long.
        constexpr std::size_t kSamples = 12000;
        Dataset::Parts parts;
        parts.name = "many";
        parts.shape = ItemShape{1, 1, 1};
        parts.classNames = {"left", "right"};
        parts.train.count = kSamples;
        parts.train.values = std::vector<std::uint8_t>(kSamples);
        LatentFrame frame;
        frame.latent = 10;
        frame.mu.resize(kSamples * 10);
        frame.logvar.resize(kSamples * 10);
        RandomStream(4, StreamPurpose::Interface).fillNormal(frame.mu);
        for (std::size_t i = 0; i < kSamples; ++i) {
            frame.indices.push_back(static_cast<std::int32_t>(i));
            parts.train.labels.push_back(i % 2 == 0 ? 0 : 1);
            frame.mu[10 * i] += i % 2 == 0 ? -4.0f : 4.0f;
        }
        const auto data = Dataset::create(std::move(parts));
        QElapsedTimer timer;
        timer.start();
        const auto classes = predictedClasses(frame, *data);
        qInfo("12 000 × 10 000 codes, L = 10: %lld ms", static_cast<long long>(timer.elapsed()));
        int right = 0;
        for (std::size_t i = 0; i < kSamples; ++i)
            right += classes[i] == data->train().labels[i] ? 1 : 0;
        QVERIFY(right > static_cast<int>(kSamples) - 10);
    }

    void column_isTheColumn()
    {
        const auto data = tests::tinyDataset(12, 4, 8);
        QCOMPARE(sampleColumn(data->train(), 0), data->train().factors[0].values);
    }

    void stopped_isEmpty()
    {
        const auto data = tests::tinyDataset(40, 10, 8);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(sampleLoss(frameOf(40), *data, HardDecoder(), ObjectiveConfig{}, stop.get_token()).empty());
        QVERIFY(predictedClasses(frameOf(40), *data, stop.get_token()).empty());
        QVERIFY(predictedClasses(frameOf(40, 9), *data, stop.get_token()).empty());
    }
};

QTEST_APPLESS_MAIN(TestSampleValues)
#include "tst_sample_values.moc"
