// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/torch_backend.h"

#include "core/torch/tensor_decoder.h"
#include "core/torch/torch_devices.h"
#include "core/torch/weight_blobs.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace latentscape {

namespace {

/// Runs a body that returns a Result; whatever it throws becomes the Result's error.
template <typename Body>
std::invoke_result_t<Body> guarded(Body&& body)
{
    try {
        return body();
    } catch (...) {
        return currentExceptionAsError();
    }
}

Error invalid(std::string what, std::string expected, std::string found)
{
    return Error{ErrorCode::InvalidArgument, std::move(what), std::move(expected), std::move(found), {}};
}

} // namespace

TorchBackend::TorchBackend(EngineSetup setup, std::unique_ptr<VaeEngine> engine)
    : m_config(std::move(setup.config)), m_data(std::move(setup.data)), m_trainingIndices(std::move(setup.trainingIndices)),
      m_isTraining(m_data ? m_data->train().count : 0, false), m_engine(std::move(engine))
{
    for (const std::int32_t index : m_trainingIndices)
        m_isTraining[static_cast<std::size_t>(index)] = true;
}

Result<void> TorchBackend::checkSamples(bool test, std::span<const std::int32_t> indices) const
{
    if (!m_data)
        return invalid("This model was opened without data", "a data set", "none");
    const std::size_t count = (test ? m_data->test() : m_data->train()).count;
    const auto outside = std::find_if(indices.begin(), indices.end(), [&](std::int32_t i) { return i < 0 || static_cast<std::size_t>(i) >= count; });
    if (outside != indices.end())
        return invalid(std::string("A sample's index lies outside the ") + (test ? "test" : "train") + " part",
                       "0 to " + std::to_string(count == 0 ? 0 : count - 1), std::to_string(*outside));
    return {};
}

EvaluationInput TorchBackend::inputOf(bool test, std::span<const std::int32_t> indices, std::stop_token stop) const
{
    return {*m_engine, m_config, test, indices, std::move(stop), m_data.get(), static_cast<std::int64_t>(m_trainingIndices.size())};
}

Result<void> TorchBackend::beginEpoch(int epoch, std::span<const std::int32_t> order)
{
    return guarded([&]() -> Result<void> {
        if (Result<void> checked = checkSamples(/*test=*/false, order); !checked)
            return checked;
        if (epoch < 0)
            return invalid("The epoch cannot be negative", "0 or more", std::to_string(epoch));
        const auto foreign = std::find_if(order.begin(), order.end(), [&](std::int32_t i) { return !m_isTraining[static_cast<std::size_t>(i)]; });
        if (foreign != order.end())
            return invalid("The epoch's order holds a sample that is not trained on", "training indices only", std::to_string(*foreign));
        m_engine->beginEpoch(epoch, order);
        m_orderSize = order.size();
        return {};
    });
}

Result<void> TorchBackend::step(std::size_t begin, std::size_t count, const StepControls& controls)
{
    return guarded([&]() -> Result<void> {
        const auto most = static_cast<std::size_t>(m_config.training.batchSize);
        if (count == 0 || count > most)
            return invalid("A step takes a batch at most", "1 to " + std::to_string(most) + " samples", std::to_string(count));
        if (begin > m_orderSize || count > m_orderSize - begin)
            return invalid("The step reaches past the epoch's end", "at most " + std::to_string(m_orderSize) + " samples",
                           std::to_string(begin) + " + " + std::to_string(count));
        m_engine->step(begin, count, controls);
        return {};
    });
}

std::vector<StepLoss> TorchBackend::drainSteps()
{
    try {
        return m_engine->drainSteps();
    } catch (...) {
        return {};
    }
}

std::shared_ptr<LatentFrame> TorchBackend::harvestedCodes() const
{
    try {
        auto frame = std::make_shared<LatentFrame>();
        frame->latent = m_config.model.latent;
        frame->indices = m_trainingIndices;
        frame->mu.resize(m_trainingIndices.size() * static_cast<std::size_t>(frame->latent));
        frame->logvar.resize(frame->mu.size());
        m_engine->readHarvest(frame->mu, frame->logvar);
        return frame;
    } catch (...) {
        return nullptr;
    }
}

Result<std::shared_ptr<LatentFrame>> TorchBackend::encodeTraining(std::stop_token stop)
{
    return guarded([&]() -> Result<std::shared_ptr<LatentFrame>> {
        Result<LatentFrame> frame = encode(/*test=*/false, m_trainingIndices, std::move(stop));
        if (!frame)
            return frame.error();
        m_engine->writeHarvest(frame.value().mu, frame.value().logvar);
        return std::make_shared<LatentFrame>(std::move(frame).value());
    });
}

Result<LatentFrame> TorchBackend::encode(bool test, std::span<const std::int32_t> indices, std::stop_token stop)
{
    return guarded([&]() -> Result<LatentFrame> {
        if (Result<void> checked = checkSamples(test, indices); !checked)
            return checked.error();
        return encodeSamples(inputOf(test, indices, std::move(stop)));
    });
}

Result<Evaluation> TorchBackend::evaluate(bool test, std::span<const std::int32_t> indices, int samples, std::stop_token stop)
{
    return guarded([&]() -> Result<Evaluation> {
        if (Result<void> checked = checkSamples(test, indices); !checked)
            return checked.error();
        if (indices.empty())
            return invalid("There is nothing to evaluate", "1 sample or more", "0");
        if (samples < 1)
            return invalid("The number of draws is too small", "1 or more", std::to_string(samples));
        return evaluateSamples(inputOf(test, indices, std::move(stop)), samples);
    });
}

Result<std::vector<LossTerms>> TorchBackend::evaluatePerSample(bool test, std::span<const std::int32_t> indices, std::stop_token stop)
{
    return guarded([&]() -> Result<std::vector<LossTerms>> {
        if (Result<void> checked = checkSamples(test, indices); !checked)
            return checked.error();
        return evaluateEachSample(inputOf(test, indices, std::move(stop)));
    });
}

Result<VaeBackend::IwaeBound> TorchBackend::iwae(bool test, std::span<const std::int32_t> indices, int k, std::stop_token stop)
{
    return guarded([&]() -> Result<IwaeBound> {
        if (Result<void> checked = checkSamples(test, indices); !checked)
            return checked.error();
        if (!m_config.objective.isVariational())
            return invalid("Only a variational autoencoder has an importance-weighted bound", "an objective other than ae", "objective ae");
        if (indices.empty() || k < 1)
            return invalid("The bound needs samples and draws", "1 or more of each",
                           std::to_string(indices.size()) + " samples, " + std::to_string(k) + " draws");
        return iwaeBound(inputOf(test, indices, std::move(stop)), k);
    });
}

std::shared_ptr<const Decoder> TorchBackend::copyDecoder() const
{
    try {
        m_flat.resize(m_engine->layout().size());
        m_engine->read(StateBuffer::Parameters, m_flat);
        return makeDecoder(m_config, m_engine->layout(), m_flat);
    } catch (...) {
        return nullptr;
    }
}

std::vector<TensorBlob> TorchBackend::weights() const
{
    try {
        std::vector<float> flat(m_engine->layout().size());
        m_engine->read(StateBuffer::Parameters, flat);
        return blobsOf(m_engine->layout(), flat, {});
    } catch (...) {
        return {};
    }
}

std::vector<TensorBlob> TorchBackend::trainState() const
{
    try {
        return trainStateOf(*m_engine, m_config.training.optimizer);
    } catch (...) {
        return {};
    }
}

Result<void> TorchBackend::restore(std::span<const TensorBlob> weights, std::span<const TensorBlob> trainState)
{
    return guarded([&]() -> Result<void> {
        std::vector<float> parameters(m_engine->layout().size());
        if (Result<void> read = readWeights(m_engine->layout(), weights, parameters); !read)
            return read;
        if (trainState.empty()) {
            m_engine->write(StateBuffer::Parameters, parameters);
            return {};
        }
        Result<TrainState> state = readTrainState(m_engine->layout(), m_config.training.optimizer, trainState);
        if (!state)
            return state.error();
        m_engine->write(StateBuffer::Parameters, parameters);
        if (!state.value().first.empty())
            m_engine->write(StateBuffer::FirstMoment, state.value().first);
        if (!state.value().second.empty())
            m_engine->write(StateBuffer::SecondMoment, state.value().second);
        m_engine->setStepCount(state.value().step);
        return {};
    });
}

void TorchBackend::keep()
{
    try {
        m_engine->keep();
    } catch (...) {
        // Only a device that died throws here; the next step reports it.
    }
}

void TorchBackend::rollBack()
{
    try {
        m_engine->rollBack();
    } catch (...) {
        // As in keep().
    }
}

} // namespace latentscape
