// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_run.h"

#include "core/train/frame_diagnostics.h"
#include "core/train/schedules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace latentscape {

namespace {

constexpr std::int64_t kKeepEvery = 200;       // steps; by count, never by the clock: a roll-back must go to the same place in every repeat
constexpr int kMostRollBacks = 3;
constexpr std::size_t kLiveDiagnosticRows = 10000;

bool isFinite(const LossTerms& loss) noexcept
{
    return std::isfinite(loss.reconstruction) && std::isfinite(loss.kl) && std::isfinite(loss.objective);
}

LossTerms terms(double reconstruction, double kl, double objective) noexcept
{
    return LossTerms{reconstruction + kl, reconstruction, kl, objective};
}

Error notFinite(std::string what)
{
    return Error{ErrorCode::NonFinite, std::move(what), "a finite number", "NaN or infinity", ""};
}

} // namespace

double TrainingRun::epoch() const noexcept
{
    return m_progress.epochsDone + static_cast<double>(m_progress.stepInEpoch) / static_cast<double>(m_stepsPerEpoch);
}

bool TrainingRun::endsHere() const noexcept
{
    return !hasEpochsLeft() || m_progress.epochsDone == m_config.training.stopAfter || m_stopping.isOver(m_progress.epochsDone);
}

bool TrainingRun::wantsBestBack() const noexcept
{
    const bool through = m_progress.stepInEpoch == 0 && (!hasEpochsLeft() || m_stopping.isOver(m_progress.epochsDone));
    return through && m_stopping.bestEpoch() > 0 && !m_stopping.isCurrent(m_progress);
}

std::int64_t TrainingRun::imagesDone() const noexcept
{
    const auto count = static_cast<std::int64_t>(m_training.size());
    return m_progress.epochsDone * count + std::min(m_progress.stepInEpoch * m_config.training.batchSize, count);
}

std::int64_t TrainingRun::imagesLeft() const noexcept
{
    return std::max<std::int64_t>(0, epochs() * static_cast<std::int64_t>(m_training.size()) - imagesDone());
}

void TrainingRun::apply(const LiveControls& controls)
{
    const auto now = ControlMarks::Clock::now();
    double& beta = m_config.objective.beta;
    double& rate = m_config.training.learningRate;
    if (controls.beta != beta)
        m_marks.changed(ControlMarks::Control::Beta, beta, controls.beta, epoch(), now);
    if (controls.learningRate != rate)
        m_marks.changed(ControlMarks::Control::LearningRate, rate, controls.learningRate, epoch(), now);
    beta = controls.beta;
    rate = controls.learningRate;
}

void TrainingRun::setEpochs(int epochs)
{
    const int least = m_progress.epochsDone + (m_progress.stepInEpoch > 0 ? 1 : 0);
    RunConfig changed = m_config;
    changed.training.epochs = std::max({epochs, least, 1});
    if (changed.training.stopAfter > changed.training.epochs)
        changed.training.stopAfter = 0; // it can no longer be reached
    if (validate(asChecked(changed), m_training.size())) // a file must never hold a configuration that cannot be read back
        m_config = std::move(changed);
}

StepControls TrainingRun::controlsOf(std::int64_t step) const noexcept
{
    const double epoch = static_cast<double>(step) / static_cast<double>(m_stepsPerEpoch);
    return StepControls{scheduledBeta(m_config.objective, epoch),
                        scheduledLearningRate(m_config.training, step, std::int64_t{epochs()} * m_stepsPerEpoch),
                        scheduledCapacity(m_config.objective, epoch, epochs())};
}

/// The objective of the held-out samples with the β and the capacity now in force, so that it can stand beside the training's: the backend
/// knows only the full ones it was made with.
double TrainingRun::heldObjective(const Evaluation& evaluation, const StepControls& controls) const noexcept
{
    const ObjectiveConfig& objective = m_config.objective;
    const LossTerms& loss = evaluation.loss;
    if (objective.isVariational() && objective.gamma > 0.0)
        return loss.reconstruction + objective.gamma * std::abs(loss.kl - controls.capacity);
    return loss.objective + (controls.beta - m_backend->config().objective.beta) * evaluation.betaSlope;
}

Result<void> TrainingRun::beginEpoch()
{
    const std::vector<std::int32_t> order =
        epochOrder(m_training, m_data->train().labels, m_config.training.balance, m_config.training.seed, m_progress.epochsDone);
    auto begun = m_backend->beginEpoch(m_progress.epochsDone, order);
    m_epochBegun = begun.ok();
    return begun;
}

Result<void> TrainingRun::step()
{
    if (!m_epochBegun)
        if (auto begun = beginEpoch(); !begun)
            return begun;
    const auto batch = static_cast<std::size_t>(m_config.training.batchSize);
    const std::size_t begin = static_cast<std::size_t>(m_progress.stepInEpoch) * batch;
    if (auto done = m_backend->step(begin, std::min(batch, m_training.size() - begin), controlsOf(m_progress.step)); !done)
        return done;
    ++m_pendingSteps;
    ++m_progress.step;
    ++m_progress.stepInEpoch;
    return {};
}

Result<void> TrainingRun::drain()
{
    const std::vector<StepLoss> losses = m_backend->drainSteps();
    if (losses.size() != m_pendingSteps)
        return Error{ErrorCode::Internal, "The losses of the last steps could not be read from the device",
                     std::to_string(m_pendingSteps) + " losses", std::to_string(losses.size()), "Save the run and start it again on the CPU."};
    m_pendingSteps = 0;
    EpochSums& sums = m_progress.sums;
    for (std::size_t i = 0; i < losses.size(); ++i) {
        const StepLoss& loss = losses[i];
        const double images = std::max(loss.images, 1);
        const std::int64_t number = m_progress.step - static_cast<std::int64_t>(losses.size() - 1 - i);
        const LossTerms mean = terms(loss.reconstruction / images, loss.kl / images, loss.objective / images);
        if (!isFinite(mean))
            return notFinite("The loss of step " + std::to_string(number) + " is not a finite number");
        sums.images += loss.images;
        sums.reconstruction += loss.reconstruction;
        sums.kl += loss.kl;
        sums.objective += loss.objective;
        if (loss.gradientNorm >= 0.0) {
            sums.gradientNorm += loss.gradientNorm;
            ++sums.measuredSteps;
        }
        m_metrics.append(StepRecord{number, static_cast<double>(number) / static_cast<double>(m_stepsPerEpoch), mean, loss.gradientNorm});
    }
    m_marks.settle(ControlMarks::Clock::now());
    return {};
}

Result<void> TrainingRun::keepIfDue(const std::stop_token& stop)
{
    if (m_progress.stepInEpoch % kKeepEvery != 0 || m_progress.stepInEpoch == 0 || atEpochEnd())
        return {};
    if (auto drained = drain(); !drained)
        return drained;
    // A loss is measured before its own update: only a forward pass shows whether the newest weights are sound.
    auto probe = m_backend->evaluate(/*test=*/false, m_probe, /*samples=*/1, stop);
    if (!probe)
        return probe.error();
    if (!isFinite(probe.value().loss))
        return notFinite("The weights after step " + std::to_string(m_progress.step) + " no longer give a finite loss");
    keep();
    return {};
}

void TrainingRun::keep()
{
    m_backend->keep();
    m_kept = m_progress;
}

Result<EpochRecord> TrainingRun::finishEpoch(double seconds, double imagesPerSecond, const std::stop_token& stop)
{
    const EpochSums& sums = m_progress.sums;
    const auto images = static_cast<double>(std::max<std::int64_t>(sums.images, 1));
    EpochRecord record;
    record.epoch = m_progress.epochsDone + 1;
    record.train = terms(sums.reconstruction / images, sums.kl / images, sums.objective / images);
    const StepControls last = controlsOf(m_progress.step - 1);
    record.learningRate = last.learningRate;
    if (sums.measuredSteps > 0)
        record.gradientNorm = sums.gradientNorm / static_cast<double>(sums.measuredSteps);
    record.seconds = seconds;
    record.imagesPerSecond = imagesPerSecond;

    auto evaluation = m_backend->evaluate(m_heldIsTest, m_held, /*samples=*/1, stop);
    if (!evaluation)
        return evaluation.error();
    const LossTerms& held = evaluation.value().loss;
    record.held = terms(held.reconstruction, held.kl, heldObjective(evaluation.value(), last));
    if (!isFinite(record.held))
        return notFinite("The loss after epoch " + std::to_string(record.epoch) + " is not a finite number");
    record.heldClasses = std::move(evaluation.value().classes);
    if (auto noted = m_stopping.finished(record, *m_backend); !noted)
        return noted.error();

    ++m_progress.epochsDone;
    m_progress.stepInEpoch = 0;
    m_progress.sums = {};
    m_epochBegun = false;
    m_metrics.append(record);
    m_metrics.setBestEpoch(m_stopping.bestEpoch());
    keep();
    return record;
}

void TrainingRun::restoreKept()
{
    m_backend->rollBack();
    (void)m_backend->drainSteps(); // losses of steps that no longer count
    m_pendingSteps = 0;
    const int rollBacks = m_progress.rollBacks;
    m_progress = m_kept;
    m_progress.rollBacks = rollBacks;
    m_epochBegun = false;
    m_metrics.rewind(m_progress.step);
}

Result<TrainingRun::RollBack> TrainingRun::rollBack(const Error& cause)
{
    restoreKept();
    m_marks.flush();
    double& rate = m_config.training.learningRate;
    if (m_progress.rollBacks >= kMostRollBacks)
        return Error{ErrorCode::NonFinite, cause.what + ", for the " + std::to_string(kMostRollBacks + 1) + "th time", "a finite number",
                     "NaN or infinity",
                     "Lower the learning rate (it was " + plainNumber(rate)
                         + " at the end) or β, check the data for extreme values, and start again. The last good state is kept."};
    ++m_progress.rollBacks;
    const double before = std::exchange(rate, 0.5 * rate);
    const std::string change = changeText("learning rate", before, rate);
    m_metrics.append(ControlMark{epoch(), "loss not finite: " + change});
    return RollBack{cause.what + ". Went back to step " + std::to_string(m_progress.step) + " and halved the " + change + ".", rate};
}

Result<std::string> TrainingRun::putBestBack()
{
    const bool patienceOver = m_stopping.isOver(m_progress.epochsDone);
    if (auto back = m_stopping.putBack(*m_backend, m_progress.epochsDone); !back)
        return back.error();
    keep();
    const std::string best = "epoch " + std::to_string(m_stopping.bestEpoch());
    m_metrics.append(ControlMark{epoch(), "weights of " + best});
    const int patience = m_stopping.patience();
    return (patienceOver ? "Stopped early, because the validation NELBO has not improved for " + std::to_string(patience)
                    + (patience == 1 ? " epoch." : " epochs.")
                         : "All epochs are done.")
        + " The weights of " + best + ", the best one, were put back.";
}

Result<std::shared_ptr<const Snapshot>> TrainingRun::look(bool exact, const std::stop_token& stop)
{
    std::shared_ptr<LatentFrame> frame;
    if (exact) {
        auto encoded = m_backend->encodeTraining(stop);
        if (!encoded)
            return encoded.error();
        frame = std::move(encoded.value());
    } else {
        frame = m_backend->harvestedCodes();
    }
    auto decoder = m_backend->copyDecoder();
    if (!frame || !decoder)
        return Error{ErrorCode::OutOfMemory, "The codes and the decoder could not be copied", "", "",
                     "Choose a smaller network, or close other programs."};
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->generation = ++m_generation;
    snapshot->step = m_progress.step;
    snapshot->epoch = epoch();
    frame->exact = exact;
    frame->epoch = snapshot->epoch;
    frame->generation = snapshot->generation;
    snapshot->decoder = std::move(decoder);
    snapshot->diagnostics = diagnose(*frame, exact ? std::numeric_limits<std::size_t>::max() : kLiveDiagnosticRows);
    snapshot->codes = std::move(frame);
    return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

/// The backend's slot is read by way of its weights, which are put back at once.
void TrainingRun::addKept(Checkpoint& out)
{
    if (m_kept.stepInEpoch == m_progress.stepInEpoch || out.weights.empty() || out.trainState.empty())
        return;
    m_backend->rollBack();
    CarriedState kept{m_backend->weights(), m_backend->trainState()};
    if (!m_backend->restore(out.weights, out.trainState))
        restoreKept(); // of a device that failed: the run goes on from where it now stands, and comes to the same place again
    if (kept.weights.empty() || kept.trainState.empty())
        return;
    out.kept = KeptProgress{m_kept.stepInEpoch, m_kept.sums};
    addCarried(out.trainState, std::move(kept), kKeptPrefix);
}

Checkpoint TrainingRun::checkpoint()
{
    Checkpoint out;
    out.config = m_config;
    out.data = m_data->provenance();
    out.classNames = m_data->classNames();
    out.history = m_metrics.history();
    for (EpochRecord& record : out.history.epochs) {
        record.seconds = record.imagesPerSecond = 0.0; // a checkpoint depends on the run alone, not on how fast it went
        record.heldClasses.clear();                    // not saved
    }
    out.progress = m_progress;
    out.directions = m_directions;
    out.weights = m_backend->weights();
    out.trainState = m_backend->trainState();
    const RunProgress progress = m_progress;
    addKept(out);
    m_stopping.addTo(out.trainState, progress);
    return out;
}

} // namespace latentscape
