// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/manifold_layers.h"

#include "core/explore/class_map.h"
#include "core/explore/colour_scale.h"
#include "core/explore/grids.h"
#include "core/store/atomic_file.h"
#include "core/store/montage.h"
#include "core/store/npz_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace latentscape::app {

namespace {

using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kNoValue{255, 255, 255};

Error cancelled()
{
    return {ErrorCode::Cancelled, "Drawing the plane was interrupted", {}, {}, "Nothing was written."};
}

std::uint64_t unsignedOf(int value) { return static_cast<std::uint64_t>(value); }

/// Cells of the window in colour, and the numbers behind them.
struct Layer {
    std::vector<Colour> colours;
    std::vector<NpyArray> arrays;
    std::string sentence;
};

std::vector<std::uint64_t> shapeOf(const PlaneWindow& window)
{
    return {unsignedOf(window.rows), unsignedOf(window.columns)};
}

Result<Layer> density(Context& context, const LayerRequest& request, nlohmann::ordered_json& line)
{
    const std::vector<float> values = aggregateDensity(request.codes, request.plane, request.window, context.stop());
    if (values.empty())
        return cancelled();
    const double peak = static_cast<double>(*std::ranges::max_element(values));
    Layer layer;
    for (const float value : values)
        layer.colours.push_back(viridis(peak > 0.0 ? static_cast<double>(value) / peak : 0.0));
    layer.arrays.push_back(NpyArray::of("values", shapeOf(request.window), std::span<const float>(values)));
    line["peak"] = peak;
    layer.sentence = "Density of the codes, at most " + fixed(peak, 4);
    return layer;
}

Result<Layer> holes(Context& context, const LayerRequest& request, nlohmann::ordered_json& line)
{
    const PriorHoles found = priorHoles(request.codes, request.plane, request.window, context.stop());
    if (found.logRatio.empty())
        return cancelled();
    Layer layer;
    for (const float value : found.logRatio)
        layer.colours.push_back(std::isnan(value) ? kNoValue : cividis((static_cast<double>(value) + 2.0) / 4.0));
    layer.arrays.push_back(NpyArray::of("values", shapeOf(request.window), std::span<const float>(found.logRatio)));
    line["empty_mass"] = found.emptyMass;
    layer.sentence = fixed(100.0 * found.emptyMass, 2) + " % of the prior's mass lies where there are hardly any codes";
    return layer;
}

Colour classColour(std::size_t label, std::size_t classes)
{
    return viridis((static_cast<double>(label) + 0.5) / static_cast<double>(classes));
}

Result<Layer> classes(Context& context, const OpenedModel& opened, const LayerRequest& request, nlohmann::ordered_json& line)
{
    const auto classifier = PictureClassifier::create(opened.data);
    if (!classifier)
        return Error{ErrorCode::InvalidArgument, "--layer classes needs labels, and these data have none", "a labelled set", opened.data->name(), {}};
    const PlaneWindow& w = request.window;
    const std::vector<float> anchor(request.plane.origin().begin(), request.plane.origin().end());
    const std::vector<float> z = windowGrid(request.plane, anchor, w.left, w.right, w.bottom, w.top, w.columns, w.rows);
    const std::size_t count = static_cast<std::size_t>(w.columns) * static_cast<std::size_t>(w.rows), latent = anchor.size();
    Layer layer;
    std::vector<std::int32_t> labels;
    std::vector<float> agreement;
    constexpr std::size_t kChunk = 512;
    for (std::size_t begin = 0; begin < count; begin += kChunk) {
        const std::size_t here = std::min(kChunk, count - begin);
        const auto means = decodeAll(context, request.decoder, std::span(z).subspan(begin * latent, here * latent), here);
        if (!means)
            return means.error();
        const auto answers = classifier->classify(toBytes(means.value(), opened.data->isStandardized()), here, context.stop());
        if (answers.empty())
            return cancelled();
        for (const PictureClassifier::Answer& answer : answers) {
            labels.push_back(answer.label);
            agreement.push_back(answer.agreement);
            layer.colours.push_back(classColour(static_cast<std::size_t>(answer.label), opened.data->classNames().size()));
        }
        context.report.progress(static_cast<double>(begin + here) / static_cast<double>(count), "telling classes apart");
    }
    layer.arrays.push_back(NpyArray::of("values", shapeOf(w), std::span<const std::int32_t>(labels)));
    layer.arrays.push_back(NpyArray::of("agreement", shapeOf(w), std::span<const float>(agreement)));
    line["classes"] = nlohmann::ordered_json::array();
    layer.sentence = "Classes of the decoded pictures:";
    for (std::size_t label = 0; label < opened.data->classNames().size(); ++label) {
        const auto cells = std::ranges::count(labels, static_cast<std::int32_t>(label));
        const Colour colour = classColour(label, opened.data->classNames().size());
        std::array<char, 8> text{};
        std::snprintf(text.data(), text.size(), "#%02x%02x%02x", static_cast<unsigned>(colour[0]), static_cast<unsigned>(colour[1]), static_cast<unsigned>(colour[2]));
        line["classes"].push_back({{"class", opened.data->classNames()[label]}, {"colour", text.data()}, {"cells", cells}});
        if (cells > 0)
            layer.sentence += ' ' + opened.data->classNames()[label] + " (" + text.data() + ", " + fixed(100.0 * static_cast<double>(cells) / static_cast<double>(count), 1) + " %)";
    }
    return layer;
}

Result<void> write(Context& context, const LayerRequest& request, const Output& output, Layer&& layer)
{
    const PlaneWindow& w = request.window;
    if (output.kind == OutputKind::Npz) {
        const std::array range{static_cast<float>(w.left), static_cast<float>(w.right), static_cast<float>(w.bottom), static_cast<float>(w.top)};
        layer.arrays.push_back(NpyArray::of("range", {range.size()}, std::span<const float>(range)));
        const auto bytes = writeNpz(layer.arrays);
        return bytes ? writeFileAtomically(output.path, bytes.value()) : bytes.error();
    }
    std::vector<std::uint8_t> planes(3 * layer.colours.size());
    for (std::size_t i = 0; i < layer.colours.size(); ++i)
        for (std::size_t c = 0; c < 3; ++c)
            planes[c * layer.colours.size() + i] = layer.colours[i][c];
    return writePicture(context, output.path, pixelPicture({3, w.rows, w.columns}, planes, request.scale));
}

} // namespace

Result<std::string> writeLayer(Context& context, const OpenedModel& opened, const LayerRequest& request, const Output& output, nlohmann::ordered_json& line)
{
    const ItemShape whole{3, std::max(request.window.rows, 2), request.window.columns}; // one row of cells is a picture all the same
    if (const Result<void> drawable = checkPicture(output, whole, {1, 1, request.scale}); !drawable)
        return drawable.error();
    Result<Layer> layer = request.layer == "density" ? density(context, request, line)
        : request.layer == "holes"                   ? holes(context, request, line)
                                                     : classes(context, opened, request, line);
    if (!layer)
        return layer.error();
    std::string sentence = layer.value().sentence;
    if (const Result<void> written = write(context, request, output, std::move(layer).value()); !written)
        return written.error();
    return sentence;
}

} // namespace latentscape::app
