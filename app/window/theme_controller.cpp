// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/theme_controller.h"

#include "ui/theme/style_sheet.h"
#include "ui/window/main_window.h"

#include <QAction>
#include <QApplication>

namespace latentscape::app {

ThemeController::ThemeController(ui::MainWindow& window, Appearance appearance, QObject* parent)
    : QObject(parent)
    , m_window(window)
    , m_appearance(appearance)
    , m_systemPalette(QApplication::palette())
{
    const auto& actions = window.actions();
    const auto choose = [this](QAction* action, Appearance value) {
        connect(action, &QAction::triggered, this, [this, value] {
            setAppearance(value);
            Q_EMIT appearanceChosen(value);
        });
    };
    choose(actions.themeSystem, Appearance::System);
    choose(actions.themeLight, Appearance::Light);
    choose(actions.themeDark, Appearance::Dark);
    connect(&window, &ui::MainWindow::appearanceChanged, this, [this] {
        if (m_applying)
            return; // our own palette, not the system's
        QApplication::setPalette(QPalette());
        m_systemPalette = QApplication::palette();
        apply();
    });
    apply();
}

void ThemeController::setAppearance(Appearance appearance)
{
    m_appearance = appearance;
    apply();
}

void ThemeController::apply()
{
    m_applying = true;
    const bool systemIsDark = m_systemPalette.color(QPalette::Window).lightness() < 128;
    const bool dark = m_appearance == Appearance::Dark || (m_appearance == Appearance::System && systemIsDark);
    m_theme = dark ? ui::Theme::darkTheme() : ui::Theme::light();
    QApplication::setPalette(ui::palette(m_theme));
    qApp->setStyleSheet(ui::styleSheet(m_theme));
    m_window.setTheme(m_theme);
    const auto& actions = m_window.actions();
    (m_appearance == Appearance::System ? actions.themeSystem : m_appearance == Appearance::Light ? actions.themeLight : actions.themeDark)
        ->setChecked(true);
    m_applying = false;
    Q_EMIT themeChanged(m_theme);
}

} // namespace latentscape::app
