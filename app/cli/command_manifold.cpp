// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "core/explore/grids.h"
#include "core/explore/plane.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

constexpr int kMostCells = 1000;

struct ManifoldArguments {
    std::string file;
    std::string grid = "20x20";
    std::string axes = "0,1";
    int scale = 1;
    std::string out;
};

struct GridShape {
    int columns = 0;
    int rows = 0;
};

Result<GridShape> parseGrid(const std::string& text)
{
    const std::size_t cross = text.find('x');
    if (cross != std::string::npos) {
        const auto columns = parseWholeList("--grid", text.substr(0, cross), 1, kMostCells);
        const auto rows = parseWholeList("--grid", text.substr(cross + 1), 1, kMostCells);
        if (columns && rows && columns.value().size() == 1 && rows.value().size() == 1)
            return GridShape{columns.value()[0], rows.value()[0]};
    }
    return Error{ErrorCode::InvalidArgument, "--grid cannot be read", "columns x rows, each from 1 to 1000, such as 20x20", '"' + text + '"', {}};
}

/// The plane of two axes through the prior's mean.
Result<Plane> parsePlane(const std::string& text, int latent)
{
    if (latent == 1)
        return Plane::axes(1, 0, 0);
    const auto axes = parseWholeList("--axes", text, 0, latent - 1);
    if (!axes)
        return axes.error();
    if (axes.value().size() != 2 || axes.value()[0] == axes.value()[1])
        return Error{ErrorCode::InvalidArgument, "--axes names no plane", "two different dimensions from 0 to " + std::to_string(latent - 1), '"' + text + '"', {}};
    return Plane::axes(latent, axes.value()[0], axes.value()[1]);
}

Result<int> runManifold(Context& context, const ManifoldArguments& arguments)
{
    const Result<Output> output = planOutput(context, "--out", arguments.out, {OutputKind::Png, OutputKind::Npz});
    if (!output)
        return output.error();
    const Result<GridShape> grid = parseGrid(arguments.grid);
    if (!grid)
        return grid.error();
    const auto [columns, rows] = grid.value();
    const Result<Checkpoint> model = openCheckpoint(context, arguments.file);
    if (!model)
        return model.error();
    const ModelConfig& config = model.value().config.model;
    const Result<Plane> plane = parsePlane(arguments.axes, config.latent);
    if (!plane)
        return plane.error();
    const std::size_t count = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    if (const Result<void> drawable = checkPicture(output.value(), config.inputShape, {count, columns, arguments.scale}); !drawable)
        return drawable.error();
    const auto decoder = context.factory->createDecoder(model.value().config, model.value().weights);
    if (!decoder)
        return decoder.error();

    const std::vector<float> origin(static_cast<std::size_t>(config.latent), 0.0F);
    // One dimension has no rows: its quantiles fill the grid from left to right, line after line.
    const std::vector<float> z = config.latent == 1 ? priorGrid(plane.value(), origin, static_cast<int>(count), 1)
                                                    : priorGrid(plane.value(), origin, columns, rows);
    const Result<std::vector<float>> means = decodeAll(context, *decoder.value(), z, count);
    if (!means)
        return means.error();
    const DecodedItems items{config.inputShape, config.latent, z, means.value()};
    if (const Result<void> written = writeItems(context, output.value(), items, columns, arguments.scale); !written)
        return written.error();
    context.report.json({{"file", arguments.out}, {"columns", columns}, {"rows", rows}, {"spacing", "quantiles of the prior"}});
    context.report.text(std::to_string(columns) + " × " + std::to_string(rows) + " codes at the prior's quantiles in " + arguments.out + ".");
    return kDone;
}

} // namespace

void addManifoldCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<ManifoldArguments>();
    CLI::App& command = addCommand(program, context, "manifold", "Decode a grid over a plane of latent space, spaced by the prior's quantiles",
                                   [&context, arguments] { return runManifold(context, *arguments); });
    addModelFile(command, arguments->file);
    command.add_option("--grid", arguments->grid, "Columns x rows")->type_name("CxR")->capture_default_str();
    command.add_option("--axes", arguments->axes, "Two latent dimensions that span the plane; the others stay at 0")->type_name("I,J")->capture_default_str();
    command.add_option("--scale", arguments->scale, "Each pixel becomes N × N pixels")->check(wholeNumber(1, 64))->type_name("N")->capture_default_str();
    command.add_option("--out", arguments->out, "A file that ends in .png, or .npz (arrays images and z)")->required()->type_name("FILE");
}

} // namespace latentscape::app
