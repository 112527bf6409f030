// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QDockWidget>

namespace latentscape::ui {

/// A dock whose panel brings its own heading: the title bar is an 8-pixel strip that shows a grip under the mouse. Drag it to move the
/// dock, right-click or the View menu closes it. Owned by the main window.
class DockFrame : public QDockWidget {
    Q_OBJECT
public:
    /// title: for menus and tabs; objectName: for the saved layout.
    DockFrame(const QString& title, const QString& objectName, QWidget* panel, QWidget* parent);

    void setTheme(const Theme& theme);
};

} // namespace latentscape::ui
