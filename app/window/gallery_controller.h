// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/train/decode_service.h"
#include "app/session/session.h"
#include "app/window/explorer_controller.h"
#include "ui/panels/samples_view.h"
#include "ui/window/main_window.h"

#include <QObject>
#include <QTimer>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace latentscape::app {

/// The three galleries beside the map: manifold grid, reconstructions, samples. Each follows the training while its tab is in front.
/// GUI thread only; owned by AppWindow.
class GalleryController : public QObject {
    Q_OBJECT
public:
    GalleryController(Session& session, ExplorerController& explorer, const PlaneController& planes, const ui::MainWindow& window, QObject* parent);

private:
    void refreshCurrent();
    void probeCode(const std::vector<float>& codes, int index);
    /// [columns · rows, L] of the Manifold tab, around the probe as it stands.
    [[nodiscard]] std::vector<float> manifoldCodes() const;
    void askForManifold();
    void askForReconstructions();
    void askForSamples();
    /// Fresh draws, or the same ones at another temperature.
    void drawSamples(ui::SamplesView::Source source, bool fresh = true);
    void showDraws();
    void chooseReconstructions();
    void onDecoded(const DecodeResult& result);

    Session& m_session;
    ExplorerController& m_explorer;
    const ui::MainWindow::Parts& m_parts;
    RandomStream m_random; ///< the interface's own: never the run's
    std::uint64_t m_draw = 0; ///< counts fresh draws: each has random numbers of its own, which another temperature uses again
    std::vector<float> m_samples;          ///< codes on the Samples tab, kept while the decoder improves
    std::vector<std::size_t> m_shownRows;  ///< rows of the frame on the Reconstructions tab
    std::vector<float> m_manifold;         ///< codes of the manifold's cells as last asked
    QTimer m_probeMoved;                   ///< runs after the probe moved: the manifold looks whether it means another one
};

} // namespace latentscape::app
