// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/philox_rows.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <numbers>
#include <span>

namespace latentscape {

namespace {

constexpr std::size_t kRounds = 10;
constexpr std::int64_t kLow = 0xFFFFFFFF;

at::Tensor constants(std::span<const std::int64_t> values, at::IntArrayRef shape, const at::Device& device)
{
    at::Tensor host = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
    std::copy(values.begin(), values.end(), host.mutable_data_ptr<std::int64_t>());
    return host.view(shape).to(device);
}

} // namespace

PhiloxRows::PhiloxRows(std::uint64_t seed, StreamPurpose purpose, const at::Device& device)
{
    const std::array<std::int64_t, 2> multipliers{0xD2511F53, 0xCD9E8D57};
    const std::uint64_t key = RandomStream(seed, purpose).key();
    std::array<std::int64_t, 2 * kRounds> keys{};
    for (std::size_t round = 0; round < kRounds; ++round) {
        keys[2 * round] = static_cast<std::uint32_t>(static_cast<std::uint32_t>(key) + round * 0x9E3779B9u);
        keys[2 * round + 1] = static_cast<std::uint32_t>(static_cast<std::uint32_t>(key >> 32) + round * 0xBB67AE85u);
    }
    m_multipliers = constants(multipliers, {2, 1, 1}, device);
    m_keys = constants(keys, {kRounds, 2, 1, 1}, device);
}

at::Tensor PhiloxRows::bits(const at::Tensor& positions, const at::Tensor& epoch, std::int64_t count) const
{
    const std::int64_t rows = positions.size(0), blocks = (count + 3) / 4;
    // Words 0 and 2 of each counter, which are multiplied, and words 1 and 3.
    at::Tensor even = at::empty({2, rows, blocks}, positions.options());
    even[0].copy_(at::arange(blocks, positions.options()).expand({rows, blocks}));
    even[1].copy_(positions.unsqueeze(1).expand({rows, blocks}));
    at::Tensor odd = at::zeros_like(even);
    odd[1].copy_(epoch.view({1, 1}).expand({rows, blocks}));
    for (std::size_t round = 0; round < kRounds; ++round) {
        // A product of two words fills all 64 bits; the shift brings the sign down, so its upper half is cut off again.
        const at::Tensor products = (even * m_multipliers).flip(0);
        even = products.bitwise_right_shift(32).bitwise_and_(kLow).bitwise_xor_(odd).bitwise_xor_(m_keys[static_cast<std::int64_t>(round)]);
        odd = products.bitwise_and(kLow);
    }
    return at::stack({even[0], odd[0], even[1], odd[1]}, 2).view({rows, 4 * blocks}).narrow(1, 0, count);
}

at::Tensor PhiloxRows::normals(const at::Tensor& positions, const at::Tensor& epoch, std::int64_t count) const
{
    const std::int64_t rows = positions.size(0), pairs = 2 * ((count + 3) / 4);
    const at::Tensor words = bits(positions, epoch, 2 * pairs).view({rows, pairs, 2}).to(at::kDouble);
    const at::Tensor uniform = ((words.select(2, 0) + 1.0) * 0x1.0p-32).to(at::kFloat); // in (0, 1]
    const at::Tensor angle = (words.select(2, 1) * 0x1.0p-32 * (2.0 * std::numbers::pi)).to(at::kFloat);
    const at::Tensor radius = (uniform.log() * -2.0f).sqrt_();
    return at::stack({radius * angle.cos(), radius * angle.sin()}, 2).view({rows, 2 * pairs}).narrow(1, 0, count);
}

at::Tensor PhiloxRows::bernoulli(const at::Tensor& positions, const at::Tensor& epoch, const at::Tensor& values) const
{
    const at::Tensor words = bits(positions, epoch, values.size(1));
    return (words.bitwise_right_shift(8).to(at::kFloat) * 0x1.0p-24f).lt(values).to(at::kByte);
}

} // namespace latentscape
