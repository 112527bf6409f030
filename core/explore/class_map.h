// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace latentscape {

class ReferenceTiles;

/// Tells the class of a picture by the real ones most like it: majority among the 5 nearest reference images in pixel space, references being
/// up to 2 000 samples of the train part, evenly over its classes, chosen by the set alone. Immutable; any thread may ask.
class PictureClassifier {
public:
    /// Null for an unlabelled set.
    [[nodiscard]] static std::shared_ptr<const PictureClassifier> create(std::shared_ptr<const Dataset> data);
    ~PictureClassifier();

    struct Answer {
        std::int32_t label = -1;
        float agreement = 0.0f; ///< share of the 5 votes
    };
    /// pictures: [count, C·H·W] bytes. Equal votes: the class of the nearest. Empty when stopped. 500 pictures of 28 × 28: some 0.1 s.
    [[nodiscard]] std::vector<Answer> classify(std::span<const std::uint8_t> pictures, std::size_t count, std::stop_token stop = {}) const;
    [[nodiscard]] std::size_t references() const noexcept;

private:
    explicit PictureClassifier(std::unique_ptr<const ReferenceTiles> tiles);
    std::unique_ptr<const ReferenceTiles> m_tiles; ///< pictures in [0, 1]
};

} // namespace latentscape
