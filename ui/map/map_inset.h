// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPainter;

namespace latentscape::ui {

/// A small panel in a corner of the map that belongs to its picture too: legend, colour bar, axes. Owned by LatentMap, GUI thread.
class MapInset : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// Draws the panel with its corner at the painter's origin, as on the screen but without signs of the keyboard or the mouse.
    virtual void paint(QPainter& painter) const = 0;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace latentscape::ui
