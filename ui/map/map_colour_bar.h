// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/map_colouring.h"
#include "ui/map/map_inset.h"
#include "ui/theme/theme.h"

#include <optional>
#include <utility>
#include <vector>

namespace latentscape::ui {

/// The scale of a numeric colouring, at the top right of the map: title, gradient, ticks, and two handles that choose which values are
/// shown. Handles are dragged or moved by the arrow keys (the lower one; the upper one with Shift); Home or a double click resets.
/// Owned by LatentMap, GUI thread.
class MapColourBar : public MapInset {
    Q_OBJECT

public:
    explicit MapColourBar(QWidget* parent);

    void setTheme(const Theme& theme);
    /// Kind::Values; anything else leaves the bar as it is.
    void setColouring(const MapColouring& colouring);
    /// No signal. Ends beyond those of the bar stand at its ends.
    void setFilter(std::optional<std::pair<double, double>> range);
    [[nodiscard]] std::optional<std::pair<double, double>> filter() const noexcept { return m_filter; }
    /// The most height it may take, in logical pixels.
    void setRoom(int height);

    [[nodiscard]] QString valueText() const; ///< for screen readers: "KL from 0 to 12 nats, shown from 3 to 9"
    [[nodiscard]] QRect barRect() const;      ///< of the gradient
    [[nodiscard]] QPoint handlePosition(bool upper) const; ///< middle of a handle
    [[nodiscard]] std::vector<double> ticks() const { return layTicks().values; } ///< three to five numbers, ascending
    [[nodiscard]] QSize sizeHint() const override;
    void paint(QPainter& painter) const override;

Q_SIGNALS:
    void filterGrabbed(); ///< by the mouse: what is changed until its release is one move
    void filterChanged(std::optional<std::pair<double, double>> range); ///< by the person

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Ticks {
        std::vector<double> values;
        double precision = 1.0; ///< for their text
    };
    [[nodiscard]] Ticks layTicks() const;
    [[nodiscard]] bool isUsable() const; ///< the ends are numbers, one above the other
    [[nodiscard]] double lower() const;
    [[nodiscard]] double upper() const;
    [[nodiscard]] double toY(double value) const;
    [[nodiscard]] double toValue(double y) const;
    [[nodiscard]] int headHeight() const;
    [[nodiscard]] QString heading() const;
    void moveHandle(bool upper, double value);
    void choose(std::optional<std::pair<double, double>> range);

    Theme m_theme = Theme::light();
    MapColouring m_colouring;
    std::optional<std::pair<double, double>> m_filter;
    std::optional<bool> m_held; ///< the handle under the pressed button: upper or not
    double m_grip = 0.0;        ///< from the cursor to the middle of that handle
    int m_room = 10'000;
};

} // namespace latentscape::ui
