// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/torch_backend_factory.h"

#include "core/torch/bfloat16_product.h"
#include "core/torch/matrix_product.h"
#include "core/torch/tensor_decoder.h"
#include "core/torch/torch_backend.h"
#include "core/torch/torch_devices.h"
#include "core/torch/weight_blobs.h"

#include <algorithm>
#include <numeric>
#include <thread>
#include <utility>

namespace latentscape {

namespace {

std::string shapeText(const ItemShape& shape)
{
    return std::to_string(shape.channels) + " × " + std::to_string(shape.height) + " × " + std::to_string(shape.width);
}

Error invalid(std::string what, std::string expected, std::string found, std::string remedy = {})
{
    return Error{ErrorCode::InvalidArgument, std::move(what), std::move(expected), std::move(found), std::move(remedy)};
}

/// What must hold between the request and its data; fills in "all samples".
Result<void> checkData(BackendRequest& request)
{
    if (!request.data) {
        if (!request.trainingIndices.empty())
            return invalid("Training indices without data", "a data set", "none");
        return {};
    }
    if (request.data->shape() != request.config.model.inputShape)
        return Error{ErrorCode::Mismatch, "The model was made for samples of another shape", shapeText(request.config.model.inputShape),
                     shapeText(request.data->shape()), "Choose the data set it was trained on, or start a new model."};
    const int classes = request.config.model.classes;
    if (classes > 0 && static_cast<std::size_t>(classes) != request.data->classNames().size())
        return Error{ErrorCode::Mismatch, "The model was made for another number of classes", std::to_string(classes),
                     std::to_string(request.data->classNames().size()), "Choose the data set it was trained on, or start a new model."};
    if (request.config.model.standardized != request.data->isStandardized())
        return Error{ErrorCode::Mismatch, "The model was made for samples on another scale",
                     request.config.model.standardized ? "standardised columns" : "values in [0, 1]",
                     request.data->isStandardized() ? "standardised columns" : "values in [0, 1]",
                     "Choose the data set it was trained on, or start a new model."};
    const std::size_t count = request.data->train().count;
    if (request.trainingIndices.empty()) {
        request.trainingIndices.resize(count);
        std::iota(request.trainingIndices.begin(), request.trainingIndices.end(), 0);
    }
    std::vector<bool> seen(count, false);
    for (const std::int32_t index : request.trainingIndices) {
        if (index < 0 || static_cast<std::size_t>(index) >= count)
            return invalid("A training index lies outside the train part", "0 to " + std::to_string(count - 1), std::to_string(index));
        if (seen[static_cast<std::size_t>(index)])
            return invalid("A training index is there twice", "each once", std::to_string(index));
        seen[static_cast<std::size_t>(index)] = true;
    }
    return {};
}

constexpr int kMostThreads = 256;

Result<void> checkPrecision(Precision precision, bool handWritten)
{
    const auto refusal = [](std::string what, std::string expected, std::string found) {
        return Error{ErrorCode::Unsupported, std::move(what), std::move(expected), std::move(found), "Choose the precision float32."};
    };
    if (precision == Precision::Float32)
        return {};
    if (!handWritten)
        return refusal("Products in bfloat16 are there for plain networks on the CPU",
                       "an mlp without layer norm and dropout, objective vae or ae, likelihood bernoulli or gaussian, device cpu", "another run");
    if (!hasBfloat16Products())
        return refusal("This processor does not multiply bfloat16 itself: it would be slower than float32", "a processor with AVX-512 BF16", "one without");
    return {};
}

class TorchBackendFactory final : public VaeBackendFactory {
public:
    Result<std::unique_ptr<VaeBackend>> create(BackendRequest request) const override
    {
        try {
            if (Result<void> checked = checkData(request); !checked)
                return checked.error();
            if (Result<void> valid = validate(request.config, request.trainingIndices.size()); !valid)
                return valid.error();
            if (request.threads < 0 || request.threads > kMostThreads)
                return invalid("The number of threads cannot be used", "0 (all cores) to " + std::to_string(kMostThreads),
                               std::to_string(request.threads));
            const Result<std::string> device = resolveDevice(request.device);
            if (!device)
                return device.error();
            const auto group = std::dynamic_pointer_cast<TorchProcessGroup>(request.group);
            if (request.group && !group)
                return invalid("The processes were joined by other means", "a group of this factory", "another");
            if (group)
                if (Result<void> divides = checkBatchDivides(request.config.training.batchSize, group->size()); !divides)
                    return divides.error();
            const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
            const bool handWritten = device.value() == "cpu" && cpuEngineServes(request.config);
            if (Result<void> possible = checkPrecision(request.precision, handWritten); !possible)
                return possible.error();
            EngineSetup setup{std::move(request.config), std::move(request.data), std::move(request.trainingIndices),
                              std::min(request.threads == 0 ? cores : request.threads, kMostThreads), request.precision, group};
            EngineSetup kept = setup;
            std::unique_ptr<VaeEngine> engine =
                handWritten ? makeCpuEngine(std::move(setup)) : makeTensorEngine(std::move(setup), device.value(), request.graphs);
            return std::unique_ptr<VaeBackend>(std::make_unique<TorchBackend>(std::move(kept), std::move(engine)));
        } catch (...) {
            return currentExceptionAsError();
        }
    }

    Result<std::shared_ptr<ProcessGroup>> join(const ProcessSettings& settings) const override
    {
        try {
            Result<std::shared_ptr<TorchProcessGroup>> group = TorchProcessGroup::join(settings);
            return group ? Result(std::shared_ptr<ProcessGroup>(std::move(group).value())) : group.error();
        } catch (...) {
            return currentExceptionAsError();
        }
    }

    Result<std::shared_ptr<const Decoder>> createDecoder(const RunConfig& config, std::span<const TensorBlob> weights) const override
    {
        try {
            if (Result<void> valid = validate(config, /*trainCount=*/0); !valid)
                return valid.error();
            const ParameterLayout layout(config);
            std::vector<float> flat(layout.size());
            if (Result<void> read = readWeights(layout, weights, flat); !read)
                return read.error();
            return makeDecoder(config, layout, flat);
        } catch (...) {
            return currentExceptionAsError();
        }
    }

    void prepareDecodingThread(int threads) const override
    {
        try {
            useComputeThreads(std::clamp(threads, 1, kMostThreads));
        } catch (...) {
            // Decoding is right with any thread count, only slower beside a training run.
        }
    }

    std::vector<DeviceReport> devices() const override
    {
        try {
            return torchDevices();
        } catch (...) {
            return {{"CPU", "cpu", true, "Other devices could not be asked."}};
        }
    }

    std::string description() const override { return torchDescription(); }
};

} // namespace

std::shared_ptr<const VaeBackendFactory> makeTorchBackendFactory()
{
    return std::make_shared<TorchBackendFactory>();
}

} // namespace latentscape
