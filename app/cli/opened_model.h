// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/common_options.h"
#include "app/cli/context.h"
#include "core/data/dataset.h"
#include "core/model/checkpoint.h"
#include "core/model/vae_backend.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace latentscape::app {

/// Reads a model file and passes its remark (a newer minor version) on.
[[nodiscard]] Result<Checkpoint> openCheckpoint(Context& context, const std::filesystem::path& file);

/// Loads or makes a set, with progress.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> openData(Context& context, const DataOptions& options);

/// Error Mismatch unless the set's samples have the model's shape; a note when it is not the set that the model was trained on.
[[nodiscard]] Result<void> checkFits(Context& context, const Checkpoint& checkpoint, const Dataset& data);

/// Networks with the checkpoint's weights, ready to look at data. --seed replaces the run's seed (of the evaluation's noise).
[[nodiscard]] Result<std::unique_ptr<VaeBackend>> openBackend(Context& context, const Checkpoint& checkpoint, std::shared_ptr<const Dataset> data);

/// A model file together with a set that fits it.
struct OpenedModel {
    Checkpoint checkpoint;
    std::shared_ptr<const Dataset> data;
    std::unique_ptr<VaeBackend> backend;

    [[nodiscard]] const DataPart& part(bool test) const { return test ? data->test() : data->train(); }
};
/// All of the above, in an order in which the cheap refusals come first.
[[nodiscard]] Result<OpenedModel> openModel(Context& context, const std::filesystem::path& file, const DataOptions& options);

/// 0 … count − 1.
[[nodiscard]] std::vector<std::int32_t> allIndices(std::size_t count);
/// InvalidArgument unless every index lies in the part; option and split name the place in messages. Also refuses an empty part.
[[nodiscard]] Result<void> checkIndices(std::string_view option, std::span<const int> indices, const DataPart& part, std::string_view split);

/// z [count, L] → means [count, C, H, W], in chunks. Errors: InvalidArgument for a code whose means are not finite, Cancelled after an
/// interruption.
[[nodiscard]] Result<std::vector<float>> decodeAll(Context& context, const Decoder& decoder, std::span<const float> z, std::size_t count);

/// "1 × 28 × 28"
[[nodiscard]] std::string shapeText(const ItemShape& shape);
/// "784-400-2": input, hidden layers, latent; the decoder only where it is not the mirror image.
[[nodiscard]] std::string modelText(const ModelConfig& model);
/// The likelihood by its full name: a Bernoulli on grey pixels is a cross-entropy, not a probability of the data.
[[nodiscard]] std::string likelihoodText(const ObjectiveConfig& objective, const DataPart& part);

} // namespace latentscape::app
