// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/model/decoder.h"
#include "core/model/latent_frame.h"
#include "core/model/run_config.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace latentscape {

// Values that belong to the samples of the train part, for colouring and filtering the map. Each is [train().count], NaN where the frame
// has no code of a sample. All may be called off the GUI thread; those that take long look at stop and come back empty then.

/// KL of each sample's posterior to the prior, in nats.
[[nodiscard]] std::vector<float> sampleKl(const LatentFrame& frame, std::size_t samples);
/// Geometric mean of each sample's posterior σ over the dimensions.
[[nodiscard]] std::vector<float> sampleSigma(const LatentFrame& frame, std::size_t samples);
/// NELBO of each sample in nats, decoded at its mean: reconstruction(μ) + KL. Gaussian with learned σ takes the decoder's.
[[nodiscard]] std::vector<float> sampleLoss(const LatentFrame& frame, const Dataset& data, const Decoder& decoder, const ObjectiveConfig& objective,
                                            std::stop_token stop = {});
/// A numeric column as values.
[[nodiscard]] std::vector<float> sampleColumn(const DataPart& part, std::size_t column);

/// Class of each sample by majority among the k = 10 nearest codes of other samples (equal votes: lower class first); the references are all
/// codes, or 10 000 evenly chosen ones above that. −1 without a code. Empty when stopped or unlabelled.
[[nodiscard]] std::vector<std::int32_t> predictedClasses(const LatentFrame& frame, const Dataset& data, std::stop_token stop = {});

} // namespace latentscape
