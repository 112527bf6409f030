// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_cloud.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kStripHeight = 1.2;            // of a 1-D latent's jitter, in latent units
constexpr std::size_t kBoundsSample = 20'000;   // coordinates that decide the bounds
constexpr std::size_t kCentreSample = 2'048;    // points a class that decide its median
constexpr double kOutsideShare = 0.002;         // of the codes that the bounds may leave out on each side

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

} // namespace

std::shared_ptr<const LatentCloud> LatentCloud::project(std::shared_ptr<const LatentFrame> frame, const Plane& plane,
                                                        std::shared_ptr<const Dataset> dataset)
{
    const std::shared_ptr<LatentCloud> cloud(new LatentCloud);
    plane.project(*frame, cloud->m_x, cloud->m_y);
    const std::size_t n = cloud->m_x.size();
    if (frame->latent == 1) {
        for (std::size_t i = 0; i < n; ++i)
            cloud->m_y[i] = jitter(i) * static_cast<float>(kStripHeight);
    }
    cloud->m_labels.assign(n, 0);
    if (dataset && dataset->isLabelled()) {
        cloud->m_classCount = static_cast<int>(dataset->classNames().size());
        const std::vector<std::int32_t>& labels = dataset->train().labels;
        for (std::size_t i = 0; i < n; ++i) {
            const auto index = static_cast<std::size_t>(frame->indices[i]);
            if (index < labels.size() && labels[index] >= 0 && labels[index] < cloud->m_classCount)
                cloud->m_labels[i] = static_cast<std::uint16_t>(labels[index]);
        }
    }
    cloud->m_frame = std::move(frame);
    cloud->dropNonFinite();
    cloud->summarise();
    return cloud;
}

std::shared_ptr<const LatentCloud> LatentCloud::fromPoints(std::vector<float> x, std::vector<float> y, std::vector<std::uint16_t> labels,
                                                           int classCount)
{
    const std::shared_ptr<LatentCloud> cloud(new LatentCloud);
    cloud->m_x = std::move(x);
    cloud->m_y = std::move(y);
    cloud->m_labels = std::move(labels);
    cloud->m_labels.resize(cloud->m_x.size(), 0);
    cloud->m_classCount = classCount;
    cloud->dropNonFinite();
    cloud->summarise();
    return cloud;
}

std::optional<std::size_t> LatentCloud::pointOf(std::size_t row) const noexcept
{
    if (m_rows.empty())
        return row < m_x.size() ? std::optional(row) : std::nullopt;
    const auto found = std::lower_bound(m_rows.begin(), m_rows.end(), row);
    if (found == m_rows.end() || *found != row)
        return std::nullopt;
    return static_cast<std::size_t>(found - m_rows.begin());
}

std::optional<std::size_t> LatentCloud::nearest(PlanePoint p, double unitsPerPixelX, double unitsPerPixelY, double radius) const
{
    if (m_x.empty())
        return std::nullopt;
    return m_grid.nearest(m_x, m_y, p.x, p.y, unitsPerPixelX, unitsPerPixelY, radius);
}

void LatentCloud::dropNonFinite()
{
    const std::size_t n = m_x.size();
    const auto finite = [this](std::size_t i) { return std::isfinite(m_x[i]) && std::isfinite(m_y[i]); };
    bool all = true;
    for (std::size_t i = 0; i < n && all; ++i)
        all = finite(i);
    if (all)
        return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (!finite(i))
            continue;
        m_x[kept] = m_x[i];
        m_y[kept] = m_y[i];
        m_labels[kept] = m_labels[i];
        m_rows.push_back(i);
        ++kept;
    }
    m_x.resize(kept);
    m_y.resize(kept);
    m_labels.resize(kept);
}

void LatentCloud::summarise()
{
    if (m_x.empty())
        return;
    m_grid = PointGrid(m_x, m_y);
    std::vector<float> values;
    sample(m_x, values);
    m_bounds.left = static_cast<double>(quantile(values, kOutsideShare));
    m_bounds.right = static_cast<double>(quantile(values, 1.0 - kOutsideShare));
    sample(m_y, values);
    m_bounds.bottom = static_cast<double>(quantile(values, kOutsideShare));
    m_bounds.top = static_cast<double>(quantile(values, 1.0 - kOutsideShare));

    if (m_classCount == 0)
        return;
    const auto classes = static_cast<std::size_t>(m_classCount);
    std::vector<std::size_t> counts(classes, 0);
    for (const std::uint16_t label : m_labels)
        ++counts[label];
    std::vector<std::vector<float>> xs(classes), ys(classes);
    std::vector<std::size_t> seen(classes, 0);
    for (std::size_t i = 0; i < m_x.size(); ++i) {
        const std::size_t c = m_labels[i];
        const std::size_t stride = std::max<std::size_t>(1, counts[c] / kCentreSample);
        if (seen[c]++ % stride == 0) {
            xs[c].push_back(m_x[i]);
            ys[c].push_back(m_y[i]);
        }
    }
    for (std::size_t c = 0; c < classes; ++c) {
        if (counts[c] == 0)
            continue;
        const PlanePoint centre{static_cast<double>(quantile(xs[c], 0.5)), static_cast<double>(quantile(ys[c], 0.5))};
        m_classes.push_back({static_cast<int>(c), counts[c], centre});
    }
}

} // namespace latentscape::ui
