// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/config_field.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSpinBox>

#include <vector>

namespace latentscape::ui {

/// Makes the controls of a RunConfig and their fields. The controls belong to parent; only used by the ExperimentPanel. GUI thread.
class ExperimentFields {
    Q_DECLARE_TR_FUNCTIONS(latentscape::ui::ExperimentPanel)

public:
    explicit ExperimentFields(QWidget* parent);

    [[nodiscard]] const std::vector<ConfigField>& fields() const noexcept { return m_fields; }
    [[nodiscard]] const ConfigField* fieldOf(const QWidget* control) const;

    [[nodiscard]] QLineEdit* learningRate() const noexcept { return m_learningRate; }
    [[nodiscard]] QSpinBox* epochs() const noexcept { return m_epochs; }

private:
    struct Text {
        QString label; ///< at the left of the row
        QString name;  ///< accessible name
        QString toolTip;
    };
    QLineEdit* addEdit(ConfigSection section, const Text& text, ConfigField field);
    QLineEdit* addNumber(ConfigSection section, const Text& text, std::function<double&(RunConfig&)> value, ConfigField field);
    QSpinBox* addSpin(ConfigSection section, const Text& text, int low, int high, std::function<int&(RunConfig&)> value, ConfigField field);
    void addModel();
    void addObjective();
    void addTraining();
    template <typename Enum>
    QComboBox* addChoice(ConfigSection section, const Text& text, std::initializer_list<std::pair<Enum, QString>> choices,
                         std::function<Enum&(RunConfig&)> value);

    QWidget* m_parent;
    std::vector<ConfigField> m_fields;
    QLineEdit* m_learningRate = nullptr;
    QSpinBox* m_epochs = nullptr;
};

} // namespace latentscape::ui
