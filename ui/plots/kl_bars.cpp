// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/kl_bars.h"

#include <QLocale>
#include <QMenu>

#include <algorithm>
#include <numeric>

namespace latentscape::ui {

namespace {

double at(const std::vector<double>& values, int index)
{
    return static_cast<std::size_t>(index) < values.size() ? values[static_cast<std::size_t>(index)] : 0.0;
}

} // namespace

KlBars::KlBars(QWidget* parent) : BarChart(QStringLiteral("KL dimensions shown"), parent)
{
    setAccessibleName(QStringLiteral("KL per dimension"));
}

void KlBars::setDiagnostics(const LatentDiagnostics& diagnostics)
{
    m_diagnostics = diagnostics;
    arrange();
}

void KlBars::setSorted(bool sorted)
{
    if (sorted == m_sorted)
        return;
    m_sorted = sorted;
    arrange();
}

bool KlBars::isActive(int dimension) const
{
    return at(m_diagnostics.meanVariance, dimension) > kActiveVariance;
}

void KlBars::arrange()
{
    const std::vector<double>& kl = m_diagnostics.klPerDimension;
    m_order.resize(kl.size());
    std::iota(m_order.begin(), m_order.end(), 0);
    if (m_sorted)
        std::stable_sort(m_order.begin(), m_order.end(), [&](int a, int b) { return at(kl, a) > at(kl, b); });
    QStringList spoken;
    if (!kl.empty())
        spoken += tr("%1 of %2 active").arg(m_diagnostics.activeUnits()).arg(kl.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(kl.size(), 10); ++i)
        spoken += tr("z%1 %2 nats").arg(m_order[i] + 1).arg(QLocale().toString(at(kl, m_order[i]), 'f', 2));
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    changed();
}

QString KlBars::name(int dimension)
{
    QString text = QStringLiteral("z");
    for (const QChar digit : QString::number(dimension + 1))
        text += QChar(static_cast<char16_t>(0x2080 + digit.digitValue()));
    return text;
}

QString KlBars::corner() const
{
    return m_order.empty() ? QString() : tr("%1 of %2 active").arg(m_diagnostics.activeUnits()).arg(m_order.size());
}

QString KlBars::shortCorner() const
{
    return m_order.empty() ? QString() : tr("%1/%2", "active units of all").arg(m_diagnostics.activeUnits()).arg(m_order.size());
}

QString KlBars::title() const
{
    return tr("KL per dimension");
}

QString KlBars::emptyText() const
{
    return tr("Once the model has been evaluated, a bar for each latent dimension shows how much it is used.");
}

std::vector<BarsPainter::Bar> KlBars::bars() const
{
    std::vector<BarsPainter::Bar> bars;
    bars.reserve(m_order.size());
    for (const int dimension : m_order)
        bars.push_back({dimension, name(dimension), QString::number(dimension + 1), at(m_diagnostics.klPerDimension, dimension), isActive(dimension)});
    return bars;
}

BarsPainter::Style KlBars::style() const
{
    return {theme().kl};
}

QString KlBars::inactiveWord() const
{
    return tr("inactive");
}

QString KlBars::note() const
{
    return tr("nats · inactive below 0.01 variance of the mean");
}

QString KlBars::shortNote() const
{
    return tr("nats · inactive: Var μ < 0.01");
}

bool KlBars::explainsHatching() const
{
    return m_diagnostics.activeUnits() < static_cast<int>(m_order.size());
}

QString KlBars::tip(int position) const
{
    const int dimension = m_order[static_cast<std::size_t>(position)];
    const auto three = [](double value) { return QLocale().toString(value, 'f', 3); };
    return tr("%1, %2\nKL %3 nats\nVariance of the mean %4\nAggregate variance %5 (near 1 when healthy)")
        .arg(KlBars::name(dimension), isActive(dimension) ? tr("active") : tr("inactive"), three(at(m_diagnostics.klPerDimension, dimension)),
             three(at(m_diagnostics.meanVariance, dimension)), three(at(m_diagnostics.aggregateVariance, dimension)));
}

QString KlBars::csv() const
{
    QString text = QStringLiteral("dimension,kl_nats,mean_variance,aggregate_variance,active\n");
    for (int d = 0; d < static_cast<int>(m_diagnostics.klPerDimension.size()); ++d) {
        text += QStringLiteral("%1,%2,%3,%4,%5\n").arg(d + 1).arg(at(m_diagnostics.klPerDimension, d), 0, 'g', 10)
                    .arg(at(m_diagnostics.meanVariance, d), 0, 'g', 10).arg(at(m_diagnostics.aggregateVariance, d), 0, 'g', 10).arg(isActive(d) ? 1 : 0);
    }
    return text;
}

ChartTable::Content KlBars::table() const
{
    ChartTable::Content content;
    content.title = tr("KL per dimension");
    content.caption = tr("KL in nats, averaged over the images. A dimension is inactive where its mean varies by 0.01 or less.");
    content.headers = {tr("Dimension"), tr("KL"), tr("Variance of the mean"), tr("Aggregate variance"), tr("Use")};
    const QLocale locale;
    for (const int d : m_order) {
        content.rows.push_back({KlBars::name(d), locale.toString(at(m_diagnostics.klPerDimension, d), 'f', 3),
                                locale.toString(at(m_diagnostics.meanVariance, d), 'f', 4), locale.toString(at(m_diagnostics.aggregateVariance, d), 'f', 4),
                                isActive(d) ? tr("active") : tr("inactive")});
    }
    return content;
}

void KlBars::addToMenu(QMenu& menu)
{
    menu.addSeparator();
    QAction* sorted = menu.addAction(tr("Largest first"));
    sorted->setCheckable(true);
    sorted->setChecked(m_sorted);
    connect(sorted, &QAction::triggered, this, [this](bool on) {
        setSorted(on);
        Q_EMIT viewChosen();
    });
}

} // namespace latentscape::ui
