// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace latentscape::ui {

class ClassLoss;
class KlBars;
class TextCell;

/// The panel beside the loss plot: KL per dimension and, for labelled data, the loss by class on a second tab. Without labels the bars
/// name themselves and there are no tabs. Owns both charts; owned by the main window; GUI thread.
class DiagnosticsPanel : public QWidget {
    Q_OBJECT

public:
    explicit DiagnosticsPanel(QWidget* parent = nullptr);

    [[nodiscard]] KlBars* kl() const { return m_kl; }
    [[nodiscard]] ClassLoss* classes() const { return m_classes; }
    /// Whether there are classes to compare: the second tab comes and goes with them.
    void setLabelled(bool labelled);
    void setTheme(const Theme& theme);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showCorner();

    Theme m_theme = Theme::light();
    QWidget* m_header;
    QTabBar* m_tabs;
    TextCell* m_corner;
    QStackedWidget* m_pages;
    KlBars* m_kl;
    ClassLoss* m_classes;
};

} // namespace latentscape::ui
