// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

namespace latentscape::ui {

/// Tells how well the data supports the decoded point: a dot (good) or a triangle (warning) and a sentence on a sunken ground. Reserves
/// two lines, so that a longer sentence moves nothing. Owned by the DecodedPanel; GUI thread.
class SupportChip : public QWidget {
    Q_OBJECT

public:
    enum class Level { None, Good, Thin, Far };

    explicit SupportChip(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setContent(Level level, const QString& text);
    [[nodiscard]] QString text() const { return m_text; }
    [[nodiscard]] Level level() const noexcept { return m_level; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::light();
    QString m_text;
    Level m_level = Level::None;
};

} // namespace latentscape::ui
