// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/selection.h"
#include "ui/map/map_colouring.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace latentscape::ui {

/// What, besides the codes, decides how each point of a cloud is drawn. A value that crosses to the raster thread.
struct CloudColours {
    MapColouring colouring;
    std::optional<std::pair<double, double>> filter; ///< of the values; an end at or beyond an end of the colour bar is open
    std::shared_ptr<const Selection> selection;      ///< null or empty: none is dimmed
    friend bool operator==(const CloudColours&, const CloudColours&) = default;
};

/// How the key of a point is to be read: ((colour · bands + band) · 2 + dimmed) with parts that a cloud has no use for left out. A style
/// gives each key its mark.
struct KeyLayout {
    MapColouring::Kind kind = MapColouring::Kind::Label;
    int classes = 0;    ///< of the data set; 0: unlabelled
    int colours = 1;    ///< classes; with Kind::Classes and Kind::Values the last one is of points that have none
    int bands = 1;      ///< of depth, 0 is the farthest
    bool dims = false;  ///< points outside the selection have keys of their own
    bool hides = false; ///< the last key is of points that are not drawn

    [[nodiscard]] int count() const noexcept { return colours * bands * (dims ? 2 : 1) + (hides ? 1 : 0); }
    [[nodiscard]] int colourOf(int key) const noexcept { return key / (dims ? 2 : 1) / bands; }
    [[nodiscard]] int bandOf(int key) const noexcept { return key / (dims ? 2 : 1) % bands; }
    [[nodiscard]] bool isDimmed(int key) const noexcept { return dims && key % 2 == 1; }
    [[nodiscard]] bool isHidden(int key) const noexcept { return hides && key == count() - 1; }
    friend bool operator==(const KeyLayout&, const KeyLayout&) = default;
};

/// The keys of a cloud's points.
struct PointKeys {
    static constexpr int kValueBins = 64;

    KeyLayout layout;
    std::vector<std::uint16_t> keys; ///< [N]; empty: the labels
    std::size_t shown = 0;           ///< points that no filter hides
};

/// What the keys are made of; arrays of one length N, in the order of the points.
struct KeySource {
    std::span<const std::uint16_t> labels;
    std::span<const std::uint8_t> depth;   ///< 0 far … 255 near; empty for flat planes
    std::span<const std::size_t> rows;     ///< of the frame; empty: the identity
    std::span<const std::int32_t> indices; ///< train sample of a row; empty: the identity
    int classCount = 0;
    [[nodiscard]] std::size_t sampleOf(std::size_t point) const noexcept
    {
        const std::size_t row = rows.empty() ? point : rows[point];
        return indices.empty() ? row : static_cast<std::size_t>(indices[row]);
    }
};

/// Any thread; 1 000 000 points: some milliseconds. Colourings without their array, and predicted classes of unlabelled sets, fall back to
/// labels.
[[nodiscard]] PointKeys makeKeys(const KeySource& source, const CloudColours& colours);
/// The predicted class of each point, classCount where there is none.
[[nodiscard]] std::vector<std::uint16_t> predictedClasses(const KeySource& source, const MapColouring& colouring);

} // namespace latentscape::ui
