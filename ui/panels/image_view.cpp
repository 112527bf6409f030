// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/image_view.h"

#include "ui/panels/paint_image.h"

#include <QPaintEvent>
#include <QPainter>

#include <utility>

namespace latentscape::ui {

namespace {
constexpr double kRadius = 6.0;
constexpr int kTextMargin = 16;
} // namespace

ImageView::ImageView(QWidget* parent) : QWidget(parent)
{
    // Every pixel is painted here, so the parent's ground need not be painted first at each frame of a drag.
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ImageView::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void ImageView::setImage(const QImage& image, quint64 tag)
{
    m_image = image;
    m_tag = tag;
    const QImage before = std::exchange(m_paintable, paintable(image));
    if (before.isNull() || before.size() != m_paintable.size())
        return update();
    // Most of an image's ground stays as it is while the probe is dragged; what did not change need not be painted, nor sent to the screen.
    const QRect changed = differingPixels(before, m_paintable);
    const QRectF frame = frameRect();
    // Where nothing changed a single pixel is painted, as its paint is what reports the tag.
    const QRectF part = paintedPart(frame, devicePixelRatioF(), m_paintable.size(), changed.isNull() ? QRect(m_paintable.rect().center(), QSize(1, 1)) : changed);
    update(part.toAlignedRect());
}

void ImageView::setEmptyText(const QString& text)
{
    if (m_emptyText == text)
        return;
    m_emptyText = text;
    if (m_image.isNull())
        update();
}

QRectF ImageView::frameRect() const
{
    return onDevicePixels(fitted(displayProportions(m_image.size()), rect()), devicePixelRatioF(), mapTo(window(), QPointF()));
}

QSize ImageView::sizeHint() const { return {224, 224}; }

QSize ImageView::minimumSizeHint() const { return {48, 48}; }

void ImageView::paintEvent(QPaintEvent* event)
{
    {
        QPainter painter(this);
        const QRectF frame = frameRect();
        if (frame != QRectF(rect()))
            painter.fillRect(rect(), m_theme.surface);
        if (!m_image.isNull()) {
            paintFramed(painter, frame, m_paintable, {m_theme.surface, m_theme.border, kRadius, /*even=*/true}, event->rect());
        } else {
            painter.fillRect(rect(), m_theme.surface);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(m_theme.border, 1.0));
            painter.setBrush(m_theme.sunken);
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
            painter.setPen(m_theme.muted);
            const QRectF text = frame.adjusted(kTextMargin, kTextMargin, -kTextMargin, -kTextMargin);
            painter.drawText(text, static_cast<int>(Qt::AlignCenter) | static_cast<int>(Qt::TextWordWrap), m_emptyText);
        }
    }
    Q_EMIT painted(m_tag);
}

} // namespace latentscape::ui
