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
/// Shows epochs without needless decimals and in no locale's digits.
class EpochSpin : public QDoubleSpinBox {
public:
    using QDoubleSpinBox::QDoubleSpinBox;
    [[nodiscard]] QString textFromValue(double value) const override { return QString::number(value, 'g', 8); }
};

template <typename Access>
void compare(ConfigField& field, const Access& access)
{
    field.same = [access](const RunConfig& a, const RunConfig& b) { return access.get(a) == access.get(b); };
}
} // namespace

ExperimentFields::ExperimentFields(QWidget* parent) : m_parent(parent)
{
    addPreset();
    addModel();
    addNetwork();
    addObjective();
    addLikelihood();
    addObjectiveTerms();
    addOptimiser();
    addTraining();
}

const ConfigField* ExperimentFields::fieldOf(const QWidget* control) const
{
    const auto found =
        std::find_if(m_fields.begin(), m_fields.end(), [control](const ConfigField& f) { return f.row->control() == control; });
    return found == m_fields.end() ? nullptr : &*found;
}

ConfigField& ExperimentFields::add(ConfigSection section, const Text& text, QWidget* control)
{
    control->setAccessibleName(text.name);
    control->setToolTip(text.toolTip);
    ConfigField& field = m_fields.emplace_back();
    field.section = section;
    field.row = new FormRow(text.label, control, m_parent);
    return field;
}

ConfigField& ExperimentFields::addNumber(ConfigSection section, const Text& text, const Access<double>& access)
{
    auto* edit = new QLineEdit;
    ConfigField& field = add(section, text, edit);
    field.read = [edit, access](RunConfig& config) {
        const auto number = readNumber(edit->text());
        if (!number)
            return edit->text().trimmed().isEmpty() ? tr("A number is missing here.")
                                                    : tr("“%1” is not a number. Write it like 0.001 or 1e-3.").arg(edit->text().trimmed());
        access.set(config, *number);
        return QString();
    };
    field.write = [edit, access](const RunConfig& config) {
        const double number = access.get(config);
        if (readNumber(edit->text()) != number)
            edit->setText(plainText(number));
    };
    field.say = [access](const RunConfig& config) { return plainText(access.get(config)); };
    compare(field, access);
    return field;
}

ConfigField& ExperimentFields::addSpin(ConfigSection section, const Text& text, int low, int high, const Access<int>& access)
{
    auto* spin = new QSpinBox;
    spin->setRange(low, high);
    spin->setLocale(QLocale::c());
    spin->setButtonSymbols(QAbstractSpinBox::NoButtons);
    ConfigField& field = add(section, text, spin);
    field.read = [spin, access](RunConfig& config) {
        access.set(config, spin->value());
        return QString();
    };
    field.write = [spin, access](const RunConfig& config) {
        const QSignalBlocker quiet(spin);
        spin->setValue(access.get(config));
    };
    field.say = [access](const RunConfig& config) { return QString::number(access.get(config)); };
    compare(field, access);
    return field;
}

ConfigField& ExperimentFields::addEpochs(ConfigSection section, const Text& text, const Access<double>& access)
{
    auto* spin = new EpochSpin;
    spin->setRange(0.0, 100000.0);
    spin->setDecimals(3);
    spin->setLocale(QLocale::c());
    spin->setSuffix(tr(" epochs"));
    spin->setButtonSymbols(QAbstractSpinBox::NoButtons);
    ConfigField& field = add(section, text, spin);
    field.read = [spin, access](RunConfig& config) {
        access.set(config, spin->value());
        return QString();
    };
    field.write = [spin, access](const RunConfig& config) {
        const QSignalBlocker quiet(spin);
        spin->setValue(access.get(config));
    };
    field.say = [access](const RunConfig& config) { return tr("%1 epochs").arg(plainText(access.get(config))); };
    compare(field, access);
    return field;
}

ConfigField& ExperimentFields::addCheck(ConfigSection section, const Text& text, const Access<bool>& access)
{
    auto* check = new QCheckBox;
    ConfigField& field = add(section, text, check);
    FormRow* row = field.row;
    field.read = [check, access](RunConfig& config) {
        access.set(config, check->isChecked());
        return QString();
    };
    field.write = [check, access](const RunConfig& config) {
        const QSignalBlocker quiet(check);
        check->setChecked(access.get(config));
    };
    field.say = [access](const RunConfig& config) { return access.get(config) ? tr("on") : tr("off"); };
    const auto reasonAgainstOther = [access](const RunConfig& config, const Judge& judge) {
        RunConfig other = config;
        access.set(other, !access.get(config));
        return judge(other);
    };
    field.review = [check, row, access, reasonAgainstOther, tip = text.toolTip](const RunConfig& config, const Judge& judge) {
        const QString reason = access.get(config) ? QString() : reasonAgainstOther(config, judge); // switching off is never in the way
        check->setEnabled(reason.isEmpty());
        check->setToolTip(reason.isEmpty() ? tip : reason);
        row->setHint(reason);
    };
    field.mendable = [reasonAgainstOther](const RunConfig& config, const Judge& judge) {
        return reasonAgainstOther(config, judge).isEmpty();
    };
    compare(field, access);
    return field;
}

ConfigField& ExperimentFields::addWidths(ConfigSection section, const Text& text, const Access<std::vector<int>>& access)
{
    auto* edit = new QLineEdit;
    ConfigField& field = add(section, text, edit);
    field.read = [edit, access](RunConfig& config) {
        const HiddenLayers layers = readHiddenLayers(edit->text());
        if (layers.problem.isEmpty())
            access.set(config, layers.widths);
        return layers.problem;
    };
    field.write = [edit, access](const RunConfig& config) {
        const HiddenLayers layers = readHiddenLayers(edit->text());
        if (!layers.problem.isEmpty() || layers.widths != access.get(config))
            edit->setText(hiddenLayersText(access.get(config)));
    };
    field.say = [access](const RunConfig& config) {
        const QString widths = hiddenLayersText(access.get(config));
        return widths.isEmpty() ? tr("none") : widths;
    };
    compare(field, access);
    return field;
}

NarrowCombo* ExperimentFields::addChoice(ConfigSection section, const Text& text, const std::vector<Choice>& choices,
                                         const Access<int>& access)
{
    auto* combo = new NarrowCombo;
    for (const Choice& entry : choices) {
        combo->addChoice(entry.value, entry.text, entry.shortText);
        combo->setTip(combo->count() - 1, entry.toolTip);
    }
    ConfigField& field = add(section, text, combo);
    field.read = [combo, access](RunConfig& config) {
        access.set(config, combo->currentData().toInt());
        return QString();
    };
    field.write = [combo, access](const RunConfig& config) {
        const QSignalBlocker quiet(combo);
        combo->setCurrentIndex(combo->findData(access.get(config)));
    };
    field.say = [combo, access](const RunConfig& config) { return combo->itemText(combo->findData(access.get(config))); };
    const auto reasonAgainst = [combo, access](int index, const RunConfig& config, const Judge& judge) {
        RunConfig candidate = config;
        access.set(candidate, combo->itemData(index).toInt());
        return judge(candidate);
    };
    field.review = [combo, access, reasonAgainst](const RunConfig& config, const Judge& judge) {
        const int chosen = combo->findData(access.get(config));
        for (int i = 0; i < combo->count(); ++i)
            combo->setRefused(i, i == chosen ? QString() : reasonAgainst(i, config, judge));
    };
    field.mendable = [combo, access, reasonAgainst](const RunConfig& config, const Judge& judge) {
        const int chosen = combo->findData(access.get(config));
        for (int i = 0; i < combo->count(); ++i) {
            if (i != chosen && reasonAgainst(i, config, judge).isEmpty())
                return true;
        }
        return false;
    };
    compare(field, access);
    return combo;
}

} // namespace latentscape::ui
