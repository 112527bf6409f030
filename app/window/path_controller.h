// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/interpolation.h"
#include "core/train/decode_service.h"
#include "app/media/path_export.h"
#include "app/session/session.h"
#include "app/window/explorer_controller.h"
#include "app/window/exporter.h"
#include "ui/panels/path_strip.h"
#include "ui/window/main_window.h"

#include <QObject>

#include <optional>
#include <vector>

class QUndoStack;

namespace latentscape::app {

/// The Path tool: anchors on the map, the way between them, the filmstrip, its playing and its export. Anchors keep all L coordinates; one
/// that stands on a sample's code follows that code while it trains, and the sample itself stands at its end of the film. GUI thread only;
/// owned by AppWindow.
class PathController : public QObject {
    Q_OBJECT
public:
    PathController(Session& session, ExplorerController& explorer, const PlaneController& planes, Exporter& exporter, ui::MainWindow& window,
                   QUndoStack& undo, QObject* parent);

    [[nodiscard]] std::size_t anchorCount() const { return m_way.anchors.size(); }
    /// Id of the newest decode asked for the film, and of the one it shows (the tour measures with them).
    [[nodiscard]] std::uint64_t newestRequest() const { return m_newestRequest; }
    [[nodiscard]] std::uint64_t shownRequest() const { return m_shownRequest; }

Q_SIGNALS:
    void framesShown();

private:
    struct Anchor {
        std::vector<float> z;              ///< [L]
        std::optional<std::size_t> sample; ///< train sample whose code it is
        friend bool operator==(const Anchor&, const Anchor&) = default;
    };
    /// What a step of undo brings back.
    struct Way {
        std::vector<Anchor> anchors;
        bool closed = false;
        Interpolation method = Interpolation::Linear;
        friend bool operator==(const Way&, const Way&) = default;
    };
    void toolChosen(bool path);
    void addAnchor(PlanePoint point, qsizetype row);
    void moveAnchor(int index, PlanePoint point);
    void removeAnchor(int index);
    void clear();
    void change(const QString& text, Way way);
    void setWay(const Way& way);
    void followSamples();
    void update();
    void askForFrames();
    void showFrames(const DecodeResult& result);
    void showOriginals();
    void showPosition(double position);
    void exportPath(ui::PathStrip::Export kind);
    void saveAnimation(AnimationFormat format, const QString& suggestion, const QString& filter);
    [[nodiscard]] LatentPath latentPath() const;

    Session& m_session;
    ExplorerController& m_explorer;
    Exporter& m_exporter;
    ui::MainWindow& m_window;
    const ui::MainWindow::Parts& m_parts;
    QUndoStack& m_undo;
    Way m_way;
    std::optional<Way> m_before; ///< of the anchor's drag under way
    bool m_added = false;        ///< that drag began by adding it
    std::optional<double> m_position; ///< of the mark on the path, in [0, 1]; none before it was moved there
    std::vector<float> m_flat;   ///< [K, L], the anchors as the interpolation takes them
    DecodeResult m_film;         ///< the newest decoded frames
    std::uint64_t m_newestRequest = 0, m_shownRequest = 0;
};

} // namespace latentscape::app
