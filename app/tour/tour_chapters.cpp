// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tour/tour_chapters.h"

#include "app/tour/drag_meter.h"
#include "app/window/backdrop_controller.h"
#include "app/window/colour_controller.h"
#include "app/window/explorer_controller.h"
#include "app/window/path_controller.h"
#include "app/window/plane_controller.h"
#include "app/window/selection_controller.h"
#include "ui/map/latent_map.h"
#include "ui/panels/map_options.h"
#include "ui/panels/path_strip.h"
#include "ui/panels/samples_view.h"
#include "ui/panels/selection_panel.h"
#include "ui/window/central_area.h"

#include <QAction>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace latentscape::app {

namespace {

constexpr int kDragEvents = 40; // of a measured drag
constexpr int kLassoCorners = 24;
constexpr auto kRateSpan = std::chrono::seconds(3); // over which a rate is counted
constexpr int kPlaneLatent = 10;

QString section(const char* name)
{
    return QString::fromLatin1(name);
}

} // namespace

TourChapters::TourChapters(AppWindow& app, TourStage& stage, QObject* parent)
    : QObject(parent)
    , m_app(app)
    , m_stage(stage)
{
    connect(&app.session(), &Session::decoded, this, [this](const DecodeResult& result) { ++m_decoded[static_cast<std::size_t>(result.channel)]; });
    connect(&app.selections(), &SelectionController::selectionShown, this, [this] { ++m_selectionsShown; });
    connect(&app.colours(), &ColourController::coloured, this, [this] { ++m_coloured; });
    connect(&app.backdrop(), &BackdropController::shown, this, [this] { ++m_backdrops; });
    connect(&app.planes(), &PlaneController::planeChanged, this, [this] { ++m_planes; });
}

bool TourChapters::mapIsSharp() const
{
    return m_app.window().parts().map->settled();
}

void TourChapters::planPath()
{
    const auto& parts = m_app.window().parts();
    const auto& actions = m_app.window().actions();
    m_stage.add([&actions] { actions.path->trigger(); });
    m_stage.addPause(300);
    m_stage.addClick(0.30, 0.35);
    m_stage.addClick(0.55, 0.30);
    m_stage.addClick(0.60, 0.62);
    m_stage.add([] {}, [this] { return m_app.path().anchorCount() >= 3; }, 5000);
    m_stage.add([this] { m_stage.sendMouse(QEvent::MouseButtonPress, m_stage.onMap(0.55, 0.30), Qt::LeftButton, Qt::LeftButton); });
    for (int i = 1; i <= kDragEvents; ++i) // the middle anchor is dragged: the film follows
        m_stage.addMeasured(section("path"), [this, i] { m_stage.sendMouse(QEvent::MouseMove, m_stage.onMap(0.55 - 0.002 * i, 0.30 - 0.003 * i), Qt::NoButton, Qt::LeftButton); },
                            [this] { return m_app.path().shownRequest() >= m_app.path().newestRequest(); });
    m_stage.add([this] {
        m_stage.sendMouse(QEvent::MouseButtonRelease, m_stage.onMap(0.55 - 0.002 * kDragEvents, 0.30 - 0.003 * kDragEvents), Qt::LeftButton, Qt::NoButton);
    });
    m_stage.add([&actions, parts] {
        parts.pathStrip->setMethod(Interpolation::Spline);
        actions.closePath->trigger();
        actions.playPath->trigger();
    });
    m_stage.addPause(900);
    m_stage.addPicture(QStringLiteral("window-path"));
    m_stage.add([&actions] {
        actions.playPath->trigger();
        actions.closePath->trigger();
        actions.clearPath->trigger();
        actions.probe->trigger();
    });
}

void TourChapters::addBackdrop(int backdrop, const QString& name, const QString& picture)
{
    const auto& actions = m_app.window().actions();
    const auto at = static_cast<std::size_t>(backdrop);
    m_stage.addMeasured(name,
                        [this, &actions, at] {
                            m_before = m_backdrops;
                            actions.backdrops[at]->trigger();
                        },
                        [this] { return m_backdrops > m_before; });
    m_stage.addPause(700);
    m_stage.addPicture(picture);
}

void TourChapters::planManifold()
{
    const auto& parts = m_app.window().parts();
    const auto& actions = m_app.window().actions();
    addBackdrop(static_cast<int>(ui::Backdrop::Images), section("manifold"), QStringLiteral("window-manifold-behind"));
    m_stage.add([this] {
        m_clock = TourStage::Clock::now();
        m_before = m_backdrops;
    }, [this] { return TourStage::Clock::now() - m_clock >= kRateSpan; });
    m_stage.add([this] {
        m_manifoldHertz = static_cast<double>(m_backdrops - m_before) / std::chrono::duration<double>(TourStage::Clock::now() - m_clock).count();
    });
    for (int i = 0; i < kDragEvents / 4; ++i) // zooming in: coarse at once, then finer than before
        m_stage.addMeasured(section("manifold"),
                            [this, parts] {
                                m_before = m_backdrops;
                                const QRectF view = parts.map->viewRange();
                                parts.map->setViewRange(view.adjusted(view.width() * 0.04, view.height() * 0.04, -view.width() * 0.04, -view.height() * 0.04));
                            },
                            [this] { return m_backdrops > m_before; });
    m_stage.addPause(500);
    m_stage.addPicture(QStringLiteral("window-manifold-zoomed"));
    m_stage.add([parts] { parts.map->fitView(); });
    addBackdrop(static_cast<int>(ui::Backdrop::ImagesAtQuantiles), section("manifold"), QStringLiteral("window-manifold-quantiles"));
    m_stage.add([&actions, parts] {
        actions.backdrops[0]->trigger();
        parts.central->setCurrent(1);
    });
    m_stage.addPause(900);
    m_stage.addPicture(QStringLiteral("window-manifold"));
    m_stage.add([parts] { parts.central->setCurrent(2); });
    m_stage.addPause(900);
    m_stage.addPicture(QStringLiteral("window-reconstructions"));
    m_stage.add([parts] { parts.central->setCurrent(0); });
}

void TourChapters::planTrust()
{
    const auto& parts = m_app.window().parts();
    const auto& actions = m_app.window().actions();
    const auto answered = [this](DecodeChannel channel) { return m_decoded[static_cast<std::size_t>(channel)]; };
    for (QAction* action : {actions.sample, actions.sampleAggregate}) {
        m_stage.addMeasured(section("samples"),
                            [this, action, answered] {
                                m_before = answered(DecodeChannel::Samples);
                                action->trigger();
                            },
                            [this, answered] { return answered(DecodeChannel::Samples) > m_before; });
        m_stage.addPause(400);
    }
    m_stage.addPicture(QStringLiteral("window-samples"));
    m_stage.add([parts] { parts.central->setCurrent(0); });
    for (int i = 0; i < kDragEvents / 2; ++i) // picking: original, decode, eight neighbours, ellipse
        m_stage.addMeasured(section("trust"),
                            [this, i, answered] {
                                m_before = answered(DecodeChannel::Probe);
                                m_app.explorer().pick(static_cast<std::size_t>(97 * i));
                            },
                            [this, answered] { return answered(DecodeChannel::Probe) > m_before; });
    m_stage.addMeasured(section("samples"),
                        [this, &actions, answered] {
                            m_before = answered(DecodeChannel::Samples);
                            actions.samplePosterior->trigger();
                        },
                        [this, answered] { return answered(DecodeChannel::Samples) > m_before; });
    m_stage.addPause(400);
    m_stage.addPicture(QStringLiteral("window-posterior"));
    m_stage.add([parts] { parts.central->setCurrent(0); });
    addBackdrop(static_cast<int>(ui::Backdrop::Density), section("trust"), QStringLiteral("window-density"));
    addBackdrop(static_cast<int>(ui::Backdrop::Holes), section("trust"), QStringLiteral("window-holes"));
    if (m_app.session().data() == nullptr || m_app.session().data()->isLabelled())
        addBackdrop(static_cast<int>(ui::Backdrop::ClassMap), section("trust"), QStringLiteral("window-class-map"));
    m_stage.add([&actions] {
        actions.backdrops[0]->trigger();
        actions.releasePick->trigger();
    });
}

void TourChapters::addLasso(double x, double y, double radiusX, double radiusY, Qt::KeyboardModifiers modifiers)
{
    const auto corner = [this, x, y, radiusX, radiusY](int i) {
        const double angle = 2.0 * std::numbers::pi * i / kLassoCorners;
        return m_stage.onMap(x + radiusX * std::cos(angle), y + radiusY * std::sin(angle));
    };
    m_stage.add([this, corner, modifiers] { m_stage.sendMouse(QEvent::MouseButtonPress, corner(0), Qt::LeftButton, Qt::LeftButton, modifiers); });
    m_stage.add([this, corner, modifiers] {
        for (int i = 1; i < kLassoCorners; ++i)
            m_stage.sendMouse(QEvent::MouseMove, corner(i), Qt::NoButton, Qt::LeftButton, modifiers);
    });
    m_stage.addMeasured(section("selection"),
                        [this, corner, modifiers] {
                            m_before = m_selectionsShown;
                            m_stage.sendMouse(QEvent::MouseButtonRelease, corner(kLassoCorners - 1), Qt::LeftButton, Qt::NoButton, modifiers);
                        },
                        [this] { return m_selectionsShown > m_before; });
    m_stage.addPause(120);
}

void TourChapters::addDirection(const QString& name)
{
    const auto& parts = m_app.window().parts();
    m_stage.addMeasured(section("selection"),
                        [this, parts, name] {
                            m_before = m_app.session().directions().size();
                            Q_EMIT parts.selection->directionRequested(name);
                        },
                        [this] { return m_app.session().directions().size() > m_before; });
    m_stage.add([this] {
        if (!m_app.session().directions().empty())
            m_effect = m_app.session().directions().back().effect;
    });
}

void TourChapters::planSelection()
{
    const auto& actions = m_app.window().actions();
    m_stage.add([&actions] { actions.lasso->trigger(); });
    m_stage.addPause(200);
    addLasso(0.40, 0.45, 0.12, 0.16, Qt::NoModifier);
    addLasso(0.46, 0.55, 0.08, 0.10, Qt::ShiftModifier);
    m_stage.add([this, &actions] {
        m_selected = static_cast<int>(m_app.selections().selection().count());
        actions.groupA->trigger();
    });
    m_stage.addPause(400);
    m_stage.addPicture(QStringLiteral("window-selection"));
    addLasso(0.62, 0.45, 0.12, 0.16, Qt::NoModifier);
    m_stage.add([&actions] { actions.groupB->trigger(); });
    addDirection(QStringLiteral("left to right"));
    m_stage.addPause(500);
    m_stage.addPicture(QStringLiteral("window-direction"));
    m_stage.add([&actions] {
        actions.undo->trigger(); // the direction goes, and with it nothing else
        actions.redo->trigger();
        actions.clearSelection->trigger();
        actions.probe->trigger();
    });
}

void TourChapters::planColouring()
{
    const auto& parts = m_app.window().parts();
    const auto& actions = m_app.window().actions();
    const std::array names{"label", "predicted", "loss", "kl", "sigma"};
    for (const std::size_t by : {std::size_t{3}, std::size_t{4}, std::size_t{2}, std::size_t{1}}) {
        m_stage.addMeasured(section("colouring"),
                            [this, &actions, by] {
                                m_before = m_coloured;
                                actions.colours[by]->trigger();
                            },
                            [this] { return m_coloured > m_before && mapIsSharp(); });
        m_stage.addPause(300);
        m_stage.addPicture(QStringLiteral("window-colour-") + QLatin1String(names[by]));
    }
    m_stage.add([parts, &actions] { actions.colours[0]->trigger(); }, [this] { return mapIsSharp(); });
}

void TourChapters::planPlanes()
{
    const auto& actions = m_app.window().actions();
    Session& session = m_app.session();
    m_stage.add(
        [this, &session] {
            RunConfig config = session.config();
            config.model.latent = kPlaneLatent;
            config.training.epochs = 50;
            if (const Result<void> started = session.startOver(config, QStringLiteral("auto"), /*runAtOnce=*/true); !started)
                m_stage.fail(QString::fromStdString(started.error().text()));
        },
        [&session] { return session.state() == TrainerState::Running && session.snapshot() && session.status().progress.step > 400; });
    m_stage.add([&session] { session.pause(); }, [this, &session] { return session.state() == TrainerState::Paused && session.snapshot()->codes->exact && mapIsSharp(); });
    m_stage.add([this] { m_app.explorer().pick(0); });
    m_stage.addPause(800);
    m_stage.addPicture(QStringLiteral("window-planes"));
    m_stage.add([this, &session] {
        const Plane& plane = m_app.planes().plane();
        m_explained = {{"pc1", plane.explainedU()}, {"pc2", plane.explainedV()}};
        session.run();
    });
    m_stage.addMeasured(section("planes"), [&actions] { actions.planes[static_cast<std::size_t>(PlaneKind::Axes)]->trigger(); }, [this] { return mapIsSharp(); });
    m_stage.addMeasured(section("planes"), [&actions] { actions.planes[static_cast<std::size_t>(PlaneKind::Rotation)]->trigger(); }, [this] { return mapIsSharp(); });
    m_stage.addPause(500);
    m_stage.add([this] { m_stage.sendMouse(QEvent::MouseButtonPress, m_stage.onMap(0.5, 0.5), Qt::LeftButton, Qt::LeftButton, Qt::ControlModifier); });
    for (int i = 1; i <= kDragEvents; ++i) // turning by hand, while it trains
        m_stage.addMeasured(section("planes"),
                            [this, i] {
                                m_stage.sendMouse(QEvent::MouseMove, m_stage.onMap(0.5 + 0.004 * i, 0.5 + 0.002 * i), Qt::NoButton, Qt::LeftButton, Qt::ControlModifier);
                            },
                            [this] { return mapIsSharp(); });
    m_stage.add([this] {
        m_stage.sendMouse(QEvent::MouseButtonRelease, m_stage.onMap(0.5 + 0.004 * kDragEvents, 0.5 + 0.002 * kDragEvents), Qt::LeftButton, Qt::NoButton, Qt::ControlModifier);
    });
    m_stage.addPause(400);
    m_stage.addPicture(QStringLiteral("window-rotation"));

    // two classes make two groups, and their direction a plane
    for (const int label : {0, 1}) {
        m_stage.add([this, &session, &actions, label] {
            const DataPart& train = session.data()->train();
            std::vector<std::size_t> samples;
            for (std::size_t i = 0; i < train.count; ++i)
                if (train.labels.empty() ? i % 2 == static_cast<std::size_t>(label) : train.labels[i] == label)
                    samples.push_back(i);
            m_app.selections().select(Selection(train.count).combined(samples, SelectionMode::Replace), tr("Select"));
            (label == 0 ? actions.groupA : actions.groupB)->trigger();
        });
        m_stage.addPause(100);
    }
    addDirection(QStringLiteral("0 to 1"));
    m_stage.addMeasured(section("planes"),
                        [&actions] {
                            actions.clearSelection->trigger();
                            actions.planes[static_cast<std::size_t>(PlaneKind::Attribute)]->trigger();
                        },
                        [this] { return mapIsSharp(); });
    m_stage.addPause(500);
    m_stage.addPicture(QStringLiteral("window-attribute"));
    m_stage.add([&actions] {
        actions.planes[static_cast<std::size_t>(PlaneKind::Tour)]->trigger();
        if (!actions.playTour->isChecked())
            actions.playTour->trigger();
    });
    m_stage.addPause(500);
    m_stage.add([this] {
        m_clock = TourStage::Clock::now();
        m_before = m_planes;
    }, [this] { return TourStage::Clock::now() - m_clock >= kRateSpan; });
    m_stage.add([this] {
        m_tourHertz = static_cast<double>(m_planes - m_before) / std::chrono::duration<double>(TourStage::Clock::now() - m_clock).count();
    });
    m_stage.addPicture(QStringLiteral("window-tour"));
    m_stage.add([&actions, &session] {
        actions.playTour->trigger();
        session.stop();
    }, [&session] { return session.state() != TrainerState::Running; });
}

QJsonObject TourChapters::figures(const QString& name)
{
    const std::vector<double>& times = m_stage.times(name);
    const auto rounded = [](double value) { return std::round(value * 1000.0) / 1000.0; };
    return {{"events", static_cast<qint64>(times.size())},
            {"latency_ms", QJsonObject{{"p50", rounded(quantile(times, 0.5))},
                                       {"p95", rounded(quantile(times, 0.95))},
                                       {"p99", rounded(quantile(times, 0.99))},
                                       {"max", rounded(quantile(times, 1.0))}}}};
}

QJsonObject TourChapters::report()
{
    QJsonObject path = figures(QStringLiteral("path"));
    QJsonObject manifold = figures(QStringLiteral("manifold"));
    manifold.insert(QStringLiteral("refreshes_per_second"), std::round(m_manifoldHertz * 10.0) / 10.0);
    QJsonObject selection = figures(QStringLiteral("selection"));
    selection.insert(QStringLiteral("selected"), m_selected);
    selection.insert(QStringLiteral("direction_effect"), std::round(m_effect * 100.0) / 100.0);
    QJsonObject planes = figures(QStringLiteral("planes"));
    planes.insert(QStringLiteral("latent"), kPlaneLatent);
    planes.insert(QStringLiteral("explained"), m_explained);
    planes.insert(QStringLiteral("tour_frames_per_second"), std::round(m_tourHertz * 10.0) / 10.0);
    return {{"planes", planes}, {"path", path}, {"manifold", manifold}, {"samples", figures(QStringLiteral("samples"))},
            {"trust", figures(QStringLiteral("trust"))}, {"selection", selection}, {"colouring", figures(QStringLiteral("colouring"))}};
}

} // namespace latentscape::app
