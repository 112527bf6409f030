// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_private.h"
#include "ui/panels/number_text.h"
#include "ui/panels/sample_image.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr std::size_t kCardCoordinates = 4;

} // namespace

std::optional<std::size_t> LatentMap::Private::pointAt(QPointF pixel, double radius) const
{
    if (!cloud())
        return std::nullopt;
    return cloud()->nearest(view.toPlane(pixel), 1.0 / view.pixelsPerUnitX(), 1.0 / view.pixelsPerUnitY(), radius,
                            [this](std::size_t point) { return plot->scatter().isDrawn(point); });
}

void LatentMap::Private::hover(QPointF pixel)
{
    const std::optional<std::size_t> point = pointAt(pixel, kHoverReach);
    if (point == hoveredPoint)
        return;
    hoveredPoint = point;
    card->hide();
    overlay->setHovered(point ? std::optional(cloud()->at(*point)) : std::nullopt);
    if (point)
        cardTimer.start();
    else
        cardTimer.stop();
}

void LatentMap::Private::endHover()
{
    hoveredPoint.reset();
    cardTimer.stop();
    card->hide();
    overlay->setHovered(std::nullopt);
}

QString LatentMap::Private::colourText(std::size_t point) const
{
    const MapColouring& colouring = colours.colouring;
    const std::size_t sample = cloud()->sampleOf(point);
    switch (cloud()->layout().kind) {
    case MapColouring::Kind::Values: {
        if (!colouring.values || sample >= colouring.values->size() || !std::isfinite((*colouring.values)[sample]))
            return LatentMap::tr("no value of %1").arg(colouring.title);
        const double step = std::max((colouring.high - colouring.low) / 1'000.0, 1e-9);
        const QString number = tickText(static_cast<double>((*colouring.values)[sample]), step);
        return colouring.unit.isEmpty() ? LatentMap::tr("%1 %2", "name and value").arg(colouring.title, number)
                                        : LatentMap::tr("%1 %2 %3", "name, value and unit").arg(colouring.title, number, colouring.unit);
    }
    case MapColouring::Kind::Classes:
        if (!colouring.classes || sample >= colouring.classes->size() || (*colouring.classes)[sample] < 0)
            return LatentMap::tr("nothing predicted");
        return LatentMap::tr("%1 %2", "predicted and the class").arg(colouring.title, plot->decor().names.value((*colouring.classes)[sample]));
    case MapColouring::Kind::Label: break;
    }
    return {};
}

void LatentMap::Private::showCard()
{
    if (!hoveredPoint || !cloud() || !cloud()->frame())
        return;
    const LatentFrame& frame = *cloud()->frame();
    const std::size_t row = cloud()->rowOf(*hoveredPoint);
    const auto index = static_cast<std::size_t>(frame.indices[row]);
    HoverCard::Content content;
    content.subtitle = LatentMap::tr("sample %1").arg(QLocale().toString(static_cast<qulonglong>(index)));
    if (const QString told = colourText(*hoveredPoint); !told.isEmpty())
        content.subtitle = LatentMap::tr("%1 · %2", "sample number and what its colour tells").arg(content.subtitle, told);
    std::span<const float> z = frame.muOf(row);
    const bool shortened = z.size() > kCardCoordinates;
    content.code = QStringLiteral("z ") + codeText(z.first(std::min(z.size(), kCardCoordinates)));
    if (shortened)
        content.code.replace(content.code.size() - 1, 1, QStringLiteral(", …)"));
    content.title = LatentMap::tr("no label");
    if (dataset && index < dataset->train().count) {
        if (cloud()->classCount() > 0)
            content.title = LatentMap::tr("label %1").arg(plot->decor().names.value(cloud()->labels()[*hoveredPoint]));
        std::vector<std::uint8_t> pixels(dataset->shape().size());
        dataset->copyBytes(dataset->train(), index, pixels);
        content.image = sampleImage(dataset->shape(), pixels, {.standardized = dataset->isStandardized()});
    }
    card->showAt(view.toPixel(cloud()->at(*hoveredPoint)), std::move(content));
}

void LatentMap::leaveEvent(QEvent* event)
{
    d->endHover();
    d->gizmo->setActive(d->gesture == Private::Gesture::Rotation);
    QWidget::leaveEvent(event);
}

} // namespace latentscape::ui
