// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "support/fake_backend.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// The inside of fake_backend.cpp, in a file of its own for its length alone.
namespace latentscape::tests {

inline constexpr std::size_t kMoments = 16;
inline constexpr float kGreysAClass = 30.0f; ///< a conditional model's images are so much brighter from class to class
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct NamedShape {
    std::string name;
    std::vector<std::int64_t> shape;
    [[nodiscard]] std::size_t size() const
    {
        return static_cast<std::size_t>(std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()));
    }
};

inline std::vector<NamedShape> layout(const RunConfig& config)
{
    std::vector<NamedShape> out;
    const auto linear = [&](const std::string& name, std::int64_t in, std::int64_t width) {
        out.push_back({name + ".weight", {width, in}});
        out.push_back({name + ".bias", {width}});
    };
    const auto items = static_cast<std::int64_t>(config.model.inputShape.size());
    std::int64_t width = items + config.model.classes;
    int index = 0;
    for (const int next : config.model.encoderHidden) {
        linear("encoder." + std::to_string(index), width, next);
        width = next;
        index += 2;
    }
    linear("to_mu", width, config.model.latent);
    linear("to_logvar", width, config.model.latent);
    width = config.model.latent + config.model.classes;
    index = 0;
    for (const int next : config.model.decoderWidths()) {
        linear("decoder." + std::to_string(index), width, next);
        width = next;
        index += 2;
    }
    linear("decoder." + std::to_string(index), width, items);
    if (config.objective.likelihood == Likelihood::GaussianLearned)
        out.push_back({"log_sigma", {1}});
    return out;
}

template <typename T>
TensorBlob blob(std::string name, TensorType type, std::vector<std::int64_t> shape, const T* data, std::size_t count)
{
    TensorBlob out{std::move(name), type, std::move(shape), std::vector<std::byte>(count * sizeof(T))};
    std::memcpy(out.bytes.data(), data, out.bytes.size());
    return out;
}

class CanaryDecoder final : public Decoder {
public:
    CanaryDecoder(int latent, ItemShape shape, std::vector<float> canary, std::shared_ptr<FakeScript> script, int classes = 0, int label = 0)
        : m_latent(latent), m_shape(shape), m_canary(std::move(canary)), m_script(std::move(script)), m_classes(classes), m_label(label)
    {
    }
    int classes() const noexcept override { return m_classes; }
    std::shared_ptr<const Decoder> forClass(int label) const override
    {
        return m_classes > 0 ? std::make_shared<CanaryDecoder>(m_latent, m_shape, m_canary, m_script, m_classes, label) : nullptr;
    }
    int latent() const noexcept override { return m_latent; }
    ItemShape shape() const noexcept override { return m_shape; }
    bool isQuick() const noexcept override { return m_script->quickDecoders; }
    void decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override
    {
        m_script->decodeLatch.pass();
        ++m_script->decodes;
        const auto latent = static_cast<std::size_t>(m_latent);
        for (std::size_t i = 0; i < count * m_shape.size(); ++i) {
            float value = m_canary[i % m_shape.size()] + kGreysAClass * static_cast<float>(m_label);
            if (m_script->imagesFollowCodes) {
                const auto code = z.subspan(i / m_shape.size() * latent, latent);
                value += 100.0f + 10.0f * std::accumulate(code.begin(), code.end(), 0.0f);
            }
            means[i] = std::fmod(std::max(0.0f, value), 256.0f) / 255.0f;
        }
    }

private:
    int m_latent;
    ItemShape m_shape;
    std::vector<float> m_canary; ///< one a pixel: the step number
    std::shared_ptr<FakeScript> m_script;
    int m_classes; ///< of a conditional model; 0: none
    int m_label;   ///< that is decoded for
};

class FakeBackend final : public VaeBackend {
public:
    FakeBackend(BackendRequest request, std::shared_ptr<FakeScript> script) : m_request(std::move(request)), m_script(std::move(script))
    {
        if (m_request.trainingIndices.empty() && m_request.data) {
            m_request.trainingIndices.resize(m_request.data->train().count);
            std::iota(m_request.trainingIndices.begin(), m_request.trainingIndices.end(), 0);
        }
        m_layout = layout(m_request.config);
        std::size_t size = 0;
        for (const NamedShape& tensor : m_layout)
            size += tensor.size();
        m_state.weights.resize(size);
        RandomStream(m_request.config.training.seed, StreamPurpose::Initialisation).fillNormal(m_state.weights);
        m_canaryAt = size - (m_layout.back().shape.empty() ? 1 : 0) - m_request.config.model.inputShape.size();
        setCanary();
        for (std::size_t row = 0; row < m_request.trainingIndices.size(); ++row)
            m_rowOf[m_request.trainingIndices[row]] = row;
        ++m_script->created;
        ++m_script->alive;
    }
    ~FakeBackend() override { --m_script->alive; }

    const RunConfig& config() const noexcept override { return m_request.config; }
    std::string deviceName() const override { return "Fake"; }
    int threads() const noexcept override { return 1; }

    Result<void> beginEpoch(int epoch, std::span<const std::int32_t> order) override
    {
        ++m_script->epochsBegun;
        m_epoch = epoch;
        m_order.assign(order.begin(), order.end());
        return {};
    }

    Result<void> step(std::size_t begin, std::size_t count, const StepControls& controls) override
    {
        const std::int64_t call = ++m_script->steps;
        m_script->stepLatch.pass();
        if (const int length = m_script->stepMicroseconds)
            std::this_thread::sleep_for(std::chrono::microseconds(length));
        const FakeScript::Fault fault = m_script->faultOf(call);
        if (fault.throws)
            throw std::runtime_error("thrown on purpose");
        if (fault.error)
            return *fault.error;

        RandomStream noise(m_request.config.training.seed, StreamPurpose::Reparameterisation,
                           (static_cast<std::uint64_t>(m_epoch) << 32) + begin);
        std::array<double, kMoments> gradient{};
        const ObjectiveConfig& objective = m_request.config.objective;
        StepLoss loss;
        loss.images = static_cast<int>(count);
        for (std::size_t i = begin; i < begin + count; ++i) {
            const double sample = m_order[i];
            const double draw = noise.normal();
            for (std::size_t k = 0; k < kMoments; ++k)
                gradient[k] += std::sin(0.37 * sample + static_cast<double>(k)) * (1.0 + 0.1 * draw)
                    + 0.01 * (controls.beta + controls.capacity) * static_cast<double>(m_state.weights[k]);
            loss.reconstruction += 20.0 + std::abs(static_cast<double>(m_state.weights[static_cast<std::size_t>(i) % kMoments])) + 0.1 * draw;
            loss.kl += 3.0 + std::cos(sample);
        }
        loss.objective = loss.reconstruction
            + (objective.gamma > 0.0 ? objective.gamma * std::abs(loss.kl - static_cast<double>(count) * controls.capacity)
                                      : controls.beta * loss.kl);
        const double norm = std::sqrt(std::inner_product(gradient.begin(), gradient.end(), gradient.begin(), 0.0)) / static_cast<double>(count);
        const double clipNorm = m_request.config.training.clipNorm;
        if (clipNorm > 0.0 || m_state.step % 16 == 0)
            loss.gradientNorm = norm;
        const double scale = clipNorm > 0.0 ? std::min(1.0, clipNorm / norm) : 1.0;
        for (std::size_t k = 0; k < kMoments; ++k)
            m_state.momentum[k] =
                static_cast<float>(0.9 * static_cast<double>(m_state.momentum[k]) + scale * gradient[k] / static_cast<double>(count));
        for (std::size_t i = 0; i < m_state.weights.size(); ++i)
            m_state.weights[i] -= static_cast<float>(controls.learningRate) * m_state.momentum[i % kMoments];
        ++m_state.step;
        setCanary();
        if (fault.nan || fault.poison)
            std::fill(m_state.weights.begin(), m_state.weights.end(), kNan);
        if (fault.nan)
            loss.reconstruction = std::numeric_limits<double>::quiet_NaN();
        m_losses.push_back(loss);
        for (std::size_t i = begin; i < begin + count; ++i)
            encodeRow(m_order[i], m_rowOf.at(m_order[i]));
        return {};
    }

    std::vector<StepLoss> drainSteps() override
    {
        ++m_script->drains;
        return std::exchange(m_losses, {});
    }

    std::shared_ptr<LatentFrame> harvestedCodes() const override
    {
        ++m_script->harvests;
        return std::make_shared<LatentFrame>(m_codes);
    }

    Result<std::shared_ptr<LatentFrame>> encodeTraining(std::stop_token stop) override
    {
        ++m_script->encodings;
        m_script->encodeLatch.pass(stop);
        if (stop.stop_requested())
            return cancelled();
        m_codes.latent = m_request.config.model.latent;
        m_codes.indices = m_request.trainingIndices;
        m_codes.mu.resize(m_codes.count() * static_cast<std::size_t>(m_codes.latent));
        m_codes.logvar.resize(m_codes.mu.size());
        for (std::size_t row = 0; row < m_codes.count(); ++row)
            encodeRow(m_codes.indices[row], row);
        auto frame = std::make_shared<LatentFrame>(m_codes);
        frame->exact = true;
        return frame;
    }

    Result<LatentFrame> encode(bool, std::span<const std::int32_t> indices, std::stop_token) override
    {
        LatentFrame frame;
        frame.latent = m_request.config.model.latent;
        frame.indices.assign(indices.begin(), indices.end());
        for (const std::int32_t index : indices)
            for (int k = 0; k < frame.latent; ++k) {
                frame.mu.push_back(meanOf(index, k));
                frame.logvar.push_back(-1.0f);
            }
        frame.exact = true;
        return frame;
    }

    Result<Evaluation> evaluate(bool test, std::span<const std::int32_t> indices, int, std::stop_token stop) override
    {
        ++m_script->evaluations;
        const bool heldOut = test || indices.size() != std::min<std::size_t>(64, m_request.trainingIndices.size());
        if (heldOut)
            m_script->evaluateLatch.pass(stop);
        if (stop.stop_requested())
            return cancelled();
        Evaluation out;
        out.images = static_cast<std::int64_t>(indices.size());
        const Dataset* data = m_request.data.get();
        const std::vector<std::int32_t> labels = !data ? std::vector<std::int32_t>() : (test ? data->test() : data->train()).labels;
        out.classes.resize(labels.empty() ? 0 : data->classNames().size());
        for (const std::int32_t index : indices) {
            const double reconstruction = 20.0 + std::abs(static_cast<double>(m_state.weights[static_cast<std::size_t>(index) % kMoments]));
            const double kl = 3.0 + std::cos(static_cast<double>(index));
            out.loss.reconstruction += reconstruction;
            out.loss.kl += kl;
            if (labels.empty())
                continue;
            auto& [images, loss] = out.classes[static_cast<std::size_t>(labels[static_cast<std::size_t>(index)])];
            ++images;
            loss.nelbo += (reconstruction + kl - loss.nelbo) / static_cast<double>(images);
        }
        out.loss.reconstruction /= static_cast<double>(indices.size());
        out.loss.kl /= static_cast<double>(indices.size());
        if (const auto wanted = heldOut ? m_script->heldNelboOf(m_epoch) : std::nullopt; wanted && std::isfinite(out.loss.reconstruction))
            out.loss.reconstruction = *wanted - out.loss.kl;
        out.loss.nelbo = out.loss.reconstruction + out.loss.kl;
        out.betaSlope = m_request.config.objective.isVariational() ? out.loss.kl : 0.0;
        out.loss.objective = out.loss.reconstruction + m_request.config.objective.beta * out.betaSlope;
        return out;
    }

    Result<std::vector<LossTerms>> evaluatePerSample(bool test, std::span<const std::int32_t> indices, std::stop_token stop) override
    {
        std::vector<LossTerms> out;
        for (const std::int32_t index : indices) {
            auto one = evaluate(test, std::span(&index, 1), 1, stop);
            if (!one)
                return one.error();
            out.push_back(one.value().loss);
        }
        return out;
    }

    Result<IwaeBound> iwae(bool test, std::span<const std::int32_t> indices, int k, std::stop_token stop) override
    {
        auto evaluation = evaluate(test, indices, 1, stop);
        if (!evaluation)
            return evaluation.error();
        return IwaeBound{k, -evaluation.value().loss.nelbo + 1.0 - 1.0 / k, 0.1};
    }

    std::shared_ptr<const Decoder> copyDecoder() const override
    {
        ++m_script->decoderCopies;
        const auto first = m_state.weights.begin() + static_cast<std::ptrdiff_t>(m_canaryAt);
        const ItemShape shape = m_request.config.model.inputShape;
        return std::make_shared<CanaryDecoder>(m_request.config.model.latent, shape,
                                               std::vector<float>(first, first + static_cast<std::ptrdiff_t>(shape.size())), m_script,
                                               m_request.config.model.classes);
    }

    std::vector<TensorBlob> weights() const override
    {
        std::vector<TensorBlob> out;
        std::size_t at = 0;
        for (const NamedShape& tensor : m_layout) {
            out.push_back(blob(tensor.name, TensorType::F32, tensor.shape, m_state.weights.data() + at, tensor.size()));
            at += tensor.size();
        }
        return out;
    }

    std::vector<TensorBlob> trainState() const override
    {
        return {blob("train_state.momentum", TensorType::F32, {static_cast<std::int64_t>(kMoments)}, m_state.momentum.data(), kMoments),
                blob("train_state.step", TensorType::I64, {1}, &m_state.step, 1)};
    }

    Result<void> restore(std::span<const TensorBlob> weights, std::span<const TensorBlob> trainState) override
    {
        ++m_script->restores;
        for (std::size_t i = 0; i < m_layout.size(); ++i)
            if (i >= weights.size() || weights[i].name != m_layout[i].name || weights[i].shape != m_layout[i].shape)
                return Error{ErrorCode::Mismatch, "Tensor " + m_layout[i].name + " is missing or of another shape", "", "", ""};
        for (const TensorBlob& tensor : trainState)
            if (tensor.name != "train_state.momentum" && tensor.name != "train_state.step")
                return Error{ErrorCode::Mismatch, "The tensor " + tensor.name + " does not belong to this model", "", "", ""};
        std::size_t at = 0;
        for (const TensorBlob& tensor : weights) {
            std::memcpy(m_state.weights.data() + at, tensor.bytes.data(), tensor.bytes.size());
            at += tensor.bytes.size() / sizeof(float);
        }
        for (const TensorBlob& tensor : trainState) {
            if (tensor.name == "train_state.momentum")
                std::memcpy(m_state.momentum.data(), tensor.bytes.data(), sizeof m_state.momentum);
            if (tensor.name == "train_state.step")
                std::memcpy(&m_state.step, tensor.bytes.data(), sizeof m_state.step);
        }
        return {};
    }

    void keep() override
    {
        ++m_script->keeps;
        m_kept = m_state;
    }
    void rollBack() override
    {
        ++m_script->rollBacks;
        m_state = m_kept;
    }

private:
    struct State {
        std::vector<float> weights;
        std::array<float, kMoments> momentum{};
        std::int64_t step = 0;
    };

    static Error cancelled() { return Error{ErrorCode::Cancelled, "Stopped", "", "", ""}; }

    void setCanary()
    {
        const auto first = m_state.weights.begin() + static_cast<std::ptrdiff_t>(m_canaryAt);
        std::fill(first, first + static_cast<std::ptrdiff_t>(m_request.config.model.inputShape.size()), static_cast<float>(m_state.step));
    }

    [[nodiscard]] float meanOf(std::int32_t index, int k) const
    {
        return static_cast<float>(double(m_script->codeSpread) * std::sin(0.7 * index + k) + 0.01 * static_cast<double>(m_state.weights[0]));
    }

    void encodeRow(std::int32_t index, std::size_t row)
    {
        const auto latent = static_cast<std::size_t>(m_codes.latent);
        for (std::size_t k = 0; k < latent; ++k) {
            m_codes.mu[row * latent + k] = meanOf(index, static_cast<int>(k));
            m_codes.logvar[row * latent + k] = -1.0f;
        }
    }

    BackendRequest m_request;
    std::shared_ptr<FakeScript> m_script;
    std::vector<NamedShape> m_layout;
    std::size_t m_canaryAt = 0;
    State m_state, m_kept;
    int m_epoch = 0;
    std::vector<std::int32_t> m_order;
    std::vector<StepLoss> m_losses;
    LatentFrame m_codes;
    std::map<std::int32_t, std::size_t> m_rowOf;
};

} // namespace latentscape::tests
