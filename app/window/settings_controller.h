// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/session.h"
#include "core/train/metrics_log.h"
#include "ui/window/main_window.h"

#include <QObject>

namespace latentscape::app {

/// Tells the panels what the data are like: which settings work with them, their classes, whether they are images; and says so when
/// settings had to change for a data set. Made before the TrainingController: the panel must know the data before it is given a run's
/// settings. GUI thread only; owned by AppWindow.
class SettingsController : public QObject {
    Q_OBJECT
public:
    SettingsController(Session& session, const ui::MainWindow& window, QObject* parent);

private:
    void showData();
    void showClassLosses(const MetricsLog::Update& update);
    void explain(const RunConfig& wanted);

    Session& m_session;
    const ui::MainWindow::Parts& m_parts;
};

} // namespace latentscape::app
