// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_config.h"

#include "core/model/json/name_table.h"

#include <algorithm>
#include <utility>

namespace latentscape {

namespace {

RunConfig dense(std::vector<int> encoder, std::vector<int> decoder, int latent)
{
    RunConfig config;
    config.model.encoderHidden = std::move(encoder);
    config.model.decoderHidden = std::move(decoder);
    config.model.latent = latent;
    return config;
}

RunConfig betaVae()
{
    RunConfig config = dense({400}, {}, 20);
    config.objective.beta = 4.0;
    return config;
}

RunConfig iwae()
{
    RunConfig config = dense({200, 200}, {}, 50);
    config.model.activation = Activation::Tanh;
    config.objective.binarization = Binarization::Dynamic;
    config.training.epochs = 50;
    return config;
}

RunConfig convolutional()
{
    RunConfig config = dense({32, 64}, {}, 2);
    config.model.architecture = Architecture::Conv;
    config.model.denseWidth = 16;
    return config;
}

RunConfig conditional()
{
    RunConfig config = dense({400}, {}, 2);
    config.objective.kind = ObjectiveKind::ConditionalVae;
    return config;
}

RunConfig tabular(std::vector<int> encoder, int latent)
{
    RunConfig config = dense(std::move(encoder), {}, latent);
    config.objective.likelihood = Likelihood::GaussianLearned;
    config.training.epochs = 30;
    return config;
}

RunConfig recurrent()
{
    RunConfig config = dense({64}, {}, 4);
    config.model.architecture = Architecture::Gru;
    // A fixed narrow σ and a warm-up: with a learned one σ takes up what the code should say before the states have learned to read it.
    config.objective.likelihood = Likelihood::Gaussian;
    config.objective.sigma = 0.1;
    config.objective.warmupEpochs = 5;
    config.training.learningRate = 3e-3;
    config.training.clipNorm = 1.0;
    config.training.batchSize = 64;
    config.training.epochs = 20;
    return config;
}

std::vector<Preset> made()
{
    return {
        {"plane", "400, L = 2", "One hidden layer and a latent space that the map shows whole.", dense({400}, {}, 2)},
        {"reference-20", "784-400-20, the usual reference", "The network of Kingma and Welling's paper as most examples train it.", dense({400}, {}, 20)},
        {"deep-2", "784-256-128-64-32-2", "Four layers down to two dimensions, and a decoder of three layers back up.",
         dense({256, 128, 64, 32}, {64, 128, 256}, 2)},
        {"narrow-20", "784-64-16, L = 20", "A narrow encoder before a wide code.", dense({64, 16}, {}, 20)},
        {"two-layers-16", "128-64, L = 16", "Two hidden layers and sixteen dimensions.", dense({128, 64}, {}, 16)},
        {"two-layers-32", "128-64, L = 32", "Two hidden layers and thirty-two dimensions; some of them stay unused.", dense({128, 64}, {}, 32)},
        {"tabular", "100-128, L = 20, for tables", "For tables of about a hundred columns: a Gaussian whose width is learned.", tabular({128}, 20)},
        {"tabular-2", "64-32, L = 2, for tables", "A small network for tables, on the map at once.", tabular({64, 32}, 2)},
        {"beta-4", "β-VAE, β = 4, L = 20", "More weight on the KL: fewer dimensions are used, and each more by itself (Higgins et al., 2017).", betaVae()},
        {"iwae-50", "784-200-200-50, tanh", "Two tanh layers and binarised images, as importance weighted autoencoders are compared (Burda et al., 2016).", iwae()},
        {"conv-2", "Convolutions 32, 64, L = 2", "The convolutional network of the Keras example: two halvings, a dense layer of 16.", convolutional()},
        {"conditional-2", "Conditional VAE, L = 2", "The label goes into encoder and decoder: the code keeps the style, the label the class.", conditional()},
        {"recurrent-4", "GRU 64, L = 4", "A recurrent network for sequences.", recurrent()},
    };
}

} // namespace

std::span<const Preset> presets()
{
    static const std::vector<Preset> all = made();
    return all;
}

Result<RunConfig> presetFromName(std::string_view id)
{
    std::vector<std::string_view> ids;
    for (const Preset& preset : presets()) {
        if (preset.id == id)
            return preset.config;
        ids.push_back(preset.id);
    }
    return unknownNameError("preset", ids, id);
}

} // namespace latentscape
