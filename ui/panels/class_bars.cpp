// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/class_bars.h"

#include "ui/chrome/text_runs.h"
#include "ui/theme/color_mix.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStringList>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr std::size_t kMostBars = 12;
constexpr int kRowHeight = 20;
constexpr double kGap = 8.0;
constexpr double kWidestName = 0.4; // share of the width
constexpr double kBarHeight = 10.0;
constexpr double kFontScale = 0.93;

QFont barFont(const QFont& base)
{
    QFont font = base;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * kFontScale);
    return font;
}
} // namespace

ClassBars::ClassBars(QWidget* parent) : QWidget(parent), m_type(barFont(font()))
{
    setAccessibleName(tr("Classes of the selection"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ClassBars::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void ClassBars::setBars(const std::vector<Bar>& bars)
{
    const int before = sizeHint().height();
    m_bars.clear();
    QStringList sentences;
    for (const Bar& bar : bars) {
        if (bar.count == 0)
            continue;
        m_bars.push_back(bar);
        sentences << sentence(bar);
    }
    setAccessibleDescription(sentences.join(QLatin1Char(' ')));
    if (sizeHint().height() != before)
        updateGeometry();
    update();
}

std::size_t ClassBars::shown() const { return m_bars.size() > kMostBars ? kMostBars - 1 : m_bars.size(); }

int ClassBars::rowHeight() const { return std::max(kRowHeight, static_cast<int>(std::ceil(m_type.metrics().height())) + 3); }

QString ClassBars::sentence(const Bar& bar) const
{
    return tr("%1: %2 of %3 images.")
        .arg(bar.name, grouped(static_cast<qint64>(bar.count)), grouped(static_cast<qint64>(bar.total)));
}

QSize ClassBars::sizeHint() const
{
    const std::size_t rows = shown() + (m_bars.size() > shown() ? 1 : 0);
    return {160, static_cast<int>(rows) * rowHeight()};
}

QSize ClassBars::minimumSizeHint() const { return {100, sizeHint().height()}; }

void ClassBars::paintEvent(QPaintEvent*)
{
    if (m_bars.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    std::size_t largest = 1;
    double names = 0.0;
    double counts = 0.0;
    for (std::size_t i = 0; i < shown(); ++i) {
        largest = std::max(largest, m_bars[i].count);
        names = std::max(names, m_type.width(m_bars[i].name));
        counts = std::max(counts, m_type.width(grouped(static_cast<qint64>(m_bars[i].count))));
    }
    names = std::ceil(std::min(names, kWidestName * width()));
    const int height = rowHeight();
    const double left = names + kGap;
    const double room = std::max(4.0, width() - left - kGap - counts);
    for (std::size_t i = 0; i < shown(); ++i) {
        const Bar& bar = m_bars[i];
        const QRectF line(0, static_cast<int>(i) * height, width(), height);
        painter.setPen(m_theme.text);
        m_type.draw(painter, QRectF(0, line.top(), names, height), Qt::AlignLeft, m_type.elided(bar.name, names));
        const double length = std::max(2.0, room * static_cast<double>(bar.count) / static_cast<double>(largest));
        painter.setPen(Qt::NoPen);
        painter.setBrush(bar.color);
        painter.drawRoundedRect(QRectF(left, line.center().y() - kBarHeight / 2, length, kBarHeight), 2, 2);
        painter.setPen(m_theme.muted);
        // Close to the end of its bar, as in the KL panel.
        m_type.draw(painter, QRectF(left + length + kGap - 2, line.top(), counts + 2, height), Qt::AlignLeft,
                    grouped(static_cast<qint64>(bar.count)));
    }
    if (m_bars.size() > shown()) {
        painter.setPen(m_theme.muted);
        const QRectF line(0, static_cast<int>(shown()) * height, width(), height);
        m_type.draw(painter, line, Qt::AlignLeft, tr("and %1 more classes").arg(m_bars.size() - shown()));
    }
}

void ClassBars::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        m_type = TabularText(barFont(font()));
        updateGeometry();
    }
    QWidget::changeEvent(event);
}

bool ClassBars::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int row = help->pos().y() / rowHeight();
        if (row >= 0 && static_cast<std::size_t>(row) < shown())
            QToolTip::showText(help->globalPos(), sentence(m_bars[static_cast<std::size_t>(row)]), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

} // namespace latentscape::ui
