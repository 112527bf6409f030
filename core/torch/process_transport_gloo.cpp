// SPDX-License-Identifier: GPL-3.0-or-later
// LATENTSCAPE_HAS_GLOO is set for this file where the build found Gloo's headers; the code itself is in LibTorch.
#include "core/torch/process_transport.h"

#ifdef LATENTSCAPE_HAS_GLOO
#ifndef USE_C10D_GLOO // LibTorch's own CMake sets it, wheels for CUDA are found without that
#define USE_C10D_GLOO
#endif
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#else
#include <c10/util/Exception.h>
#endif

namespace latentscape {

#ifdef LATENTSCAPE_HAS_GLOO

bool hasGloo() noexcept { return true; }

c10::intrusive_ptr<c10d::Backend> connectGloo(const TransportRequest& request)
{
    using Gloo = c10d::ProcessGroupGloo;
    c10::intrusive_ptr<Gloo::Options> options;
    if (request.loopback) { // a computer's own name may lead to an interface that is down
        options = Gloo::Options::create(request.timeout);
        options->devices.push_back(Gloo::createDeviceForHostname("127.0.0.1"));
    } else {
        options = Gloo::Options::create_default(request.timeout); // heeds GLOO_SOCKET_IFNAME
    }
    options->threads = 1; // sums follow each other
    auto gloo = c10::make_intrusive<Gloo>(request.store, request.rank, request.size, options);
    gloo->setTimeout(kLongestSum);
    return gloo;
}

#else

bool hasGloo() noexcept { return false; }

c10::intrusive_ptr<c10d::Backend> connectGloo(const TransportRequest&)
{
    TORCH_CHECK(false, "this build has no Gloo");
}

#endif

} // namespace latentscape
