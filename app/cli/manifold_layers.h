// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "core/explore/latent_density.h"
#include "core/explore/plane.h"

#include <nlohmann/json.hpp>

#include <string>

namespace latentscape::app {

/// What of a plane is drawn cell by cell, besides decoded images.
struct LayerRequest {
    std::string layer; ///< "density", "holes" or "classes"
    Plane plane;
    PlaneWindow window;
    const LatentFrame& codes; ///< of the training part
    const Decoder& decoder;   ///< of the class that was asked for
    int scale = 1;
};

/// A cell a pixel (or scale × scale of them): density in viridis from 0 to its peak, holes in cividis from a hundredth to a hundred times the
/// prior (white where the prior is below 1 % of its peak), classes of the decoded pictures in colours of viridis. .npz: the numbers
/// themselves, "values" [rows, columns] ("agreement" too for classes) and "range" [4]. Adds what there is to say to line, and answers a
/// sentence. Errors: InvalidArgument (unlabelled, a picture too large), Cancelled, WriteFailed.
[[nodiscard]] Result<std::string> writeLayer(Context& context, const OpenedModel& opened, const LayerRequest& request, const Output& output,
                                             nlohmann::ordered_json& line);

} // namespace latentscape::app
