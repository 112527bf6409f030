// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latentscape {

/// Reads one JSON object key by key into variables that keep their value when the key is missing, and remembers the first problem:
/// a wrong type, a number that does not fit, or (in finish()) a key that nobody asked for. Messages name the key as "group.key".
/// Private to core; lives on one stack frame.
class ObjectReader {
public:
    /// object must outlive the reader. Unknown keys are collected in ignored when that is not null, otherwise refused.
    ObjectReader(const nlohmann::json& object, std::string group, std::vector<std::string>* ignored = nullptr);

    void read(std::string_view key, bool& out);
    void read(std::string_view key, double& out);
    void read(std::string_view key, int& out);
    void read(std::string_view key, std::int64_t& out);
    void read(std::string_view key, std::uint64_t& out);
    void read(std::string_view key, std::string& out);
    void read(std::string_view key, std::vector<int>& out);
    void read(std::string_view key, std::vector<std::string>& out);
    /// The sub-object or array behind key, or null when it is missing.
    [[nodiscard]] const nlohmann::json* object(std::string_view key);
    [[nodiscard]] const nlohmann::json* array(std::string_view key);
    /// A problem found elsewhere; the first one stays.
    void fail(Error error);
    /// Makes a missing key a problem.
    void require(std::string_view key);

    /// Call once at the end.
    [[nodiscard]] Result<void> finish();

private:
    const nlohmann::json* find(std::string_view key);
    void failType(std::string_view key, std::string_view expected, const nlohmann::json& found);
    [[nodiscard]] std::string pathOf(std::string_view key) const;

    const nlohmann::json& m_object;
    std::string m_group;
    std::vector<std::string>* m_ignored;
    std::vector<std::string> m_known;
    std::optional<Error> m_error;
};

} // namespace latentscape
