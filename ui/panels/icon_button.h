// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QIcon>

namespace latentscape::ui {

/// A small flat button with an icon alone, painted from the theme, because a list may hold hundreds. Its owner gives it its accessible
/// name and tool tip. Owned by its parent; GUI thread.
class IconButton : public QAbstractButton {
    Q_OBJECT

public:
    static constexpr int kSide = 22; ///< width and height

    explicit IconButton(IconName icon, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Makes it checkable, with another icon while it is checked.
    void setCheckedIcon(IconName icon);

    [[nodiscard]] QSize sizeHint() const override { return {kSide, kSide}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::light();
    IconName m_normal;
    IconName m_checked;
    QIcon m_icon; ///< as last painted
    IconName m_iconName = IconName::Dot;
    QColor m_iconColor;
};

} // namespace latentscape::ui
