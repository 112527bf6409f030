// SPDX-License-Identifier: GPL-3.0-or-later
// The minibatch estimates of log q(z) behind β-TCVAE, against the exact aggregate posterior of small sets. Their sum proves nothing: it
// telescopes to log q(z|x) − log p(z) whatever stands for log q(z). Each check takes the estimate as a callable and must refuse wrong weights.
#include "tensor_oracles.h"

#include "core/torch/objective.h"

#include <numeric>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

using Estimate = std::function<LogAggregate(const at::Tensor& z, const at::Tensor& mu, const at::Tensor& logvar, std::int64_t datasetSize)>;

/// The posteriors of a whole data set.
struct Posteriors {
    at::Tensor mu, logvar;
    [[nodiscard]] std::int64_t size() const { return mu.size(0); }
    [[nodiscard]] Posteriors of(const std::vector<std::int64_t>& rows) const
    {
        const at::Tensor index = at::empty({static_cast<std::int64_t>(rows.size())}, at::kLong);
        std::copy(rows.begin(), rows.end(), index.mutable_data_ptr<std::int64_t>());
        return {mu.index_select(0, index), logvar.index_select(0, index)};
    }
    [[nodiscard]] at::Tensor draw(RandomStream& random) const { return mu + (0.5 * logvar).exp() * normals(random, mu.size(0), mu.size(1)); }
};

/// Codes on a tilted line, so that dimensions hang together, well apart from each other, so that a code tells which sample it is of.
Posteriors tiltedSet(std::int64_t count, std::int64_t latent)
{
    RandomStream random = randomFor(21);
    const at::Tensor along = normals(random, count, 1);
    return {along + normals(random, count, latent, 0.4), normals(random, count, latent, 0.3, -3.5)};
}

/// log q(z) = log 1/N Σ_k Π_j N(z_j; μ_kj, σ_kj²) and log q(z_j) by plain loops.
struct Exact {
    double joint = 0.0;
    std::vector<double> marginals;
};
Exact exactAt(const Posteriors& set, const double* z)
{
    const auto mu = set.mu.accessor<double, 2>(), logvar = set.logvar.accessor<double, 2>();
    const auto count = static_cast<double>(set.size());
    Exact exact{0.0, std::vector<double>(static_cast<std::size_t>(set.mu.size(1)))};
    for (std::int64_t k = 0; k < set.size(); ++k) {
        double product = 1.0;
        for (std::int64_t j = 0; j < set.mu.size(1); ++j) {
            const double sigma = std::exp(logvar[k][j] / 2), residual = (z[j] - mu[k][j]) / sigma;
            const double density = std::exp(-residual * residual / 2) / (sigma * std::sqrt(2 * std::acos(-1.0)));
            product *= density;
            exact.marginals[static_cast<std::size_t>(j)] += density / count;
        }
        exact.joint += product / count;
    }
    exact.joint = std::log(exact.joint);
    for (double& marginal : exact.marginals)
        marginal = std::log(marginal);
    return exact;
}

double relativeGap(double found, double expected)
{
    return std::abs(found - expected) / std::max(1e-300, std::abs(expected));
}

/// Whether the estimate of a batch that is the whole set is the exact density.
bool isExactForTheWholeSet(const Estimate& estimate)
{
    const Posteriors set = tiltedSet(40, 3);
    RandomStream random = randomFor(22);
    const at::Tensor z = set.draw(random);
    const LogAggregate found = estimate(z, set.mu, set.logvar, set.size());
    double worst = 0.0;
    for (std::int64_t i = 0; i < set.size(); ++i) {
        const Exact exact = exactAt(set, z.const_data_ptr<double>() + i * 3);
        worst = std::max(worst, std::abs(found.joint[i].item<double>() - exact.joint));
        for (std::int64_t j = 0; j < 3; ++j)
            worst = std::max(worst, std::abs(found.marginals[i][j].item<double>() - exact.marginals[static_cast<std::size_t>(j)]));
    }
    return worst < 1e-10;
}

/// Whether the estimated densities at z of the first sample, averaged over EVERY minibatch of three that holds it, are the exact ones.
bool averagesToTheDensity(const Estimate& estimate)
{
    const Posteriors set = tiltedSet(9, 2);
    RandomStream random = randomFor(23);
    const at::Tensor z = set.draw(random).narrow(0, 0, 1).expand({3, 2}).contiguous(); // one z, under every row
    const Exact exact = exactAt(set, z.const_data_ptr<double>());
    double joint = 0.0, batches = 0.0;
    std::vector<double> marginals(2);
    for (std::int64_t a = 1; a < set.size(); ++a)
        for (std::int64_t b = a + 1; b < set.size(); ++b) {
            const Posteriors batch = set.of({0, a, b});
            const LogAggregate found = estimate(z, batch.mu, batch.logvar, set.size());
            joint += std::exp(found.joint[0].item<double>());
            for (std::int64_t j = 0; j < 2; ++j)
                marginals[static_cast<std::size_t>(j)] += std::exp(found.marginals[0][j].item<double>());
            batches += 1.0;
        }
    return relativeGap(joint / batches, std::exp(exact.joint)) < 1e-10 && relativeGap(marginals[0] / batches, std::exp(exact.marginals[0])) < 1e-10 &&
           relativeGap(marginals[1] / batches, std::exp(exact.marginals[1])) < 1e-10;
}

/// MI, TC and the dimension-wise KL.
using Parts = std::array<double, 3>;

Parts partsFrom(const Estimate& estimate, const at::Tensor& z, const Posteriors& batch, std::int64_t datasetSize)
{
    const LogAggregate q = estimate(z, batch.mu, batch.logvar, datasetSize);
    const at::Tensor own = logNormal(z, batch.mu, batch.logvar).sum(1), product = q.marginals.sum(1);
    const at::Tensor prior = logNormal(z, at::zeros_like(z), at::zeros_like(z)).sum(1);
    return {number((own - q.joint).mean()), number((q.joint - product).mean()), number((product - prior).mean())};
}

/// The true parts of a set: log q(z) by loops over all of it, at many z.
std::array<MeanOf, 3> exactParts(const Posteriors& set)
{
    RandomStream random = randomFor(24);
    std::array<MeanOf, 3> parts;
    for (int draw = 0; draw < 40; ++draw) {
        const at::Tensor z = set.draw(random);
        const at::Tensor own = logNormal(z, set.mu, set.logvar).sum(1), prior = logNormal(z, at::zeros_like(z), at::zeros_like(z)).sum(1);
        for (std::int64_t i = 0; i < set.size(); ++i) {
            const Exact exact = exactAt(set, z.const_data_ptr<double>() + i * z.size(1));
            const double product = std::accumulate(exact.marginals.begin(), exact.marginals.end(), 0.0);
            parts[0].add(own[i].item<double>() - exact.joint);
            parts[1].add(exact.joint - product);
            parts[2].add(product - prior[i].item<double>());
        }
    }
    return parts;
}

/// Mean parts over random minibatches of n.
std::array<MeanOf, 3> estimatedParts(const Estimate& estimate, const Posteriors& set, std::int64_t n)
{
    RandomStream random = randomFor(25);
    std::vector<std::int32_t> order(static_cast<std::size_t>(set.size()));
    std::iota(order.begin(), order.end(), 0);
    std::array<MeanOf, 3> parts;
    for (int repeat = 0; repeat < 200; ++repeat) {
        random.shuffle(order);
        const Posteriors batch = set.of({order.begin(), order.begin() + n});
        const Parts found = partsFrom(estimate, batch.draw(random), batch, set.size());
        for (std::size_t part = 0; part < 3; ++part)
            parts[part].add(found[part]);
    }
    return parts;
}

/// Whether MI, TC and the dimension-wise KL, each by itself, come near their exact values as the batch grows, and are theirs in the end.
QString partsGoAstray(const Estimate& estimate)
{
    const Posteriors set = tiltedSet(40, 2);
    const std::array<MeanOf, 3> exact = exactParts(set);
    const std::array names{"mutual information", "total correlation", "dimension-wise"};
    std::array<double, 3> last{1e9, 1e9, 1e9};
    // n, and how far each part may be off in nats beyond its standard errors: the log of an estimate lies below the log of what it estimates.
    const std::array<std::pair<std::int64_t, Parts>, 4> stages{
        {{8, {0.4, 0.3, 0.65}}, {16, {0.2, 0.1, 0.22}}, {28, {0.07, 0.05, 0.08}}, {40, {0.0, 0.0, 0.0}}}};
    for (const auto& [n, allowed] : stages) {
        const std::array<MeanOf, 3> found = estimatedParts(estimate, set, n);
        for (std::size_t part = 0; part < 3; ++part) {
            const double error = std::abs(found[part].mean() - exact[part].mean());
            const double noise = 4 * std::hypot(found[part].standardError(), exact[part].standardError());
            if (error > allowed[part] + noise || error > last[part] + noise)
                return QString("%1 of %2: %3, exact %4 ± %5").arg(names[part]).arg(n).arg(found[part].mean()).arg(exact[part].mean()).arg(noise);
            last[part] = error;
        }
    }
    return {};
}

/// Estimates with one weight for a sample's own posterior and one for the others'.
Estimate weighted(std::function<std::pair<double, double>(double n, double size)> weights)
{
    return [weights = std::move(weights)](const at::Tensor& z, const at::Tensor& mu, const at::Tensor& logvar, std::int64_t datasetSize) {
        const std::int64_t n = z.size(0);
        const auto [own, other] = weights(static_cast<double>(n), static_cast<double>(datasetSize));
        at::Tensor logs = at::full({n, n}, std::log(other), at::kDouble);
        logs.fill_diagonal_(std::log(own));
        const at::Tensor pairs = logNormal(z.unsqueeze(1), mu.unsqueeze(0), logvar.unsqueeze(0));
        return LogAggregate{(pairs.sum(2) + logs).logsumexp(1), (pairs + logs.unsqueeze(2)).logsumexp(1)};
    };
}

/// The batch taken for the data: no log N anywhere, so MI never exceeds log n. The common mistake.
const Estimate kPlainMean = weighted([](double n, double) { return std::pair(1 / n, 1 / n); });
/// Minibatch-weighted sampling: a constant share of 1/(n·N), which is not a density of a small set.
const Estimate kMinibatchWeighted = weighted([](double n, double size) { return std::pair(1 / (n * size), 1 / (n * size)); });
/// Its own posterior counted as the others' are.
const Estimate kOwnLikeOthers = weighted([](double n, double size) {
    const double share = (size - 1) / (size * (n - 1));
    return std::pair(share, share);
});

} // namespace

class AggregateEstimatesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { computeOnThisThread(); }

    void wholeSet_isTheExactDensity() { QVERIFY(isExactForTheWholeSet(logAggregate)); }
    void wholeSet_wrongWeights_areRefused()
    {
        QVERIFY(!isExactForTheWholeSet(kMinibatchWeighted));
        QVERIFY(!isExactForTheWholeSet([](const auto& z, const auto& mu, const auto& logvar, auto) { return logAggregate(z, mu, logvar, 60'000); }));
    }

    void everyMinibatch_averagesToTheExactDensity() { QVERIFY(averagesToTheDensity(logAggregate)); }
    void everyMinibatch_wrongWeights_areRefused()
    {
        QVERIFY(!averagesToTheDensity(kPlainMean));
        QVERIFY(!averagesToTheDensity(kMinibatchWeighted));
        QVERIFY(!averagesToTheDensity(kOwnLikeOthers));
    }

    void randomMinibatches_averageToTheExactDensity()
    {
        const Posteriors set = tiltedSet(40, 3);
        RandomStream random = randomFor(26);
        const at::Tensor z = set.draw(random).narrow(0, 0, 1).expand({10, 3}).contiguous();
        const Exact exact = exactAt(set, z.const_data_ptr<double>());
        std::vector<std::int32_t> others(39);
        std::iota(others.begin(), others.end(), 1);
        MeanOf joint, first;
        for (int repeat = 0; repeat < 4000; ++repeat) {
            random.shuffle(others);
            std::vector<std::int64_t> rows(others.begin(), others.begin() + 9);
            rows.insert(rows.begin(), 0);
            const Posteriors batch = set.of(rows);
            const LogAggregate found = logAggregate(z, batch.mu, batch.logvar, set.size());
            joint.add(std::exp(found.joint[0].item<double>()));
            first.add(std::exp(found.marginals[0][0].item<double>()));
        }
        QVERIFY(std::abs(joint.mean() - std::exp(exact.joint)) < 4 * joint.standardError() + 1e-12);
        QVERIFY(std::abs(first.mean() - std::exp(exact.marginals[0])) < 4 * first.standardError() + 1e-12);
        QVERIFY(first.standardError() > 0.0);
    }

    void parts_eachByItself_approachTheExactValues()
    {
        const QString astray = partsGoAstray(logAggregate);
        QVERIFY2(astray.isEmpty(), qPrintable(astray));
    }
    void parts_wrongWeights_areRefused()
    {
        QVERIFY(!partsGoAstray(kPlainMean).isEmpty());
        QVERIFY(!partsGoAstray(kMinibatchWeighted).isEmpty());
        QVERIFY(!partsGoAstray(kOwnLikeOthers).isEmpty());
    }

    void parts_ofTheFunction_areThoseOfItsEstimate()
    {
        const Posteriors set = tiltedSet(20, 3);
        RandomStream random = randomFor(27);
        const at::Tensor z = set.draw(random);
        const KlParts found = klParts(z, set.mu, set.logvar, 300);
        const Parts expected = partsFrom(logAggregate, z, set, 300);
        QVERIFY(std::abs(number(found.mutualInformation) - expected[0]) < 1e-12);
        QVERIFY(std::abs(number(found.totalCorrelation) - expected[1]) < 1e-12);
        QVERIFY(std::abs(number(found.dimensionWise) - expected[2]) < 1e-12);
    }

    void sumOfParts_isTheSampledKl_whateverTheWeights()
    {
        const Posteriors set = tiltedSet(20, 3);
        RandomStream random = randomFor(28);
        const at::Tensor z = set.draw(random);
        const double sampled = number((logNormal(z, set.mu, set.logvar) - logNormal(z, at::zeros_like(z), at::zeros_like(z))).sum(1).mean());
        for (const Estimate& estimate : {Estimate(logAggregate), kPlainMean, kMinibatchWeighted}) {
            const Parts parts = partsFrom(estimate, z, set, 20);
            QVERIFY(std::abs(parts[0] + parts[1] + parts[2] - sampled) < 1e-10);
        }
    }

    void oneRow_isItsOwnAggregate()
    {
        const Posteriors set = tiltedSet(1, 3);
        RandomStream random = randomFor(29);
        const at::Tensor z = set.draw(random);
        const LogAggregate found = logAggregate(z, set.mu, set.logvar, 1000);
        QVERIFY(at::allclose(found.marginals, logNormal(z, set.mu, set.logvar)));
        QVERIFY(at::allclose(found.joint, logNormal(z, set.mu, set.logvar).sum(1)));
    }

    void largerBatchThanSet_countsAsTheSet()
    {
        // Balanced classes repeat samples: a batch may hold more rows than there are samples.
        const Posteriors set = tiltedSet(12, 2);
        RandomStream random = randomFor(30);
        const at::Tensor z = set.draw(random);
        const LogAggregate found = logAggregate(z, set.mu, set.logvar, 5), expected = logAggregate(z, set.mu, set.logvar, 12);
        QVERIFY(found.joint.equal(expected.joint) && found.marginals.equal(expected.marginals));
    }
};

QTEST_APPLESS_MAIN(AggregateEstimatesTest)
#include "tst_aggregate_estimates.moc"
