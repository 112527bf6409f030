// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/vae_backend.h"
#include "support/latch.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace latentscape::tests {

/// What a test wants from the fake backends of a factory, and what they did. Shared between the test and the trainer thread.
class FakeScript {
public:
    // --- faults: numbers are calls of step() over the script's life, from 1 -----------------------------------------------------
    void nanAtCall(std::int64_t call);        ///< loss and weights become NaN in that call
    void nanFromCall(std::int64_t call);      ///< and in every later one
    void poisonAtCall(std::int64_t call);     ///< the weights become NaN, the loss of that call is still finite
    void failAtCall(std::int64_t call, Error error);
    void throwAtCall(std::int64_t call);      ///< a std::runtime_error escapes from step(), against the contract
    void failCreate(Error error);

    /// NELBO that evaluate() of the held-out samples gives after each epoch, from the first on; the last one stays. Empty: of the weights.
    void heldNelbos(std::vector<double> values);

    Latch stepLatch;     ///< passed at the start of each step()
    Latch evaluateLatch; ///< passed by evaluate() of the held-out samples, gives way to a stop request
    Latch encodeLatch;   ///< likewise by encodeTraining()
    Latch decodeLatch;   ///< passed by Decoder::decode() of the decoders made here

    /// Decoded images depend on the code, too: every pixel grows with the code's coordinates. Off: the canary alone.
    std::atomic<bool> imagesFollowCodes{false};

    /// Decoders say that they are quick, so that single codes are decoded on the thread that asks.
    std::atomic<bool> quickDecoders{false};

    /// Farthest that a code's mean lies from its dimension's middle.
    std::atomic<float> codeSpread{1.5f};

    /// Length of a step() at least, µs: without it a fake run of any allowed number of epochs is over within seconds.
    std::atomic<int> stepMicroseconds{0};

    // --- what was called ------------------------------------------------------------------------------------------------------
    std::atomic<std::int64_t> steps{0};
    std::atomic<int> epochsBegun{0}, drains{0}, evaluations{0}, encodings{0}, harvests{0}, decoderCopies{0}, keeps{0}, rollBacks{0},
        restores{0}, created{0}, alive{0}, decodes{0}, preparedThreads{0};

private:
    friend class FakeBackend;
    friend class FakeBackendFactory;
    struct Fault {
        bool nan = false;
        bool poison = false;
        bool throws = false;
        std::optional<Error> error;
    };
    [[nodiscard]] Fault faultOf(std::int64_t call);
    [[nodiscard]] std::optional<double> heldNelboOf(int epoch);

    std::mutex m_mutex;
    std::set<std::int64_t> m_nan, m_poison, m_throw;
    std::int64_t m_nanFrom = 0;
    std::int64_t m_failCall = 0;
    std::optional<Error> m_stepError, m_createError;
    std::vector<double> m_heldNelbos;
};

/// Makes deterministic backends without Torch. Their weights have the names and shapes of an MLP's state_dict and change with every
/// step, depending on order, noise, β, capacity and learning rate; the last decoder bias holds the step number, and a decoded image is that
/// number modulo 256 in every pixel (a canary: two different pixels would mean torn weights), plus 30 a class where the model is conditional.
class FakeBackendFactory final : public VaeBackendFactory {
public:
    explicit FakeBackendFactory(std::shared_ptr<FakeScript> script = std::make_shared<FakeScript>());

    [[nodiscard]] Result<std::unique_ptr<VaeBackend>> create(BackendRequest request) const override;
    [[nodiscard]] Result<std::shared_ptr<const Decoder>> createDecoder(const RunConfig& config,
                                                                       std::span<const TensorBlob> weights) const override;
    void prepareDecodingThread(int threads) const override;
    [[nodiscard]] std::vector<DeviceReport> devices() const override;
    [[nodiscard]] std::string description() const override { return "no LibTorch"; }

private:
    std::shared_ptr<FakeScript> m_script;
};

/// A decoder whose every pixel is value / 255; counts and passes the script's latch.
[[nodiscard]] std::shared_ptr<const Decoder> makeCanaryDecoder(int latent, ItemShape shape, std::uint8_t value,
                                                               std::shared_ptr<FakeScript> script);

} // namespace latentscape::tests
