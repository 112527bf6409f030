// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/decode_service.h"
#include "app/session/session.h"
#include "app/window/explorer_controller.h"
#include "ui/window/main_window.h"

#include <QObject>

#include <vector>

namespace latentscape::app {

/// The Path tool: anchors on the map, the way between them, the filmstrip and its playing. Anchors keep all L coordinates.
/// GUI thread only; owned by AppWindow.
class PathController : public QObject {
    Q_OBJECT
public:
    PathController(Session& session, ExplorerController& explorer, ui::MainWindow& window, QObject* parent);

    [[nodiscard]] std::size_t anchorCount() const;

private:
    void chooseTool(bool path);
    void addAnchor(PlanePoint point, qsizetype row);
    void clear();
    void update();
    void askForFrames();
    void showPosition(double position);
    [[nodiscard]] std::vector<float> pathCodes(std::size_t steps) const;

    Session& m_session;
    ExplorerController& m_explorer;
    ui::MainWindow& m_window;
    const ui::MainWindow::Parts& m_parts;
    std::vector<float> m_anchors; ///< [K, L]
    std::size_t m_latent = 0;     ///< L of the anchors
};

} // namespace latentscape::app
