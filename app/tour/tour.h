// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/tour/drag_meter.h"
#include "app/tour/tour_chapters.h"
#include "app/tour/tour_stage.h"
#include "app/window/app_window.h"

#include <QDir>
#include <QElapsedTimer>
#include <QEvent>
#include <QObject>
#include <QPointF>
#include <QStringList>
#include <QTimer>

#include <cstdint>
#include <functional>
#include <vector>

namespace latentscape::app {

/// Shows the whole program without a person: trains, drags the probe through the real event system, measures, uses the main tools, and
/// writes pictures and tour.json into a folder. GUI thread only; owned by main.
class Tour : public QObject {
    Q_OBJECT
public:
    Tour(AppWindow& app, const QString& folder, int epochs, QObject* parent = nullptr);

    /// Files written so far, names only.
    [[nodiscard]] const QStringList& files() const { return m_stage.files(); }

Q_SIGNALS:
    void finished(int exitCode);

private:
    void plan();
    void startDragging();
    void dragOnce();
    void stopDragging();
    void windowedPhase(bool begin);
    void headlessPhase(bool begin);
    void keepTrainingGoing();
    [[nodiscard]] std::int64_t imagesTrained() const;
    [[nodiscard]] QPointF pathPoint(double turn) const;
    bool writeReport();

    AppWindow& m_app;
    int m_epochs; ///< asked for; more are trained when measuring takes longer
    bool m_lastEpoch = false;
    TourStage m_stage;
    TourChapters m_chapters;
    History m_history; ///< of the measured run
    Trainer::Costs m_costs;
    QElapsedTimer m_loading;
    double m_loadMs = 0.0; ///< of the first data set, from the wish to its arrival in the window
    QTimer m_drag;
    DragMeter m_meter;
    DragMeter::Clock::time_point m_phaseStarted;
    DragMeter::Clock::time_point m_nextDue;
    std::int64_t m_phaseImages = 0;
    double m_turn = 0.0;
    std::vector<double> m_windowedRates;
    std::vector<double> m_headlessRates;
    double m_firstPaintMs = 0.0;
    double m_firstPaintMb = 0.0;
};

} // namespace latentscape::app
