// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/neighbour_row.h"

#include "ui/panels/paint_image.h"

#include <QPainter>

#include <cmath>

namespace latentscape::ui {

namespace {
constexpr int kGap = 8;
constexpr double kRadius = 4.0;
constexpr double kLabelScale = 0.88;

QFont labelFont(const QFont& base)
{
    QFont font = base;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * kLabelScale);
    return font;
}

int labelHeight(const QFont& base) { return static_cast<int>(std::ceil(QFontMetricsF(labelFont(base)).height())) + 2; }
} // namespace

Thumbnail::Thumbnail(QWidget* parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setEnabled(false);
}

void Thumbnail::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void Thumbnail::setContent(const QImage& image, const QString& label, const QString& description)
{
    if (m_label == label && m_image == image) {
        if (!image.isNull())
            setToolTip(description);
        return;
    }
    m_image = image;
    m_paintable = paintable(image);
    m_label = label;
    setAccessibleName(description);
    setToolTip(description);
    setEnabled(!image.isNull());
    setCursor(image.isNull() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    update();
}

void Thumbnail::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRectF square(0, 0, width(), width());
    painter.fillRect(rect(), m_theme.surface);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_image.isNull()) {
        painter.setPen(QPen(m_theme.border, 1.0));
        painter.setBrush(m_theme.sunken);
        painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
        return;
    }
    const QRectF frame =
        onDevicePixels(fitted(displayProportions(m_image.size()), square), devicePixelRatioF(), mapTo(window(), QPointF()));
    paintFramed(painter, frame, m_paintable, {m_theme.surface, m_theme.border, kRadius, /*even=*/true});
    if (hasFocus() || underMouse() || isDown()) {
        painter.setPen(QPen(m_theme.accent, 2.0));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), kRadius - 1, kRadius - 1);
    }
    painter.setFont(labelFont(font()));
    painter.setPen(m_theme.muted);
    const QRectF below(0, width() + 1, width(), height() - width() - 1);
    painter.drawText(below, Qt::AlignCenter, painter.fontMetrics().elidedText(m_label, Qt::ElideRight, width()));
}

void Thumbnail::enterEvent(QEnterEvent* event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void Thumbnail::leaveEvent(QEvent* event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

NeighbourRow::NeighbourRow(QWidget* parent) : QWidget(parent), m_rows(kCount, -1)
{
    setAccessibleName(tr("Nearest real images"));
    for (int i = 0; i < kCount; ++i) {
        auto* thumbnail = new Thumbnail(this);
        thumbnail->setAccessibleName(tr("Neighbour %1").arg(i + 1));
        connect(thumbnail, &QAbstractButton::clicked, this, [this, i] {
            if (m_rows.at(i) >= 0)
                Q_EMIT activated(m_rows.at(i));
        });
        m_thumbnails.append(thumbnail);
    }
}

void NeighbourRow::setTheme(const Theme& theme)
{
    for (Thumbnail* thumbnail : std::as_const(m_thumbnails))
        thumbnail->setTheme(theme);
}

void NeighbourRow::setItems(const QList<Item>& items)
{
    for (int i = 0; i < kCount; ++i) {
        const bool present = i < items.size();
        m_rows[i] = present ? items.at(i).row : -1;
        if (present)
            m_thumbnails.at(i)->setContent(items.at(i).image, items.at(i).label, items.at(i).description);
        else
            m_thumbnails.at(i)->setContent({}, {}, tr("Neighbour %1").arg(i + 1));
    }
}

int NeighbourRow::heightFor(int width) const { return (width - (kCount - 1) * kGap) / kCount + labelHeight(font()); }

void NeighbourRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // The widths differ by at most a pixel, so that both ends stand exactly below the large image's edges.
    const int side = (width() - (kCount - 1) * kGap) / kCount;
    for (int i = 0; i < kCount; ++i) {
        const int left = static_cast<int>(std::lround(static_cast<double>(i) * (width() - side) / (kCount - 1)));
        m_thumbnails.at(i)->setGeometry(left, 0, side, heightFor(width()));
    }
}

} // namespace latentscape::ui
