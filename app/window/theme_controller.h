// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QObject>
#include <QPalette>

namespace latentscape::ui {
class MainWindow;
}

namespace latentscape::app {

enum class Appearance { System, Light, Dark };

/// Chooses the theme and hands it to the application and the window. GUI thread only; owned by AppWindow.
class ThemeController : public QObject {
    Q_OBJECT
public:
    ThemeController(ui::MainWindow& window, Appearance appearance, QObject* parent);

    void setAppearance(Appearance appearance);
    [[nodiscard]] Appearance appearance() const { return m_appearance; }
    [[nodiscard]] const ui::Theme& theme() const { return m_theme; }

Q_SIGNALS:
    void themeChanged(const latentscape::ui::Theme& theme);
    void appearanceChosen(latentscape::app::Appearance appearance);

private:
    void apply();

    ui::MainWindow& m_window;
    Appearance m_appearance;
    QPalette m_systemPalette; ///< before ours replaced it: tells whether the system is dark
    ui::Theme m_theme;
    bool m_applying = false;
};

} // namespace latentscape::app
