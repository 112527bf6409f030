// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/idx_dataset.h"

#include "core/data/class_names.h"
#include "core/data/idx_array.h"
#include "core/data/idx_samples.h"
#include "core/data/part_selection.h"
#include "core/data/path_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace latentscape {

namespace {


/// Images and labels of one part as they are in the files.
struct RawPart {
    IdxArray images;
    std::vector<std::int64_t> labels;
    ItemShape shape;
    NumberRange range;
};

std::string folderRole(IdxRole images)
{
    return images == IdxRole::TrainImages ? "training" : "test";
}

Result<RawPart> readPart(const IdxRequest& request, IdxRole imagesRole, const std::stop_token& stop)
{
    const IdxRole labelsRole = imagesRole == IdxRole::TrainImages ? IdxRole::TrainLabels : IdxRole::TestLabels;
    for (const auto& [role, what] : {std::pair{imagesRole, "images"}, std::pair{labelsRole, "labels"}})
        if (!request.files.has(role))
            return Error{ErrorCode::NotFound, "The " + folderRole(imagesRole) + ' ' + what + " of this set are missing",
                         '"' + cleanText(idxFileName(request.files.prefix, role)) + "\" or the same with .gz", "no such file in the folder",
                         "Put this file beside the others."};
    const std::string imagesName = shownName(request.files.path(imagesRole));
    const std::string labelsName = shownName(request.files.path(labelsRole));
    auto labels = readIdxArray(request.files.path(labelsRole), stop);
    if (!labels)
        return labels.error();
    auto numbers = labelNumbers(labels.value(), labelsName);
    if (!numbers)
        return numbers.error();
    auto images = readIdxArray(request.files.path(imagesRole), stop);
    if (!images)
        return images.error();
    const auto shape = sampleShape(images.value(), imagesName);
    if (!shape)
        return shape.error();
    if (images.value().count() != numbers.value().size())
        return Error{ErrorCode::Mismatch, imagesName + " and " + labelsName + " do not belong together", std::to_string(images.value().count()) + " labels, one an image",
                     std::to_string(numbers.value().size()) + " labels", "Choose files of one set."};
    const auto range = numberRange(images.value(), imagesName);
    if (!range)
        return range.error();
    return RawPart{std::move(images).value(), std::move(numbers).value(), shape.value(), range.value()};
}

/// Sorted different label numbers of both parts.
std::vector<std::int64_t> differentLabels(const RawPart& train, const std::optional<RawPart>& test)
{
    std::vector<std::int64_t> all = train.labels;
    if (test)
        all.insert(all.end(), test->labels.begin(), test->labels.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

DataPart makePart(RawPart&& raw, const NumberRange& range, std::span<const std::int64_t> classes, bool transposed)
{
    DataPart part;
    part.count = raw.labels.size();
    auto values = takeSamples(std::move(raw.images), range);
    if (auto* bytes = std::get_if<std::vector<std::uint8_t>>(&values); bytes && transposed)
        transposeSamples(*bytes, raw.shape);
    std::visit([&part](auto&& taken) { part.values = std::move(taken); }, std::move(values));
    part.labels.resize(part.count);
    std::transform(raw.labels.begin(), raw.labels.end(), part.labels.begin(), [&](std::int64_t label) {
        return static_cast<std::int32_t>(std::lower_bound(classes.begin(), classes.end(), label) - classes.begin());
    });
    return part;
}

std::optional<Error> disagreement(const IdxRequest& request, const RawPart& train, const std::optional<RawPart>& test, std::size_t classes)
{
    if (classes > kMostClasses)
        return Error{ErrorCode::Unsupported, shownName(request.files.path(IdxRole::TrainLabels)) + " holds too many classes", "at most " + std::to_string(kMostClasses),
                     std::to_string(classes), "Choose a set whose labels are classes, not measurements."};
    if (!test && train.labels.size() < 2)
        return Error{ErrorCode::InvalidArgument, "This set cannot be split into a training and a test part", "at least 2 images", "1 image", "Add a test part or more images."};
    if (test && (test->images.type == IdxType::U8) != (train.images.type == IdxType::U8))
        return Error{ErrorCode::Mismatch, "Training and test images are of different types", "bytes in both or in none", "bytes in one", "Choose files of one set."};
    if (test && test->shape != train.shape)
        return Error{ErrorCode::Mismatch, "Training and test images differ in size", train.images.shapeText(), test->images.shapeText(), "Choose files of one set."};
    return std::nullopt;
}

/// Names of the classes. Where a class-names file lies beside the images, classes become all that it names, whether they occur or not.
Result<std::vector<std::string>> namedClasses(const IdxRequest& request, std::vector<std::int64_t>& classes)
{
    const std::filesystem::path file = request.files.path(IdxRole::TrainImages).parent_path() / (request.files.prefix + kClassNamesFile);
    std::error_code failure;
    if (!std::filesystem::exists(file, failure) && !failure)
        return nameClasses(request.name, classes);
    auto names = readClassNames(file);
    if (!names)
        return names;
    if (static_cast<std::size_t>(classes.back()) >= names.value().size())
        return Error{ErrorCode::Mismatch, shownName(file) + " does not name all classes", std::to_string(classes.back() + 1) + " lines, the first for label 0",
                     std::to_string(names.value().size()) + " lines", "Add the missing names, or remove the file."};
    classes.resize(names.value().size());
    std::iota(classes.begin(), classes.end(), std::int64_t{0});
    return names;
}

} // namespace

Result<std::shared_ptr<const Dataset>> loadIdxSet(const IdxRequest& request, std::stop_token stop)
{
    const auto tell = [&](double fraction) {
        if (request.progress)
            request.progress(fraction);
    };
    tell(0.0);
    auto train = readPart(request, IdxRole::TrainImages, stop);
    if (!train)
        return train.error();
    tell(0.6);
    std::optional<RawPart> test;
    if (request.files.has(IdxRole::TestImages) || request.files.has(IdxRole::TestLabels)) {
        auto read = readPart(request, IdxRole::TestImages, stop);
        if (!read)
            return read.error();
        test = std::move(read).value();
    }
    tell(0.75);
    std::vector<std::int64_t> classes = differentLabels(train.value(), test);
    if (const auto error = disagreement(request, train.value(), test, classes.size()))
        return *error;
    auto classNames = namedClasses(request, classes);
    if (!classNames)
        return classNames.error();

    NumberRange range = train.value().range;
    if (test)
        range = {std::min(range.low, test->range.low), std::max(range.high, test->range.high)};
    const bool transposed = request.files.prefix.starts_with("emnist-");
    Dataset::Parts parts;
    parts.name = request.name;
    parts.source = "IDX files";
    parts.scale = scaleText(range);
    parts.shape = train.value().shape;
    if (transposed && train.value().images.type == IdxType::U8)
        std::swap(parts.shape.height, parts.shape.width);
    parts.classNames = std::move(classNames).value();
    parts.train = makePart(std::move(train).value(), range, classes, transposed);
    if (test)
        parts.test = makePart(std::move(*test), range, classes, transposed);
    else
        splitOffTest(parts, request.seed);
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "Reading the images was stopped", "", "", ""};
    auto dataset = Dataset::create(std::move(parts));
    tell(1.0);
    return dataset;
}

Result<IdxFiles> filesBesideImages(const std::filesystem::path& images)
{
    const std::filesystem::path folder = images.has_parent_path() ? images.parent_path() : std::filesystem::path(".");
    const std::string name = images.filename().string();
    if (const auto parsed = parseIdxFileName(name)) {
        if (parsed->role == IdxRole::TrainLabels || parsed->role == IdxRole::TestLabels)
            return Error{ErrorCode::InvalidArgument, shownName(images) + " is a labels file", "an images file", "", "Choose the images file that belongs to it, or the folder."};
        IdxFiles found;
        for (IdxFiles& files : findIdxFiles(folder))
            if (files.prefix == parsed->prefix)
                found = std::move(files);
        found.prefix = parsed->prefix;
        found.paths[static_cast<std::size_t>(parsed->role)] = images;
        if (!found.has(IdxRole::TrainImages) && !found.has(IdxRole::TrainLabels)) { // a test part alone is as good as a training part alone
            std::swap(found.paths[0], found.paths[2]);
            std::swap(found.paths[1], found.paths[3]);
        }
        return found;
    }
    // Another name: its labels file has "labels" where it has "images", or "-labels" before the suffix.
    std::string expected = name;
    if (const std::size_t at = expected.rfind("images"); at != std::string::npos) {
        expected.replace(at, 6, "labels");
        if (const std::size_t rank = expected.find("idx3"); rank != std::string::npos)
            expected[rank + 3] = '1';
    } else {
        const std::size_t dot = expected.find('.', 1);
        expected.insert(std::min(dot, expected.size()), "-labels");
    }
    std::error_code failure;
    if (!std::filesystem::exists(folder / expected, failure))
        return Error{ErrorCode::NotFound, "The labels of " + shownName(images) + " are missing", shownName(folder / expected) + " in the same folder", "no such file",
                     "Put the labels file there under this name."};
    return IdxFiles{"", {images, folder / expected, {}, {}}};
}

} // namespace latentscape
