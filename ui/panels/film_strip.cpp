// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/film_strip.h"

#include "ui/panels/paint_image.h"

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr double kGap = 4.0;
constexpr double kRadius = 4.0;
constexpr double kSmallestFrame = 44.0; // smaller ones could not be read; then fewer are shown
constexpr double kMarkerRoom = 8.0;     // above the frames, for the marker's head
constexpr int kExportFrame = 56;
} // namespace

FilmStrip::FilmStrip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Path frames"));
}

void FilmStrip::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_cache = {};
    update();
}

void FilmStrip::setFrames(const QVector<QImage>& frames)
{
    m_frames.clear();
    m_frames.reserve(frames.size());
    for (const QImage& frame : frames)
        m_frames.append(paintable(frame));
    m_cache = {};
    setCursor(m_frames.isEmpty() ? Qt::ArrowCursor : Qt::SizeHorCursor);
    update();
}

void FilmStrip::setPosition(double position)
{
    const double clean = std::clamp(position, 0.0, 1.0);
    if (clean == m_position)
        return;
    m_position = clean;
    update();
}

void FilmStrip::setEmptyText(const QString& text)
{
    if (m_emptyText == text)
        return;
    m_emptyText = text;
    update();
}

QSize FilmStrip::sizeHint() const { return {400, 64}; }

QSize FilmStrip::minimumSizeHint() const { return {160, 48}; }

FilmStrip::Row FilmStrip::row() const
{
    Row r;
    if (m_frames.isEmpty())
        return r;
    const QSizeF shape = displayProportions(m_frames.first().size());
    const double widthPerHeight = shape.width() / shape.height();
    const int count = frameCount();
    const int fitting = std::max(2, static_cast<int>((width() + kGap) / (kSmallestFrame * std::max(1.0, widthPerHeight) + kGap)));
    r.shown = std::min(count, fitting);
    const double byWidth = (width() - (r.shown - 1) * kGap) / r.shown;
    r.side = std::floor(std::min(byWidth, (height() - kMarkerRoom) * widthPerHeight));
    r.height = std::floor(r.side / widthPerHeight);
    // Frames limited by the height spread over the width, as far as they still read as one strip.
    r.pitch = r.shown > 1 ? std::min((width() - r.side) / (r.shown - 1), r.side + 3 * kGap) : r.side;
    r.top = kMarkerRoom + std::floor((height() - kMarkerRoom - r.height) / 2);
    r.left = r.shown > 1 ? std::floor((width() - (r.pitch * (r.shown - 1) + r.side)) / 2) : std::floor((width() - r.side) / 2);
    return r;
}

void FilmStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (m_frames.isEmpty()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_theme.border, 1.0));
        painter.setBrush(m_theme.sunken);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        painter.setPen(m_theme.muted);
        painter.drawText(rect().adjusted(12, 4, -12, -4), static_cast<int>(Qt::AlignCenter) | static_cast<int>(Qt::TextWordWrap),
                         m_emptyText);
        return;
    }
    const double ratio = devicePixelRatioF();
    const Row r = row();
    const auto leftOf = [&r](int i) { return r.left + i * r.pitch; };
    if (m_cache.isNull()) {
        m_cache = QImage((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
        m_cache.setDevicePixelRatio(ratio);
        m_cache.fill(m_theme.surface);
        QPainter strip(&m_cache);
        for (int i = 0; i < r.shown; ++i) {
            const qsizetype index = r.shown > 1 ? std::lround(static_cast<double>(i) * (frameCount() - 1) / (r.shown - 1)) : 0;
            const QRectF frame = onDevicePixels(QRectF(leftOf(i), r.top, r.side, r.height), ratio);
            paintFramed(strip, frame, m_frames.at(index), {m_theme.surface, m_theme.border, kRadius, /*even=*/true});
        }
    }
    painter.drawImage(QPointF(0, 0), m_cache);

    const double x = leftOf(0) + r.side / 2 + m_position * r.pitch * (r.shown - 1);
    const int nearest = static_cast<int>(std::lround(m_position * (r.shown - 1)));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(onDevicePixels(QRectF(leftOf(nearest), r.top, r.side, r.height), ratio).adjusted(1, 1, -1, -1), kRadius - 1,
                            kRadius - 1);
    QPainterPath head;
    head.moveTo(x - 5, r.top - kMarkerRoom);
    head.lineTo(x + 5, r.top - kMarkerRoom);
    head.lineTo(x, r.top - 2);
    head.closeSubpath();
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.accent);
    painter.drawPath(head);
}

void FilmStrip::resizeEvent(QResizeEvent* event)
{
    m_cache = {};
    QWidget::resizeEvent(event);
}

void FilmStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        moveTo(event->position().x());
}

void FilmStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        moveTo(event->position().x());
}

void FilmStrip::moveTo(double x)
{
    const Row r = row();
    if (r.shown < 2)
        return;
    Q_EMIT positionDragged(std::clamp((x - r.left - r.side / 2) / (r.pitch * (r.shown - 1)), 0.0, 1.0));
}

QImage FilmStrip::rendered(double scale) const
{
    if (m_frames.isEmpty() || scale <= 0)
        return {};
    const QSizeF shape = displayProportions(m_frames.first().size());
    const int side = static_cast<int>(std::lround(kExportFrame * scale));
    const int width = std::max(1, static_cast<int>(std::lround(side * shape.width() / shape.height())));
    const int gap = static_cast<int>(std::lround(kGap * scale));
    QImage image(frameCount() * (width + gap) + gap, side + 2 * gap, QImage::Format_RGB32);
    image.fill(m_theme.surface);
    QPainter painter(&image);
    for (int i = 0; i < frameCount(); ++i)
        paintFramed(painter, QRectF(gap + i * (width + gap), gap, width, side), m_frames.at(i),
                    {m_theme.surface, m_theme.border, kRadius * scale, /*even=*/true});
    return image;
}

} // namespace latentscape::ui
