// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/json/object_reader.h"

#include "core/model/json/name_table.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace latentscape {

namespace {

using nlohmann::json;

std::string shown(const json& value)
{
    std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
    if (text.size() > 80)
        text = text.substr(0, 77) + "...";
    return text;
}

std::string inQuotes(std::string_view text)
{
    std::string out(1, '"');
    out += text;
    out += '"';
    return out;
}

bool fitsInt(const json& value)
{
    if (value.is_number_unsigned())
        return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<int>::max());
    return value.is_number_integer() && std::in_range<int>(value.get<std::int64_t>());
}

} // namespace

ObjectReader::ObjectReader(const json& object, std::string group, std::vector<std::string>* ignored)
    : m_object(object), m_group(std::move(group)), m_ignored(ignored)
{
    if (!object.is_object())
        fail({ErrorCode::InvalidArgument, inQuotes(m_group) + " has the wrong type", "an object", shown(object), ""});
}

std::string ObjectReader::pathOf(std::string_view key) const
{
    return m_group.empty() ? std::string(key) : m_group + '.' + std::string(key);
}

const json* ObjectReader::find(std::string_view key)
{
    m_known.emplace_back(key);
    if (!m_object.is_object())
        return nullptr;
    const auto found = m_object.find(m_known.back());
    return found == m_object.end() ? nullptr : &*found;
}

void ObjectReader::fail(Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

void ObjectReader::require(std::string_view key)
{
    if (m_object.is_object() && !m_object.contains(std::string(key)))
        fail({ErrorCode::InvalidArgument, inQuotes(pathOf(key)) + " is missing", "", "", ""});
}

void ObjectReader::failType(std::string_view key, std::string_view expected, const json& found)
{
    fail({ErrorCode::InvalidArgument, inQuotes(pathOf(key)) + " cannot be used", std::string(expected), shown(found),
          "Write " + std::string(expected) + " there, or leave the key out."});
}

void ObjectReader::read(std::string_view key, bool& out)
{
    const json* value = find(key);
    if (!value)
        return;
    if (value->is_boolean())
        out = value->get<bool>();
    else
        failType(key, "true or false", *value);
}

void ObjectReader::read(std::string_view key, double& out)
{
    if (const json* value = find(key)) {
        if (value->is_number())
            out = value->get<double>();
        else
            failType(key, "a number", *value);
    }
}

void ObjectReader::read(std::string_view key, int& out)
{
    if (const json* value = find(key)) {
        if (fitsInt(*value))
            out = value->get<int>();
        else
            failType(key, "a whole number", *value);
    }
}

void ObjectReader::read(std::string_view key, std::int64_t& out)
{
    if (const json* value = find(key)) {
        const bool tooLarge = value->is_number_unsigned()
            && value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (value->is_number_integer() && !tooLarge)
            out = value->get<std::int64_t>();
        else
            failType(key, "a whole number", *value);
    }
}

void ObjectReader::read(std::string_view key, std::uint64_t& out)
{
    if (const json* value = find(key)) {
        // A value built in code holds small numbers as signed ones; a parsed text never does.
        if (value->is_number_unsigned() || (value->is_number_integer() && value->get<std::int64_t>() >= 0))
            out = value->get<std::uint64_t>();
        else
            failType(key, "a whole number from 0 to 18446744073709551615", *value);
    }
}

void ObjectReader::read(std::string_view key, std::string& out)
{
    if (const json* value = find(key)) {
        if (value->is_string())
            out = value->get<std::string>();
        else
            failType(key, "a text", *value);
    }
}

void ObjectReader::read(std::string_view key, std::vector<int>& out)
{
    if (const json* value = find(key)) {
        if (value->is_array() && std::ranges::all_of(*value, fitsInt))
            out = value->get<std::vector<int>>();
        else
            failType(key, "a list of whole numbers", *value);
    }
}

void ObjectReader::read(std::string_view key, std::vector<std::string>& out)
{
    if (const json* value = find(key)) {
        if (value->is_array() && std::ranges::all_of(*value, [](const json& entry) { return entry.is_string(); }))
            out = value->get<std::vector<std::string>>();
        else
            failType(key, "a list of texts", *value);
    }
}

const json* ObjectReader::object(std::string_view key)
{
    const json* value = find(key);
    if (value && !value->is_object()) {
        failType(key, "an object", *value);
        return nullptr;
    }
    return value;
}

const json* ObjectReader::array(std::string_view key)
{
    const json* value = find(key);
    if (value && !value->is_array()) {
        failType(key, "a list", *value);
        return nullptr;
    }
    return value;
}

Result<void> ObjectReader::finish()
{
    if (m_object.is_object()) {
        for (const auto& entry : m_object.items()) {
            if (std::ranges::find(m_known, entry.key()) != m_known.end())
                continue;
            if (m_ignored) {
                m_ignored->push_back(pathOf(entry.key()));
                continue;
            }
            const std::vector<std::string_view> names(m_known.begin(), m_known.end());
            const std::string_view meant = nearestName(names, entry.key());
            fail({ErrorCode::InvalidArgument, inQuotes(pathOf(entry.key().substr(0, 80))) + " is not a known key", listOfNames(names), "",
                  meant.empty() ? "Remove the key." : "Did you mean " + inQuotes(pathOf(meant)) + '?'});
        }
    }
    if (m_error)
        return *std::move(m_error);
    return {};
}

} // namespace latentscape
