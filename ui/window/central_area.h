// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QStackedWidget;
class QTabBar;

namespace latentscape::ui {

/// The middle of the window: a header with flat tabs, the plane chooser for more than two latent dimensions and a caption; below it the
/// page of the tab. Owned by the main window.
class CentralArea : public QWidget {
    Q_OBJECT
public:
    enum class PlaneKind { Principal, Axes };
    struct PlaneChoice {
        PlaneKind kind = PlaneKind::Principal;
        int i = 0;
        int j = 1;
        friend bool operator==(const PlaneChoice&, const PlaneChoice&) = default;
    };

    explicit CentralArea(QWidget* parent = nullptr);

    /// Adds a tab with its page; the first one is shown.
    void addPage(const QString& title, QWidget* page);
    void setCurrent(int index);
    [[nodiscard]] int current() const;

    void setCaption(const QString& text);
    /// The chooser is hidden for L ≤ 2.
    void setLatent(int latent);
    [[nodiscard]] PlaneChoice planeChoice() const;
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void currentChanged(int index);
    void planeChosen();

private:
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    QComboBox* m_plane;
    QComboBox* m_axisI;
    QComboBox* m_axisJ;
    QLabel* m_caption;
    QWidget* m_header;
    int m_latent = 2;
};

} // namespace latentscape::ui
