// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QPalette>
#include <QString>

class QStyle;

namespace latentscape::ui {

/// The style that the sheet is written for: Fusion, but a press on a slider's groove takes the handle there, and the drag goes on from
/// it. For QApplication::setStyle(), which takes it over.
[[nodiscard]] QStyle* makeStyle();

/// The style sheet of the whole program for one theme, to be set on the application together with palette().
/// Sizes derive from the application's font. The dynamic property `role` of a widget chooses a variant; set it before the widget
/// is shown. Buttons: "primary" (filled; one in the window), "pill" (flat; tinted while checked). Labels: "title", "section",
/// "caption", "value", "error", "chip" (rounded, sunken). Frames: "separator" (a 1-px line). Needs initResources().
[[nodiscard]] QString styleSheet(const Theme& theme);

/// The palette that goes with it, for everything a style sheet does not reach.
[[nodiscard]] QPalette palette(const Theme& theme);

} // namespace latentscape::ui
