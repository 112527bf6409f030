// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/carried_state.h"
#include "core/train/control_marks.h"
#include "core/train/early_stopping.h"
#include "core/train/trainer.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace latentscape {

/// One run without its thread: backend, counters, order of the samples, losses, and the last good state. Knows nothing of commands,
/// pauses or clocks, so that what it computes depends on the configuration and the number of steps alone.
/// Owned by Trainer::Worker; every function on the trainer thread. Error NonFinite asks for rollBack(), Cancelled comes from stop.
class TrainingRun {
public:
    /// Splits the data, makes the backend, restores the checkpoint, keeps where the run stands.
    /// Errors: InvalidArgument, Mismatch, and those of the factory.
    [[nodiscard]] static Result<std::unique_ptr<TrainingRun>> prepare(const Trainer::Setup& setup, MetricsLog& metrics);

    // --- where it stands ------------------------------------------------------------------------------------------------------
    [[nodiscard]] const RunProgress& progress() const noexcept { return m_progress; }
    [[nodiscard]] std::int64_t stepsPerEpoch() const noexcept { return m_stepsPerEpoch; }
    [[nodiscard]] double epoch() const noexcept; ///< fractional
    [[nodiscard]] int epochs() const noexcept { return m_config.training.epochs; }
    [[nodiscard]] bool hasEpochsLeft() const noexcept { return m_progress.epochsDone < epochs(); }
    [[nodiscard]] bool atEpochEnd() const noexcept { return m_progress.stepInEpoch == m_stepsPerEpoch; }
    /// Whether the epoch just finished is where the run was to end or to be interrupted.
    [[nodiscard]] bool endsHere() const noexcept;
    /// Whether a run with patience is through, by patience or by its last epoch, and has other weights than the best ones.
    [[nodiscard]] bool wantsBestBack() const noexcept;
    [[nodiscard]] std::int64_t imagesDone() const noexcept; ///< over the whole run
    [[nodiscard]] std::int64_t imagesLeft() const noexcept;
    [[nodiscard]] std::string deviceName() const { return m_backend->deviceName(); }
    [[nodiscard]] StepMode stepMode() const { return m_backend->stepMode(); }
    [[nodiscard]] int threads() const noexcept { return m_backend->threads(); }

    // --- training -------------------------------------------------------------------------------------------------------------
    void apply(const LiveControls& controls);
    void setEpochs(int epochs); ///< not below the epoch under way
    [[nodiscard]] Result<void> step();
    /// Reads the losses of the steps since the last call into the log and the epoch's sums.
    [[nodiscard]] Result<void> drain();
    /// About every 200 steps: drains, checks that the weights still give a finite loss, and remembers them.
    [[nodiscard]] Result<void> keepIfDue(const std::stop_token& stop);
    void keep();
    /// Drained before, at the epoch's end: evaluates, records and remembers.
    [[nodiscard]] Result<EpochRecord> finishEpoch(double seconds, double imagesPerSecond, const std::stop_token& stop);
    struct RollBack {
        std::string text;
        double learningRate = 0.0;
    };
    /// Back to the last remembered state, with half the learning rate; the fourth time Error NonFinite (and back all the same).
    [[nodiscard]] Result<RollBack> rollBack(const Error& cause);
    void restoreKept();
    /// Where wantsBestBack(): puts the best weights and their optimiser back. Returns what happened, in a sentence.
    [[nodiscard]] Result<std::string> putBestBack();
    ControlMarks& marks() noexcept { return m_marks; }

    // --- looking --------------------------------------------------------------------------------------------------------------
    /// Codes and decoder of this moment. exact: encoded afresh; else harvested (drain first, so that no code comes from a bad step).
    [[nodiscard]] Result<std::shared_ptr<const Snapshot>> look(bool exact, const std::stop_token& stop);
    /// The whole state. Drained before.
    [[nodiscard]] Checkpoint checkpoint();

private:
    TrainingRun(const Trainer::Setup& setup, MetricsLog& metrics);
    Result<void> splitData(const std::vector<std::int32_t>& validation);
    [[nodiscard]] Result<void> holdOut(const std::vector<std::int32_t>& validation);
    [[nodiscard]] RunConfig asChecked(RunConfig config) const;
    Result<void> makeBackend(const Trainer::Setup& setup);
    Result<void> resume(const Checkpoint& checkpoint);
    [[nodiscard]] Result<void> keepAgain(const Checkpoint& checkpoint, const CarriedState& kept, const std::vector<TensorBlob>& trainState);
    void addKept(Checkpoint& out);
    Result<void> beginEpoch();
    [[nodiscard]] StepControls controlsOf(std::int64_t step) const noexcept; ///< of the step of that number from 0, schedules applied
    [[nodiscard]] double heldObjective(const Evaluation& evaluation, const StepControls& controls) const noexcept;

    RunConfig m_config; ///< as started, with the live β, learning rate and number of epochs
    std::shared_ptr<const Dataset> m_data;
    MetricsLog& m_metrics;
    ControlMarks m_marks;
    std::unique_ptr<VaeBackend> m_backend;
    std::vector<std::int32_t> m_training;   ///< indices into the train part
    std::vector<std::int32_t> m_held;       ///< what epochs are evaluated on
    std::vector<std::int32_t> m_probe;      ///< a few training samples that show whether weights are finite
    bool m_heldIsTest = true;
    bool m_validationGiven = false; ///< explicit samples instead of a fraction
    std::int64_t m_stepsPerEpoch = 1;
    RunProgress m_progress;
    RunProgress m_kept;
    std::vector<AttributeDirection> m_directions; ///< of the file that was resumed: they go into the next one
    bool m_epochBegun = false;
    EarlyStopping m_stopping;
    std::size_t m_pendingSteps = 0; ///< not yet drained
    std::uint64_t m_generation = 0;
};

} // namespace latentscape
