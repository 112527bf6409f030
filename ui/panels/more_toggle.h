// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QString>
#include <QStringList>
#include <QToolButton>

namespace latentscape::ui {

/// The line below the usual rows of a section that shows and hides the rare ones. Closed, it says how many of those are not as usual, so
/// that nothing that decides a run is out of sight. Owned by its panel; GUI thread.
class MoreToggle : public QToolButton {
    Q_OBJECT

public:
    MoreToggle(const QString& accessibleName, QWidget* parent);

    void setTheme(const Theme& theme);
    [[nodiscard]] bool isOpen() const { return isChecked(); }
    /// How many hidden settings differ from the usual ones, and their names for the tool tip.
    void setUnusual(const QStringList& names);

private:
    void showState();

    Theme m_theme = Theme::light();
    QStringList m_unusual;
};

} // namespace latentscape::ui
