// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/hover_card.h"
#include "ui/map/latent_map.h"
#include "ui/map/map_legend.h"
#include "ui/map/map_overlay.h"
#include "ui/map/map_plot.h"

#include <QTimer>
#include <QVariantAnimation>

namespace latentscape::ui {

/// State of a LatentMap, shared by its face (latent_map.cpp), its course (latent_map_private.cpp) and its hand (latent_map_input.cpp).
struct LatentMap::Private {
    explicit Private(LatentMap& owner) : map(owner) {}

    LatentMap& map;
    std::unique_ptr<MapPlot> plot;
    MapOverlay* overlay = nullptr;
    MapLegend* legend = nullptr;
    HoverCard* card = nullptr;

    Theme theme = Theme::light();
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const LatentFrame> asked; ///< the newest frame given
    Plane plane = Plane::axes(2, 0, 1);       ///< and its plane
    bool fitNext = true;                      ///< the next cloud decides the view
    bool ownView = false;                     ///< the person (or a program) has chosen the view
    bool watchesScreen = false;
    MapView view;
    QVariantAnimation follow;
    QRectF followFrom, followTo;

    PlanePoint probe;
    std::optional<std::size_t> pickedRow;
    std::vector<PlanePoint> anchors;
    int selectedAnchor = -1;
    Tool tool = Tool::Probe;
    QString probeInfo;

    /// What the pressed button is doing.
    enum class Gesture { None, Undecided, Probe, Anchor, Pan };
    Gesture gesture = Gesture::None;
    QPointF pressedAt;
    QRectF rangeAtPress;
    std::optional<std::size_t> pressedRow;
    bool pickedAtPress = false;
    bool moved = false; ///< further than a click allows
    int gestureAnchor = -1;
    QTimer cardTimer;
    std::optional<std::size_t> hoveredPoint;

    [[nodiscard]] const std::shared_ptr<const LatentCloud>& cloud() const { return plot->scatter().cloud(); }
    /// Applies a range to plot, overlay (with the plot's next drawing) and listeners. Keeps one scale on both axes.
    void setView(const QRectF& range);
    [[nodiscard]] QRectF fittingRange() const;
    void followCodes();
    void cloudArrived();
    void refreshStyle();
    void refreshPicked();
    void placeLegend();
    void updateDeviceRatio();

    // the hand
    [[nodiscard]] std::optional<std::size_t> pointAt(QPointF pixel, double radius) const;
    void moveProbe(PlanePoint point);
    void zoom(QPointF pixel, double factor);
    void selectAnchor(int index);
    void hover(QPointF pixel);
    void endHover();
    void showCard();
    [[nodiscard]] bool arrowKey(int key, Qt::KeyboardModifiers modifiers);
};

} // namespace latentscape::ui
