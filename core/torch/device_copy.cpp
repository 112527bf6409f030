// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/device_copy.h"

#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace latentscape {

at::Tensor hostBuffer(at::IntArrayRef shape, at::ScalarType type, const at::Device& device)
{
    return at::empty(shape, at::TensorOptions().dtype(type).pinned_memory(!device.is_cpu()));
}

void upload(const at::Tensor& host, const at::Tensor& to)
{
    to.copy_(host, /*non_blocking=*/true);
}

at::Tensor download(const at::Tensor& from)
{
    if (from.is_cpu())
        return from.contiguous();
    const c10::impl::VirtualGuardImpl device(from.device().type());
    const c10::Stream steps = device.getStream(from.device()), copies = device.getStreamFromGlobalPool(from.device());
    // The next steps may overwrite what is copied, so they wait – but for a copy within the device, not for the slow way to the host.
    const at::Tensor kept = from.clone(at::MemoryFormat::Contiguous);
    const at::Tensor host = hostBuffer(from.sizes(), from.scalar_type(), from.device());
    c10::Event ready(from.device().type()), done(from.device().type());
    ready.record(steps);
    ready.block(copies);
    {
        const c10::StreamGuard guard(copies);
        host.copy_(kept, /*non_blocking=*/true);
        done.record(copies);
    }
    done.synchronize();
    return host;
}

void waitFor(const at::Device& device)
{
    if (!device.is_cpu())
        c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(device.index());
}

} // namespace latentscape
