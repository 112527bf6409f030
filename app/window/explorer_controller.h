// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/aggregate_posterior.h"
#include "core/explore/code_index.h"
#include "core/explore/plane.h"
#include "core/train/decode_service.h"
#include "app/session/latest_job.h"
#include "app/session/session.h"
#include "app/window/plane_controller.h"
#include "ui/panels/decoded_panel.h"
#include "ui/window/main_window.h"

#include <QElapsedTimer>
#include <QImage>
#include <QObject>
#include <QTimer>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QUndoStack;

namespace latentscape::app {

/// The probe: joins the map, the plane, the decoder and the Decoded panel. Keeps the probe's code z in all L dimensions, and the picked
/// image. GUI thread only; owned by AppWindow.
class ExplorerController : public QObject {
    Q_OBJECT
public:
    ExplorerController(Session& session, const ui::MainWindow& window, const PlaneController& planes, QUndoStack& undo, QObject* parent);

    [[nodiscard]] const Plane& plane() const { return m_planes.plane(); }
    [[nodiscard]] const std::vector<float>& probe() const { return m_z; } ///< [L]
    /// Moves the probe; not a step of undo by itself.
    void setProbe(std::vector<float> z);
    /// Moves the probe as one step of undo.
    void jumpTo(std::vector<float> z);
    void pick(std::size_t row);
    [[nodiscard]] std::optional<std::size_t> pickedRow() const { return m_pickedRow; }
    /// A gesture that moves the probe begins and ends: what happened between is one step of undo.
    void beginMove();
    /// also, where it is given, follows each undo (true) and redo (false) of that step.
    void endMove(const QString& text, const std::function<void(bool undone)>& also = {});
    /// Asks with the newest decoder; that of a conditional VAE decodes for the chosen class. Every picture of the window that has no class of
    /// its own is asked for here. Returns the request's id, 0 without a decoder.
    std::uint64_t decode(DecodeRequest request);
    /// The class that a conditional VAE decodes for; nothing where the model has no classes.
    [[nodiscard]] std::optional<int> decodedClass() const;
    /// Id of the newest decode that was asked for the probe; ids only grow (the tour measures with it).
    [[nodiscard]] std::uint64_t newestProbeRequest() const { return m_newestRequest; }

Q_SIGNALS:
    void probeChanged();
    void pickChanged();
    void classChanged(); ///< everything that decode() made is of another class now

private:
    /// What a step of undo brings back.
    struct Place {
        std::vector<float> z;
        std::optional<std::size_t> pickedRow;
        int label = 0; ///< that is decoded for
        friend bool operator==(const Place&, const Place&) = default;
    };
    void prepareForRun();
    void onSnapshot();
    void onDecoded(const DecodeResult& result);
    void moveInPlane(PlanePoint point);
    void releasePick();
    void setPlace(const Place& place);
    void chooseLocks(const std::vector<bool>& locks);
    void setPicked(std::optional<std::size_t> row);
    void setClass(int label);
    void showClasses();
    [[nodiscard]] Place place() const { return {m_z, m_pickedRow, m_class}; }
    void askForDecode();
    /// For what changed behind a probe that stays: a newer decoder, knowledge of the codes. A drag under way asks with its next event.
    void askForNewerDecode();
    void showProbe();
    void showPicked();
    void showSurroundings(const DecodeResult& result);
    void updateKnowledge();

    Session& m_session;
    const ui::MainWindow::Parts& m_parts;
    const PlaneController& m_planes;
    QUndoStack& m_undo;
    std::vector<float> m_z;
    std::optional<std::size_t> m_pickedRow;
    int m_classes = 0;                     ///< of the model; 0: it is not conditional
    int m_class = 0;                       ///< that is decoded for
    std::shared_ptr<const Decoder> m_classDecoder, m_classDecoderOf; ///< for m_class, and of which decoder
    std::optional<Place> m_before;         ///< of the gesture under way
    std::vector<bool> m_locks; ///< of the coordinates, as the undo stack knows them
    std::uint64_t m_newestRequest = 0;
    std::uint64_t m_shownRequest = 0;        ///< whose image is shown
    std::uint64_t m_surroundingsRequest = 0; ///< whose neighbours are shown
    QTimer m_movedTimer;                   ///< while it runs, a probe moved by hand waits for its image: one repaint shows both
    QElapsedTimer m_sinceMove;             ///< by hand
    QElapsedTimer m_surroundingsAge;       ///< since neighbours, support and density were shown; invalid: none of these data yet
    QTimer m_surroundingsTimer;            ///< runs out after the last of the events that did not ask for them
    std::shared_ptr<const CodeIndex> m_index;                ///< of exact codes; null while they move
    std::shared_ptr<const AggregatePosterior> m_aggregate;   ///< of codes of a moment ago
    QElapsedTimer m_aggregateAge;
    LatestJob m_knowledgeJob;
};

} // namespace latentscape::app
