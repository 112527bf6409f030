// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/explore/interpolation.h"
#include "core/explore/plane.h"
#include "core/model/latent_frame.h"
#include "ui/theme/theme.h"

#include <QImage>
#include <QRectF>
#include <QWidget>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace latentscape::ui {

/// The map of latent space: codes coloured by label, the probe that a person drags, the picked code, a path. Shows values and emits
/// intentions; knows nothing of training or decoding. GUI thread only; its own raster thread makes the pictures, so no function here
/// takes longer for more codes. Coordinates are latent units of the plane given with the codes, y upwards.
class LatentMap : public QWidget {
    Q_OBJECT

public:
    enum class Tool { Probe, Path };
    Q_ENUM(Tool)

    explicit LatentMap(QWidget* parent = nullptr);
    ~LatentMap() override;

    void setTheme(const Theme& theme);
    /// Gives labels, class names and thumbnails of the codes to come, and clears the map. Null: no labels.
    void setDataset(std::shared_ptr<const Dataset> dataset);
    /// Shows new codes (null clears). The view is fitted to the first codes of a run and of another plane; later it follows softly, unless the
    /// person has zoomed or panned.
    void setCodes(std::shared_ptr<const LatentFrame> frame, const Plane& plane);
    void setAxisLabels(const QString& x, const QString& y);
    void setCaption(const QString& caption); ///< at the bottom left: "live · codes up to one epoch old"
    void setProbe(PlanePoint point);         ///< no signal
    [[nodiscard]] PlanePoint probe() const;
    /// Rings the code of a row of the frame; a thin line leads from it to the probe.
    void setPicked(std::optional<std::size_t> row);
    void setTool(Tool tool);
    [[nodiscard]] Tool tool() const;
    /// Numbered handles, joined by straight lines until setPathCurve() tells the true course (of a spherical path, say).
    void setPath(const std::vector<PlanePoint>& anchors, Interpolation method);
    void setPathCurve(const std::vector<PlanePoint>& curve);
    void setPathPosition(std::optional<PlanePoint> point);
    /// What the accessible description says of the probe: "z (0.62, −1.18), nearest label 7".
    void setProbeInfo(const QString& text);
    [[nodiscard]] QString probeInfo() const;

    void fitView(); ///< shows all codes, and follows them again
    [[nodiscard]] QRectF viewRange() const; ///< x() and y() are the least coordinates shown
    void setViewRange(const QRectF& range); ///< at least this range, with one scale on both axes
    void setLabelledClusters(bool shown);

    /// One class of the codes shown, for accessibility and tests.
    struct ClassEntry {
        int label = 0;
        QString name;
        std::size_t count = 0;
        bool shown = true;
        QRect area; ///< of its row in the legend, in this widget's pixels
    };
    [[nodiscard]] std::vector<ClassEntry> classes() const;
    void isolateClass(int label); ///< as a click in the legend does
    /// Where a point of the plane stands in this widget, and back.
    [[nodiscard]] QPointF toPixel(PlanePoint point) const;
    [[nodiscard]] PlanePoint toPlane(QPointF pixel) const;

    [[nodiscard]] bool settled() const; ///< the newest codes, view and colours are on the screen, sharp
    [[nodiscard]] int scatterDraws() const; ///< how often the points were drawn or copied: a drag must not raise it

    /// The map without handles: points rastered at scale device pixels a logical one, all else as vectors where the format has them.
    [[nodiscard]] QImage renderedImage(double scale) const;
    /// Saves it as .png, .svg or .pdf by suffix, whole or not at all. False when the suffix is another or the disk refuses.
    bool exportTo(const QString& path, double scale);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void probeMoved(latentscape::PlanePoint point); ///< by the person
    void probeReleased();
    void picked(qsizetype row);
    void pickReleased();
    void pathAnchorAdded(latentscape::PlanePoint point, qsizetype row); ///< row −1: not on a code
    void pathAnchorMoved(int index, latentscape::PlanePoint point);
    void pathAnchorRemoved(int index);
    void viewRangeChanged(const QRectF& range);
    void exportRequested();
    void overlayPainted(); ///< end of a paint of the handles

protected:
    bool event(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Private;
    void showMenu(const QPoint& globalPosition);
    std::unique_ptr<Private> d;
};

} // namespace latentscape::ui
