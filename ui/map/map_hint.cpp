// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_hint.h"

#include <QAccessible>
#include <QFontMetrics>
#include <QPainter>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr int kPaddingX = 12, kPaddingY = 6;
constexpr int kRadius = 14;
} // namespace

MapHint::MapHint(QWidget* parent)
    : QWidget(parent)
    , m_timer(this)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    m_timer.setSingleShot(true);
    m_timer.setInterval(kShownMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { setSentence({}); });
    hide();
}

void MapHint::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void MapHint::setSentence(const QString& sentence)
{
    if (!sentence.isEmpty())
        m_timer.start(); // the same sentence again stays longer
    else
        m_timer.stop();
    if (sentence == m_sentence)
        return;
    m_sentence = sentence;
    setAccessibleName(sentence);
    setVisible(!sentence.isEmpty());
    Q_EMIT sentenceChanged();
    if (sentence.isEmpty() || !QAccessible::isActive())
        return;
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void MapHint::place(QPoint corner, int widest)
{
    const int width = std::max(60, widest - 2 * kPaddingX);
    const QRect text = fontMetrics().boundingRect(QRect(0, 0, width, 10'000), Qt::TextWordWrap, m_sentence);
    setGeometry(QRect(corner, QSize(text.width() + 2 * kPaddingX + 1, text.height() + 2 * kPaddingY)));
    update();
}

void MapHint::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.95f);
    painter.setPen(QPen(m_theme.border, 1.0));
    painter.setBrush(ground);
    const double radius = std::min<double>(kRadius, height() / 2.0);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter.setFont(font());
    painter.setPen(m_theme.text);
    painter.drawText(rect().adjusted(kPaddingX, kPaddingY, -kPaddingX + 1, -kPaddingY), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap,
                     m_sentence);
}

} // namespace latentscape::ui
