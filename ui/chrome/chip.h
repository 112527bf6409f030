// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QIcon>
#include <QWidget>

namespace latentscape::ui {

/// A rounded, sunken label such as "● CPU · 2 threads". Elides when it gets less room than it wants. Owned by its parent; GUI thread.
class Chip : public QWidget {
    Q_OBJECT

public:
    /// What stands before the text: nothing, a dot in the "good" colour, or a warning triangle (not the colour alone).
    enum class Mark { None, Good, Warning };

    explicit Chip(QWidget* parent = nullptr);

    void setText(const QString& text);
    [[nodiscard]] QString text() const { return m_text; }
    void setMark(Mark mark);
    [[nodiscard]] Mark mark() const { return m_mark; }
    void setTheme(const Theme& theme);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int markWidth() const;

    QString m_text;
    Mark m_mark = Mark::None;
    Theme m_theme = Theme::light();
    QIcon m_warning;
};

} // namespace latentscape::ui
