// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/form_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

namespace latentscape::ui {

namespace {
constexpr int kControlHeight = 26;
constexpr int kGap = 8;
constexpr double kDot = 5.0;
constexpr int kDotRoom = 9;
} // namespace

FormRow::FormRow(const QString& label, QWidget* control, QWidget* parent)
    : QWidget(parent), m_label(new QLabel(label, this)), m_text(label), m_control(control), m_layout(new QVBoxLayout(this))
{
    m_label->setProperty("role", QStringLiteral("muted"));
    m_label->setTextFormat(Qt::PlainText);
    m_label->setBuddy(control);
    m_label->setFixedHeight(kControlHeight);
    control->setParent(this);
    control->setMinimumWidth(60);
    control->setFixedHeight(kControlHeight);
    control->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(kGap);
    line->addWidget(m_label);
    line->addWidget(control, 1);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(2);
    m_layout->addLayout(line);
}

void FormRow::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void FormRow::setLabel(const QString& label)
{
    if (label == m_text)
        return;
    m_text = label;
    showLabel();
}

int FormRow::labelHint() const { return m_label->fontMetrics().horizontalAdvance(m_text) + kDotRoom - kGap + 3; }

void FormRow::setLabelWidth(int width)
{
    m_label->setFixedWidth(width);
    showLabel();
}

void FormRow::showLabel()
{
    const int room = m_label->maximumWidth() - (kDotRoom - kGap + 3);
    const QString shown = m_label->fontMetrics().elidedText(m_text, Qt::ElideRight, room);
    m_label->setText(shown);
    m_label->setToolTip(shown == m_text ? m_mark : m_mark.isEmpty() ? m_text : m_text + QLatin1Char('\n') + m_mark);
}

void FormRow::setError(const QString& reason)
{
    if (reason == error())
        return;
    if (!m_error) {
        m_error = new QLabel(this);
        m_error->setProperty("role", QStringLiteral("error"));
        m_error->setTextFormat(Qt::PlainText);
        m_error->setWordWrap(true);
        m_error->setContentsMargins(0, 0, 0, 3);
        m_layout->addWidget(m_error);
    }
    m_error->setText(reason);
    m_error->setVisible(!reason.isEmpty());
    m_control->setProperty("invalid", !reason.isEmpty());
    m_control->style()->unpolish(m_control);
    m_control->style()->polish(m_control);
    describe();
}

QString FormRow::error() const { return m_error ? m_error->text() : QString(); }

void FormRow::setMark(const QString& note)
{
    if (m_mark == note)
        return;
    m_mark = note;
    showLabel();
    describe();
    update();
}

void FormRow::setHint(const QString& hint)
{
    if (m_hint == hint)
        return;
    m_hint = hint;
    describe();
}

void FormRow::describe() { m_control->setAccessibleDescription(!error().isEmpty() ? error() : !m_hint.isEmpty() ? m_hint : m_mark); }

void FormRow::paintEvent(QPaintEvent*)
{
    if (m_mark.isEmpty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.accent);
    const double x = m_label->x() + m_label->sizeHint().width() + 4.0;
    painter.drawEllipse(QRectF(x, (kControlHeight - kDot) / 2.0, kDot, kDot));
}

} // namespace latentscape::ui
