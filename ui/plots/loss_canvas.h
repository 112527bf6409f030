// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

#include <functional>
#include <memory>

class QPainter;

namespace latentscape::ui {

class LossHistory;
class LossReadout;

/// The axes and curves of the loss chart, drawn by QCustomPlot, with the read-out above them. Owned by LossPlot; GUI thread.
class LossCanvas : public QWidget {
    Q_OBJECT

public:
    /// What is to be drawn. history must outlive the canvas.
    struct View {
        const LossHistory* history = nullptr;
        int epochs = 0;           ///< where the axis will end; 0: with the data
        bool logarithmic = false; ///< falls back to linear where a loss is not positive
        bool againstSteps = false;
        QString heldName;         ///< "validation" or "test"
        bool gradientNorm = false; ///< in a strip of its own above the losses: it is no nats
    };

    explicit LossCanvas(QWidget* parent);
    ~LossCanvas() override;

    void setTheme(const Theme& theme);
    /// Puts the thinned curves into the plot and asks for one repaint.
    void refresh(const View& view);
    /// Draws header (above) and chart in logical units onto another device.
    void paintTo(QPaintDevice& device, const QSize& size, int headerHeight, const std::function<void(QPainter&)>& header);

    /// What is drawn now, for tests and for the table's range: points given to one curve, axis ranges, labels of marks.
    struct Drawn {
        int nelboPoints = 0;
        int heldPoints = 0;
        int klPoints = 0;
        int gradientPoints = 0;   ///< 0 while its strip is not shown
        double gradientUpper = 0;
        double xUpper = 0;
        double yLower = 0, yUpper = 0;
        double klUpper = 0;
        bool logarithmic = false;
        QStringList marks;
    };
    [[nodiscard]] Drawn drawn() const;
    [[nodiscard]] const LossReadout& readout() const { return *m_readout; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Parts;
    void applyTheme();
    void addStrip();
    [[nodiscard]] int stripHeight() const;
    [[nodiscard]] int stripRoom() const;
    void styleStrip();
    void fillStrip(double upTo, int columns);
    void layOutAxes();
    void drawMarks();
    void read(const QPointF& position);
    void followRatio();

    View m_view;
    Theme m_theme = Theme::light();
    std::unique_ptr<Parts> m_parts;
    LossReadout* m_readout;
};

} // namespace latentscape::ui
