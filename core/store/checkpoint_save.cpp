// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "core/store/atomic_file.h"
#include "core/store/checkpoint_file.h"
#include "core/store/detail/checkpoint_text.h"
#include "core/store/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>

namespace latentscape {

namespace {

constexpr std::size_t kLongestHistoryInHeader = 256 * 1024; // escaping may double it, and the header must stay below 1 MiB
constexpr std::uint64_t kMaxHeader = std::uint64_t{1} << 20;

bool isFinite(const LossTerms& loss)
{
    return std::isfinite(loss.nelbo) && std::isfinite(loss.reconstruction) && std::isfinite(loss.kl) && std::isfinite(loss.objective);
}

bool isFinite(const EpochSums& sums)
{
    return std::isfinite(sums.gradientNorm) && std::isfinite(sums.reconstruction) && std::isfinite(sums.kl) && std::isfinite(sums.objective);
}

Error unsavable(ErrorCode code, std::string what, std::string expected, std::string found)
{
    return {code, std::move(what), std::move(expected), std::move(found), "Nothing was written."};
}

/// What the reader would refuse must never be written: the last good file is worth more than a new one that does not open.
std::optional<Error> problemIn(const Checkpoint& checkpoint)
{
    if (const Result<void> valid = validate(checkpoint.config, /*trainCount=*/0); !valid)
        return valid.error();
    for (const EpochRecord& record : checkpoint.history.epochs)
        if (!isFinite(record.train) || !isFinite(record.held) || !std::isfinite(record.gradientNorm) || !std::isfinite(record.learningRate))
            return unsavable(ErrorCode::NonFinite, "The history holds a loss that is not a number", "finite losses", "epoch " + std::to_string(record.epoch));
    for (const ControlMark& mark : checkpoint.history.marks)
        if (!std::isfinite(mark.epoch))
            return unsavable(ErrorCode::NonFinite, "A mark of the history is at no epoch", "a finite number", mark.text);
    for (const ColumnScale& column : checkpoint.data.columns)
        if (!std::isfinite(column.mean) || !std::isfinite(column.scale) || !(column.scale > 0.0f))
            return unsavable(ErrorCode::NonFinite, "A column's scale is not a number", "a finite mean and a scale above 0", column.name);
    if (!isFinite(checkpoint.progress.sums) || (checkpoint.kept && !isFinite(checkpoint.kept->sums)))
        return unsavable(ErrorCode::NonFinite, "The sums of the epoch under way are not numbers", "finite losses", "NaN or infinity");
    if (checkpoint.directions.size() > kMostDirections)
        return unsavable(ErrorCode::Unsupported, "The model has too many named directions", "at most " + std::to_string(kMostDirections),
                         std::to_string(checkpoint.directions.size()));
    for (const AttributeDirection& direction : checkpoint.directions)
        if (std::optional<Error> problem = problemIn(direction, checkpoint.config.model.latent))
            return problem;
    for (const auto* tensors : {&checkpoint.weights, &checkpoint.trainState})
        for (const TensorBlob& tensor : *tensors)
            if (!allFinite(tensor.type, tensor.bytes))
                return unsavable(ErrorCode::NonFinite, "Tensor \"" + tensor.name + "\" holds a value that is not a number", "finite values",
                                 "NaN or infinity");
    for (const TensorBlob& tensor : checkpoint.trainState)
        if (!tensor.name.starts_with(kTrainStatePrefix) || tensor.name == kHistoryTensor)
            return unsavable(ErrorCode::Internal, "A tensor of the optimiser has a name that is not its own", "train_state.*", tensor.name);
    return {};
}

TensorBlob textTensor(std::string_view name, std::string_view text)
{
    TensorBlob tensor;
    tensor.name = name;
    tensor.type = TensorType::U8;
    tensor.shape = {static_cast<std::int64_t>(text.size())};
    tensor.bytes.resize(text.size());
    std::memcpy(tensor.bytes.data(), text.data(), text.size());
    return tensor;
}

SafetensorsFile contentOf(const Checkpoint& checkpoint)
{
    using namespace checkpoint_key;
    SafetensorsFile file;
    file.tensors = checkpoint.weights;
    file.tensors.insert(file.tensors.end(), checkpoint.trainState.begin(), checkpoint.trainState.end());
    std::string history = toJson(checkpoint.history);
    if (history.size() > kLongestHistoryInHeader) {
        file.tensors.push_back(textTensor(kHistoryTensor, history));
        history.clear();
    }
    file.metadata[kFormat] = kFormatVersion;
    if (!checkpoint.directions.empty()) {
        file.metadata[kDirections] = directionsToJson(checkpoint.directions);
        file.metadata[kDirectionsDigest] = sha256Hex(std::as_bytes(std::span(file.metadata[kDirections])));
    }
    file.metadata[kProducer] = "latentscape " LATENTSCAPE_VERSION;
    file.metadata[kConfig] = toJson(checkpoint.config);
    file.metadata[kData] = dataToJson(checkpoint.data, checkpoint.classNames);
    file.metadata[kHistory] = std::move(history);
    file.metadata[kProgress] = progressToJson(checkpoint.progress, checkpoint.kept);
    file.metadata[kHeaderDigest] = headerDigest(file.metadata, file.tensors);
    return file;
}

Result<void> save(const Checkpoint& checkpoint, const std::filesystem::path& path)
{
    if (std::optional<Error> problem = problemIn(checkpoint))
        return *std::move(problem);
    const std::vector<std::byte> bytes = writeSafetensors(contentOf(checkpoint));
    std::uint64_t headerSize = 0;
    for (std::size_t i = 0; i < 8; ++i)
        headerSize |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    if (headerSize > kMaxHeader)
        return unsavable(ErrorCode::Unsupported, "The names of classes and directions do not fit into a checkpoint", "a header of at most 1048576 bytes",
                         std::to_string(headerSize));
    if (Result<LoadedCheckpoint> read = checkpointFromBytes(bytes); !read)
        return read.error();
    return writeFileAtomically(path, bytes);
}

} // namespace

Result<void> saveCheckpoint(const Checkpoint& checkpoint, const std::filesystem::path& path)
{
    try {
        return save(checkpoint, path);
    } catch (const std::exception&) {
        return Error{ErrorCode::OutOfMemory, "There was not enough memory to save the checkpoint", "", "", "Close other programs and save again."};
    }
}

} // namespace latentscape
