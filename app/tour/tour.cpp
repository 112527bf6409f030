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
#include <QMouseEvent>
#include <QTextStream>
#include <QWindow>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace latentscape::app {

namespace {

constexpr int kPhases = 6;                        // of each kind
constexpr auto kPhase = std::chrono::seconds(2);
constexpr double kDragHertz = 60.0;
constexpr double kTurnSeconds = 4.0;              // one round of the closed path
constexpr auto kLook = std::chrono::milliseconds(20);

QTextStream& console()
{
    static QTextStream stream(stderr);
    return stream;
}

} // namespace

Tour::Tour(AppWindow& app, const QString& folder, int epochs, QObject* parent)
    : QObject(parent)
    , m_app(app)
    , m_folder(folder)
    , m_epochs(epochs)
{
    m_watch.setInterval(kLook);
    connect(&m_watch, &QTimer::timeout, this, &Tour::watch);
    m_drag.setTimerType(Qt::PreciseTimer);
    m_drag.setSingleShot(true);
    connect(&m_drag, &QTimer::timeout, this, &Tour::dragOnce);
    connect(app.window().parts().decoded->imageView(), &ui::ImageView::painted, &m_meter, &DragMeter::painted);
    connect(&app.window(), &ui::MainWindow::firstPainted, this, [this] {
        m_firstPaintMs = millisecondsSinceProcessStart();
        m_firstPaintMb = residentMegabytes();
    });
    connect(&app.session(), &Session::failed, this, [this](const Error& error) { fail(QString::fromStdString(error.text())); });
    plan();
    QTimer::singleShot(0, this, [this] { next(); });
}

void Tour::plan()
{
    const auto& parts = m_app.window().parts();
    const auto& actions = m_app.window().actions();
    Session& session = m_app.session();

    add([] {}, [&session] { return session.snapshot() != nullptr && session.state() == TrainerState::Ready; });
    addPause(300);
    addPicture(QStringLiteral("window-start"));
    add([&actions] { actions.train->trigger(); }, [&session] { return session.state() == TrainerState::Running; });
    add([this] { startDragging(); });
    addPause(1500); // past the first allocations and the kernels' warm-up
    for (int phase = 0; phase < kPhases; ++phase) {
        add([this] { windowedPhase(/*begin=*/true); }, [this] { return DragMeter::Clock::now() - m_phaseStarted >= kPhase; });
        add([this] { windowedPhase(/*begin=*/false); });
        if (phase == 0)
            addPicture(QStringLiteral("window-training"));
        add([this] { headlessPhase(/*begin=*/true); }, [this] { return DragMeter::Clock::now() - m_phaseStarted >= kPhase; });
        add([this] { headlessPhase(/*begin=*/false); });
    }
    add([this, parts] { // a live control: a marker appears on the chart
        stopDragging();
        parts.trainBar->setBeta(1.5);
        Q_EMIT parts.trainBar->betaChanged(1.5);
    });
    addPause(700);
    add([parts] {
        parts.trainBar->setBeta(1.0);
        Q_EMIT parts.trainBar->betaChanged(1.0);
    });

    add([&actions] { actions.path->trigger(); });
    addPause(300);
    addClickOnMap(0.30, 0.35);
    addClickOnMap(0.55, 0.30);
    addClickOnMap(0.60, 0.62);
    add([] {}, [this] { return m_app.path().anchorCount() >= 3; }, 5000);
    addPause(900);
    addPicture(QStringLiteral("window-path"));
    add([&actions] { actions.clearPath->trigger(); actions.probe->trigger(); });
    for (const auto& [tab, name] : {std::pair(1, "window-manifold"), std::pair(2, "window-reconstructions"), std::pair(3, "window-samples")}) {
        add([parts, tab = tab] { parts.central->setCurrent(tab); });
        addPause(900);
        addPicture(QLatin1String(name));
    }
    add([parts] { parts.central->setCurrent(0); });
    add([this, &session] { // enough was seen: the asked number of epochs, or the one under way, is the last
            m_lastEpoch = true;
            session.setEpochs(std::max(m_epochs, session.status().progress.epochsDone + 1));
        },
        [&session] { return session.state() == TrainerState::Finished || session.state() == TrainerState::Failed; }, 30 * 60 * 1000);
    addPause(200);
    addClickOnMap(0.45, 0.45);
    add([this] { m_app.explorer().pick(0); });
    add([parts] { parts.map->fitView(); }, [parts] { return parts.map->settled(); }, 5000);
    addPause(400);
    addPicture(QStringLiteral("window-final"));
    add([this] {
        m_app.theme().setAppearance(m_app.theme().theme().dark ? Appearance::Light : Appearance::Dark);
    });
    addPause(500);
    addPicture(QStringLiteral("window-other-theme"));
}

void Tour::add(std::function<void()> act, std::function<bool()> ready, int patienceMs)
{
    m_stops.push_back({std::move(act), std::move(ready), patienceMs});
}

void Tour::addPause(int milliseconds)
{
    add([] {}, [this, milliseconds] { return DragMeter::Clock::now() - m_stopStarted >= std::chrono::milliseconds(milliseconds); });
}

void Tour::addPicture(const QString& name)
{
    add([this, name] {
        const QString file = name + QStringLiteral(".png");
        if (m_app.window().grab().save(m_folder.filePath(file)))
            m_files << file;
        else
            fail(tr("The picture %1 could not be written.").arg(file));
    });
}

void Tour::addClickOnMap(double x, double y)
{
    add([this, x, y] {
        const QSize size = m_app.window().parts().map->size();
        const QPointF at(x * size.width(), y * size.height());
        sendMouse(QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton);
        sendMouse(QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
    });
    addPause(60);
}

void Tour::next()
{
    m_watch.stop();
    while (!m_failed && m_at < m_stops.size()) {
        Stop& stop = m_stops[m_at];
        m_stopStarted = DragMeter::Clock::now();
        stop.act();
        if (m_failed)
            return;
        if (!stop.ready()) {
            m_watch.start();
            return;
        }
        ++m_at;
    }
    if (!m_failed)
        Q_EMIT finished(writeReport() ? 0 : 1);
}

void Tour::watch()
{
    Stop& stop = m_stops[m_at];
    keepTrainingGoing();
    if (stop.ready()) {
        ++m_at;
        next();
    } else if (DragMeter::Clock::now() - m_stopStarted > std::chrono::milliseconds(stop.patienceMs)) {
        fail(tr("Step %1 of the tour did not come to its end within %2 s.").arg(m_at + 1).arg(stop.patienceMs / 1000));
    }
}

void Tour::fail(const QString& reason)
{
    if (m_failed)
        return;
    m_failed = true;
    m_watch.stop();
    m_drag.stop();
    console() << "latentscape: " << reason << Qt::endl;
    Q_EMIT finished(1);
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
    sendMouse(QEvent::MouseButtonPress, pathPoint(m_turn), Qt::LeftButton, Qt::LeftButton);
    m_nextDue = DragMeter::Clock::now();
    m_drag.start(0);
}

void Tour::dragOnce()
{
    const auto interval = std::chrono::duration_cast<DragMeter::Clock::duration>(std::chrono::duration<double>(1.0 / kDragHertz));
    const auto due = m_nextDue;
    m_turn += 1.0 / (kDragHertz * kTurnSeconds);
    sendMouse(QEvent::MouseMove, pathPoint(m_turn), Qt::NoButton, Qt::LeftButton);
    m_meter.eventSent(due, m_app.explorer().newestProbeRequest());
    m_nextDue += interval;
    const auto now = DragMeter::Clock::now();
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(m_nextDue - now);
    m_drag.start(std::max(std::chrono::milliseconds(0), wait));
}

void Tour::stopDragging()
{
    m_drag.stop();
    sendMouse(QEvent::MouseButtonRelease, pathPoint(m_turn), Qt::LeftButton, Qt::NoButton);
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
        session.setSnapshotsPerSecond(0.0);
        session.setPolling(false);
        m_phaseStarted = DragMeter::Clock::now();
        m_phaseImages = imagesTrained();
        return;
    }
    const std::chrono::duration<double> seconds = DragMeter::Clock::now() - m_phaseStarted;
    m_headlessRates.push_back(static_cast<double>(imagesTrained() - m_phaseImages) / seconds.count());
    session.setSnapshotsPerSecond(10.0);
    session.setPolling(true);
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

void Tour::sendMouse(QEvent::Type type, QPointF onMap, Qt::MouseButton button, Qt::MouseButtons buttons)
{
    ui::MainWindow& window = m_app.window();
    const QPointF local = window.parts().map->mapTo(&window, onMap.toPoint());
    QMouseEvent event(type, local, window.mapToGlobal(local), button, buttons, Qt::NoModifier);
    QCoreApplication::sendEvent(window.windowHandle(), &event); // to the native window: hit-testing and delivery as for a person's mouse
}

} // namespace latentscape::app
