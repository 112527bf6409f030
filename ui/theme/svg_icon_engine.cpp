// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/svg_icon_engine.h"

#include <QFile>
#include <QFileInfo>
#include <QIconEnginePlugin>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

#include <algorithm>

namespace latentscape::ui {

SvgIconEngine::SvgIconEngine(const QString& stem, const QColor& normal, const QColor& disabled)
    : m_stem(stem), m_normal(normal), m_disabled(disabled)
{
}

QSvgRenderer& SvgIconEngine::renderer(const QColor& color)
{
    std::shared_ptr<QSvgRenderer>& found = m_renderers[color.rgb()];
    if (!found) {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(m_stem));
        QByteArray drawing;
        if (file.open(QIODevice::ReadOnly))
            drawing = file.readAll();
        drawing.replace("currentColor", color.name(QColor::HexRgb).toLatin1());
        found = std::make_shared<QSvgRenderer>(drawing);
    }
    return *found;
}

void SvgIconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State)
{
    const double side = std::min(rect.width(), rect.height());
    QRectF square(0, 0, side, side);
    square.moveCenter(QRectF(rect).center());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    renderer(mode == QIcon::Disabled ? m_disabled : m_normal).render(painter, square);
    painter->restore();
}

QPixmap SvgIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
}

QList<QSize> SvgIconEngine::availableSizes(QIcon::Mode, QIcon::State)
{
    return {QSize(16, 16)};
}

void SvgIconEngine::addFile(const QString&, const QSize&, QIcon::Mode, QIcon::State)
{
    // QIcon calls this with the name that the plugin has already read.
}

QIconEngine* SvgIconEngine::clone() const
{
    return new SvgIconEngine(*this);
}

QString SvgIconEngine::key() const
{
    return QStringLiteral("latentscape-svg");
}

/// Lets a style sheet name an icon in a colour: url(:/icons/<stem>.<rrggbb>.lstint). Style sheets take images only by file name,
/// and a raster file would be blurred at fractional device ratios. Registered statically by icons.cpp.
class TintedIconPlugin : public QIconEnginePlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QIconEngineFactoryInterface_iid FILE "tinted_icon_plugin.json")

public:
    QIconEngine* create(const QString& fileName) override
    {
        const QFileInfo info(fileName);
        const QStringList parts = info.fileName().split(QLatin1Char('.'));
        const QColor color(QLatin1Char('#') + parts.value(1));
        return new SvgIconEngine(parts.value(0), color, color);
    }
};

} // namespace latentscape::ui

#include "svg_icon_engine.moc"
