// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/step_graph.h"

#if __has_include(<ATen/accelerator/Graph.h>)
#define LATENTSCAPE_HAS_DEVICE_GRAPHS 1
#include <ATen/accelerator/Graph.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#endif

namespace latentscape {

#ifdef LATENTSCAPE_HAS_DEVICE_GRAPHS
namespace {

/// A graph of the accelerator that LibTorch was built for.
class DeviceGraph final : public StepGraph {
public:
    explicit DeviceGraph(const c10::Device& device)
        : m_device(device), m_stream(c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device))
    {
    }

    void capture(const std::function<void()>& body) override
    {
        // The default stream cannot be recorded; the one that can has to come after all that was asked for so far.
        const c10::Stream current = c10::impl::VirtualGuardImpl(m_device.type()).getStream(m_device);
        c10::Event before(m_device.type()), after(m_device.type());
        before.record(current);
        before.block(m_stream);
        {
            const c10::StreamGuard recorded(m_stream);
            // Only this thread's calls can spoil the recording: others may watch the device meanwhile, as communication libraries do.
            m_graph.capture_begin({0, 0}, at::GraphCaptureMode::ThreadLocal);
            try {
                body();
            } catch (...) {
                endQuietly();
                throw;
            }
            m_graph.capture_end();
        }
        after.record(m_stream);
        after.block(current);
    }

    void replay() override { m_graph.replay(); }

private:
    /// A stream that goes on recording would take every later operation for a part of the graph.
    void endQuietly() noexcept
    {
        try {
            m_graph.capture_end();
        } catch (...) {
            // It says again that the recording failed; the body's own exception tells why.
        }
    }

    c10::Device m_device;
    c10::Stream m_stream;
    at::accelerator::Graph m_graph;
};

} // namespace

StepGraphs stepGraphsOf(const c10::Device& device)
{
    if (device.is_cpu())
        return {{}, "The CPU has no launches to save."};
    if (!at::has_graph_impl(device.type()))
        return {{}, "This LibTorch has no graphs for such a device."};
    return {[device] { return std::make_unique<DeviceGraph>(device); }, {}};
}
#else
StepGraphs stepGraphsOf(const c10::Device& device)
{
    return {{}, device.is_cpu() ? "The CPU has no launches to save." : "This LibTorch is too old for graphs: 2.13 has them."};
}
#endif

} // namespace latentscape
