// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include "core/base/sha256.h"
#include "core/data/part_selection.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string_view>
#include <utility>

namespace latentscape {

namespace {

[[maybe_unused]] bool sizesAgree(const DataPart& part, const ItemShape& shape, bool labelled)
{
    const std::size_t held = part.isBytes() ? part.bytes().size() : part.floats().size();
    const bool factorsAgree = std::all_of(part.factors.begin(), part.factors.end(),
                                          [&](const FactorColumn& column) { return column.values.size() == part.count; });
    return held == part.count * shape.size() && part.labels.size() == (labelled ? part.count : 0) && factorsAgree;
}

void digestPart(Sha256& digest, const DataPart& part)
{
    digest.update(part.isBytes() ? std::as_bytes(part.bytes()) : std::as_bytes(part.floats()));
    digest.update(std::as_bytes(std::span(part.labels)));
}

} // namespace

std::shared_ptr<const Dataset> Dataset::create(Parts parts)
{
    Sha256 digest;
    digestPart(digest, parts.train);
    digestPart(digest, parts.test);
    return std::shared_ptr<const Dataset>(new Dataset(std::move(parts), digest.hexDigest()));
}

Dataset::Dataset(Parts parts, std::string sha256) : m_parts(std::move(parts))
{
    assert(sizesAgree(m_parts.train, m_parts.shape, !m_parts.classNames.empty()));
    assert(sizesAgree(m_parts.test, m_parts.shape, !m_parts.classNames.empty()));
    m_provenance.name = m_parts.name;
    m_provenance.source = m_parts.source;
    m_provenance.sha256 = std::move(sha256);
    m_provenance.scale = m_parts.scale;
    m_provenance.trainCount = m_parts.train.count;
    m_provenance.testCount = m_parts.test.count;
    m_provenance.columns = m_parts.columns;
}

DataTraits Dataset::traits() const noexcept
{
    DataTraits traits;
    traits.shape = m_parts.shape;
    traits.trainCount = m_parts.train.count;
    traits.classes = static_cast<int>(m_parts.classNames.size());
    traits.unitRange = !isStandardized();
    traits.counts = m_parts.train.isBytes();
    return traits;
}

std::shared_ptr<const Dataset> Dataset::relabelled(std::span<const std::size_t> trainSamples, const std::string& className) const
{
    constexpr std::string_view kRemark = ", relabelled";
    if (!isLabelled() || className.empty())
        return nullptr;
    Parts parts = m_parts;
    const auto known = std::find(parts.classNames.begin(), parts.classNames.end(), className);
    const auto label = static_cast<std::int32_t>(known - parts.classNames.begin());
    if (known == parts.classNames.end())
        parts.classNames.push_back(className);
    for (const std::size_t sample : trainSamples)
        if (sample < parts.train.count)
            parts.train.labels[sample] = label;
    if (!parts.source.ends_with(kRemark))
        parts.source += kRemark;
    return std::shared_ptr<const Dataset>(new Dataset(std::move(parts), m_provenance.sha256));
}

std::shared_ptr<const Dataset> Dataset::subset(std::span<const std::size_t> trainSamples, std::string name) const
{
    constexpr std::uint64_t kSplitSeed = 1;
    std::vector<std::int32_t> chosen;
    for (const std::size_t sample : trainSamples)
        if (sample < m_parts.train.count)
            chosen.push_back(static_cast<std::int32_t>(sample));
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    if (chosen.size() < 2)
        return nullptr;
    Parts parts;
    parts.name = std::move(name);
    parts.source = std::to_string(chosen.size()) + " training samples of " + m_parts.name;
    parts.scale = m_parts.scale;
    parts.shape = m_parts.shape;
    parts.columns = m_parts.columns;
    parts.train = pickSamples(m_parts.train, chosen, m_parts.shape.size());
    std::vector<std::int32_t> newLabels(m_parts.classNames.size(), -1);
    for (const std::int32_t label : parts.train.labels)
        newLabels[static_cast<std::size_t>(label)] = 0;
    for (std::size_t label = 0; label < newLabels.size(); ++label)
        if (newLabels[label] == 0) {
            newLabels[label] = static_cast<std::int32_t>(parts.classNames.size());
            parts.classNames.push_back(m_parts.classNames[label]);
        }
    for (std::int32_t& label : parts.train.labels)
        label = newLabels[static_cast<std::size_t>(label)];
    splitOffTest(parts, kSplitSeed);
    return create(std::move(parts));
}

void Dataset::copyFloats(const DataPart& part, std::size_t index, std::span<float> out) const noexcept
{
    const std::size_t size = m_parts.shape.size();
    assert(index < part.count && out.size() == size);
    if (part.isBytes()) {
        const auto sample = part.bytes().subspan(index * size, size);
        std::transform(sample.begin(), sample.end(), out.begin(), [](std::uint8_t value) { return static_cast<float>(value) / 255.0f; });
    } else {
        const auto sample = part.floats().subspan(index * size, size);
        std::copy(sample.begin(), sample.end(), out.begin());
    }
}

void Dataset::copyBytes(const DataPart& part, std::size_t index, std::span<std::uint8_t> out) const noexcept
{
    const std::size_t size = m_parts.shape.size();
    assert(index < part.count && out.size() == size);
    if (part.isBytes()) {
        const auto sample = part.bytes().subspan(index * size, size);
        std::copy(sample.begin(), sample.end(), out.begin());
    } else {
        const auto sample = part.floats().subspan(index * size, size);
        // three standard deviations to either side fill the range, as far as bytes can show them
        const float scale = isStandardized() ? 1.0f / 6.0f : 1.0f, shift = isStandardized() ? 0.5f : 0.0f;
        std::transform(sample.begin(), sample.end(), out.begin(), [scale, shift](float value) {
            return static_cast<std::uint8_t>(std::lround(255.0f * std::clamp(value * scale + shift, 0.0f, 1.0f)));
        });
    }
}

} // namespace latentscape
