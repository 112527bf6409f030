// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/latent_cloud.h"
#include "ui/map/map_backdrop.h"
#include "ui/map/map_view.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

class QPainter;

namespace latentscape::ui {

/// What stands around the points, apart from handles. A value of the map.
struct MapDecor {
    Theme theme = Theme::light();
    QFont font;
    QString xLabel, yLabel;
    QString caption;    ///< at the bottom left
    QString emptyText;  ///< in the middle when there is no cloud
    std::optional<PlanePoint> priorMean; ///< in the plane: centre of the circles at 1, 2 and 3 σ of the prior, which is N(mean, I) in any plane
    bool classNames = true;
    QStringList names;  ///< [classes]
    std::vector<bool> hidden; ///< [classes] or empty
    int emphasised = -1;
    MapBackdrop backdrop;

    /// The caption and that of the backdrop in one line.
    [[nodiscard]] QString fullCaption() const;
};

/// Height of the lines of text along the map's lower edge: caption and tick labels. Insets stand above them.
[[nodiscard]] double bottomTextHeight(const MapDecor& decor);


/// Step between labelled grid lines for a scale: 1, 2 or 5 times a power of ten, at least leastPixels apart.
[[nodiscard]] double niceStep(double pixelsPerUnit, double leastPixels);
/// A tick's number with a real minus sign and no more decimals than step needs.
[[nodiscard]] QString tickText(double value, double step);

/// A class name's disc on the screen.
struct NameDisc {
    int label = 0;
    QPointF centre;
    QSizeF size;
};
/// Places for the visible classes' names: at their centres, pushed apart where they would overlap. At most the 20 largest classes.
[[nodiscard]] std::vector<NameDisc> placeNames(const MapDecor& decor, const MapView& view, const LatentCloud& cloud);

/// The picture under everything, clipped to the view and glued to the plane. On devices of vectors as one picture at ratio pixels a logical one.
void drawBackdrop(QPainter& painter, const MapDecor& decor, const MapView& view, double ratio);
/// Under the points: grid lines. Over them: prior circles, tick labels, names, caption. All in logical pixels.
void drawGrid(QPainter& painter, const MapDecor& decor, const MapView& view);
void drawForeground(QPainter& painter, const MapDecor& decor, const MapView& view, const LatentCloud* cloud);

} // namespace latentscape::ui
