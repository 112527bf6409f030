// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.h"
#include "ui/plots/chart_table.h"
#include "ui/theme/theme.h"

#include <QStringList>
#include <QWidget>

#include <vector>

class QPainter;
class QScrollBar;

namespace latentscape::ui {

class BarsPainter;

/// The evaluated NELBO of each class of the held-out part, as bars in nats: which classes are hard. Rows with names and values while they
/// fit, otherwise columns. Owned by the DiagnosticsPanel, which names it; GUI thread.
class ClassLoss : public QWidget {
    Q_OBJECT

public:
    explicit ClassLoss(QWidget* parent = nullptr);

    /// names: of the classes in order; heldName: "validation" or "test"; unit: "nats per image".
    void setLabels(const QStringList& names, const QString& heldName, const QString& unit);
    /// Of the newest evaluated epoch; epoch 0: none yet.
    void setLosses(const std::vector<Evaluation::ClassLoss>& classes, int epoch);
    [[nodiscard]] const std::vector<Evaluation::ClassLoss>& losses() const { return m_classes; }
    /// "test · epoch 12"; empty while there are no losses.
    [[nodiscard]] QString corner() const;
    void setTheme(const Theme& theme);

    /// The panel with a heading as .png (scale times its size), .svg or .pdf. False: another ending, or the file cannot be written.
    [[nodiscard]] bool exportTo(const QString& path, double scale);
    /// class, images, nelbo, reconstruction, kl; nats; one row a class.
    [[nodiscard]] QString csv() const;
    [[nodiscard]] ChartTable::Content table() const;
    void copy();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// "Save as…" was chosen.
    void exportRequested();
    /// corner() says something else.
    void cornerChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// What is painted into: the widget, or a picture that is taller by a heading.
    struct Frame {
        QSize size;
        bool heading = false;
    };
    void arrange();
    void layOut();
    void paint(QPainter& painter, const Frame& frame) const;
    [[nodiscard]] BarsPainter bars(const Frame& frame) const;
    [[nodiscard]] Frame pictured() const;
    [[nodiscard]] QString nameOf(std::size_t label) const;
    [[nodiscard]] QString sentence(std::size_t label) const;
    [[nodiscard]] int headerHeight(bool heading) const;
    [[nodiscard]] int footHeight() const;

    QStringList m_names;
    QString m_heldName, m_unit;
    std::vector<Evaluation::ClassLoss> m_classes;
    int m_epoch = 0;
    Theme m_theme = Theme::light();
    QScrollBar* m_scroll;
};

} // namespace latentscape::ui
