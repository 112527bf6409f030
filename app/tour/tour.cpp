// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tour/tour.h"

#include "app/tour/process_figures.h"
#include "app/window/explorer_controller.h"
#include "app/window/path_controller.h"
#include "ui/chrome/train_bar.h"
#include "ui/map/latent_map.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/image_view.h"
#include "ui/window/central_area.h"

#include <QAction>
#include <QCoreApplication>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace latentscape::app {

namespace {

constexpr int kPhases = 9;                        // of each kind
constexpr auto kPhase = std::chrono::seconds(2);
constexpr double kDragHertz = 60.0;
constexpr double kTurnSeconds = 4.0;              // one round of the closed path

} // namespace

Tour::Tour(AppWindow& app, const QString& folder, int epochs, QObject* parent)
    : QObject(parent)
    , m_app(app)
    , m_epochs(epochs)
    , m_stage(app, folder, this)
    , m_chapters(app, m_stage, this)
{
    m_stage.setWatcher([this] { keepTrainingGoing(); });
    m_drag.setTimerType(Qt::PreciseTimer);
    m_drag.setSingleShot(true);
    connect(&m_drag, &QTimer::timeout, this, &Tour::dragOnce);
    connect(app.window().parts().decoded->imageView(), &ui::ImageView::painted, &m_meter, &DragMeter::painted);
    connect(&app.window(), &ui::MainWindow::firstPainted, this, [this] {
        m_firstPaintMs = millisecondsSinceProcessStart();
        m_firstPaintMb = residentMegabytes();
    });
    connect(&app.session(), &Session::dataLoading, this, [this](double fraction) {
        if (!m_loading.isValid())
            m_loading.start();
        else if (fraction >= 1.0 && m_loadMs == 0.0)
            m_loadMs = static_cast<double>(m_loading.nsecsElapsed()) * 1e-6;
    });
    connect(&app.session(), &Session::failed, this, [this](const Error& error) { m_stage.fail(QString::fromStdString(error.text())); });
    connect(&m_stage, &TourStage::finished, this, [this](bool ok) {
        m_drag.stop();
        Q_EMIT finished(ok && writeReport() ? 0 : 1);
    });
    plan();
    m_stage.start();
}

void Tour::plan()
{
    const auto& parts = m_app.window().parts();
    const auto& actions = m_app.window().actions();
    Session& session = m_app.session();

    m_stage.add([] {}, [&session] { return session.snapshot() != nullptr && session.state() == TrainerState::Ready; });
    m_stage.addPause(300);
    m_stage.addPicture(QStringLiteral("window-start"));
    m_stage.add([&actions] { actions.train->trigger(); }, [&session] { return session.state() == TrainerState::Running; });
    m_stage.add([this] { startDragging(); });
    m_stage.addPause(1500); // past the first allocations and the kernels' warm-up
    for (int phase = 0; phase < kPhases; ++phase) {
        m_stage.add([this] { windowedPhase(/*begin=*/true); }, [this] { return DragMeter::Clock::now() - m_phaseStarted >= kPhase; });
        m_stage.add([this] { windowedPhase(/*begin=*/false); });
        if (phase == 0)
            m_stage.addPicture(QStringLiteral("window-training"));
        m_stage.add([this] { headlessPhase(/*begin=*/true); }, [this] { return DragMeter::Clock::now() - m_phaseStarted >= kPhase; });
        m_stage.add([this] { headlessPhase(/*begin=*/false); });
    }
    m_stage.add([this, parts] { // a live control: a marker appears on the chart
        stopDragging();
        parts.trainBar->setBeta(1.5);
        Q_EMIT parts.trainBar->betaChanged(1.5);
    });
    m_stage.addPause(700);
    m_stage.add([parts] {
        parts.trainBar->setBeta(1.0);
        Q_EMIT parts.trainBar->betaChanged(1.0);
    });

    m_chapters.planPath();
    m_chapters.planManifold();
    m_chapters.planTrust();
    m_chapters.planSelection();
    m_chapters.planColouring();
    m_stage.add([this, &session] { // enough was seen: the asked number of epochs, or the one under way, is the last
            m_lastEpoch = true;
            session.setEpochs(std::max(m_epochs, session.status().progress.epochsDone + 1));
        },
        [&session] { return session.state() == TrainerState::Finished || session.state() == TrainerState::Failed; }, 30 * 60 * 1000);
    m_stage.addPause(200);
    m_stage.addClick(0.45, 0.45);
    m_stage.add([this] { m_app.explorer().pick(0); });
    m_stage.add([parts] { parts.map->fitView(); }, [parts] { return parts.map->settled(); }, 5000);
    m_stage.addPause(400);
    m_stage.addPicture(QStringLiteral("window-final"));
    m_stage.add([this] {
        m_app.theme().setAppearance(m_app.theme().theme().dark ? Appearance::Light : Appearance::Dark);
    });
    m_stage.addPause(500);
    m_stage.addPicture(QStringLiteral("window-other-theme"));
    m_stage.add([this] {
        m_app.theme().setAppearance(m_app.theme().theme().dark ? Appearance::Light : Appearance::Dark);
        m_history = m_app.session().history(); // the next chapter trains another model
        m_costs = m_app.session().costs();
    });
    m_chapters.planPlanes();
}

void Tour::keepTrainingGoing()
{
    Session& session = m_app.session();
    const bool showing = session.state() == TrainerState::Running || session.state() == TrainerState::Finished;
    if (!showing || m_lastEpoch)
        return;
    const TrainerStatus status = session.status();
    const double left = static_cast<double>(status.epochs) * static_cast<double>(status.stepsPerEpoch) - static_cast<double>(status.progress.step);
    // the phases and the live pictures must not meet the end of the run: epochs are added while fewer than three are left
    if (left < 3.0 * static_cast<double>(status.stepsPerEpoch))
        session.setEpochs(status.epochs + 5);
    if (session.state() == TrainerState::Finished)
        session.run();
}

void Tour::startDragging()
{
    m_turn = 0.0;
    m_stage.sendMouse(QEvent::MouseButtonPress, pathPoint(m_turn), Qt::LeftButton, Qt::LeftButton);
    m_nextDue = DragMeter::Clock::now();
    m_drag.start(0);
}

void Tour::dragOnce()
{
    const auto interval = std::chrono::duration_cast<DragMeter::Clock::duration>(std::chrono::duration<double>(1.0 / kDragHertz));
    const auto due = m_nextDue;
    m_turn += 1.0 / (kDragHertz * kTurnSeconds);
    m_stage.sendMouse(QEvent::MouseMove, pathPoint(m_turn), Qt::NoButton, Qt::LeftButton);
    m_meter.eventSent(due, m_app.explorer().newestProbeRequest());
    m_nextDue += interval;
    const auto now = DragMeter::Clock::now();
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(m_nextDue - now);
    m_drag.start(std::max(std::chrono::milliseconds(0), wait));
}

void Tour::stopDragging()
{
    m_drag.stop();
    m_stage.sendMouse(QEvent::MouseButtonRelease, pathPoint(m_turn), Qt::LeftButton, Qt::NoButton);
}

void Tour::windowedPhase(bool begin)
{
    if (begin) {
        m_meter.start();
        m_phaseStarted = DragMeter::Clock::now();
        m_phaseImages = imagesTrained();
        return;
    }
    const std::chrono::duration<double> seconds = DragMeter::Clock::now() - m_phaseStarted;
    m_windowedRates.push_back(static_cast<double>(imagesTrained() - m_phaseImages) / seconds.count());
    m_meter.stop();
}

void Tour::headlessPhase(bool begin)
{
    Session& session = m_app.session();
    if (begin) {
        stopDragging();
        session.setWatched(false);
        m_phaseStarted = DragMeter::Clock::now();
        m_phaseImages = imagesTrained();
        return;
    }
    const std::chrono::duration<double> seconds = DragMeter::Clock::now() - m_phaseStarted;
    m_headlessRates.push_back(static_cast<double>(imagesTrained() - m_phaseImages) / seconds.count());
    session.setWatched(true);
    startDragging();
}

std::int64_t Tour::imagesTrained() const
{
    const Session& session = m_app.session();
    const TrainerStatus status = session.status();
    if (status.stepsPerEpoch == 0)
        return 0;
    // exact for whole epochs, by the batch within one
    const auto perEpoch = static_cast<std::int64_t>(session.snapshot()->codes->count());
    const std::int64_t inEpoch = std::min<std::int64_t>(status.progress.stepInEpoch * session.config().training.batchSize, perEpoch);
    return status.progress.epochsDone * perEpoch + inEpoch;
}

QPointF Tour::pathPoint(double turn) const
{
    const QSize size = m_app.window().parts().map->size();
    const double angle = 2.0 * std::numbers::pi * turn;
    return {size.width() * (0.48 + 0.22 * std::cos(angle)), size.height() * (0.5 + 0.28 * std::sin(2.0 * angle) * std::cos(angle))};
}

} // namespace latentscape::app
