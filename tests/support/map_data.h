// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/data/dataset.h"
#include "core/explore/selection.h"
#include "core/model/latent_frame.h"
#include "ui/map/latent_cloud.h"
#include "ui/map/scatter_style.h"

#include <cstddef>
#include <cstdint>
#include <limits>
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

/// n normal points in as many clusters as classes, in random order; deep: with a third coordinate.
inline std::shared_ptr<const ui::LatentCloud> clusterCloud(std::size_t n, int classes, std::uint64_t seed = 1, bool deep = false,
                                                           const ui::CloudColours& colours = {})
{
    RandomStream stream(seed, StreamPurpose::DataSet);
    std::vector<float> x(n), y(n), depth;
    std::vector<std::uint16_t> labels(n);
    for (std::size_t i = 0; i < n; ++i) {
        const auto c = static_cast<std::uint16_t>(stream.below(static_cast<std::uint64_t>(classes)));
        labels[i] = c;
        x[i] = static_cast<float>(c % 4) - 1.5f + 0.7f * static_cast<float>(stream.normal());
        y[i] = static_cast<float>(c / 4) - 1.0f + 0.5f * static_cast<float>(stream.normal());
    }
    for (std::size_t i = 0; i < n && deep; ++i)
        depth.push_back(static_cast<float>(stream.normal()));
    return ui::LatentCloud::fromPoints(std::move(x), std::move(y), std::move(labels), classes, std::move(depth), colours);
}

/// Values that go round in [0, 1) with a NaN now and then, or predicted classes that go round with a −1 now and then.
inline ui::CloudColours colouredBy(ui::MapColouring::Kind kind, std::size_t samples)
{
    std::vector<float> values(samples);
    std::vector<std::int32_t> classes(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        values[i] = i % 50 == 49 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(i * 37 % 1'000) / 1'000.0f;
        classes[i] = i % 50 == 49 ? -1 : static_cast<std::int32_t>(i / 2 % 3);
    }
    ui::CloudColours colours;
    colours.colouring.kind = kind;
    colours.colouring.title = QStringLiteral("KL");
    colours.colouring.unit = QStringLiteral("nats");
    colours.colouring.values = std::make_shared<const std::vector<float>>(std::move(values));
    colours.colouring.classes = std::make_shared<const std::vector<std::int32_t>>(std::move(classes));
    return colours;
}

inline std::shared_ptr<const Selection> everySeventh(std::size_t samples)
{
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < samples; i += 7)
        chosen.push_back(i);
    return std::make_shared<const Selection>(Selection(samples).combined(chosen, SelectionMode::Replace));
}

inline ui::ScatterStyle styleOf(const ui::LatentCloud& cloud)
{
    ui::StyleSource source;
    source.layout = cloud.layout();
    return ui::makeScatterStyle(ui::Theme::light(), source);
}

inline std::size_t inked(const std::vector<std::uint32_t>& pixels)
{
    std::size_t count = 0;
    for (const std::uint32_t p : pixels)
        count += p != 0 ? 1 : 0;
    return count;
}

} // namespace latentscape::tests
