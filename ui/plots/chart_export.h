// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QImage;
class QPaintDevice;

namespace latentscape::ui {

/// Paints a chart onto a device in its logical units, size × size, ground included.
using ChartPainter = std::function<void(QPaintDevice& device)>;

/// Writes a chart as a picture; the ending of path chooses PNG (pixels multiplied by scale), SVG or PDF (vectors; scale has no
/// part). The file appears only when it is complete. False: another ending, or the file cannot be written. GUI thread.
[[nodiscard]] bool exportChart(const QString& path, double scale, const QSize& size, const QString& title, const ChartPainter& paint);

/// The same as pixels, for the clipboard.
[[nodiscard]] QImage chartImage(double scale, const QSize& size, const ChartPainter& paint);

/// Puts a picture and its data (CSV) on the clipboard together: the receiver takes what it can use.
void copyChart(const QImage& image, const QString& csv);

/// Writes text as UTF-8 through a temporary file. False: it cannot be written.
[[nodiscard]] bool writeText(const QString& path, const QString& text);

} // namespace latentscape::ui
