// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/idx_files.h"

#include <optional>
#include <span>
#include <string>

namespace latentscape {

/// A public set that is known by name and looked for on this computer.
struct RegisteredSet {
    const char* name;        ///< "fashion-mnist"
    const char* title;       ///< "Fashion-MNIST"
    const char* description; ///< one sentence, with the licence
    const char* folder;      ///< torchvision's folder: "FashionMNIST"
    const char* address;     ///< of its makers
};

[[nodiscard]] std::span<const RegisteredSet> registeredSets() noexcept;

/// Looks for the set's training files in $LATENTSCAPE_DATA, $TORCHVISION_DATA, ~/data, ~/datasets, ./data and the program's data
/// folder ($XDG_DATA_HOME/latentscape): in <root>/<folder>/raw, <root>/<folder>, <root>/<name>, and in a root that is itself
/// called like the set. Reads folder listings only.
[[nodiscard]] std::optional<IdxFiles> findRegisteredSet(const RegisteredSet& set);

/// One paragraph: where the set comes from and where to put it.
[[nodiscard]] std::string howToGet(const RegisteredSet& set);

} // namespace latentscape
