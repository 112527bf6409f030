// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace latentscape::ui {

/// The opaque colour a share (0–1) of the way from a to b: how controls derive hover, tint and faint shades from the theme's tokens.
[[nodiscard]] inline QColor mix(const QColor& a, const QColor& b, float share)
{
    return QColor::fromRgbF(a.redF() + (b.redF() - a.redF()) * share, a.greenF() + (b.greenF() - a.greenF()) * share,
                            a.blueF() + (b.blueF() - a.blueF()) * share);
}

} // namespace latentscape::ui
