// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/session.h"
#include "app/window/plane_controller.h"
#include "ui/window/main_window.h"

#include <QObject>

namespace latentscape::app {

/// Keeps the map's codes, captions and axis names in step with the newest snapshot, the plane and the labels. GUI thread only; owned by
/// AppWindow.
class MapController : public QObject {
    Q_OBJECT
public:
    MapController(Session& session, const ui::MainWindow& window, const PlaneController& planes, QObject* parent);

private:
    void prepareForRun();
    void takeLabels();
    void showCodes();
    void showNames();
    void describe();

    Session& m_session;
    const ui::MainWindow::Parts& m_parts;
    const PlaneController& m_planes;
};

} // namespace latentscape::app
