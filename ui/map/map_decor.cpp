// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_decor.h"

#include "ui/theme/kept_shapes.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QtMath>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr double kTickSpacing = 96.0;  // least distance of labelled lines, logical pixels
constexpr double kEdge = 8.0;          // between text and the map's edge
constexpr std::size_t kMostNames = 20;
constexpr double kKeyStrip = 80.0, kKeyHeight = 8.0; // of a picture's colours
constexpr double kKeyGap = 6.0, kKeySpacing = 18.0;  // between strip and words, caption and key
constexpr double kCircleGround = 0.6;                // opacity of the line under a prior circle
constexpr double kLeastCaption = 160.0;              // beside a key

/// One latent dimension: the height of a point says nothing.
bool isStrip(const MapDecor& decor)
{
    return !decor.xLabel.isEmpty() && decor.yLabel.isEmpty();
}

QFont scaled(const QFont& base, double factor, bool bold = false)
{
    QFont font = base;
    if (base.pointSizeF() > 0)
        font.setPointSizeF(base.pointSizeF() * factor);
    else
        font.setPixelSize(std::max(1, static_cast<int>(std::lround(base.pixelSize() * factor))));
    if (bold)
        font.setWeight(QFont::DemiBold);
    return font;
}

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

void drawPill(QPainter& painter, const QRectF& box, const QColor& color)
{
    drawKept(painter, box, {ShapeKey::Pill, {box.width(), box.height()}, color.rgba()}, [&](QPainter& shape) {
        shape.setPen(Qt::NoPen);
        shape.setBrush(color);
        shape.drawRoundedRect(box, box.height() / 2, box.height() / 2);
    });
}

/// The ground of a text: a little wider than its words.
QRectF patchOf(const QRectF& text) { return text.adjusted(-4, 0, 4, 0); }

/// Text that stays readable over points: on a soft patch of the ground's colour.
void drawPatchedText(QPainter& painter, const QRectF& box, const QString& text, const MapDecor& decor)
{
    drawPill(painter, patchOf(box), withAlpha(decor.theme.surface, decor.backdrop.isNull() ? 0.7 : 0.9)); // a picture may be of any colour
    painter.setPen(decor.theme.muted);
    painter.drawText(box, Qt::AlignCenter, text);
}

void drawTicks(QPainter& painter, const MapDecor& decor, const MapView& view)
{
    painter.setFont(scaled(decor.font, 0.86));
    const QFontMetricsF metrics(painter.font());
    const double height = metrics.height();
    const double width = view.size.width();
    const double baseline = view.size.height() - bottomTextHeight(decor); // top of the x labels
    const double step = niceStep(view.pixelsPerUnitX(), kTickSpacing);
    const QRectF axisName(width - kEdge - metrics.horizontalAdvance(decor.xLabel), baseline, metrics.horizontalAdvance(decor.xLabel), height);
    for (double v = std::ceil(view.range.x() / step) * step; v <= view.range.x() + view.range.width(); v += step) {
        const QString text = tickText(v, step);
        const double advance = metrics.horizontalAdvance(text);
        const QRectF box(view.toPixel({v, 0.0}).x() + 4.0, baseline, advance, height);
        if (box.left() > 44.0 && box.right() < (decor.xLabel.isEmpty() ? width - kEdge : axisName.left() - 10.0))
            drawPatchedText(painter, box, text, decor);
    }
    const double stepY = niceStep(view.pixelsPerUnitY(), kTickSpacing);
    for (double v = std::ceil(view.range.y() / stepY) * stepY; !isStrip(decor) && v <= view.range.y() + view.range.height(); v += stepY) {
        const QString text = tickText(v, stepY);
        const QRectF box(kEdge, view.toPixel({0.0, v}).y() - height - 1.0, metrics.horizontalAdvance(text), height);
        if (box.top() > (decor.yLabel.isEmpty() ? 2.0 : height + kEdge + 4.0) && box.bottom() < baseline - 2.0)
            drawPatchedText(painter, box, text, decor);
    }
    if (!decor.xLabel.isEmpty())
        drawPatchedText(painter, axisName, decor.xLabel, decor);
    if (!decor.yLabel.isEmpty())
        drawPatchedText(painter, QRectF(kEdge, kEdge, metrics.horizontalAdvance(decor.yLabel), height), decor.yLabel, decor);
}

QRectF boxOf(const NameDisc& disc)
{
    return {disc.centre - QPointF(disc.size.width() / 2, disc.size.height() / 2), disc.size};
}

/// Where a circle's σ stands: at its upper right, beside the class names. None where they leave no room.
std::optional<QRectF> circleLabel(QPointF centre, QPointF radius, QSizeF text, const std::vector<NameDisc>& discs)
{
    for (const double degrees : {45.0, 30.0, 60.0, 15.0, 75.0}) {
        const double angle = qDegreesToRadians(degrees);
        const QPointF corner = centre + QPointF(radius.x() * std::cos(angle), -radius.y() * std::sin(angle));
        const QRectF box(QPointF(corner.x() + 3.0, corner.y() - text.height()), text);
        if (std::ranges::none_of(discs, [&box](const NameDisc& disc) { return boxOf(disc).intersects(patchOf(box)); }))
            return box;
    }
    return std::nullopt;
}

void drawPriorCircles(QPainter& painter, const MapDecor& decor, const MapView& view, const std::vector<NameDisc>& discs)
{
    painter.setFont(scaled(decor.font, 0.86));
    const QFontMetricsF metrics(painter.font());
    const QPointF centre = view.toPixel(*decor.priorMean);
    QPen pen(decor.theme.muted, 1.0);
    pen.setDashPattern({4.0, 4.0});
    for (int sigma = 1; sigma <= 3; ++sigma) {
        const double rx = sigma * view.pixelsPerUnitX(), ry = sigma * view.pixelsPerUnitY();
        const QString text = QStringLiteral("%1σ").arg(sigma);
        const double textWidth = metrics.horizontalAdvance(text);
        if (isStrip(decor)) {
            painter.setPen(pen);
            for (const double x : {centre.x() - rx, centre.x() + rx})
                painter.drawLine(QPointF(x, 0.0), QPointF(x, view.size.height()));
            if (view.pixelsPerUnitX() > 24.0 && centre.x() + rx < view.size.width())
                drawPatchedText(painter, {centre.x() + rx + 5.0, kEdge, textWidth, metrics.height()}, text, decor);
            continue;
        }
        if (std::max(rx, ry) > 20'000.0 || std::min(rx, ry) < 6.0)
            continue; // dashes of a huge circle cost more than the whole map, those of a tiny one are a blot
        painter.setBrush(Qt::NoBrush);
        for (const QPen& stroke : {QPen(withAlpha(decor.theme.surface, kCircleGround), 2.0), pen}) { // on points of any colour
            painter.setPen(stroke);
            painter.drawEllipse(centre, rx, ry);
        }
        if (std::min(rx, ry) <= 24.0)
            continue;
        if (const auto box = circleLabel(centre, {rx, ry}, {textWidth, metrics.height()}, discs))
            drawPatchedText(painter, *box, text, decor);
    }
}

void drawNames(QPainter& painter, const MapDecor& decor, const std::vector<NameDisc>& discs)
{
    painter.setFont(scaled(decor.font, 1.1, /*bold=*/true));
    for (const NameDisc& disc : discs) {
        const bool dimmed = decor.emphasised >= 0 && disc.label != decor.emphasised;
        const QRectF box = boxOf(disc);
        drawPill(painter, box, withAlpha(decor.theme.dark ? decor.theme.sunken : decor.theme.surface, dimmed ? 0.4 : 0.86));
        painter.setPen(withAlpha(decor.theme.text, dimmed ? 0.4 : 1.0));
        painter.drawText(box, Qt::AlignCenter, decor.names.value(disc.label));
    }
}

double keyWidth(const QFontMetricsF& metrics, const ColourKey& key)
{
    return metrics.horizontalAdvance(key.low) + metrics.horizontalAdvance(key.high) + kKeyStrip + 2 * kKeyGap;
}

/// A key's strip between its words, from a point on the left of the line's middle.
void drawKey(QPainter& painter, QPointF left, const ColourKey& key, const MapDecor& decor)
{
    const QFontMetricsF metrics(painter.font());
    const double low = metrics.horizontalAdvance(key.low), high = metrics.horizontalAdvance(key.high);
    const QRectF box(left.x(), left.y() - metrics.height() / 2, keyWidth(metrics, key), metrics.height());
    drawPill(painter, patchOf(box), withAlpha(decor.theme.surface, 0.9));
    painter.setPen(decor.theme.muted);
    painter.drawText(QRectF(box.left(), box.top(), low, box.height()), Qt::AlignCenter, key.low);
    painter.drawText(QRectF(box.right() - high, box.top(), high, box.height()), Qt::AlignCenter, key.high);
    const QRectF strip(box.left() + low + kKeyGap, std::round(left.y() - kKeyHeight / 2), kKeyStrip, kKeyHeight);
    QLinearGradient gradient(strip.topLeft(), strip.topRight());
    for (qsizetype k = 0; k < key.colours.size(); ++k)
        gradient.setColorAt(static_cast<double>(k) / static_cast<double>(key.colours.size() - 1), key.colours[k]);
    painter.setPen(Qt::NoPen);
    painter.setBrush(gradient);
    painter.drawRect(strip);
}

/// The line along the lower edge: what the codes are, what lies behind them, and what its colours stand for where there is room.
void drawCaption(QPainter& painter, const MapDecor& decor, const MapView& view)
{
    const QString whole = decor.fullCaption();
    if (whole.isEmpty())
        return;
    painter.setFont(scaled(decor.font, 0.93));
    const QFontMetricsF metrics(painter.font());
    const ColourKey& key = decor.backdrop.key;
    const double line = view.size.width() - 2 * kEdge - 8.0;
    double room = line;
    const bool withKey = !decor.backdrop.isNull() && key.colours.size() > 1 && line - keyWidth(metrics, key) - kKeySpacing >= kLeastCaption;
    if (withKey)
        room -= keyWidth(metrics, key) + kKeySpacing;
    const QString caption = metrics.elidedText(whole, Qt::ElideRight, room);
    const QRectF box(QPointF(kEdge + 4.0, view.size.height() - kEdge - metrics.height()), QSizeF(metrics.horizontalAdvance(caption), metrics.height()));
    drawPatchedText(painter, box, caption, decor);
    if (withKey)
        drawKey(painter, QPointF(box.right() + kKeySpacing, box.center().y()), key, decor);
}

} // namespace

QString MapDecor::fullCaption() const
{
    if (backdrop.isNull() || backdrop.caption.isEmpty())
        return caption;
    return caption.isEmpty() ? backdrop.caption : caption + QStringLiteral(" · ") + backdrop.caption;
}

double bottomTextHeight(const MapDecor& decor)
{
    const double height = QFontMetricsF(scaled(decor.font, 0.86)).height();
    return kEdge + (decor.fullCaption().isEmpty() ? 0.0 : height + 4.0) + height;
}

double niceStep(double pixelsPerUnit, double leastPixels)
{
    const double least = leastPixels / pixelsPerUnit;
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least)
            return factor * power;
    }
    return 10.0 * power;
}

QString tickText(double value, double step)
{
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
    const double clean = std::abs(value) < step * 1e-6 ? 0.0 : value;
    QString text = QString::number(clean, 'f', decimals);
    text.replace(QLatin1Char('-'), QChar(0x2212));
    return text;
}

std::vector<NameDisc> placeNames(const MapDecor& decor, const MapView& view, const LatentCloud& cloud)
{
    const QFontMetricsF metrics(scaled(decor.font, 1.1, /*bold=*/true));
    const double height = std::ceil(metrics.height()) + 4.0;
    std::vector<const ClassSummary*> classes;
    for (const ClassSummary& c : cloud.classes()) {
        const auto label = static_cast<std::size_t>(c.label);
        if ((label < decor.hidden.size() && decor.hidden[label]) || decor.names.value(c.label).isEmpty())
            continue;
        classes.push_back(&c);
    }
    std::stable_sort(classes.begin(), classes.end(), [](const ClassSummary* a, const ClassSummary* b) { return a->count > b->count; });
    classes.resize(std::min(classes.size(), kMostNames));
    std::stable_sort(classes.begin(), classes.end(), [](const ClassSummary* a, const ClassSummary* b) { return a->label < b->label; });

    std::vector<NameDisc> discs;
    for (const ClassSummary* c : classes) {
        const double width = std::max(height, std::ceil(metrics.horizontalAdvance(decor.names.value(c->label))) + 14.0);
        discs.push_back({c->label, view.toPixel(c->centre), QSizeF(width, height)});
    }
    // A few rounds in which overlapping pairs part along the shorter way out; equal centres part by their order.
    constexpr double kGap = 2.0;
    for (int round = 0; round < 40; ++round) {
        bool moved = false;
        for (std::size_t i = 0; i < discs.size(); ++i) {
            for (std::size_t j = i + 1; j < discs.size(); ++j) {
                const QPointF between = discs[j].centre - discs[i].centre;
                const double overlapX = (discs[i].size.width() + discs[j].size.width()) / 2 + kGap - std::abs(between.x());
                const double overlapY = (discs[i].size.height() + discs[j].size.height()) / 2 + kGap - std::abs(between.y());
                if (overlapX <= 0.0 || overlapY <= 0.0)
                    continue;
                QPointF push = overlapX < overlapY ? QPointF(between.x() < 0 ? -overlapX : overlapX, 0.0)
                                                   : QPointF(0.0, between.y() < 0 ? -overlapY : overlapY);
                push *= 0.5;
                discs[i].centre -= push;
                discs[j].centre += push;
                moved = true;
            }
        }
        if (!moved)
            break;
    }
    return discs;
}

void drawGrid(QPainter& painter, const MapDecor& decor, const MapView& view)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(decor.backdrop.isNull() ? decor.theme.grid : withAlpha(decor.theme.muted, 0.16), 1.0));
    const double stepX = niceStep(view.pixelsPerUnitX(), kTickSpacing) / 2;
    const double stepY = niceStep(view.pixelsPerUnitY(), kTickSpacing) / 2;
    QVector<QLineF> lines;
    for (double v = std::ceil(view.range.x() / stepX) * stepX; v <= view.range.x() + view.range.width(); v += stepX) {
        const double x = view.toPixel({v, 0.0}).x();
        lines.append(QLineF(x, 0.0, x, view.size.height()));
    }
    for (double v = std::ceil(view.range.y() / stepY) * stepY; !isStrip(decor) && v <= view.range.y() + view.range.height(); v += stepY) {
        const double y = view.toPixel({0.0, v}).y();
        lines.append(QLineF(0.0, y, view.size.width(), y));
    }
    painter.drawLines(lines);
}

void drawForeground(QPainter& painter, const MapDecor& decor, const MapView& view, const LatentCloud* cloud)
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    const std::vector<NameDisc> discs = cloud && decor.classNames ? placeNames(decor, view, *cloud) : std::vector<NameDisc>();
    if (decor.priorMean)
        drawPriorCircles(painter, decor, view, discs);
    drawTicks(painter, decor, view);
    drawNames(painter, decor, discs);
    drawCaption(painter, decor, view);
    if (!cloud && !decor.emptyText.isEmpty()) {
        // above the middle, where the probe waits
        painter.setFont(decor.font);
        const QRectF area(40.0, 0.0, std::max(80.0, view.size.width() - 80.0), view.size.height() * 0.42);
        const QRectF text = painter.boundingRect(area, Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, decor.emptyText);
        painter.setPen(Qt::NoPen);
        painter.setBrush(decor.theme.surface);
        painter.drawRoundedRect(text.adjusted(-10, -6, 10, 6), 8, 8);
        painter.setPen(decor.theme.muted);
        painter.drawText(area, Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, decor.emptyText);
    }
}

} // namespace latentscape::ui
