// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace latentscape {

/// One line of the list of sets: built in, or found on this computer.
struct DataListing {
    std::string spec;        ///< what loadDataset() takes: "digits", "mnist", or a path
    std::string title;       ///< "Digits", "MNIST"
    std::string description; ///< one sentence
    bool available = true;   ///< false: known, but not on this computer
    std::string howToGet;    ///< for sets that are not available: where they come from and where to put them
};

/// How to load a set.
struct DataRequest {
    std::string spec = "digits";   ///< a built-in name, a registered name, or a path; content decides the format
    std::uint64_t seed = 1;        ///< of built-in sets and of a missing test part's split
    std::size_t trainCount = 0;    ///< built-in sets: samples to make; 0 means the set's default (BuiltInSet)
    std::size_t testCount = 0;     ///< likewise
    std::function<void(double)> progress; ///< called now and then with the finished fraction in [0, 1], on the calling thread; may be empty
};

/// Built-in sets first, then registered ones. Looks at a few folders of the home directory; reads no sample.
[[nodiscard]] std::vector<DataListing> listDatasets();

/// Loads or makes a set. Blocking; call it on a loader thread. Errors: NotFound (unknown name: lists the known ones),
/// Unreadable, Malformed (truncated, wrong magic), Mismatch (counts of images and labels), Unsupported, Cancelled.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> loadDataset(const DataRequest& request, std::stop_token stop = {});

} // namespace latentscape
