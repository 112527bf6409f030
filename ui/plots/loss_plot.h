// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.h"
#include "ui/plots/chart_table.h"
#include "ui/plots/loss_history.h"
#include "ui/theme/theme.h"

#include <QElapsedTimer>
#include <QWidget>

#include <vector>

class QTimer;
class QToolButton;

namespace latentscape::ui {

class LossCanvas;
struct LossHeader;

/// The loss panel: live curves of NELBO and reconstruction (left axis) and KL (right axis) in nats per image, the evaluated NELBO
/// dashed, and a dotted line where a person changed a control. Redraws at most every 66 ms, however often it is fed. Owned by the
/// main window; GUI thread.
class LossPlot : public QWidget {
    Q_OBJECT

public:
    struct Labels {
        QString likelihood; ///< in words; stands beside every loss
        QString heldName;   ///< what EpochRecord::held was counted on: "validation" or "test"
        friend bool operator==(const Labels&, const Labels&) = default;
    };

    explicit LossPlot(QWidget* parent = nullptr);
    ~LossPlot() override;

    void clear();
    /// Records in ascending order, as MetricsLog hands them out.
    void append(const std::vector<StepRecord>& records);
    void append(const std::vector<EpochRecord>& records);
    void append(const std::vector<ControlMark>& marks);
    void setLabels(const Labels& labels);
    /// Length of the whole run: where the horizontal axis ends, once the data are past its first tidy parts. 0: not known.
    void setEpochs(int total);
    /// Logarithmic left axis; drawn linearly while a loss is not positive.
    void setLogScale(bool on);
    [[nodiscard]] bool isLogScale() const { return m_logScale; }
    /// The horizontal axis in optimiser steps instead of epochs.
    void setAgainstSteps(bool on);
    [[nodiscard]] bool isAgainstSteps() const { return m_againstSteps; }
    /// The gradient norm in a strip of its own above the losses; off at first.
    void setGradientNorm(bool on);
    [[nodiscard]] bool showsGradientNorm() const { return m_gradientNorm; }
    /// Samples that are sequences or rows of a table are no images: the unit says "nats per sample".
    void setVectors(bool vectors);
    [[nodiscard]] QString unit() const;
    void setTheme(const Theme& theme);
    /// While the person drags the probe the curves are drawn half as often: the image under the hand has the time.
    void setDragged(bool on);

    /// The panel as .png (scale times its size), .svg or .pdf. False: another ending, or the file cannot be written.
    [[nodiscard]] bool exportTo(const QString& path, double scale);
    /// Every record as text (see LossHistory::csv).
    [[nodiscard]] QString csv() const;
    /// One row an epoch.
    [[nodiscard]] ChartTable::Content table() const;
    void copy();

    [[nodiscard]] const LossHistory& history() const { return m_history; }
    [[nodiscard]] const LossCanvas& canvas() const { return *m_canvas; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// "Save as…" was chosen.
    void exportRequested();
    /// The person chose another scale or unit from the menu (not the setters).
    void viewChosen();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    void schedule();
    void refresh(bool evenHidden = false);
    [[nodiscard]] int headerHeight() const;
    [[nodiscard]] LossHeader header() const;
    [[nodiscard]] LossHeader picturedHeader() const;
    void placeKey();
    void styleKey();
    void showTable();

    LossHistory m_history;
    Labels m_labels;
    int m_epochs = 0;
    bool m_logScale = false;
    bool m_againstSteps = false;
    bool m_gradientNorm = false;
    bool m_vectors = false;
    Theme m_theme = Theme::light();
    LossCanvas* m_canvas;
    QToolButton* m_gradientKey; ///< the gradient norm's key in the header: shows and hides its strip
    QTimer* m_timer;
    bool m_dragged = false;
    bool m_queued = false; ///< a refresh comes with the events that are waiting
    QElapsedTimer m_sinceRefresh;
};

} // namespace latentscape::ui
