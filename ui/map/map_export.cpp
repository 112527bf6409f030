// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_export.h"

#include "ui/map/map_inset.h"
#include "ui/map/map_plot.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <cmath>

namespace latentscape::ui {

namespace {

void render(MapPlot& plot, const std::vector<const MapInset*>& insets, QPaintDevice* device, double scale)
{
    plot.render(device, scale, [&insets](QPainter& painter) {
        for (const MapInset* inset : insets) {
            if (inset->isHidden())
                continue;
            painter.save();
            painter.translate(inset->pos());
            inset->paint(painter);
            painter.restore();
        }
    });
}

} // namespace

QImage renderMapImage(MapPlot& plot, const std::vector<const MapInset*>& insets, QSize size, double scale)
{
    const QSize pixels(static_cast<int>(std::ceil(size.width() * scale)), static_cast<int>(std::ceil(size.height() * scale)));
    QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return image;
    image.setDevicePixelRatio(scale);
    image.fill(plot.decor().theme.surface);
    render(plot, insets, &image, scale);
    return image;
}

bool exportMap(MapPlot& plot, const std::vector<const MapInset*>& insets, QSize size, double scale, const QString& path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    if (!buffer.open(QIODevice::WriteOnly))
        return false;
    if (suffix == QLatin1String("png")) {
        QImage image = renderMapImage(plot, insets, size, scale);
        image.setDevicePixelRatio(1.0);
        if (image.isNull() || !image.save(&buffer, "PNG"))
            return false;
    } else if (suffix == QLatin1String("svg")) {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(0, 0), size));
        render(plot, insets, &generator, scale);
    } else if (suffix == QLatin1String("pdf")) {
        constexpr int kDotsPerInch = 96; // one logical pixel a dot
        QPdfWriter writer(&buffer);
        writer.setResolution(kDotsPerInch);
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        writer.setPageSize(QPageSize(QSizeF(size) / kDotsPerInch, QPageSize::Inch, {}, QPageSize::ExactMatch));
        render(plot, insets, &writer, scale);
    } else {
        return false;
    }
    buffer.close();
    QSaveFile file(path);
    return !bytes.isEmpty() && file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
}

} // namespace latentscape::ui
