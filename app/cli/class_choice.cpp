// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/class_choice.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace latentscape::app {

namespace {

std::string listed(const std::vector<std::string>& names)
{
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

/// A name goes before a number: digits are called "0" to "9".
int classNamed(const std::vector<std::string>& names, const std::string& label)
{
    if (const auto found = std::find(names.begin(), names.end(), label); found != names.end())
        return static_cast<int>(found - names.begin());
    int number = -1;
    const auto [end, problem] = std::from_chars(label.data(), label.data() + label.size(), number);
    return problem == std::errc() && end == label.data() + label.size() ? number : -1;
}

} // namespace

void addLabelOption(CLI::App& command, std::string& label)
{
    command.add_option("--label", label, "For a conditional VAE: the class to decode for, by name or number (default: the first)")->type_name("CLASS");
}

Result<std::shared_ptr<const Decoder>> decoderOfClass(Context& context, const Checkpoint& checkpoint, std::shared_ptr<const Decoder> decoder,
                                                      const std::string& label)
{
    const int classes = decoder->classes();
    if (classes == 0) {
        if (label.empty())
            return decoder;
        return Error{ErrorCode::InvalidArgument, "--label is for conditional models", "a model with the objective cvae",
                     std::string(name(checkpoint.config.objective.kind)), "Leave --label out."};
    }
    if (label.empty())
        context.report.note("This model decodes for one class at a time; without --label it is the first"
                            + (checkpoint.classNames.empty() ? std::string(".") : ", \"" + checkpoint.classNames.front() + "\"."));
    const int chosen = label.empty() ? 0 : classNamed(checkpoint.classNames, label);
    if (chosen < 0 || chosen >= classes)
        return Error{ErrorCode::InvalidArgument, "--label names a class that the model does not have",
                     listed(checkpoint.classNames) + ", or 0 to " + std::to_string(classes - 1), '"' + label + '"', "Choose one of these."};
    return decoder->forClass(chosen);
}

} // namespace latentscape::app
