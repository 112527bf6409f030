// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/early_stopping.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace latentscape {

namespace {

constexpr std::string_view kStatePrefix = "train_state.";

Error misfit(std::string what, std::string expected, std::string found)
{
    return Error{ErrorCode::Mismatch, std::move(what), std::move(expected), std::move(found), "Use another copy of the checkpoint."};
}

TensorBlob counter(std::string_view name, std::int64_t value)
{
    TensorBlob tensor{std::string(name), TensorType::I64, {1}, std::vector<std::byte>(sizeof value)};
    std::memcpy(tensor.bytes.data(), &value, sizeof value);
    return tensor;
}

/// Same names, types and shapes in the same number; any order.
Result<void> checkAlike(std::span<const TensorBlob> best, std::span<const TensorBlob> current)
{
    for (const TensorBlob& want : current) {
        const auto found = std::ranges::find(best, want.name, &TensorBlob::name);
        if (found == best.end())
            return misfit("The checkpoint's best state lacks the tensor " + want.name, "a tensor of that name", "none");
        if (found->type != want.type || found->shape != want.shape || found->bytes.size() != want.bytes.size())
            return misfit("The tensor " + want.name + " of the checkpoint's best state has another type or shape", "that of the current state",
                          "another one");
    }
    if (best.size() != current.size())
        return misfit("The checkpoint's best state has tensors that the current state does not have", std::to_string(current.size()) + " tensors",
                      std::to_string(best.size()));
    return {};
}

/// What the files' names say, apart from each other.
struct Sorted {
    std::vector<TensorBlob> weights, trainState; ///< of the best state
    std::optional<std::int64_t> since;
};

Sorted takeBest(std::vector<TensorBlob>& trainState)
{
    Sorted sorted;
    std::vector<TensorBlob> own;
    for (TensorBlob& tensor : trainState) {
        if (tensor.name.starts_with(kBestPrefix)) {
            tensor.name.erase(0, kBestPrefix.size());
            (tensor.name.starts_with(kStatePrefix) ? sorted.trainState : sorted.weights).push_back(std::move(tensor));
        } else if (tensor.name == kBestSince) {
            std::int64_t value = -1;
            if (tensor.type == TensorType::I64 && tensor.bytes.size() == sizeof value)
                std::memcpy(&value, tensor.bytes.data(), sizeof value);
            sorted.since = value;
        } else {
            own.push_back(std::move(tensor));
        }
    }
    trainState = std::move(own);
    return sorted;
}

} // namespace

Result<void> EarlyStopping::finished(const EpochRecord& record, const VaeBackend& backend)
{
    if (m_patience == 0 || (m_epoch > 0 && !(record.held.nelbo < m_nelbo)))
        return {};
    std::vector<TensorBlob> weights = backend.weights();
    std::vector<TensorBlob> trainState = backend.trainState();
    if (weights.empty() || trainState.empty())
        return Error{ErrorCode::OutOfMemory, "The best weights so far could not be copied", "", "", "Choose a smaller network, or no patience."};
    m_weights = std::move(weights);
    m_trainState = std::move(trainState);
    m_epoch = m_since = record.epoch;
    m_nelbo = record.held.nelbo;
    return {};
}

/// Training always moves away from where m_since was set: at the best epoch, where the best weights were put back, or where nothing was known.
bool EarlyStopping::isCurrent(const RunProgress& progress) const noexcept
{
    return m_epoch > 0 && progress.stepInEpoch == 0 && progress.epochsDone == m_since;
}

Result<void> EarlyStopping::putBack(VaeBackend& backend, int epochsDone)
{
    if (auto restored = backend.restore(m_weights, m_trainState); !restored)
        return restored;
    m_since = epochsDone;
    return {};
}

void EarlyStopping::addTo(std::vector<TensorBlob>& trainState, const RunProgress& progress) const
{
    if (m_epoch == 0 || isCurrent(progress))
        return;
    for (const std::vector<TensorBlob>* part : {&m_weights, &m_trainState})
        for (const TensorBlob& tensor : *part) {
            trainState.push_back(tensor);
            trainState.back().name.insert(0, kBestPrefix);
        }
    trainState.push_back(counter(kBestSince, m_since));
}

Result<void> EarlyStopping::resume(const Checkpoint& checkpoint, std::vector<TensorBlob>& trainState)
{
    Sorted best = takeBest(trainState);
    if (m_patience == 0)
        return {};
    const RunProgress& progress = checkpoint.progress;
    m_since = progress.epochsDone; // also where the file comes from a run without patience
    const auto record = std::ranges::find(checkpoint.history.epochs, checkpoint.history.bestEpoch, &EpochRecord::epoch);
    if (record == checkpoint.history.epochs.end())
        return {};
    if (!best.weights.empty()) {
        if (auto alike = checkAlike(best.weights, checkpoint.weights); !alike)
            return alike;
        if (auto alike = checkAlike(best.trainState, trainState); !alike)
            return alike;
        if (!best.since || *best.since < record->epoch || *best.since > progress.epochsDone)
            return misfit("The checkpoint does not say since when its run waits for a better epoch than its best one",
                          std::to_string(record->epoch) + " to " + std::to_string(progress.epochsDone),
                          best.since ? std::to_string(*best.since) : "nothing");
        m_since = static_cast<int>(*best.since);
        m_weights = std::move(best.weights);
        m_trainState = std::move(best.trainState);
    } else if (progress.stepInEpoch == 0 && !trainState.empty()) {
        m_weights = checkpoint.weights; // the file's own state is the best one
        m_trainState = trainState;
    } else {
        return {}; // the best weights were not kept: from here on the best is looked for anew
    }
    m_epoch = record->epoch;
    m_nelbo = record->held.nelbo;
    return {};
}

} // namespace latentscape
