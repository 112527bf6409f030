// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/checkpoint.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latentscape {

inline constexpr int kFormatMajor = 1;
/// 1.1 brought named directions, 1.2 objectives, likelihoods and architectures beyond the first ones, standardised columns, early stopping,
/// the number of roll-backs and the kept state of an epoch under way.
inline constexpr int kFormatMinor = 2;
inline constexpr std::string_view kFormatVersion = "1.2";
inline constexpr std::string_view kTrainStatePrefix = "train_state.";
/// Where the history goes (JSON as U8) when it is too long for a header.
inline constexpr std::string_view kHistoryTensor = "train_state.history_json";

/// Keys of a checkpoint's metadata.
namespace checkpoint_key {
inline constexpr const char* kFormat = "format_version";
inline constexpr const char* kProducer = "producer";
inline constexpr const char* kConfig = "config";
inline constexpr const char* kData = "data";
inline constexpr const char* kHistory = "history";
inline constexpr const char* kProgress = "progress";
inline constexpr const char* kDirections = "directions";              ///< since 1.1, only where there are any
inline constexpr const char* kDirectionsDigest = "directions_sha256"; ///< of that text: readers of 1.0 know nothing of it
inline constexpr const char* kHeaderDigest = "header_sha256";
inline constexpr const char* kDataDigest = "data_sha256";
} // namespace checkpoint_key

/// The JSON texts of a checkpoint besides its configuration, both ways. Reading fills out; unknown keys go to ignored when that is
/// not null, otherwise they are refused. Errors: Malformed, InvalidArgument.
[[nodiscard]] std::string dataToJson(const DataProvenance& data, const std::vector<std::string>& classNames);
[[nodiscard]] std::string progressToJson(const RunProgress& progress, const std::optional<KeptProgress>& kept);
[[nodiscard]] Result<void> dataFromJson(std::string_view text, Checkpoint& out, std::vector<std::string>* ignored);
[[nodiscard]] Result<void> progressFromJson(std::string_view text, Checkpoint& out, std::vector<std::string>* ignored);
[[nodiscard]] Result<void> historyFromJson(std::string_view text, History& out, std::vector<std::string>* ignored);
/// latent: length that each direction must have.
[[nodiscard]] std::string directionsToJson(const std::vector<AttributeDirection>& directions);
[[nodiscard]] Result<void> directionsFromJson(std::string_view text, int latent, std::vector<AttributeDirection>& out, std::vector<std::string>* ignored);
/// What makes a direction unfit for a file, or nothing: no name, another length than latent, not finite, not a unit vector.
[[nodiscard]] std::optional<Error> problemIn(const AttributeDirection& direction, int latent);

/// SHA-256 over what data_sha256 does not cover: configuration, data, history, progress, and each tensor's name, type and shape in the
/// order of their names.
[[nodiscard]] std::string headerDigest(const std::map<std::string, std::string>& metadata, std::span<const TensorBlob> tensors);

} // namespace latentscape
