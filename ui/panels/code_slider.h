// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/tabular_text.h"
#include "ui/theme/theme.h"

#include <QAbstractSlider>

namespace latentscape::ui {

/// One coordinate of the code: name, track from −4 to 4 with a tick at 0, value. One widget, painted from the theme, because a code may
/// have hundreds of coordinates. Arrow keys move by 0.05, Page keys by 0.5. Owned by CodeSliders; GUI thread.
class CodeSlider : public QAbstractSlider {
    Q_OBJECT

public:
    explicit CodeSlider(int dimension, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    [[nodiscard]] int dimension() const noexcept { return m_dimension; }
    /// Shows value without a signal; values beyond the track are kept and printed, with the handle at its end.
    void setCoordinate(float value);
    [[nodiscard]] float coordinate() const noexcept { return m_coordinate; }
    /// An inactive dimension is greyed and says so; it can still be moved.
    void setInactive(bool inactive);
    void setNameWidth(int width);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void coordinateEdited(int dimension, float value);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] QRectF track() const;
    void moveTo(double x);

    Theme m_theme = Theme::light();
    TabularText m_type;
    int m_dimension;
    int m_nameWidth = 0;
    float m_coordinate = 0.0f;
    bool m_inactive = false;
    bool m_showing = false;
};

} // namespace latentscape::ui
