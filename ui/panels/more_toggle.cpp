// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/more_toggle.h"

#include "ui/theme/icons.h"

namespace latentscape::ui {

MoreToggle::MoreToggle(const QString& accessibleName, QWidget* parent) : QToolButton(parent)
{
    setAccessibleName(accessibleName);
    setProperty("role", QStringLiteral("disclosure"));
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setIconSize({11, 11});
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(this, &QToolButton::toggled, this, [this] { showState(); });
    showState();
}

void MoreToggle::setTheme(const Theme& theme)
{
    m_theme = theme;
    showState();
}

void MoreToggle::setUnusual(const QStringList& names)
{
    if (names == m_unusual)
        return;
    m_unusual = names;
    showState();
}

void MoreToggle::showState()
{
    const auto count = m_unusual.size();
    setText(isOpen() || count == 0 ? (isOpen() ? tr("Less") : tr("More")) : tr("More · %1 set").arg(count));
    setIcon(makeIcon(isOpen() ? IconName::ChevronUp : IconName::ChevronDown, m_theme.muted, m_theme.muted));
    setToolTip(isOpen() ? tr("Hides the settings that are rarely changed.")
               : count == 0
                   ? tr("Shows the settings that are rarely changed.")
                   : tr("Shows the settings that are rarely changed. Not as usual: %1.").arg(m_unusual.join(QStringLiteral(", "))));
    setAccessibleDescription(toolTip());
}

} // namespace latentscape::ui
