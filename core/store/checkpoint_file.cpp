// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/checkpoint_file.h"

#include "core/base/read_file.h"
#include "core/base/sha256.h"
#include "core/model/json/config_json.h"
#include "core/model/parameter_layout.h"
#include "core/store/detail/checkpoint_text.h"
#include "core/store/safetensors.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

namespace latentscape {

namespace {

namespace key = checkpoint_key;

struct FormatVersion {
    int major = 0;
    int minor = 0;
};

std::optional<FormatVersion> parseVersion(std::string_view text)
{
    FormatVersion version;
    const char* const end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, version.major);
    if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.')
        return std::nullopt;
    const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
    if (minor.ec != std::errc() || minor.ptr != end || version.major < 0 || version.minor < 0)
        return std::nullopt;
    return version;
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::string text = "[";
    for (const std::int64_t size : shape)
        text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    return text + ']';
}

Error notOfConfig(std::string what, std::string expected, std::string found)
{
    return {ErrorCode::Mismatch, std::move(what), std::move(expected), std::move(found),
            "The weights do not belong to the configuration in the file; use another copy."};
}

/// Sorts a file's tensors into weights, in the expected order, and training state; takes the history out where it is a tensor.
Result<void> takeTensors(std::vector<TensorBlob> tensors, Checkpoint& out, std::optional<std::string>& history)
{
    std::vector<TensorBlob> weights;
    for (TensorBlob& tensor : tensors) {
        if (tensor.name == kHistoryTensor && tensor.type == TensorType::U8)
            history.emplace(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
        else if (tensor.name.starts_with(kTrainStatePrefix))
            out.trainState.push_back(std::move(tensor));
        else
            weights.push_back(std::move(tensor));
    }
    const std::vector<TensorBlob> expected = expectedWeights(out.config.model, out.config.objective);
    for (const TensorBlob& want : expected) {
        const auto found = std::ranges::find(weights, want.name, &TensorBlob::name);
        if (found == weights.end())
            return notOfConfig("The tensor \"" + want.name + "\" is missing", shapeText(want.shape), "nothing");
        if (found->type != want.type)
            return notOfConfig("The tensor \"" + want.name + "\" has another number type", "F32", "another one");
        if (found->shape != want.shape)
            return notOfConfig("The tensor \"" + want.name + "\" has another shape", shapeText(want.shape), shapeText(found->shape));
        out.weights.push_back(std::move(*found));
        weights.erase(found);
    }
    if (!weights.empty())
        return notOfConfig("There is a tensor that the configuration does not have", "only those of its layers", '"' + weights.front().name.substr(0, 120) + '"');
    return {};
}

/// A complaint about a part of the file, worded for someone who opened a file and wrote no configuration.
Error inFile(Error error)
{
    if (error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::NonFinite) // NonFinite is a failure of this program's own numbers
        error.code = ErrorCode::Malformed;
    error.what = "The checkpoint cannot be read: " + error.what;
    error.remedy = "The file is damaged or was edited; use another copy.";
    return error;
}

Result<FormatVersion> readVersion(const std::map<std::string, std::string>& metadata)
{
    const auto found = metadata.find(key::kFormat);
    if (found == metadata.end())
        return Error{ErrorCode::Unsupported, "This safetensors file is not a Latentscape checkpoint", "metadata with format_version", "none",
                     "Choose a file that this program saved."};
    const std::optional<FormatVersion> version = parseVersion(found->second);
    if (!version)
        return inFile({ErrorCode::Malformed, "its format version is not a version", "such as 1.0", '"' + found->second.substr(0, 40) + '"', ""});
    if (version->major != kFormatMajor)
        return Error{ErrorCode::Unsupported, "The checkpoint's format is of another generation", "version " + std::to_string(kFormatMajor) + ".x",
                     "version " + found->second.substr(0, 40),
                     version->major > kFormatMajor ? "Open it with a newer Latentscape." : "Open it with the Latentscape that wrote it."};
    return *version;
}

std::string noteFor(const FormatVersion& version, const std::vector<std::string>& ignored)
{
    std::string note = "The file has format " + std::to_string(version.major) + '.' + std::to_string(version.minor) + ", newer than "
        + std::string(kFormatVersion) + "; what this program does not know was left out";
    for (std::size_t i = 0; i < std::min<std::size_t>(ignored.size(), 5); ++i)
        note += (i == 0 ? ": " : ", ") + ignored[i].substr(0, 80);
    return note + '.';
}

Result<LoadedCheckpoint> load(std::span<const std::byte> bytes)
{
    Result<SafetensorsFile> read = readSafetensors(bytes);
    if (!read)
        return read.error();
    SafetensorsFile file = std::move(read).value();
    const Result<FormatVersion> version = readVersion(file.metadata);
    if (!version)
        return version.error();
    for (const char* needed : {key::kConfig, key::kData, key::kHistory, key::kProgress, key::kDataDigest, key::kHeaderDigest})
        if (!file.metadata.contains(needed))
            return inFile({ErrorCode::Malformed, std::string("its metadata lack \"") + needed + '"', "", "", ""});

    // Before the digest: a file whose weights do not fit deserves a message that says which.
    const bool newer = version.value().minor > kFormatMinor;
    std::vector<std::string> ignored;
    std::vector<std::string>* const collect = newer ? &ignored : nullptr;
    LoadedCheckpoint loaded;
    Checkpoint& out = loaded.checkpoint;
    Result<RunConfig> config = newer ? runConfigFromNewerJson(file.metadata[key::kConfig], ignored) : runConfigFromJson(file.metadata[key::kConfig]);
    if (!config)
        return inFile(config.error());
    out.config = std::move(config).value();
    const std::string digest = headerDigest(file.metadata, file.tensors);
    std::optional<std::string> history;
    if (Result<void> taken = takeTensors(std::move(file.tensors), out, history); !taken)
        return taken.error();
    if (digest != file.metadata[key::kHeaderDigest])
        return Error{ErrorCode::Mismatch, "The checkpoint's description was changed after it was written",
                     "SHA-256 " + file.metadata[key::kHeaderDigest].substr(0, 64), digest, "The file is damaged or was edited; use another copy."};

    const auto part = [](Result<void> done) -> std::optional<Error> { return done ? std::nullopt : std::optional(inFile(done.error())); };
    if (auto problem = part(dataFromJson(file.metadata[key::kData], out, collect)))
        return *std::move(problem);
    if (const std::size_t columns = out.data.columns.size(), wanted = out.config.model.inputShape.size(); columns != 0 && columns != wanted)
        return inFile({ErrorCode::Malformed, "its columns are not those of a sample", std::to_string(wanted) + " columns", std::to_string(columns), ""});
    if (auto problem = part(progressFromJson(file.metadata[key::kProgress], out, collect)))
        return *std::move(problem);
    if (auto problem = part(historyFromJson(history ? *history : file.metadata[key::kHistory], out.history, collect)))
        return *std::move(problem);
    if (file.metadata.contains(key::kDirections) != file.metadata.contains(key::kDirectionsDigest))
        return inFile({ErrorCode::Malformed, "its directions lack their text or their SHA-256", "both", "one of them", ""});
    if (const auto found = file.metadata.find(key::kDirections); found != file.metadata.end()) {
        if (file.metadata[key::kDirectionsDigest] != sha256Hex(std::as_bytes(std::span(found->second))))
            return inFile({ErrorCode::Mismatch, "its directions were changed after they were written", "their SHA-256", "another one", ""});
        if (auto problem = part(directionsFromJson(found->second, out.config.model.latent, out.directions, collect)))
            return *std::move(problem);
    }
    if (newer)
        loaded.note = noteFor(version.value(), ignored);
    return loaded;
}

} // namespace

std::vector<TensorBlob> expectedWeights(const ModelConfig& config, const ObjectiveConfig& objective)
{
    std::vector<TensorBlob> out;
    RunConfig run;
    run.model = config;
    run.objective = objective;
    const ParameterLayout layout(run);
    for (const NamedTensor& tensor : layout.tensors())
        out.push_back({tensor.name, TensorType::F32, tensor.shape, {}});
    return out;
}

Result<LoadedCheckpoint> checkpointFromBytes(std::span<const std::byte> bytes)
{
    try {
        return load(bytes);
    } catch (const std::exception&) {
        return Error{ErrorCode::OutOfMemory, "There was not enough memory to read the checkpoint", "", "", "Close other programs and try again."};
    }
}

Result<LoadedCheckpoint> loadCheckpoint(const std::filesystem::path& path)
{
    const Result<std::vector<std::byte>> bytes = readFile(path);
    if (!bytes)
        return bytes.error();
    return checkpointFromBytes(bytes.value());
}

} // namespace latentscape
