// SPDX-License-Identifier: GPL-3.0-or-later
// The observation models as densities: each integrates (or sums) to 1 and has the mean that is drawn, in float and in double.
#include "tensor_oracles.h"

#include "core/torch/likelihood.h"
#include "core/model/parameter_layout.h"

#include <numbers>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// What x may be under an output, and how much each counts in an integral over it.
struct Grid {
    std::vector<double> x, weights;
};

/// Simpson's rule with an even number of intervals.
Grid simpson(double from, double to, int intervals)
{
    Grid grid;
    const double width = (to - from) / intervals;
    for (int i = 0; i <= intervals; ++i) {
        grid.x.push_back(from + width * i);
        grid.weights.push_back(width / 3 * (i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2));
    }
    return grid;
}

Grid gridFor(Likelihood likelihood, double output, double sigma)
{
    switch (likelihood) {
    case Likelihood::Bernoulli: return {{0.0, 1.0}, {1.0, 1.0}};
    case Likelihood::ContinuousBernoulli: return simpson(0.0, 1.0, 4000);
    case Likelihood::Gaussian:
    case Likelihood::GaussianLearned: return simpson(output - 12 * sigma, output + 12 * sigma, 2000);
    case Likelihood::Poisson: break;
    }
    Grid counts;
    for (int k = 0; k < 3000; ++k) {
        counts.x.push_back(k / 255.0);
        counts.weights.push_back(1.0);
    }
    return counts;
}

/// What the Gaussians take for this σ; the others do not look at it.
at::Tensor logSigmaFor(Likelihood likelihood, double sigma)
{
    ObjectiveConfig config;
    config.likelihood = likelihood;
    config.sigma = sigma;
    // raw such that −6 + softplus(raw + 6) = log σ
    const double raw = std::log(std::expm1(std::log(sigma) + 6.0)) - 6.0;
    return logSigmaOf(config, at::scalar_tensor(raw, at::kDouble), at::empty({0}, at::kDouble));
}

/// ∫ x^power · p(x | output) dx on the likelihood's grid.
double moment(Likelihood likelihood, double output, double sigma, int power)
{
    const Grid grid = gridFor(likelihood, output, sigma);
    const at::Tensor x = column(grid.x);
    const at::Tensor nats = negativeLogLikelihood(likelihood, at::full_like(x, output), x, logSigmaFor(likelihood, sigma));
    const at::Tensor density = (-nats).exp().unsqueeze(1);
    return number((density * x.pow(power) * column(grid.weights)).sum());
}

double meanOf(Likelihood likelihood, double output, at::ScalarType type = at::kDouble)
{
    return number(likelihoodMean(likelihood, at::full({1, 1}, output, type)));
}

const std::vector<double> kLogits{-30, -12, -3, -1, -0.2001, -0.2, -0.1999, -1e-3, -1e-8, 0, 1e-300, 1e-8, 1e-3, 0.1999, 0.2, 0.2001, 1, 3, 12, 30};

void likelihoodRows()
{
    QTest::addColumn<int>("likelihood");
    QTest::addColumn<double>("output");
    QTest::addColumn<double>("sigma");
    const auto add = [](Likelihood likelihood, double output, double sigma) {
        QTest::newRow(qPrintable(QString("%1 %2 %3").arg(name(likelihood).data()).arg(output).arg(sigma)))
            << static_cast<int>(likelihood) << output << sigma;
    };
    for (const double logit : kLogits) {
        add(Likelihood::Bernoulli, logit, 1.0);
        add(Likelihood::ContinuousBernoulli, logit, 1.0);
    }
    for (const double sigma : {0.01, 0.1, 1.0, 2.5})
        for (const Likelihood likelihood : {Likelihood::Gaussian, Likelihood::GaussianLearned})
            add(likelihood, 0.3, sigma);
    for (const double rate : {0.001, 0.5, 1.0, 17.0, 255.0, 1500.0})
        add(Likelihood::Poisson, std::log(rate), 1.0);
}

} // namespace

class LikelihoodTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { computeOnThisThread(); }

    void density_everyLikelihood_integratesToOne_data() { likelihoodRows(); }
    void density_everyLikelihood_integratesToOne()
    {
        QFETCH(int, likelihood);
        QFETCH(double, output);
        QFETCH(double, sigma);
        const double whole = moment(static_cast<Likelihood>(likelihood), output, sigma, 0);
        QVERIFY2(std::abs(whole - 1.0) < 1e-9, qPrintable(QString::number(whole, 'g', 15)));
    }

    void mean_everyLikelihood_isTheDensitys_data() { likelihoodRows(); }
    void mean_everyLikelihood_isTheDensitys()
    {
        QFETCH(int, likelihood);
        QFETCH(double, output);
        QFETCH(double, sigma);
        const auto kind = static_cast<Likelihood>(likelihood);
        const double expected = moment(kind, output, sigma, 1);
        const double found = meanOf(kind, output), single = meanOf(kind, output, at::kFloat);
        QVERIFY2(std::abs(found - expected) < 1e-8 * std::max(1.0, expected), qPrintable(QString("%1, integrated %2").arg(found).arg(expected)));
        QVERIFY2(std::abs(single - expected) < 2e-6 * std::max(1.0, expected), qPrintable(QString("%1, integrated %2").arg(single).arg(expected)));
    }

    void bernoulli_logits_matchLongDouble_data()
    {
        QTest::addColumn<double>("x");
        for (const double x : {0.0, 0.3, 0.5, 1.0})
            QTest::newRow(qPrintable(QString::number(x))) << x;
    }
    void bernoulli_logits_matchLongDouble()
    {
        QFETCH(double, x);
        for (double logit = -200.0; logit <= 200.0; logit += 0.37) {
            const long double o = logit;
            const long double expected = std::max(o, 0.0L) + std::log1p(std::exp(-std::abs(o))) - static_cast<long double>(x) * o;
            const long double slope = 1 / (1 + std::exp(-o)) - static_cast<long double>(x);
            for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
                const double epsilon = type == at::kDouble ? 2e-16 : 1.2e-7, scale = 2 * std::max(1.0, std::abs(logit));
                const at::Tensor observed = at::full({1, 1}, x, type);
                const auto loss = [&](const at::Tensor& output) { return negativeLogLikelihood(Likelihood::Bernoulli, output, observed, {}).sum(); };
                const at::Tensor place = at::full({1, 1}, logit, type);
                // The place itself is rounded to its type, and the loss moves with it.
                QVERIFY2(std::abs(number(loss(place)) - static_cast<double>(expected)) < 2 * epsilon * scale, qPrintable(QString::number(logit)));
                QVERIFY2(std::abs(number(slopesOf(loss, place)) - static_cast<double>(slope)) < epsilon * scale, qPrintable(QString::number(logit)));
            }
        }
    }

    void bernoulli_wrongSaturatedPixel_keepsItsGradient()
    {
        const auto loss = [](const at::Tensor& o) { return negativeLogLikelihood(Likelihood::Bernoulli, o, at::ones_like(o), {}).sum(); };
        const auto throughSigmoid = [](const at::Tensor& o) { return -(o.sigmoid() + 1e-12).log().sum(); }; // the usual mistake
        const at::Tensor wrong = at::full({1, 1}, -100.0, at::kFloat);
        QCOMPARE(number(slopesOf(loss, wrong)), -1.0);
        QVERIFY(std::abs(number(slopesOf(throughSigmoid, wrong))) < 1e-20);
    }

    void continuousBernoulli_anyLogit_matchesLongDouble()
    {
        std::vector<double> logits = kLogits;
        for (double size = 1e-9; size < 600.0; size *= 1.3) {
            logits.push_back(size);
            logits.push_back(-size);
        }
        for (const double logit : logits)
            for (const double x : {0.0, 0.25, 1.0}) {
                // −log of o·e^{xo} / (e^o − 1), and its slope 1/(1 − e^{−o}) − 1/o − x, by its first terms next to 0
                const long double o = logit;
                const bool tiny = std::abs(o) < 1e-5L;
                const long double normaliser = o / 2 + (tiny ? o * o / 24 : std::log(2 * std::sinh(o / 2) / o));
                const long double slope = (tiny ? 0.5L + o / 12 : -1 / std::expm1(-o) - 1 / o) - static_cast<long double>(x);
                const long double expected = normaliser - static_cast<long double>(x) * o;
                for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
                    const double tolerance = type == at::kDouble ? 1e-13 : 3e-6, scale = std::max(1.0, std::abs(logit));
                    const at::Tensor observed = at::full({1, 1}, x, type);
                    const auto loss = [&](const at::Tensor& output) {
                        return negativeLogLikelihood(Likelihood::ContinuousBernoulli, output, observed, {}).sum();
                    };
                    const at::Tensor place = at::full({1, 1}, logit, type);
                    const double found = number(loss(place)), foundSlope = number(slopesOf(loss, place));
                    const QString where = QString("o = %1, x = %2: %3 and %4").arg(logit).arg(x).arg(found).arg(foundSlope);
                    QVERIFY2(std::abs(found - static_cast<double>(expected)) < tolerance * scale, qPrintable(where));
                    QVERIFY2(std::abs(foundSlope - static_cast<double>(slope)) < 20 * tolerance, qPrintable(where));
                }
            }
    }

    void everyLikelihood_extremeOutputs_stayFiniteWithTheirGradients_data()
    {
        QTest::addColumn<int>("likelihood");
        for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::ContinuousBernoulli, Likelihood::Gaussian, Likelihood::Poisson})
            QTest::newRow(name(likelihood).data()) << static_cast<int>(likelihood);
    }
    void everyLikelihood_extremeOutputs_stayFiniteWithTheirGradients()
    {
        QFETCH(int, likelihood);
        const auto kind = static_cast<Likelihood>(likelihood);
        const at::Tensor output = column({-1e6, -1e4, -300, -90, -1e-30, 0, 1e-30, 90, 300, 1e4, 1e6}).to(at::kFloat);
        for (const double value : {0.0, 0.4, 1.0}) {
            const auto loss = [&](const at::Tensor& o) {
                return negativeLogLikelihood(kind, o, at::full_like(o, value), logSigmaFor(kind, 0.5)).sum();
            };
            QVERIFY(std::isfinite(number(loss(output))));
            QVERIFY(slopesOf(loss, output).isfinite().all().item<bool>());
        }
        QVERIFY(likelihoodMean(kind, output).isfinite().all().item<bool>());
        const auto mean = [&](const at::Tensor& o) { return likelihoodMean(kind, o).sum(); };
        QVERIFY(slopesOf(mean, output).isfinite().all().item<bool>());
    }

    void poisson_countsOfABytesSteps_matchTheLogGamma()
    {
        for (const double k : {0.0, 1.0, 7.0, 128.0, 255.0})
            for (const double logRate : {-8.0, -0.5, 0.0, 2.0, 5.5}) {
                const double expected = std::exp(logRate) - k * logRate + std::lgamma(k + 1);
                const at::Tensor output = at::full({1, 1}, logRate, at::kFloat), x = at::full({1, 1}, k / 255, at::kFloat);
                const double found = number(negativeLogLikelihood(Likelihood::Poisson, output, x, {}));
                // x is a float, so k is one of 2⁻²³ precision, and log k! moves with it by log k.
                const double tolerance = 2e-7 * std::max(1.0, k * (std::abs(logRate) + std::log(k + 1)));
                QVERIFY2(std::abs(found - expected) < tolerance, qPrintable(QString("%1, expected %2").arg(found).arg(expected)));
            }
    }

    void poisson_beyondTheCut_passesItsGradientThrough()
    {
        const at::Tensor x = at::full({1, 1}, 3.0 / 255, at::kDouble);
        const auto loss = [&](const at::Tensor& o) { return negativeLogLikelihood(Likelihood::Poisson, o, x, {}).sum(); };
        const at::Tensor atTheCut = at::full({1, 1}, kMaxLogRate, at::kDouble), beyond = at::full({1, 1}, 1e12, at::kDouble);
        QCOMPARE(number(loss(beyond)), number(loss(atTheCut)));
        QCOMPARE(number(slopesOf(loss, beyond)), std::exp(kMaxLogRate) - 3.0);
        const auto mean = [](const at::Tensor& o) { return number(likelihoodMean(Likelihood::Poisson, o.to(at::kFloat))); };
        QCOMPARE(mean(beyond), mean(atTheCut));
    }

    void logSigma_ofEachGaussian_isWhatTheConfigurationSays()
    {
        ObjectiveConfig config;
        config.likelihood = Likelihood::Gaussian;
        config.sigma = 0.37;
        const at::Tensor like = at::empty({0}, at::kFloat);
        const at::Tensor fixed = logSigmaOf(config, {}, like);
        QVERIFY(fixed.scalar_type() == at::kDouble && fixed.dim() == 0);
        QCOMPARE(number(fixed), std::log(0.37));
        config.likelihood = Likelihood::GaussianLearned;
        for (const double raw : {-80.0, -6.0, -1.0, 0.0, 3.0, 90.0}) {
            const auto clipped = [&](const at::Tensor& place) { return logSigmaOf(config, place, like).sum(); };
            const at::Tensor place = at::scalar_tensor(raw, at::kDouble);
            QVERIFY(std::abs(number(clipped(place)) - softClippedLogSigma(raw)) < 1e-12);
            QVERIFY(std::abs(number(slopesOf(clipped, place)) - softClippedLogSigmaSlope(raw)) < 1e-12);
        }
    }

    void rows_ofFloats_areSummedInDouble()
    {
        RandomStream random = randomFor(1);
        const at::Tensor output = normals(random, 5, 784).to(at::kFloat), x = uniforms(random, 5, 784).to(at::kFloat);
        for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::ContinuousBernoulli, Likelihood::Gaussian, Likelihood::Poisson}) {
            const at::Tensor scale = logSigmaFor(likelihood, 0.2);
            const at::Tensor found = negativeLogLikelihood(likelihood, output, x, scale);
            QVERIFY(found.scalar_type() == at::kDouble);
            QVERIFY(found.sizes() == at::IntArrayRef({5}));
            at::Tensor expected = at::zeros({5}, at::kDouble);
            for (std::int64_t i = 0; i < 784; ++i)
                expected += negativeLogLikelihood(likelihood, output.narrow(1, i, 1).to(at::kDouble), x.narrow(1, i, 1).to(at::kDouble), scale);
            const at::Tensor error = ((found - expected) / expected.abs().clamp_min(1.0)).abs().max();
            QVERIFY2(number(error) < 1e-6, qPrintable(QString("%1: %2").arg(name(likelihood).data()).arg(number(error))));
        }
    }
};

QTEST_APPLESS_MAIN(LikelihoodTest)
#include "tst_likelihood.moc"
