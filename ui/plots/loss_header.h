// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QFont>
#include <QString>

#include <optional>

class QPainter;
class QRectF;

namespace latentscape::ui {

/// The row above the loss curves: title, keys of the curves, and at the right the unit, the likelihood and the newest evaluated
/// loss. Leaves out the least important words when there is less room. A value; GUI thread.
struct LossHeader {
    Q_DECLARE_TR_FUNCTIONS(latentscape::ui::LossHeader)

public:
    QString likelihood;
    QString unit;                  ///< "nats per image"
    double keyRoom = 0.0;          ///< kept free behind the keys, for a control; 0: none
    bool gradientKey = false;      ///< the gradient norm is among the keys: where there is no control for it
    QString heldName;              ///< "validation" or "test"
    std::optional<double> nelbo;     ///< evaluated, nats per image
    std::optional<double> objective; ///< what was minimised, where it is not the NELBO

    void paint(QPainter& painter, const QRectF& rect, const QFont& font, const Theme& theme) const;
    /// Where the free room behind the keys begins; nothing when there is no room for it.
    [[nodiscard]] std::optional<double> roomAt(const QRectF& rect, const QFont& font, const Theme& theme) const;
    /// Everything in words.
    [[nodiscard]] QString spoken() const;

private:
    struct Layout;
    [[nodiscard]] Layout layOut(const QRectF& rect, const QFont& font, const Theme& theme) const;
    [[nodiscard]] QStringList rightTexts() const; ///< from the most telling to the shortest
};

} // namespace latentscape::ui
