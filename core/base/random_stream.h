// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace latentscape {

/// What a random stream is for. One stream a purpose, so that no use disturbs another (same seed, same run, whatever a person does).
enum class StreamPurpose : std::uint32_t { Initialisation = 1, Shuffling, Reparameterisation, Evaluation, Interface, Split, DataSet, Binarization, Prior, Dropout };

/// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011, doi:10.1145/2063384.2063405).
/// The n-th number of a stream depends on (seed, purpose, substream, n) alone: streams can be entered anywhere, on any
/// thread and any machine, and resuming one means remembering a counter. A value type; not shared between threads.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, StreamPurpose purpose, std::uint64_t substream = 0) noexcept;

    /// What seed and purpose came to: the generator's key, its first word in the lower half.
    [[nodiscard]] std::uint64_t key() const noexcept { return std::uint64_t{m_key[1]} << 32 | m_key[0]; }

    [[nodiscard]] std::uint32_t nextU32() noexcept;
    /// Uniform in [0, bound), without modulo bias. bound ≥ 1.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;
    /// Uniform in [0, 1), 53 random bits.
    [[nodiscard]] double uniform() noexcept;
    [[nodiscard]] double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
    /// Standard normal (Box–Muller).
    [[nodiscard]] double normal() noexcept;
    /// Fills with standard normals; faster than calling normal() for each, and consumes whole blocks of four numbers.
    void fillNormal(std::span<float> out) noexcept;
    /// Fills with what nextU32() would give from the next whole block of four on, three times as fast; consumes whole blocks.
    void fillU32(std::span<std::uint32_t> out) noexcept;
    /// Fisher–Yates.
    void shuffle(std::span<std::int32_t> values) noexcept;

private:
    void refill() noexcept;

    std::uint32_t m_key[2];
    std::uint32_t m_counter[4];
    std::uint32_t m_block[4] = {};
    int m_used = 4;
    double m_spareNormal = 0.0;
    bool m_hasSpare = false;
};

} // namespace latentscape
