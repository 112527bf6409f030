// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/density_raster.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace latentscape::ui {

namespace {

constexpr std::size_t kGroups = ScatterStyle::kMostFoldedGroups;
constexpr int kMaxHalf = 3;
constexpr std::size_t kAlphaSteps = 4096;

/// The triangular kernel 1 2 … h+1 … 2 1 of 2h + 1 pixels along each axis.
struct Kernel {
    int half = 1;
    [[nodiscard]] int weight(int offset) const { return half + 1 - std::abs(offset); }
    [[nodiscard]] int peak() const { return (half + 1) * (half + 1); } ///< of one code, in its own pixel
};

/// Vectors in GCC's own notation: every instruction set compiles them as well as it can.
using Bytes = std::uint8_t __attribute__((vector_size(kGroups)));
using Words = std::uint16_t __attribute__((vector_size(2 * kGroups)));

/// Two numbers of 32 bits in one of 64, so that one multiplication serves both.
constexpr std::uint64_t paired(std::uint64_t high, std::uint64_t low)
{
    return high << 32 | low;
}

struct Palette {
    std::array<std::uint64_t, kGroups> redGreen{}, blueOne{};
    std::array<std::uint32_t, kGroups> emphasis{}; ///< 0 … 16
};

/// One code alone is as opaque as a disc of a crowded map; many come close to 1.
std::uint8_t opacityFor(double codes, double factor)
{
    const double alone = 0.45;
    const double opacity = codes < 1.0 ? alone * codes : alone + (1.0 - alone) * (1.0 - std::exp(-(codes - 1.0) / 9.0));
    return static_cast<std::uint8_t>(std::lround(255.0 * opacity * factor));
}

struct Rows {
    const Canvas& canvas;
    Kernel kernel;
    const Palette& palette;
    DensityScratch& scratch;
    int bandTop, bandBottom;
    int countTop, countBottom; ///< rows of the canvas that have counters
};

/// The pixel of a sum over the kernel. Integers only, so that all instruction sets agree.
[[gnu::always_inline]] inline std::uint32_t pixelOf(const Words& total, const Palette& palette, const std::uint8_t* alphas)
{
    std::array<std::uint64_t, kGroups / 4> quads; // four groups each: few are there at any one place
    std::memcpy(quads.data(), &total, sizeof total);
    std::uint32_t mass = 0, all = 0;
    const auto forEachGroup = [&quads](auto&& visit) {
        for (std::size_t q = 0; q < quads.size(); ++q) {
            for (std::uint64_t rest = quads[q]; rest != 0;) {
                const auto lane = static_cast<std::size_t>(std::countr_zero(rest)) / 16;
                visit(q * 4 + lane, static_cast<std::uint32_t>(rest >> (16 * lane) & 0xffffu));
                rest &= ~(std::uint64_t{0xffff} << (16 * lane));
            }
        }
    };
    forEachGroup([&](std::size_t group, std::uint32_t sum) {
        const std::uint32_t weighed = sum * palette.emphasis[group] / 16;
        mass += weighed;
        all |= weighed;
    });
    if (all == 0)
        return 0;
    // the largest share is brought to at most eight bits: squares and their sums then fit 32 bits
    const int shift = std::max(0, static_cast<int>(std::bit_width(all)) - 8);
    std::uint64_t redGreen = 0, blueOne = 0;
    forEachGroup([&](std::size_t group, std::uint32_t sum) {
        const std::uint64_t share = sum * palette.emphasis[group] / 16 >> shift;
        redGreen += share * share * palette.redGreen[group];
        blueOne += share * share * palette.blueOne[group];
    });
    const std::uint32_t alpha = alphas[std::min<std::size_t>(mass, kAlphaSteps - 1)];
    const double factor = alpha / (255.0 * static_cast<double>(blueOne & 0xffffffffu)); // one division instead of three
    const auto channel = [factor](std::uint64_t sum) { return static_cast<std::uint32_t>(static_cast<double>(sum) * factor + 0.5); };
    return alpha << 24 | channel(redGreen >> 32) << 16 | channel(redGreen & 0xffffffffu) << 8 | channel(blueOne >> 32);
}

/// Body of the functions below: compiled once for each instruction set.
[[gnu::always_inline]] inline void resolve(const Rows& r)
{
    const auto width = static_cast<std::size_t>(r.canvas.width);
    const int half = r.kernel.half;
    const auto span = static_cast<std::size_t>(2 * half + 1);
    const auto margin = static_cast<std::size_t>(kMaxHalf);
    const auto at = [&](int row) { return r.scratch.counts.data() + static_cast<std::size_t>(row - r.countTop) * width * kGroups; };
    std::uint16_t* sums = r.scratch.columns.data();
    std::uint8_t* used = r.scratch.used.data();
    for (int row = r.bandTop; row < r.bandBottom; ++row) {
        const int first = std::max(row - half, r.countTop), end = std::min(row + half + 1, r.countBottom);
        for (std::size_t x = 0; x < width; ++x) {
            Words column{};
            for (int k = first; k < end; ++k) {
                Bytes cell;
                std::memcpy(&cell, at(k) + x * kGroups, sizeof cell);
                column += __builtin_convertvector(cell, Words) * static_cast<std::uint16_t>(r.kernel.weight(k - row));
            }
            std::memcpy(sums + (x + margin) * kGroups, &column, sizeof column);
            std::array<std::uint64_t, kGroups / 4> quads;
            std::memcpy(quads.data(), &column, sizeof column);
            used[x + margin] = (quads[0] | quads[1] | quads[2] | quads[3]) != 0;
        }
        std::uint32_t* line = r.canvas.pixels + static_cast<std::ptrdiff_t>(row) * r.canvas.stride;
        for (std::size_t x = 0; x < width; ++x) {
            const std::size_t left = x + margin - static_cast<std::size_t>(half);
            int any = 0;
            for (std::size_t k = 0; k < span; ++k)
                any |= used[left + k];
            if (any == 0)
                continue;
            Words total{}; // at most 255 · (1 + 2 + 3 + 4 + 3 + 2 + 1)²: just below 2¹⁶
            for (std::size_t k = 0; k < span; ++k) {
                Words column;
                std::memcpy(&column, sums + (left + k) * kGroups, sizeof column);
                total += column * static_cast<std::uint16_t>(r.kernel.weight(static_cast<int>(k) - half));
            }
            line[x] = pixelOf(total, r.palette, r.scratch.alphas.data());
        }
        // this row of counters is needed no more, and still in the cache: the next picture finds it zero
        if (row - half >= r.countTop)
            std::memset(at(row - half), 0, width * kGroups);
    }
    for (int row = std::max(r.countTop, r.bandBottom - half); row < r.countBottom; ++row)
        std::memset(at(row), 0, width * kGroups);
}

void resolvePortable(const Rows& rows)
{
    resolve(rows);
}

#if defined(__x86_64__) || defined(__i386__)
__attribute__((target("avx2"))) void resolveAvx2(const Rows& rows)
{
    resolve(rows);
}
#endif

void count(const LatentCloud& cloud, const std::uint8_t* groups, const RasterView& view, const Rows& rows)
{
    const std::span<const float> xs = cloud.x(), ys = cloud.y();
    const std::uint16_t* keys = cloud.keys().data();
    std::uint8_t* counts = rows.scratch.counts.data();
    const auto width = static_cast<std::size_t>(rows.canvas.width);
    const double endX = rows.canvas.width, leastY = rows.countTop, endY = rows.countBottom;
    // Codes come in random order and the counters are larger than a cache: a block's places are fetched before they are counted up.
    constexpr std::size_t kBlock = 256;
    std::array<std::size_t, kBlock> places;
    for (std::size_t begin = 0; begin < xs.size(); begin += kBlock) {
        const std::size_t end = std::min(begin + kBlock, xs.size());
        std::size_t found = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const double px = (static_cast<double>(xs[i]) - view.left) * view.scaleX;
            const double py = (view.top - static_cast<double>(ys[i])) * view.scaleY;
            const std::uint8_t group = groups[keys[i]];
            if (!(px >= 0.0) || !(px < endX) || !(py >= leastY) || !(py < endY) || group == ScatterStyle::kHidden)
                continue;
            const auto cell = (static_cast<std::size_t>(py) - static_cast<std::size_t>(rows.countTop)) * width + static_cast<std::size_t>(px);
            places[found] = cell * kGroups + group;
            __builtin_prefetch(counts + places[found], /*write=*/1);
            ++found;
        }
        for (std::size_t i = 0; i < found; ++i) {
            std::uint8_t& counter = counts[places[i]];
            counter = static_cast<std::uint8_t>(counter + (counter != 255));
        }
    }
}

} // namespace

void rasteriseDensity(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, int bandTop,
                      int bandBottom, DensityScratch& scratch, SimdLevel level)
{
    Kernel kernel;
    kernel.half = std::clamp(static_cast<int>(std::lround(view.ratio)), 1, kMaxHalf);
    const bool folded = !style.foldedOfKey.empty();
    const std::vector<ColourGroup>& groups = folded ? style.foldedGroups : style.groups;
    if (scratch.kernel != kernel.half || scratch.opacity != style.opacity) {
        scratch.kernel = kernel.half;
        scratch.opacity = style.opacity;
        scratch.alphas.resize(kAlphaSteps);
        for (std::size_t i = 0; i < kAlphaSteps; ++i)
            scratch.alphas[i] = opacityFor(static_cast<double>(i) / kernel.peak(), style.opacity);
    }
    Palette palette;
    for (std::size_t g = 0; g < std::min(groups.size(), kGroups); ++g) {
        const std::uint32_t rgb = groups[g].rgb;
        palette.redGreen[g] = paired(rgb >> 16 & 0xffu, rgb >> 8 & 0xffu);
        palette.blueOne[g] = paired(rgb & 0xffu, 1);
        palette.emphasis[g] = static_cast<std::uint32_t>(std::lround(16.0 * groups[g].emphasis));
    }
    const Rows rows{canvas, kernel, palette, scratch, bandTop, bandBottom, std::max(0, bandTop - kernel.half),
                    std::min(canvas.height, bandBottom + kernel.half)};
    const auto width = static_cast<std::size_t>(canvas.width);
    const std::size_t cells = static_cast<std::size_t>(rows.countBottom - rows.countTop) * width;
    if (scratch.counts.size() < cells * kGroups)
        scratch.counts.assign(cells * kGroups, 0);
    scratch.columns.assign((width + 2 * kMaxHalf) * kGroups, 0);
    scratch.used.assign(width + 2 * kMaxHalf, 0);

    count(cloud, folded ? style.foldedOfKey.data() : style.groupOfKey.data(), view, rows);
#if defined(__x86_64__) || defined(__i386__)
    if (level == SimdLevel::Avx2)
        return resolveAvx2(rows);
#else
    static_cast<void>(level);
#endif
    resolvePortable(rows);
}

} // namespace latentscape::ui
