// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/map_inset.h"
#include "ui/theme/theme.h"

#include <QPixmap>
#include <QStringList>

#include <vector>

namespace latentscape::ui {

/// The classes and their colours, at the top right of the map. Click (or Enter) isolates a class and shows all again, Ctrl-click (or
/// Space) toggles it, hovering (or the arrow keys) dims the rest. Long lists scroll. Owned by LatentMap, GUI thread.
class MapLegend : public MapInset {
    Q_OBJECT

public:
    explicit MapLegend(QWidget* parent);

    void setTheme(const Theme& theme);
    /// New classes, all shown. Empty hides the legend.
    void setNames(const QStringList& names);
    /// A line over the classes, "predicted"; empty: none.
    void setTitle(const QString& title);
    [[nodiscard]] const QStringList& names() const noexcept { return m_names; }
    [[nodiscard]] const std::vector<bool>& hiddenClasses() const noexcept { return m_hidden; } ///< [classes]
    [[nodiscard]] int emphasised() const noexcept { return m_current; }                       ///< −1 for none
    /// The most height it may take, in logical pixels.
    void setRoom(int height);

    void isolate(int label);
    void toggle(int label);
    [[nodiscard]] QRect rowRect(int label) const; ///< empty when scrolled out
    [[nodiscard]] QSize sizeHint() const override { return m_size; }
    void paint(QPainter& painter) const override;

Q_SIGNALS:
    void hiddenChanged();
    void emphasisChanged(int label);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int firstRowTop() const;
    [[nodiscard]] int rowsShown() const;
    [[nodiscard]] int classAt(QPoint pixel) const; ///< −1 for none
    void setCurrent(int label);
    void measure();
    void redraw();
    void scrollTo(int first);

    Theme m_theme = Theme::light();
    QString m_title;
    QStringList m_names;
    std::vector<bool> m_hidden;
    int m_current = -1; ///< under the cursor or the keyboard
    int m_first = 0;    ///< first row shown
    int m_room = 10'000;
    QSize m_size; ///< measured when names, title, room or font change: it is asked for at every frame of a drag
    QPixmap m_picture; ///< as it was painted last: the probe's trail crosses it at every frame of a drag
};

} // namespace latentscape::ui
