// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/process_group.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>

namespace at {
class Tensor;
}

namespace latentscape {

struct StepLoss;

/// A sum over the processes that cannot be had, because one of them is gone or does not answer. Leaves core/torch as ErrorCode::PeerLost.
class PeerLostError final : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The part of a batch that one process computes.
struct BatchSlice {
    std::size_t begin = 0;
    std::size_t count = 0;
};

/// ProcessGroup over LibTorch's c10d: a TCPStore to meet, Gloo or NCCL to add. Besides the interface it has what engines need. Engines call
/// on the trainer's thread, the owner on its own, never at once.
class TorchProcessGroup final : public ProcessGroup {
public:
    /// Numbers behind the gradients in the buffer of sumStep(): sums of R, KL and the objective, and the wish to stop.
    static constexpr std::size_t kStepTail = 4;

    /// As VaeBackendFactory::join().
    [[nodiscard]] static Result<std::shared_ptr<TorchProcessGroup>> join(const ProcessSettings& settings);
    ~TorchProcessGroup() override; ///< process 0, where it keeps the meeting point, waits a moment for the others to leave

    [[nodiscard]] int rank() const noexcept override { return m_settings.rank; }
    [[nodiscard]] int size() const noexcept override { return m_settings.size; }
    void requestStop() noexcept override { m_stopRequested.store(true); }
    [[nodiscard]] bool stopRequested() const noexcept override { return m_stopRequested.load(); }
    [[nodiscard]] bool stopAgreed() const noexcept override { return m_stopAgreed.load(); }
    [[nodiscard]] Result<void> agreeOn(std::span<const SharedFact> given) override;
    [[nodiscard]] Result<void> meet() override;
    [[nodiscard]] bool isLowestSurvivor() override;

    /// This process's part of a batch: all parts are as large, within one sample; empty where the batch is smaller than the group.
    [[nodiscard]] BatchSlice sliceOf(std::size_t batch) const noexcept;
    /// Adds the tensor (contiguous, of the same shape and type everywhere) over all processes, in place. The same bits come out in all of them:
    /// in a ring each number is added up in one place and handed on. Throws PeerLostError.
    void sum(const at::Tensor& tensor);
    /// The one exchange of a step. flat: [gradients…, R, KL, objective, stop], the last of which is the group's own. Throws PeerLostError.
    void sumStep(const at::Tensor& flat);
    /// The same on the CPU: loss holds this process's sums before and those of the batch afterwards.
    void sumStep(std::span<float> flat, StepLoss& loss);

private:
    struct Link; ///< what c10d needs

    TorchProcessGroup(const ProcessSettings& settings, std::unique_ptr<Link> link);
    [[nodiscard]] Result<void> waitForAll(const char* key, const char* purpose);
    [[nodiscard]] std::string place() const; ///< "address:port"
    void connect();
    void leave() noexcept;
    [[noreturn]] void lose(const std::string& reason);

    ProcessSettings m_settings;
    std::unique_ptr<Link> m_link;
    bool m_agreed = false;
    std::atomic<bool> m_stopRequested{false};
    std::atomic<bool> m_stopAgreed{false};
};

} // namespace latentscape
