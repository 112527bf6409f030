// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/weight_blobs.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

namespace latentscape {

namespace {

const std::string kState = "train_state.";
const std::string kStep = "train_state.step";

/// One moment buffer of an optimiser and the prefix of its tensors.
struct Moment {
    StateBuffer buffer;
    std::string prefix;
};

std::vector<Moment> momentsOf(OptimizerKind optimizer)
{
    switch (optimizer) {
    case OptimizerKind::Adam:
        return {{StateBuffer::FirstMoment, kState + "adam.exp_avg."}, {StateBuffer::SecondMoment, kState + "adam.exp_avg_sq."}};
    case OptimizerKind::AdamW:
        return {{StateBuffer::FirstMoment, kState + "adamw.exp_avg."}, {StateBuffer::SecondMoment, kState + "adamw.exp_avg_sq."}};
    case OptimizerKind::RmsProp: return {{StateBuffer::SecondMoment, kState + "rmsprop.square_avg."}};
    case OptimizerKind::Sgd: return {{StateBuffer::FirstMoment, kState + "sgd.momentum_buffer."}};
    }
    return {};
}

std::string shapeText(std::span<const std::int64_t> shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

std::string_view typeText(TensorType type)
{
    switch (type) {
    case TensorType::F32: return "F32";
    case TensorType::F16: return "F16";
    case TensorType::I64: return "I64";
    case TensorType::U8: break;
    }
    return "U8";
}

Error mismatchError(std::string what, std::string expected, std::string found)
{
    return Error{ErrorCode::Mismatch, std::move(what), std::move(expected), std::move(found), "Open a file that was saved with the same model."};
}

const TensorBlob* find(std::span<const TensorBlob> blobs, const std::string& name)
{
    const auto found = std::find_if(blobs.begin(), blobs.end(), [&](const TensorBlob& blob) { return blob.name == name; });
    return found == blobs.end() ? nullptr : &*found;
}

/// The blob of that name when type, shape and bytes fit.
Result<const TensorBlob*> expect(std::span<const TensorBlob> blobs, const std::string& name, TensorType type, const std::vector<std::int64_t>& shape,
                                 std::size_t count)
{
    const TensorBlob* blob = find(blobs, name);
    if (!blob)
        return mismatchError("The tensor " + name + " is missing", shapeText(shape), "none");
    if (blob->type != type)
        return mismatchError("The tensor " + name + " has another type", std::string(typeText(type)), std::string(typeText(blob->type)));
    if (blob->shape != shape)
        return mismatchError("The tensor " + name + " has another shape", shapeText(shape), shapeText(blob->shape));
    if (blob->bytes.size() != count * sizeOf(type))
        return mismatchError("The tensor " + name + " has another size", std::to_string(count * sizeOf(type)) + " bytes",
                        std::to_string(blob->bytes.size()) + " bytes");
    return blob;
}

Result<void> readFlat(const ParameterLayout& layout, std::span<const TensorBlob> blobs, const std::string& prefix, std::span<float> flat)
{
    std::vector<const TensorBlob*> fitting;
    for (const NamedTensor& tensor : layout.tensors()) {
        const Result<const TensorBlob*> blob = expect(blobs, prefix + tensor.name, TensorType::F32, tensor.shape, tensor.count);
        if (!blob)
            return blob.error();
        fitting.push_back(blob.value());
    }
    for (std::size_t i = 0; i < fitting.size(); ++i)
        if (!fitting[i]->bytes.empty())
            std::memcpy(flat.data() + layout.tensors()[i].offset, fitting[i]->bytes.data(), fitting[i]->bytes.size());
    return {};
}

/// Names must be known and there once.
Result<void> refuseStrangers(std::span<const TensorBlob> blobs, const std::set<std::string>& known)
{
    std::set<std::string> seen;
    for (const TensorBlob& blob : blobs) {
        if (!known.contains(blob.name))
            return mismatchError("The tensor " + blob.name + " does not belong to this model", "none of this name", shapeText(blob.shape));
        if (!seen.insert(blob.name).second)
            return mismatchError("The tensor " + blob.name + " is there twice", "once", "twice");
    }
    return {};
}

} // namespace

std::vector<TensorBlob> blobsOf(const ParameterLayout& layout, std::span<const float> flat, const std::string& prefix)
{
    std::vector<TensorBlob> blobs;
    for (const NamedTensor& tensor : layout.tensors()) {
        TensorBlob blob{prefix + tensor.name, TensorType::F32, tensor.shape, std::vector<std::byte>(tensor.count * sizeof(float))};
        std::memcpy(blob.bytes.data(), flat.data() + tensor.offset, blob.bytes.size());
        blobs.push_back(std::move(blob));
    }
    return blobs;
}

std::vector<TensorBlob> trainStateOf(const VaeEngine& engine, OptimizerKind optimizer)
{
    std::vector<TensorBlob> blobs;
    std::vector<float> flat(engine.layout().size());
    for (const Moment& moment : momentsOf(optimizer)) {
        engine.read(moment.buffer, flat);
        std::vector<TensorBlob> tensors = blobsOf(engine.layout(), flat, moment.prefix);
        std::move(tensors.begin(), tensors.end(), std::back_inserter(blobs));
    }
    TensorBlob step{kStep, TensorType::I64, {1}, std::vector<std::byte>(sizeof(std::int64_t))};
    const std::int64_t steps = engine.stepCount();
    std::memcpy(step.bytes.data(), &steps, sizeof(steps));
    blobs.push_back(std::move(step));
    return blobs;
}

Result<void> readWeights(const ParameterLayout& layout, std::span<const TensorBlob> blobs, std::span<float> flat)
{
    std::set<std::string> known;
    for (const NamedTensor& tensor : layout.tensors())
        known.insert(tensor.name);
    if (Result<void> names = refuseStrangers(blobs, known); !names)
        return names;
    return readFlat(layout, blobs, {}, flat);
}

Result<TrainState> readTrainState(const ParameterLayout& layout, OptimizerKind optimizer, std::span<const TensorBlob> blobs)
{
    std::set<std::string> known{kStep};
    const std::vector<Moment> moments = momentsOf(optimizer);
    for (const Moment& moment : moments)
        for (const NamedTensor& tensor : layout.tensors())
            known.insert(moment.prefix + tensor.name);
    if (Result<void> names = refuseStrangers(blobs, known); !names)
        return names.error();
    TrainState state;
    for (const Moment& moment : moments) {
        std::vector<float>& flat = moment.buffer == StateBuffer::FirstMoment ? state.first : state.second;
        flat.assign(layout.size(), 0.0f);
        if (Result<void> read = readFlat(layout, blobs, moment.prefix, flat); !read)
            return read.error();
    }
    const Result<const TensorBlob*> step = expect(blobs, kStep, TensorType::I64, {1}, 1);
    if (!step)
        return step.error();
    std::memcpy(&state.step, step.value()->bytes.data(), sizeof(state.step));
    if (state.step < 0)
        return mismatchError("The tensor " + kStep + " cannot be negative", "0 or more", std::to_string(state.step));
    return state;
}

} // namespace latentscape
