// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/colour_scale_name.h"

#include <QString>

#include <cstdint>
#include <memory>
#include <vector>

namespace latentscape::ui {

/// How the points of the map are coloured. A value; the arrays are shared, never copied, and may be read by the raster thread.
struct MapColouring {
    enum class Kind { Label, Classes, Values };

    Kind kind = Kind::Label;
    QString title;                                            ///< "KL": over the colour bar or the legend
    QString unit;                                             ///< "nats"; may be empty
    std::shared_ptr<const std::vector<float>> values;         ///< Kind::Values: by train sample index, NaN = none
    std::shared_ptr<const std::vector<std::int32_t>> classes; ///< Kind::Classes: predicted class by train sample index, −1 = none
    ColourScaleName scale = ColourScaleName::Viridis;
    double low = 0.0, high = 1.0; ///< Kind::Values: ends of the colour bar; values beyond take the colour of the end
    friend bool operator==(const MapColouring&, const MapColouring&) = default;
};

} // namespace latentscape::ui
