// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QFont>
#include <QFontMetricsF>
#include <QGlyphRun>
#include <QList>
#include <QString>

#include <memory>

class QPainter;
class QPointF;

namespace latentscape::ui {

/// A font that remembers the shapes of the short texts it has drawn: labels and digits that are painted again at every frame of a drag.
/// Shaping is most of what a short text costs. GUI thread.
class ShapedFont {
public:
    /// The one of this font; made at its first use and shared from then on.
    [[nodiscard]] static std::shared_ptr<ShapedFont> of(const QFont& font);
    explicit ShapedFont(const QFont& font);

    [[nodiscard]] const QFont& font() const noexcept { return m_font; }
    [[nodiscard]] const QFontMetricsF& metrics() const noexcept { return m_metrics; }
    /// Width of the widest digit in logical pixels.
    [[nodiscard]] double digitWidth() const noexcept { return m_digit; }
    /// Width of one line of text in logical pixels.
    [[nodiscard]] double width(const QString& text);
    /// One line from origin on its baseline, with the painter's pen; may change the painter's font.
    void draw(QPainter& painter, const QPointF& origin, const QString& text);

private:
    struct Shape {
        QList<QGlyphRun> runs;
        double ascent = 0.0; ///< from the runs' origin down to the baseline
        double width = 0.0;
    };
    const Shape& shapeOf(const QString& text);

    QFont m_font;
    QFontMetricsF m_metrics;
    double m_digit = 0.0;
    QCache<QString, Shape> m_shapes;
};

} // namespace latentscape::ui
