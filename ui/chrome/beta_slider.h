// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QSlider>

namespace latentscape::ui {

/// Chooses β from 0 to 100 on a scale that grows exponentially: 0 at the left, 1 in the middle, 100 at the right. A double-click
/// goes back to 1. Shows; the owner decides what β is. Owned by its parent; GUI thread.
class BetaSlider : public QSlider {
    Q_OBJECT

public:
    static constexpr double kMaximum = 100.0;

    explicit BetaSlider(QWidget* parent = nullptr);

    /// Moves the handle without a signal.
    void setBeta(double beta);
    [[nodiscard]] double beta() const { return m_beta; }
    void setTheme(const Theme& theme);

    /// The scale: fraction 0–1 of the way to β and back. β(t) = (99^(2t) − 1) / 98.
    [[nodiscard]] static double betaAt(double fraction);
    [[nodiscard]] static double fractionOf(double beta);

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    /// The person chose another value.
    void betaChosen(double beta);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void choose(double beta);
    void chooseAt(double x);
    void nudge(double steps);
    [[nodiscard]] QRectF groove() const;

    double m_beta = 1.0;
    Theme m_theme = Theme::light();
};

} // namespace latentscape::ui
