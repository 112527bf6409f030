// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tour/tour_stage.h"

#include "ui/map/latent_map.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QTextStream>
#include <QWindow>

#include <utility>

namespace latentscape::app {

namespace {

constexpr auto kLook = std::chrono::milliseconds(50); // seldom: what it takes counts as the window's
constexpr auto kCloseLook = std::chrono::milliseconds(1);

} // namespace

TourStage::TourStage(AppWindow& app, const QString& folder, QObject* parent)
    : QObject(parent)
    , m_app(app)
    , m_folder(folder)
{
    m_watch.setTimerType(Qt::PreciseTimer);
    connect(&m_watch, &QTimer::timeout, this, &TourStage::watch);
}

void TourStage::add(std::function<void()> act, std::function<bool()> ready, int patienceMs)
{
    m_steps.push_back({std::move(act), std::move(ready), patienceMs, {}});
}

void TourStage::addMeasured(const QString& section, std::function<void()> act, std::function<bool()> ready)
{
    m_steps.push_back({std::move(act), std::move(ready), kPatienceMs, section});
}

void TourStage::addPause(int milliseconds)
{
    add([] {}, [this, milliseconds] { return Clock::now() - m_started >= std::chrono::milliseconds(milliseconds); });
}

void TourStage::addPicture(const QString& name)
{
    add([this, name] {
        const QString file = name + QStringLiteral(".png");
        if (m_app.window().grab().save(m_folder.filePath(file)))
            noteFile(file);
        else
            fail(tr("The picture %1 could not be written.").arg(file));
    });
}

void TourStage::addClick(double x, double y, Qt::KeyboardModifiers modifiers)
{
    add([this, x, y, modifiers] {
        sendMouse(QEvent::MouseButtonPress, onMap(x, y), Qt::LeftButton, Qt::LeftButton, modifiers);
        sendMouse(QEvent::MouseButtonRelease, onMap(x, y), Qt::LeftButton, Qt::NoButton, modifiers);
    });
    addPause(60);
}

QPointF TourStage::onMap(double x, double y) const
{
    const QSize size = m_app.window().parts().map->size();
    return {x * size.width(), y * size.height()};
}

void TourStage::sendMouse(QEvent::Type type, QPointF onMap, Qt::MouseButton button, Qt::MouseButtons buttons, Qt::KeyboardModifiers modifiers)
{
    ui::MainWindow& window = m_app.window();
    const QPointF local = window.parts().map->mapTo(&window, onMap.toPoint());
    QMouseEvent event(type, local, window.mapToGlobal(local), button, buttons, modifiers);
    QCoreApplication::sendEvent(window.windowHandle(), &event); // to the native window: hit-testing and delivery as for a person's mouse
}

void TourStage::start()
{
    QTimer::singleShot(0, this, [this] { next(); });
}

void TourStage::next()
{
    m_watch.stop();
    while (!m_failed && m_at < m_steps.size()) {
        const Step step = m_steps[m_at]; // a copy: steps may be added meanwhile
        m_started = m_watched = Clock::now();
        step.act();
        if (m_failed)
            return;
        if (!step.ready()) {
            m_watch.start(step.section.isEmpty() ? kLook : kCloseLook);
            return;
        }
        complete(step);
    }
    if (!m_failed)
        Q_EMIT finished(true);
}

void TourStage::complete(const Step& step)
{
    if (!step.section.isEmpty())
        m_times[step.section].push_back(std::chrono::duration<double, std::milli>(Clock::now() - m_started).count());
    ++m_at;
}

void TourStage::watch()
{
    const Step& step = m_steps[m_at];
    if (Clock::now() - m_watched >= kLook) {
        m_watched = Clock::now();
        m_watcher();
    }
    if (step.ready()) {
        complete(step);
        next();
    } else if (Clock::now() - m_started > std::chrono::milliseconds(step.patienceMs)) {
        fail(tr("Step %1 of the tour did not come to its end within %2 s%3.")
                 .arg(m_at + 1)
                 .arg(step.patienceMs / 1000)
                 .arg(step.section.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(step.section)));
    }
}

void TourStage::fail(const QString& reason)
{
    if (m_failed)
        return;
    m_failed = true;
    m_watch.stop();
    QTextStream(stderr) << "latentscape: " << reason << Qt::endl;
    Q_EMIT finished(false);
}

} // namespace latentscape::app
