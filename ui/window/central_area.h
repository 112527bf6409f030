// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

class QFrame;
class QLabel;
class QStackedWidget;
class QTabBar;
class QVBoxLayout;

namespace latentscape::ui {

/// The middle of the window: a header with flat tabs and a caption; below it, on the tabs that want it, a row of options and a 1-px line;
/// below that the page of the tab. Owned by the main window.
class CentralArea : public QWidget {
    Q_OBJECT
public:
    explicit CentralArea(QWidget* parent = nullptr);

    /// What stands above a page besides the tabs.
    enum class Above { Nothing, Caption, CaptionAndOptions };
    /// Adds a tab with its page; the first one is shown.
    void addPage(const QString& title, QWidget* page, Above above = Above::Nothing);
    /// Takes ownership. Replaces a former one, which is deleted.
    void setOptionsRow(QWidget* row);
    void setCurrent(int index);
    [[nodiscard]] int current() const;

    void setCaption(const QString& text);
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void currentChanged(int index);

private:
    void showAbove();

    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    QLabel* m_caption;
    QWidget* m_header;
    QWidget* m_options = nullptr;
    QFrame* m_line;
    QVBoxLayout* m_column;
    std::vector<Above> m_above; ///< by page
    QString m_captionText;
};

} // namespace latentscape::ui
