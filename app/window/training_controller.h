// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/session.h"
#include "ui/window/main_window.h"

#include <QObject>

#include <functional>

namespace latentscape::app {

/// Joins the session's training to the actions, the Experiment panel, the β slider, the charts and the status line, and asks before
/// unsaved training is lost. GUI thread only; owned by AppWindow.
class TrainingController : public QObject {
    Q_OBJECT
public:
    TrainingController(Session& session, ui::MainWindow& window, QObject* parent);

    /// Calls go() at once, or after Save / Discard when training would be lost; never on Cancel.
    void confirmLoss(const QString& question, std::function<void()> go);
    /// Loads a set with the settings shown; asks first.
    void chooseData(const QString& spec);
    /// Trains as soon as the run is prepared (start of the program with --train).
    void trainWhenReady() { m_trainWhenReady = true; }
    /// The device that the person chose ("auto", "cpu", "cuda:0").
    [[nodiscard]] QString device() const;
    /// Saving was given up or failed: what was to follow it does not happen.
    void forgetAfterSave();

Q_SIGNALS:
    void saveRequested();

private:
    void toggleTraining();
    void startOver(bool runAtOnce);
    void applyLiveSettings();
    void showLoadedData();
    void onRunPrepared();
    void onStateChanged(TrainerState state);
    void onStatus();
    void onSaved();
    void onRolledBack(const QString& text, double learningRate);
    void updateActions();
    [[nodiscard]] bool settingsNeedNewRun() const;

    Session& m_session;
    ui::MainWindow& m_window;
    const ui::MainWindow::Parts& m_parts;
    std::function<void()> m_afterSave;
    QString m_runDevice;       ///< that the run was started with
    bool m_trainWhenReady = false;
    bool m_loading = false;
};

} // namespace latentscape::app
