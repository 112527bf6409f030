// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/explore/plane.h"
#include "core/explore/point_grid.h"
#include "core/model/latent_frame.h"

#include <cstddef>
#include <cstdint>
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
/// raster thread (60 000 codes: 2–3 ms); setting one on the map costs a pointer copy. Codes that are not finite are left out.
class LatentCloud {
public:
    /// Projects the means of a frame. dataset gives the labels and may be null; a 1-D latent is spread over a strip by a fixed jitter.
    [[nodiscard]] static std::shared_ptr<const LatentCloud> project(std::shared_ptr<const LatentFrame> frame, const Plane& plane,
                                                                    std::shared_ptr<const Dataset> dataset);
    /// Points as they are: x, y [N]; labels [N] or empty; classCount 0 means unlabelled.
    [[nodiscard]] static std::shared_ptr<const LatentCloud> fromPoints(std::vector<float> x, std::vector<float> y,
                                                                       std::vector<std::uint16_t> labels, int classCount);

    [[nodiscard]] std::size_t count() const noexcept { return m_x.size(); }
    [[nodiscard]] std::span<const float> x() const noexcept { return m_x; }
    [[nodiscard]] std::span<const float> y() const noexcept { return m_y; }
    [[nodiscard]] std::span<const std::uint16_t> labels() const noexcept { return m_labels; } ///< one a point; all 0 when unlabelled
    [[nodiscard]] int classCount() const noexcept { return m_classCount; }
    [[nodiscard]] const std::vector<ClassSummary>& classes() const noexcept { return m_classes; } ///< only those with codes
    /// Holds all but the outermost few codes of each side.
    [[nodiscard]] const PlaneBounds& bounds() const noexcept { return m_bounds; }
    [[nodiscard]] const std::shared_ptr<const LatentFrame>& frame() const noexcept { return m_frame; } ///< null for fromPoints()

    /// Row of the frame behind a point, and back (nothing when that row was left out).
    [[nodiscard]] std::size_t rowOf(std::size_t point) const noexcept { return m_rows.empty() ? point : m_rows[point]; }
    [[nodiscard]] std::optional<std::size_t> pointOf(std::size_t row) const noexcept;
    [[nodiscard]] PlanePoint at(std::size_t point) const noexcept { return {m_x[point], m_y[point]}; }
    /// The point nearest to p within radius pixels; unitsPerPixel: latent units a logical pixel.
    [[nodiscard]] std::optional<std::size_t> nearest(PlanePoint p, double unitsPerPixelX, double unitsPerPixelY, double radius) const;

private:
    LatentCloud() = default;
    void dropNonFinite();
    void summarise();

    std::shared_ptr<const LatentFrame> m_frame;
    std::vector<float> m_x, m_y;
    std::vector<std::uint16_t> m_labels;
    std::vector<std::size_t> m_rows; ///< empty: the identity
    int m_classCount = 0;
    PlaneBounds m_bounds;
    std::vector<ClassSummary> m_classes;
    PointGrid m_grid;
};

} // namespace latentscape::ui
