// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/vae_backend.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

namespace latentscape::app {

/// The networks' factory from their module, a shared library that the first call of any function loads and that stays loaded. The window is on
/// the screen before: LibTorch alone takes 0.2 s to load, with CUDA seconds. Any thread; callers wait while one loads. Where the module cannot be
/// loaded, everything is refused with the reason (Unsupported) and devices() lists the CPU as unusable.
class LateBackendFactory final : public VaeBackendFactory {
public:
    /// module: the library's file.
    explicit LateBackendFactory(std::filesystem::path module);

    [[nodiscard]] Result<std::unique_ptr<VaeBackend>> create(BackendRequest request) const override;
    [[nodiscard]] Result<std::shared_ptr<ProcessGroup>> join(const ProcessSettings& settings) const override;
    [[nodiscard]] Result<std::shared_ptr<const Decoder>> createDecoder(const RunConfig& config, std::span<const TensorBlob> weights) const override;
    void prepareDecodingThread(int threads) const override;
    [[nodiscard]] std::vector<DeviceReport> devices() const override;
    [[nodiscard]] std::string description() const override;

private:
    [[nodiscard]] const Result<std::shared_ptr<const VaeBackendFactory>>& loaded() const;
    [[nodiscard]] Result<std::shared_ptr<const VaeBackendFactory>> load() const;

    std::filesystem::path m_module;
    mutable std::once_flag m_once;
    mutable std::optional<Result<std::shared_ptr<const VaeBackendFactory>>> m_loaded;
};

} // namespace latentscape::app
