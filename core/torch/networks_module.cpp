// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/networks_module.h"

#include "core/torch/torch_backend_factory.h"

#include <string_view>
#include <type_traits>

extern "C" bool latentscapeNetworks(const char* interface, std::shared_ptr<const latentscape::VaeBackendFactory>* factory)
{
    if (std::string_view(interface) != LATENTSCAPE_INTERFACE)
        return false;
    *factory = latentscape::makeTorchBackendFactory();
    return true;
}

static_assert(std::is_same_v<decltype(&latentscapeNetworks), latentscape::NetworksModuleEntry>);
