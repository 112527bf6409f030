// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QAbstractSlider>

class QPainter;

namespace latentscape::ui {

/// A slider from −reach to reach that fills from 0 towards the handle. Arrow keys move by 0.05, Page keys by 0.5, a double-click goes back
/// to 0; the wheel is left to the list around it. Owned by its parent; GUI thread.
class BipolarSlider : public QAbstractSlider {
    Q_OBJECT

public:
    explicit BipolarSlider(double reach, QWidget* parent = nullptr);

    virtual void setTheme(const Theme& theme);
    /// Shows amount without a signal; one beyond the reach is kept, with the handle at the end.
    void setAmount(double amount);
    [[nodiscard]] double amount() const noexcept { return m_amount; }
    /// Whether a person can move it; one that cannot be moved still takes the focus and shows its value.
    void setMovable(bool movable);
    [[nodiscard]] bool isMovable() const noexcept { return m_movable; }
    /// Grey instead of the accent.
    void setFaint(bool faint);
    [[nodiscard]] bool isFaint() const noexcept { return m_faint; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void amountEdited(double amount);
    /// Around the changes of one gesture: a drag, a held key, a double-click. A gesture that changes nothing has neither.
    void editStarted();
    void editFinished();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void sliderChange(SliderChange change) override;

    /// The track in widget coordinates, 4 px high.
    [[nodiscard]] virtual QRectF track() const;
    /// What must be painted anew when the amount changes.
    virtual void updateAmount();
    [[nodiscard]] double xOf(double amount) const;
    void paintTrack(QPainter& painter) const;
    /// As if the person had moved it there.
    void editTo(double amount);
    [[nodiscard]] const Theme& theme() const noexcept { return m_theme; }

private:
    [[nodiscard]] int positionOf(double amount) const;
    void moveTo(double x);
    void onValueChanged(int position);
    void finishGesture();

    Theme m_theme = Theme::light();
    double m_reach;
    double m_amount = 0.0;
    bool m_movable = true;
    bool m_faint = false;
    bool m_showing = false;
    bool m_gesture = false; ///< a button or a key is down
    bool m_started = false; ///< and has changed something
};

} // namespace latentscape::ui
