// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_export.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QImage>
#include <QMimeData>
#include <QPageLayout>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

/// The resolution in which a widget's font sizes are meant; every device below gets it, so that text keeps its proportion.
constexpr int kLogicalDpi = 96;
constexpr double kPointsPerInch = 72.0;

} // namespace

QImage chartImage(double scale, const QSize& size, const ChartPainter& paint)
{
    const double factor = std::clamp(scale, 0.25, 8.0);
    QImage image((QSizeF(size) * factor).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(factor);
    image.fill(Qt::transparent);
    paint(image);
    return image;
}

bool exportChart(const QString& path, double scale, const QSize& size, const QString& title, const ChartPainter& paint)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    if (size.isEmpty() || (ending != QLatin1String("png") && ending != QLatin1String("svg") && ending != QLatin1String("pdf")))
        return false;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    if (ending == QLatin1String("png")) {
        QImage image = chartImage(scale, size, paint);
        image.setDevicePixelRatio(1.0);
        if (!image.save(&file, "PNG"))
            return false;
    } else if (ending == QLatin1String("svg")) {
        QSvgGenerator generator;
        generator.setOutputDevice(&file);
        generator.setResolution(kLogicalDpi);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(), size));
        generator.setTitle(title);
        paint(generator);
    } else {
        QPdfWriter writer(&file);
        writer.setResolution(kLogicalDpi);
        writer.setTitle(title);
        writer.setPageSize(QPageSize(QSizeF(size) * kPointsPerInch / kLogicalDpi, QPageSize::Point, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        paint(writer);
    }
    return file.commit();
}

void copyChart(const QImage& image, const QString& csv)
{
    auto* data = new QMimeData;
    data->setImageData(image);
    data->setText(csv);
    data->setData(QStringLiteral("text/csv"), csv.toUtf8());
    QGuiApplication::clipboard()->setMimeData(data);
}

bool writeText(const QString& path, const QString& text)
{
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0 && file.commit();
}

} // namespace latentscape::ui
