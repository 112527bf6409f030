// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/vae_backend.h"

#include <memory>

namespace latentscape {

/// What the module "latentscape-networks.so" exports under kNetworksModuleEntry: everything of core/torch and LibTorch, for a program that wants
/// to be on the screen before they are loaded. Fills in the factory; false, and nothing done, when interface (LATENTSCAPE_INTERFACE of
/// core/CMakeLists.txt: version and headers) is not what the module was built with.
using NetworksModuleEntry = bool (*)(const char* interface, std::shared_ptr<const VaeBackendFactory>* factory);

constexpr const char* kNetworksModuleEntry = "latentscapeNetworks";

} // namespace latentscape
