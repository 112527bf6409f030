// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

// One source, several instruction sets, chosen when the program loads. Not under sanitizers: their runtime is not up yet when the
// choice is made.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define LATENTSCAPE_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LATENTSCAPE_VECTORISED
#endif
#if defined(__GNUC__)
#define LATENTSCAPE_INLINE inline __attribute__((always_inline))
#else
#define LATENTSCAPE_INLINE inline
#endif

// Everything here is inlined: no vector passes from one function to another, whatever registers either may use. That is why -Wno-psabi stands
// in CMakeLists.txt for the files that include this.
namespace latentscape::loops {

constexpr std::size_t kLanes = 16;

/// Sixteen floats as one value of the compiler's (GCC and Clang), in one, two or four registers; at any address. Where sums must stay in
/// registers, or a long calculation should use the widest there are, the loop says so with it: from plain arrays GCC 12 makes code that takes
/// twice as long.
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef std::uint32_t LaneBits __attribute__((vector_size(kLanes * sizeof(std::uint32_t)), aligned(sizeof(std::uint32_t)), may_alias));

LATENTSCAPE_INLINE const Lanes& lanesAt(const float* from) noexcept
{
    return *reinterpret_cast<const Lanes*>(from);
}

LATENTSCAPE_INLINE Lanes& lanesAt(float* from) noexcept
{
    return *reinterpret_cast<Lanes*>(from);
}

// What follows takes one float or Lanes of them as F. NaN passes through.

LATENTSCAPE_INLINE std::uint32_t bitsOf(float x) noexcept { return std::bit_cast<std::uint32_t>(x); }
LATENTSCAPE_INLINE LaneBits bitsOf(Lanes x) noexcept { return reinterpret_cast<LaneBits>(x); }
LATENTSCAPE_INLINE float fromBits(std::uint32_t bits) noexcept { return std::bit_cast<float>(bits); }
LATENTSCAPE_INLINE Lanes fromBits(LaneBits bits) noexcept { return reinterpret_cast<Lanes>(bits); }

template <typename F>
LATENTSCAPE_INLINE F absolute(F x) noexcept
{
    return fromBits(bitsOf(x) & 0x7fffffffu);
}

template <typename F>
LATENTSCAPE_INLINE F atLeast(F x, float low) noexcept
{
    const F edge = F{} + low;
    return x < edge ? edge : x;
}

template <typename F>
LATENTSCAPE_INLINE F atMost(F x, float high) noexcept
{
    const F edge = F{} + high;
    return x > edge ? edge : x;
}

/// exp(x) for x in [−87, 88], relative error below 2e-7: 2ⁿ·exp(r), |r| ≤ ln 2 / 2, r in two pieces (Cody and Waite), Taylor to r⁷.
template <typename F>
LATENTSCAPE_INLINE F exponential(F x) noexcept
{
    x = atMost(atLeast(x, -87.0f), 88.0f);
    constexpr float kRound = 12582912.0f; // 1.5·2²³: adding it rounds to an integer held in the low bits
    const F shifted = x * 1.44269504f + kRound;
    const F n = shifted - kRound;
    const F r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    F p = r * (1.0f / 5040.0f) + 1.0f / 720.0f;
    p = p * r + 1.0f / 120.0f;
    p = p * r + 1.0f / 24.0f;
    p = p * r + 1.0f / 6.0f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return p * fromBits((bitsOf(shifted) + 127u) << 23);
}

/// log(1 + e) for e in [0, 1] from s = e / (2 + e): 2·artanh(s), the odd series to s¹³; relative error below 2e-7.
template <typename F>
LATENTSCAPE_INLINE F log1pFrom(F s) noexcept
{
    const F q = s * s;
    F p = q * (2.0f / 13.0f) + 2.0f / 11.0f;
    p = p * q + 2.0f / 9.0f;
    p = p * q + 2.0f / 7.0f;
    p = p * q + 2.0f / 5.0f;
    p = p * q + 2.0f / 3.0f;
    p = p * q + 2.0f;
    return s * p;
}

template <typename F>
LATENTSCAPE_INLINE F sigmoid(F x) noexcept
{
    const F e = exponential(-absolute(x));
    const F larger = 1.0f / (1.0f + e); // of |x|; the other side is e·larger, which keeps its relative accuracy
    const F smaller = e * larger;
    return x >= F{} ? larger : smaller;
}

LATENTSCAPE_INLINE float hyperbolicTangent(float x) noexcept
{
    const float a = absolute(x);
    const float q = x * x;
    // Near 0 the quotient below would cancel: Cephes' polynomial (tanhf.c) for |x| < 0.625.
    float p = -5.70498872745e-3f;
    p = p * q + 2.06390887954e-2f;
    p = p * q - 5.37397155531e-2f;
    p = p * q + 1.33314422036e-1f;
    p = p * q - 3.33332819422e-1f;
    const float small = p * q * x + x;
    const float large = 1.0f - 2.0f / (exponential(atMost(2.0f * a, 40.0f)) + 1.0f);
    return a < 0.625f ? small : (x < 0.0f ? -large : large);
}

/// Σ of 16 partial sums, pairwise.
LATENTSCAPE_INLINE float laneSum(const float* lanes) noexcept
{
    float eight[8], four[4];
    for (std::size_t i = 0; i < 8; ++i)
        eight[i] = lanes[i] + lanes[i + 8];
    for (std::size_t i = 0; i < 4; ++i)
        four[i] = eight[i] + eight[i + 4];
    return (four[0] + four[2]) + (four[1] + four[3]);
}

LATENTSCAPE_INLINE float laneSum(const Lanes& lanes) noexcept
{
    return laneSum(reinterpret_cast<const float*>(&lanes));
}

} // namespace latentscape::loops
