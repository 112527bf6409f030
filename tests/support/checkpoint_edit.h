// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/read_file.h"
#include "core/store/checkpoint_file.h"
#include "core/store/safetensors.h"

#include <QTemporaryDir>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

namespace latentscape {

using Bytes = std::vector<std::byte>;
using Edit = std::function<void(SafetensorsFile&)>;

/// Nothing when the file cannot be read.
inline Bytes bytesOf(const std::filesystem::path& path)
{
    Result<Bytes> bytes = readFile(path);
    return bytes ? std::move(bytes).value() : Bytes();
}

/// The checkpoint saved, its file edited, and read again.
inline Result<LoadedCheckpoint> editedFile(const Checkpoint& checkpoint, const Edit& edit)
{
    QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "x";
    if (Result<void> saved = saveCheckpoint(checkpoint, path); !saved)
        return saved.error();
    Result<SafetensorsFile> file = readSafetensors(bytesOf(path));
    if (!file)
        return file.error();
    edit(file.value());
    return checkpointFromBytes(writeSafetensors(file.value()));
}

} // namespace latentscape
