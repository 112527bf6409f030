// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_colour_bar.h"

#include "ui/map/map_decor.h"
#include "ui/map/scatter_style.h"

#include <QAccessible>
#include <QFontMetrics>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr int kPadding = 9;
constexpr int kBarWidth = 13;
constexpr int kTallest = 148, kShortest = 48; // of the gradient
constexpr int kTickGap = 9;                   // between gradient and numbers
constexpr int kWidestTitle = 130;
constexpr double kGripReach = 8.0;
constexpr double kKeyStep = 1.0 / 50.0;       // of the scale

} // namespace

MapColourBar::MapColourBar(QWidget* parent)
    : MapInset(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Colour bar"));
    hide();
}

void MapColourBar::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void MapColourBar::setColouring(const MapColouring& colouring)
{
    if (colouring.kind != MapColouring::Kind::Values || colouring == m_colouring)
        return;
    m_colouring = colouring;
    update();
}

void MapColourBar::setFilter(std::optional<std::pair<double, double>> range)
{
    if (range == m_filter)
        return;
    m_filter = range;
    update();
    if (QAccessible::isActive()) {
        QAccessibleValueChangeEvent event(this, valueText());
        QAccessible::updateAccessibility(&event);
    }
}

void MapColourBar::setRoom(int height)
{
    m_room = height;
    update();
}

bool MapColourBar::isUsable() const
{
    return std::isfinite(m_colouring.low) && std::isfinite(m_colouring.high) && m_colouring.high > m_colouring.low;
}

double MapColourBar::lower() const
{
    return m_filter && isUsable() ? std::clamp(m_filter->first, m_colouring.low, m_colouring.high) : m_colouring.low;
}

double MapColourBar::upper() const
{
    return m_filter && isUsable() ? std::clamp(m_filter->second, m_colouring.low, m_colouring.high) : m_colouring.high;
}

int MapColourBar::headHeight() const
{
    return heading().isEmpty() ? 0 : fontMetrics().height() + 6;
}

QString MapColourBar::heading() const
{
    return m_colouring.unit.isEmpty() ? m_colouring.title : tr("%1, %2", "title and unit of a colour bar").arg(m_colouring.title, m_colouring.unit);
}

QRect MapColourBar::barRect() const
{
    const int fixed = 2 * kPadding + headHeight() + fontMetrics().height(); // half a line above and below for the numbers at the ends
    return {kPadding + 3, kPadding + headHeight() + fontMetrics().height() / 2, kBarWidth, std::clamp(m_room - fixed, kShortest, kTallest)};
}

QPoint MapColourBar::handlePosition(bool upperOne) const
{
    const QRect bar = barRect();
    return {bar.left() + kBarWidth / 2, static_cast<int>(std::lround(toY(upperOne ? upper() : lower())))};
}

double MapColourBar::toY(double value) const
{
    const QRect bar = barRect();
    const double extent = m_colouring.high - m_colouring.low;
    const double t = isUsable() ? std::clamp((value - m_colouring.low) / extent, 0.0, 1.0) : 0.0;
    return bar.top() + bar.height() * (1.0 - t);
}

double MapColourBar::toValue(double y) const
{
    const QRect bar = barRect();
    const double t = std::clamp((bar.top() + bar.height() - y) / bar.height(), 0.0, 1.0);
    return m_colouring.low + t * (m_colouring.high - m_colouring.low);
}

MapColourBar::Ticks MapColourBar::layTicks() const
{
    const double low = m_colouring.low, high = m_colouring.high, extent = high - low;
    if (!std::isfinite(low) || !std::isfinite(high))
        return {};
    if (!(extent > 0.0))
        return {{low}, std::max(std::abs(low), 1e-6) / 100.0};
    const double power = std::pow(10.0, std::floor(std::log10(extent)));
    const std::size_t most = barRect().height() >= 80 ? 5 : 3;
    for (const double factor : {5.0, 2.0, 1.0, 0.5, 0.2, 2.5, 0.25}) {
        const double step = factor * power;
        Ticks ticks{{}, factor == 2.5 || factor == 0.25 ? step / 10.0 : step}; // a digit more for quarters
        for (double k = std::ceil(low / step - 1e-6); k * step <= high + 1e-6 * step && ticks.values.size() <= most; ++k)
            ticks.values.push_back(k * step);
        if (ticks.values.size() >= 3 && ticks.values.size() <= most)
            return ticks;
    }
    return {{low, low + extent / 2, high}, extent / 20.0}; // no round numbers fit
}

QSize MapColourBar::sizeHint() const
{
    const Ticks ticks = layTicks();
    int widest = 0;
    for (const double tick : ticks.values)
        widest = std::max(widest, fontMetrics().horizontalAdvance(tickText(tick, ticks.precision)));
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const int title = std::min(QFontMetrics(bold).horizontalAdvance(heading()), kWidestTitle);
    const QRect bar = barRect();
    const int width = std::max(bar.right() + 1 + kTickGap + widest, kPadding + title) + kPadding + 2;
    return {width, bar.bottom() + 1 + fontMetrics().height() / 2 + kPadding};
}

void MapColourBar::paint(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.94f);
    painter.setPen(QPen(m_theme.border, 1.0));
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(QPointF(0, 0), sizeHint()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    const QRect bar = barRect();
    if (!heading().isEmpty()) {
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        painter.setFont(bold);
        painter.setPen(m_theme.text);
        const QRect box(kPadding, kPadding - 1, sizeHint().width() - 2 * kPadding, fontMetrics().height());
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(heading(), Qt::ElideRight, box.width()));
    }
    painter.setFont(font());
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    for (int row = 0; row < bar.height(); ++row) {
        const double y = bar.top() + row + 0.5;
        QColor color = QColor::fromRgb(scaleColour(m_colouring.scale, 1.0 - (row + 0.5) / bar.height()));
        if (m_filter && (y < toY(upper()) || y > toY(lower())))
            color.setAlphaF(0.18f); // values that are not shown
        painter.fillRect(QRect(bar.left(), bar.top() + row, bar.width(), 1), color);
    }
    painter.setRenderHint(QPainter::Antialiasing, true);

    const Ticks ticks = layTicks();
    for (const double tick : ticks.values) {
        const double y = std::round(toY(tick));
        painter.setPen(QPen(m_theme.border, 1.0));
        painter.drawLine(QPointF(bar.right() + 2.0, y + 0.5), QPointF(bar.right() + 5.0, y + 0.5));
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(bar.right() + 1.0 + kTickGap, y - fontMetrics().height() / 2.0, 200.0, fontMetrics().height()),
                         Qt::AlignLeft | Qt::AlignVCenter, tickText(tick, ticks.precision));
    }
    for (const bool upperOne : {false, true}) {
        const double y = toY(upperOne ? upper() : lower());
        const QRectF grip(bar.left() - 3.5, y - 2.5, bar.width() + 7.0, 5.0);
        painter.setPen(QPen(m_held == upperOne ? m_theme.accent : m_theme.text, 1.25));
        painter.setBrush(m_theme.surface);
        painter.drawRoundedRect(grip, 2.5, 2.5);
    }
}

void MapColourBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter);
    if (hasFocus()) {
        painter.setPen(QPen(m_theme.accent, 2.0));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    }
}

QString MapColourBar::valueText() const
{
    const double step = isUsable() ? std::pow(10.0, std::floor(std::log10(m_colouring.high - m_colouring.low)) - 2.0) : 1.0;
    const auto number = [step](double value) { // a hundredth of the scale, without idle zeros
        QString text = tickText(value, step);
        if (text.contains(QLatin1Char('.')))
            text.remove(QRegularExpression(QStringLiteral("\\.?0+$")));
        return text;
    };
    const QString unit = m_colouring.unit.isEmpty() ? QString() : QLatin1Char(' ') + m_colouring.unit;
    const QString whole = tr("%1 from %2 to %3%4.", "%4: a blank and the unit, or nothing")
                              .arg(m_colouring.title, number(m_colouring.low), number(m_colouring.high), unit);
    return m_filter ? tr("%1 Shown from %2 to %3.").arg(whole, number(lower()), number(upper())) : whole;
}

void MapColourBar::choose(std::optional<std::pair<double, double>> range)
{
    if (range && range->first <= m_colouring.low && range->second >= m_colouring.high)
        range.reset();
    if (range == m_filter)
        return;
    setFilter(range);
    Q_EMIT filterChanged(range);
}

void MapColourBar::moveHandle(bool upperOne, double value)
{
    if (!isUsable())
        return;
    const double bound = std::clamp(value, m_colouring.low, m_colouring.high);
    choose(upperOne ? std::pair(lower(), std::max(bound, lower())) : std::pair(std::min(bound, upper()), upper()));
}

bool MapColourBar::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(),
                           tr("Drag a handle to show only codes with values between both. Double-click shows all."), this);
        return true;
    }
    return QWidget::event(event);
}

void MapColourBar::mousePressEvent(QMouseEvent* event)
{
    event->accept(); // a press on the bar must not reach the map under it
    if (event->button() != Qt::LeftButton || !isUsable())
        return;
    const double y = event->position().y();
    const double toUpper = std::abs(y - toY(upper())), toLower = std::abs(y - toY(lower()));
    // Where both stand at one place, the side of the press decides.
    const bool upperOne = toUpper == toLower ? y < toY(upper()) || lower() <= m_colouring.low : toUpper < toLower;
    m_held = upperOne;
    Q_EMIT filterGrabbed();
    const double distance = std::min(toUpper, toLower);
    m_grip = distance <= kGripReach ? toY(upperOne ? upper() : lower()) - y : 0.0;
    update();
    if (distance > kGripReach)
        moveHandle(upperOne, toValue(y));
}

void MapColourBar::mouseMoveEvent(QMouseEvent* event)
{
    if (m_held)
        moveHandle(*m_held, toValue(event->position().y() + m_grip));
}

void MapColourBar::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_held.reset();
    update();
}

void MapColourBar::mouseDoubleClickEvent(QMouseEvent* event)
{
    event->accept();
    if (event->button() == Qt::LeftButton)
        choose(std::nullopt);
}

void MapColourBar::keyPressEvent(QKeyEvent* event)
{
    const bool upperOne = event->modifiers().testFlag(Qt::ShiftModifier);
    const double step = kKeyStep * (m_colouring.high - m_colouring.low);
    const double from = upperOne ? upper() : lower();
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Right: moveHandle(upperOne, from + step); break;
    case Qt::Key_Down:
    case Qt::Key_Left: moveHandle(upperOne, from - step); break;
    case Qt::Key_Home: choose(std::nullopt); break;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace latentscape::ui
