// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QString>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace latentscape::ui {

/// One row of a form: a muted label at the left, the control at the right, and below the control, when its entry is refused, the reason.
/// A dot after the label marks a value that differs from the running one. Owned by its panel; GUI thread.
class FormRow : public QWidget {
    Q_OBJECT

public:
    FormRow(const QString& label, QWidget* control, QWidget* parent);

    void setTheme(const Theme& theme);
    void setLabel(const QString& label);
    [[nodiscard]] QString label() const { return m_text; }
    [[nodiscard]] QWidget* control() const noexcept { return m_control; }
    /// Preferred width of the label with room for the dot.
    [[nodiscard]] int labelHint() const;
    /// A label that does not fit is elided and becomes the tool tip.
    void setLabelWidth(int width);
    /// Plain text; empty takes the reason away.
    void setError(const QString& reason);
    [[nodiscard]] QString error() const;
    /// note: what the dot means, for the tool tip and the control's accessible description; empty takes the dot away.
    void setMark(const QString& note);
    /// Why the control cannot be used now, for its accessible description; empty takes it away.
    void setHint(const QString& hint);
    [[nodiscard]] bool isMarked() const { return !m_mark.isEmpty(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();
    void showLabel();

    Theme m_theme = Theme::light();
    QLabel* m_label;
    QString m_text;
    QWidget* m_control;
    QLabel* m_error = nullptr;
    QVBoxLayout* m_layout;
    QString m_mark;
    QString m_hint;
};

} // namespace latentscape::ui
