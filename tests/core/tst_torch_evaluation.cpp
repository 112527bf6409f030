// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/evaluation.h"
#include "torch_reference.h"

#include <QtTest>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr int kDimensions = 6;
constexpr std::size_t kCount = 512;

/// x = ½ + W·t + noise, t ~ N(0, I₂): what probabilistic PCA with two components describes exactly. Unscaled: a linear model of a
/// Gaussian takes any number, and steps of one size suit all weights.
std::shared_ptr<const Dataset> planeData()
{
    const double w[kDimensions][2] = {{0.9, 0.1}, {0.5, -0.6}, {-0.3, 0.5}, {0.8, 0.3}, {0.0, 0.6}, {-0.6, 0.2}};
    RandomStream random(/*seed=*/17, StreamPurpose::DataSet);
    std::vector<float> values;
    for (std::size_t i = 0; i < kCount; ++i) {
        const double t[2] = {random.normal(), random.normal()};
        for (const auto& row : w)
            values.push_back(static_cast<float>(0.5 + row[0] * t[0] + row[1] * t[1] + 0.4 * random.normal()));
    }
    Dataset::Parts parts;
    parts.name = "plane";
    parts.shape = {1, 1, kDimensions};
    parts.train.count = kCount;
    parts.train.values = std::move(values);
    parts.test.count = 0;
    parts.test.values = std::vector<float>();
    return Dataset::create(std::move(parts));
}

using Matrix = std::vector<std::vector<double>>;

/// Mean and covariance (by N) of the train part.
std::pair<std::vector<double>, Matrix> momentsOf(const Dataset& data)
{
    std::vector<double> mean(kDimensions);
    Matrix covariance(kDimensions, std::vector<double>(kDimensions));
    const std::span<const float> x = data.train().floats();
    for (std::size_t i = 0; i < x.size(); ++i)
        mean[i % kDimensions] += static_cast<double>(x[i]) / kCount;
    for (std::size_t i = 0; i < kCount; ++i)
        for (std::size_t a = 0; a < kDimensions; ++a)
            for (std::size_t b = 0; b < kDimensions; ++b)
                covariance[a][b] += (static_cast<double>(x[i * kDimensions + a]) - mean[a]) * (static_cast<double>(x[i * kDimensions + b]) - mean[b]) / kCount;
    return {mean, covariance};
}

/// Eigenvalues of a symmetric matrix by Jacobi's rotations, largest first.
std::vector<double> eigenvalues(Matrix a)
{
    const std::size_t n = a.size();
    for (int sweep = 0; sweep < 60; ++sweep)
        for (std::size_t p = 0; p < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                const double angle = 0.5 * std::atan2(2 * a[p][q], a[q][q] - a[p][p]);
                const double c = std::cos(angle), s = std::sin(angle);
                for (std::size_t k = 0; k < n; ++k) {
                    const double kp = a[k][p], kq = a[k][q];
                    a[k][p] = c * kp - s * kq;
                    a[k][q] = s * kp + c * kq;
                }
                for (std::size_t k = 0; k < n; ++k) {
                    const double pk = a[p][k], qk = a[q][k];
                    a[p][k] = c * pk - s * qk;
                    a[q][k] = s * pk + c * qk;
                }
            }
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i)
        values.push_back(a[i][i]);
    std::sort(values.rbegin(), values.rend());
    return values;
}

/// Solves a·x = b for symmetric positive definite a (Cholesky) and adds log det a to logDeterminant.
std::vector<double> solve(Matrix a, std::vector<double> b, double& logDeterminant)
{
    const std::size_t n = b.size();
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a[i][j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= a[i][k] * a[j][k];
            a[i][j] = i == j ? std::sqrt(sum) : sum / a[j][j];
        }
    for (std::size_t i = 0; i < n; ++i) {
        logDeterminant += 2 * std::log(a[i][i]);
        for (std::size_t k = 0; k < i; ++k)
            b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k)
            b[i] -= a[k][i] * b[k];
        b[i] /= a[i][i];
    }
    return b;
}

/// log N(x; b, W·Wᵀ + σ²·I) of a linear model's decoder: the exact marginal likelihood of one sample.
double exactLogLikelihood(const VaeEngine& engine, std::span<const float> x)
{
    const ParameterLayout& layout = engine.layout();
    std::vector<float> p(layout.size());
    engine.read(StateBuffer::Parameters, p);
    const LinearSlot& decoder = layout.decoder().front();
    const double sigma = std::exp(softClippedLogSigma(static_cast<double>(p[*layout.logSigma()])));
    const auto latent = static_cast<std::size_t>(decoder.in);
    Matrix covariance(x.size(), std::vector<double>(x.size()));
    std::vector<double> residual(x.size());
    for (std::size_t a = 0; a < x.size(); ++a) {
        residual[a] = static_cast<double>(x[a]) - static_cast<double>(p[decoder.bias + a]);
        for (std::size_t b = 0; b < x.size(); ++b) {
            covariance[a][b] = a == b ? sigma * sigma : 0.0;
            for (std::size_t j = 0; j < latent; ++j)
                covariance[a][b] += static_cast<double>(p[decoder.weight + a * latent + j]) * static_cast<double>(p[decoder.weight + b * latent + j]);
        }
    }
    double logDeterminant = 0.0;
    const std::vector<double> solved = solve(covariance, residual, logDeterminant);
    const double quadratic = std::inner_product(residual.begin(), residual.end(), solved.begin(), 0.0);
    return -0.5 * (quadratic + logDeterminant + static_cast<double>(x.size()) * std::log(2 * std::numbers::pi));
}

RunConfig linearConfig()
{
    RunConfig config;
    config.model.inputShape = {1, 1, kDimensions};
    config.model.encoderHidden = {};
    config.model.latent = 2;
    config.objective.likelihood = Likelihood::GaussianLearned;
    config.training.batchSize = kCount;
    config.training.seed = 2;
    return config;
}

/// The linear model on the plane's data, trained once for all tests that want a converged one.
VaeEngine& trainedLinear(const std::shared_ptr<const Dataset>& data)
{
    static const std::unique_ptr<VaeEngine> engine = [&] {
        auto made = makeCpuEngine(setupFor(linearConfig(), data));
        std::vector<std::int32_t> order(kCount);
        std::iota(order.begin(), order.end(), 0);
        constexpr int kEpochs = 5000;
        for (int epoch = 0; epoch < kEpochs; ++epoch) {
            made->beginEpoch(epoch, order);
            const double rate = 2e-2 * std::pow(5e-3, static_cast<double>(epoch) / kEpochs);
            made->step(0, kCount, {1.0, rate});
            (void)made->drainSteps();
        }
        return made;
    }();
    return *engine;
}

std::vector<std::int32_t> firstSamples(std::size_t count)
{
    std::vector<std::int32_t> indices(count);
    std::iota(indices.begin(), indices.end(), 0);
    return indices;
}

} // namespace

class TorchEvaluationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_data = planeData(); }

    void linearVae_trained_reachesProbabilisticPca()
    {
        VaeEngine& engine = trainedLinear(m_data);
        const std::vector<double> lambda = eigenvalues(momentsOf(*m_data).second);
        // Tipping & Bishop 1999, eq. 8 and 15: σ² is the mean of the eigenvalues left out.
        const double noise = (lambda[2] + lambda[3] + lambda[4] + lambda[5]) / 4;
        const double expected = 0.5 * (kDimensions * std::log(2 * std::numbers::pi) + std::log(lambda[0]) + std::log(lambda[1]) +
                                       4 * std::log(noise) + kDimensions);
        const RunConfig config = linearConfig();
        const auto all = firstSamples(kCount);
        const Result<Evaluation> found = evaluateSamples({engine, config, false, all, {}}, /*draws=*/200);
        QVERIFY(found.ok());
        const double nelbo = found.value().loss.nelbo;
        QVERIFY2(std::abs(nelbo - expected) < 0.02, qPrintable(QString("%1, expected %2").arg(nelbo).arg(expected)));
        QCOMPARE(found.value().diagnostics.activeUnits(), 2);
        for (const double variance : found.value().diagnostics.aggregateVariance)
            QVERIFY(std::abs(variance - 1.0) < 0.05);
    }

    void iwae_linearModel_matchesExactLikelihood()
    {
        VaeEngine& engine = trainedLinear(m_data);
        const RunConfig config = linearConfig();
        const auto samples = firstSamples(100);
        double exact = 0.0;
        for (const std::int32_t sample : samples)
            exact += exactLogLikelihood(engine, m_data->train().floats().subspan(static_cast<std::size_t>(sample) * kDimensions, kDimensions)) / 100.0;
        const Result<VaeBackend::IwaeBound> bound = iwaeBound({engine, config, false, samples, {}}, 200);
        QVERIFY(bound.ok());
        QVERIFY2(std::abs(bound.value().bound - exact) < 0.01, qPrintable(QString("%1, exact %2").arg(bound.value().bound).arg(exact)));
    }

    void iwae_untrainedModel_approachesExactLikelihoodFromBelow()
    {
        const RunConfig config = linearConfig();
        const auto engine = makeCpuEngine(setupFor(config, m_data));
        const auto samples = firstSamples(50);
        double exact = 0.0;
        for (const std::int32_t sample : samples)
            exact += exactLogLikelihood(*engine, m_data->train().floats().subspan(static_cast<std::size_t>(sample) * kDimensions, kDimensions)) / 50.0;
        double last = -1e9;
        for (const int k : {1, 10, 100, 4000}) {
            const Result<VaeBackend::IwaeBound> bound = iwaeBound({*engine, config, false, samples, {}}, k);
            QVERIFY(bound.ok());
            QCOMPARE(bound.value().k, k);
            QVERIFY2(bound.value().bound > last - 0.02, qPrintable(QString("K %1: %2 after %3").arg(k).arg(bound.value().bound).arg(last)));
            last = bound.value().bound;
        }
        QVERIFY2(std::abs(last - exact) < 0.03, qPrintable(QString("%1, exact %2").arg(last).arg(exact)));
    }

    void iwae_oneDraw_isMinusTheSampledNelbo()
    {
        const RunConfig config = linearConfig();
        const auto engine = makeCpuEngine(setupFor(config, m_data));
        const auto samples = firstSamples(64);
        const EvaluationInput input{*engine, config, false, samples, {}};
        const LatentFrame frame = encodeSamples(input).value();
        const std::vector<LossTerms> each = evaluateEachSample(input).value();
        double expected = 0.0, squares = 0.0;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            // log p(z) − log q(z|x) at the same draw, written out with both densities
            std::vector<float> noise(2);
            evaluationNoise(config.training.seed, false, samples[i], noise);
            double ratio = 0.0;
            for (std::size_t j = 0; j < 2; ++j) {
                const double mu = static_cast<double>(frame.muOf(i)[j]), logvar = static_cast<double>(frame.logvarOf(i)[j]);
                const double z = mu + std::exp(logvar / 2) * static_cast<double>(noise[j]);
                const double logP = -0.5 * (z * z + std::log(2 * std::numbers::pi));
                const double logQ = -0.5 * ((z - mu) * (z - mu) / std::exp(logvar) + logvar + std::log(2 * std::numbers::pi));
                ratio += logP - logQ;
            }
            const double weight = ratio - each[i].reconstruction;
            expected += weight / 64.0;
            squares += weight * weight / 64.0;
        }
        const VaeBackend::IwaeBound bound = iwaeBound(input, 1).value();
        QVERIFY(std::abs(bound.bound - expected) < 1e-5);
        QVERIFY(std::abs(bound.standardError - std::sqrt((squares - expected * expected) / 63.0)) < 1e-5);
        // Against the analytic KL within the noise of 64 single draws.
        const double nelbo = evaluateSamples(input, 1).value().loss.nelbo;
        QVERIFY(std::abs(bound.bound + nelbo) < 4 * std::sqrt(2.0 / 64.0));
    }

    void kl_matchesMonteCarlo()
    {
        const RunConfig config = linearConfig();
        const auto engine = makeCpuEngine(setupFor(config, m_data));
        const auto samples = firstSamples(1);
        const EvaluationInput input{*engine, config, false, samples, {}};
        const LatentFrame frame = encodeSamples(input).value();
        const double found = evaluateEachSample(input).value()[0].kl;
        RandomStream random(1, StreamPurpose::Interface);
        constexpr int kDraws = 1'000'000;
        double sum = 0.0, squares = 0.0;
        for (int draw = 0; draw < kDraws; ++draw) {
            double difference = 0.0; // log q − log p
            for (std::size_t j = 0; j < 2; ++j) {
                const double epsilon = random.normal(), logvar = static_cast<double>(frame.logvar[j]);
                const double z = static_cast<double>(frame.mu[j]) + std::exp(logvar / 2) * epsilon;
                difference += 0.5 * (z * z - epsilon * epsilon - logvar);
            }
            sum += difference / kDraws;
            squares += difference * difference / kDraws;
        }
        const double standardError = std::sqrt((squares - sum * sum) / kDraws);
        QVERIFY(found > 0.0);
        QVERIFY2(std::abs(found - sum) < 4 * standardError, qPrintable(QString("%1, drawn %2 ± %3").arg(found).arg(sum).arg(standardError)));
    }

    void evaluate_manySamples_agreesWithItsParts()
    {
        RunConfig config = linearConfig();
        config.objective.beta = 2.5;
        const auto engine = makeCpuEngine(setupFor(config, m_data, /*threads=*/2));
        auto samples = firstSamples(kCount); // more than a chunk
        samples.insert(samples.end(), {3, 3, 7});
        const EvaluationInput input{*engine, config, false, samples, {}};
        const Evaluation whole = evaluateSamples(input, 1).value();
        const std::vector<LossTerms> each = evaluateEachSample(input).value();
        const LatentFrame frame = encodeSamples(input).value();
        QCOMPARE(whole.images, std::int64_t{515});
        QCOMPARE(each.size(), std::size_t{515});
        QCOMPARE(frame.indices, samples);
        QVERIFY(frame.exact);
        LossTerms mean;
        for (const LossTerms& terms : each) {
            mean.reconstruction += terms.reconstruction / 515;
            mean.kl += terms.kl / 515;
        }
        const auto same = [](double a, double b) { return std::abs(a - b) < 1e-9 * std::max(1.0, std::abs(b)); };
        QVERIFY(same(whole.loss.reconstruction, mean.reconstruction));
        QVERIFY(same(whole.loss.kl, mean.kl));
        QVERIFY(same(whole.loss.nelbo, mean.reconstruction + mean.kl));
        QVERIFY(same(whole.loss.objective, mean.reconstruction + 2.5 * mean.kl));
        QVERIFY(same(whole.diagnostics.klPerDimension[0] + whole.diagnostics.klPerDimension[1], mean.kl));
        for (std::size_t j = 0; j < 2; ++j) {
            double first = 0.0, second = 0.0, variance = 0.0;
            for (std::size_t i = 0; i < samples.size(); ++i) {
                const double mu = static_cast<double>(frame.muOf(i)[j]);
                first += mu / 515;
                second += mu * mu / 515;
                variance += std::exp(static_cast<double>(frame.logvarOf(i)[j])) / 515;
            }
            QVERIFY(std::abs(whole.diagnostics.meanVariance[j] - (second - first * first)) < 1e-9);
            QVERIFY(std::abs(whole.diagnostics.aggregateVariance[j] - (second - first * first + variance)) < 1e-9);
        }
        QVERIFY(std::abs(each[3].reconstruction - each[512].reconstruction) < 1e-4); // the same sample, the same noise, another chunk
    }

    void evaluate_stopRequested_isCancelled()
    {
        const RunConfig config = linearConfig();
        const auto engine = makeCpuEngine(setupFor(config, m_data));
        std::stop_source stop;
        stop.request_stop();
        const auto samples = firstSamples(10);
        const EvaluationInput input{*engine, config, false, samples, stop.get_token()};
        QCOMPARE(encodeSamples(input).error().code, ErrorCode::Cancelled);
        QCOMPARE(evaluateSamples(input, 1).error().code, ErrorCode::Cancelled);
        QCOMPARE(evaluateEachSample(input).error().code, ErrorCode::Cancelled);
        QCOMPARE(iwaeBound(input, 5).error().code, ErrorCode::Cancelled);
    }

private:
    std::shared_ptr<const Dataset> m_data;
};

QTEST_APPLESS_MAIN(TorchEvaluationTest)
#include "tst_torch_evaluation.moc"
