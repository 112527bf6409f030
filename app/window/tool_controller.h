// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/window/main_window.h"

#include <QObject>

namespace latentscape::app {

/// The tools of the map: hands the chosen one to the map, which then explains it in one sentence, and brings its panel to the front. GUI
/// thread only; owned by AppWindow.
class ToolController : public QObject {
    Q_OBJECT
public:
    ToolController(ui::MainWindow& window, QObject* parent);

private:
    void choose(QAction* action, bool explain);

    ui::MainWindow& m_window;
};

} // namespace latentscape::app
