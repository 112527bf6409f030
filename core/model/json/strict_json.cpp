// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/json/strict_json.h"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 16;

/// Walks over the text and keeps only the keys of the objects that are open. Returning false stops the parser.
class StrictChecker : public nlohmann::json_sax<json> {
public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return open(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override
    {
        return m_keys.back().insert(name).second || fail("the key \"" + name.substr(0, 80) + "\" appears twice");
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override
    {
        return fail("it cannot be read at byte " + std::to_string(position));
    }

    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    bool open()
    {
        m_keys.emplace_back();
        return m_keys.size() <= kMaxDepth || fail("it is nested more than 16 deep");
    }
    bool close()
    {
        m_keys.pop_back();
        return true;
    }
    bool fail(std::string problem)
    {
        if (m_problem.empty())
            m_problem = std::move(problem);
        return false;
    }

    std::vector<std::set<std::string>> m_keys;
    std::string m_problem;
};

Error malformed(std::string_view subject, std::string found)
{
    return {ErrorCode::Malformed, std::string(subject) + " is not valid JSON", "one JSON value with each key once", std::move(found), ""};
}

} // namespace

Result<json> parseStrictJson(std::string_view text, std::string_view subject)
{
    try {
        StrictChecker checker;
        if (!json::sax_parse(text, &checker))
            return malformed(subject, checker.problem().empty() ? "something else" : checker.problem());
        json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
        if (value.is_discarded())
            return malformed(subject, "something else");
        return value;
    } catch (const std::exception&) { // memory, or a defect of the library
        return malformed(subject, "text that cannot be parsed");
    }
}

} // namespace latentscape
