// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/late_backend_factory.h"

#include "core/torch/networks_module.h"

#include <utility>

#include <dlfcn.h>

namespace latentscape::app {

namespace {

constexpr const char* kRemedy = "Install Latentscape again, or build it with scripts/run.sh, then start it anew; what is saved stays as it is.";

} // namespace

LateBackendFactory::LateBackendFactory(std::filesystem::path module) : m_module(std::move(module)) {}

const Result<std::shared_ptr<const VaeBackendFactory>>& LateBackendFactory::loaded() const
{
    std::call_once(m_once, [this] { m_loaded = load(); });
    return *m_loaded;
}

Result<std::shared_ptr<const VaeBackendFactory>> LateBackendFactory::load() const
{
    const auto refusal = [this](std::string found) {
        return Error{ErrorCode::Unsupported, "The networks cannot be loaded: without them nothing is trained or decoded",
                     '"' + m_module.string() + '"', std::move(found), kRemedy};
    };
    const auto lastProblem = [] {
        const char* text = ::dlerror();
        return std::string(text ? text : "no reason");
    };
    // Never closed: LibTorch keeps threads and handlers for the end of the process.
    void* const library = ::dlopen(m_module.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return refusal(lastProblem());
    const auto entry = reinterpret_cast<NetworksModuleEntry>(::dlsym(library, kNetworksModuleEntry));
    if (!entry)
        return refusal(lastProblem());
    std::shared_ptr<const VaeBackendFactory> factory;
    if (!entry(LATENTSCAPE_INTERFACE, &factory))
        return refusal("the networks of another build of the program");
    return factory;
}

Result<std::unique_ptr<VaeBackend>> LateBackendFactory::create(BackendRequest request) const
{
    const auto& factory = loaded();
    return factory ? factory.value()->create(std::move(request)) : factory.error();
}

Result<std::shared_ptr<ProcessGroup>> LateBackendFactory::join(const ProcessSettings& settings) const
{
    const auto& factory = loaded();
    return factory ? factory.value()->join(settings) : factory.error();
}

Result<std::shared_ptr<const Decoder>> LateBackendFactory::createDecoder(const RunConfig& config, std::span<const TensorBlob> weights) const
{
    const auto& factory = loaded();
    return factory ? factory.value()->createDecoder(config, weights) : factory.error();
}

void LateBackendFactory::prepareDecodingThread(int threads) const
{
    if (const auto& factory = loaded())
        factory.value()->prepareDecodingThread(threads);
}

std::vector<DeviceReport> LateBackendFactory::devices() const
{
    const auto& factory = loaded();
    return factory ? factory.value()->devices() : std::vector<DeviceReport>{{"CPU", "cpu", false, factory.error().text()}};
}

std::string LateBackendFactory::description() const
{
    const auto& factory = loaded();
    return factory ? factory.value()->description() : "not loaded";
}

} // namespace latentscape::app
