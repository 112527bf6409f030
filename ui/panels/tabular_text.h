// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/shaped_text.h"

#include <QFont>
#include <QFontMetricsF>
#include <QString>
#include <Qt>

#include <memory>

class QPainter;
class QRectF;

namespace latentscape::ui {

/// Draws text with digits of equal width in any font, so that a number that changes does not shift its neighbours. (Qt 6.4 cannot ask a
/// font for its own tabular figures.) A value, owned by the widget that paints; GUI thread.
class TabularText {
public:
    explicit TabularText(const QFont& font);

    [[nodiscard]] const QFont& font() const noexcept { return m_font->font(); }
    [[nodiscard]] const QFontMetricsF& metrics() const noexcept { return m_font->metrics(); }
    /// Width in logical pixels.
    [[nodiscard]] double width(const QString& text) const;
    /// text, shortened from the right with "…" when it is wider than available.
    [[nodiscard]] QString elided(const QString& text, double available) const;
    /// One line inside rect (vertically centred) with the painter's pen; may change the painter's font.
    void draw(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text) const;

private:
    [[nodiscard]] double runWidth(const QString& text, qsizetype begin, qsizetype end) const;

    std::shared_ptr<ShapedFont> m_font;
};

} // namespace latentscape::ui
