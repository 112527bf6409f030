// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/evaluation.h"

#include "core/torch/evaluation_terms.h"
#include "core/torch/noise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

namespace latentscape {

namespace {

Error cancelled()
{
    return Error{ErrorCode::Cancelled, "The evaluation was stopped", {}, {}, {}};
}

/// KL of N(μ, σ²) from N(0, 1) in one dimension (Kingma & Welling, arXiv:1312.6114, App. B), in nats.
double klOf(double mu, double logvar) noexcept
{
    return -0.5 * (1.0 + logvar - mu * mu - std::exp(logvar));
}

/// What a pass over chunks hands out: posterior parameters and the mean reconstruction loss of each sample.
struct Chunk {
    std::span<const std::int32_t> samples;
    std::span<const float> mu;     ///< [n, L]
    std::span<const float> logvar; ///< [n, L]
    std::span<const double> reconstruction; ///< [n]; empty when no draws were asked for
    std::span<const float> noise;  ///< [n, draws · L]; empty likewise, and for an autoencoder
};

/// Calls visit(chunk) for all samples in order; draws = 0: posterior only. False when stopped.
template <typename Visit>
bool forEachChunk(const EvaluationInput& input, int draws, Visit&& visit)
{
    const auto latent = static_cast<std::size_t>(input.engine.layout().latent());
    const bool sampled = input.config.objective.isVariational();
    const std::size_t rows = std::min(input.engine.chunkRows(), std::max<std::size_t>(input.indices.size(), 1));
    const int repeats = sampled ? draws : std::min(draws, 1);
    std::vector<float> mu(rows * latent), logvar(rows * latent), z(rows * latent);
    std::vector<float> noise(rows * latent * static_cast<std::size_t>(std::max(repeats, 1)));
    std::vector<double> nats(rows), mean(rows);
    for (std::size_t first = 0; first < input.indices.size(); first += rows) {
        if (input.stop.stop_requested())
            return false;
        const std::size_t n = std::min(rows, input.indices.size() - first);
        const std::span<const std::int32_t> samples = input.indices.subspan(first, n);
        const std::size_t values = n * latent;
        input.engine.posterior(input.test, samples, std::span(mu).first(values), std::span(logvar).first(values));
        const std::size_t noiseRow = latent * static_cast<std::size_t>(std::max(repeats, 1));
        if (sampled && repeats > 0)
            for (std::size_t row = 0; row < n; ++row)
                evaluationNoise(input.config.training.seed, input.test, samples[row], std::span(noise).subspan(row * noiseRow, noiseRow));
        std::fill(mean.begin(), mean.end(), 0.0);
        for (int draw = 0; draw < repeats; ++draw) {
            if (input.stop.stop_requested())
                return false;
            for (std::size_t row = 0; row < n; ++row)
                for (std::size_t j = 0; j < latent; ++j) {
                    const std::size_t at = row * latent + j;
                    const float epsilon = sampled ? noise[row * noiseRow + static_cast<std::size_t>(draw) * latent + j] : 0.0f;
                    z[at] = sampled ? mu[at] + std::exp(0.5f * logvar[at]) * epsilon : mu[at];
                }
            input.engine.reconstruction(input.test, samples, std::span(z).first(values), std::span(nats).first(n));
            for (std::size_t row = 0; row < n; ++row)
                mean[row] += nats[row] / repeats;
        }
        visit(Chunk{samples, std::span(mu).first(values), std::span(logvar).first(values),
                    std::span(mean).first(repeats > 0 ? n : 0), std::span(noise).first(sampled && repeats > 0 ? n * noiseRow : 0)});
    }
    return true;
}

LossTerms lossOf(double reconstruction, double kl, double beta) noexcept
{
    return {reconstruction + kl, reconstruction, kl, reconstruction + beta * kl};
}

double klOfRow(const Chunk& chunk, std::size_t row, std::size_t latent) noexcept
{
    double kl = 0.0;
    for (std::size_t at = row * latent; at < (row + 1) * latent; ++at)
        kl += klOf(static_cast<double>(chunk.mu[at]), static_cast<double>(chunk.logvar[at]));
    return kl;
}

/// Sums of R and KL by class.
class ClassSums {
public:
    explicit ClassSums(const EvaluationInput& input)
    {
        if (!input.data || !input.data->isLabelled())
            return;
        m_labels = input.test ? input.data->test().labels : input.data->train().labels;
        m_sums.resize(input.data->classNames().size());
    }

    void add(std::int32_t sample, double reconstruction, double kl)
    {
        if (m_labels.empty())
            return;
        Evaluation::ClassLoss& sums = m_sums[static_cast<std::size_t>(m_labels[static_cast<std::size_t>(sample)])];
        ++sums.images;
        sums.loss.reconstruction += reconstruction;
        sums.loss.kl += kl;
    }

    [[nodiscard]] std::vector<Evaluation::ClassLoss> means(double beta) const
    {
        std::vector<Evaluation::ClassLoss> classes = m_sums;
        for (Evaluation::ClassLoss& one : classes) {
            const double count = std::max(1.0, static_cast<double>(one.images));
            one.loss = lossOf(one.loss.reconstruction / count, one.loss.kl / count, beta);
        }
        return classes;
    }

private:
    std::span<const std::int32_t> m_labels;
    std::vector<Evaluation::ClassLoss> m_sums;
};

} // namespace

Result<LatentFrame> encodeSamples(const EvaluationInput& input)
{
    LatentFrame frame;
    frame.latent = input.engine.layout().latent();
    frame.exact = true;
    frame.indices.assign(input.indices.begin(), input.indices.end());
    const std::size_t values = input.indices.size() * static_cast<std::size_t>(frame.latent);
    frame.mu.reserve(values);
    frame.logvar.reserve(values);
    const bool done = forEachChunk(input, /*draws=*/0, [&](const Chunk& chunk) {
        frame.mu.insert(frame.mu.end(), chunk.mu.begin(), chunk.mu.end());
        frame.logvar.insert(frame.logvar.end(), chunk.logvar.begin(), chunk.logvar.end());
    });
    if (!done)
        return cancelled();
    return frame;
}

Result<Evaluation> evaluateSamples(const EvaluationInput& input, int draws)
{
    const auto latent = static_cast<std::size_t>(input.engine.layout().latent());
    const bool sampled = input.config.objective.isVariational();
    std::vector<double> kl(latent), mean(latent), squares(latent), variance(latent);
    double reconstruction = 0.0;
    double seen = 0.0;
    ClassSums byClass(input);
    std::optional<BatchTerms> terms;
    if (BatchTerms::areIn(input.config.objective))
        terms.emplace(input.config, input.test, draws, input.datasetSize > 0 ? input.datasetSize : static_cast<std::int64_t>(input.indices.size()));
    const bool done = forEachChunk(input, draws, [&](const Chunk& chunk) {
        for (std::size_t row = 0; row < chunk.samples.size(); ++row) {
            reconstruction += chunk.reconstruction[row];
            seen += 1.0;
            byClass.add(chunk.samples[row], chunk.reconstruction[row], sampled ? klOfRow(chunk, row, latent) : 0.0);
            if (terms) {
                const std::size_t noises = latent * static_cast<std::size_t>(draws);
                terms->add(chunk.samples[row], chunk.mu.subspan(row * latent, latent), chunk.logvar.subspan(row * latent, latent),
                           chunk.noise.subspan(row * noises, noises));
            }
            for (std::size_t j = 0; j < latent; ++j) {
                const double mu = static_cast<double>(chunk.mu[row * latent + j]);
                const double logvar = static_cast<double>(chunk.logvar[row * latent + j]);
                // Welford's running mean and sum of squares: no cancellation for codes far from 0
                const double delta = mu - mean[j];
                mean[j] += delta / seen;
                squares[j] += delta * (mu - mean[j]);
                if (sampled) {
                    kl[j] += klOf(mu, logvar);
                    variance[j] += std::exp(logvar);
                }
            }
        }
    });
    if (!done)
        return cancelled();
    Evaluation result;
    result.images = static_cast<std::int64_t>(input.indices.size());
    const double count = std::max(seen, 1.0);
    double klSum = 0.0;
    for (std::size_t j = 0; j < latent; ++j) {
        result.diagnostics.klPerDimension.push_back(kl[j] / count);
        result.diagnostics.meanVariance.push_back(squares[j] / count);
        result.diagnostics.aggregateVariance.push_back((variance[j] + squares[j]) / count);
        klSum += kl[j] / count;
    }
    const ObjectiveConfig& objective = input.config.objective;
    result.loss = lossOf(reconstruction / count, klSum, objective.beta);
    if (terms) {
        const BatchTerms::Means means = terms->finish();
        result.loss.objective = result.loss.reconstruction + means.value;
        result.betaSlope = means.betaSlope;
    } else {
        result.loss.objective = objectiveOf(objective, result.loss.reconstruction, result.diagnostics.klPerDimension);
        result.betaSlope = weightedByBeta(objective, result.diagnostics.klPerDimension);
    }
    result.classes = byClass.means(objective.beta);
    return result;
}

Result<std::vector<LossTerms>> evaluateEachSample(const EvaluationInput& input)
{
    const auto latent = static_cast<std::size_t>(input.engine.layout().latent());
    const bool sampled = input.config.objective.isVariational();
    std::vector<LossTerms> rows;
    rows.reserve(input.indices.size());
    const bool done = forEachChunk(input, /*draws=*/1, [&](const Chunk& chunk) {
        for (std::size_t row = 0; row < chunk.samples.size(); ++row) {
            const double kl = sampled ? klOfRow(chunk, row, latent) : 0.0;
            rows.push_back(lossOf(chunk.reconstruction[row], kl, input.config.objective.beta));
        }
    });
    if (!done)
        return cancelled();
    return rows;
}

Result<VaeBackend::IwaeBound> iwaeBound(const EvaluationInput& input, int k)
{
    const auto latent = static_cast<std::size_t>(input.engine.layout().latent());
    const auto draws = static_cast<std::size_t>(k);
    const std::size_t capacity = input.engine.chunkRows();
    std::vector<float> noise(draws * latent), z(capacity * latent);
    std::vector<std::int32_t> samples(capacity);
    std::vector<double> nats(capacity), ratio(capacity), weights;
    double mean = 0.0, squares = 0.0, seen = 0.0;

    // Pairs (image, draw) fill whole chunks, so that few draws of many images and many draws of few cost the same.
    std::size_t fill = 0;
    const auto finishImage = [&] {
        const double largest = *std::max_element(weights.begin(), weights.end());
        double sum = 0.0;
        for (const double weight : weights)
            sum += std::exp(weight - largest);
        const double bound = largest + std::log(sum) - std::log(static_cast<double>(k));
        weights.clear();
        seen += 1.0;
        const double delta = bound - mean;
        mean += delta / seen;
        squares += delta * (bound - mean);
    };
    const auto flush = [&] {
        input.engine.reconstruction(input.test, std::span(samples).first(fill), std::span(z).first(fill * latent), std::span(nats).first(fill));
        for (std::size_t row = 0; row < fill; ++row) {
            weights.push_back(ratio[row] - nats[row]);
            if (weights.size() == draws)
                finishImage();
        }
        fill = 0;
    };
    bool stopped = false;
    const bool done = forEachChunk(input, /*draws=*/0, [&](const Chunk& chunk) {
        for (std::size_t row = 0; row < chunk.samples.size() && !stopped; ++row) {
            evaluationNoise(input.config.training.seed, input.test, chunk.samples[row], noise);
            for (std::size_t draw = 0; draw < draws; ++draw) {
                // log p(z) − log q(z|x): the normalising constants cancel
                double logRatio = 0.0;
                for (std::size_t j = 0; j < latent; ++j) {
                    const double epsilon = static_cast<double>(noise[draw * latent + j]);
                    const double logvar = static_cast<double>(chunk.logvar[row * latent + j]);
                    const double code = static_cast<double>(chunk.mu[row * latent + j]) + std::exp(0.5 * logvar) * epsilon;
                    z[fill * latent + j] = static_cast<float>(code);
                    logRatio += 0.5 * (epsilon * epsilon + logvar - code * code);
                }
                samples[fill] = chunk.samples[row];
                ratio[fill] = logRatio;
                if (++fill == capacity) {
                    flush();
                    stopped = input.stop.stop_requested();
                    if (stopped)
                        return;
                }
            }
        }
    });
    if (!done || stopped)
        return cancelled();
    if (fill > 0)
        flush();
    const double variance = seen > 1.0 ? squares / (seen - 1.0) : 0.0;
    return VaeBackend::IwaeBound{k, mean, seen > 0.0 ? std::sqrt(variance / seen) : 0.0};
}

} // namespace latentscape
