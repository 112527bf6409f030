// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace latentscape {

// Copies between host and device beside the steps that wait in the device's queue. Functions throw what LibTorch throws.

/// Uninitialised host memory that tensors of device are filled from: for a GPU such as it reads by itself. A new one for each upload: LibTorch
/// gives the memory to the next only when the device has read it.
[[nodiscard]] at::Tensor hostBuffer(at::IntArrayRef shape, at::ScalarType type, const at::Device& device);
/// Copies a hostBuffer() into a tensor of the device when all that was asked of the device before is done. The host does not wait.
void upload(const at::Tensor& host, const at::Tensor& to);
/// The numbers of a tensor on the host, contiguous; the tensor itself where it lies there already. The host waits; the device may go on with
/// what it is asked for afterwards while the numbers travel.
[[nodiscard]] at::Tensor download(const at::Tensor& from);
/// Waits until the device has done all that it was asked for.
void waitFor(const at::Device& device);

} // namespace latentscape
