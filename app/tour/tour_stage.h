// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/app_window.h"

#include <QDir>
#include <QEvent>
#include <QObject>
#include <QPointF>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <vector>

namespace latentscape::app {

/// What a tour is made of: steps one after the other, each done when its condition holds; mouse events through the real event system;
/// pictures of the window; and how long measured steps took. GUI thread only; owned by Tour.
class TourStage : public QObject {
    Q_OBJECT
public:
    using Clock = std::chrono::steady_clock;
    static constexpr int kPatienceMs = 60000;

    TourStage(AppWindow& app, const QString& folder, QObject* parent);

    /// Called at each look at a step's condition, some fifty times a second.
    void setWatcher(std::function<void()> watcher) { m_watcher = std::move(watcher); }
    void add(std::function<void()> act, std::function<bool()> ready = [] { return true; }, int patienceMs = kPatienceMs);
    /// The time from act to ready (looked at each millisecond) belongs to a section of the report.
    void addMeasured(const QString& section, std::function<void()> act, std::function<bool()> ready);
    void addPause(int milliseconds);
    void addPicture(const QString& name);
    /// Places on the map as shares of its size.
    void addClick(double x, double y, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    [[nodiscard]] QPointF onMap(double x, double y) const;
    void sendMouse(QEvent::Type type, QPointF onMap, Qt::MouseButton button, Qt::MouseButtons buttons, Qt::KeyboardModifiers modifiers = Qt::NoModifier);

    void start();
    void fail(const QString& reason);
    [[nodiscard]] bool hasFailed() const { return m_failed; }
    void noteFile(const QString& name) { m_files << name; }
    [[nodiscard]] const QStringList& files() const { return m_files; }
    [[nodiscard]] const QDir& folder() const { return m_folder; }
    /// Milliseconds of a section's measured steps.
    [[nodiscard]] const std::vector<double>& times(const QString& section) { return m_times[section]; }

Q_SIGNALS:
    void finished(bool ok); ///< all steps are done, or one failed

private:
    struct Step {
        std::function<void()> act;   ///< once
        std::function<bool()> ready; ///< asked every few ms until true
        int patienceMs = kPatienceMs;
        QString section;             ///< measured when not empty
    };
    void next();
    void watch();
    void complete(const Step& step);

    AppWindow& m_app;
    QDir m_folder;
    QStringList m_files;
    std::vector<Step> m_steps;
    std::size_t m_at = 0;
    QTimer m_watch;
    std::function<void()> m_watcher = [] {};
    Clock::time_point m_started, m_watched;
    std::map<QString, std::vector<double>> m_times;
    bool m_failed = false;
};

} // namespace latentscape::app
