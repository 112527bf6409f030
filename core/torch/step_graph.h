// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <memory>
#include <string>

namespace latentscape {

/// A body of tensor operations, recorded once and repeated by one launch. What the body reads on the host (sizes, scalars, addresses) is
/// frozen when it is recorded; what may change between repeats has to lie in tensors that stay where they are. Used on one thread.
/// Functions throw what LibTorch throws.
class StepGraph {
public:
    virtual ~StepGraph() = default;

    /// Records what body asks for; none of it is computed yet. Nothing is kept when it throws.
    virtual void capture(const std::function<void()>& body) = 0;
    /// Everything that was recorded, in order, on the current stream. The host does not wait.
    virtual void replay() = 0;
};

/// Where an engine gets its graphs from.
struct StepGraphs {
    std::function<std::unique_ptr<StepGraph>()> make; ///< empty: steps run operation by operation
    std::string reason;                               ///< why make is empty, a sentence
};

/// The graphs of a device as this LibTorch has them. The only place that asks which LibTorch it is compiled against and runs with; needs no CUDA
/// header.
[[nodiscard]] StepGraphs stepGraphsOf(const c10::Device& device);

} // namespace latentscape
