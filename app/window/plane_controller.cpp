// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/plane_controller.h"

#include "app/window/display_text.h"
#include "app/window/undo.h"
#include "app/window/unused_dimensions.h"
#include "ui/chrome/message_bar.h"
#include "ui/map/latent_map.h"

#include <QAction>
#include <QSignalBlocker>

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace latentscape::app {

namespace {

constexpr double kBasisEveryEpochs = 1.0; // how often the principal directions follow the training
constexpr auto kTourFrame = std::chrono::milliseconds(33);
constexpr auto kExplainDelay = std::chrono::milliseconds(150);
constexpr int kRank = 3;

bool needsBasis(PlaneKind kind)
{
    return kind != PlaneKind::Axes;
}

} // namespace

PlaneController::PlaneController(Session& session, const ui::MainWindow& window, QUndoStack& undo, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_parts(window.parts())
    , m_actions(window.actions())
    , m_undo(undo)
    , m_plane(Plane::axes(2, 0, 1))
    , m_basisJob(session.jobs(), this)
    , m_explainJob(session.jobs(), this)
{
    m_tourTimer.setInterval(kTourFrame);
    m_tourTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_tourTimer, &QTimer::timeout, this, &PlaneController::drift);
    m_explainTimer.setInterval(kExplainDelay);
    m_explainTimer.setSingleShot(true);
    connect(&m_explainTimer, &QTimer::timeout, this, &PlaneController::explain);

    connect(&session, &Session::runPrepared, this, &PlaneController::prepareForRun);
    connect(&session, &Session::snapshotArrived, this, &PlaneController::onSnapshot);
    connect(&session, &Session::directionsChanged, this, [this] {
        QStringList names;
        for (const AttributeDirection& direction : m_session.directions())
            names << QString::fromStdString(direction.name);
        {
            const QSignalBlocker quiet(m_parts.mapOptions); // a plane that moves with the list is no choice of the person's
            m_parts.mapOptions->setDirections(names);
        }
        if (m_choice.kind != PlaneKind::Attribute)
            return;
        if (const ui::PlaneChoice shown = m_parts.mapOptions->planeChoice(); shown != m_choice)
            applyChoice(shown);
        else
            rebuild();
    });
    connect(m_parts.mapOptions, &ui::MapOptions::planeChosen, this, &PlaneController::followChoice);
    connect(m_parts.mapOptions, &ui::MapOptions::tourChanged, this, &PlaneController::updateTour);
    for (std::size_t kind = 0; kind < m_actions.planes.size(); ++kind) {
        connect(m_actions.planes[kind], &QAction::triggered, this, [this, kind] {
            ui::PlaneChoice choice = m_choice;
            choice.kind = static_cast<PlaneKind>(kind);
            choose(choice);
        });
    }
    connect(m_actions.playTour, &QAction::triggered, this, [this](bool on) {
        ui::PlaneChoice choice = m_choice;
        choice.kind = PlaneKind::Tour;
        if (on && m_choice.kind != PlaneKind::Tour)
            choose(choice);
        if (m_choice.kind == PlaneKind::Tour)
            m_parts.mapOptions->setTourPlaying(on);
        updateTour();
    });

    ui::LatentMap* map = m_parts.map;
    connect(map, &ui::LatentMap::rotationGrabbed, this, [this] { m_rotationAtGrab = m_rotation; });
    connect(map, &ui::LatentMap::rotationDragged, this, &PlaneController::turn);
    connect(map, &ui::LatentMap::rotationReleased, this, [this] {
        pushChange(m_undo, tr("Rotate"), m_rotationAtGrab, m_rotation, [this](const Rotation3& rotation) { setRotation(rotation); });
        m_explainTimer.start();
    });
}

void PlaneController::prepareForRun()
{
    const int latent = m_session.config().model.latent;
    m_basis.reset();
    m_basisEpoch = -1.0;
    m_basisExact = false;
    m_basisJob.forget();
    m_explainJob.forget();
    m_tour.reset();
    m_rotation = {};
    m_rotationAtGrab = {};
    m_parts.mapOptions->setLatent(latent);
    m_parts.mapOptions->setInactive({});
    m_choice = m_parts.mapOptions->planeChoice();
    m_plane = Plane::axes(latent, 0, std::min(1, latent - 1));
    if (latent > 2) {
        m_choice.i = std::min(m_choice.i, latent - 1);
        m_choice.j = std::min(m_choice.j, latent - 1);
        if (m_choice.i == m_choice.j || m_choice.kind == PlaneKind::Attribute) // directions of another space are gone
            m_choice = {};
        applyChoice(m_choice);
    } else {
        m_choice = {PlaneKind::Axes, 0, std::min(1, latent - 1), 0};
        Q_EMIT planeChanged();
    }
    showGizmo();
    updateTour();
}

void PlaneController::onSnapshot()
{
    const auto snapshot = m_session.snapshot();
    m_parts.mapOptions->setInactive(unusedDimensions(*snapshot));
    if (needsBasis(m_choice.kind))
        updateBasis();
    if (snapshot->codes->exact || (m_shareX == 0.0 && m_shareY == 0.0))
        m_explainTimer.start();
}

void PlaneController::followChoice()
{
    choose(m_parts.mapOptions->planeChoice());
}

QString PlaneController::problemWith(const ui::PlaneChoice& choice) const
{
    const int latent = m_session.config().model.latent;
    if (latent <= 2)
        return choice == m_choice ? QString() // what is shown already
                                  : tr("With one or two latent dimensions the plane is the whole space. Set Latent dims to 3 or more for other planes.");
    if (choice.kind == PlaneKind::Axes && choice.i == choice.j)
        return tr("Both axes are z%1. Choose two different dimensions.").arg(choice.i + 1);
    if (choice.kind == PlaneKind::Attribute && (choice.direction < 0 || static_cast<std::size_t>(choice.direction) >= m_session.directions().size()))
        return tr("There is no named direction yet. Select images with the Lasso as group A and others as group B, then find the direction.");
    if (needsBasis(choice.kind) && m_session.snapshot() && m_session.snapshot()->codes->count() < 3)
        return tr("There are fewer than three codes. Train first, or choose two axes.");
    return {};
}

void PlaneController::choose(const ui::PlaneChoice& choice)
{
    if (const QString problem = problemWith(choice); !problem.isEmpty()) {
        m_parts.messages->show(ui::MessageBar::Severity::Warning, problem);
        m_refused = problem;
        m_parts.mapOptions->setPlaneChoice(m_choice);
        m_actions.planes[static_cast<std::size_t>(m_choice.kind)]->setChecked(true);
        return;
    }
    m_parts.messages->retract(std::exchange(m_refused, QString())); // it was about another choice
    const ui::PlaneChoice before = m_choice;
    applyChoice(choice);
    if (choice.kind == PlaneKind::Tour && before.kind != PlaneKind::Tour)
        m_parts.mapOptions->setTourPlaying(true);
    pushChange(m_undo, tr("Choose a plane"), before, choice, [this](const ui::PlaneChoice& value) { applyChoice(value); });
    const auto unused = [this](int k) {
        const auto snapshot = m_session.snapshot();
        return snapshot && static_cast<std::size_t>(k) < snapshot->diagnostics.meanVariance.size() &&
               snapshot->diagnostics.meanVariance[static_cast<std::size_t>(k)] <= kActiveVariance;
    };
    if (choice.kind == PlaneKind::Axes && (unused(choice.i) || unused(choice.j)))
        m_parts.messages->show(ui::MessageBar::Severity::Info,
                               tr("z%1 is unused: its mean hardly varies, so the codes gather on a line. Choose another axis, or the principal components.")
                                   .arg((unused(choice.i) ? choice.i : choice.j) + 1));
}

void PlaneController::applyChoice(const ui::PlaneChoice& choice)
{
    m_choice = choice;
    m_parts.mapOptions->setPlaneChoice(choice);
    m_actions.planes[static_cast<std::size_t>(choice.kind)]->setChecked(true);
    if (choice.kind != PlaneKind::Tour)
        m_tour.reset();
    rebuild();
    if (needsBasis(choice.kind))
        updateBasis(); // while another plane was shown the codes moved on
    m_parts.map->fitView();
    updateTour();
}

/// Makes the plane of the choice from what is known; where the principal directions are missing they are asked for first.
void PlaneController::rebuild()
{
    const int latent = m_session.config().model.latent;
    if (latent <= 2)
        return;
    if (m_choice.kind == PlaneKind::Axes) {
        setPlane(Plane::axes(latent, m_choice.i, m_choice.j));
        return;
    }
    if (!m_basis || m_basis->rank() < std::min(kRank, latent)) {
        m_basisEpoch = -1.0;
        updateBasis();
        return;
    }
    switch (m_choice.kind) {
    case PlaneKind::Principal: setPlane(Plane::principal(*m_basis)); break;
    case PlaneKind::Rotation: setPlane(Plane::rotated(*m_basis, m_rotation)); break;
    case PlaneKind::Attribute:
        if (const auto index = static_cast<std::size_t>(m_choice.direction); index < m_session.directions().size())
            setPlane(Plane::attribute(*m_basis, m_session.directions()[index].direction));
        else
            setPlane(Plane::principal(*m_basis));
        break;
    case PlaneKind::Tour:
        if (!m_tour)
            m_tour.emplace(latent, m_session.config().training.seed);
        setPlane(m_tour->plane(m_basis->origin));
        break;
    case PlaneKind::Axes: break;
    }
}

void PlaneController::updateBasis()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes || snapshot->codes->count() < 3 || m_basisJob.isBusy())
        return;
    const bool due = m_basisEpoch < 0.0 || snapshot->codes->exact || snapshot->epoch >= m_basisEpoch + kBasisEveryEpochs;
    if (!due || (snapshot->epoch == m_basisEpoch && (m_basisExact || !snapshot->codes->exact)))
        return;
    m_basisEpoch = snapshot->epoch;
    m_basisExact = snapshot->codes->exact;
    m_basisJob.run([this, codes = snapshot->codes, previous = m_basis](std::stop_token stop) -> JobRunner::Answer {
        const bool same = previous && previous->latent() == codes->latent;
        PrincipalBasis basis = principalBasis(*codes, kRank, same ? &*previous : nullptr, stop, codes->exact ? 1.0 : kMovingOrderSlack);
        if (basis.rank() == 0)
            return {};
        return [this, basis = std::move(basis)] {
            if (basis.latent() != m_session.config().model.latent)
                return;
            m_basis = basis;
            if (needsBasis(m_choice.kind))
                rebuild();
            updateBasis(); // exact codes may have come while this was under way
        };
    });
}

void PlaneController::setPlane(Plane plane)
{
    if (plane == m_plane)
        return;
    if (plane.kind() == PlaneKind::Principal || plane.kind() != m_plane.kind() || plane.axisI() != m_plane.axisI() || plane.axisJ() != m_plane.axisJ())
        std::tie(m_shareX, m_shareY) = std::pair(plane.explainedU(), plane.explainedV());
    m_plane = std::move(plane);
    showGizmo();
    Q_EMIT planeChanged();
    if (m_plane.kind() != PlaneKind::Principal && !m_explainTimer.isActive()) // the principal ones bring their shares along
        m_explainTimer.start();
}

void PlaneController::explain()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes || m_explainJob.isBusy() || m_plane.latent() != snapshot->codes->latent)
        return;
    m_explainJob.run([this, codes = snapshot->codes, plane = m_plane](std::stop_token) -> JobRunner::Answer {
        Plane explained = plane;
        explained.explain(*codes);
        return [this, explained] {
            if (m_plane.kind() != explained.kind() || m_plane.axisI() != explained.axisI() || m_plane.axisJ() != explained.axisJ())
                return; // another plane by now; a turning one moved on a little, which its shares survive
            m_shareX = explained.explainedU();
            m_shareY = explained.explainedV();
            Q_EMIT axisNamesChanged();
        };
    });
}

std::pair<QString, QString> PlaneController::axisNames() const
{
    QString attribute;
    if (m_choice.kind == PlaneKind::Attribute && static_cast<std::size_t>(m_choice.direction) < m_session.directions().size())
        attribute = QString::fromStdString(m_session.directions()[static_cast<std::size_t>(m_choice.direction)].name);
    return app::axisNames(m_plane, attribute, m_shareX, m_shareY);
}

void PlaneController::showGizmo()
{
    std::vector<ui::GizmoAxis> axes;
    if (m_plane.kind() == PlaneKind::Rotation) {
        const auto rows = m_rotation.rows();
        for (std::size_t k = 0; k < 3; ++k)
            axes.push_back({tr("PC %1").arg(k + 1), rows[0][k], rows[1][k], rows[2][k]});
    }
    m_parts.map->setGizmo(axes);
}

void PlaneController::turn(double horizontal, double vertical)
{
    setRotation(m_rotation.turned(horizontal, vertical));
}

void PlaneController::setRotation(const Rotation3& rotation)
{
    m_rotation = rotation;
    if (m_choice.kind == PlaneKind::Rotation)
        rebuild();
}

void PlaneController::updateTour()
{
    const bool moves = m_choice.kind == PlaneKind::Tour && m_parts.mapOptions->tourPlaying() && m_session.config().model.latent > 2;
    m_actions.playTour->setChecked(moves);
    if (moves == m_tourTimer.isActive())
        return;
    if (moves) {
        m_tourClock.start();
        m_tourTimer.start();
    } else {
        m_tourTimer.stop();
    }
}

void PlaneController::drift()
{
    const double seconds = static_cast<double>(m_tourClock.restart()) / 1000.0;
    if (!m_tour || !m_basis || !m_parts.map->isVisible())
        return; // the first plane waits for the principal directions' origin
    m_tour->advance(std::min(seconds, 0.1) * m_parts.mapOptions->tourSpeed());
    setPlane(m_tour->plane(m_basis->origin));
}

} // namespace latentscape::app
