// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace latentscape {

namespace {

constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

void plainBlock(std::array<std::uint32_t, 8>& state, const std::uint8_t* data) noexcept
{
    std::array<std::uint32_t, 64> w;
    for (std::size_t i = 0; i < 16; ++i)
        w[i] = std::uint32_t{data[4 * i]} << 24 | std::uint32_t{data[4 * i + 1]} << 16 | std::uint32_t{data[4 * i + 2]} << 8 | data[4 * i + 3];
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    std::array<std::uint32_t, 8> s = state;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t big1 = std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25);
        const std::uint32_t t1 = s[7] + big1 + ((s[4] & s[5]) ^ (~s[4] & s[6])) + kRound[i] + w[i];
        const std::uint32_t big0 = std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22);
        const std::uint32_t t2 = big0 + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i)
        state[i] += s[i];
}

#if defined(__x86_64__) && defined(__GNUC__)

/// The same by the processor's instructions, which hold the state as the words a b e f and c d g h, a and c highest, and do two rounds each.
__attribute__((target("sha,sse4.1"))) void processorBlocks(std::array<std::uint32_t, 8>& state, const std::uint8_t* data, std::size_t count) noexcept
{
    const __m128i bigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    std::array<std::uint32_t, 8> s = {state[5], state[4], state[1], state[0], state[7], state[6], state[3], state[2]};
    auto* const halves = reinterpret_cast<__m128i*>(s.data());
    __m128i abef = _mm_loadu_si128(halves), cdgh = _mm_loadu_si128(halves + 1);
    for (; count > 0; --count, data += 64) {
        const __m128i abefBefore = abef, cdghBefore = cdgh;
        __m128i w[4]; // the message's last sixteen words, four in each
        for (std::size_t i = 0; i < 16; ++i) {
            __m128i& now = w[i % 4];
            if (i < 4) {
                now = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data + 16 * i)), bigEndian);
            } else { // now holds the words 16 before
                const __m128i next = w[(i + 1) % 4], last = w[(i + 3) % 4];
                now = _mm_add_epi32(_mm_sha256msg1_epu32(now, next), _mm_alignr_epi8(last, w[(i + 2) % 4], 4));
                now = _mm_sha256msg2_epu32(now, last);
            }
            const __m128i sum = _mm_add_epi32(now, _mm_loadu_si128(reinterpret_cast<const __m128i*>(kRound.data() + 4 * i)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
        }
        abef = _mm_add_epi32(abef, abefBefore);
        cdgh = _mm_add_epi32(cdgh, cdghBefore);
    }
    _mm_storeu_si128(halves, abef);
    _mm_storeu_si128(halves + 1, cdgh);
    state = {s[3], s[2], s[7], s[6], s[1], s[0], s[5], s[4]};
}

#else

void processorBlocks(std::array<std::uint32_t, 8>&, const std::uint8_t*, std::size_t) noexcept {}

#endif

} // namespace

bool processorHasSha256() noexcept
{
#if defined(__x86_64__) && defined(__GNUC__)
    static const bool has = [] {
        unsigned a = 0, b = 0, c = 0, d = 0;
        return __builtin_cpu_supports("sse4.1") != 0 && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
    }();
    return has;
#else
    return false;
#endif
}

Sha256::Sha256(bool byProcessor) noexcept
    : m_byProcessor(byProcessor), m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
{
}

void Sha256::blocks(const std::uint8_t* data, std::size_t count) noexcept
{
    if (m_byProcessor) {
        processorBlocks(m_state, data, count);
        return;
    }
    for (; count > 0; --count, data += 64)
        plainBlock(m_state, data);
}

void Sha256::update(std::span<const std::byte> bytes) noexcept
{
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    m_length += left;
    while (left > 0) {
        if (m_fill == 0 && left >= 64) {
            const std::size_t whole = left / 64;
            blocks(data, whole);
            data += whole * 64;
            left -= whole * 64;
            continue;
        }
        const std::size_t part = std::min(left, 64 - m_fill);
        std::memcpy(m_buffer.data() + m_fill, data, part);
        m_fill += part;
        data += part;
        left -= part;
        if (m_fill == 64) {
            blocks(m_buffer.data(), 1);
            m_fill = 0;
        }
    }
}

std::string Sha256::hexDigest() noexcept
{
    const std::uint64_t bits = m_length * 8;
    m_buffer[m_fill++] = 0x80;
    if (m_fill > 56) {
        std::fill(m_buffer.begin() + static_cast<std::ptrdiff_t>(m_fill), m_buffer.end(), std::uint8_t{0});
        blocks(m_buffer.data(), 1);
        m_fill = 0;
    }
    std::fill(m_buffer.begin() + static_cast<std::ptrdiff_t>(m_fill), m_buffer.end(), std::uint8_t{0});
    for (std::size_t i = 0; i < 8; ++i)
        m_buffer[63 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
    blocks(m_buffer.data(), 1);
    std::string hex;
    hex.reserve(64);
    for (const std::uint32_t word : m_state)
        for (int shift = 28; shift >= 0; shift -= 4)
            hex += "0123456789abcdef"[(word >> shift) & 0xf];
    return hex;
}

std::string sha256Hex(std::span<const std::byte> bytes)
{
    Sha256 digest;
    digest.update(bytes);
    return digest.hexDigest();
}

} // namespace latentscape
