// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fake_backend.h"

#include "support/fake_vae_backend.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace latentscape::tests {

// --- FakeScript -------------------------------------------------------------------------------------------------------------------

void FakeScript::nanAtCall(std::int64_t call)
{
    const std::lock_guard lock(m_mutex);
    m_nan.insert(call);
}

void FakeScript::nanFromCall(std::int64_t call)
{
    const std::lock_guard lock(m_mutex);
    m_nanFrom = call;
}

void FakeScript::poisonAtCall(std::int64_t call)
{
    const std::lock_guard lock(m_mutex);
    m_poison.insert(call);
}

void FakeScript::throwAtCall(std::int64_t call)
{
    const std::lock_guard lock(m_mutex);
    m_throw.insert(call);
}

void FakeScript::failAtCall(std::int64_t call, Error error)
{
    const std::lock_guard lock(m_mutex);
    m_failCall = call;
    m_stepError = std::move(error);
}

void FakeScript::failCreate(Error error)
{
    const std::lock_guard lock(m_mutex);
    m_createError = std::move(error);
}

void FakeScript::heldNelbos(std::vector<double> values)
{
    const std::lock_guard lock(m_mutex);
    m_heldNelbos = std::move(values);
}

std::optional<double> FakeScript::heldNelboOf(int epoch)
{
    const std::lock_guard lock(m_mutex);
    if (m_heldNelbos.empty())
        return std::nullopt;
    return m_heldNelbos[std::min(static_cast<std::size_t>(epoch), m_heldNelbos.size() - 1)];
}

FakeScript::Fault FakeScript::faultOf(std::int64_t call)
{
    const std::lock_guard lock(m_mutex);
    Fault fault;
    fault.nan = m_nan.contains(call) || (m_nanFrom > 0 && call >= m_nanFrom);
    fault.poison = m_poison.contains(call);
    fault.throws = m_throw.contains(call);
    if (m_failCall == call)
        fault.error = m_stepError;
    return fault;
}

// --- FakeBackendFactory -----------------------------------------------------------------------------------------------------------

FakeBackendFactory::FakeBackendFactory(std::shared_ptr<FakeScript> script) : m_script(std::move(script)) {}

Result<std::unique_ptr<VaeBackend>> FakeBackendFactory::create(BackendRequest request) const
{
    {
        const std::lock_guard lock(m_script->m_mutex);
        if (m_script->m_createError)
            return *m_script->m_createError;
    }
    return std::unique_ptr<VaeBackend>(std::make_unique<FakeBackend>(std::move(request), m_script));
}

Result<std::shared_ptr<const Decoder>> FakeBackendFactory::createDecoder(const RunConfig& config, std::span<const TensorBlob> weights) const
{
    const ItemShape shape = config.model.inputShape;
    for (auto tensor = weights.rbegin(); tensor != weights.rend(); ++tensor) {
        if (!tensor->name.ends_with(".bias"))
            continue;
        std::vector<float> canary(shape.size());
        if (tensor->bytes.size() != canary.size() * sizeof(float))
            break;
        std::memcpy(canary.data(), tensor->bytes.data(), tensor->bytes.size());
        return std::shared_ptr<const Decoder>(
            std::make_shared<CanaryDecoder>(config.model.latent, shape, std::move(canary), m_script, config.model.classes));
    }
    return Error{ErrorCode::Mismatch, "The decoder's last bias is missing or of another shape", "", "", ""};
}

void FakeBackendFactory::prepareDecodingThread(int) const
{
    ++m_script->preparedThreads;
}

std::vector<DeviceReport> FakeBackendFactory::devices() const
{
    return {DeviceReport{"CPU", "cpu", true, "Fake"}};
}

std::shared_ptr<const Decoder> makeCanaryDecoder(int latent, ItemShape shape, std::uint8_t value, std::shared_ptr<FakeScript> script)
{
    return std::make_shared<CanaryDecoder>(latent, shape, std::vector<float>(shape.size(), static_cast<float>(value)), std::move(script));
}

} // namespace latentscape::tests
