// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <utility>
#include <vector>

namespace latentscape::tests {

// Small networks of each architecture.

inline RunConfig mlpConfig(int classes = 0)
{
    RunConfig config;
    config.model.inputShape = {1, 6, 7};
    config.model.encoderHidden = {24, 12};
    config.model.decoderHidden = {17};
    config.model.latent = 3;
    config.model.classes = classes;
    return config;
}

inline RunConfig convConfig(ItemShape shape, int classes = 0)
{
    RunConfig config;
    config.model.architecture = Architecture::Conv;
    config.model.inputShape = shape;
    config.model.encoderHidden = {5, 8};
    config.model.decoderHidden = {7, 6};
    config.model.denseWidth = 16;
    config.model.latent = 3;
    config.model.classes = classes;
    return config;
}

inline RunConfig gruConfig(int channels, int layers, int classes = 0)
{
    RunConfig config;
    config.model.architecture = Architecture::Gru;
    config.model.inputShape = {channels, 1, 14};
    config.model.encoderHidden = std::vector<int>(static_cast<std::size_t>(layers), 10);
    config.model.decoderHidden = std::vector<int>(static_cast<std::size_t>(layers), 9);
    config.model.latent = 3;
    config.model.classes = classes;
    return config;
}

inline RunConfig withModel(RunConfig config, Activation activation, bool layerNorm, double dropout = 0.0)
{
    config.model.activation = activation;
    config.model.layerNorm = layerNorm;
    config.model.dropout = dropout;
    return config;
}

} // namespace latentscape::tests
