// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_cloud.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kStripHeight = 1.2;            // of a 1-D latent's jitter, in latent units
constexpr std::size_t kBoundsSample = 5'000;    // coordinates that decide the bounds
constexpr std::size_t kCentreSample = 512;      // points a class that decide its median
constexpr double kOutsideShare = 0.002;         // of the codes that the bounds may leave out on each side
constexpr std::size_t kScanned = 100'000;       // points up to which one look at all of them costs less than a grid for every new cloud
constexpr double kDepthShare = 0.98;            // of the codes that the bands of depth tell apart; the rest joins the outermost ones
constexpr std::uint32_t kNoPoint = 0xffffffffu;

/// A fixed number in [−½, ½) for a row: the strip of a 1-D latent must not flicker from frame to frame.
float jitter(std::size_t row)
{
    auto h = static_cast<std::uint32_t>(row) * 2654435761u;
    h ^= h >> 15;
    h *= 2246822519u;
    h ^= h >> 13;
    return static_cast<float>(h >> 8) * (1.0f / 16777216.0f) - 0.5f;
}

float quantile(std::vector<float>& values, double share)
{
    const auto index = static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(values.size() - 1)));
    std::nth_element(values.begin(), values.begin() + index, values.end());
    return values[static_cast<std::size_t>(index)];
}

void sample(std::span<const float> all, std::vector<float>& out)
{
    const std::size_t stride = std::max<std::size_t>(1, all.size() / kBoundsSample);
    out.clear();
    for (std::size_t i = 0; i < all.size(); i += stride)
        out.push_back(all[i]);
}

/// Medians and counts of the points of each group; groups from classCount on are left out.
std::vector<ClassSummary> summariesOf(std::span<const float> x, std::span<const float> y, std::span<const std::uint16_t> groups, int classCount)
{
    const auto classes = static_cast<std::size_t>(classCount);
    std::vector<std::size_t> counts(classes + 1, 0);
    for (const std::uint16_t group : groups)
        ++counts[group];
    std::vector<std::vector<float>> xs(classes), ys(classes);
    std::vector<std::size_t> seen(classes, 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t c = groups[i];
        if (c >= classes)
            continue;
        const std::size_t stride = std::max<std::size_t>(1, counts[c] / kCentreSample);
        if (seen[c]++ % stride == 0) {
            xs[c].push_back(x[i]);
            ys[c].push_back(y[i]);
        }
    }
    std::vector<ClassSummary> summaries;
    for (std::size_t c = 0; c < classes; ++c) {
        if (counts[c] == 0)
            continue;
        const PlanePoint centre{static_cast<double>(quantile(xs[c], 0.5)), static_cast<double>(quantile(ys[c], 0.5))};
        summaries.push_back({static_cast<int>(c), counts[c], centre});
    }
    return summaries;
}

} // namespace

std::shared_ptr<const LatentCloud> LatentCloud::project(std::shared_ptr<const LatentFrame> frame, const Plane& plane,
                                                        std::shared_ptr<const Dataset> dataset, const CloudColours& colours)
{
    const auto points = std::make_shared<Points>();
    std::vector<float> depth;
    if (plane.hasDepth())
        plane.project(*frame, points->x, points->y, depth);
    else
        plane.project(*frame, points->x, points->y);
    const std::size_t n = points->x.size();
    if (frame->latent == 1) {
        for (std::size_t i = 0; i < n; ++i)
            points->y[i] = jitter(i) * static_cast<float>(kStripHeight);
    }
    points->labels.assign(n, 0);
    if (dataset && dataset->isLabelled()) {
        points->classCount = static_cast<int>(dataset->classNames().size());
        const std::vector<std::int32_t>& labels = dataset->train().labels;
        for (std::size_t i = 0; i < n; ++i) {
            const auto index = static_cast<std::size_t>(frame->indices[i]);
            if (index < labels.size() && labels[index] >= 0 && labels[index] < points->classCount)
                points->labels[i] = static_cast<std::uint16_t>(labels[index]);
        }
    }
    points->frame = std::move(frame);
    return make(points, std::move(depth), colours);
}

std::shared_ptr<const LatentCloud> LatentCloud::fromPoints(std::vector<float> x, std::vector<float> y, std::vector<std::uint16_t> labels,
                                                           int classCount, std::vector<float> depth, const CloudColours& colours)
{
    const auto points = std::make_shared<Points>();
    points->x = std::move(x);
    points->y = std::move(y);
    points->labels = std::move(labels);
    points->labels.resize(points->x.size(), 0);
    points->classCount = classCount;
    return make(points, std::move(depth), colours);
}

std::shared_ptr<const LatentCloud> LatentCloud::make(std::shared_ptr<Points> points, std::vector<float> depth, const CloudColours& colours)
{
    points->dropNonFinite(depth);
    if (!depth.empty())
        points->orderByDepth(depth);
    points->summarise();
    const std::shared_ptr<LatentCloud> cloud(new LatentCloud);
    cloud->m_points = std::move(points);
    return cloud->recoloured(colours);
}

std::shared_ptr<const LatentCloud> LatentCloud::recoloured(const CloudColours& colours) const
{
    const std::shared_ptr<LatentCloud> cloud(new LatentCloud);
    cloud->m_points = m_points;
    cloud->m_keys = makeKeys(source(), colours);
    if (cloud->m_keys.layout.kind == MapColouring::Kind::Classes)
        cloud->m_predicted = summariesOf(x(), y(), predictedClasses(source(), colours.colouring), classCount());
    return cloud;
}

KeySource LatentCloud::source() const noexcept
{
    return {m_points->labels, m_points->depth, m_points->rows, m_points->frame ? std::span<const std::int32_t>(m_points->frame->indices)
                                                                               : std::span<const std::int32_t>(), m_points->classCount};
}

std::optional<std::size_t> LatentCloud::pointOf(std::size_t row) const noexcept
{
    if (!m_points->pointsOf.empty())
        return row < m_points->pointsOf.size() && m_points->pointsOf[row] != kNoPoint ? std::optional<std::size_t>(m_points->pointsOf[row])
                                                                                      : std::nullopt;
    const std::vector<std::size_t>& rows = m_points->rows;
    if (rows.empty())
        return row < count() ? std::optional(row) : std::nullopt;
    const auto found = std::lower_bound(rows.begin(), rows.end(), row);
    if (found == rows.end() || *found != row)
        return std::nullopt;
    return static_cast<std::size_t>(found - rows.begin());
}

std::optional<std::size_t> LatentCloud::nearest(PlanePoint p, double unitsPerPixelX, double unitsPerPixelY, double radius,
                                                const std::function<bool(std::size_t)>& shown) const
{
    if (count() == 0)
        return std::nullopt;
    std::optional<std::size_t> found;
    if (count() > kScanned) {
        found = m_points->grid.nearest(x(), y(), p.x, p.y, unitsPerPixelX, unitsPerPixelY, radius);
        if (!found || !shown || shown(*found))
            return found;
        found.reset();
    }
    // Small clouds have no grid, and it knows nothing of what is hidden: all points are looked at, about a millisecond for a million of them.
    const std::span<const float> xs = x(), ys = y();
    double best = radius * radius;
    for (std::size_t i = 0; i < xs.size(); ++i) {
        const double dx = (static_cast<double>(xs[i]) - p.x) / unitsPerPixelX, dy = (static_cast<double>(ys[i]) - p.y) / unitsPerPixelY;
        const double distance = dx * dx + dy * dy;
        if (distance > best || (found && distance == best) || (shown && !shown(i)))
            continue;
        best = distance;
        found = i;
    }
    return found;
}

void LatentCloud::Points::dropNonFinite(std::vector<float>& distances)
{
    const std::size_t n = x.size();
    const bool deep = !distances.empty();
    const auto finite = [&](std::size_t i) { return std::isfinite(x[i]) && std::isfinite(y[i]) && (!deep || std::isfinite(distances[i])); };
    bool all = true;
    for (std::size_t i = 0; i < n && all; ++i)
        all = finite(i);
    if (all)
        return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (!finite(i))
            continue;
        x[kept] = x[i];
        y[kept] = y[i];
        labels[kept] = labels[i];
        if (deep)
            distances[kept] = distances[i];
        rows.push_back(i);
        ++kept;
    }
    x.resize(kept);
    y.resize(kept);
    labels.resize(kept);
    if (deep)
        distances.resize(kept);
}

void LatentCloud::Points::orderByDepth(const std::vector<float>& distances)
{
    const std::size_t n = x.size();
    if (n == 0)
        return;
    // The radius about the origin stays the same while the plane turns, and with it the bands and the bounds.
    std::vector<float> radii;
    const std::size_t stride = std::max<std::size_t>(1, n / kBoundsSample);
    for (std::size_t i = 0; i < n; i += stride)
        radii.push_back(std::hypot(x[i], y[i], distances[i]));
    const double outermost = static_cast<double>(quantile(radii, 1.0 - kOutsideShare));
    const double radius = std::max(static_cast<double>(quantile(radii, kDepthShare)), 1e-30);
    bounds = {-outermost, -outermost, outermost, outermost};

    // A counting sort on 16 bits: stable, so that equal depths keep the order of the data set.
    constexpr std::size_t kLevels = 1 << 16;
    std::vector<std::uint16_t> levels(n);
    std::vector<std::uint32_t> starts(kLevels + 1, 0);
    for (std::size_t i = 0; i < n; ++i) {
        const double t = std::clamp(static_cast<double>(distances[i]) / radius, -1.0, 1.0) * 0.5 + 0.5;
        levels[i] = static_cast<std::uint16_t>(t * (kLevels - 1));
        ++starts[levels[i] + 1u];
    }
    for (std::size_t level = 0; level < kLevels; ++level)
        starts[level + 1] += starts[level];
    const Points before{{}, std::move(x), std::move(y), std::move(labels), {}, std::move(rows), {}, 0, {}, {}, {}};
    x.resize(n), y.resize(n), labels.resize(n), depth.resize(n), rows.resize(n);
    std::size_t lastRow = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t to = starts[levels[i]]++;
        x[to] = before.x[i];
        y[to] = before.y[i];
        labels[to] = before.labels[i];
        depth[to] = static_cast<std::uint8_t>(levels[i] >> 8);
        rows[to] = before.rows.empty() ? i : before.rows[i];
        lastRow = std::max(lastRow, rows[to]);
    }
    pointsOf.assign(lastRow + 1, kNoPoint);
    for (std::size_t i = 0; i < n; ++i)
        pointsOf[rows[i]] = static_cast<std::uint32_t>(i);
}

void LatentCloud::Points::summarise()
{
    if (x.empty())
        return;
    if (x.size() > kScanned)
        grid = PointGrid(x, y);
    if (depth.empty()) {
        std::vector<float> values;
        sample(x, values);
        bounds.left = static_cast<double>(quantile(values, kOutsideShare));
        bounds.right = static_cast<double>(quantile(values, 1.0 - kOutsideShare));
        sample(y, values);
        bounds.bottom = static_cast<double>(quantile(values, kOutsideShare));
        bounds.top = static_cast<double>(quantile(values, 1.0 - kOutsideShare));
    }
    if (classCount > 0)
        classes = summariesOf(x, y, labels, classCount);
}

} // namespace latentscape::ui
