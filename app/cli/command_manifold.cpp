// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/class_choice.h"
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/manifold_layers.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "core/explore/grids.h"
#include "core/explore/plane.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

#include <optional>

namespace latentscape::app {

namespace {

constexpr int kMostCells = 1000;

struct ManifoldArguments {
    std::string file;
    std::string label;
    std::string grid;
    std::string axes;
    std::string plane;
    std::string range;
    std::string layer = "images";
    DataOptions data;
    int scale = 1;
    std::string out;

    [[nodiscard]] bool isPrincipal() const { return plane == "pca"; }
    [[nodiscard]] bool needsCodes() const { return isPrincipal() || layer != "images"; }
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

/// The plane of two axes through the prior's mean. option: the one that named them.
Result<Plane> parseAxes(std::string_view option, const std::string& text, int latent)
{
    if (latent == 1)
        return Error{ErrorCode::InvalidArgument, std::string(option) + " names no plane", "no " + std::string(option) + ": the model has one latent dimension", '"' + text + '"', {}};
    const auto axes = parseWholeList(option, text, 0, latent - 1);
    if (!axes)
        return axes.error();
    if (axes.value().size() != 2 || axes.value()[0] == axes.value()[1])
        return Error{ErrorCode::InvalidArgument, std::string(option) + " names no plane", "two different dimensions from 0 to " + std::to_string(latent - 1), '"' + text + '"', {}};
    return Plane::axes(latent, axes.value()[0], axes.value()[1]);
}

/// The numbers of --range: "left,right,bottom,top", or "left,right" for a model of one dimension; none when it was not given.
Result<std::vector<float>> parseRange(const std::string& text)
{
    if (text.empty())
        return std::vector<float>();
    Result<std::vector<float>> ends = parseNumberList("--range", text);
    if (!ends)
        return ends;
    const std::vector<float>& e = ends.value();
    const bool ordered = (e.size() == 4 || e.size() == 2) && e[0] < e[1] && (e.size() == 2 || e[2] < e[3]);
    if (!ordered)
        return Error{ErrorCode::InvalidArgument, "--range is not a rectangle", "left,right,bottom,top with left below right and bottom below top", '"' + text + '"', {}};
    return ends;
}

Result<std::optional<PlaneWindow>> windowOf(const std::vector<float>& ends, int latent)
{
    if (ends.empty())
        return std::optional<PlaneWindow>();
    if ((ends.size() == 2) != (latent == 1))
        return Error{ErrorCode::InvalidArgument, "--range does not suit the model", latent == 1 ? "left,right, as it has one latent dimension" : "left,right,bottom,top",
                     std::to_string(ends.size()) + " numbers", {}};
    PlaneWindow window;
    window.left = static_cast<double>(ends[0]);
    window.right = static_cast<double>(ends[1]);
    if (latent > 1) {
        window.bottom = static_cast<double>(ends[2]);
        window.top = static_cast<double>(ends[3]);
    }
    return std::optional(window);
}

Result<void> checkOptions(const ManifoldArguments& arguments, const CLI::App& command)
{
    if (!arguments.axes.empty() && !arguments.plane.empty())
        return Error{ErrorCode::InvalidArgument, "The plane is not clear", "either --plane or --axes", "both", {}};
    if (arguments.needsCodes() && arguments.data.spec.empty())
        return Error{ErrorCode::InvalidArgument, "Codes are needed for " + std::string(arguments.isPrincipal() ? "--plane pca" : "--layer " + arguments.layer),
                     "--data with the data that the model was trained on", "no --data", {}};
    return arguments.needsCodes() ? Result<void>() : refuseIgnored(command, {"--data", "--data-seed"}, "on images of a plane of two dimensions");
}

/// Everything that the command works on.
struct Ground {
    OpenedModel opened;                   ///< without data and backend where no codes are needed
    LatentFrame codes;                    ///< of the training part; empty where none are needed
    std::optional<Plane> plane;
    std::shared_ptr<const Decoder> decoder;
};

Result<Ground> prepare(Context& context, const ManifoldArguments& arguments)
{
    Ground ground;
    if (arguments.needsCodes()) {
        Result<OpenedModel> opened = openModel(context, arguments.file, arguments.data);
        if (!opened)
            return opened.error();
        ground.opened = std::move(opened).value();
        const DataPart& part = ground.opened.data->train();
        if (const Result<void> some = checkIndices("--data", {}, part, "train"); !some)
            return some.error();
        Result<LatentFrame> codes = ground.opened.backend->encode(/*test=*/false, allIndices(part.count), context.stop());
        if (!codes)
            return codes.error();
        ground.codes = std::move(codes).value();
        ground.decoder = ground.opened.backend->copyDecoder();
    } else {
        Result<Checkpoint> model = openCheckpoint(context, arguments.file);
        if (!model)
            return model.error();
        ground.opened.checkpoint = std::move(model).value();
        const auto decoder = context.factory->createDecoder(ground.opened.checkpoint.config, ground.opened.checkpoint.weights);
        if (!decoder)
            return decoder.error();
        ground.decoder = decoder.value();
    }
    const auto chosen = decoderOfClass(context, ground.opened.checkpoint, ground.decoder, arguments.label);
    if (!chosen)
        return chosen.error();
    ground.decoder = chosen.value();
    const int latent = ground.opened.checkpoint.config.model.latent;
    if (arguments.isPrincipal()) {
        ground.plane = Plane::principal(ground.codes, /*previous=*/nullptr);
        return ground;
    }
    const bool byPlane = !arguments.plane.empty();
    const std::string& named = byPlane ? arguments.plane : arguments.axes;
    const Result<Plane> plane = named.empty() ? Plane::axes(latent, 0, latent > 1 ? 1 : 0) : parseAxes(byPlane ? "--plane" : "--axes", named, latent);
    if (!plane)
        return plane.error();
    ground.plane = plane.value();
    return ground;
}

/// Codes of the grid: at the prior's quantiles, or evenly over a range.
std::vector<float> gridCodes(const Plane& plane, const std::optional<PlaneWindow>& range, const GridShape& grid)
{
    const std::vector<float> anchor(plane.origin().begin(), plane.origin().end());
    // One dimension has no rows: its values fill the grid from left to right, line after line.
    const int columns = plane.latent() == 1 ? grid.columns * grid.rows : grid.columns, rows = plane.latent() == 1 ? 1 : grid.rows;
    return range ? windowGrid(plane, anchor, range->left, range->right, range->bottom, range->top, columns, rows) : priorGrid(plane, anchor, columns, rows);
}

/// Images of the plane; the sentence says what was written.
Result<std::string> writeImages(Context& context, const Ground& ground, const std::optional<PlaneWindow>& range, const GridShape& grid, int scale,
                                const Output& output)
{
    const ModelConfig& config = ground.opened.checkpoint.config.model;
    const std::size_t count = static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows);
    if (const Result<void> drawable = checkPicture(output, config.inputShape, {count, grid.columns, scale}); !drawable)
        return drawable.error();
    const std::vector<float> z = gridCodes(*ground.plane, range, grid);
    const Result<std::vector<float>> means = decodeAll(context, *ground.decoder, z, count);
    if (!means)
        return means.error();
    const DecodedItems items{config.inputShape, config.latent, z, means.value(), ground.opened.checkpoint.data.columns};
    if (const Result<void> written = writeItems(context, output, items, grid.columns, scale); !written)
        return written.error();
    return std::to_string(grid.columns) + " × " + std::to_string(grid.rows) + (range ? " codes evenly over the range" : " codes at the prior's quantiles");
}

Result<int> runManifold(Context& context, const ManifoldArguments& arguments, const CLI::App& command)
{
    const Result<Output> output = planOutput(context, "--out", arguments.out, {OutputKind::Png, OutputKind::Npz});
    if (!output)
        return output.error();
    if (const Result<void> clear = refuseGridOptions(command, output.value()); !clear)
        return clear.error();
    const bool images = arguments.layer == "images";
    const char* const usual = images ? "20x20" : arguments.layer == "classes" ? "60x60" : "200x200";
    const Result<GridShape> grid = parseGrid(arguments.grid.empty() ? usual : arguments.grid);
    if (!grid)
        return grid.error();
    const Result<std::vector<float>> ends = parseRange(arguments.range);
    if (!ends)
        return ends.error();
    if (const Result<void> clear = checkOptions(arguments, command); !clear)
        return clear.error();
    const Result<Ground> prepared = prepare(context, arguments);
    if (!prepared)
        return prepared.error();
    const Ground& ground = prepared.value();
    const Result<std::optional<PlaneWindow>> range = windowOf(ends.value(), ground.plane->latent());
    if (!range)
        return range.error();

    PlaneWindow window = range.value().value_or(PlaneWindow{});
    window.columns = grid.value().columns;
    window.rows = grid.value().rows;
    nlohmann::ordered_json line{{"file", arguments.out}, {"layer", arguments.layer}, {"columns", window.columns}, {"rows", window.rows}};
    if (images && !range.value())
        line["spacing"] = "quantiles of the prior";
    else if (ground.plane->latent() == 1)
        line["range"] = {window.left, window.right};
    else
        line["range"] = {window.left, window.right, window.bottom, window.top};
    const Result<std::string> said = images
        ? writeImages(context, ground, range.value(), grid.value(), arguments.scale, output.value())
        : writeLayer(context, ground.opened, {arguments.layer, *ground.plane, window, ground.codes, *ground.decoder, arguments.scale}, output.value(), line);
    if (!said)
        return said.error();
    context.report.json(line);
    context.report.text(said.value() + (images ? " in " : "; in ") + arguments.out + ".");
    return kDone;
}

} // namespace

void addManifoldCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<ManifoldArguments>();
    CLI::App& command = addCommand(program, context, "manifold",
                                   "Draw a plane of latent space: decoded images, the density of the codes, holes of the prior, or classes",
                                   [&context, &program, arguments] { return runManifold(context, *arguments, *program.get_subcommand("manifold")); });
    addModelFile(command, arguments->file);
    command.add_option("--grid", arguments->grid, "Columns x rows (default 20x20 images, 60x60 classes, 200x200 cells otherwise)")->type_name("CxR");
    command.add_option("--plane", arguments->plane, "Two latent dimensions, the others at 0 (default 0,1); or pca: the codes' two leading directions, through their mean")
        ->type_name("pca|I,J");
    command.add_option("--axes", arguments->axes, "The same as --plane with two dimensions")->type_name("I,J");
    command.add_option("--range", arguments->range, "Left, right, bottom and top on the plane. Images lie at the prior's quantiles without it, layers within -3,3,-3,3. "
                                                     "With one dimension: left and right alone")
        ->type_name("X0,X1,Y0,Y1");
    command.add_option("--layer", arguments->layer, "images; density of the codes; holes: where the prior has mass and the codes have none; classes of the decoded images")
        ->check(oneOf({"images", "density", "holes", "classes"}))->type_name("WHAT")->capture_default_str();
    addDataOptions(command, arguments->data)->description("The training data, for --plane pca and for the layers other than images");
    addLabelOption(command, arguments->label);
    command.add_option("--scale", arguments->scale, "Each pixel (of a layer: each cell) becomes N × N pixels")->check(wholeNumber(1, 64))->type_name("N")->capture_default_str();
    command.add_option("--out", arguments->out, "A file that ends in .png, or .npz (images and their codes z, or the layer's values)")->required()->type_name("FILE");
}

} // namespace latentscape::app
