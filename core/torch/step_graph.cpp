// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/step_graph.h"

#include <c10/core/DeviceGuard.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#if __has_include(<ATen/accelerator/Graph.h>)
#include <ATen/accelerator/Graph.h>
#endif

#include <array>
#include <cstddef>
#include <utility>

#include <dlfcn.h>

namespace latentscape {

namespace {

/// What of LibTorch records: a graph behind whichever interface this LibTorch has.
class Recorder {
public:
    virtual ~Recorder() = default;
    virtual void begin() = 0;
    virtual void end() = 0;
    virtual void replay() = 0;
};

#if __has_include(<ATen/accelerator/Graph.h>)
/// The interface of every accelerator. LibTorch 2.13 has it, but no graphs of CUDA behind it yet.
class GenericRecorder final : public Recorder {
public:
    // Only this thread's calls can spoil the recording: others may watch the device meanwhile, as communication libraries do.
    void begin() override { m_graph.capture_begin({0, 0}, at::GraphCaptureMode::ThreadLocal); }
    void end() override { m_graph.capture_end(); }
    void replay() override { m_graph.replay(); }

private:
    at::accelerator::Graph m_graph;
};

bool hasGenericGraphs(const c10::Device& device) { return at::has_graph_impl(device.type()); }
std::unique_ptr<Recorder> makeGenericRecorder() { return std::make_unique<GenericRecorder>(); }
#else
bool hasGenericGraphs(const c10::Device&) { return false; }
std::unique_ptr<Recorder> makeGenericRecorder() { return nullptr; }
#endif

/// at::cuda::CUDAGraph by the symbols that libtorch_cuda exports. Its header includes CUDA's own, of which a LibTorch wheel brings only a part;
/// and a program that was linked with the CPU's LibTorch shall find them missing instead of not starting. Names and arguments are those of
/// LibTorch 2.13 (Itanium C++ ABI: this is the first argument); where another lacks one of them, steps are not recorded.
struct CudaGraphFunctions {
    using Pool = std::pair<unsigned long long, unsigned long long>;
    void (*construct)(void* graph, bool keep) = nullptr;
    void (*destroy)(void* graph) = nullptr;
    void (*begin)(void* graph, Pool pool, unsigned mode) = nullptr;
    void (*end)(void* graph) = nullptr;
    void (*replay)(void* graph) = nullptr;

    [[nodiscard]] bool areThere() const { return construct && destroy && begin && end && replay; }

    static const CudaGraphFunctions& get()
    {
        static const CudaGraphFunctions functions = [] {
            CudaGraphFunctions found;
            find(found.construct, "_ZN2at4cuda9CUDAGraphC1Eb");
            find(found.destroy, "_ZN2at4cuda9CUDAGraphD1Ev");
            find(found.begin, "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode");
            find(found.end, "_ZN2at4cuda9CUDAGraph11capture_endEv");
            find(found.replay, "_ZN2at4cuda9CUDAGraph6replayEv");
            return found;
        }();
        return functions;
    }

private:
    /// Found where the networks were opened with RTLD_LOCAL, too: the C library looks through the caller's own libraries.
    template <typename Function>
    static void find(Function*& function, const char* symbol)
    {
        function = reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, symbol));
    }
};

class CudaRecorder final : public Recorder {
public:
    CudaRecorder() { CudaGraphFunctions::get().construct(m_graph.data(), /*keep=*/false); }
    ~CudaRecorder() override { CudaGraphFunctions::get().destroy(m_graph.data()); }
    CudaRecorder(const CudaRecorder&) = delete;
    CudaRecorder& operator=(const CudaRecorder&) = delete;

    void begin() override { CudaGraphFunctions::get().begin(m_graph.data(), {0, 0}, kThreadLocal); }
    void end() override { CudaGraphFunctions::get().end(m_graph.data()); }
    void replay() override { CudaGraphFunctions::get().replay(m_graph.data()); }

private:
    /// cudaStreamCaptureModeThreadLocal: only this thread's calls can spoil the recording.
    static constexpr unsigned kThreadLocal = 1;
    /// A CUDAGraph has some 400 bytes; what the compiler would know from its header is left plenty of room.
    alignas(64) std::array<std::byte, 8192> m_graph{};
};

/// Only where hasGenericGraphs() or the functions of CUDA's are there.
std::unique_ptr<Recorder> makeRecorder(const c10::Device& device)
{
    const c10::DeviceGuard onDevice(device); // what records remembers a stream of the current one
    if (hasGenericGraphs(device))
        return makeGenericRecorder();
    return std::make_unique<CudaRecorder>();
}

class DeviceGraph final : public StepGraph {
public:
    explicit DeviceGraph(const c10::Device& device)
        : m_device(device), m_stream(c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device)), m_recorder(makeRecorder(device))
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
            m_recorder->begin();
            try {
                body();
            } catch (...) {
                endQuietly();
                throw;
            }
            m_recorder->end();
        }
        after.record(m_stream);
        after.block(current);
    }

    void replay() override { m_recorder->replay(); }

private:
    /// A stream that goes on recording would take every later operation for a part of the graph.
    void endQuietly() noexcept
    {
        try {
            m_recorder->end();
        } catch (...) {
            // It says again that the recording failed; the body's own exception tells why.
        }
    }

    c10::Device m_device;
    c10::Stream m_stream;
    std::unique_ptr<Recorder> m_recorder;
};

} // namespace

StepGraphs stepGraphsOf(const c10::Device& device)
{
    if (device.is_cpu())
        return {{}, "The CPU has no launches to save."};
    const bool byCuda = device.is_cuda() && CudaGraphFunctions::get().areThere();
    if (!byCuda && !hasGenericGraphs(device))
        return {{}, "This LibTorch has no graphs that Latentscape knows; 2.13 for CUDA has."};
    return {[device] { return std::make_unique<DeviceGraph>(device); }, {}};
}

} // namespace latentscape
