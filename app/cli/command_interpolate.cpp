// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "app/media/animation_writer.h"
#include "core/explore/interpolation.h"
#include "core/store/atomic_file.h"
#include "core/store/montage.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

#include <array>

namespace latentscape::app {

namespace {

constexpr int kAnimationScale = 8;
constexpr int kMillisecondsPerFrame = 80;

struct InterpolateArguments {
    std::string file;
    DataOptions data;
    std::string split = "test";
    int from = 0;
    int to = 1;
    int steps = 16;
    std::string method = "lerp";
    int scale = 0; ///< 0: 1 for a strip, 8 for an animation
    std::string out;
};

/// There and back again, so that the repeated animation has no jump.
Result<void> writeAnimation(const Output& output, const DecodedItems& items, int scale)
{
    const std::vector<std::uint8_t> pixels = toBytes(items.means);
    const std::size_t size = items.shape.size(), count = pixels.size() / size;
    std::vector<Picture> frames;
    for (std::size_t i = 0; i < count; ++i)
        frames.push_back(itemPicture(items.shape, std::span(pixels).subspan(i * size, size), scale));
    for (std::size_t i = count - 1; i-- > 1;)
        frames.push_back(frames[i]);
    const auto bytes = output.kind == OutputKind::Gif ? encodeGif(frames, kMillisecondsPerFrame) : encodeWebp(frames, kMillisecondsPerFrame);
    return bytes ? writeFileAtomically(output.path, bytes.value()) : bytes.error();
}

Result<int> runInterpolate(Context& context, const InterpolateArguments& arguments)
{
    const Result<Output> planned =
        planOutput(context, "--out", arguments.out, {OutputKind::Png, OutputKind::Gif, OutputKind::Webp, OutputKind::Npz});
    if (!planned)
        return planned.error();
    const Output& output = planned.value();
    const bool moves = output.kind == OutputKind::Gif || output.kind == OutputKind::Webp;
    const int scale = arguments.scale > 0 ? arguments.scale : moves ? kAnimationScale : 1;
    const auto steps = static_cast<std::size_t>(arguments.steps);
    const Result<OpenedModel> result = openModel(context, arguments.file, arguments.data);
    if (!result)
        return result.error();
    const OpenedModel& opened = result.value();
    const bool test = arguments.split == "test";
    const std::array ends{arguments.from, arguments.to};
    for (const auto& [option, index] : {std::pair{"--from", 0}, std::pair{"--to", 1}})
        if (const Result<void> there = checkIndices(option, std::span(ends).subspan(static_cast<std::size_t>(index), 1), opened.part(test), arguments.split); !there)
            return there.error();
    const ItemShape shape = opened.data->shape();
    if (const Result<void> drawable = checkPicture(output, shape, {moves ? 1 : steps, arguments.steps, scale}); !drawable)
        return drawable.error();

    const Result<LatentFrame> frame = opened.backend->encode(test, ends, context.stop());
    if (!frame)
        return frame.error();
    const Interpolation method = arguments.method == "slerp" ? Interpolation::Spherical : Interpolation::Linear;
    const std::vector<float> z = interpolatePath(frame.value().mu, frame.value().latent, steps, method);
    const Result<std::vector<float>> means = decodeAll(context, *opened.backend->copyDecoder(), z, steps);
    if (!means)
        return means.error();
    const DecodedItems items{shape, frame.value().latent, z, means.value()};
    const Result<void> written = moves ? writeAnimation(output, items, scale) : writeItems(context, output, items, arguments.steps, scale);
    if (!written)
        return written.error();
    context.report.json({{"file", arguments.out}, {"from", arguments.from}, {"to", arguments.to}, {"steps", steps}, {"method", arguments.method}});
    context.report.text(std::to_string(steps) + " steps from sample " + std::to_string(arguments.from) + " to sample " + std::to_string(arguments.to) + " in "
                        + arguments.out + ".");
    return kDone;
}

} // namespace

void addInterpolateCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<InterpolateArguments>();
    CLI::App& command = addCommand(program, context, "interpolate", "Decode the way from one sample's code to another's, as a strip or an animation",
                                   [&context, arguments] { return runInterpolate(context, *arguments); });
    addModelFile(command, arguments->file);
    addDataOptions(command, arguments->data)->required();
    addSplitOption(command, arguments->split);
    command.add_option("--from", arguments->from, "Index of the first sample")->required()->check(wholeNumber(0, 1000000000))->type_name("I");
    command.add_option("--to", arguments->to, "Index of the last sample")->required()->check(wholeNumber(0, 1000000000))->type_name("J");
    command.add_option("--steps", arguments->steps, "Codes on the way, both ends included")->check(wholeNumber(2, 1000))->type_name("N")->capture_default_str();
    command.add_option("--method", arguments->method, "lerp: straight; slerp: along the sphere, for many dimensions")
        ->check(oneOf({"lerp", "slerp"}))->type_name("NAME")->capture_default_str();
    command.add_option("--scale", arguments->scale, "Each pixel becomes N × N pixels (default 1 for a strip, 8 for an animation)")
        ->check(wholeNumber(1, 64))->type_name("N");
    command.add_option("--out", arguments->out, "A file that ends in .png (a strip), .gif or .webp (there and back), or .npz")->required()->type_name("FILE");
}

} // namespace latentscape::app
