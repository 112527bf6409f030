// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>

namespace latentscape::ui {

/// Every colour of the program, for one appearance. A value: widgets get it through setTheme() and keep a copy.
/// Roles are the same everywhere: reconstruction blue, KL orange, total in the text colour, probe in the accent.
struct Theme {
    bool dark = false;
    QColor window, surface, sunken, border, grid; ///< grounds and lines
    QColor text, muted;                           ///< text on any ground, contrast ≥ 4.5
    QColor accent, onAccent, accentSoft;          ///< the one accent; text on it; its tint behind a checked tool
    QColor reconstruction, kl, good, warning, error; ///< lines and fills
    QColor reconstructionText, klText, goodText, warningText, errorText; ///< the same roles as text
    QList<QColor> classPalette;                   ///< ten colours; class c takes c % 10

    [[nodiscard]] static Theme light();
    [[nodiscard]] static Theme darkTheme();
    [[nodiscard]] QColor classColor(int label) const { return classPalette.at(label % static_cast<int>(classPalette.size())); }
};

} // namespace latentscape::ui
