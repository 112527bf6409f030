// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/detail/checkpoint_text.h"

#include "core/base/sha256.h"
#include "core/model/json/object_reader.h"
#include "core/model/json/strict_json.h"
#include "core/store/checkpoint_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace latentscape {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string dump(const ordered_json& value)
{
    return value.dump(-1, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
}

ordered_json lossJson(const LossTerms& loss)
{
    return {{"nelbo", loss.nelbo}, {"reconstruction", loss.reconstruction}, {"kl", loss.kl}, {"objective", loss.objective}};
}

/// Reads the object under key, where it is there, by fill(ObjectReader&); what is wrong in it is wrong in the parent.
template <typename Fill>
void readObject(ObjectReader& parent, const char* key, std::vector<std::string>* ignored, Fill&& fill)
{
    const json* object = parent.object(key);
    if (!object)
        return;
    ObjectReader reader(*object, key, ignored);
    fill(reader);
    if (const Result<void> done = reader.finish(); !done)
        parent.fail(done.error());
}

void readLoss(ObjectReader& parent, const char* key, LossTerms& out, std::vector<std::string>* ignored)
{
    parent.require(key);
    readObject(parent, key, ignored, [&out](ObjectReader& reader) {
        reader.read("nelbo", out.nelbo);
        reader.read("reconstruction", out.reconstruction);
        reader.read("kl", out.kl);
        reader.read("objective", out.objective);
    });
}

ordered_json sumsJson(const EpochSums& sums)
{
    return {{"images", sums.images}, {"reconstruction", sums.reconstruction}, {"kl", sums.kl}, {"objective", sums.objective},
            {"gradient_norm", sums.gradientNorm}, {"measured_steps", sums.measuredSteps}};
}

void readSums(ObjectReader& parent, EpochSums& out, std::vector<std::string>* ignored)
{
    readObject(parent, "sums", ignored, [&out](ObjectReader& reader) {
        reader.read("images", out.images);
        reader.read("reconstruction", out.reconstruction);
        reader.read("kl", out.kl);
        reader.read("objective", out.objective);
        reader.read("gradient_norm", out.gradientNorm);
        reader.read("measured_steps", out.measuredSteps);
    });
}

bool isNegative(const EpochSums& sums) { return sums.images < 0 || sums.measuredSteps < 0 || sums.gradientNorm < 0.0; }

Error wrongOrder(const EpochRecord& record, std::size_t index)
{
    return {ErrorCode::Malformed, "The history's epochs are not in order", "epoch " + std::to_string(index + 1), std::to_string(record.epoch), ""};
}

/// Adds a text with its length, so that no two lists of texts give the same bytes.
void addText(Sha256& digest, std::string_view text)
{
    const std::string length = std::to_string(text.size()) + ':';
    digest.update(std::as_bytes(std::span(length)));
    digest.update(std::as_bytes(std::span(text)));
}

} // namespace

std::string toJson(const History& history)
{
    ordered_json epochs = ordered_json::array();
    for (const EpochRecord& record : history.epochs)
        epochs.push_back({{"epoch", record.epoch}, {"train", lossJson(record.train)}, {"held", lossJson(record.held)},
                          {"learning_rate", record.learningRate}, {"gradient_norm", record.gradientNorm}});
    ordered_json marks = ordered_json::array();
    for (const ControlMark& mark : history.marks)
        marks.push_back({{"epoch", mark.epoch}, {"text", mark.text}});
    ordered_json root;
    root["epochs"] = std::move(epochs);
    root["marks"] = std::move(marks);
    root["best_epoch"] = history.bestEpoch;
    return dump(root);
}

Result<void> historyFromJson(std::string_view text, History& out, std::vector<std::string>* ignored)
{
    const Result<json> parsed = parseStrictJson(text, "The history");
    if (!parsed)
        return parsed.error();
    ObjectReader reader(parsed.value(), "history", ignored);
    if (const json* epochs = reader.array("epochs")) {
        for (const json& object : *epochs) {
            EpochRecord record;
            ObjectReader entry(object, "epochs", ignored);
            entry.require("epoch");
            entry.read("epoch", record.epoch);
            readLoss(entry, "train", record.train, ignored);
            readLoss(entry, "held", record.held, ignored);
            entry.read("learning_rate", record.learningRate);
            entry.read("gradient_norm", record.gradientNorm);
            if (const Result<void> done = entry.finish(); !done)
                return done.error();
            if (record.epoch <= 0 || (!out.epochs.empty() && record.epoch <= out.epochs.back().epoch))
                return wrongOrder(record, out.epochs.size());
            out.epochs.push_back(record);
        }
    }
    if (const json* marks = reader.array("marks")) {
        for (const json& object : *marks) {
            ControlMark mark;
            ObjectReader entry(object, "marks", ignored);
            entry.read("epoch", mark.epoch);
            entry.read("text", mark.text);
            if (const Result<void> done = entry.finish(); !done)
                return done.error();
            out.marks.push_back(std::move(mark));
        }
    }
    reader.read("best_epoch", out.bestEpoch);
    const auto known = [&](const EpochRecord& record) { return record.epoch == out.bestEpoch; };
    if (out.bestEpoch != 0 && std::ranges::none_of(out.epochs, known))
        reader.fail({ErrorCode::Malformed, "The history's best epoch is not one of its epochs", "0, or the number of an epoch", std::to_string(out.bestEpoch), ""});
    return reader.finish();
}

std::string dataToJson(const DataProvenance& data, const std::vector<std::string>& classNames)
{
    ordered_json root;
    root["name"] = data.name;
    root["source"] = data.source;
    root["sha256"] = data.sha256;
    root["scale"] = data.scale;
    root["train"] = data.trainCount;
    root["test"] = data.testCount;
    root["classes"] = classNames;
    ordered_json columns = ordered_json::array();
    for (const ColumnScale& column : data.columns)
        columns.push_back({{"name", column.name}, {"mean", column.mean}, {"scale", column.scale}});
    root["columns"] = std::move(columns);
    return dump(root);
}

Result<void> dataFromJson(std::string_view text, Checkpoint& out, std::vector<std::string>* ignored)
{
    const Result<json> parsed = parseStrictJson(text, "The description of the data");
    if (!parsed)
        return parsed.error();
    std::uint64_t train = 0;
    std::uint64_t test = 0;
    ObjectReader reader(parsed.value(), "data", ignored);
    reader.read("name", out.data.name);
    reader.read("source", out.data.source);
    reader.read("sha256", out.data.sha256);
    reader.read("scale", out.data.scale);
    reader.read("train", train);
    reader.read("test", test);
    reader.read("classes", out.classNames);
    if (const json* columns = reader.array("columns"))
        for (const json& object : *columns) {
            ColumnScale column;
            double mean = 0.0, scale = 1.0;
            ObjectReader entry(object, "columns", ignored);
            entry.read("name", column.name);
            entry.read("mean", mean);
            entry.read("scale", scale);
            column.mean = static_cast<float>(mean);
            column.scale = static_cast<float>(scale);
            if (!std::isfinite(column.mean) || !std::isfinite(column.scale) || !(column.scale > 0.0f))
                entry.fail({ErrorCode::Malformed, "A column's scale cannot be used", "a finite mean and a scale above 0", column.name, ""});
            if (const Result<void> done = entry.finish(); !done)
                return done.error();
            out.data.columns.push_back(std::move(column));
        }
    out.data.trainCount = static_cast<std::size_t>(train);
    out.data.testCount = static_cast<std::size_t>(test);
    return reader.finish();
}

std::string progressToJson(const RunProgress& progress, const std::optional<KeptProgress>& kept)
{
    ordered_json root;
    root["step"] = progress.step;
    root["epochs_done"] = progress.epochsDone;
    root["step_in_epoch"] = progress.stepInEpoch;
    root["sums"] = sumsJson(progress.sums);
    if (progress.rollBacks > 0)
        root["roll_backs"] = progress.rollBacks;
    if (kept)
        root["kept"] = {{"step_in_epoch", kept->stepInEpoch}, {"sums", sumsJson(kept->sums)}};
    return dump(root);
}

Result<void> progressFromJson(std::string_view text, Checkpoint& out, std::vector<std::string>* ignored)
{
    const Result<json> parsed = parseStrictJson(text, "The progress");
    if (!parsed)
        return parsed.error();
    RunProgress& progress = out.progress;
    ObjectReader reader(parsed.value(), "progress", ignored);
    reader.read("step", progress.step);
    reader.read("epochs_done", progress.epochsDone);
    reader.read("step_in_epoch", progress.stepInEpoch);
    reader.read("roll_backs", progress.rollBacks);
    readSums(reader, progress.sums, ignored);
    readObject(reader, "kept", ignored, [&](ObjectReader& entry) {
        KeptProgress& kept = out.kept.emplace();
        entry.require("step_in_epoch");
        entry.require("sums");
        entry.read("step_in_epoch", kept.stepInEpoch);
        readSums(entry, kept.sums, ignored);
        if (kept.stepInEpoch < 0 || kept.stepInEpoch >= progress.stepInEpoch || isNegative(kept.sums))
            entry.fail({ErrorCode::Malformed, "The kept state is not one of the epoch under way", "an earlier step, and no negative counter",
                        std::to_string(kept.stepInEpoch), ""});
    });
    if (progress.step < 0 || progress.epochsDone < 0 || progress.stepInEpoch < 0 || progress.rollBacks < 0 || isNegative(progress.sums))
        reader.fail({ErrorCode::Malformed, "The progress holds a negative counter", "0 or more", "", ""});
    return reader.finish();
}

std::string headerDigest(const std::map<std::string, std::string>& metadata, std::span<const TensorBlob> tensors)
{
    using namespace checkpoint_key;
    Sha256 digest;
    for (const char* key : {kConfig, kData, kHistory, kProgress}) {
        const auto found = metadata.find(key);
        addText(digest, found == metadata.end() ? std::string_view() : std::string_view(found->second));
    }
    std::vector<const TensorBlob*> order;
    for (const TensorBlob& tensor : tensors)
        order.push_back(&tensor);
    std::ranges::sort(order, {}, [](const TensorBlob* tensor) -> const std::string& { return tensor->name; });
    for (const TensorBlob* tensor : order) {
        addText(digest, tensor->name);
        addText(digest, std::to_string(static_cast<int>(tensor->type)));
        for (const std::int64_t size : tensor->shape)
            addText(digest, std::to_string(size));
        addText(digest, "");
    }
    return digest.hexDigest();
}

} // namespace latentscape
