// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <QString>

#include <cstddef>
#include <functional>
#include <vector>

namespace latentscape::ui {

enum class ConfigSection { Data, Model, Objective, Training };
inline constexpr std::size_t kConfigSections = 4;

class FormRow;

/// Why a configuration does not work with the present data, in sentences; empty when it does.
using Judge = std::function<QString(const RunConfig&)>;

/// One value of a RunConfig with the control that edits it. The ExperimentPanel keeps a list of them, so that reading, showing, refusing
/// and marking are written once.
struct ConfigField {
    ConfigSection section = ConfigSection::Model;
    FormRow* row = nullptr;
    /// Puts the control's value into the config; an unreadable text answers with the reason and changes nothing.
    std::function<QString(RunConfig&)> read;
    /// Puts the config's value into the control without a signal, unless the control already says the same.
    std::function<void(const RunConfig&)> write;
    /// Whether two configs agree in this value.
    std::function<bool(const RunConfig&, const RunConfig&)> same;
    /// The config's value as the control would show it. Empty: the field has no value of its own.
    std::function<QString(const RunConfig&)> say;
    /// Acts at once while training runs, so it never waits for the next start.
    bool live = false;
    /// Stands under the section's "More".
    bool rare = false;
    /// Takes part in the marks "applies at the next start".
    bool mark = true;
    /// Whether the value means anything in this config; rows without meaning are hidden. Empty: always.
    std::function<bool(const RunConfig&)> applies;
    /// Greys the choices that would not work beside the config's other values, each with its reason. Empty: nothing to choose from.
    std::function<void(const RunConfig&, const Judge&)> review;
    /// Whether another choice than the config's would work; empty: nothing to choose from.
    std::function<bool(const RunConfig&, const Judge&)> mendable;
    /// Adapts label and tool tip to what the value means in this config. Empty: they stay.
    std::function<void(const RunConfig&)> relabel;
};

/// Reads "512, 256": whole numbers separated by commas, semicolons or blanks. Nothing at all means no hidden layer.
struct HiddenLayers {
    std::vector<int> widths;
    QString problem; ///< empty when the text could be read
};
[[nodiscard]] HiddenLayers readHiddenLayers(const QString& text);
[[nodiscard]] QString hiddenLayersText(const std::vector<int>& widths);

} // namespace latentscape::ui
