// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/disc_blit.h"

#include <algorithm>

#if defined(__x86_64__) || defined(__i386__)
#define LATENTSCAPE_X86 1
#include <immintrin.h>
#endif

namespace latentscape::ui {

namespace {

/// Rows of one sprite that fall into the band, and where they begin.
struct Placement {
    std::uint32_t* target;
    std::size_t skip; ///< rows of the sprite before the first one drawn
    int rows;
};

inline Placement place(const DiscBlock::Disc& disc, const DiscSprites& sprites, const Canvas& canvas, int bandTop, int bandBottom)
{
    const DiscSprites::Rows used = sprites.rows(disc.phase / DiscSprites::kPhases);
    const int first = std::max(disc.top + used.first, bandTop);
    const int end = std::min(disc.top + used.first + used.count, bandBottom);
    return {canvas.pixels + static_cast<std::ptrdiff_t>(first) * canvas.stride + disc.left, static_cast<std::size_t>(first - disc.top), end - first};
}

void blitPortable(const DiscBlock& block, const DiscSprites& sprites, const Canvas& canvas, int bandTop, int bandBottom)
{
    const auto stride = static_cast<std::size_t>(sprites.stride());
    const auto size = static_cast<std::size_t>(sprites.size());
    for (std::size_t i = 0; i < block.count; ++i) {
        const DiscBlock::Disc& disc = block.discs[i];
        const Placement at = place(disc, sprites, canvas, bandTop, bandBottom);
        const std::uint32_t* source = sprites.colours(disc.group, disc.phase) + at.skip * stride;
        std::uint32_t* target = at.target;
        for (int row = 0; row < at.rows; ++row, source += stride, target += canvas.stride) {
            for (std::size_t column = 0; column < size; ++column) {
                const std::uint32_t s = source[column];
                const std::uint32_t factor = 256u - (s >> 24);
                const std::uint32_t d = target[column];
                const std::uint32_t redBlue = ((d & 0x00ff00ffu) * factor >> 8) & 0x00ff00ffu;
                const std::uint32_t alphaGreen = ((d >> 8 & 0x00ff00ffu) * factor) & 0xff00ff00u;
                target[column] = (redBlue | alphaGreen) + s;
            }
        }
    }
}

#ifdef LATENTSCAPE_X86
__attribute__((target("sse2"))) void blitSse2(const DiscBlock& block, const DiscSprites& sprites, const Canvas& canvas, int bandTop,
                                              int bandBottom)
{
    const auto stride = static_cast<std::size_t>(sprites.stride());
    const __m128i zero = _mm_setzero_si128();
    for (std::size_t i = 0; i < block.count; ++i) {
        const DiscBlock::Disc& disc = block.discs[i];
        const Placement at = place(disc, sprites, canvas, bandTop, bandBottom);
        const std::uint32_t* source = sprites.colours(disc.group, disc.phase) + at.skip * stride;
        const std::uint16_t* ground = sprites.grounds(disc.group, disc.phase) + at.skip * stride * 4;
        std::uint32_t* target = at.target;
        for (int row = 0; row < at.rows; ++row, source += stride, ground += stride * 4, target += canvas.stride) {
            for (std::size_t column = 0; column < stride; column += 8) {
                for (std::size_t half = 0; half < 2; ++half) {
                    const auto* factors = reinterpret_cast<const __m128i*>(ground + column * 4) + half;
                    auto* pixels = reinterpret_cast<__m128i*>(target + column + half * 4);
                    const __m128i d = _mm_loadu_si128(pixels);
                    const __m128i low = _mm_mulhi_epu16(_mm_unpacklo_epi8(zero, d), _mm_loadu_si128(factors));
                    const __m128i high = _mm_mulhi_epu16(_mm_unpackhi_epi8(zero, d), _mm_loadu_si128(factors + 2));
                    const __m128i s = _mm_loadu_si128(reinterpret_cast<const __m128i*>(source + column + half * 4));
                    _mm_storeu_si128(pixels, _mm_add_epi8(_mm_packus_epi16(low, high), s));
                }
            }
        }
    }
}

__attribute__((target("avx2"))) void blitAvx2(const DiscBlock& block, const DiscSprites& sprites, const Canvas& canvas, int bandTop,
                                              int bandBottom)
{
    const auto stride = static_cast<std::size_t>(sprites.stride());
    const __m256i zero = _mm256_setzero_si256();
    for (std::size_t i = 0; i < block.count; ++i) {
        const DiscBlock::Disc& disc = block.discs[i];
        const Placement at = place(disc, sprites, canvas, bandTop, bandBottom);
        const std::uint32_t* source = sprites.colours(disc.group, disc.phase) + at.skip * stride;
        const std::uint16_t* ground = sprites.grounds(disc.group, disc.phase) + at.skip * stride * 4;
        std::uint32_t* target = at.target;
        for (int row = 0; row < at.rows; ++row, source += stride, ground += stride * 4, target += canvas.stride) {
            for (std::size_t column = 0; column < stride; column += 8) {
                const auto* factors = reinterpret_cast<const __m256i*>(ground + column * 4);
                auto* pixels = reinterpret_cast<__m256i*>(target + column);
                const __m256i d = _mm256_loadu_si256(pixels);
                // a byte moved to the upper half of its word, times the factor, keeps its quotient by 256 in the high product
                const __m256i low = _mm256_mulhi_epu16(_mm256_unpacklo_epi8(zero, d), _mm256_loadu_si256(factors));
                const __m256i high = _mm256_mulhi_epu16(_mm256_unpackhi_epi8(zero, d), _mm256_loadu_si256(factors + 1));
                const __m256i s = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(source + column));
                _mm256_storeu_si256(pixels, _mm256_add_epi8(_mm256_packus_epi16(low, high), s));
            }
        }
    }
}
#endif

} // namespace

std::vector<SimdLevel> availableSimdLevels()
{
    std::vector<SimdLevel> levels{SimdLevel::Portable};
#ifdef LATENTSCAPE_X86
    if (__builtin_cpu_supports("sse2"))
        levels.push_back(SimdLevel::Sse2);
    if (__builtin_cpu_supports("avx2"))
        levels.push_back(SimdLevel::Avx2);
#endif
    return levels;
}

SimdLevel bestSimdLevel()
{
    static const SimdLevel best = availableSimdLevels().back();
    return best;
}

void blitDiscs(const DiscBlock& block, const DiscSprites& sprites, const Canvas& canvas, int bandTop, int bandBottom, SimdLevel level)
{
#ifdef LATENTSCAPE_X86
    if (level == SimdLevel::Avx2)
        return blitAvx2(block, sprites, canvas, bandTop, bandBottom);
    if (level == SimdLevel::Sse2)
        return blitSse2(block, sprites, canvas, bandTop, bandBottom);
#else
    static_cast<void>(level);
#endif
    blitPortable(block, sprites, canvas, bandTop, bandBottom);
}

} // namespace latentscape::ui
