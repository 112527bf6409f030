// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/explore/plane.h"
#include "core/model/latent_frame.h"
#include "core/model/run_config.h"

#include <QString>

#include <span>
#include <utility>

namespace latentscape::app {

// Sentences and short texts that several controllers show. All translated; numbers in the person's locale.

[[nodiscard]] QString countText(std::size_t number);                               ///< "60 000", grouped by thin spaces
[[nodiscard]] QString imagesText(std::size_t count);                               ///< "1 image", "60 000 images"
[[nodiscard]] QString codesCaption(const LatentFrame& codes);                     ///< "live · codes up to one epoch old", "exact · epoch 12"
[[nodiscard]] QString mapCaption(const std::pair<QString, QString>& axes, std::size_t shown, const LatentFrame& codes); ///< "z₁ × z₂ · 6 000 of 60 000 codes"
/// "z₁ (12 %)", "PC 1 (43 %)", "slant (9 %)": attribute names the direction of an attribute plane; shares of the variance, 0 when not known.
[[nodiscard]] std::pair<QString, QString> axisNames(const Plane& plane, const QString& attribute, double shareX, double shareY);
[[nodiscard]] QString dimensionName(int dimension);                               ///< 0 → "z₁"
[[nodiscard]] QString likelihoodName(const ObjectiveConfig& objective);           ///< "Grey-scale cross-entropy", "Bernoulli NLL, binarised at ½"
[[nodiscard]] QString networkText(const ModelConfig& model);                      ///< "784-512-256-2 · 1.07 M parameters", "conv 784-32-64-256-2 · …"
[[nodiscard]] QString labelText(const Dataset& data, const DataPart& part, std::size_t index); ///< class name, or empty
[[nodiscard]] QString sampleTitle(const Dataset& data, const DataPart& part, std::size_t index); ///< "label 7 · image 1234"
[[nodiscard]] QString probeInfo(std::span<const float> z, const QString& nearestLabel); ///< "z (0.62, −1.18), nearest label 7"
[[nodiscard]] QString heldPartName(const RunConfig& config);                      ///< "validation" or "test"
[[nodiscard]] QString placeText(const QString& path);                             ///< "way.gif in ~/Pictures"; a folder of 60 characters or more is elided
[[nodiscard]] QString errorText(const Error& error);                              ///< the first line of a message

} // namespace latentscape::app
