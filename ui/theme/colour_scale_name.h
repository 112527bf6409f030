// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace latentscape::ui {

/// The colour scales for a numeric value: both perceptually uniform and readable under colour blindness. A value type, for any thread.
enum class ColourScaleName { Viridis, Cividis };

} // namespace latentscape::ui
