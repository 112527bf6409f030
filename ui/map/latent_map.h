// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/explore/interpolation.h"
#include "core/explore/latent_density.h"
#include "core/explore/plane.h"
#include "core/explore/selection.h"
#include "core/model/latent_frame.h"
#include "ui/map/map_backdrop.h"
#include "ui/map/map_colouring.h"
#include "ui/map/map_gizmo.h"
#include "ui/theme/theme.h"

#include <QImage>
#include <QRectF>
#include <QWidget>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace latentscape::ui {

/// The map of latent space: codes coloured by label or by values, a picture behind them, the probe that a person drags, the picked code, a
/// path, a lasso. Shows values and emits intentions; knows nothing of training or decoding. GUI thread only; its own raster thread makes the pictures, so no function here
/// takes longer for more codes. Coordinates are latent units of the plane given with the codes, y upwards.
class LatentMap : public QWidget {
    Q_OBJECT

public:
    enum class Tool { Probe, Path, Lasso };
    Q_ENUM(Tool)

    explicit LatentMap(QWidget* parent = nullptr);
    ~LatentMap() override;

    void setTheme(const Theme& theme);
    /// Gives labels, class names and thumbnails of the codes to come, and clears the map. Null: no labels.
    void setDataset(std::shared_ptr<const Dataset> dataset);
    /// Shows new codes (null clears). The view is fitted to the first codes of a run, of another kind of plane and of another pair of axes;
    /// later it follows new codes softly, unless the person has zoomed or panned. A plane that turns never moves the view.
    void setCodes(std::shared_ptr<const LatentFrame> frame, const Plane& plane);
    void setAxisLabels(const QString& x, const QString& y);
    void setCaption(const QString& caption); ///< at the bottom left: "live · codes up to one epoch old"
    void setProbe(PlanePoint point);         ///< no signal
    /// A probe moved by hand is painted by the next setProbe(), or after this time: with its image, in one repaint of the window.
    static constexpr std::chrono::milliseconds kProbeWait{4};
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

    /// Newest wins; the points follow when the raster thread has their colours. Another kind, title or unit drops the value filter.
    void setColouring(const MapColouring& colouring);
    [[nodiscard]] const MapColouring& colouring() const;
    /// Kind::Values: points whose value lies outside, and those without one, are not drawn and cannot be picked; an end of the range at an
    /// end of the colour bar is open. nullopt: all. No signal.
    void setValueFilter(std::optional<std::pair<double, double>> range);
    [[nodiscard]] std::optional<std::pair<double, double>> valueFilter() const;
    /// Selected codes keep their colours and lie on top, the others are dimmed. Null or empty: none is dimmed.
    void setSelection(std::shared_ptr<const Selection> selection);
    [[nodiscard]] std::size_t selectedCount() const;
    /// A picture under grid and points; it keeps its place in the plane while the view moves.
    void setBackdrop(const MapBackdrop& backdrop);
    /// The picked posterior at one σ (solid) and two (dashed), and draws from it (small crosses).
    void setEllipse(std::optional<PlaneEllipse> ellipse);
    void setDraws(const std::vector<PlanePoint>& draws);
    /// The axes of a 3-D plane, at the bottom right; with them a drag on the circle, Ctrl+drag anywhere and Ctrl+arrows rotate. Empty: none.
    void setGizmo(const std::vector<GizmoAxis>& axes);
    /// A calm sentence at the top left for some seconds, or until the next gesture of a tool ends. Empty hides.
    void showHint(const QString& sentence);
    [[nodiscard]] QString hint() const;
    void cancelGesture(); ///< drops a half-made lasso

    void fitView(); ///< shows the codes but for the outermost, as LatentCloud::bounds() has it, and follows them again
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
    /// Codes that a hidden class or the value filter takes off the map.
    [[nodiscard]] std::size_t hiddenCount() const;
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
    void probeGrabbed();                            ///< before the first probeMoved of a drag or of held arrow keys
    void probeMoved(latentscape::PlanePoint point); ///< by the person
    void probeReleased();                           ///< ends what probeGrabbed() began
    void picked(qsizetype row);
    void pickReleased();
    void pathAnchorAdded(latentscape::PlanePoint point, qsizetype row); ///< row −1: not on a code
    void pathAnchorGrabbed(int index); ///< before the first pathAnchorMoved of a drag or of held arrow keys
    void pathAnchorMoved(int index, latentscape::PlanePoint point);
    void pathAnchorReleased(int index);
    void pathAnchorRemoved(int index);
    /// Train sample indices inside the lasso, ascending, without hidden classes and filtered points. A click gives none.
    void lassoFinished(const std::vector<std::size_t>& samples, latentscape::SelectionMode mode);
    void rotationGrabbed(); ///< before the first rotationDragged of a drag or of held keys
    void rotationDragged(double horizontal, double vertical); ///< radians since the last one, for Rotation3::turned()
    void rotationReleased();
    void valueFilterGrabbed(); ///< a handle of the colour bar, by the mouse
    void valueFilterChanged(std::optional<std::pair<double, double>> range); ///< by the person, at the colour bar
    void viewRangeChanged(const QRectF& range);
    void hiddenCountChanged(std::size_t count);
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
