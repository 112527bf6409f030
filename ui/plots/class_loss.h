// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.h"
#include "ui/plots/bar_chart.h"

#include <QStringList>

#include <vector>

namespace latentscape::ui {

/// The evaluated NELBO of each class of the held-out part, as bars in nats: which classes are hard. Owned by the DiagnosticsPanel, which
/// names it; GUI thread.
class ClassLoss : public BarChart {
    Q_OBJECT

public:
    explicit ClassLoss(QWidget* parent = nullptr);

    /// names: of the classes in order; heldName: "validation" or "test"; unit: "nats per image".
    void setLabels(const QStringList& names, const QString& heldName, const QString& unit);
    /// Of the newest evaluated epoch; epoch 0: none yet.
    void setLosses(const std::vector<Evaluation::ClassLoss>& classes, int epoch);
    [[nodiscard]] const std::vector<Evaluation::ClassLoss>& losses() const { return m_classes; }
    /// "test · epoch 12"; empty while there are no losses.
    [[nodiscard]] QString corner() const override;
    /// class, images, nelbo, reconstruction, kl; nats; one row a class.
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] ChartTable::Content table() const override;

protected:
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString emptyText() const override;
    [[nodiscard]] std::vector<BarsPainter::Bar> bars() const override;
    [[nodiscard]] BarsPainter::Style style() const override;
    [[nodiscard]] QString inactiveWord() const override;
    [[nodiscard]] QString note() const override;
    [[nodiscard]] QString tip(int position) const override;

private:
    void arrange();
    [[nodiscard]] QString nameOf(std::size_t label) const;

    QStringList m_names;
    QString m_heldName, m_unit;
    std::vector<Evaluation::ClassLoss> m_classes;
    int m_epoch = 0;
};

} // namespace latentscape::ui
