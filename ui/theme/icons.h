// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

namespace latentscape::ui {

/// The program's own icons: drawn on a 16-unit grid in one colour, kept as SVG in the resources.
enum class IconName {
    Train, Pause, Step, Stop, Reset, Probe, Path, Fit, Play, Open, Save, Export, Close,
    Success, Warning, Error, Info, ChevronDown, ChevronUp, ChevronLeft, ChevronRight, Menu, Copy, Check, Float, Dot,
    Lasso, Lock, Unlock, Delete, Plane
};

/// Registers the icons and the colour-aware icon files that the style sheet names. The linker drops what a static library
/// registers by itself, so whoever builds a QApplication calls this once before the first widget. Calling it again does nothing.
void initResources();

/// An icon that is rendered from its drawing at each size and device ratio, in `normal`, or in `disabled` where the control is
/// disabled. Needs no icon plugin. GUI thread.
[[nodiscard]] QIcon makeIcon(IconName name, const QColor& normal, const QColor& disabled);

/// The path that a style sheet's url() takes for an icon in one colour; needs initResources().
[[nodiscard]] QString iconUrl(IconName name, const QColor& color);

} // namespace latentscape::ui
