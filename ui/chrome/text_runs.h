// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace latentscape::ui {

/// Half a step smaller than the panel's font: captions, axis labels, chips.
[[nodiscard]] QFont captionFont(const QFont& base);
/// The panel's font in weight 600: titles and values.
[[nodiscard]] QFont strongFont(const QFont& base);
/// A whole number with narrow spaces between thousands: 41 000.
[[nodiscard]] QString grouped(qint64 value);

/// One line of text in which <b>…</b> marks what matters, so that translators keep whole sentences. Every digit takes the width of
/// the widest one (tabular figures, whatever the font), and U+2007 takes the same, so numbers that change do not move their neighbours.
/// A value; GUI thread.
class TextRuns {
public:
    TextRuns() = default;
    explicit TextRuns(const QString& markup);

    /// Without the marks.
    [[nodiscard]] QString plain() const;
    [[nodiscard]] double width(const QFont& font) const;
    /// One line, vertically centred, from the left edge of rect; what does not fit is elided.
    void paint(QPainter& painter, const QRectF& rect, const QFont& font, const QColor& normal, const QColor& strong) const;

private:
    struct Run {
        QString text;
        bool strong = false;
    };
    std::vector<Run> m_runs;
};

} // namespace latentscape::ui
