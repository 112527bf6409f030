// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.h"
#include "ui/plots/chart_table.h"
#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

class QPainter;
class QScrollBar;

namespace latentscape::ui {

class BarsPainter;

/// KL per latent dimension in nats, as bars: rows with names and values while they fit, otherwise columns (which scroll when there
/// are hundreds). A dimension whose mean varies by 0.01 or less over the data is inactive: hatched, and said in words. Owned by the
/// main window; GUI thread.
class KlBars : public QWidget {
    Q_OBJECT

public:
    explicit KlBars(QWidget* parent = nullptr);

    void setDiagnostics(const LatentDiagnostics& diagnostics);
    [[nodiscard]] const LatentDiagnostics& diagnostics() const { return m_diagnostics; }
    /// Largest first, instead of by index.
    void setSorted(bool sorted);
    [[nodiscard]] bool isSorted() const { return m_sorted; }
    /// Dimensions in the order drawn.
    [[nodiscard]] const std::vector<int>& order() const { return m_order; }
    [[nodiscard]] bool isActive(int dimension) const;
    /// z₁₂ in subscript digits; dimension from 0.
    [[nodiscard]] static QString name(int dimension);
    /// Whether the panel names itself; off where tabs above it do. Pictures for export always do.
    void setHeading(bool on);
    /// "2 of 3 active", and the same in few signs; empty without diagnostics.
    [[nodiscard]] QString corner() const;
    [[nodiscard]] QString shortCorner() const;
    void setTheme(const Theme& theme);

    /// The panel as .png (scale times its size), .svg or .pdf. False: another ending, or the file cannot be written.
    [[nodiscard]] bool exportTo(const QString& path, double scale);
    /// dimension, kl_nats, mean_variance, aggregate_variance, active; one row a dimension.
    [[nodiscard]] QString csv() const;
    [[nodiscard]] ChartTable::Content table() const;
    void copy();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// "Save as…" was chosen.
    void exportRequested();
    /// The person chose the order from the menu (not setSorted()).
    void viewChosen();
    /// corner() says something else.
    void cornerChanged();

protected:
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
    void arrange();
    void layOut();
    void paint(QPainter& painter, const Frame& frame) const;
    [[nodiscard]] Frame onScreen() const { return {size(), m_heading}; }
    [[nodiscard]] Frame pictured() const;
    [[nodiscard]] BarsPainter bars(const Frame& frame) const;
    [[nodiscard]] QRectF body(const Frame& frame) const;
    [[nodiscard]] QString fullNote() const;
    [[nodiscard]] int headerHeight(bool heading) const;
    [[nodiscard]] int footHeight() const;

    LatentDiagnostics m_diagnostics;
    bool m_sorted = false;
    bool m_heading = true;
    std::vector<int> m_order;
    Theme m_theme = Theme::light();
    QScrollBar* m_scroll;
};

} // namespace latentscape::ui
