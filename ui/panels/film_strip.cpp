// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/film_strip.h"

#include "ui/panels/paint_image.h"

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr double kGap = 4.0;
constexpr double kOriginalGap = 14.0; // sets the originals apart from what was decoded
constexpr double kRadius = 4.0;
constexpr double kSmallestFrame = 44.0; // smaller ones could not be read; then fewer are shown
constexpr double kMarkerRoom = 8.0;     // above the frames, for the marker's head
constexpr double kCaptionScale = 0.85;
constexpr double kCaptionRoom = 3.0; // between an original and its caption, and below it
constexpr int kExportFrame = 56;
} // namespace

FilmStrip::FilmStrip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Film of the path"));
}

void FilmStrip::setTheme(const Theme& theme)
{
    m_theme = theme;
    invalidate();
}

void FilmStrip::setFrames(const QVector<QImage>& frames)
{
    m_frames.clear();
    m_frames.reserve(frames.size());
    for (const QImage& frame : frames)
        m_frames.append(paintable(frame));
    setCursor(m_frames.isEmpty() ? Qt::ArrowCursor : Qt::SizeHorCursor);
    invalidate();
}

void FilmStrip::setOriginals(const QImage& first, const QImage& last)
{
    m_first = paintable(first);
    m_last = paintable(last);
    invalidate();
}

void FilmStrip::setClosed(bool closed)
{
    if (m_closed == closed)
        return;
    m_closed = closed;
    invalidate();
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

QSize FilmStrip::sizeHint() const { return {400, 72}; }

QSize FilmStrip::minimumSizeHint() const { return {160, 48}; }

int FilmStrip::stations() const { return m_frames.isEmpty() ? 0 : frameCount() + (m_closed ? 1 : 0); }

QFont FilmStrip::captionFont() const
{
    QFont small = font();
    if (small.pointSizeF() > 0)
        small.setPointSizeF(small.pointSizeF() * kCaptionScale);
    return small;
}

FilmStrip::Row FilmStrip::row() const
{
    Row r;
    if (m_frames.isEmpty())
        return r;
    const int originals = (m_first.isNull() ? 0 : 1) + (m_last.isNull() ? 0 : 1);
    const double captionWidth = QFontMetricsF(captionFont()).horizontalAdvance(tr("original"));
    r.caption = originals > 0 ? std::ceil(QFontMetricsF(captionFont()).height()) + kCaptionRoom : 0.0;
    const QSizeF shape = displayProportions(m_frames.first().size());
    const double widthPerHeight = shape.width() / shape.height();
    const double tallest = height() - kMarkerRoom - r.caption;
    // An original takes as much as a frame of full height, or as its caption.
    const double place = originals > 0 ? std::max(captionWidth, std::floor(tallest * widthPerHeight)) + kOriginalGap : 0.0;
    const double room = width() - originals * place;
    const int fitting = std::max(2, static_cast<int>((room + kGap) / (kSmallestFrame * std::max(1.0, widthPerHeight) + kGap)));
    r.shown = std::min(stations(), fitting);
    const double byWidth = (room - (r.shown - 1) * kGap) / r.shown;
    r.side = std::floor(std::min(byWidth, tallest * widthPerHeight));
    r.height = std::floor(r.side / widthPerHeight);
    // Frames limited by the height spread over the width, as far as they still read as one strip.
    r.pitch = r.shown > 1 ? std::min((room - r.side) / (r.shown - 1), r.side + 3 * kGap) : r.side;
    const double strip = r.pitch * (r.shown - 1) + r.side;
    r.top = kMarkerRoom + std::floor((tallest - r.height) / 2);
    r.left = std::floor((m_first.isNull() ? 0.0 : place) + (room - strip) / 2);
    const double beside = std::max(0.0, place - kOriginalGap - r.side) / 2; // centred over a caption that is wider
    r.firstOriginal = r.left - kOriginalGap - beside - r.side;
    r.lastOriginal = r.left + strip + kOriginalGap + beside;
    return r;
}

void FilmStrip::paintOriginal(QPainter& painter, const QRectF& frame, const QImage& image, double scale) const
{
    paintFramed(painter, frame, image, {m_theme.surface, m_theme.border, kRadius * scale, /*even=*/true});
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.muted, 1.5 * scale));
    painter.setBrush(Qt::NoBrush);
    const double half = 0.75 * scale;
    painter.drawRoundedRect(frame.adjusted(half, half, -half, -half), kRadius * scale, kRadius * scale);
    QFont font = captionFont();
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * scale);
    painter.setFont(font);
    painter.setPen(m_theme.muted);
    const double below = std::ceil(QFontMetricsF(font).height());
    const double width = std::max(frame.width(), QFontMetricsF(font).horizontalAdvance(tr("original"))) + 4;
    painter.drawText(QRectF(frame.center().x() - width / 2, frame.bottom() + 1, width, below), Qt::AlignCenter, tr("original"));
    painter.restore();
}

void FilmStrip::compose(const Row& r, double ratio)
{
    m_cache = QImage((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
    m_cache.setDevicePixelRatio(ratio);
    m_cache.fill(m_theme.surface);
    QPainter strip(&m_cache);
    const auto frameAt = [&](double left) { return onDevicePixels(QRectF(left, r.top, r.side, r.height), ratio); };
    for (int i = 0; i < r.shown; ++i) {
        const qsizetype index = r.shown > 1 ? std::lround(static_cast<double>(i) * (stations() - 1) / (r.shown - 1)) : 0;
        paintFramed(strip, frameAt(r.left + i * r.pitch), m_frames.at(index % frameCount()),
                    {m_theme.surface, m_theme.border, kRadius, /*even=*/true});
    }
    if (!m_first.isNull())
        paintOriginal(strip, frameAt(r.firstOriginal), m_first, 1.0);
    if (!m_last.isNull())
        paintOriginal(strip, frameAt(r.lastOriginal), m_last, 1.0);
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
    if (m_cache.isNull())
        compose(r, ratio);
    painter.drawImage(QPointF(0, 0), m_cache);

    const double x = r.left + r.side / 2 + m_position * r.pitch * (r.shown - 1);
    const int nearest = static_cast<int>(std::lround(m_position * (r.shown - 1)));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.accent, 2));
    painter.setBrush(Qt::NoBrush);
    const QRectF marked = onDevicePixels(QRectF(r.left + nearest * r.pitch, r.top, r.side, r.height), ratio);
    painter.drawRoundedRect(marked.adjusted(1, 1, -1, -1), kRadius - 1, kRadius - 1);
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

void FilmStrip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        invalidate();
    QWidget::changeEvent(event);
}

void FilmStrip::invalidate()
{
    m_cache = {};
    update();
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
    const auto device = [scale](double logical) { return static_cast<int>(std::lround(logical * scale)); };
    const int side = device(kExportFrame);
    const int width = std::max(1, static_cast<int>(std::lround(side * shape.width() / shape.height())));
    const int gap = device(kGap);
    const int apart = device(kOriginalGap);
    const bool captioned = !m_first.isNull() || !m_last.isNull();
    const int caption = captioned ? device(QFontMetricsF(captionFont()).height() + kCaptionRoom) : 0;
    const int before = m_first.isNull() ? 0 : width + apart;
    const int after = m_last.isNull() ? 0 : width + apart;
    QImage image(before + frameCount() * (width + gap) + gap + after, side + 2 * gap + caption, QImage::Format_RGB32);
    image.fill(m_theme.surface);
    QPainter painter(&image);
    for (int i = 0; i < frameCount(); ++i)
        paintFramed(painter, QRectF(before + gap + i * (width + gap), gap, width, side), m_frames.at(i),
                    {m_theme.surface, m_theme.border, kRadius * scale, /*even=*/true});
    if (!m_first.isNull())
        paintOriginal(painter, QRectF(gap, gap, width, side), m_first, scale);
    if (!m_last.isNull())
        paintOriginal(painter, QRectF(image.width() - gap - width, gap, width, side), m_last, scale);
    return image;
}

} // namespace latentscape::ui
