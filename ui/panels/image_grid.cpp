// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/image_grid.h"

#include "ui/panels/paint_image.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {
constexpr double kSmallCell = 40.0; // logical pixels; below it gaps are thin and corners square
constexpr double kSmallGap = 2.0;
constexpr double kGap = 6.0;
constexpr double kPairGap = 2.0;
constexpr double kRadius = 3.0;
constexpr double kLargestCell = 160.0;
constexpr int kEmptyMargin = 24;

int device(double logical, double ratio) { return std::max(1, static_cast<int>(std::lround(logical * ratio))); }
} // namespace

QSize ImageGrid::Geometry::pitch(bool paired) const
{
    const int height = paired ? 2 * image.height() + pairGap : image.height();
    return {image.width() + gap, height + caption + gap};
}

QRect ImageGrid::Geometry::cell(int index, bool paired) const
{
    const QSize step = pitch(paired);
    const QPoint corner = origin + QPoint(index % columns * step.width(), index / columns * step.height());
    return {corner, QSize(image.width(), step.height() - gap - caption)};
}

ImageGrid::ImageGrid(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ImageGrid::setTheme(const Theme& theme)
{
    m_theme = theme;
    invalidate();
}

void ImageGrid::setImages(const QVector<QImage>& images, int columns)
{
    m_images.clear();
    m_images.reserve(images.size());
    for (const QImage& image : images)
        m_images.append(paintable(image));
    m_wantedColumns = std::max(0, columns);
    m_current = std::clamp(m_current, 0, std::max(0, count() - 1));
    m_hovered = -1;
    invalidate();
}

void ImageGrid::setSecondImages(const QVector<QImage>& images)
{
    m_second.clear();
    m_second.reserve(images.size());
    for (const QImage& image : images)
        m_second.append(paintable(image));
    invalidate();
}

void ImageGrid::setCaptions(const QStringList& captions)
{
    if (m_captions == captions)
        return;
    m_captions = captions;
    measureCaptions();
    invalidate();
}

void ImageGrid::setToolTips(const QStringList& toolTips) { m_toolTips = toolTips; }

void ImageGrid::setEmptyText(const QString& text)
{
    if (m_emptyText == text)
        return;
    m_emptyText = text;
    update();
}

void ImageGrid::setFilling(bool filling)
{
    m_filling = filling;
    invalidate();
}

int ImageGrid::columns() const
{
    return m_images.isEmpty() ? 0 : geometry((QSizeF(size()) * devicePixelRatioF()).toSize(), devicePixelRatioF()).columns;
}

ImageGrid::Geometry ImageGrid::geometryWith(int columns, const QSize& deviceArea, double ratio) const
{
    Geometry g;
    const bool paired = !m_second.isEmpty();
    g.columns = columns;
    g.rows = (count() + columns - 1) / columns;
    g.caption = m_captions.isEmpty() ? 0 : device(QFontMetricsF(captionFont()).height() + 2, ratio);
    g.pairGap = paired ? device(kPairGap, ratio) : 0;
    const QSizeF shape = displayProportions(m_images.first().size());
    const double perWidth = shape.height() / shape.width();
    const auto widest = [&](int gap) {
        const double byWidth = static_cast<double>(deviceArea.width() - (g.columns - 1) * gap) / g.columns;
        const double cellHeight = static_cast<double>(deviceArea.height() - (g.rows - 1) * gap) / g.rows - g.caption - g.pairGap;
        return std::clamp(std::min(byWidth, cellHeight / perWidth / (paired ? 2 : 1)), 1.0, kLargestCell * ratio);
    };
    double width = 0.0;
    for (const bool captioned : {true, false}) {
        if (!captioned)
            g.caption = 0; // captions that do not fit below the cells stay in the tool tips
        g.gap = device(kGap, ratio);
        width = widest(g.gap);
        if (width < kSmallCell * ratio) {
            g.gap = device(kSmallGap, ratio);
            width = widest(g.gap);
        }
        if (g.caption == 0 || width + g.gap - device(kSmallGap, ratio) >= m_widestCaption * ratio)
            break;
    }
    // A whole multiple of the sample's own pixels keeps all of them equally large, unless that wastes much of the area.
    const int own = m_images.first().width();
    const double whole = own > 0 ? std::floor(width / own) * own : 0.0;
    if (whole >= 0.8 * width && !m_filling)
        width = whole;
    g.image = QSize(std::max(1, static_cast<int>(width)), std::max(1, static_cast<int>(width * perWidth)));
    const QSize step = g.pitch(paired);
    g.total = QSize(g.columns * step.width() - g.gap, g.rows * step.height() - g.gap);
    if (m_filling)
        return g;
    g.origin = QPoint(std::max(0, (deviceArea.width() - g.total.width()) / 2), std::max(0, (deviceArea.height() - g.total.height()) / 2));
    return g;
}

ImageGrid::Geometry ImageGrid::geometry(const QSize& deviceArea, double ratio) const
{
    if (m_images.isEmpty())
        return {};
    if (m_wantedColumns > 0)
        return geometryWith(m_wantedColumns, deviceArea, ratio);
    Geometry best = geometryWith(1, deviceArea, ratio);
    for (int columns = 2; columns <= count(); ++columns) {
        Geometry next = geometryWith(columns, deviceArea, ratio);
        // At the same size of images the fuller rectangle wins.
        const bool fuller = next.columns * next.rows < best.columns * best.rows;
        if (next.image.width() > best.image.width() || (next.image.width() == best.image.width() && fuller))
            best = next;
    }
    return best;
}

QImage ImageGrid::composed(const Geometry& g, const QSize& deviceSize, double ratio) const
{
    QImage canvas(deviceSize, QImage::Format_RGB32);
    canvas.fill(m_theme.surface);
    QPainter painter(&canvas);
    const bool paired = !m_second.isEmpty();
    const bool rounded = g.image.width() >= kSmallCell * ratio;
    const FrameStyle style{m_theme.surface, rounded ? m_theme.border : QColor(), rounded ? kRadius * ratio : 0.0, /*even=*/true};
    QFont font = captionFont();
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * ratio);
    painter.setFont(font);
    for (int i = 0; i < count(); ++i) {
        const QRect cell = g.cell(i, paired);
        paintFramed(painter, QRectF(cell.topLeft(), QSizeF(g.image)), m_images.at(i), style);
        if (paired && i < m_second.size())
            paintFramed(painter, QRectF(cell.left(), cell.top() + g.image.height() + g.pairGap, g.image.width(), g.image.height()),
                        m_second.at(i), style);
        if (g.caption > 0 && i < m_captions.size()) {
            painter.setPen(m_theme.muted);
            const QRect line(cell.left() - g.gap / 2, cell.top() + cell.height(), cell.width() + g.gap, g.caption);
            painter.drawText(line, Qt::AlignCenter, painter.fontMetrics().elidedText(m_captions.at(i), Qt::ElideRight, line.width()));
        }
    }
    return canvas;
}

QRect ImageGrid::cellRect(int index) const
{
    if (index < 0 || index >= count())
        return {};
    const double ratio = devicePixelRatioF();
    const QRect cell = geometry((QSizeF(size()) * ratio).toSize(), ratio).cell(index, !m_second.isEmpty());
    return QRectF(cell.x() / ratio, cell.y() / ratio, cell.width() / ratio, cell.height() / ratio).toAlignedRect();
}

QImage ImageGrid::rendered(double scale) const
{
    if (m_images.isEmpty() || scale <= 0)
        return {};
    Geometry g = geometry((QSizeF(size().expandedTo(minimumSizeHint())) * scale).toSize(), scale);
    const int margin = g.gap;
    g.origin = QPoint(margin, margin);
    return composed(g, g.total + QSize(2 * margin, 2 * margin), scale);
}

QSize ImageGrid::sizeHint() const { return {480, 480}; }

QSize ImageGrid::minimumSizeHint() const { return {160, 72}; }

void ImageGrid::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (m_images.isEmpty()) {
        painter.fillRect(rect(), m_theme.surface);
        painter.setPen(m_theme.muted);
        const QRect text = rect().adjusted(kEmptyMargin, kEmptyMargin, -kEmptyMargin, -kEmptyMargin);
        painter.drawText(text, static_cast<int>(Qt::AlignCenter) | static_cast<int>(Qt::TextWordWrap), m_emptyText);
        return;
    }
    const double ratio = devicePixelRatioF();
    const QSize deviceSize = (QSizeF(size()) * ratio).toSize();
    if (m_cache.size() != deviceSize) {
        m_cache = composed(geometry(deviceSize, ratio), deviceSize, ratio);
        m_cache.setDevicePixelRatio(ratio);
    }
    painter.drawImage(QPointF(0, 0), m_cache);
    const int marked = m_hovered >= 0 ? m_hovered : (hasFocus() ? m_current : -1);
    if (marked >= 0) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_theme.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(cellRect(marked)).adjusted(-1, -1, 1, 1), kRadius + 1, kRadius + 1);
    }
}

int ImageGrid::indexAt(const QPointF& position) const
{
    if (m_images.isEmpty())
        return -1;
    const double ratio = devicePixelRatioF();
    const Geometry g = geometry((QSizeF(size()) * ratio).toSize(), ratio);
    const QPointF at = position * ratio - g.origin;
    const QSize step = g.pitch(!m_second.isEmpty());
    if (at.x() < 0 || at.y() < 0)
        return -1;
    const int column = static_cast<int>(at.x()) / step.width();
    const int index = static_cast<int>(at.y()) / step.height() * g.columns + column;
    const bool inside = column < g.columns && index < count() && g.cell(index, !m_second.isEmpty()).contains((position * ratio).toPoint());
    return inside ? index : -1;
}

void ImageGrid::mousePressEvent(QMouseEvent* event) { m_pressed = event->button() == Qt::LeftButton ? indexAt(event->position()) : -1; }

void ImageGrid::mouseMoveEvent(QMouseEvent* event) { setHovered(indexAt(event->position())); }

void ImageGrid::mouseReleaseEvent(QMouseEvent* event)
{
    const int index = indexAt(event->position());
    if (event->button() != Qt::LeftButton || index < 0 || index != m_pressed)
        return;
    m_current = index;
    Q_EMIT activated(index);
}

void ImageGrid::leaveEvent(QEvent* event)
{
    setHovered(-1);
    QWidget::leaveEvent(event);
}

void ImageGrid::keyPressEvent(QKeyEvent* event)
{
    const int across = std::max(1, columns());
    switch (event->key()) {
    case Qt::Key_Left:
        setCurrent(m_current - 1);
        return;
    case Qt::Key_Right:
        setCurrent(m_current + 1);
        return;
    case Qt::Key_Up:
        setCurrent(m_current - across);
        return;
    case Qt::Key_Down:
        setCurrent(m_current + across);
        return;
    case Qt::Key_Home:
        setCurrent(0);
        return;
    case Qt::Key_End:
        setCurrent(count() - 1);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (count() > 0)
            Q_EMIT activated(m_current);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void ImageGrid::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        measureCaptions();
        invalidate();
    }
    QWidget::changeEvent(event);
}

bool ImageGrid::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int index = indexAt(help->pos());
        const QString text = m_toolTips.value(index, m_captions.value(index));
        if (index >= 0 && !text.isEmpty())
            QToolTip::showText(help->globalPos(), text, this, cellRect(index));
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

QFont ImageGrid::captionFont() const
{
    QFont small = font();
    if (small.pointSizeF() > 0)
        small.setPointSizeF(small.pointSizeF() * 0.88);
    return small;
}

void ImageGrid::measureCaptions()
{
    const QFontMetricsF metrics(captionFont());
    m_widestCaption = 0.0;
    for (const QString& caption : std::as_const(m_captions))
        m_widestCaption = std::max(m_widestCaption, metrics.horizontalAdvance(caption));
}

void ImageGrid::invalidate()
{
    m_cache = {};
    update();
}

void ImageGrid::setHovered(int index)
{
    if (m_hovered == index)
        return;
    m_hovered = index;
    setCursor(index >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void ImageGrid::setCurrent(int index)
{
    if (index < 0 || index >= count() || index == m_current)
        return;
    m_current = index;
    setAccessibleDescription(m_captions.value(index));
    update();
}

} // namespace latentscape::ui
