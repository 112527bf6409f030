// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/code_edit.h"

#include "ui/panels/number_text.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
// Digits are painted as often as they can be read: with the first image after so many milliseconds, and after the last one.
constexpr qint64 kShownMs = 45;
constexpr int kLatestShownMs = 60;
// The field's own text follows a drag with the first image after so many milliseconds, so that both are one repaint, and after the last one.
constexpr qint64 kTextMs = 240;
constexpr int kLatestTextMs = 300;
} // namespace

CodeEdit::CodeEdit(QWidget* parent) : QLineEdit(parent), m_type(font())
{
    setAccessibleName(tr("Code"));
    setToolTip(tr("The probe's coordinates in latent space. Click to type others, such as 0.62, −1.18."));
    setAlignment(Qt::AlignRight);
    setAttribute(Qt::WA_OpaquePaintEvent); // so that a frame of a drag need not paint all panels under it
    setEnabled(false);
    updateType();
    m_latestShown.setSingleShot(true);
    m_latestShown.setInterval(kLatestShownMs);
    connect(&m_latestShown, &QTimer::timeout, this, &CodeEdit::showNow);
    m_latestText.setSingleShot(true);
    m_latestText.setInterval(kLatestTextMs);
    connect(&m_latestText, &QTimer::timeout, this, [this] {
        if (!hasFocus())
            putText();
    });
    connect(this, &QLineEdit::textEdited, this, [this] {
        std::vector<float> z;
        // A reason is shown only once Enter was refused: every code is incomplete while it is being typed.
        if (m_complained && check(z).isEmpty()) {
            m_complained = false;
            Q_EMIT problemChanged({});
        }
    });
}

void CodeEdit::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void CodeEdit::setLatent(int latent) { m_latent = latent; }

void CodeEdit::setCode(std::span<const float> z)
{
    if (std::equal(z.begin(), z.end(), m_code.begin(), m_code.end()))
        return;
    m_code.assign(z.begin(), z.end());
    setEnabled(!m_code.empty());
    if (hasFocus() && isModified())
        return;
    showText();
}

void CodeEdit::showText()
{
    if (hasFocus() || m_code.empty() || !m_shownAge.isValid() || m_shownAge.hasExpired(kShownMs))
        showNow();
    else if (!m_latestShown.isActive())
        m_latestShown.start();
}

void CodeEdit::showNow()
{
    m_latestShown.stop();
    m_shownAge.start();
    m_shown = m_code.empty() ? QString() : codeText(m_code);
    update();
    // A line edit lays its text out and tells assistive programs of it, which is too much for every frame of a drag.
    if (hasFocus() || m_code.empty() || !m_textAge.isValid() || m_textAge.hasExpired(kTextMs))
        putText();
    else if (!m_latestText.isActive())
        m_latestText.start();
}

void CodeEdit::putText()
{
    m_latestText.stop();
    if (text() == m_shown)
        return;
    setText(m_shown);
    setCursorPosition(0);
    m_textAge.start();
}

void CodeEdit::paintEvent(QPaintEvent* event)
{
    if (hasFocus()) {
        QPainter(this).fillRect(rect(), m_theme.surface);
        QLineEdit::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.surface);
    const QString shown = m_type.elided(m_code.empty() ? QStringLiteral("–") : m_shown, width());
    painter.setPen(m_code.empty() ? m_theme.muted : m_theme.text);
    m_type.draw(painter, rect(), Qt::AlignRight, shown);
    if (underMouse() && isEnabled()) {
        const double left = width() - m_type.width(shown);
        painter.fillRect(QRectF(left, std::round(height() / 2.0 + m_type.metrics().height() / 2), width() - left, 1), m_theme.accent);
    }
}

void CodeEdit::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        commit();
        return;
    }
    if (event->key() == Qt::Key_Escape && (isModified() || m_complained)) {
        revert();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void CodeEdit::focusInEvent(QFocusEvent* event)
{
    if (m_latestShown.isActive())
        showNow();
    putText();
    QLineEdit::focusInEvent(event);
    setModified(false);
    if (event->reason() != Qt::MouseFocusReason)
        selectAll();
}

void CodeEdit::focusOutEvent(QFocusEvent* event)
{
    if (isModified()) {
        std::vector<float> z;
        if (check(z).isEmpty())
            commit();
        else
            revert();
    }
    QLineEdit::focusOutEvent(event);
    setCursorPosition(0);
}

void CodeEdit::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        updateType();
    QLineEdit::changeEvent(event);
}

void CodeEdit::commit()
{
    std::vector<float> z;
    const QString problem = check(z);
    if (!problem.isEmpty()) {
        m_complained = true;
        Q_EMIT problemChanged(problem);
        return;
    }
    if (m_complained) {
        m_complained = false;
        Q_EMIT problemChanged({});
    }
    if (!isModified())
        return;
    setModified(false);
    m_code = z;
    m_shown = codeText(m_code);
    setText(m_shown);
    Q_EMIT codeEdited(z);
}

void CodeEdit::revert()
{
    m_shown = m_code.empty() ? QString() : codeText(m_code);
    setText(m_shown);
    setModified(false);
    if (m_complained) {
        m_complained = false;
        Q_EMIT problemChanged({});
    }
}

void CodeEdit::updateType()
{
    QFont type = font();
    type.setWeight(QFont::DemiBold);
    m_type = TabularText(type);
    update();
}

QString CodeEdit::check(std::vector<float>& z) const
{
    const auto read = readCode(text());
    if (!read)
        return tr("Only numbers, separated by commas, can stand here.");
    if (static_cast<int>(read->size()) != m_latent)
        return m_latent == 1 ? tr("One number is needed; found %1.").arg(read->size())
                             : tr("%1 numbers are needed; found %2.").arg(m_latent).arg(read->size());
    z = *read;
    return {};
}

} // namespace latentscape::ui
