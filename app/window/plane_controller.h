// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/grand_tour.h"
#include "core/explore/plane.h"
#include "app/session/latest_job.h"
#include "app/session/session.h"
#include "ui/panels/map_options.h"
#include "ui/window/main_window.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

class QUndoStack;

namespace latentscape::app {

/// The plane that the map shows: chosen by the person, followed to the codes while they train, turned by hand or drifting by itself.
/// GUI thread only; owned by AppWindow.
class PlaneController : public QObject {
    Q_OBJECT
public:
    PlaneController(Session& session, const ui::MainWindow& window, QUndoStack& undo, QObject* parent);

    [[nodiscard]] const Plane& plane() const { return m_plane; }
    /// "z₁ (43 %)", "slant (12 %)": for the axes and the caption.
    [[nodiscard]] std::pair<QString, QString> axisNames() const;
    /// As the person's choice in the chooser; refused kinds are explained in the message bar.
    void choose(const ui::PlaneChoice& choice);

Q_SIGNALS:
    void planeChanged();
    void axisNamesChanged(); ///< the explained shares are known now

private:
    void prepareForRun();
    void onSnapshot();
    void followChoice();
    void applyChoice(const ui::PlaneChoice& choice);
    void updateBasis();
    void rebuild();
    void setPlane(Plane plane);
    void explain();
    void showGizmo();
    void turn(double horizontal, double vertical);
    void setRotation(const Rotation3& rotation);
    void updateTour();
    void drift();
    [[nodiscard]] QString problemWith(const ui::PlaneChoice& choice) const;

    Session& m_session;
    const ui::MainWindow::Parts& m_parts;
    const ui::MainWindow::Actions& m_actions;
    QUndoStack& m_undo;
    Plane m_plane;
    ui::PlaneChoice m_choice;
    QString m_refused; ///< what the message bar said of the last choice, where it could not be made
    double m_shareX = 0.0, m_shareY = 0.0; ///< of the variance, as the axes tell; 0: not known
    std::optional<PrincipalBasis> m_basis; ///< the last one, whose order and signs the next one keeps
    double m_basisEpoch = -1.0;
    bool m_basisExact = false; ///< made from codes that were encoded afresh
    Rotation3 m_rotation, m_rotationAtGrab;
    std::optional<GrandTour> m_tour;
    QTimer m_tourTimer;
    QElapsedTimer m_tourClock;
    QTimer m_explainTimer; ///< a turning plane is explained now and then
    LatestJob m_basisJob, m_explainJob;
};

} // namespace latentscape::app
