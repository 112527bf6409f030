// SPDX-License-Identifier: GPL-3.0-or-later
// The terms beside R, against sampled values and against loops that spell the formulas out. (tst_aggregate_estimates has log q(z).)
#include "tensor_oracles.h"

#include "core/torch/objective.h"

#include <numbers>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr std::int64_t kSamples = 40, kLatent = 2;

/// The posteriors of a small data set, and one code drawn from each.
struct Posteriors {
    explicit Posteriors(std::int64_t count = kSamples, std::int64_t latent = kLatent, std::uint64_t seed = 4)
    {
        RandomStream random = randomFor(seed);
        mu = normals(random, count, latent, /*scale=*/1.2);
        mu.select(1, 1).add_(0.5 * mu.select(1, 0)); // so that dimensions hang together
        logvar = normals(random, count, latent, /*scale=*/0.6, /*mean=*/-1.0);
        z = mu + (0.5 * logvar).exp() * normals(random, count, latent);
        prior = normals(random, count, latent);
    }
    [[nodiscard]] Codes codes() const { return {mu, logvar, z, prior}; }
    at::Tensor mu, logvar, z, prior;
};

double at2(const at::Tensor& matrix, std::int64_t row, std::int64_t columnIndex)
{
    return number(matrix[row][columnIndex]);
}

/// The discrepancy spelt out; with the pairs of a row with itself it is the biased one.
double discrepancyByLoops(const at::Tensor& a, const at::Tensor& b, bool withDiagonals)
{
    const auto kernel = [](const at::Tensor& p, const at::Tensor& q) {
        const double squared = number((p - q).square().sum());
        double sum = 0.0;
        for (const double scale : {0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0})
            sum += 2.0 * static_cast<double>(p.size(0)) * scale / (2.0 * static_cast<double>(p.size(0)) * scale + squared);
        return sum;
    };
    const auto mean = [&](const at::Tensor& p, const at::Tensor& q, bool diagonal) {
        double sum = 0.0, pairs = 0.0;
        for (std::int64_t i = 0; i < p.size(0); ++i)
            for (std::int64_t k = 0; k < q.size(0); ++k)
                if (diagonal || i != k) {
                    sum += kernel(p[i], q[k]);
                    pairs += 1.0;
                }
        return sum / pairs;
    };
    return mean(a, a, withDiagonals) + mean(b, b, withDiagonals) - 2 * mean(a, b, true);
}

using Discrepancy = std::function<double(const at::Tensor&, const at::Tensor&)>;

/// Standard errors between 0 and its mean over pairs of samples of one distribution.
double biasOnEqualDistributions(const Discrepancy& discrepancy, int repeats)
{
    RandomStream random = randomFor(8);
    MeanOf mean;
    for (int i = 0; i < repeats; ++i)
        mean.add(discrepancy(normals(random, 7, 3), normals(random, 7, 3)));
    return mean.mean() / mean.standardError();
}

double penalty(const ObjectiveConfig& config, const StepControls& controls, const Codes& codes, std::int64_t datasetSize = kSamples)
{
    const at::Tensor found = regulariser(config, controls, codes, datasetSize);
    return found.dim() == 0 && found.scalar_type() == at::kDouble ? number(found) : std::nan("");
}

ObjectiveConfig objectiveOf(ObjectiveKind kind)
{
    ObjectiveConfig config;
    config.kind = kind;
    config.lambda = 3.0;
    return config;
}

bool isNear(double a, double b, double tolerance = 1e-11)
{
    return std::abs(a - b) < tolerance * std::max(1.0, std::abs(b));
}

void everyKind()
{
    QTest::addColumn<int>("kind");
    for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::Autoencoder, ObjectiveKind::InfoVae, ObjectiveKind::BetaTcVae,
                                     ObjectiveKind::DipVae, ObjectiveKind::ConditionalVae})
        QTest::newRow(name(kind).data()) << static_cast<int>(kind);
}

} // namespace

class ObjectiveTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { computeOnThisThread(); }

    void kl_ofEachDimension_isTheMeanLogRatioOfAMillionDraws_data()
    {
        QTest::addColumn<double>("mu");
        QTest::addColumn<double>("logvar");
        QTest::newRow("prior") << 0.0 << 0.0;
        QTest::newRow("moved") << 1.7 << 0.0;
        QTest::newRow("narrow") << -0.4 << -4.0;
        QTest::newRow("wide") << 0.3 << 1.5;
    }
    void kl_ofEachDimension_isTheMeanLogRatioOfAMillionDraws()
    {
        QFETCH(double, mu);
        QFETCH(double, logvar);
        RandomStream random = randomFor(6);
        const at::Tensor z = mu + std::exp(logvar / 2) * normals(random, 1'000'000, 1);
        const at::Tensor zero = at::zeros({}, at::kDouble);
        const at::Tensor ratio = logNormal(z, at::scalar_tensor(mu, at::kDouble), at::scalar_tensor(logvar, at::kDouble)) - logNormal(z, zero, zero);
        const double found = number(klPerElement(at::full({1, 1}, mu, at::kDouble), at::full({1, 1}, logvar, at::kDouble)));
        const double drawn = number(ratio.mean()), standardError = number(ratio.std()) / 1000.0;
        QVERIFY2(std::abs(found - drawn) <= 4 * standardError, qPrintable(QString("%1, drawn %2 ± %3").arg(found).arg(drawn).arg(standardError)));
        QVERIFY(standardError < 0.01);
    }

    void kl_ofFloatsNextToThePrior_keepsItsDigits()
    {
        for (const float logvar : {1e-3f, -1e-3f, 1e-4f}) {
            const double v = static_cast<double>(logvar), expected = v * v / 4 * (1 + v / 3 + v * v / 12);
            const double found = number(klPerElement(at::zeros({1}, at::kFloat), at::full({1}, logvar, at::kFloat)));
            QVERIFY2(std::abs(found - expected) < 5e-3 * expected, qPrintable(QString("%1, expected %2").arg(found).arg(expected)));
            const double plain = -0.5 * static_cast<double>(1.0f + logvar - std::exp(logvar)); // the formula as it is printed
            QVERIFY(std::abs(plain - expected) > 2e-2 * expected);
        }
    }

    void logNormal_anyPlace_isTheLogOfTheDensity()
    {
        for (const double z : {-3.0, 0.0, 0.7})
            for (const double logvar : {-6.0, 0.0, 2.0}) {
                const double sigma = std::exp(logvar / 2);
                const double expected = -0.5 * std::pow((z - 0.4) / sigma, 2) - std::log(sigma * std::sqrt(2 * std::numbers::pi));
                const auto tensor = [](double value) { return at::scalar_tensor(value, at::kDouble); };
                QVERIFY(isNear(number(logNormal(tensor(z), tensor(0.4), tensor(logvar))), expected));
            }
    }

    void mmd_anySamples_isTheLoop()
    {
        RandomStream random = randomFor(3);
        for (const std::int64_t rows : {2, 3, 8}) {
            const at::Tensor a = normals(random, rows, 4), b = normals(random, rows, 4, 0.7, 1.0);
            QVERIFY(isNear(number(mmd(a, b)), discrepancyByLoops(a, b, /*withDiagonals=*/false)));
            QVERIFY(isNear(number(mmd(b, a)), number(mmd(a, b))));
        }
    }

    void mmd_equalDistributions_isZeroOnAverage()
    {
        const Discrepancy ours = [](const at::Tensor& a, const at::Tensor& b) { return number(mmd(a, b)); };
        const double off = biasOnEqualDistributions(ours, 3000);
        QVERIFY2(std::abs(off) < 4.0, qPrintable(QString("%1 standard errors").arg(off)));
    }

    void mmd_withTheDiagonals_isRejected()
    {
        const Discrepancy biased = [](const at::Tensor& a, const at::Tensor& b) { return discrepancyByLoops(a, b, /*withDiagonals=*/true); };
        QVERIFY(std::abs(biasOnEqualDistributions(biased, 40)) > 4.0);
    }

    void mmd_differentDistributions_isPositive()
    {
        RandomStream random = randomFor(5);
        QVERIFY(number(mmd(normals(random, 200, 2), normals(random, 200, 2, 1.0, 1.0))) > 0.2);
        QVERIFY(number(mmd(normals(random, 200, 2), normals(random, 200, 2, 0.2))) > 0.2);
    }

    void mmd_fewerThanTwoRows_isZero()
    {
        for (const std::int64_t rows : {0, 1}) {
            const at::Tensor a = at::ones({rows, 3}, at::kDouble);
            QCOMPARE(number(mmd(a, a)), 0.0);
        }
    }

    void dipPenalty_anyBatch_isTheLoop()
    {
        const Posteriors batch(7, 3);
        double expected = 0.0;
        for (std::int64_t i = 0; i < 3; ++i)
            for (std::int64_t j = 0; j < 3; ++j) {
                double product = 0.0, first = 0.0, second = 0.0, variance = 0.0;
                for (std::int64_t k = 0; k < 7; ++k) {
                    product += at2(batch.mu, k, i) * at2(batch.mu, k, j) / 7;
                    first += at2(batch.mu, k, i) / 7;
                    second += at2(batch.mu, k, j) / 7;
                    variance += i == j ? std::exp(at2(batch.logvar, k, i)) / 7 : 0.0;
                }
                const double covariance = product - first * second + variance - (i == j ? 1.0 : 0.0);
                expected += covariance * covariance;
            }
        QVERIFY(isNear(number(dipPenalty(batch.mu, batch.logvar)), expected));
    }

    void regulariser_vae_isBetaTimesTheMeanKl()
    {
        const Posteriors batch;
        const double kl = number(klPerElement(batch.mu, batch.logvar).sum()) / kSamples;
        for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::ConditionalVae})
            for (const double beta : {0.0, 1.0, 4.0})
                QVERIFY(isNear(penalty(objectiveOf(kind), {beta}, batch.codes()), beta * kl));
        QCOMPARE(penalty(objectiveOf(ObjectiveKind::Autoencoder), {1.0}, batch.codes()), 0.0);
    }

    void regulariser_capacity_isTheWeightedDistanceFromIt()
    {
        const Posteriors batch;
        const double kl = number(klPerElement(batch.mu, batch.logvar).sum()) / kSamples;
        for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::ConditionalVae}) {
            ObjectiveConfig config = objectiveOf(kind);
            config.gamma = 30.0;
            for (const double capacity : {0.0, kl - 0.5, kl + 0.5, 25.0}) // C(t) comes with the step, not from the configuration
                QVERIFY(isNear(penalty(config, {1.0, 1e-3, capacity}, batch.codes()), 30.0 * std::abs(kl - capacity)));
        }
    }

    void regulariser_freeBits_areFreeOfTheBatchMean()
    {
        // KL of the samples and dimensions: (8, 0.02), (0, 0.02): means 4 and 0.02
        const Codes codes{at::tensor({4.0, 0.2, 0.0, 0.2}, at::kDouble).view({2, 2}), at::zeros({2, 2}, at::kDouble), {}, {}};
        for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::ConditionalVae}) {
            ObjectiveConfig config = objectiveOf(kind);
            config.freeBits = 0.5;
            QVERIFY(isNear(penalty(config, {2.0}, codes), 2.0 * (4.0 + 0.5))); // by sample it would be 2·(4.25 + 0.5)
            config.freeBits = 0.01;
            QVERIFY(isNear(penalty(config, {2.0}, codes), 2.0 * 4.02));
            config.freeBits = 5.0; // all are free: nothing pulls
            const auto byMu = [&](const at::Tensor& mu) { return regulariser(config, {2.0}, {mu, codes.logvar, {}, {}}, kSamples); };
            QCOMPARE(number(slopesOf(byMu, codes.mu).abs().max()), 0.0);
        }
    }

    void regulariser_ofTheOtherKinds_areTheirFormulas()
    {
        const Posteriors batch;
        const double kl = number(klPerElement(batch.mu, batch.logvar).sum()) / kSamples;
        const KlParts parts = klParts(batch.z, batch.mu, batch.logvar, 500);
        const double distance = number(mmd(batch.z, batch.prior)), dip = number(dipPenalty(batch.mu, batch.logvar));
        QVERIFY(isNear(penalty(objectiveOf(ObjectiveKind::InfoVae), {0.5}, batch.codes()), 0.5 * kl + 3.0 * distance));
        QVERIFY(isNear(penalty(objectiveOf(ObjectiveKind::DipVae), {0.5}, batch.codes()), 0.5 * kl + 3.0 * dip));
        const double weighted = number(parts.mutualInformation + 6.0 * parts.totalCorrelation + parts.dimensionWise);
        QVERIFY(isNear(penalty(objectiveOf(ObjectiveKind::BetaTcVae), {6.0}, batch.codes(), 500), weighted)); // of 500 samples, not of 40
        QVERIFY(!isNear(penalty(objectiveOf(ObjectiveKind::BetaTcVae), {6.0}, batch.codes(), 40), weighted));
    }

    void regulariser_everyKind_staysFiniteForOneRow_data() { everyKind(); }
    void regulariser_everyKind_staysFiniteForOneRow()
    {
        QFETCH(int, kind);
        const Posteriors one(1);
        QVERIFY(std::isfinite(penalty(objectiveOf(static_cast<ObjectiveKind>(kind)), {2.0}, one.codes())));
    }

    void regulariser_ofFloats_agreesWithDoubles_data() { everyKind(); }
    void regulariser_ofFloats_agreesWithDoubles()
    {
        QFETCH(int, kind);
        const ObjectiveConfig config = objectiveOf(static_cast<ObjectiveKind>(kind));
        const Posteriors batch;
        const auto single = [](const at::Tensor& values) { return values.to(at::kFloat); };
        const Codes floats{single(batch.mu), single(batch.logvar), single(batch.z), single(batch.prior)};
        const double found = penalty(config, {2.0}, floats), expected = penalty(config, {2.0}, batch.codes());
        QVERIFY2(isNear(found, expected, 2e-6), qPrintable(QString("%1, in double %2").arg(found).arg(expected)));
    }
};

QTEST_APPLESS_MAIN(ObjectiveTest)
#include "tst_objective.moc"
