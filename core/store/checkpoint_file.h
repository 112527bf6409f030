// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/checkpoint.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// Saves atomically (atomic_file.h): a failure leaves the old file as it was and no new one. Bytes depend on the checkpoint alone.
/// What loadCheckpoint() would refuse is not written. Errors: InvalidArgument, Mismatch, NonFinite (content), WriteFailed.
[[nodiscard]] Result<void> saveCheckpoint(const Checkpoint& checkpoint, const std::filesystem::path& path);

/// Reads and checks everything: format version, configuration, tensor names and shapes against the configuration, hashes.
/// note: a newer minor version is read and said in it. Weights come in the order of expectedWeights().
/// Errors: NotFound, Unreadable, Malformed, Unsupported, Mismatch.
struct LoadedCheckpoint {
    Checkpoint checkpoint;
    std::string note;
};
[[nodiscard]] Result<LoadedCheckpoint> loadCheckpoint(const std::filesystem::path& path);
/// The same from a file's bytes.
[[nodiscard]] Result<LoadedCheckpoint> checkpointFromBytes(std::span<const std::byte> bytes);

/// The tensors that a configuration must have: names and shapes of a PyTorch state_dict ("encoder.0.weight" [out, in]). Bytes are empty.
[[nodiscard]] std::vector<TensorBlob> expectedWeights(const ModelConfig& config, const ObjectiveConfig& objective);

/// History as JSON (deterministic, no clock), for the file and for info --json.
[[nodiscard]] std::string toJson(const History& history);

} // namespace latentscape
