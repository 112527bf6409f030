// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/cuda_driver.h"

#include <array>
#include <cstddef>

#include <dlfcn.h>

namespace latentscape {

namespace {

// The driver's stable C interface (CUDA Driver API reference): all functions return 0 when they succeed.
constexpr int kCapabilityMajor = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
constexpr int kCapabilityMinor = 76; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR

/// A function of the driver's library by its name; null where it has none.
template <typename Function>
Function* function(void* library, const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(library, name));
}

std::optional<CudaCard> ask(void* library, int number)
{
    auto* const init = function<int(unsigned)>(library, "cuInit");
    auto* const version = function<int(int*)>(library, "cuDriverGetVersion");
    auto* const get = function<int(int*, int)>(library, "cuDeviceGet");
    auto* const name = function<int(char*, int, int)>(library, "cuDeviceGetName");
    auto* const memory = function<int(std::size_t*, int)>(library, "cuDeviceTotalMem_v2");
    auto* const attribute = function<int(int*, int, int)>(library, "cuDeviceGetAttribute");
    if (!init || !version || !get || !name || !memory || !attribute)
        return {};
    CudaCard card;
    int device = 0;
    std::size_t bytes = 0;
    std::array<char, 256> text{};
    if (init(0) != 0 || version(&card.driver) != 0 || get(&device, number) != 0 || name(text.data(), static_cast<int>(text.size()) - 1, device) != 0
        || memory(&bytes, device) != 0 || attribute(&card.major, kCapabilityMajor, device) != 0 || attribute(&card.minor, kCapabilityMinor, device) != 0)
        return {};
    card.name = text.data();
    card.memory = bytes;
    return card;
}

} // namespace

std::optional<CudaCard> cudaCard(int number)
{
    void* library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return {};
    std::optional<CudaCard> card = ask(library, number);
    ::dlclose(library);
    return card;
}

std::string describe(const CudaCard& card)
{
    constexpr std::uint64_t kGigabyte = 1'000'000'000;
    return card.name + ", " + std::to_string((card.memory + kGigabyte / 2) / kGigabyte) + " GB, compute capability " + std::to_string(card.major) + "."
           + std::to_string(card.minor) + ", driver for CUDA " + std::to_string(card.driver / 1000) + "." + std::to_string(card.driver % 1000 / 10);
}

} // namespace latentscape
