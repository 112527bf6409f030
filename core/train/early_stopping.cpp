// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/early_stopping.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace latentscape {

namespace {

TensorBlob counter(std::string_view name, std::int64_t value)
{
    TensorBlob tensor{std::string(name), TensorType::I64, {1}, std::vector<std::byte>(sizeof value)};
    std::memcpy(tensor.bytes.data(), &value, sizeof value);
    return tensor;
}

/// Takes the number of epochs after which patience began to be counted out of the training state; -1 where the tensor is not a counter.
std::optional<std::int64_t> takeSince(std::vector<TensorBlob>& trainState)
{
    const auto found = std::ranges::find(trainState, kBestSince, &TensorBlob::name);
    if (found == trainState.end())
        return std::nullopt;
    std::int64_t value = -1;
    if (found->type == TensorType::I64 && found->bytes.size() == sizeof value)
        std::memcpy(&value, found->bytes.data(), sizeof value);
    trainState.erase(found);
    return value;
}

} // namespace

Result<void> EarlyStopping::finished(const EpochRecord& record, const VaeBackend& backend)
{
    if (m_patience == 0 || (m_epoch > 0 && !(record.held.nelbo < m_nelbo)))
        return {};
    CarriedState now{backend.weights(), backend.trainState()};
    if (now.weights.empty() || now.trainState.empty())
        return Error{ErrorCode::OutOfMemory, "The best weights so far could not be copied", "", "", "Choose a smaller network, or no patience."};
    m_best = std::move(now);
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
    if (auto restored = backend.restore(m_best.weights, m_best.trainState); !restored)
        return restored;
    m_since = epochsDone;
    return {};
}

void EarlyStopping::addTo(std::vector<TensorBlob>& trainState, const RunProgress& progress) const
{
    if (m_epoch == 0 || isCurrent(progress))
        return;
    addCarried(trainState, m_best, kBestPrefix);
    trainState.push_back(counter(kBestSince, m_since));
}

Result<void> EarlyStopping::resume(const Checkpoint& checkpoint, std::vector<TensorBlob>& trainState)
{
    CarriedState best = takeCarried(trainState, kBestPrefix);
    const std::optional<std::int64_t> since = takeSince(trainState);
    if (m_patience == 0)
        return {};
    const RunProgress& progress = checkpoint.progress;
    m_since = progress.epochsDone; // also where the file comes from a run without patience
    const auto record = std::ranges::find(checkpoint.history.epochs, checkpoint.history.bestEpoch, &EpochRecord::epoch);
    if (record == checkpoint.history.epochs.end())
        return {};
    if (!best.weights.empty()) {
        if (auto alike = checkCarried(best, {checkpoint.weights, trainState}, "best"); !alike)
            return alike;
        if (!since || *since < record->epoch || *since > progress.epochsDone)
            return misfit("The checkpoint does not say since when its run waits for a better epoch than its best one",
                          std::to_string(record->epoch) + " to " + std::to_string(progress.epochsDone), since ? std::to_string(*since) : "nothing");
        m_since = static_cast<int>(*since);
        m_best = std::move(best);
    } else if (progress.stepInEpoch == 0 && !trainState.empty()) {
        m_best = {checkpoint.weights, trainState}; // the file's own state is the best one
    } else {
        return {}; // the best weights were not kept: from here on the best is looked for anew
    }
    m_epoch = record->epoch;
    m_nelbo = record->held.nelbo;
    return {};
}

} // namespace latentscape
