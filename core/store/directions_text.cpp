// SPDX-License-Identifier: GPL-3.0-or-later
// Named directions as the text of a checkpoint's metadata.
#include "core/model/json/object_reader.h"
#include "core/model/json/strict_json.h"
#include "core/store/detail/checkpoint_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace latentscape {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr double kUnitTolerance = 1e-3;

} // namespace

std::optional<Error> problemIn(const AttributeDirection& direction, int latent)
{
    const std::string subject = "The direction \"" + direction.name.substr(0, 80) + '"';
    if (direction.name.empty())
        return Error{ErrorCode::Malformed, "A direction has no name", "a name", "nothing", "Name it, or remove it."};
    if (direction.direction.size() != static_cast<std::size_t>(latent))
        return Error{ErrorCode::Mismatch, subject + " belongs to another latent space", std::to_string(latent) + " coordinates",
                     std::to_string(direction.direction.size()), "Remove it."};
    double squares = 0.0;
    for (const float value : direction.direction)
        squares += static_cast<double>(value) * static_cast<double>(value);
    const bool finite = std::isfinite(squares) && std::isfinite(direction.length) && std::isfinite(direction.effect)
        && std::isfinite(direction.separation) && std::isfinite(direction.chance);
    if (!finite)
        return Error{ErrorCode::NonFinite, subject + " holds a number that is not finite", "finite numbers", "NaN or infinity", "Remove it."};
    if (std::abs(std::sqrt(squares) - 1.0) > kUnitTolerance || !(direction.length > 0.0))
        return Error{ErrorCode::Malformed, subject + " is not a direction", "a unit vector and a positive length",
                     "length " + std::to_string(std::sqrt(squares)), "Remove it."};
    if (direction.effect < 0.0 || direction.chance < 0.0 || direction.chance > 1.0)
        return Error{ErrorCode::Malformed, subject + " has an impossible effect or chance", "an effect from 0, a chance from 0 to 1",
                     std::to_string(direction.effect) + " and " + std::to_string(direction.chance), "Remove it."};
    return {};
}

std::string directionsToJson(const std::vector<AttributeDirection>& directions)
{
    ordered_json root = ordered_json::array();
    for (const AttributeDirection& direction : directions)
        root.push_back({{"name", direction.name}, {"direction", direction.direction}, {"length", direction.length}, {"effect", direction.effect},
                        {"separation", direction.separation}, {"chance", direction.chance}, {"from", direction.from}, {"to", direction.to}});
    return ordered_json{{"directions", std::move(root)}}.dump(-1, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
}

Result<void> directionsFromJson(std::string_view text, int latent, std::vector<AttributeDirection>& out, std::vector<std::string>* ignored)
{
    const Result<json> parsed = parseStrictJson(text, "The directions");
    if (!parsed)
        return parsed.error();
    ObjectReader reader(parsed.value(), "directions", ignored);
    reader.require("directions");
    const json* entries = reader.array("directions");
    if (entries && entries->size() > kMostDirections)
        return Error{ErrorCode::Unsupported, "The file holds too many directions", "at most " + std::to_string(kMostDirections),
                     std::to_string(entries->size()), ""};
    for (const json& object : entries ? *entries : json::array()) {
        AttributeDirection direction;
        std::uint64_t from = 0, to = 0;
        ObjectReader entry(object, "directions", ignored);
        for (const char* needed : {"name", "direction", "length", "effect", "separation", "chance", "from", "to"})
            entry.require(needed);
        entry.read("name", direction.name);
        entry.read("length", direction.length);
        entry.read("effect", direction.effect);
        entry.read("separation", direction.separation);
        entry.read("chance", direction.chance);
        entry.read("from", from);
        entry.read("to", to);
        if (const json* numbers = entry.array("direction")) {
            if (std::ranges::all_of(*numbers, [](const json& number) { return number.is_number(); }))
                direction.direction = numbers->get<std::vector<float>>();
            else
                entry.fail({ErrorCode::Malformed, "A direction's coordinates are not numbers", "numbers", "something else", ""});
        }
        if (const Result<void> done = entry.finish(); !done)
            return done.error();
        direction.from = static_cast<std::size_t>(from);
        direction.to = static_cast<std::size_t>(to);
        if (std::optional<Error> problem = problemIn(direction, latent))
            return *std::move(problem);
        out.push_back(std::move(direction));
    }
    return reader.finish();
}

} // namespace latentscape
