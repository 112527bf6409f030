// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/status_panel.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr double kSide = 14;
constexpr double kCellGap = 22;

/// Padded at the left with figure spaces to the width of the largest number that will stand there.
QString padded(const QString& number, qsizetype width)
{
    return QString(std::max<qsizetype>(0, width - number.size()), QChar(0x2007)) + number;
}

QString clockTime(double seconds)
{
    const auto total = static_cast<qint64>(std::ceil(seconds));
    const qint64 hours = total / 3600, minutes = total / 60 % 60, rest = total % 60;
    if (hours > 0)
        return QStringLiteral("%1:%2:%3").arg(hours).arg(minutes, 2, 10, QLatin1Char('0')).arg(rest, 2, 10, QLatin1Char('0'));
    return QStringLiteral("%1:%2").arg(minutes).arg(rest, 2, 10, QLatin1Char('0'));
}

/// Digits beyond the third change too fast to be read.
qint64 readable(double rate)
{
    const double unit = rate >= 10000 ? 100 : rate >= 1000 ? 10 : 1;
    return static_cast<qint64>(std::llround(rate / unit) * static_cast<long long>(unit));
}

} // namespace

StatusPanel::StatusPanel(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(QStringLiteral("Status"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_left.resize(4);
    compose();
}

void StatusPanel::setValues(const Values& values)
{
    if (values == m_values)
        return;
    if (values.epochs != m_values.epochs || values.batches != m_values.batches) {
        for (Cell& cell : m_left)
            cell.width = 0;
        m_rateDigits = 1;
    }
    m_values = values;
    compose();
    update();
}

void StatusPanel::compose()
{
    const Values& v = m_values;
    QString place;
    if (v.epochs > 0) {
        const QString epoch = grouped(v.epoch);
        if (v.batches > 0)
            place = tr("epoch <b>%1</b>/%2 · batch <b>%3</b>/%4")
                        .arg(epoch, grouped(v.epochs), padded(grouped(v.batch), grouped(v.batches).size()), grouped(v.batches));
        else
            place = tr("epoch <b>%1</b>/%2").arg(epoch, grouped(v.epochs));
    }
    QString rate;
    if (v.imagesPerSecond > 0) {
        const QString number = grouped(readable(v.imagesPerSecond));
        m_rateDigits = std::max(m_rateDigits, static_cast<int>(number.size()));
        rate = (m_vectors ? tr("<b>%1</b> samples/s") : tr("<b>%1</b> images/s")).arg(padded(number, m_rateDigits));
    }
    const QString left = v.secondsLeft < 0 ? QString() : tr("<b>%1</b> left").arg(clockTime(v.secondsLeft));
    const QString state = v.state.isEmpty() ? QString() : QStringLiteral("<b>%1</b>").arg(v.state);
    const QString markup[] = {state, place, rate, left};
    QStringList spoken;
    for (std::size_t i = 0; i < m_left.size(); ++i) {
        Cell& cell = m_left[i];
        cell.runs = TextRuns(markup[i]);
        cell.width = markup[i].isEmpty() ? 0 : std::max(cell.width, cell.runs.width(font()));
        if (!markup[i].isEmpty())
            spoken += cell.runs.plain();
    }
    m_right.clear();
    if (!v.network.isEmpty())
        m_right += v.network;
    if (!v.seed.isEmpty())
        m_right += tr("seed %1").arg(v.seed);
    if (!v.device.isEmpty())
        m_right += v.device;
    const QString description = (spoken + m_right).join(QStringLiteral(", "));
    if (description != accessibleDescription())
        setAccessibleDescription(description);
    setToolTip(m_right.join(QStringLiteral("\n")));
}

void StatusPanel::setVectors(bool vectors)
{
    if (vectors == m_vectors)
        return;
    m_vectors = vectors;
    compose();
    update();
}

void StatusPanel::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void StatusPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::FontChange) {
        for (Cell& cell : m_left)
            cell.width = 0;
        compose();
        updateGeometry();
        update();
    }
    QWidget::changeEvent(event);
}

QSize StatusPanel::sizeHint() const
{
    return {900, std::max(28, fontMetrics().height() + 10)};
}

QSize StatusPanel::minimumSizeHint() const
{
    return {320, sizeHint().height()};
}

double StatusPanel::progressWidth() const
{
    return std::clamp(width() * 0.118, 60.0, 160.0);
}

void StatusPanel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.window);
    painter.fillRect(QRect(0, 0, width(), 1), m_theme.border);
    painter.setRenderHint(QPainter::Antialiasing);

    const double middle = (height() + 1) / 2.0;
    const QRectF track(kSide, middle - 2, progressWidth(), 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.border);
    painter.drawRoundedRect(track, 2, 2);
    const double fraction = std::clamp(m_values.fraction, 0.0, 1.0);
    if (fraction > 0) {
        painter.setBrush(m_theme.accent);
        painter.drawRoundedRect(QRectF(track.topLeft(), QSizeF(std::max(4.0, track.width() * fraction), 4)), 2, 2);
    }

    const double end = width() - kSide;
    double x = track.right() + 16;
    for (const Cell& cell : m_left) {
        if (cell.width <= 0)
            continue;
        const bool fits = x + cell.width <= end;
        if (!fits && &cell != &m_left[0] && &cell != &m_left[1])
            break; // speed and time go first; a number cut in half would be read wrongly
        cell.runs.paint(painter, QRectF(x, 1, std::min(cell.width, end - x) + 1, height() - 1), font(), m_theme.muted, m_theme.text);
        x += cell.width + kCellGap;
    }

    painter.setFont(font());
    painter.setPen(m_theme.muted);
    const QFontMetricsF metrics(font());
    double right = end;
    for (auto text = m_right.crbegin(); text != m_right.crend(); ++text) {
        const double wanted = metrics.horizontalAdvance(*text) + 1;
        const double room = right - x;
        if (room < std::min(wanted, 90.0))
            break;
        const double width = std::min(wanted, room);
        painter.drawText(QRectF(right - width, 1, width, height() - 1), Qt::AlignVCenter | Qt::AlignRight,
                         metrics.elidedText(*text, Qt::ElideRight, width));
        right -= width + kCellGap;
    }
}

} // namespace latentscape::ui
