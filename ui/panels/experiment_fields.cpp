// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/experiment_fields.h"

#include "ui/panels/form_row.h"
#include "ui/panels/narrow_combo.h"
#include "ui/panels/number_text.h"

#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace latentscape::ui {

namespace {
/// A reference into a copy, for reading through an accessor that hands out references.
template <typename Value>
Value valueIn(const std::function<Value&(RunConfig&)>& access, const RunConfig& config)
{
    RunConfig copy = config;
    return access(copy);
}

/// Shows epochs without needless decimals and in no locale's digits.
class EpochSpin : public QDoubleSpinBox {
public:
    using QDoubleSpinBox::QDoubleSpinBox;
    [[nodiscard]] QString textFromValue(double value) const override { return QString::number(value, 'g', 8); }
};

void nameControl(QWidget* control, const QString& name, const QString& toolTip)
{
    control->setAccessibleName(name);
    control->setToolTip(toolTip);
}
} // namespace

ExperimentFields::ExperimentFields(QWidget* parent) : m_parent(parent)
{
    addModel();
    addObjective();
    addTraining();
}

const ConfigField* ExperimentFields::fieldOf(const QWidget* control) const
{
    const auto found =
        std::find_if(m_fields.begin(), m_fields.end(), [control](const ConfigField& f) { return f.row->control() == control; });
    return found == m_fields.end() ? nullptr : &*found;
}

QLineEdit* ExperimentFields::addEdit(ConfigSection section, const Text& text, ConfigField field)
{
    auto* edit = new QLineEdit;
    nameControl(edit, text.name, text.toolTip);
    field.section = section;
    field.row = new FormRow(text.label, edit, m_parent);
    m_fields.push_back(std::move(field));
    return edit;
}

QLineEdit* ExperimentFields::addNumber(ConfigSection section, const Text& text, std::function<double&(RunConfig&)> value, ConfigField field)
{
    QLineEdit* edit = addEdit(section, text, std::move(field));
    ConfigField& added = m_fields.back();
    added.read = [edit, value](RunConfig& config) {
        const auto number = readNumber(edit->text());
        if (!number)
            return edit->text().trimmed().isEmpty() ? tr("A number is missing here.")
                                                    : tr("“%1” is not a number. Write it like 0.001 or 1e-3.").arg(edit->text().trimmed());
        value(config) = *number;
        return QString();
    };
    added.same = [value](const RunConfig& a, const RunConfig& b) { return valueIn<double>(value, a) == valueIn<double>(value, b); };
    added.write = [edit, value](const RunConfig& config) {
        const double number = valueIn<double>(value, config);
        if (readNumber(edit->text()) != number)
            edit->setText(plainText(number));
    };
    return edit;
}

QSpinBox* ExperimentFields::addSpin(ConfigSection section, const Text& text, int low, int high, std::function<int&(RunConfig&)> value,
                                    ConfigField field)
{
    auto* spin = new QSpinBox;
    nameControl(spin, text.name, text.toolTip);
    spin->setRange(low, high);
    spin->setLocale(QLocale::c());
    spin->setButtonSymbols(QAbstractSpinBox::NoButtons);
    field.section = section;
    field.row = new FormRow(text.label, spin, m_parent);
    field.read = [spin, value](RunConfig& config) {
        value(config) = spin->value();
        return QString();
    };
    field.same = [value](const RunConfig& a, const RunConfig& b) { return valueIn<int>(value, a) == valueIn<int>(value, b); };
    field.write = [spin, value](const RunConfig& config) {
        const QSignalBlocker quiet(spin);
        spin->setValue(valueIn<int>(value, config));
    };
    m_fields.push_back(std::move(field));
    return spin;
}

template <typename Enum>
QComboBox* ExperimentFields::addChoice(ConfigSection section, const Text& text, std::initializer_list<std::pair<Enum, QString>> choices,
                                       std::function<Enum&(RunConfig&)> value)
{
    auto* combo = new NarrowCombo;
    nameControl(combo, text.name, text.toolTip);
    for (const auto& [choice, title] : choices)
        combo->addItem(title, static_cast<int>(choice));
    ConfigField field;
    field.section = section;
    field.row = new FormRow(text.label, combo, m_parent);
    field.read = [combo, value](RunConfig& config) {
        value(config) = static_cast<Enum>(combo->currentData().toInt());
        return QString();
    };
    field.write = [combo, value](const RunConfig& config) {
        const QSignalBlocker quiet(combo);
        combo->setCurrentIndex(combo->findData(static_cast<int>(valueIn<Enum>(value, config))));
    };
    field.same = [value](const RunConfig& a, const RunConfig& b) { return valueIn<Enum>(value, a) == valueIn<Enum>(value, b); };
    m_fields.push_back(std::move(field));
    return combo;
}

void ExperimentFields::addModel()
{
    constexpr auto kSection = ConfigSection::Model;
    auto* architecture = new NarrowCombo;
    architecture->addItem(tr("MLP"), QStringLiteral("mlp"));
    nameControl(architecture, QStringLiteral("Architecture"), tr("The kind of network: a multilayer perceptron, for images and for tables."));
    ConfigField field;
    field.section = kSection;
    field.row = new FormRow(tr("Architecture"), architecture, m_parent);
    field.read = [architecture](RunConfig& config) {
        config.model.architecture = architecture->currentData().toString().toStdString();
        return QString();
    };
    field.write = [architecture](const RunConfig& config) {
        const QSignalBlocker quiet(architecture);
        architecture->setCurrentIndex(architecture->findData(QString::fromStdString(config.model.architecture)));
    };
    field.same = [](const RunConfig& a, const RunConfig& b) { return a.model.architecture == b.model.architecture; };
    m_fields.push_back(std::move(field));

    ConfigField hidden;
    hidden.same = [](const RunConfig& a, const RunConfig& b) {
        return a.model.encoderHidden == b.model.encoderHidden && a.model.decoderWidths() == b.model.decoderWidths();
    };
    QLineEdit* edit = addEdit(
        kSection,
        {tr("Hidden"), QStringLiteral("Hidden layers"), tr("Widths of the encoder's hidden layers, such as 512, 256. The decoder mirrors them.")},
        std::move(hidden));
    m_fields.back().read = [edit](RunConfig& config) {
        const HiddenLayers layers = readHiddenLayers(edit->text());
        if (layers.problem.isEmpty() && layers.widths != config.model.encoderHidden) {
            config.model.encoderHidden = layers.widths;
            config.model.decoderHidden.clear(); // a decoder that was given by hand belongs to the old widths
        }
        return layers.problem;
    };
    m_fields.back().write = [edit](const RunConfig& config) {
        const HiddenLayers layers = readHiddenLayers(edit->text());
        if (!layers.problem.isEmpty() || layers.widths != config.model.encoderHidden)
            edit->setText(hiddenLayersText(config.model.encoderHidden));
    };

    addSpin(kSection,
            {tr("Latent dims"), QStringLiteral("Latent dimensions"),
             tr("How many numbers a code has (1 to 512). With 2 the map shows all of the latent space.")},
            1, 512, [](RunConfig& c) -> int& { return c.model.latent; }, {});
    addChoice<Activation>(kSection, {tr("Activation"), tr("Activation"), tr("The function between the layers.")},
                          {{Activation::Relu, tr("ReLU")}, {Activation::Silu, tr("SiLU")}, {Activation::Tanh, tr("tanh")}},
                          [](RunConfig& c) -> Activation& { return c.model.activation; });
}

void ExperimentFields::addObjective()
{
    constexpr auto kSection = ConfigSection::Objective;
    addChoice<ObjectiveKind>(kSection,
                             {tr("Objective"), QStringLiteral("Objective"),
                              tr("VAE: reconstruction plus β times KL, with sampling. Autoencoder: reconstruction only, no sampling.")},
                             {{ObjectiveKind::Vae, tr("VAE")}, {ObjectiveKind::Autoencoder, tr("Autoencoder")}},
                             [](RunConfig& c) -> ObjectiveKind& { return c.objective.kind; });
    QComboBox* likelihood = addChoice<Likelihood>(
        kSection,
        {tr("Likelihood"), QStringLiteral("Likelihood"),
         tr("How a decoded image is compared with the real one. Losses of different likelihoods cannot be compared.")},
        {{Likelihood::Bernoulli, tr("Bernoulli")},
         {Likelihood::Gaussian, tr("Gaussian (fixed σ)")},
         {Likelihood::GaussianLearned, tr("Gaussian (learned σ)")}},
        [](RunConfig& c) -> Likelihood& { return c.objective.likelihood; });
    likelihood->setItemData(1, tr("Fixed σ"), NarrowCombo::kShortTextRole);
    likelihood->setItemData(2, tr("Learned σ"), NarrowCombo::kShortTextRole);
    ConfigField sigma;
    sigma.applies = [](const RunConfig& c) { return c.objective.likelihood == Likelihood::Gaussian; };
    addNumber(
        kSection, {tr("Sigma"), tr("Sigma"), tr("Standard deviation of the Gaussian, where 1 is the range from black to white.")},
        [](RunConfig& c) -> double& { return c.objective.sigma; }, std::move(sigma));

    auto* warmup = new EpochSpin;
    nameControl(warmup, QStringLiteral("Warm-up"), tr("Epochs in which β grows from 0 to its value. 0: the full β from the start."));
    warmup->setRange(0.0, 100000.0);
    warmup->setDecimals(3);
    warmup->setLocale(QLocale::c());
    warmup->setSuffix(tr(" epochs"));
    warmup->setButtonSymbols(QAbstractSpinBox::NoButtons);
    ConfigField field;
    field.section = kSection;
    field.row = new FormRow(tr("Warm-up"), warmup, m_parent);
    field.read = [warmup](RunConfig& config) {
        config.objective.warmupEpochs = warmup->value();
        return QString();
    };
    field.write = [warmup](const RunConfig& config) {
        const QSignalBlocker quiet(warmup);
        warmup->setValue(config.objective.warmupEpochs);
    };
    field.same = [](const RunConfig& a, const RunConfig& b) { return a.objective.warmupEpochs == b.objective.warmupEpochs; };
    field.applies = [](const RunConfig& c) { return c.objective.kind == ObjectiveKind::Vae; };
    m_fields.push_back(std::move(field));
}

void ExperimentFields::addTraining()
{
    constexpr auto kSection = ConfigSection::Training;
    addChoice<OptimizerKind>(kSection, {tr("Optimiser"), QStringLiteral("Optimiser"), tr("The rule by which the weights follow the gradient.")},
                             {{OptimizerKind::Adam, tr("Adam")}, {OptimizerKind::RmsProp, tr("RMSprop")}, {OptimizerKind::Sgd, tr("SGD")}},
                             [](RunConfig& c) -> OptimizerKind& { return c.training.optimizer; });
    ConfigField live;
    live.live = true;
    m_learningRate = addNumber(
        kSection,
        {tr("Learning rate"), QStringLiteral("Learning rate"),
         tr("Size of a step, such as 0.001 or 1e-3. Acts at once while training runs (after Enter).")},
        [](RunConfig& c) -> double& { return c.training.learningRate; }, live);
    ConfigField momentum;
    momentum.applies = [](const RunConfig& c) { return c.training.optimizer == OptimizerKind::Sgd; };
    addNumber(
        kSection, {tr("Momentum"), tr("Momentum"), tr("Share of the last step that is kept, from 0 to below 1.")},
        [](RunConfig& c) -> double& { return c.training.momentum; }, std::move(momentum));
    addSpin(kSection, {tr("Batch size"), QStringLiteral("Batch size"), tr("Images in one step.")}, 1, 1000000,
            [](RunConfig& c) -> int& { return c.training.batchSize; }, {});
    m_epochs = addSpin(
        kSection, {tr("Epochs"), QStringLiteral("Epochs"), tr("Passes over the training images in all.")}, 1, 100000,
        [](RunConfig& c) -> int& { return c.training.epochs; }, live);
    addNumber(
        kSection,
        {tr("Validation"), QStringLiteral("Validation fraction"), tr("Share of the training images that is held back to validate, from 0 to 0.9.")},
        [](RunConfig& c) -> double& { return c.training.validationFraction; }, {});

    ConfigField seed;
    seed.same = [](const RunConfig& a, const RunConfig& b) { return a.training.seed == b.training.seed; };
    QLineEdit* edit = addEdit(kSection,
                              {tr("Seed"), QStringLiteral("Seed"),
                               tr("Every random number of a run comes from it. The same seed on the same computer gives the same losses.")},
                              std::move(seed));
    m_fields.back().read = [edit](RunConfig& config) {
        bool ok = false;
        const qulonglong value = edit->text().trimmed().toULongLong(&ok);
        if (!ok)
            return tr("The seed is a whole number, 0 or more.");
        config.training.seed = value;
        return QString();
    };
    m_fields.back().write = [edit](const RunConfig& config) {
        const QString text = QString::number(config.training.seed);
        if (edit->text().trimmed() != text)
            edit->setText(text);
    };
}

} // namespace latentscape::ui
