// SPDX-License-Identifier: GPL-3.0-or-later
// How a run comes to be: the parts of TrainingRun that are used once.
#include "core/data/split.h"
#include "core/train/resume_check.h"
#include "core/train/training_run.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kProbeSamples = 64;
constexpr double kAnyFraction = 0.1;

Error invalid(std::string what, std::string expected, std::string found, std::string remedy)
{
    return Error{ErrorCode::InvalidArgument, std::move(what), std::move(expected), std::move(found), std::move(remedy)};
}

std::string text(const ItemShape& shape)
{
    return std::to_string(shape.channels) + " × " + std::to_string(shape.height) + " × " + std::to_string(shape.width);
}

} // namespace

TrainingRun::TrainingRun(const Trainer::Setup& setup, MetricsLog& metrics)
    : m_config(setup.config), m_data(setup.data), m_metrics(metrics), m_marks(metrics), m_validationGiven(!setup.validation.empty()),
      m_stopping(setup.config.training.patience)
{
}

Result<std::unique_ptr<TrainingRun>> TrainingRun::prepare(const Trainer::Setup& setup, MetricsLog& metrics)
{
    if (!setup.data || !setup.factory)
        return invalid("A run needs data and a backend", "both", setup.data ? "no backend" : "no data", "Open a data set first.");
    std::unique_ptr<TrainingRun> run(new TrainingRun(setup, metrics));
    if (auto valid = validate(run->asChecked(setup.config), 0); !valid) // before the split, which relies on a fraction below 1
        return valid.error();
    if (auto split = run->splitData(setup.validation); !split)
        return split.error();
    if (auto made = run->makeBackend(setup); !made)
        return made.error();
    if (setup.resumeFrom) {
        if (auto resumed = run->resume(*setup.resumeFrom); !resumed)
            return resumed.error();
    } else {
        run->keep();
    }
    return run;
}

/// As validate() must see it: samples that are held out by name count as a validation part.
RunConfig TrainingRun::asChecked(RunConfig config) const
{
    if (m_validationGiven)
        config.training.validationFraction = kAnyFraction;
    return config;
}

/// Fills m_training and m_held with the train part and, where there is one, the validation part.
Result<void> TrainingRun::holdOut(const std::vector<std::int32_t>& validation)
{
    const DataPart& train = m_data->train();
    if (m_validationGiven) {
        std::vector<bool> isHeld(train.count, false);
        for (const std::int32_t sample : validation) {
            if (sample < 0 || static_cast<std::size_t>(sample) >= train.count || isHeld[static_cast<std::size_t>(sample)])
                return invalid("A validation sample is not one of the train part, or is named twice",
                               "indices from 0 to below " + std::to_string(train.count) + ", each once", std::to_string(sample),
                               "Name each sample that is held out once.");
            isHeld[static_cast<std::size_t>(sample)] = true;
        }
        for (std::size_t sample = 0; sample < train.count; ++sample)
            (isHeld[sample] ? m_held : m_training).push_back(static_cast<std::int32_t>(sample));
    } else if (m_config.training.validationFraction > 0.0) {
        Split split = stratifiedSplit(train.count, train.labels, m_config.training.validationFraction, m_config.training.seed);
        m_training = std::move(split.kept);
        m_held = std::move(split.held);
    } else {
        m_training.resize(train.count);
        std::iota(m_training.begin(), m_training.end(), 0);
    }
    m_heldIsTest = m_held.empty(); // no validation part, or a fraction too small for a single sample
    return {};
}

Result<void> TrainingRun::splitData(const std::vector<std::int32_t>& validation)
{
    const DataPart& train = m_data->train();
    if (!(m_data->shape() == m_config.model.inputShape))
        return Error{ErrorCode::Mismatch, "The network takes samples of another shape than the data's", text(m_config.model.inputShape),
                     text(m_data->shape()), "Set the network's input shape from the data."};
    if (auto held = holdOut(validation); !held)
        return held;
    if (m_training.empty())
        return invalid("There is nothing to train on", "one sample or more", std::to_string(train.count) + " samples",
                       "Open a data set with samples, or lower the validation fraction.");
    if (m_heldIsTest && m_config.training.patience > 0)
        return invalid("Early stopping needs a validation part, and the fraction holds out no sample", "one validation sample or more",
                       plainNumber(m_config.training.validationFraction) + " of " + std::to_string(train.count) + " samples",
                       "Raise the validation fraction, or choose patience 0.");
    if (m_heldIsTest) {
        m_held.resize(m_data->test().count);
        std::iota(m_held.begin(), m_held.end(), 0);
    }
    if (m_held.empty())
        return invalid("There is nothing to evaluate on", "a test part, or a validation part", "neither",
                       "Set a validation fraction that holds out at least one sample.");
    DataTraits traits = m_data->traits();
    traits.trainCount = m_training.size();
    if (auto valid = validateFor(asChecked(m_config), traits); !valid)
        return valid;
    const auto batch = static_cast<std::int64_t>(m_config.training.batchSize);
    m_stepsPerEpoch = (static_cast<std::int64_t>(m_training.size()) + batch - 1) / batch;
    m_probe.assign(m_training.begin(), m_training.begin() + static_cast<std::ptrdiff_t>(std::min(kProbeSamples, m_training.size())));
    return {};
}

Result<void> TrainingRun::makeBackend(const Trainer::Setup& setup)
{
    BackendRequest request;
    request.config = m_config;
    request.data = m_data;
    request.trainingIndices = m_training;
    request.device = setup.device;
    request.threads = setup.threads;
    request.precision = setup.precision;
    request.group = setup.group;
    auto made = setup.factory->create(std::move(request));
    if (!made)
        return made.error();
    m_backend = std::move(made.value());
    return {};
}

/// Keeps what the interrupted run had kept, so that a loss which is not finite leads back to the same place as without the interruption.
Result<void> TrainingRun::keepAgain(const Checkpoint& checkpoint, const CarriedState& kept, const std::vector<TensorBlob>& trainState)
{
    if (!checkpoint.kept) {
        if (kept.weights.empty() && kept.trainState.empty())
            return {};
        return misfit("The checkpoint does not say at which step its kept state lies", "a step of the epoch under way", "nothing");
    }
    if (auto alike = checkCarried(kept, {checkpoint.weights, trainState}, "kept"); !alike)
        return alike;
    if (auto restored = m_backend->restore(kept.weights, kept.trainState); !restored)
        return restored;
    m_progress = checkpoint.progress;
    m_progress.stepInEpoch = checkpoint.kept->stepInEpoch;
    m_progress.step -= checkpoint.progress.stepInEpoch - checkpoint.kept->stepInEpoch;
    m_progress.sums = checkpoint.kept->sums;
    keep();
    return {};
}

Result<void> TrainingRun::resume(const Checkpoint& checkpoint)
{
    if (auto resumable = checkResumable(checkpoint, m_config, *m_data); !resumable)
        return resumable;
    const RunProgress& progress = checkpoint.progress;
    if (progress.stepInEpoch >= m_stepsPerEpoch || progress.step != progress.epochsDone * m_stepsPerEpoch + progress.stepInEpoch)
        return Error{ErrorCode::Mismatch, "The checkpoint's counters do not fit the data", std::to_string(m_stepsPerEpoch) + " steps an epoch",
                     std::to_string(progress.step) + " steps after " + std::to_string(progress.epochsDone) + " epochs and "
                         + std::to_string(progress.stepInEpoch) + " steps",
                     "Use the data that the checkpoint was trained on."};
    std::vector<TensorBlob> trainState = checkpoint.trainState;
    const CarriedState kept = takeCarried(trainState, kKeptPrefix);
    if (auto best = m_stopping.resume(checkpoint, trainState); !best)
        return best;
    if (auto again = keepAgain(checkpoint, kept, trainState); !again)
        return again;
    if (auto restored = m_backend->restore(checkpoint.weights, trainState); !restored)
        return restored;
    m_progress = progress;
    if (!checkpoint.kept) // between two epochs, or a file of before the kept state went into it
        keep();
    m_metrics.reset(checkpoint.history);
    m_metrics.setBestEpoch(m_stopping.bestEpoch());
    m_directions = checkpoint.directions;
    // What was changed between saving and resuming is a change like any other.
    const LiveControls wanted{m_config.objective.beta, m_config.training.learningRate};
    m_config.objective.beta = checkpoint.config.objective.beta;
    m_config.training.learningRate = checkpoint.config.training.learningRate;
    apply(wanted);
    m_marks.flush();
    return {};
}

} // namespace latentscape
