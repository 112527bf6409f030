// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sample_choice.h"

#include <algorithm>

namespace latentscape::app {

namespace {

constexpr std::size_t kNamesShown = 30;

/// "a, b, c"; of a long list the beginning.
template <typename Names, typename NameOf>
std::string listOf(const Names& names, NameOf&& nameOf)
{
    std::string list;
    std::size_t shown = 0;
    for (const auto& name : names) {
        if (shown++ == kNamesShown)
            return list + " …";
        list += (list.empty() ? "" : ", ") + std::string(nameOf(name));
    }
    return list;
}

} // namespace

Result<std::vector<std::int32_t>> parseClasses(std::string_view option, std::string_view text, const Dataset& data)
{
    const auto& names = data.classNames();
    if (!data.isLabelled())
        return Error{ErrorCode::InvalidArgument, std::string(option) + " needs labels, and these data have none", "a labelled set", data.name(), {}};
    std::vector<std::int32_t> classes;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        const std::string_view name = text.substr(begin, comma - begin);
        const auto found = std::ranges::find(names, name);
        if (found == names.end())
            return Error{ErrorCode::InvalidArgument, std::string(option) + " names a class that the data do not have",
                         listOf(names, [](const std::string& n) { return n; }), '"' + std::string(name.substr(0, 80)) + '"', "Separate several by commas."};
        const auto label = static_cast<std::int32_t>(found - names.begin());
        if (std::ranges::find(classes, label) != classes.end())
            return Error{ErrorCode::InvalidArgument, std::string(option) + " names a class twice", "each class once", '"' + *found + '"', "Name it once."};
        classes.push_back(label);
        begin = comma + 1;
    }
    return classes;
}

Result<std::size_t> findColumn(std::string_view option, const std::string& name, const Dataset& data)
{
    const auto& columns = data.train().factors;
    const auto found = std::ranges::find(columns, name, &FactorColumn::name);
    if (found != columns.end())
        return static_cast<std::size_t>(found - columns.begin());
    if (columns.empty())
        return Error{ErrorCode::NotFound, std::string(option) + " needs a numeric column, and these data have none", "a set with columns, such as digits",
                     data.name(), {}};
    return Error{ErrorCode::NotFound, std::string(option) + " names a column that the data do not have",
                 listOf(columns, [](const FactorColumn& column) { return column.name; }), '"' + name.substr(0, 80) + '"', {}};
}

std::vector<std::size_t> samplesOfClasses(const Dataset& data, std::span<const std::int32_t> classes)
{
    std::vector<std::size_t> samples;
    for (std::size_t i = 0; i < data.train().count; ++i)
        if (std::ranges::find(classes, data.train().labels[i]) != classes.end())
            samples.push_back(i);
    return samples;
}

} // namespace latentscape::app
