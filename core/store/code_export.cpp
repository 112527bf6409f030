// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/code_export.h"

#include "core/store/atomic_file.h"
#include "core/store/npz_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace latentscape {

namespace {

constexpr std::size_t kMaxColumns = 4096;

void appendNumber(std::string& out, auto value)
{
    std::array<char, 48> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos)
        return {};
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

std::vector<std::string_view> cellsOf(std::string_view line)
{
    std::vector<std::string_view> cells;
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t comma = std::min(line.find(',', begin), line.size());
        cells.push_back(trimmed(line.substr(begin, comma - begin)));
        begin = comma + 1;
    }
    return cells;
}

template <typename T>
std::optional<T> parse(std::string_view cell)
{
    T value{};
    const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (problem != std::errc() || end != cell.data() + cell.size())
        return std::nullopt;
    return value;
}

std::string inQuotes(std::string_view cell) { return '"' + std::string(cell.substr(0, 40)) + '"'; }

/// Which column of the file holds what; −1 where there is none.
struct Columns {
    int index = -1;
    int label = -1;
    std::vector<int> mu;
    std::vector<int> logvar;
    std::size_t count = 0;
    std::string twice; ///< the name of one of these columns that is there again; empty where there is none
};

Columns findColumns(std::string_view header)
{
    Columns columns;
    const auto cells = cellsOf(header);
    columns.count = cells.size();
    const auto find = [&](const std::string& name) {
        const auto found = std::ranges::find(cells, std::string_view(name));
        if (found == cells.end())
            return -1;
        if (std::find(found + 1, cells.end(), std::string_view(name)) != cells.end())
            columns.twice = name;
        return static_cast<int>(found - cells.begin());
    };
    columns.index = find("index");
    columns.label = find("label");
    for (auto* list : {&columns.mu, &columns.logvar}) {
        const std::string prefix = list == &columns.mu ? "mu_" : "logvar_";
        for (int column = 0; (column = find(prefix + std::to_string(list->size()))) >= 0;)
            list->push_back(column);
    }
    if (columns.logvar.size() != columns.mu.size())
        columns.logvar.clear();
    return columns;
}

/// Reads one line into the table. Returns the problem, if there is one.
std::optional<Error> readLine(const std::vector<std::string_view>& cells, const Columns& columns, const std::string& where, CodeTable& out)
{
    const auto malformed = [&where](int column, std::string expected, std::string_view cell) {
        return Error{ErrorCode::Malformed, where + ", column " + std::to_string(column + 1) + " cannot be read", std::move(expected), inQuotes(cell),
                     "Correct that cell."};
    };
    if (cells.size() != columns.count)
        return Error{ErrorCode::Malformed, where + " has another number of columns than the header", std::to_string(columns.count) + " columns",
                     std::to_string(cells.size()), "Correct that line."};
    const auto cell = [&cells](int column) { return cells[static_cast<std::size_t>(column)]; };

    std::int32_t index = static_cast<std::int32_t>(out.count());
    if (columns.index >= 0) {
        const auto value = parse<std::int32_t>(cell(columns.index));
        if (!value)
            return malformed(columns.index, "a whole number", cell(columns.index));
        index = *value;
    }
    out.indices.push_back(index);
    if (columns.label >= 0 && !cell(columns.label).empty()) {
        const auto value = parse<std::int32_t>(cell(columns.label));
        if (!value)
            return malformed(columns.label, "a class number", cell(columns.label));
        out.labels.push_back(*value);
    }
    for (const auto& [list, target] : {std::pair{&columns.mu, &out.mu}, std::pair{&columns.logvar, &out.logvar}})
        for (const int column : *list) {
            const auto value = parse<float>(cell(column));
            if (!value)
                return malformed(column, "a number", cell(column));
            if (!std::isfinite(*value))
                return Error{ErrorCode::Malformed, where + ", column " + std::to_string(column + 1) + " is not a finite number", "a finite number",
                             inQuotes(cell(column)), "Correct that cell."};
            target->push_back(*value);
        }
    return std::nullopt;
}

} // namespace

CodeTable codesOfSamples(const LatentFrame& frame, const DataPart& train, std::span<const std::size_t> samples)
{
    constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
    std::vector<std::size_t> rowOf(train.count, kNoRow);
    for (std::size_t row = 0; row < frame.count(); ++row)
        rowOf[static_cast<std::size_t>(frame.indices[row])] = row;
    CodeTable codes;
    codes.latent = frame.latent;
    for (const std::size_t sample : samples) {
        if (sample >= train.count || rowOf[sample] == kNoRow)
            continue;
        codes.indices.push_back(static_cast<std::int32_t>(sample));
        if (!train.labels.empty())
            codes.labels.push_back(train.labels[sample]);
        const auto mu = frame.muOf(rowOf[sample]), logvar = frame.logvarOf(rowOf[sample]);
        codes.mu.insert(codes.mu.end(), mu.begin(), mu.end());
        codes.logvar.insert(codes.logvar.end(), logvar.begin(), logvar.end());
    }
    return codes;
}

std::string codesToCsv(const CodeTable& codes)
{
    const auto latent = static_cast<std::size_t>(codes.latent);
    std::string out = "index,label";
    for (const char* prefix : {",mu_", ",logvar_"})
        for (int j = 0; j < codes.latent && (prefix[1] == 'm' || !codes.logvar.empty()); ++j)
            out += prefix + std::to_string(j);
    if (!codes.losses.empty())
        out += ",nelbo,reconstruction,kl";
    out += '\n';
    for (std::size_t row = 0; row < codes.count(); ++row) {
        appendNumber(out, codes.indices[row]);
        out += ',';
        if (!codes.labels.empty())
            appendNumber(out, codes.labels[row]);
        for (const auto* values : {&codes.mu, &codes.logvar})
            for (std::size_t j = 0; j < latent && !values->empty(); ++j) {
                out += ',';
                appendNumber(out, (*values)[row * latent + j]);
            }
        if (!codes.losses.empty())
            for (const double value : {codes.losses[row].nelbo, codes.losses[row].reconstruction, codes.losses[row].kl}) {
                out += ',';
                appendNumber(out, static_cast<float>(value));
            }
        out += '\n';
    }
    return out;
}

Result<std::vector<std::byte>> codesToNpz(const CodeTable& codes)
{
    const std::uint64_t count = codes.count();
    const auto latent = static_cast<std::uint64_t>(codes.latent);
    std::vector<NpyArray> arrays;
    arrays.push_back(NpyArray::of("index", {count}, std::span<const std::int32_t>(codes.indices)));
    if (!codes.labels.empty())
        arrays.push_back(NpyArray::of("label", {count}, std::span<const std::int32_t>(codes.labels)));
    arrays.push_back(NpyArray::of("mu", {count, latent}, std::span<const float>(codes.mu)));
    if (!codes.logvar.empty())
        arrays.push_back(NpyArray::of("logvar", {count, latent}, std::span<const float>(codes.logvar)));
    const auto column = [&codes](double LossTerms::* term) {
        std::vector<float> values;
        for (const LossTerms& loss : codes.losses)
            values.push_back(static_cast<float>(loss.*term));
        return values;
    };
    if (!codes.losses.empty())
        for (const auto& [name, term] : {std::pair{"nelbo", &LossTerms::nelbo}, std::pair{"reconstruction", &LossTerms::reconstruction}, std::pair{"kl", &LossTerms::kl}})
            arrays.push_back(NpyArray::of(name, {count}, std::span<const float>(column(term))));
    return writeNpz(arrays);
}

Result<CodeTable> codesFromCsv(std::string_view text, std::string_view subject)
{
    const std::string name(subject);
    const auto nextLine = [&text]() {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        return line;
    };
    const std::string_view header = nextLine();
    const Columns columns = findColumns(header);
    if (columns.mu.empty() || columns.count > kMaxColumns)
        return Error{ErrorCode::Malformed, "The first line of " + name + " names no codes", "columns mu_0, mu_1, …", inQuotes(header),
                     "Write the file with the encode command, or name the columns mu_0, mu_1 and so on."};
    if (!columns.twice.empty())
        return Error{ErrorCode::Malformed, "The first line of " + name + " names a column twice", "each column once", inQuotes(columns.twice),
                     "Remove the one that is not meant."};
    CodeTable codes;
    codes.latent = static_cast<int>(columns.mu.size());
    for (std::size_t number = 2; !text.empty(); ++number) {
        const std::string_view line = nextLine();
        if (line.empty())
            continue;
        if (auto problem = readLine(cellsOf(line), columns, "Line " + std::to_string(number) + " of " + name, codes))
            return *problem;
    }
    if (codes.indices.empty())
        return Error{ErrorCode::Malformed, name + " holds no code", "at least one line below the header", "none", "Encode some samples first."};
    if (codes.labels.size() != codes.indices.size())
        codes.labels.clear();
    return codes;
}

Result<void> writeSelectionCsv(const LatentFrame& frame, const DataPart& train, std::span<const std::size_t> samples, const std::filesystem::path& path)
{
    const CodeTable codes = codesOfSamples(frame, train, samples);
    if (codes.count() == 0)
        return Error{ErrorCode::InvalidArgument, "None of the selected samples has a code", "at least one", "none of " + std::to_string(samples.size()),
                     "Select samples that the run trains on."};
    return writeFileAtomically(path, codesToCsv(codes));
}

} // namespace latentscape
