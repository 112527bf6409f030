// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/axis_ticks.h"
#include "ui/plots/loss_canvas.h"

#include <QList>
#include <QMetaObject>
#include <QStringList>

class QCPAbstractItem;
class QCPAxisRect;
class QCPGraph;
class QCPItemText;
class QCustomPlot;

namespace latentscape::ui {

/// What LossCanvas keeps of QCustomPlot, whose header is slow to compile and stays in the .cpp files.
struct LossCanvas::Parts {
    QCustomPlot* plot = nullptr;
    QCPAxisRect* losses = nullptr;
    QCPGraph* nelbo = nullptr;
    QCPGraph* held = nullptr;
    QCPGraph* reconstruction = nullptr;
    QCPGraph* kl = nullptr;
    /// What the steps of one column span, behind the line of their mean: for KL, reconstruction, NELBO.
    struct Band {
        QCPGraph* low = nullptr;
        QCPGraph* high = nullptr;
    };
    Band klBand, reconstructionBand, nelboBand;
    QCPItemText* unit = nullptr;
    /// The gradient norm's own axes, above the losses; no height while it is not asked for.
    QCPAxisRect* strip = nullptr;
    QCPGraph* gradient = nullptr;
    AxisTicks gradientAxis;
    QList<QCPAbstractItem*> marks;
    QStringList markTexts;
    AxisTicks x, y, klAxis;
    double stretch = 1.0; ///< from epochs to the unit of the horizontal axis
    QMetaObject::Connection screen;
};

} // namespace latentscape::ui
