// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/explore/plane.h"
#include "core/explore/point_grid.h"
#include "core/model/latent_frame.h"
#include "ui/map/cloud_keys.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace latentscape::ui {

/// An axis-parallel rectangle of the plane, in latent units.
struct PlaneBounds {
    double left = 0.0, bottom = 0.0, right = 0.0, top = 0.0;
    [[nodiscard]] double width() const noexcept { return right - left; }
    [[nodiscard]] double height() const noexcept { return top - bottom; }
};

/// One class of a cloud: how many codes it has, and the medians of their coordinates.
struct ClassSummary {
    int label = 0;
    std::size_t count = 0;
    PlanePoint centre;
};

/// The codes of one frame as points of one plane, with everything the map asks about them. Immutable, shared by pointer, made on the
/// raster thread (60 000 codes: 2–3 ms); setting one on the map costs a pointer copy. Codes that are not finite are left out. Points of a
/// plane with depth are ordered from the farthest to the nearest, others like the frame's rows.
class LatentCloud {
public:
    /// Projects the means of a frame. dataset gives the labels and may be null; a 1-D latent is spread over a strip by a fixed jitter.
    [[nodiscard]] static std::shared_ptr<const LatentCloud> project(std::shared_ptr<const LatentFrame> frame, const Plane& plane,
                                                                    std::shared_ptr<const Dataset> dataset, const CloudColours& colours = {});
    /// Points as they are: x, y [N]; labels [N] or empty; classCount 0 means unlabelled; depth [N] or empty. Sample i is point i before the
    /// ordering by depth.
    [[nodiscard]] static std::shared_ptr<const LatentCloud> fromPoints(std::vector<float> x, std::vector<float> y,
                                                                       std::vector<std::uint16_t> labels, int classCount,
                                                                       std::vector<float> depth = {}, const CloudColours& colours = {});
    /// The same points with other keys; shares everything else.
    [[nodiscard]] std::shared_ptr<const LatentCloud> recoloured(const CloudColours& colours) const;

    [[nodiscard]] std::size_t count() const noexcept { return m_points->x.size(); }
    [[nodiscard]] std::span<const float> x() const noexcept { return m_points->x; }
    [[nodiscard]] std::span<const float> y() const noexcept { return m_points->y; }
    [[nodiscard]] std::span<const std::uint16_t> labels() const noexcept { return m_points->labels; } ///< one a point; all 0 when unlabelled
    [[nodiscard]] std::span<const std::uint8_t> depth() const noexcept { return m_points->depth; }    ///< 0 far … 255 near; empty when flat
    [[nodiscard]] int classCount() const noexcept { return m_points->classCount; }
    /// Only those with codes: by label, or by predicted class where these give the colours.
    [[nodiscard]] const std::vector<ClassSummary>& classes() const noexcept { return m_predicted.empty() ? m_points->classes : m_predicted; }
    /// Holds all but the outermost few codes of each side; for planes with depth a square that does not change when they turn.
    [[nodiscard]] const PlaneBounds& bounds() const noexcept { return m_points->bounds; }
    [[nodiscard]] const std::shared_ptr<const LatentFrame>& frame() const noexcept { return m_points->frame; } ///< null for fromPoints()

    /// What a style turns into marks: one a point.
    [[nodiscard]] std::span<const std::uint16_t> keys() const noexcept { return m_keys.keys.empty() ? labels() : std::span(m_keys.keys); }
    [[nodiscard]] const KeyLayout& layout() const noexcept { return m_keys.layout; }
    [[nodiscard]] std::size_t shownCount() const noexcept { return m_keys.shown; } ///< points that no filter hides

    /// Row of the frame behind a point, and back (nothing when that row was left out).
    [[nodiscard]] std::size_t rowOf(std::size_t point) const noexcept { return m_points->rows.empty() ? point : m_points->rows[point]; }
    [[nodiscard]] std::optional<std::size_t> pointOf(std::size_t row) const noexcept;
    [[nodiscard]] std::size_t sampleOf(std::size_t point) const noexcept { return source().sampleOf(point); } ///< index into the train part
    [[nodiscard]] PlanePoint at(std::size_t point) const noexcept { return {m_points->x[point], m_points->y[point]}; }
    /// The point nearest to p within radius pixels among those that shown accepts (null: all); unitsPerPixel: latent units a logical pixel.
    [[nodiscard]] std::optional<std::size_t> nearest(PlanePoint p, double unitsPerPixelX, double unitsPerPixelY, double radius,
                                                     const std::function<bool(std::size_t)>& shown = {}) const;

private:
    /// All that does not depend on the colours.
    struct Points {
        std::shared_ptr<const LatentFrame> frame;
        std::vector<float> x, y;
        std::vector<std::uint16_t> labels;
        std::vector<std::uint8_t> depth;
        std::vector<std::size_t> rows;       ///< of the points; empty: the identity
        std::vector<std::uint32_t> pointsOf; ///< by row, only where the points are ordered by depth
        int classCount = 0;
        PlaneBounds bounds;
        std::vector<ClassSummary> classes;
        PointGrid grid; ///< of large clouds alone

        void dropNonFinite(std::vector<float>& distances);
        void orderByDepth(const std::vector<float>& distances);
        void summarise();
    };

    LatentCloud() = default;
    [[nodiscard]] KeySource source() const noexcept;
    [[nodiscard]] static std::shared_ptr<const LatentCloud> make(std::shared_ptr<Points> points, std::vector<float> depth,
                                                                 const CloudColours& colours);

    std::shared_ptr<const Points> m_points;
    PointKeys m_keys;
    std::vector<ClassSummary> m_predicted; ///< of predicted classes
};

} // namespace latentscape::ui
