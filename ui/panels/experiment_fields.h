// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/config_field.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSpinBox>

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace latentscape::ui {

class NarrowCombo;

/// Makes the controls of a RunConfig and their fields, in the order of the rows. The controls belong to parent; only used by the
/// ExperimentPanel. GUI thread.
class ExperimentFields {
    Q_DECLARE_TR_FUNCTIONS(latentscape::ui::ExperimentPanel)

public:
    explicit ExperimentFields(QWidget* parent);

    [[nodiscard]] const std::deque<ConfigField>& fields() const noexcept { return m_fields; }
    [[nodiscard]] const ConfigField* fieldOf(const QWidget* control) const;

    [[nodiscard]] QLineEdit* learningRate() const noexcept { return m_learningRate; }
    [[nodiscard]] QSpinBox* epochs() const noexcept { return m_epochs; }

private:
    struct Text {
        QString label; ///< at the left of the row
        QString name;  ///< accessible name
        QString toolTip;
    };
    /// How a field reads and writes a value of a config.
    template <typename Value>
    struct Access {
        std::function<Value(const RunConfig&)> get;
        std::function<void(RunConfig&, Value)> set;
    };
    struct Choice {
        int value = 0;
        QString text;
        QString shortText; ///< for a box too narrow for the text
        QString toolTip;
    };
    /// The way to a member: access(config) is a reference to it.
    template <typename Reference>
    [[nodiscard]] static auto member(Reference access)
    {
        using Value = std::remove_cvref_t<decltype(access(std::declval<RunConfig&>()))>;
        using Shown = std::conditional_t<std::is_enum_v<Value>, int, Value>;
        return Access<Shown>{[access](const RunConfig& config) {
                                 RunConfig copy = config;
                                 return static_cast<Shown>(access(copy));
                             },
                             [access](RunConfig& config, Shown value) { access(config) = static_cast<Value>(value); }};
    }
    template <typename Enum>
    [[nodiscard]] static Choice choice(Enum value, const QString& text, const QString& toolTip = {}, const QString& shortText = {})
    {
        return {static_cast<int>(value), text, shortText, toolTip};
    }

    ConfigField& add(ConfigSection section, const Text& text, QWidget* control);
    ConfigField& addNumber(ConfigSection section, const Text& text, const Access<double>& access);
    ConfigField& addSpin(ConfigSection section, const Text& text, int low, int high, const Access<int>& access);
    ConfigField& addEpochs(ConfigSection section, const Text& text, const Access<double>& access);
    ConfigField& addCheck(ConfigSection section, const Text& text, const Access<bool>& access);
    ConfigField& addWidths(ConfigSection section, const Text& text, const Access<std::vector<int>>& access);
    NarrowCombo* addChoice(ConfigSection section, const Text& text, const std::vector<Choice>& choices, const Access<int>& access);

    void addPreset();
    void addModel();
    void addNetwork();
    void addObjective();
    void addObjectiveTerms();
    void addLikelihood();
    void addOptimiser();
    void addTraining();

    QWidget* m_parent;
    std::deque<ConfigField> m_fields; ///< a deque: a field stays where it is while others are added
    QLineEdit* m_learningRate = nullptr;
    QSpinBox* m_epochs = nullptr;
    std::optional<RunConfig> m_custom; ///< the last settings that were no preset's
};

} // namespace latentscape::ui
