// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/neighbour_row.h"

#include "ui/panels/paint_image.h"
#include "ui/theme/tabular_text.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr int kGap = 8;
constexpr int kNarrowGap = 4;
constexpr int kRowGap = 4;
constexpr double kRadius = 4.0;
constexpr double kLabelScale = 0.85;

QFont labelFont(const QFont& base)
{
    QFont font = base;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * kLabelScale);
    return font;
}

int lineHeight(const QFont& base) { return static_cast<int>(std::ceil(QFontMetricsF(labelFont(base)).height())); }

int columnsOf(int rows) { return NeighbourRow::kCount / rows; }
int gapOf(int rows) { return rows == 1 ? kNarrowGap : kGap; }
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

void Thumbnail::setContent(const QImage& image, const QString& label, const QString& distance, const QString& description)
{
    if (accessibleName() != description) {
        setAccessibleName(description);
        setToolTip(image.isNull() ? QString() : description);
    }
    if (m_label == label && m_distance == distance && m_image == image)
        return;
    m_image = image;
    m_paintable = paintable(image);
    m_label = label;
    m_distance = distance;
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
    const TabularText type(labelFont(font()));
    const double line = std::ceil(type.metrics().height());
    const QRectF below(0, width() + 1, width(), line);
    if (!m_label.isEmpty()) {
        painter.setPen(m_theme.text);
        type.draw(painter, below, Qt::AlignHCenter, type.elided(m_label, width()));
    }
    painter.setPen(m_theme.muted);
    type.draw(painter, m_label.isEmpty() ? below : below.translated(0, line - 1), Qt::AlignHCenter, m_distance);
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
            m_thumbnails.at(i)->setContent(items.at(i).image, items.at(i).label, items.at(i).distance,
                                           tr("%1. %2", "rank among the neighbours, and the neighbour").arg(i + 1).arg(items.at(i).description));
        else
            m_thumbnails.at(i)->setContent({}, {}, {}, tr("Neighbour %1").arg(i + 1));
    }
}

void NeighbourRow::setRows(int rows)
{
    if (rows == m_rowCount)
        return;
    m_rowCount = rows;
    place();
}

int NeighbourRow::sideFor(int width, int rows) { return (width - (columnsOf(rows) - 1) * gapOf(rows)) / columnsOf(rows); }

int NeighbourRow::heightFor(int width, int rows) const
{
    const int cell = sideFor(width, rows) + 1 + 2 * lineHeight(font());
    return rows * cell + (rows - 1) * kRowGap;
}

void NeighbourRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    place();
}

void NeighbourRow::place()
{
    // The places differ by at most a pixel, so that both ends stand exactly below the large image's edges.
    const int columns = columnsOf(m_rowCount);
    const int side = sideFor(width(), m_rowCount);
    const int cell = (heightFor(width(), m_rowCount) - (m_rowCount - 1) * kRowGap) / m_rowCount;
    for (int i = 0; i < kCount; ++i) {
        const int left = static_cast<int>(std::lround(static_cast<double>(i % columns) * (width() - side) / (columns - 1)));
        m_thumbnails.at(i)->setGeometry(left, i / columns * (cell + kRowGap), side, cell);
    }
}

} // namespace latentscape::ui
