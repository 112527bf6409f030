// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/checkpoint.h"
#include "core/model/vae_backend.h"
#include "core/train/carried_state.h"

#include <string_view>
#include <vector>

namespace latentscape {

/// Tensors of Checkpoint::trainState that are not the backend's: in the middle of a run with patience its best state, weights and optimiser,
/// as kBestPrefix + name, and kBestSince, the number of epochs (I64 [1]) after which patience began to be counted. They are there only
/// while the best state is not the file's own.
inline constexpr std::string_view kBestPrefix = "train_state.best.";
inline constexpr std::string_view kBestSince = "train_state.best_since";

/// Remembers the weights and the optimiser of the epoch with the lowest validation NELBO and says when patience is over. With patience 0 it
/// does nothing. Owned by TrainingRun, on the trainer thread.
class EarlyStopping {
public:
    explicit EarlyStopping(int patience = 0) noexcept : m_patience(patience) {}

    [[nodiscard]] int bestEpoch() const noexcept { return m_epoch; } ///< 0: none yet
    [[nodiscard]] int patience() const noexcept { return m_patience; }
    /// An epoch is done: copies the state when it is the best so far. Error OutOfMemory.
    [[nodiscard]] Result<void> finished(const EpochRecord& record, const VaeBackend& backend);
    [[nodiscard]] bool isOver(int epochsDone) const noexcept { return m_patience > 0 && epochsDone - m_since >= m_patience; }
    /// Whether the weights where the run stands are the best ones.
    [[nodiscard]] bool isCurrent(const RunProgress& progress) const noexcept;
    /// Puts the best state back; from here on patience is counted anew, as by a new fit() of Keras, but the best stays the best.
    [[nodiscard]] Result<void> putBack(VaeBackend& backend, int epochsDone);

    /// Adds the best state to a checkpoint's training state where it is not the current one.
    void addTo(std::vector<TensorBlob>& trainState, const RunProgress& progress) const;
    /// Takes the best state over from a checkpoint and out of trainState, a copy of the checkpoint's, whose other tensors are the backend's.
    /// Error Mismatch when the best state's tensors are not those of the current one.
    [[nodiscard]] Result<void> resume(const Checkpoint& checkpoint, std::vector<TensorBlob>& trainState);

private:
    int m_patience = 0;
    int m_epoch = 0;
    double m_nelbo = 0.0; ///< of that epoch
    int m_since = 0;      ///< epochs done when patience began to be counted
    CarriedState m_best;
};

} // namespace latentscape
