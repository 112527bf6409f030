// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/tour/tour_stage.h"
#include "app/window/app_window.h"

#include <QJsonObject>
#include <QObject>

#include <array>
#include <cstdint>

namespace latentscape::app {

/// The chapters of the tour that use every tool once, with real events, and measure how long each takes to answer: path, manifold, samples
/// and trust, selection, colouring, and – in a latent space of ten dimensions – planes. GUI thread only; owned by Tour.
class TourChapters : public QObject {
    Q_OBJECT
public:
    TourChapters(AppWindow& app, TourStage& stage, QObject* parent);

    /// Adds the steps. All but the planes belong into a run under way.
    void planPath();
    void planManifold();
    void planTrust();
    void planSelection();
    void planColouring();
    void planPlanes();

    /// One object a chapter: {"events", "latency_ms": {…}, …}.
    [[nodiscard]] QJsonObject report();

private:
    void addLasso(double x, double y, double radiusX, double radiusY, Qt::KeyboardModifiers modifiers);
    void addDirection(const QString& section);
    void addBackdrop(int backdrop, const QString& section, const QString& picture);
    [[nodiscard]] QJsonObject figures(const QString& name);
    [[nodiscard]] bool mapIsSharp() const;

    AppWindow& m_app;
    TourStage& m_stage;
    std::array<std::uint64_t, 8> m_decoded{}; ///< answers so far, by channel
    std::uint64_t m_selectionsShown = 0, m_coloured = 0, m_backdrops = 0, m_planes = 0;
    std::uint64_t m_before = 0;               ///< a count when a step began
    TourStage::Clock::time_point m_clock;
    double m_manifoldHertz = 0.0, m_tourHertz = 0.0;
    double m_effect = 0.0;
    int m_selected = 0;
    QJsonObject m_explained;
};

} // namespace latentscape::app
