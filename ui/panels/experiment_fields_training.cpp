// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the section TRAINING.
#include "ui/panels/experiment_fields.h"

#include "ui/panels/form_row.h"
#include "ui/panels/narrow_combo.h"

namespace latentscape::ui {

namespace {
constexpr auto kSection = ConfigSection::Training;
constexpr double kUsualValidation = 0.1; ///< what patience needs when nothing is held back yet
} // namespace

void ExperimentFields::addOptimiser()
{
    addChoice(kSection, {tr("Optimiser"), QStringLiteral("Optimiser"), tr("The rule by which the weights follow the gradient.")},
              {choice(OptimizerKind::Adam, tr("Adam")),
               choice(OptimizerKind::AdamW, tr("AdamW"), tr("Adam with weights that decay by themselves.")),
               choice(OptimizerKind::RmsProp, tr("RMSprop")),
               choice(OptimizerKind::Sgd, tr("SGD"), tr("Plain steps along the gradient, with momentum."))},
              member([](RunConfig& c) -> OptimizerKind& { return c.training.optimizer; }));
    ConfigField& rate = addNumber(kSection,
                                  {tr("Learning rate"), QStringLiteral("Learning rate"),
                                   tr("Size of a step, such as 0.001 or 1e-3. Acts at once while training runs (after Enter).")},
                                  member([](RunConfig& c) -> double& { return c.training.learningRate; }));
    rate.live = true;
    m_learningRate = static_cast<QLineEdit*>(rate.row->control());

    ConfigField& momentum =
        addNumber(kSection, {tr("Momentum"), tr("Momentum"), tr("Share of the last step that is kept, from 0 to below 1.")},
                  member([](RunConfig& c) -> double& { return c.training.momentum; }));
    momentum.applies = [](const RunConfig& c) { return c.training.optimizer == OptimizerKind::Sgd; };
    ConfigField& decay = addNumber(
        kSection,
        {tr("Weight decay"), tr("Weight decay"), tr("Share of each weight that is taken off at a step, times the learning rate.")},
        member([](RunConfig& c) -> double& { return c.training.weightDecay; }));
    decay.applies = [](const RunConfig& c) { return c.training.optimizer == OptimizerKind::AdamW; };
}

void ExperimentFields::addTraining()
{
    addSpin(kSection, {tr("Batch size"), QStringLiteral("Batch size"), tr("Samples in one step.")}, 1, 1000000,
            member([](RunConfig& c) -> int& { return c.training.batchSize; }));
    ConfigField& epochs = addSpin(kSection, {tr("Epochs"), QStringLiteral("Epochs"), tr("Passes over the training samples in all.")}, 1,
                                  100000, member([](RunConfig& c) -> int& { return c.training.epochs; }));
    epochs.live = true;
    m_epochs = static_cast<QSpinBox*>(epochs.row->control());
    addNumber(kSection,
              {tr("Validation"), QStringLiteral("Validation fraction"),
               tr("Share of the training samples that is held back to validate, from 0 to 0.9.")},
              member([](RunConfig& c) -> double& { return c.training.validationFraction; }));

    ConfigField& seed = add(kSection,
                            {tr("Seed"), QStringLiteral("Seed"),
                             tr("Every random number of a run comes from it. The same seed on the same computer gives the same losses.")},
                            new QLineEdit);
    auto* edit = static_cast<QLineEdit*>(seed.row->control());
    seed.read = [edit](RunConfig& config) {
        bool ok = false;
        const qulonglong value = edit->text().trimmed().toULongLong(&ok);
        if (!ok)
            return tr("The seed is a whole number, 0 or more.");
        config.training.seed = value;
        return QString();
    };
    seed.write = [edit](const RunConfig& config) {
        const QString text = QString::number(config.training.seed);
        if (edit->text().trimmed() != text)
            edit->setText(text);
    };
    seed.same = [](const RunConfig& a, const RunConfig& b) { return a.training.seed == b.training.seed; };
    seed.say = [](const RunConfig& config) { return QString::number(config.training.seed); };

    addChoice(
        kSection, {tr("Schedule"), tr("Schedule"), tr("How the learning rate changes over the run.")},
        {choice(LearningRateSchedule::Constant, tr("Constant"), tr("The learning rate stays as it is.")),
         choice(LearningRateSchedule::Cosine, tr("Cosine"), tr("It falls to 0 along half a cosine.")),
         choice(LearningRateSchedule::Step, tr("Steps"), tr("A tenth of it from half of the run on, a hundredth from three quarters on.")),
         choice(LearningRateSchedule::OneCycle, tr("One cycle"),
                tr("It rises from a 25th of the learning rate to all of it, and then falls far below."))},
        member([](RunConfig& c) -> LearningRateSchedule& { return c.training.schedule; }));
    m_fields.back().rare = true;

    ConfigField& clip =
        addNumber(kSection, {tr("Clip norm"), tr("Clip norm"), tr("Gradients longer than this are scaled down to it. 0: never.")},
                  member([](RunConfig& c) -> double& { return c.training.clipNorm; }));
    clip.rare = true;

    ConfigField& patience = addSpin(kSection,
                                    {tr("Patience"), tr("Patience"),
                                     tr("Stops after so many epochs without a better validation NELBO and keeps the best weights; holds a "
                                        "tenth back when nothing is. 0: never.")},
                                    0, 100000,
                                    {[](const RunConfig& c) { return c.training.patience; },
                                     [](RunConfig& c, int value) {
                                         c.training.patience = value;
                                         if (value > 0 && c.training.validationFraction <= 0.0)
                                             c.training.validationFraction = kUsualValidation;
                                     }});
    patience.rare = true;
    patience.say = [](const RunConfig& c) { return tr("%1 epochs").arg(c.training.patience); };

    ConfigField& balance =
        addCheck(kSection, {tr("Balance"), tr("Balance classes"), tr("Draws every class equally often, however many samples it has.")},
                 member([](RunConfig& c) -> bool& { return c.training.balance; }));
    balance.rare = true;
}

} // namespace latentscape::ui
