// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QSize>
#include <QString>

#include <vector>

namespace latentscape::ui {

class MapInset;
class MapPlot;

/// The map as a picture of size · scale pixels. Insets are drawn where they stand, if they are shown. GUI thread.
[[nodiscard]] QImage renderMapImage(MapPlot& plot, const std::vector<const MapInset*>& insets, QSize size, double scale);

/// Saves the map as .png, .svg or .pdf; the file is replaced whole or not at all. In SVG and PDF the points are one picture at scale (60 000
/// vector discs would be a file of 20 MB) and the backdrop another, everything else is vectors. False: unknown suffix, or the disk refuses.
[[nodiscard]] bool exportMap(MapPlot& plot, const std::vector<const MapInset*>& insets, QSize size, double scale, const QString& path);

} // namespace latentscape::ui
