// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/bars_painter.h"
#include "ui/plots/chart_table.h"
#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

class QMenu;
class QPainter;
class QScrollBar;

namespace latentscape::ui {

/// A panel of bars in nats: rows with names and values while they fit, otherwise columns, which scroll when there are hundreds; a heading
/// with a word in its corner, a note below, pictures and tables for export. What the bars are, a subclass says. GUI thread.
class BarChart : public QWidget {
    Q_OBJECT

public:
    void setTheme(const Theme& theme);
    /// Whether the panel names itself; off where tabs above it do. Pictures for export always do.
    void setHeading(bool on);
    /// What stands at the right of the heading, and the same in few signs; empty while there are no bars.
    [[nodiscard]] virtual QString corner() const = 0;
    [[nodiscard]] virtual QString shortCorner() const { return corner(); }

    /// The panel as .png (scale times its size), .svg or .pdf. False: another ending, or the file cannot be written.
    [[nodiscard]] bool exportTo(const QString& path, double scale);
    [[nodiscard]] virtual QString csv() const = 0;
    [[nodiscard]] virtual ChartTable::Content table() const = 0;
    void copy();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// "Save as…" was chosen.
    void exportRequested();
    /// corner() says something else.
    void cornerChanged();

protected:
    /// scrollName: the accessible name of the scroll bar.
    BarChart(const QString& scrollName, QWidget* parent);
    /// To be called when bars or texts changed.
    void changed();
    [[nodiscard]] const Theme& theme() const noexcept { return m_theme; }

    [[nodiscard]] virtual QString title() const = 0;
    [[nodiscard]] virtual QString emptyText() const = 0; ///< what will stand here
    [[nodiscard]] virtual std::vector<BarsPainter::Bar> bars() const = 0; ///< in the order drawn
    [[nodiscard]] virtual BarsPainter::Style style() const = 0;
    [[nodiscard]] virtual QString inactiveWord() const = 0;
    [[nodiscard]] virtual QString note() const = 0; ///< below the bars; shortNote() where there is no room for it
    [[nodiscard]] virtual QString shortNote() const { return note(); }
    [[nodiscard]] virtual bool explainsHatching() const { return false; } ///< whether the note begins with a key to hatched bars
    [[nodiscard]] virtual QString tip(int position) const = 0; ///< of the bar drawn at that position
    virtual void addToMenu(QMenu&) {}

    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// What is painted into: the widget, or a picture that is taller by the heading.
    struct Frame {
        QSize size;
        bool heading = true;
    };
    void layOut();
    void paint(QPainter& painter, const Frame& frame) const;
    void paintHeading(QPainter& painter, int width, int height) const;
    void paintNote(QPainter& painter, const QSize& size) const;
    void showTip(const QPoint& place, const QPoint& global);
    [[nodiscard]] BarsPainter painterOf(const Frame& frame) const;
    [[nodiscard]] Frame onScreen() const { return {size(), m_heading}; }
    [[nodiscard]] Frame pictured() const;
    [[nodiscard]] int headerHeight(bool heading) const;
    [[nodiscard]] int footHeight() const;

    bool m_heading = true;
    Theme m_theme = Theme::light();
    QScrollBar* m_scroll;
};

} // namespace latentscape::ui
