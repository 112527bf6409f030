// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/bar_chart.h"

#include "ui/chrome/text_runs.h"
#include "ui/plots/chart_export.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>

namespace latentscape::ui {

namespace {

constexpr double kSide = 14;
constexpr double kClipboardScale = 2.0;

} // namespace

BarChart::BarChart(const QString& scrollName, QWidget* parent) : QWidget(parent), m_scroll(new QScrollBar(Qt::Horizontal, this))
{
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_scroll->setAccessibleName(scrollName);
    m_scroll->hide();
    connect(m_scroll, &QScrollBar::valueChanged, this, [this] { update(); });
}

void BarChart::changed()
{
    layOut();
    update();
    Q_EMIT cornerChanged();
}

void BarChart::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void BarChart::setHeading(bool on)
{
    if (on == m_heading)
        return;
    m_heading = on;
    updateGeometry();
    layOut();
    update();
}

int BarChart::headerHeight(bool heading) const
{
    return heading ? std::max(36, fontMetrics().height() + 18) : 2;
}

int BarChart::footHeight() const
{
    return QFontMetrics(captionFont(font())).height() + 14;
}

BarChart::Frame BarChart::pictured() const
{
    return {size() + QSize(0, headerHeight(true) - headerHeight(m_heading)), true};
}

BarsPainter BarChart::painterOf(const Frame& frame) const
{
    const double scroll = m_scroll->isVisibleTo(this) ? m_scroll->height() : 0, header = headerHeight(frame.heading);
    const QRectF body(0, header + 2, frame.size.width(), std::max(10.0, frame.size.height() - header - footHeight() - 2 - scroll));
    return BarsPainter(bars(), body, font(), m_theme, style());
}

void BarChart::layOut()
{
    m_scroll->hide();
    const double room = width() - 2 * kSide;
    const double wanted = painterOf(onScreen()).contentWidth();
    if (wanted > room + 1) {
        const int tall = m_scroll->sizeHint().height();
        m_scroll->setGeometry(static_cast<int>(kSide), height() - footHeight() - tall, static_cast<int>(room), tall);
        m_scroll->setRange(0, static_cast<int>(wanted - room));
        m_scroll->setPageStep(static_cast<int>(room));
        m_scroll->setSingleStep(24);
        m_scroll->show();
    } else {
        m_scroll->setRange(0, 0);
    }
}

QSize BarChart::sizeHint() const
{
    return {292, 208};
}

QSize BarChart::minimumSizeHint() const
{
    return {180, headerHeight(m_heading) + footHeight() + 44};
}

void BarChart::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOut();
}

void BarChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, onScreen());
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_theme.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(m_heading ? QRectF(4, 4, width() - 8, headerHeight(true) - 8) : QRectF(rect()).adjusted(4, 1, -4, -1), 6, 6);
    }
}

void BarChart::paint(QPainter& painter, const Frame& frame) const
{
    painter.fillRect(QRect(QPoint(), frame.size), m_theme.surface);
    if (frame.heading)
        paintHeading(painter, frame.size.width(), headerHeight(true));
    if (corner().isEmpty()) {
        painter.setFont(font());
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(QPointF(), QSizeF(frame.size)).adjusted(24, headerHeight(frame.heading) - 6, -24, -12),
                         Qt::AlignCenter | Qt::TextWordWrap, emptyText());
        return;
    }
    painterOf(frame).paint(painter, m_scroll->value(), inactiveWord());
    paintNote(painter, frame.size);
}

void BarChart::paintHeading(QPainter& painter, int width, int height) const
{
    const QFont large = strongFont(font()), small = captionFont(font());
    QString told = corner();
    if (QFontMetricsF(large).horizontalAdvance(title()) + QFontMetricsF(small).horizontalAdvance(told) + 12 > width - 2 * kSide)
        told = shortCorner();
    const double toldWidth = QFontMetricsF(small).horizontalAdvance(told);
    painter.setFont(large);
    painter.setPen(m_theme.text);
    const QRectF titleBox(kSide, 0, width - 2 * kSide - (told.isEmpty() ? 0 : toldWidth + 12), height);
    painter.drawText(titleBox, Qt::AlignVCenter | Qt::AlignLeft, QFontMetricsF(large).elidedText(title(), Qt::ElideRight, titleBox.width()));
    painter.setFont(small);
    painter.setPen(m_theme.muted);
    painter.drawText(QRectF(width - kSide - toldWidth - 1, 0, toldWidth + 2, height), Qt::AlignVCenter | Qt::AlignRight, told);
}

void BarChart::paintNote(QPainter& painter, const QSize& size) const
{
    const QFont small = captionFont(font());
    QRectF foot(kSide, size.height() - footHeight(), size.width() - 2 * kSide, footHeight() - 4);
    if (explainsHatching()) {
        painter.setRenderHint(QPainter::Antialiasing);
        BarsPainter::paintHatched(painter, QRectF(foot.left(), foot.center().y() - 5, 14, 10), m_theme);
        foot.adjust(20, 0, 0, 0);
    }
    const QString told = QFontMetricsF(small).horizontalAdvance(note()) > foot.width() ? shortNote() : note();
    painter.setFont(small);
    painter.setPen(m_theme.muted);
    painter.drawText(foot, Qt::AlignVCenter | Qt::AlignLeft, QFontMetricsF(small).elidedText(told, Qt::ElideRight, foot.width()));
}

void BarChart::showTip(const QPoint& place, const QPoint& global)
{
    QString text;
    if (!corner().isEmpty()) {
        const int position = painterOf(onScreen()).barAt(place, m_scroll->value());
        text = position >= 0 ? tip(position) : place.y() > height() - footHeight() ? note() : QString();
    }
    QToolTip::showText(global, text, this);
}

bool BarChart::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        showTip(help->pos(), help->globalPos());
        return true;
    }
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LanguageChange) {
        layOut();
        update();
    }
    return QWidget::event(event);
}

void BarChart::wheelEvent(QWheelEvent* event)
{
    if (!m_scroll->isVisible()) {
        event->ignore();
        return;
    }
    const QPoint delta = event->angleDelta();
    m_scroll->setValue(m_scroll->value() - (delta.x() != 0 ? delta.x() : delta.y()) / 2);
    event->accept();
}

bool BarChart::exportTo(const QString& path, double scale)
{
    const Frame frame = pictured();
    return exportChart(path, scale, frame.size, title(), [this, frame](QPaintDevice& device) {
        QPainter painter(&device);
        paint(painter, frame);
    });
}

void BarChart::copy()
{
    const Frame frame = pictured();
    copyChart(chartImage(kClipboardScale, frame.size, [this, frame](QPaintDevice& device) {
        QPainter painter(&device);
        paint(painter, frame);
    }), csv());
}

void BarChart::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool filled = !corner().isEmpty();
    menu->addAction(tr("Copy picture and data"), this, &BarChart::copy)->setEnabled(filled);
    menu->addAction(tr("Save as…"), this, &BarChart::exportRequested)->setEnabled(filled);
    QAction* show = menu->addAction(tr("Show as table…"));
    show->setEnabled(filled);
    connect(show, &QAction::triggered, this, [this] { (new ChartTable(table(), window()))->show(); });
    addToMenu(*menu);
    menu->popup(event->globalPos());
}

} // namespace latentscape::ui
