// SPDX-License-Identifier: GPL-3.0-or-later
// LATENTSCAPE_HAS_NCCL is set for this file where LibTorch has CUDA and the build found NCCL's header; the code itself is in LibTorch.
#include "core/torch/process_transport.h"

#ifdef LATENTSCAPE_HAS_NCCL
#ifndef USE_C10D_NCCL
#define USE_C10D_NCCL
#endif
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#else
#include <c10/util/Exception.h>
#endif

namespace latentscape {

#ifdef LATENTSCAPE_HAS_NCCL

bool hasNccl() noexcept { return true; }

c10::intrusive_ptr<c10d::Backend> connectNccl(const TransportRequest& request)
{
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = kLongestSum; // communicators are made by the first sum
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(request.store, request.rank, request.size, options);
}

#else

bool hasNccl() noexcept { return false; }

c10::intrusive_ptr<c10d::Backend> connectNccl(const TransportRequest&)
{
    TORCH_CHECK(false, "this build has no NCCL");
}

#endif

} // namespace latentscape
