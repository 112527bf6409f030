// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_legend.h"

#include <QFontMetrics>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr int kPadding = 8;
constexpr int kDot = 9;
constexpr int kMostRows = 20;
constexpr int kWidestName = 140;
} // namespace

MapLegend::MapLegend(QWidget* parent)
    : MapInset(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Classes"));
    measure();
    hide();
}

void MapLegend::setTheme(const Theme& theme)
{
    m_theme = theme;
    redraw();
}

void MapLegend::setNames(const QStringList& names)
{
    m_names = names;
    m_hidden.assign(static_cast<std::size_t>(names.size()), false);
    m_current = -1;
    m_first = 0;
    setVisible(!names.isEmpty());
    measure();
}

void MapLegend::setTitle(const QString& title)
{
    if (title == m_title)
        return;
    m_title = title;
    measure();
    scrollTo(m_first);
}

void MapLegend::setRoom(int height)
{
    if (height == m_room)
        return;
    m_room = height;
    measure();
    scrollTo(m_first);
}

int MapLegend::rowHeight() const
{
    return std::max(19, fontMetrics().height() + 2);
}

int MapLegend::firstRowTop() const
{
    return kPadding + (m_title.isEmpty() ? 0 : rowHeight());
}

int MapLegend::rowsShown() const
{
    const int fitting = std::max(1, (m_room - firstRowTop() - kPadding) / rowHeight());
    const int most = std::min(fitting, kMostRows);
    const int n = static_cast<int>(m_names.size());
    return n <= most ? n : std::max(1, most - 1); // one line then tells how many more there are
}

void MapLegend::measure()
{
    int widest = m_title.isEmpty() ? 0 : fontMetrics().horizontalAdvance(m_title) - kDot - 5;
    for (const QString& name : m_names)
        widest = std::max(widest, fontMetrics().horizontalAdvance(name));
    const bool more = rowsShown() < m_names.size();
    if (more)
        widest = std::max(widest, fontMetrics().horizontalAdvance(tr("+ %1 more").arg(m_names.size())));
    const int rows = rowsShown() + (more ? 1 : 0);
    m_size = QSize(std::min(widest, kWidestName) + kDot + 9 + 2 * kPadding + 6, firstRowTop() + rows * rowHeight() + kPadding);
    redraw();
}

QRect MapLegend::rowRect(int label) const
{
    const int row = label - m_first;
    if (row < 0 || row >= rowsShown() || label >= m_names.size())
        return {};
    return {4, firstRowTop() + row * rowHeight(), sizeHint().width() - 8, rowHeight()};
}

int MapLegend::classAt(QPoint pixel) const
{
    if (!rect().contains(pixel) || pixel.y() < firstRowTop())
        return -1;
    const int row = (pixel.y() - firstRowTop()) / rowHeight();
    const int label = m_first + row;
    return row < rowsShown() && label < m_names.size() ? label : -1;
}

void MapLegend::isolate(int label)
{
    if (label < 0 || label >= m_names.size())
        return;
    const auto index = static_cast<std::size_t>(label);
    const auto shown = std::count(m_hidden.begin(), m_hidden.end(), false);
    const bool alone = shown == 1 && !m_hidden[index];
    std::fill(m_hidden.begin(), m_hidden.end(), !alone);
    m_hidden[index] = false;
    redraw();
    Q_EMIT hiddenChanged();
}

void MapLegend::toggle(int label)
{
    if (label < 0 || label >= m_names.size())
        return;
    const auto index = static_cast<std::size_t>(label);
    m_hidden[index] = !m_hidden[index];
    redraw();
    Q_EMIT hiddenChanged();
}

void MapLegend::setCurrent(int label)
{
    if (label == m_current)
        return;
    m_current = label;
    redraw();
    Q_EMIT emphasisChanged(label);
}

void MapLegend::scrollTo(int first)
{
    m_first = std::clamp(first, 0, std::max(0, static_cast<int>(m_names.size()) - rowsShown()));
    redraw();
}

void MapLegend::paint(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.94f);
    painter.setPen(QPen(m_theme.border, 1.0));
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(QPointF(0, 0), sizeHint()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    if (!m_title.isEmpty()) {
        painter.setPen(m_theme.muted);
        painter.drawText(QRect(kPadding + 3, kPadding, sizeHint().width() - 2 * kPadding, rowHeight()), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    }
    for (int label = m_first; label < m_first + rowsShown(); ++label) {
        const QRect row = rowRect(label);
        const bool hidden = m_hidden[static_cast<std::size_t>(label)];
        if (label == m_current) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_theme.sunken);
            painter.drawRoundedRect(row, 4, 4);
        }
        const QRectF dot(kPadding + 3, row.center().y() - kDot / 2.0 + 0.5, kDot, kDot);
        // the points of a second round of the palette are rings
        const bool ring = m_names.size() > m_theme.classPalette.size() && label / m_theme.classPalette.size() % 2 == 1;
        painter.setPen(hidden ? QPen(m_theme.muted, 1.2) : ring ? QPen(m_theme.classColor(label), 2.25) : QPen(Qt::NoPen));
        painter.setBrush(hidden || ring ? QBrush(Qt::NoBrush) : QBrush(m_theme.classColor(label)));
        painter.drawEllipse(ring && !hidden ? dot.adjusted(1.1, 1.1, -1.1, -1.1) : dot);
        QFont text = font();
        text.setStrikeOut(hidden);
        painter.setFont(text);
        painter.setPen(hidden ? m_theme.muted : m_theme.text);
        const QRect box = row.adjusted(kPadding + kDot + 8, 0, -2, 0);
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(m_names[label], Qt::ElideRight, box.width()));
    }
    const auto more = static_cast<int>(m_names.size()) - rowsShown();
    if (more > 0) {
        painter.setFont(font());
        painter.setPen(m_theme.muted);
        painter.drawText(QRect(kPadding + 3, firstRowTop() + rowsShown() * rowHeight(), width(), rowHeight()), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("+ %1 more").arg(more));
    }
}

void MapLegend::redraw()
{
    m_picture = {};
    update();
}

void MapLegend::paintEvent(QPaintEvent*)
{
    const double ratio = devicePixelRatioF();
    if (m_picture.isNull() || m_picture.devicePixelRatio() != ratio) {
        m_picture = QPixmap((QSizeF(m_size) * ratio).toSize());
        m_picture.setDevicePixelRatio(ratio);
        m_picture.fill(Qt::transparent);
        QPainter pixels(&m_picture);
        paint(pixels);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (hasFocus()) {
        painter.setPen(QPen(m_theme.accent, 2.0));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    }
}

bool MapLegend::event(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LanguageChange)
        measure();
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space)
        event->accept(); // toggles a class here, and does not start training
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int label = classAt(help->pos());
        if (label >= 0)
            QToolTip::showText(help->globalPos(), tr("%1. Click to see this class alone, Ctrl-click to show or hide it.").arg(m_names[label]), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

void MapLegend::mousePressEvent(QMouseEvent* event)
{
    event->accept(); // a press on the legend must not reach the map under it
}

void MapLegend::mouseDoubleClickEvent(QMouseEvent* event)
{
    event->accept();
}

void MapLegend::mouseReleaseEvent(QMouseEvent* event)
{
    const int label = classAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || label < 0)
        return;
    if (event->modifiers().testFlag(Qt::ControlModifier))
        toggle(label);
    else
        isolate(label);
}

void MapLegend::mouseMoveEvent(QMouseEvent* event)
{
    setCurrent(classAt(event->position().toPoint()));
}

void MapLegend::leaveEvent(QEvent*)
{
    setCurrent(-1);
}

void MapLegend::wheelEvent(QWheelEvent* event)
{
    scrollTo(m_first + (event->angleDelta().y() > 0 ? -1 : 1));
    event->accept();
}

void MapLegend::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_names.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Up: setCurrent(std::max(0, m_current - 1)); break;
    case Qt::Key_Down: setCurrent(std::min(last, m_current + 1)); break;
    case Qt::Key_Home: setCurrent(0); break;
    case Qt::Key_End: setCurrent(last); break;
    case Qt::Key_Space: toggle(m_current); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: isolate(m_current); break;
    case Qt::Key_Escape: setCurrent(-1); break;
    default: QWidget::keyPressEvent(event); return;
    }
    if (m_current >= 0 && m_current < m_first)
        scrollTo(m_current);
    else if (m_current >= m_first + rowsShown())
        scrollTo(m_current - rowsShown() + 1);
}

void MapLegend::focusOutEvent(QFocusEvent* event)
{
    setCurrent(-1);
    QWidget::focusOutEvent(event);
}

} // namespace latentscape::ui
