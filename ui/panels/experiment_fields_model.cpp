// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the section MODEL.
#include "ui/panels/experiment_fields.h"

#include "core/model/nearest_config.h"
#include "ui/panels/form_row.h"
#include "ui/panels/narrow_combo.h"

#include <QSignalBlocker>

namespace latentscape::ui {

namespace {
constexpr auto kSection = ConfigSection::Model;
constexpr int kCustom = -1; ///< the preset that is none

QString fromView(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

/// A preset's settings for the data of config; the seed stays the person's, and so does how far the run has been told to go today.
RunConfig withPreset(const RunConfig& config, const Preset& preset)
{
    RunConfig chosen = preset.config;
    chosen.model.inputShape = config.model.inputShape;
    chosen.model.standardized = config.model.standardized;
    chosen.model.classes = config.model.classes;
    chosen.training.seed = config.training.seed;
    return chosen;
}

/// The preset whose settings these are; kCustom for none. How long a run is, its seed and its classes make no other preset of it.
int presetOf(const RunConfig& config)
{
    int index = 0;
    for (const Preset& preset : presets()) {
        RunConfig chosen = withPreset(config, preset);
        chosen.training.epochs = config.training.epochs;
        chosen.training.stopAfter = config.training.stopAfter;
        if (chosen == config)
            return index;
        ++index;
    }
    return kCustom;
}
} // namespace

void ExperimentFields::addPreset()
{
    auto* combo = new NarrowCombo;
    combo->addChoice(kCustom, tr("Custom"));
    int index = 0;
    for (const Preset& preset : presets()) {
        combo->addChoice(index++, fromView(preset.title));
        combo->setTip(combo->count() - 1, fromView(preset.description));
    }
    ConfigField& field =
        add(kSection,
            {tr("Preset"), tr("Preset"),
             tr("Ready-made settings with a name. Choosing one replaces model, objective and training; your own come back with Custom.")},
            combo);
    field.read = [this, combo](RunConfig& config) {
        const int chosen = combo->currentData().toInt();
        if (chosen != kCustom) {
            config = withPreset(config, presets()[static_cast<std::size_t>(chosen)]);
        } else if (m_custom && presetOf(config) != kCustom) {
            const ModelConfig data = config.model;
            const std::uint64_t seed = config.training.seed;
            config = *m_custom;
            config.model.inputShape = data.inputShape;
            config.model.standardized = data.standardized;
            config.training.seed = seed;
        }
        return QString();
    };
    field.write = [combo](const RunConfig& config) {
        const QSignalBlocker quiet(combo);
        combo->setCurrentIndex(combo->indexOf(presetOf(config)));
    };
    field.same = [](const RunConfig& a, const RunConfig& b) { return presetOf(a) == presetOf(b); };
    field.review = [this, combo](const RunConfig& config, const Judge& judge) {
        const int now = presetOf(config);
        if (now == kCustom)
            m_custom = config;
        for (int i = 0; i < combo->count(); ++i) {
            const int preset = combo->itemData(i).toInt();
            if (preset == now)
                combo->setRefused(i, {});
            else if (preset != kCustom)
                combo->setRefused(i, judge(withPreset(config, presets()[static_cast<std::size_t>(preset)])));
            else
                combo->setRefused(i, m_custom ? judge(*m_custom) : tr("Change any setting below: then the settings are your own."));
        }
    };
    field.mark = false;
}

void ExperimentFields::addModel()
{
    NarrowCombo* combo =
        addChoice(kSection, {tr("Architecture"), QStringLiteral("Architecture"), tr("The kind of network that encodes and decodes.")},
                  {choice(Architecture::Mlp, tr("MLP"), tr("Fully connected layers, for images, sequences and tables.")),
                   choice(Architecture::Conv, tr("Convolutional"), tr("Convolutions of stride 2, for images from 8 to 128 pixels a side."),
                          tr("Conv")),
                   choice(Architecture::Gru, tr("GRU"), tr("A recurrent network that reads a sequence step by step."))},
                  {[](const RunConfig& c) { return static_cast<int>(c.model.architecture); },
                   [](RunConfig& c, int value) { c = withArchitecture(std::move(c), static_cast<Architecture>(value)); }});
    combo->setObjectName(QStringLiteral("architecture"));

    ConfigField& hidden = addWidths(kSection, {tr("Hidden"), QStringLiteral("Hidden layers"), {}},
                                    {[](const RunConfig& c) { return c.model.encoderHidden; },
                                     [](RunConfig& c, std::vector<int> widths) {
                                         if (widths == c.model.encoderHidden)
                                             return;
                                         c.model.encoderHidden = std::move(widths);
                                         c.model.decoderHidden.clear(); // a decoder that was given by hand belongs to the old widths
                                     }});
    hidden.relabel = [row = hidden.row](const RunConfig& c) {
        switch (c.model.architecture) {
        case Architecture::Mlp:
            row->setLabel(tr("Hidden"));
            row->control()->setToolTip(
                tr("Widths of the encoder's hidden layers, such as 512, 256. The decoder mirrors them unless it has its own."));
            break;
        case Architecture::Conv:
            row->setLabel(tr("Channels"));
            row->control()->setToolTip(
                tr("Output channels of the encoder's convolutions, such as 32, 64. Each halves the sides of the image."));
            break;
        case Architecture::Gru:
            row->setLabel(tr("State"));
            row->control()->setToolTip(tr("Width of the recurrent state, such as 64; one number for each stacked layer, all the same."));
            break;
        }
    };

    addSpin(kSection,
            {tr("Latent dims"), QStringLiteral("Latent dimensions"),
             tr("How many numbers a code has (1 to 512). With 2 the map shows all of the latent space.")},
            1, 512, member([](RunConfig& c) -> int& { return c.model.latent; }));
    addChoice(kSection, {tr("Activation"), tr("Activation"), tr("The function between the layers.")},
              {choice(Activation::Relu, tr("ReLU")), choice(Activation::Silu, tr("SiLU")), choice(Activation::Tanh, tr("tanh"))},
              member([](RunConfig& c) -> Activation& { return c.model.activation; }));
}

void ExperimentFields::addNetwork()
{
    ConfigField& decoder = addWidths(kSection, {tr("Decoder"), tr("Decoder layers"), {}},
                                     member([](RunConfig& c) -> std::vector<int>& { return c.model.decoderHidden; }));
    static_cast<QLineEdit*>(decoder.row->control())->setPlaceholderText(tr("mirrored"));
    decoder.rare = true;
    decoder.say = [](const RunConfig& c) {
        return c.model.decoderHidden.empty() ? tr("mirrored") : hiddenLayersText(c.model.decoderHidden);
    };
    decoder.relabel = [row = decoder.row](const RunConfig& c) {
        switch (c.model.architecture) {
        case Architecture::Mlp:
            row->control()->setToolTip(
                tr("Widths of the decoder's hidden layers, where they shall differ. Empty: the encoder's, mirrored."));
            break;
        case Architecture::Conv:
            row->control()->setToolTip(tr("Output channels of the decoder's transposed convolutions. Empty: the encoder's, mirrored."));
            break;
        case Architecture::Gru:
            row->control()->setToolTip(tr("Width of the decoder's recurrent state. Empty: the encoder's."));
            break;
        }
    };

    ConfigField& dense =
        addSpin(kSection, {tr("Dense"), tr("Dense width"), tr("Width of the fully connected layer between the convolutions and the code.")},
                1, 16384, member([](RunConfig& c) -> int& { return c.model.denseWidth; }));
    dense.rare = true;
    dense.applies = [](const RunConfig& c) { return c.model.architecture == Architecture::Conv; };

    ConfigField& norm = addCheck(
        kSection,
        {tr("Layer norm"), tr("Layer norm"), tr("Normalises each hidden layer over the numbers of one sample, before its activation.")},
        member([](RunConfig& c) -> bool& { return c.model.layerNorm; }));
    norm.rare = true;
    norm.applies = [](const RunConfig& c) { return c.model.architecture != Architecture::Gru; };

    ConfigField& dropout = addNumber(
        kSection,
        {tr("Dropout"), tr("Dropout"), tr("Share of hidden numbers that is left out at random while training, from 0 to below 1.")},
        member([](RunConfig& c) -> double& { return c.model.dropout; }));
    dropout.rare = true;
}

} // namespace latentscape::ui
