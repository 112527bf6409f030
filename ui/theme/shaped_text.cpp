// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/shaped_text.h"

#include <QPaintEngine>
#include <QPainter>
#include <QPointF>
#include <QTextLayout>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr qsizetype kFonts = 48;
constexpr qsizetype kTexts = 512; // a font
constexpr double kUnbroken = 1e6; // logical pixels
} // namespace

std::shared_ptr<ShapedFont> ShapedFont::of(const QFont& font)
{
    static QCache<QFont, std::shared_ptr<ShapedFont>> fonts(kFonts);
    if (const std::shared_ptr<ShapedFont>* known = fonts.object(font))
        return *known;
    auto made = std::make_shared<ShapedFont>(font);
    fonts.insert(font, new std::shared_ptr<ShapedFont>(made));
    return made;
}

ShapedFont::ShapedFont(const QFont& font)
    : m_font(font)
    , m_metrics(font)
    , m_shapes(kTexts)
{
    for (char digit = '0'; digit <= '9'; ++digit)
        m_digit = std::max(m_digit, m_metrics.horizontalAdvance(QLatin1Char(digit)));
}

const ShapedFont::Shape& ShapedFont::shapeOf(const QString& text)
{
    if (const Shape* known = m_shapes.object(text))
        return *known;
    auto* shape = new Shape;
    shape->width = m_metrics.horizontalAdvance(text);
    QTextLayout layout(text, m_font);
    layout.beginLayout();
    if (QTextLine line = layout.createLine(); line.isValid()) {
        line.setLineWidth(kUnbroken); // only then is it laid out
        shape->ascent = line.ascent();
    }
    layout.endLayout();
    shape->runs = layout.glyphRuns();
    m_shapes.insert(text, shape);
    return *shape;
}

double ShapedFont::width(const QString& text)
{
    return text.isEmpty() ? 0.0 : shapeOf(text).width;
}

void ShapedFont::draw(QPainter& painter, const QPointF& origin, const QString& text)
{
    if (text.isEmpty())
        return;
    const QPaintEngine* engine = painter.paintEngine();
    if (!engine || engine->type() != QPaintEngine::Raster) { // vector formats keep the letters, not only their outlines
        painter.setFont(m_font);
        painter.drawText(origin, text);
        return;
    }
    const Shape& shape = shapeOf(text);
    for (const QGlyphRun& run : shape.runs)
        painter.drawGlyphRun(origin - QPointF(0.0, shape.ascent), run);
}

} // namespace latentscape::ui
