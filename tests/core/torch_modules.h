// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/modules/rnn.h>

namespace latentscape::tests {

/// The same networks put together from PyTorch's own modules: what names, shapes, numbers and gradients are measured against. Knows nothing
/// of ParameterLayout.
class TorchModules : public torch::nn::Module {
public:
    explicit TorchModules(const ModelConfig& model) : m_model(model)
    {
        switch (model.architecture) {
        case Architecture::Mlp: makeMlp(); break;
        case Architecture::Conv: makeConv(); break;
        case Architecture::Gru: makeGru(); break;
        }
    }

    at::Tensor encode(const at::Tensor& x, const at::Tensor& oneHot)
    {
        const std::int64_t n = x.size(0), channels = m_model.inputShape.channels;
        const std::int64_t height = m_model.inputShape.height, width = m_model.inputShape.width;
        at::Tensor hidden;
        switch (m_model.architecture) {
        case Architecture::Mlp: {
            const at::Tensor in = oneHot.defined() ? at::cat({x, oneHot}, 1) : x;
            hidden = m_encoder->is_empty() ? in : m_encoder->forward(in);
            break;
        }
        case Architecture::Conv: {
            at::Tensor picture = x.view({n, channels, height, width});
            for (std::int64_t k = 0; k < m_model.classes; ++k) // a plane of ones or zeros a class
                picture = at::cat({picture, at::ones({n, 1, height, width}, x.options()) * oneHot.select(1, k).view({n, 1, 1, 1})}, 1);
            hidden = activated(m_encoderOut->forward(m_encoder->forward(picture).reshape({n, -1})));
            break;
        }
        case Architecture::Gru: {
            std::vector<at::Tensor> steps;
            for (std::int64_t t = 0; t < width; ++t) {
                const at::Tensor step = x.view({n, channels, width}).select(2, t);
                steps.push_back(oneHot.defined() ? at::cat({step, oneHot}, 1) : step);
            }
            hidden = std::get<1>(m_encoderRnn->forward(at::stack(steps, 1)))[static_cast<std::int64_t>(m_model.encoderHidden.size()) - 1];
            break;
        }
        }
        return at::cat({m_mu->forward(hidden), m_logvar->forward(hidden)}, 1);
    }

    at::Tensor decode(const at::Tensor& z, const at::Tensor& oneHot)
    {
        const at::Tensor code = oneHot.defined() ? at::cat({z, oneHot}, 1) : z;
        switch (m_model.architecture) {
        case Architecture::Mlp: break;
        case Architecture::Conv: {
            const at::Tensor flat = activated(m_decoderIn->forward(code));
            return m_decoder->forward(flat.view({z.size(0), -1, m_smallestHeight, m_smallestWidth})).reshape({z.size(0), -1});
        }
        case Architecture::Gru: {
            const std::vector<at::Tensor> steps(static_cast<std::size_t>(m_model.inputShape.width), code);
            const at::Tensor states = std::get<0>(m_decoderRnn->forward(at::stack(steps, 1)));
            return m_decoderOut->forward(states).permute({0, 2, 1}).reshape({z.size(0), -1});
        }
        }
        return m_decoder->forward(code);
    }

private:
    [[nodiscard]] at::Tensor activated(const at::Tensor& x) const
    {
        switch (m_model.activation) {
        case Activation::Relu: return at::relu(x);
        case Activation::Silu: return x * at::sigmoid(x);
        case Activation::Tanh: break;
        }
        return at::tanh(x);
    }

    template <typename Norm>
    void finish(torch::nn::Sequential& stages, Norm norm) const
    {
        if (m_model.layerNorm)
            stages->push_back(norm);
        switch (m_model.activation) {
        case Activation::Relu: stages->push_back(torch::nn::ReLU()); break;
        case Activation::Silu: stages->push_back(torch::nn::SiLU()); break;
        case Activation::Tanh: stages->push_back(torch::nn::Tanh()); break;
        }
        if (m_model.dropout > 0.0)
            stages->push_back(torch::nn::Dropout(m_model.dropout));
    }

    void makeHeads(int in)
    {
        m_mu = register_module("to_mu", torch::nn::Linear(in, m_model.latent));
        m_logvar = register_module("to_logvar", torch::nn::Linear(in, m_model.latent));
    }

    void makeMlp()
    {
        const auto pixels = static_cast<int>(m_model.inputShape.size());
        const auto fill = [&](torch::nn::Sequential& stages, int width, const std::vector<int>& widths) {
            for (const int next : widths) {
                stages->push_back(torch::nn::Linear(width, next));
                finish(stages, torch::nn::LayerNorm(torch::nn::LayerNormOptions({next})));
                width = next;
            }
            return width;
        };
        m_encoder = register_module("encoder", torch::nn::Sequential());
        makeHeads(fill(m_encoder, pixels + m_model.classes, m_model.encoderHidden));
        m_decoder = register_module("decoder", torch::nn::Sequential());
        const int width = fill(m_decoder, m_model.latent + m_model.classes, m_model.decoderWidths());
        m_decoder->push_back(torch::nn::Linear(width, pixels));
    }

    void makeConv()
    {
        int height = m_model.inputShape.height, width = m_model.inputShape.width, planes = m_model.inputShape.channels + m_model.classes;
        std::vector<std::pair<bool, bool>> even;
        m_encoder = register_module("encoder", torch::nn::Sequential());
        for (const int next : m_model.encoderHidden) {
            m_encoder->push_back(torch::nn::Conv2d(torch::nn::Conv2dOptions(planes, next, 3).stride(2).padding(1)));
            finish(m_encoder, torch::nn::GroupNorm(1, next));
            planes = next;
            even.emplace_back(height % 2 == 0, width % 2 == 0);
            height = (height + 1) / 2;
            width = (width + 1) / 2;
        }
        m_smallestHeight = height;
        m_smallestWidth = width;
        m_encoderOut = register_module("encoder_out", torch::nn::Linear(planes * height * width, m_model.denseWidth));
        makeHeads(m_model.denseWidth);
        m_decoderIn = register_module("decoder_in", torch::nn::Linear(m_model.latent + m_model.classes, planes * height * width));
        m_decoder = register_module("decoder", torch::nn::Sequential());
        for (const int next : m_model.decoderWidths()) {
            const auto [evenHeight, evenWidth] = even.back();
            even.pop_back();
            m_decoder->push_back(torch::nn::ConvTranspose2d(
                torch::nn::ConvTranspose2dOptions(planes, next, 3).stride(2).padding(1).output_padding({evenHeight ? 1 : 0, evenWidth ? 1 : 0})));
            finish(m_decoder, torch::nn::GroupNorm(1, next));
            planes = next;
        }
        m_decoder->push_back(torch::nn::ConvTranspose2d(torch::nn::ConvTranspose2dOptions(planes, m_model.inputShape.channels, 3).padding(1)));
    }

    void makeGru()
    {
        const auto rnn = [](int in, const std::vector<int>& widths) {
            return torch::nn::GRU(torch::nn::GRUOptions(in, widths.front()).num_layers(static_cast<std::int64_t>(widths.size())).batch_first(true));
        };
        m_encoderRnn = register_module("encoder_rnn", rnn(m_model.inputShape.channels + m_model.classes, m_model.encoderHidden));
        makeHeads(m_model.encoderHidden.back());
        m_decoderRnn = register_module("decoder_rnn", rnn(m_model.latent + m_model.classes, m_model.decoderWidths()));
        m_decoderOut = register_module("decoder_out", torch::nn::Linear(m_model.decoderWidths().back(), m_model.inputShape.channels));
    }

    ModelConfig m_model;
    int m_smallestHeight = 0, m_smallestWidth = 0;
    torch::nn::Sequential m_encoder{nullptr}, m_decoder{nullptr};
    torch::nn::Linear m_mu{nullptr}, m_logvar{nullptr}, m_encoderOut{nullptr}, m_decoderIn{nullptr}, m_decoderOut{nullptr};
    torch::nn::GRU m_encoderRnn{nullptr}, m_decoderRnn{nullptr};
};

} // namespace latentscape::tests
