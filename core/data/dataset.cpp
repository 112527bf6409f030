// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include "core/base/sha256.h"

#include <algorithm>
#include <cassert>
#include <cmath>
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

std::span<const std::uint8_t> DataPart::bytes() const noexcept
{
    const auto* held = std::get_if<std::vector<std::uint8_t>>(&values);
    return held ? std::span<const std::uint8_t>(*held) : std::span<const std::uint8_t>();
}

std::span<const float> DataPart::floats() const noexcept
{
    const auto* held = std::get_if<std::vector<float>>(&values);
    return held ? std::span<const float>(*held) : std::span<const float>();
}

std::shared_ptr<const Dataset> Dataset::create(Parts parts)
{
    return std::shared_ptr<const Dataset>(new Dataset(std::move(parts)));
}

Dataset::Dataset(Parts parts) : m_parts(std::move(parts))
{
    assert(sizesAgree(m_parts.train, m_parts.shape, !m_parts.classNames.empty()));
    assert(sizesAgree(m_parts.test, m_parts.shape, !m_parts.classNames.empty()));
    m_provenance.name = m_parts.name;
    m_provenance.source = m_parts.source;
    m_provenance.scale = m_parts.scale;
    m_provenance.trainCount = m_parts.train.count;
    m_provenance.testCount = m_parts.test.count;
    Sha256 digest;
    digestPart(digest, m_parts.train);
    digestPart(digest, m_parts.test);
    m_provenance.sha256 = digest.hexDigest();
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
        std::transform(sample.begin(), sample.end(), out.begin(),
                       [](float value) { return static_cast<std::uint8_t>(std::lround(255.0f * std::clamp(value, 0.0f, 1.0f))); });
    }
}

} // namespace latentscape
