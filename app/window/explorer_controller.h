// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/plane.h"
#include "core/train/decode_service.h"
#include "app/session/session.h"
#include "ui/panels/decoded_panel.h"
#include "ui/window/main_window.h"

#include <QImage>
#include <QObject>
#include <QTimer>

#include <cstdint>
#include <optional>
#include <vector>

namespace latentscape::app {

/// The probe: joins the map, the plane, the decoder and the Decoded panel. Keeps the probe's code z in all L dimensions.
/// GUI thread only; owned by AppWindow.
class ExplorerController : public QObject {
    Q_OBJECT
public:
    ExplorerController(Session& session, const ui::MainWindow& window, QObject* parent);

    [[nodiscard]] const Plane& plane() const { return m_plane; }
    [[nodiscard]] const std::vector<float>& probe() const { return m_z; } ///< [L]
    void setProbe(std::vector<float> z);
    void pick(std::size_t row);
    /// Id of the newest decode that was asked for the probe; ids only grow (the tour measures with it).
    [[nodiscard]] std::uint64_t newestProbeRequest() const { return m_newestRequest; }

Q_SIGNALS:
    void planeChanged();

private:
    void prepareForRun();
    void onSnapshot();
    void onDecoded(const DecodeResult& result);
    void choosePlane();
    void showCodes();
    void updatePrincipalPlane();
    void moveInPlane(PlanePoint point);
    void releasePick();
    void askForDecode();
    void showProbe();
    void showDecoded();
    void showSurroundings();

    Session& m_session;
    const ui::MainWindow::Parts& m_parts;
    Plane m_plane;
    std::optional<Plane> m_principal;      ///< the last PCA plane, whose signs the next one keeps
    std::uint64_t m_run = 0;               ///< counts runs, so that an old plane is not taken for a new one
    bool m_principalUnderWay = false;
    double m_principalEpoch = -1.0;
    std::vector<float> m_z;
    std::optional<std::size_t> m_pickedRow;
    std::uint64_t m_newestRequest = 0;
    std::uint64_t m_shownRequest = 0;
    DecodeResult m_newest;                 ///< what the Decoded panel shows
    QTimer m_surroundingsTimer;            ///< while it runs, neighbours and support of a moment ago stay
    std::uint64_t m_surroundingsOf = 0;    ///< the request they belong to
    std::vector<ui::DecodedPanel::NeighbourView> m_neighbours;
    std::size_t m_supported = 0;
    bool m_farFromData = false;
};

} // namespace latentscape::app
