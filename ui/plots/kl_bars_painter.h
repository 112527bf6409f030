// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QFont>
#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace latentscape::ui {

/// Lays out and draws the bars of KlBars inside a rectangle. A value made for one paint or one hit test; GUI thread.
class KlBarsPainter {
public:
    struct Bar {
        int dimension = 0; ///< from 0; shown from 1
        double kl = 0.0;   ///< nats
        bool active = true;
    };

    KlBarsPainter(std::vector<Bar> bars, const QRectF& body, const QFont& font, const Theme& theme);

    void paint(QPainter& painter, double scrolled, const QString& inactiveWord) const;
    /// Index of the bar under a point, −1 for none.
    [[nodiscard]] int barAt(const QPointF& point, double scrolled) const;
    [[nodiscard]] bool inRows() const { return m_rows; }
    /// How wide the columns are together; more than the body's width means scrolling.
    [[nodiscard]] double contentWidth() const;

    /// z₁₂ in subscript digits; dimension from 0.
    [[nodiscard]] static QString name(int dimension);
    /// Grey hatching, for inactive bars and their key.
    static void paintHatched(QPainter& painter, const QRectF& rect, const Theme& theme);

private:
    void paintRows(QPainter& painter, const QString& inactiveWord) const;
    void paintColumns(QPainter& painter, double scrolled) const;

    std::vector<Bar> m_bars;
    QRectF m_body;
    QFont m_font;
    Theme m_theme;
    bool m_rows = true;
    double m_pitch = 0;
    double m_most = 0; ///< the KL of a full bar
};

} // namespace latentscape::ui
