// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/process_settings.h"

#include <span>
#include <string>

namespace latentscape {

/// Something that must be the same in all processes of a run.
struct SharedFact {
    std::string what;  ///< as a subject: "training.batch_size"
    std::string value;
};

/// The processes that train one model together: each takes its share of every batch, gradients are summed, so that the weights are bit-equal in
/// all of them after every step. Made by VaeBackendFactory::join(), shared by a run's owner and its backend. requestStop(), stopRequested() and
/// stopAgreed() from any thread; the others from one thread at a time, none of them while the backend steps. A run whose processes were
/// joined is ended only at a step: what one process decides alone would leave the others waiting.
class ProcessGroup {
public:
    virtual ~ProcessGroup() = default;

    [[nodiscard]] virtual int rank() const noexcept = 0;
    [[nodiscard]] virtual int size() const noexcept = 0;
    /// Asks all processes to stop; travels with the next step's gradients.
    virtual void requestStop() noexcept = 0;
    [[nodiscard]] virtual bool stopRequested() const noexcept = 0;
    /// Whether one of them asked before the last step: the same answer in all processes after the same step.
    [[nodiscard]] virtual bool stopAgreed() const noexcept = 0;

    /// Waits for all processes and compares. To be called once, with the same facts in the same order; a group that ends before tells the others
    /// that it does. Errors, in every process: Mismatch naming the first fact that differs and from which process, or that a process was
    /// refused; NotFound when one does not come in time; PeerLost when one dies meanwhile; Cancelled.
    [[nodiscard]] virtual Result<void> agreeOn(std::span<const SharedFact> facts) = 0;
    /// Waits until all processes have come here. Error PeerLost when one cannot.
    [[nodiscard]] virtual Result<void> meet() = 0;
    /// After PeerLost: whether this process is the lowest that is left and thereby the one to save. Waits up to two seconds for lower ones. Where
    /// the meeting point is lost as well every process is told that it is: they hold the same weights.
    [[nodiscard]] virtual bool isLowestSurvivor() = 0;
};

/// Refuses a batch that cannot be cut into equal shares: Mismatch with the nearest one that can.
[[nodiscard]] Result<void> checkBatchDivides(int batchSize, int processes);

} // namespace latentscape
