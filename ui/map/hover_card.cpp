// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/hover_card.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {
constexpr double kPadding = 8.0;
constexpr double kPicture = 56.0;
constexpr double kDistance = 14.0; // from the code
} // namespace

HoverCard::HoverCard(QWidget* parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void HoverCard::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void HoverCard::showAt(QPointF place, Content content)
{
    m_content = std::move(content);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const QFontMetricsF metrics(font());
    const double textWidth = std::max({QFontMetricsF(bold).horizontalAdvance(m_content.title), metrics.horizontalAdvance(m_content.subtitle),
                                       metrics.horizontalAdvance(m_content.code)});
    const double picture = m_content.image.isNull() ? 0.0 : kPicture + kPadding;
    const QSize size(static_cast<int>(std::ceil(textWidth + picture + 2 * kPadding)) + 2,
                     static_cast<int>(std::ceil(std::max(picture > 0 ? kPicture : 0.0, 3 * metrics.height() + 2.0) + 2 * kPadding)));
    const QSize room = parentWidget()->size();
    double x = place.x() + kDistance;
    if (x + size.width() > room.width() - 4)
        x = place.x() - kDistance - size.width();
    double y = place.y() + kDistance;
    if (y + size.height() > room.height() - 4)
        y = place.y() - kDistance - size.height();
    setGeometry(QRect(QPoint(std::max(4, static_cast<int>(x)), std::max(4, static_cast<int>(y))), size));
    update();
    show();
    raise();
}

void HoverCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.border, 1.0));
    painter.setBrush(m_theme.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
    double left = kPadding;
    if (!m_content.image.isNull()) {
        QSizeF size = QSizeF(m_content.image.size()).scaled(kPicture, kPicture, Qt::KeepAspectRatio);
        size = size.expandedTo(QSizeF(1, 6)); // a strip stays visible
        const QRectF box(QPointF(left + (kPicture - size.width()) / 2, (height() - size.height()) / 2), size);
        // Shrunk by dropping pixels, a thin line would break.
        painter.setRenderHint(QPainter::SmoothPixmapTransform, size.width() * devicePixelRatioF() < m_content.image.width());
        painter.drawImage(box, m_content.image);
        left += kPicture + kPadding;
    }
    const QFontMetricsF metrics(font());
    double top = (height() - 3 * metrics.height()) / 2;
    const auto line = [&](const QString& text, const QColor& color) {
        painter.setPen(color);
        painter.drawText(QRectF(left, top, width() - left, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, text);
        top += metrics.height();
    };
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    line(m_content.title, m_theme.text);
    painter.setFont(font());
    line(m_content.subtitle, m_theme.muted);
    line(m_content.code, m_theme.text);
}

} // namespace latentscape::ui
