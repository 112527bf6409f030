// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.h"
#include "ui/plots/bar_chart.h"

#include <vector>

namespace latentscape::ui {

/// KL per latent dimension in nats, as bars. A dimension whose mean varies by 0.01 or less over the data is inactive: hatched, and said in
/// words. Owned by the main window; GUI thread.
class KlBars : public BarChart {
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
    /// "2 of 3 active", and "2/3"; empty without diagnostics.
    [[nodiscard]] QString corner() const override;
    [[nodiscard]] QString shortCorner() const override;
    /// dimension, kl_nats, mean_variance, aggregate_variance, active; one row a dimension.
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] ChartTable::Content table() const override;

Q_SIGNALS:
    /// The person chose the order from the menu (not setSorted()).
    void viewChosen();

protected:
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString emptyText() const override;
    [[nodiscard]] std::vector<BarsPainter::Bar> bars() const override;
    [[nodiscard]] BarsPainter::Style style() const override;
    [[nodiscard]] QString inactiveWord() const override;
    [[nodiscard]] QString note() const override;
    [[nodiscard]] QString shortNote() const override;
    [[nodiscard]] bool explainsHatching() const override;
    [[nodiscard]] QString tip(int position) const override;
    void addToMenu(QMenu& menu) override;

private:
    void arrange();

    LatentDiagnostics m_diagnostics;
    bool m_sorted = false;
    std::vector<int> m_order;
};

} // namespace latentscape::ui
