// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_roots.h"

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

constexpr RegisteredSet kSets[] = {
    {"mnist", "MNIST", "70 000 handwritten digits, 28 × 28 grey (CC BY-SA 3.0).", "MNIST", "https://ossci-datasets.s3.amazonaws.com/mnist/"},
    {"fashion-mnist", "Fashion-MNIST", "70 000 pieces of clothing in ten classes, 28 × 28 grey (MIT licence).", "FashionMNIST",
     "https://github.com/zalandoresearch/fashion-mnist"},
    {"kmnist", "KMNIST", "70 000 cursive Japanese characters in ten classes, 28 × 28 grey (CC BY-SA 4.0, KMNIST by CODH).", "KMNIST",
     "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"},
};

std::filesystem::path fromEnvironment(const char* name)
{
    const char* const value = std::getenv(name);
    return value ? std::filesystem::path(value) : std::filesystem::path();
}

std::vector<std::filesystem::path> dataRoots()
{
    const std::filesystem::path home = fromEnvironment("HOME");
    const std::filesystem::path shared = fromEnvironment("XDG_DATA_HOME");
    std::vector<std::filesystem::path> roots = {fromEnvironment("LATENTSCAPE_DATA"), fromEnvironment("TORCHVISION_DATA")};
    if (!home.empty())
        roots.insert(roots.end(), {home / "data", home / "datasets"});
    roots.emplace_back("data");
    if (!shared.empty())
        roots.push_back(shared / "latentscape");
    else if (!home.empty())
        roots.push_back(home / ".local" / "share" / "latentscape");
    std::erase_if(roots, [](const std::filesystem::path& root) { return root.empty(); });
    return roots;
}

bool sameName(const std::string& folder, const RegisteredSet& set)
{
    std::string lower;
    for (const char c : folder)
        lower += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower == set.name || folder == set.folder;
}

} // namespace

std::span<const RegisteredSet> registeredSets() noexcept
{
    return kSets;
}

std::optional<IdxFiles> findRegisteredSet(const RegisteredSet& set)
{
    for (const std::filesystem::path& root : dataRoots()) {
        std::vector<std::filesystem::path> places = {root / set.folder / "raw", root / set.folder, root / set.name};
        const std::filesystem::path own = root.has_filename() ? root.filename() : root.parent_path().filename();
        if (sameName(own.string(), set))
            places.push_back(root); // the four files of all these sets have the same names: only the folder tells them apart
        for (const std::filesystem::path& place : places)
            for (IdxFiles& files : findIdxFiles(place))
                if (files.prefix.empty() && files.has(IdxRole::TrainImages) && files.has(IdxRole::TrainLabels))
                    return std::move(files);
    }
    return std::nullopt;
}

std::string howToGet(const RegisteredSet& set)
{
    return std::string("Download its four files, train-images-idx3-ubyte.gz and so on, from ") + set.address + " into the folder data/" + set.folder
        + "/raw in your home folder; or put them into a folder called " + set.name + " and name the folder around it in the environment variable LATENTSCAPE_DATA.";
}

} // namespace latentscape
