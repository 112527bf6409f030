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

    /// Adds a tab with its page; the first one is shown. withOptions: the options row is visible on it.
    void addPage(const QString& title, QWidget* page, bool withOptions = false);
    /// Takes ownership. Replaces a former one, which is deleted.
    void setOptionsRow(QWidget* row);
    void setCurrent(int index);
    [[nodiscard]] int current() const;

    void setCaption(const QString& text);
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void currentChanged(int index);

private:
    void showOptions();

    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    QLabel* m_caption;
    QWidget* m_header;
    QWidget* m_options = nullptr;
    QFrame* m_line;
    QVBoxLayout* m_column;
    std::vector<bool> m_withOptions; ///< by page
};

} // namespace latentscape::ui
