// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QFont>
#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace latentscape::ui {

/// Lays out and draws bars with names inside a rectangle: rows with values while they fit, otherwise columns. A value made for one paint
/// or one hit test; GUI thread.
class BarsPainter {
public:
    struct Bar {
        int index = 0;      ///< from 0; columns are named by it where names are numbers
        QString name;       ///< beside a row
        QString columnName; ///< below a column
        double value = 0.0; ///< nats; below 0 the bar goes the other way
        bool active = true; ///< false: hatched, and said in words
    };
    struct Style {
        QColor fill;
        int decimals = 2;
        double leastScale = 0.5; ///< the value of a full bar at least: where all are next to nothing they must look so
    };

    BarsPainter(std::vector<Bar> bars, const QRectF& body, const QFont& font, const Theme& theme, Style style);

    void paint(QPainter& painter, double scrolled, const QString& inactiveWord) const;
    /// Index of the bar under a point, −1 for none.
    [[nodiscard]] int barAt(const QPointF& point, double scrolled) const;
    [[nodiscard]] bool inRows() const { return m_rows; }
    /// How wide the columns are together; more than the body's width means scrolling.
    [[nodiscard]] double contentWidth() const;

    /// Grey hatching, for inactive bars and their key.
    static void paintHatched(QPainter& painter, const QRectF& rect, const Theme& theme);

private:
    [[nodiscard]] QString number(double value) const;
    [[nodiscard]] double share(double value) const; ///< of the length between the lowest and the highest, in [0, 1]
    void paintRows(QPainter& painter, const QString& inactiveWord) const;
    void paintColumns(QPainter& painter, double scrolled) const;

    std::vector<Bar> m_bars;
    QRectF m_body;
    QFont m_font;
    Theme m_theme;
    bool m_rows = true;
    double m_pitch = 0;
    Style m_style;
    double m_least = 0; ///< where the scale begins: 0, unless a value lies below
    double m_most = 0;  ///< where it ends
};

} // namespace latentscape::ui
