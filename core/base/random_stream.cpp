// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

namespace latentscape {

namespace {

void philox4x32(const std::uint32_t counter[4], const std::uint32_t key[2], std::uint32_t out[4]) noexcept
{
    std::uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    std::uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0;
        const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2;
        const std::uint32_t n0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
        const std::uint32_t n2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
        c1 = static_cast<std::uint32_t>(p1);
        c3 = static_cast<std::uint32_t>(p0);
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/// Blocks side by side, so that the compiler makes vectors of them.
constexpr std::size_t kLanes = 8;

void philoxLanes(const std::uint32_t counter[4], const std::uint32_t key[2], std::uint32_t out[4 * kLanes]) noexcept
{
    std::uint32_t c0[kLanes], c1[kLanes], c2[kLanes], c3[kLanes];
    const std::uint64_t first = std::uint64_t{counter[1]} << 32 | counter[0];
    for (std::size_t i = 0; i < kLanes; ++i) {
        c0[i] = static_cast<std::uint32_t>(first + i);
        c1[i] = static_cast<std::uint32_t>((first + i) >> 32);
        c2[i] = counter[2];
        c3[i] = counter[3];
    }
    std::uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; ++round) {
        for (std::size_t i = 0; i < kLanes; ++i) {
            const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0[i];
            const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2[i];
            const std::uint32_t n0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1[i] ^ k0;
            const std::uint32_t n2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3[i] ^ k1;
            c1[i] = static_cast<std::uint32_t>(p1);
            c3[i] = static_cast<std::uint32_t>(p0);
            c0[i] = n0;
            c2[i] = n2;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
        out[4 * i] = c0[i];
        out[4 * i + 1] = c1[i];
        out[4 * i + 2] = c2[i];
        out[4 * i + 3] = c3[i];
    }
}

std::uint64_t mix(std::uint64_t x) noexcept // SplitMix64's finaliser: neighbouring seeds must give unrelated keys
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

} // namespace

RandomStream::RandomStream(std::uint64_t seed, StreamPurpose purpose, std::uint64_t substream) noexcept
{
    const std::uint64_t key = mix(mix(seed) + static_cast<std::uint64_t>(purpose));
    m_key[0] = static_cast<std::uint32_t>(key);
    m_key[1] = static_cast<std::uint32_t>(key >> 32);
    m_counter[0] = m_counter[1] = 0;
    m_counter[2] = static_cast<std::uint32_t>(substream);
    m_counter[3] = static_cast<std::uint32_t>(substream >> 32);
}

void RandomStream::refill() noexcept
{
    philox4x32(m_counter, m_key, m_block);
    if (++m_counter[0] == 0)
        ++m_counter[1];
    m_used = 0;
}

std::uint32_t RandomStream::nextU32() noexcept
{
    if (m_used == 4)
        refill();
    return m_block[m_used++];
}

std::uint64_t RandomStream::below(std::uint64_t bound) noexcept
{
    const std::uint64_t limit = ~std::uint64_t{0} - (~std::uint64_t{0} % bound + 1) % bound;
    std::uint64_t value = 0;
    do {
        const std::uint64_t high = nextU32();
        value = (high << 32) | nextU32();
    } while (value > limit);
    return value % bound;
}

double RandomStream::uniform() noexcept
{
    const std::uint64_t high = nextU32();
    return static_cast<double>(((high << 32) | nextU32()) >> 11) * 0x1.0p-53;
}

double RandomStream::normal() noexcept
{
    if (std::exchange(m_hasSpare, false))
        return m_spareNormal;
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    m_spareNormal = radius * std::sin(angle);
    m_hasSpare = true;
    return radius * std::cos(angle);
}

void RandomStream::fillNormal(std::span<float> out) noexcept
{
    for (std::size_t i = 0; i < out.size(); i += 4) {
        refill();
        m_used = 4; // whole blocks: the numbers do not depend on how many were drawn before within a block
        for (std::size_t pair = 0; pair < 2 && i + 2 * pair < out.size(); ++pair) {
            // 1 − u is never 0: (u32 + 1) / 2^32 lies in (0, 1]
            const float u = static_cast<float>((static_cast<double>(m_block[2 * pair]) + 1.0) * 0x1.0p-32);
            const float angle = static_cast<float>(m_block[2 * pair + 1] * 0x1.0p-32 * 2.0 * std::numbers::pi);
            const float radius = std::sqrt(-2.0f * std::log(u));
            out[i + 2 * pair] = radius * std::cos(angle);
            if (i + 2 * pair + 1 < out.size())
                out[i + 2 * pair + 1] = radius * std::sin(angle);
        }
    }
}

void RandomStream::fillU32(std::span<std::uint32_t> out) noexcept
{
    m_used = 4;
    std::uint32_t lanes[4 * kLanes];
    for (std::size_t i = 0; i < out.size(); i += 4 * kLanes) {
        philoxLanes(m_counter, m_key, lanes);
        const std::size_t count = std::min(out.size() - i, 4 * kLanes);
        std::copy_n(lanes, count, out.data() + i);
        const std::uint64_t next = (std::uint64_t{m_counter[1]} << 32 | m_counter[0]) + (count + 3) / 4;
        m_counter[0] = static_cast<std::uint32_t>(next);
        m_counter[1] = static_cast<std::uint32_t>(next >> 32);
    }
}

void RandomStream::shuffle(std::span<std::int32_t> values) noexcept
{
    for (std::size_t i = values.size(); i > 1; --i)
        std::swap(values[i - 1], values[static_cast<std::size_t>(below(i))]);
}

} // namespace latentscape
