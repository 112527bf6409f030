// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/decode_service.h"
#include "app/session/session.h"
#include "app/window/explorer_controller.h"
#include "ui/window/main_window.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <vector>

namespace latentscape::app {

/// The sliders of the Decoded panel for L > 2: their order by KL, which dimensions are unused and why, and the latent traversals – five
/// small images along each – around the probe. GUI thread only; owned by AppWindow.
class TraversalController : public QObject {
    Q_OBJECT
public:
    TraversalController(Session& session, ExplorerController& explorer, const ui::MainWindow& window, QObject* parent);

private:
    void showOrder();
    void askForPreviews();
    void onDecoded(const DecodeResult& result);

    Session& m_session;
    ExplorerController& m_explorer;
    const ui::MainWindow::Parts& m_parts;
    QTimer m_timer;                 ///< previews follow at reading speed
    std::vector<int> m_dimensions;  ///< of the previews as last asked
    std::uint64_t m_shown = 0;      ///< the request whose answer is shown
    std::vector<int> m_order;       ///< of the sliders, from the top
    double m_sortedAt = 0.0;        ///< epoch of the snapshot that m_order comes from; 0: none of a trained model yet
    QElapsedTimer m_sinceUses;
};

} // namespace latentscape::app
