// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/model/latent_frame.h"
#include "core/model/metrics.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latentscape {

/// Latent codes of samples as they stand in a file. A value.
struct CodeTable {
    int latent = 0;                    ///< L
    std::vector<std::int32_t> indices; ///< [N]
    std::vector<std::int32_t> labels;  ///< [N] class indices, or empty
    std::vector<float> mu;             ///< [N, L]
    std::vector<float> logvar;         ///< [N, L], log σ²; empty when unknown
    std::vector<LossTerms> losses;     ///< [N], or empty: then files have no columns for them

    [[nodiscard]] std::size_t count() const noexcept { return indices.size(); }
    friend bool operator==(const CodeTable&, const CodeTable&) = default;
};

/// The codes of some samples of the train part, in the order given; samples without a code in the frame are left out.
[[nodiscard]] CodeTable codesOfSamples(const LatentFrame& frame, const DataPart& train, std::span<const std::size_t> samples);

/// "index,label,mu_0,…,logvar_0,…[,nelbo,reconstruction,kl]" and one line a sample; an unlabelled sample has an empty label. Numbers in their shortest form that
/// reads back exactly, '.' as decimal point whatever the locale.
[[nodiscard]] std::string codesToCsv(const CodeTable& codes);

/// Arrays index [N] i4, label [N] i4 (only when labelled), mu [N, L] f4, logvar [N, L] f4 (only when known), nelbo, reconstruction,
/// kl [N] f4 (only with losses). Error: as writeNpz().
[[nodiscard]] Result<std::vector<std::byte>> codesToNpz(const CodeTable& codes);

/// Reads what codesToCsv() wrote, or any table whose header names mu_0 … mu_{L−1} in that order; other columns are skipped except
/// index, label and logvar_0 …. subject names the file in messages. Errors: Malformed with line and column.
[[nodiscard]] Result<CodeTable> codesFromCsv(std::string_view text, std::string_view subject);

/// Writes codesOfSamples() as codesToCsv() does. Errors: InvalidArgument (none of them has a code), those of writeFileAtomically().
[[nodiscard]] Result<void> writeSelectionCsv(const LatentFrame& frame, const DataPart& train, std::span<const std::size_t> samples,
                                             const std::filesystem::path& path);

} // namespace latentscape
