// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/hover_card.h"
#include "ui/map/latent_map.h"
#include "ui/map/map_colour_bar.h"
#include "ui/map/map_hint.h"
#include "ui/map/map_legend.h"
#include "ui/map/map_overlay.h"
#include "ui/map/map_plot.h"

#include <QTimer>
#include <QVariantAnimation>

#include <set>

namespace latentscape::ui {

inline constexpr double kClickSlack = 3.0; // pixels a click may move
inline constexpr double kPickRadius = 8.0;
inline constexpr double kHoverReach = 14.0;

/// State of a LatentMap, shared by its face (latent_map.cpp, latent_map_look.cpp), its course (latent_map_private.cpp) and its hand
/// (latent_map_mouse.cpp, _keys.cpp, _lasso.cpp, _hover.cpp).
struct LatentMap::Private {
    explicit Private(LatentMap& owner) : map(owner) {}

    LatentMap& map;
    std::unique_ptr<MapPlot> plot;
    MapOverlay* overlay = nullptr;
    MapLegend* legend = nullptr;
    MapColourBar* bar = nullptr;
    MapGizmo* gizmo = nullptr;
    MapHint* hint = nullptr;
    HoverCard* card = nullptr;

    Theme theme = Theme::light();
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const LatentFrame> asked; ///< the newest frame given
    Plane plane = Plane::axes(2, 0, 1);       ///< and its plane
    CloudColours colours;                     ///< asked for; those of the cloud may be older
    bool fitNext = true;                      ///< the next cloud decides the view
    bool ownView = false;                     ///< the person (or a program) has chosen the view
    bool watchesScreen = false;
    MapView view;
    QVariantAnimation follow;
    QRectF followFrom, followTo;
    const LatentFrame* followed = nullptr; ///< the frame that the view knows; only compared

    PlanePoint probe;
    std::optional<std::size_t> pickedRow;
    std::vector<PlanePoint> anchors;
    int selectedAnchor = -1;
    Tool tool = Tool::Probe;
    QString probeInfo;

    /// What the pressed button is doing.
    enum class Gesture { None, Undecided, Probe, Anchor, Pan, Lasso, Rotation };
    Gesture gesture = Gesture::None;
    QPointF pressedAt;
    QRectF rangeAtPress;
    std::optional<std::size_t> pressedRow;
    bool pickedAtPress = false;
    bool moved = false; ///< further than a click allows
    int gestureAnchor = -1;
    QPointF lastPixel; ///< of a rotation

    /// What has been grabbed, by the mouse or by keys: every grabbed signal has its released one.
    enum class Held { Nothing, Probe, Anchor, Rotation };
    Held held = Held::Nothing;
    int heldAnchor = -1;
    std::set<int> heldKeys; ///< arrow keys that are down

    std::vector<PlanePoint> lasso;   ///< corners of a half-made one
    bool lassoByKeys = false;
    std::optional<PlanePoint> cross; ///< where keys set the next corner
    QTimer cardTimer;
    std::optional<std::size_t> hoveredPoint;
    std::size_t hiddenCodes = 0; ///< by class or filter, as listeners know

    [[nodiscard]] const std::shared_ptr<const LatentCloud>& cloud() const { return plot->scatter().cloud(); }
    /// Applies a range to plot, overlay (with the plot's next drawing) and listeners. Keeps one scale on both axes.
    void setView(const QRectF& range);
    [[nodiscard]] QRectF fittingRange() const;
    void followCodes(bool newCodes);
    void cloudArrived();
    void refreshStyle();
    void refreshPicked();
    void placeInsets();
    void recolour();
    [[nodiscard]] std::vector<const MapInset*> insets() const { return {legend, bar, gizmo}; }
    void updateDeviceRatio();

    // the hand
    [[nodiscard]] std::optional<std::size_t> pointAt(QPointF pixel, double radius) const;
    void grab(Held what, int anchor = -1);
    void release();
    void moveProbe(PlanePoint point);
    void moveAnchor(int index, PlanePoint point);
    void rotate(double horizontal, double vertical);
    void zoom(QPointF pixel, double factor);
    void selectAnchor(int index);
    void updateCursor(QPointF pixel);
    void hover(QPointF pixel);
    void endHover();
    void showCard();
    [[nodiscard]] QString colourText(std::size_t point) const; ///< what the colour of a point tells: "KL 7.3 nats"; empty for labels
    [[nodiscard]] bool arrowKey(QKeyEvent* event);

    // the lasso
    void extendLasso(QPointF pixel);
    void finishLasso(Qt::KeyboardModifiers modifiers);
    void dropLasso();
    void moveCross(double right, double up); ///< shares of the view
    [[nodiscard]] bool lassoKey(QKeyEvent* event);
};

} // namespace latentscape::ui
