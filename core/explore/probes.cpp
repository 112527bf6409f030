// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/probes.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

namespace latentscape {

namespace {

/// μ standardised by the training part's mean and deviation, in double, with a trailing 1 for the bias: [N, L + 1].
class Design {
public:
    explicit Design(const ProbeCodes& train) : m_mean(dimensions(train), 0.0), m_scale(dimensions(train), 1.0)
    {
        const std::size_t latent = dimensions(train);
        const auto count = static_cast<double>(train.count());
        std::vector<double> square(latent, 0.0);
        for (std::size_t i = 0; i < train.mu.size(); ++i)
            m_mean[i % latent] += static_cast<double>(train.mu[i]) / count;
        for (std::size_t i = 0; i < train.mu.size(); ++i)
            square[i % latent] += std::pow(static_cast<double>(train.mu[i]) - m_mean[i % latent], 2) / count;
        for (std::size_t j = 0; j < latent; ++j)
            // An unused dimension is constant up to rounding: dividing by its deviation would make noise of it.
            m_scale[j] = square[j] > 1e-16 ? 1.0 / std::sqrt(square[j]) : 0.0;
    }

    [[nodiscard]] std::size_t columns() const { return m_mean.size() + 1; }

    [[nodiscard]] std::vector<double> rows(const ProbeCodes& codes) const
    {
        const std::size_t latent = m_mean.size();
        std::vector<double> out;
        out.reserve(codes.count() * columns());
        for (std::size_t i = 0; i < codes.count(); ++i) {
            for (std::size_t j = 0; j < latent; ++j)
                out.push_back((static_cast<double>(codes.mu[i * latent + j]) - m_mean[j]) * m_scale[j]);
            out.push_back(1.0);
        }
        return out;
    }

private:
    static std::size_t dimensions(const ProbeCodes& codes) { return static_cast<std::size_t>(codes.latent); }

    std::vector<double> m_mean, m_scale;
};

double dot(std::span<const double> a, std::span<const double> b)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum;
}

std::size_t classCount(std::span<const std::int32_t> a, std::span<const std::int32_t> b)
{
    std::int32_t highest = 0;
    for (const auto labels : {a, b})
        for (const std::int32_t label : labels)
            highest = std::max(highest, label);
    return static_cast<std::size_t>(highest) + 1;
}

/// The objective of the logistic regression. Weights: [classes, columns], the last column is the bias.
struct LogisticLoss {
    std::span<const double> rows;
    std::span<const std::int32_t> labels;
    std::size_t columns;
    std::size_t classes;

    double operator()(std::span<const double> weights, std::vector<double>& gradient) const
    {
        const double share = 1.0 / static_cast<double>(labels.size());
        gradient.assign(weights.size(), 0.0);
        std::vector<double> logits(classes);
        double loss = 0.0;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            const auto row = rows.subspan(i * columns, columns);
            double highest = -std::numeric_limits<double>::infinity();
            for (std::size_t c = 0; c < classes; ++c) {
                logits[c] = dot(row, weights.subspan(c * columns, columns));
                highest = std::max(highest, logits[c]);
            }
            const auto truth = static_cast<std::size_t>(labels[i]);
            const double ofTruth = logits[truth];
            double sum = 0.0;
            for (double& logit : logits) {
                logit = std::exp(logit - highest);
                sum += logit;
            }
            loss += share * (highest + std::log(sum) - ofTruth);
            for (std::size_t c = 0; c < classes; ++c) {
                const double error = share * (logits[c] / sum - (c == truth ? 1.0 : 0.0));
                for (std::size_t j = 0; j < columns; ++j)
                    gradient[c * columns + j] += error * row[j];
            }
        }
        for (std::size_t k = 0; k < weights.size(); ++k)
            if (k % columns != columns - 1) {
                loss += 0.5 * share * weights[k] * weights[k];
                gradient[k] += share * weights[k];
            }
        return loss;
    }
};

/// The last steps and gradient changes of L-BFGS, and the two-loop recursion over them (Nocedal & Wright, algorithm 7.4).
class CurvaturePairs {
public:
    void add(std::vector<double> step, std::vector<double> change)
    {
        const double curvature = dot(step, change);
        if (curvature <= 1e-12)
            return; // would make the direction point uphill
        if (m_pairs.size() == kMemory)
            m_pairs.erase(m_pairs.begin());
        m_pairs.push_back({std::move(step), std::move(change), 1.0 / curvature});
    }

    [[nodiscard]] std::vector<double> direction(std::span<const double> gradient) const
    {
        std::vector<double> d(gradient.begin(), gradient.end());
        std::vector<double> alphas(m_pairs.size());
        for (std::size_t i = m_pairs.size(); i-- > 0;) {
            alphas[i] = m_pairs[i].rho * dot(m_pairs[i].step, d);
            addScaled(d, m_pairs[i].change, -alphas[i]);
        }
        if (!m_pairs.empty()) {
            const Pair& last = m_pairs.back();
            const double scale = 1.0 / (last.rho * dot(last.change, last.change));
            for (double& value : d)
                value *= scale;
        }
        for (std::size_t i = 0; i < m_pairs.size(); ++i)
            addScaled(d, m_pairs[i].step, alphas[i] - m_pairs[i].rho * dot(m_pairs[i].change, d));
        for (double& value : d)
            value = -value;
        return d;
    }

    static void addScaled(std::vector<double>& to, std::span<const double> what, double factor)
    {
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] += factor * what[i];
    }

private:
    static constexpr std::size_t kMemory = 10;
    struct Pair {
        std::vector<double> step, change;
        double rho;
    };
    std::vector<Pair> m_pairs;
};

/// Minimises the loss from zero. Empty when stopped.
std::optional<std::vector<double>> minimise(const LogisticLoss& loss, const std::stop_token& stop)
{
    constexpr int kMaxIterations = 300;
    constexpr double kTolerance = 1e-5, kSufficient = 1e-4, kSmallestStep = 1e-10;
    std::vector<double> weights(loss.classes * loss.columns, 0.0), gradient, nextGradient;
    double value = loss(weights, gradient);
    CurvaturePairs pairs;
    for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
        if (stop.stop_requested())
            return std::nullopt;
        if (std::ranges::all_of(gradient, [](double g) { return std::abs(g) < kTolerance; }))
            break;
        const std::vector<double> direction = pairs.direction(gradient);
        const double slope = dot(direction, gradient);
        double length = 1.0, nextValue = value;
        std::vector<double> next;
        for (; length >= kSmallestStep; length *= 0.5) {
            next = weights;
            CurvaturePairs::addScaled(next, direction, length);
            nextValue = loss(next, nextGradient);
            if (nextValue <= value + kSufficient * length * slope)
                break;
        }
        if (length < kSmallestStep)
            break; // the loss is flat to rounding: this is the minimum
        std::vector<double> step = next, change = nextGradient;
        CurvaturePairs::addScaled(step, weights, -1.0);
        CurvaturePairs::addScaled(change, gradient, -1.0);
        pairs.add(std::move(step), std::move(change));
        weights = std::move(next);
        gradient = nextGradient;
        value = nextValue;
    }
    return weights;
}

/// Solves the symmetric positive definite system A x = b in place (Cholesky); x ends up in b.
void solve(std::vector<double>& a, std::vector<double>& b)
{
    const std::size_t n = b.size();
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t i = j; i < n; ++i) {
            double sum = a[i * n + j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j * n + j];
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

/// Sum of the squared deviations from the mean; exactly 0 for a constant column.
double variationOf(std::span<const float> values)
{
    if (std::ranges::all_of(values, [&values](float value) { return value == values.front(); }))
        return 0.0; // rounding of the mean would leave a trace of it
    double mean = 0.0, sum = 0.0;
    for (const float value : values)
        mean += static_cast<double>(value) / static_cast<double>(values.size());
    for (const float value : values)
        sum += std::pow(static_cast<double>(value) - mean, 2);
    return sum;
}

} // namespace

std::optional<double> knnAccuracy(const ProbeCodes& train, std::span<const std::int32_t> trainLabels, const ProbeCodes& test,
                                  std::span<const std::int32_t> testLabels, int k, std::stop_token stop)
{
    assert(train.count() == trainLabels.size() && test.count() == testLabels.size() && train.latent == test.latent);
    const std::size_t rows = train.count(), latent = static_cast<std::size_t>(train.latent);
    if (rows == 0 || test.count() == 0 || k < 1)
        return std::nullopt;
    const std::size_t wanted = std::min(static_cast<std::size_t>(k), rows);
    // Dimension by dimension, so that the inner loop runs over rows and the compiler can use vector instructions.
    std::vector<float> byDimension(rows * latent);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < latent; ++j)
            byDimension[j * rows + i] = train.mu[i * latent + j];

    constexpr std::size_t kBlock = 2048;
    std::vector<float> distance(kBlock);
    std::vector<std::pair<float, std::size_t>> nearest; // sorted, at most wanted
    std::vector<std::size_t> votes(classCount(trainLabels, testLabels));
    std::size_t correct = 0;
    for (std::size_t q = 0; q < test.count(); ++q) {
        if (stop.stop_requested())
            return std::nullopt;
        nearest.clear();
        for (std::size_t begin = 0; begin < rows; begin += kBlock) {
            const std::size_t here = std::min(kBlock, rows - begin);
            std::fill_n(distance.begin(), here, 0.0F);
            for (std::size_t j = 0; j < latent; ++j) {
                const float at = test.mu[q * latent + j];
                const float* values = byDimension.data() + j * rows + begin;
                float* out = distance.data();
                for (std::size_t i = 0; i < here; ++i)
                    out[i] += (values[i] - at) * (values[i] - at);
            }
            for (std::size_t i = 0; i < here; ++i) {
                if (nearest.size() == wanted && distance[i] >= nearest.back().first)
                    continue;
                const std::pair entry(distance[i], begin + i);
                if (nearest.size() == wanted)
                    nearest.pop_back();
                nearest.insert(std::ranges::upper_bound(nearest, entry), entry);
            }
        }
        std::ranges::fill(votes, std::size_t{0});
        for (const auto& [far, row] : nearest)
            ++votes[static_cast<std::size_t>(trainLabels[row])];
        const auto winner = std::ranges::max_element(votes) - votes.begin();
        correct += winner == testLabels[q] ? 1 : 0;
    }
    return static_cast<double>(correct) / static_cast<double>(test.count());
}

std::optional<double> linearAccuracy(const ProbeCodes& train, std::span<const std::int32_t> trainLabels, const ProbeCodes& test,
                                     std::span<const std::int32_t> testLabels, std::stop_token stop)
{
    assert(train.count() == trainLabels.size() && test.count() == testLabels.size() && train.latent == test.latent);
    if (train.count() == 0 || test.count() == 0)
        return std::nullopt;
    const Design design(train);
    const std::vector<double> rows = design.rows(train);
    const LogisticLoss loss{rows, trainLabels, design.columns(), classCount(trainLabels, testLabels)};
    const auto weights = minimise(loss, stop);
    if (!weights)
        return std::nullopt;

    const std::vector<double> questions = design.rows(test);
    std::size_t correct = 0;
    std::vector<double> logits(loss.classes);
    for (std::size_t i = 0; i < test.count(); ++i) {
        const auto row = std::span(questions).subspan(i * loss.columns, loss.columns);
        for (std::size_t c = 0; c < loss.classes; ++c)
            logits[c] = dot(row, std::span(*weights).subspan(c * loss.columns, loss.columns));
        correct += std::ranges::max_element(logits) - logits.begin() == testLabels[i] ? 1 : 0;
    }
    return static_cast<double>(correct) / static_cast<double>(test.count());
}

std::optional<double> linearR2(const ProbeCodes& train, std::span<const float> trainColumn, const ProbeCodes& test, std::span<const float> testColumn)
{
    assert(train.count() == trainColumn.size() && test.count() == testColumn.size() && train.latent == test.latent);
    const double total = variationOf(testColumn);
    if (train.count() == 0 || test.count() == 0 || !(total > 0.0) || !(variationOf(trainColumn) > 0.0) || !std::isfinite(total))
        return std::nullopt;
    const Design design(train);
    const std::size_t n = design.columns();
    const std::vector<double> rows = design.rows(train);
    std::vector<double> normal(n * n, 0.0), right(n, 0.0);
    for (std::size_t i = 0; i < train.count(); ++i)
        for (std::size_t a = 0; a < n; ++a) {
            right[a] += rows[i * n + a] * static_cast<double>(trainColumn[i]);
            for (std::size_t b = 0; b < n; ++b)
                normal[a * n + b] += rows[i * n + a] * rows[i * n + b];
        }
    // A thousandth of one sample: keeps the system solvable when dimensions are unused or repeat each other.
    for (std::size_t a = 0; a + 1 < n; ++a)
        normal[a * n + a] += 1e-3;
    solve(normal, right);

    const std::vector<double> questions = design.rows(test);
    double residual = 0.0;
    for (std::size_t i = 0; i < test.count(); ++i)
        residual += std::pow(static_cast<double>(testColumn[i]) - dot(std::span(questions).subspan(i * n, n), right), 2);
    return 1.0 - residual / total;
}

} // namespace latentscape
