// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/shaped_text.h"

#include <QFont>
#include <QFontMetricsF>
#include <QString>
#include <Qt>

#include <memory>

class QPainter;
class QPointF;
class QRectF;

namespace latentscape::ui {

inline constexpr char16_t kFigureSpace = 0x2007, kNarrowSpace = 0x202F;

/// Draws text in which every digit takes the width of the widest one, in any font, so that a number that changes does not shift its
/// neighbours. (Qt 6.4 cannot ask a font for its own tabular figures.) A figure space (U+2007) takes the same, a narrow space (U+202F) a
/// third of it: several fonts lack these glyphs and would fall back to another face. A value, owned by whoever paints; GUI thread.
class TabularText {
public:
    explicit TabularText(const QFont& font);

    [[nodiscard]] const QFont& font() const noexcept { return m_font->font(); }
    [[nodiscard]] const QFontMetricsF& metrics() const noexcept { return m_font->metrics(); }
    /// Width in logical pixels.
    [[nodiscard]] double width(const QString& text) const;
    /// text, shortened from the right with "…" when it is wider than available.
    [[nodiscard]] QString elided(const QString& text, double available) const;
    /// The baseline of a line that stands in the middle of rect.
    [[nodiscard]] double baselineIn(const QRectF& rect) const;
    /// One line inside rect (vertically centred) with the painter's pen; may change the painter's font.
    void draw(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text) const;
    /// The same from origin, on its baseline.
    void draw(QPainter& painter, QPointF origin, const QString& text) const;

private:
    template <typename Use>
    void eachStretch(const QString& text, Use&& use) const;

    std::shared_ptr<ShapedFont> m_font;
};

} // namespace latentscape::ui
