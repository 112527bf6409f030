// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/torch_devices.h"

#include "core/torch/cuda_driver.h"
#include "core/torch/step_graph.h"
#include "core/torch/torch_process_group.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/util/Exception.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <thread>

namespace latentscape {

namespace {

int cudaDevices()
{
    return at::detail::getCUDAHooks().hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
}

std::string cudaReason()
{
    if (!at::hasCUDA() && cudaDevices() == 0) {
#if __has_include(<ATen/cuda/CUDAConfig.h>)
        return "No CUDA device answers: there is no NVIDIA card, or its driver is not loaded.";
#else
        return "This LibTorch was built without CUDA.";
#endif
    }
    return {};
}

} // namespace

std::string describeDevice(const std::string& id)
{
    if (id == "cpu")
        return "CPU";
    const std::string number = id.substr(id.find(':') + 1);
    const std::optional<CudaCard> card = cudaCard(std::stoi(number));
    return "CUDA " + number + (card ? ": " + card->name : std::string());
}

std::vector<DeviceReport> torchDevices()
{
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    std::vector<DeviceReport> devices{{"CPU", "cpu", true, std::to_string(cores) + (cores == 1 ? " core." : " cores.")}};
    const int count = cudaDevices();
    for (int i = 0; i < count; ++i) {
        const std::string id = "cuda:" + std::to_string(i);
        const std::optional<CudaCard> card = cudaCard(i);
        const StepGraphs graphs = stepGraphsOf(c10::Device(id));
        devices.push_back({"CUDA " + std::to_string(i), id, true,
                           (card ? describe(*card) : std::string("An NVIDIA card")) + ". "
                               + (graphs.make ? "Steps are replayed as a graph." : "Steps run operation by operation: " + graphs.reason)});
    }
    if (count == 0)
        devices.push_back({"CUDA 0", "cuda:0", false, cudaReason()});
    return devices;
}

Result<std::string> resolveDevice(const std::string& name)
{
    const std::vector<DeviceReport> devices = torchDevices();
    if (name == "auto") {
        const auto cuda = std::find_if(devices.begin(), devices.end(), [](const auto& d) { return d.usable && d.id != "cpu"; });
        return cuda != devices.end() ? cuda->id : std::string("cpu");
    }
    const std::string id = name == "cuda" ? "cuda:0" : name;
    const auto found = std::find_if(devices.begin(), devices.end(), [&](const auto& d) { return d.id == id; });
    if (found != devices.end() && found->usable)
        return id;
    const bool looksLikeCuda = id.starts_with("cuda:") && id.size() > 5 && id.find_first_not_of("0123456789", 5) == std::string::npos;
    if (!looksLikeCuda)
        return Error{ErrorCode::InvalidArgument, "The device has no such name", "auto, cpu, cuda or cuda:N", name, "Use --device auto."};
    const int count = cudaDevices();
    const std::string reason = count == 0 ? cudaReason() : "There are " + std::to_string(count) + " CUDA devices, counted from 0.";
    return Error{ErrorCode::DeviceUnavailable, "The device " + name + " cannot be used. " + reason, {}, {}, "Use --device cpu, or --device auto."};
}

Error currentExceptionAsError() noexcept
{
    const auto outOfMemory = [] {
        return Error{ErrorCode::OutOfMemory, "Memory ran out", {}, {}, "Choose a smaller batch or narrower layers, or close other programs."};
    };
    try {
        throw;
    } catch (const PeerLostError& error) {
        return Error{ErrorCode::PeerLost, error.what(), {}, {}, {}};
    } catch (const std::bad_alloc&) {
        return outOfMemory();
    } catch (const c10::OutOfMemoryError&) {
        return outOfMemory();
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        // The CPU's allocator throws a plain c10::Error; its text is the only mark.
        if (text.find("DefaultCPUAllocator") != std::string::npos || text.find("out of memory") != std::string::npos)
            return outOfMemory();
        return Error{ErrorCode::Internal, "The networks failed: " + text.substr(0, text.find('\n')), {}, {}, {}};
    } catch (const std::exception& error) {
        return Error{ErrorCode::Internal, std::string("The networks failed: ") + error.what(), {}, {}, {}};
    } catch (...) {
        return Error{ErrorCode::Internal, "The networks failed for an unknown reason", {}, {}, {}};
    }
}

std::string torchDescription()
{
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    std::string text = TORCH_VERSION;
    if (at::hasMKL())
        text += ", MKL";
    text += cudaDevices() > 0 ? ", CUDA" : ", CPU only";
    return text + ", " + std::to_string(cores) + (cores == 1 ? " thread" : " threads");
}

} // namespace latentscape
