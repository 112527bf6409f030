// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/data/dataset.h"
#include "core/model/latent_frame.h"
#include "ui/map/latent_cloud.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace latentscape::tests {

/// A labelled set of 2 × 2 images; labels go round.
inline std::shared_ptr<const Dataset> mapDataset(std::size_t count, int classes)
{
    Dataset::Parts parts;
    parts.name = "map test";
    parts.shape = {1, 2, 2};
    for (int c = 0; c < classes; ++c)
        parts.classNames.push_back("class " + std::to_string(c));
    parts.train.count = count;
    parts.train.values = std::vector<std::uint8_t>(count * 4, 128);
    for (std::size_t i = 0; i < count && classes > 0; ++i)
        parts.train.labels.push_back(static_cast<std::int32_t>(i) % classes);
    parts.test.values = std::vector<std::uint8_t>();
    return Dataset::create(std::move(parts));
}

/// 2-D codes given as points; sample i in row i.
inline std::shared_ptr<LatentFrame> frameOf(const std::vector<std::pair<float, float>>& points, std::uint64_t generation = 1)
{
    auto frame = std::make_shared<LatentFrame>();
    frame->latent = 2;
    frame->generation = generation;
    for (std::size_t i = 0; i < points.size(); ++i) {
        frame->indices.push_back(static_cast<std::int32_t>(i));
        frame->mu.insert(frame->mu.end(), {points[i].first, points[i].second});
        frame->logvar.insert(frame->logvar.end(), {-2.0f, -2.0f});
    }
    return frame;
}

/// n normal points in as many clusters as classes, in random order.
inline std::shared_ptr<const ui::LatentCloud> clusterCloud(std::size_t n, int classes, std::uint64_t seed = 1)
{
    RandomStream stream(seed, StreamPurpose::DataSet);
    std::vector<float> x(n), y(n);
    std::vector<std::uint16_t> labels(n);
    for (std::size_t i = 0; i < n; ++i) {
        const auto c = static_cast<std::uint16_t>(stream.below(static_cast<std::uint64_t>(classes)));
        labels[i] = c;
        x[i] = static_cast<float>(c % 4) - 1.5f + 0.7f * static_cast<float>(stream.normal());
        y[i] = static_cast<float>(c / 4) - 1.0f + 0.5f * static_cast<float>(stream.normal());
    }
    return ui::LatentCloud::fromPoints(std::move(x), std::move(y), std::move(labels), classes);
}

} // namespace latentscape::tests
