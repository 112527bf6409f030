// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <span>
#include <vector>

namespace latentscape::ui {

/// Numbers as the panels show and read them: independent of the locale, with a real minus sign (U+2212) on screen. Pure functions.

/// "0.62", "−1.18"; decimals digits after the point; never "−0.00".
[[nodiscard]] QString signedText(double value, int decimals = 2);
/// "(0.62, −1.18)".
[[nodiscard]] QString codeText(std::span<const float> z);
/// The shortest text that reads back as value: "0.001", "1e-05".
[[nodiscard]] QString plainText(double value);
/// "z₁" for dimension 0, "z₁₂" for 11.
[[nodiscard]] QString dimensionName(int dimension);

/// Reads "0.001", "1e-3", "−2", and "0,001" (one comma as the decimal point). nullopt for anything else, also for infinity and NaN.
[[nodiscard]] std::optional<double> readNumber(const QString& text);
/// Reads "0.62, −1.18", also in parentheses or brackets, separated by commas, semicolons or blanks. nullopt when a part is no number;
/// an empty list for an empty text.
[[nodiscard]] std::optional<std::vector<float>> readCode(const QString& text);

} // namespace latentscape::ui
