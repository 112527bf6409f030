// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

namespace latentscape::ui {

/// The cross-hair over the loss chart and the card with the values there: a transparent sheet above the plot, so that a moving
/// mouse never redraws the curves. Owned by the canvas; GUI thread.
class LossReadout : public QWidget {
    Q_OBJECT

public:
    struct Entry {
        QString name;
        QString value;
        QColor color;
        QPointF point;     ///< on the curve, in this widget's pixels
        bool marked = true; ///< has a point
    };
    struct Reading {
        QRectF plot;       ///< the axis rectangle
        double x = 0;
        QString title;
        std::vector<Entry> entries;
    };

    explicit LossReadout(QWidget* parent);

    void setTheme(const Theme& theme);
    void setReading(const Reading& reading);
    void clear();
    [[nodiscard]] const Reading& reading() const { return m_reading; }
    [[nodiscard]] bool isActive() const { return m_active; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::light();
    Reading m_reading;
    bool m_active = false;
};

} // namespace latentscape::ui
