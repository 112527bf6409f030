// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/class_choice.h"
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "app/media/path_export.h"
#include "core/explore/interpolation.h"
#include "core/store/atomic_file.h"
#include "core/store/montage.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

constexpr int kAnimationScale = 8;
constexpr int kMillisecondsPerFrame = 80;
constexpr int kHighestIndex = 1000000000;

struct InterpolateArguments {
    std::string file;
    std::string label;
    DataOptions data;
    std::string split = "test";
    int from = 0;
    int to = 1;
    std::string via;
    int steps = 16;
    std::string method = "lerp";
    bool closed = false;
    bool originals = false;
    int scale = 0; ///< 0: 1 for a strip, 8 for an animation or a sequence
    std::string out;
};

Interpolation methodNamed(const std::string& name)
{
    return name == "slerp" ? Interpolation::Spherical : name == "spline" ? Interpolation::Spline : Interpolation::Linear;
}

/// An open way goes there and back again, so that the repeated animation has no jump; a closed one has none.
Result<void> writeAnimation(const Context& context, const Output& output, const DecodedItems& items, int scale, bool closed)
{
    AnimationStyle style;
    style.scale = scale;
    style.millisecondsPerFrame = kMillisecondsPerFrame;
    style.standardized = items.standardized();
    style.backAndForth = !closed;
    const std::vector<std::uint8_t> pixels = toBytes(items.means, style.standardized);
    const auto bytes = encodePathAnimation(output.kind == OutputKind::Gif ? AnimationFormat::Gif : AnimationFormat::WebP, items.shape, pixels,
                                           pixels.size() / items.shape.size(), style, context.stop());
    return bytes ? writeFileAtomically(output.path, bytes.value()) : bytes.error();
}

/// The decodes between the real samples at the ends; a closed way ends where it began.
Result<void> writeStripWithOriginals(const Context& context, const Output& output, const DecodedItems& items, const OpenedModel& opened,
                                     const InterpolateArguments& arguments)
{
    const DataPart& part = opened.part(arguments.split == "test");
    const std::size_t size = items.shape.size();
    const auto original = [&](int index) {
        std::vector<std::uint8_t> pixels(size);
        opened.data->copyBytes(part, static_cast<std::size_t>(index), pixels);
        return pixels;
    };
    std::vector<std::uint8_t> pixels = original(arguments.from);
    const std::vector<std::uint8_t> decoded = toBytes(items.means, items.standardized());
    const std::vector<std::uint8_t> last = original(arguments.closed ? arguments.from : arguments.to);
    pixels.insert(pixels.end(), decoded.begin(), decoded.end());
    pixels.insert(pixels.end(), last.begin(), last.end());
    const MontageStyle style{.scale = arguments.scale > 0 ? arguments.scale : 1, .standardized = items.standardized()};
    return writePicture(context, output.path, gridMontage(items.shape, pixels, arguments.steps + 2, style));
}

Result<void> checkOptions(const Output& output, const InterpolateArguments& arguments)
{
    if (arguments.originals && output.kind != OutputKind::Png)
        return Error{ErrorCode::InvalidArgument, "--originals belongs to a strip", "--out with a name that ends in .png", '"' + arguments.out + '"',
                     "Leave --originals out, or write a strip."};
    return refuseLongerSet(output, static_cast<std::size_t>(arguments.steps), frameFileName);
}

/// The samples on the way, in order, each checked under the option that named it.
Result<std::vector<int>> anchorsOf(const InterpolateArguments& arguments, const DataPart& part, const std::vector<int>& via)
{
    std::vector<int> anchors{arguments.from};
    anchors.insert(anchors.end(), via.begin(), via.end());
    anchors.push_back(arguments.to);
    const auto all = std::span<const int>(anchors);
    for (const auto& [option, named] : {std::pair{"--from", all.first(1)}, std::pair{"--via", all.subspan(1, via.size())}, std::pair{"--to", all.last(1)}})
        if (const Result<void> there = checkIndices(option, named, part, arguments.split); !there)
            return there.error();
    return anchors;
}

Result<int> runInterpolate(Context& context, const InterpolateArguments& arguments, const CLI::App& command)
{
    const Result<Output> planned =
        planOutput(context, "--out", arguments.out, {OutputKind::Png, OutputKind::Gif, OutputKind::Webp, OutputKind::Npz, OutputKind::Csv, OutputKind::Folder});
    if (!planned)
        return planned.error();
    const Output& output = planned.value();
    if (const Result<void> clear = refuseGridOptions(command, output); !clear)
        return clear.error();
    if (const Result<void> clear = checkOptions(output, arguments); !clear)
        return clear.error();
    const Result<std::vector<int>> via = arguments.via.empty() ? std::vector<int>() : parseWholeList("--via", arguments.via, 0, kHighestIndex);
    if (!via)
        return via.error();
    const bool moves = output.kind == OutputKind::Gif || output.kind == OutputKind::Webp, single = moves || output.kind == OutputKind::Folder;
    const int scale = arguments.scale > 0 ? arguments.scale : single ? kAnimationScale : 1;
    const auto steps = static_cast<std::size_t>(arguments.steps);
    const Result<OpenedModel> result = openModel(context, arguments.file, arguments.data);
    if (!result)
        return result.error();
    const OpenedModel& opened = result.value();
    const bool test = arguments.split == "test";
    const Result<std::vector<int>> anchors = anchorsOf(arguments, opened.part(test), via.value());
    if (!anchors)
        return anchors.error();
    const ItemShape shape = opened.data->shape();
    const int cells = arguments.steps + (arguments.originals ? 2 : 0);
    if (const Result<void> drawable = checkPicture(output, shape, {static_cast<std::size_t>(cells), cells, scale}); !drawable)
        return drawable.error();

    const Result<LatentFrame> frame = opened.backend->encode(test, anchors.value(), context.stop());
    if (!frame)
        return frame.error();
    const std::vector<float> z = interpolatePath({frame.value().mu, frame.value().latent, methodNamed(arguments.method), arguments.closed}, steps);
    const auto decoder = decoderOfClass(context, opened.checkpoint, opened.backend->copyDecoder(), arguments.label);
    if (!decoder)
        return decoder.error();
    const Result<std::vector<float>> means = decodeAll(context, *decoder.value(), z, steps);
    if (!means)
        return means.error();
    const DecodedItems items{shape, frame.value().latent, z, means.value(), opened.checkpoint.data.columns};
    const Result<void> written = moves                               ? writeAnimation(context, output, items, scale, arguments.closed)
                                 : output.kind == OutputKind::Folder ? writeFolder(context, output.path, items, scale, frameFileName)
                                 : arguments.originals               ? writeStripWithOriginals(context, output, items, opened, arguments)
                                                                     : writeItems(context, output, items, arguments.steps, scale);
    if (!written)
        return written.error();
    context.report.json({{"file", arguments.out}, {"from", arguments.from}, {"via", via.value()}, {"to", arguments.to}, {"steps", steps},
                         {"method", arguments.method}, {"closed", arguments.closed}});
    std::string way = std::to_string(steps) + " steps from sample " + std::to_string(arguments.from);
    for (const int stop : via.value())
        way += " over " + std::to_string(stop);
    context.report.text(way + " to sample " + std::to_string(arguments.to) + (arguments.closed ? " and back" : "") + " in " + arguments.out + ".");
    return kDone;
}

} // namespace

void addInterpolateCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<InterpolateArguments>();
    CLI::App& command = addCommand(program, context, "interpolate", "Decode the way from one sample's code to another's, as a strip, an animation or a sequence",
                                   [&context, &program, arguments] { return runInterpolate(context, *arguments, *program.get_subcommand("interpolate")); });
    addModelFile(command, arguments->file);
    addDataOptions(command, arguments->data)->required();
    addSplitOption(command, arguments->split);
    command.add_option("--from", arguments->from, "Index of the first sample")->required()->check(wholeNumber(0, kHighestIndex))->type_name("I");
    command.add_option("--to", arguments->to, "Index of the last sample")->required()->check(wholeNumber(0, kHighestIndex))->type_name("J");
    command.add_option("--via", arguments->via, "Indices of samples on the way, in order")->type_name("I,J,K");
    command.add_option("--steps", arguments->steps, "Codes on the way, both ends included; with --closed the last is the one before the first comes again")
        ->check(wholeNumber(2, 1000))->type_name("N")->capture_default_str();
    command.add_option("--method", arguments->method, "lerp: straight; slerp: along the sphere, for many dimensions; spline: without corners at --via")
        ->check(oneOf({"lerp", "slerp", "spline"}))->type_name("NAME")->capture_default_str();
    addLabelOption(command, arguments->label);
    command.add_flag("--closed", arguments->closed, "Lead the way back to the first sample, which is not written twice");
    command.add_flag("--originals", arguments->originals, "Put the real samples at the ends of the strip");
    command.add_option("--scale", arguments->scale, "Each pixel becomes N × N pixels (default 1 for a strip, 8 for an animation or a sequence)")
        ->check(wholeNumber(1, 64))->type_name("N");
    command.add_option("--out", arguments->out, "A file that ends in .png (a strip), .gif (at most 252 colours; 256 greys), .webp (every colour), .npz or .csv, or a folder (frame-000.png …)")
        ->required()->type_name("FILE|DIR");
}

} // namespace latentscape::app
