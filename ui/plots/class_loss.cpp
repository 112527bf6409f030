// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/class_loss.h"

#include "ui/chrome/text_runs.h"
#include "ui/theme/color_mix.h"

#include <QLocale>

namespace latentscape::ui {

namespace {

constexpr float kSoftened = 0.35F; ///< the total's colour, which as an area weighs more than as a line

QString number(double value) { return QLocale().toString(value, 'f', 1).replace(QLatin1Char('-'), QChar(0x2212)); }

} // namespace

ClassLoss::ClassLoss(QWidget* parent) : BarChart(tr("Classes shown"), parent)
{
    setAccessibleName(tr("Loss by class"));
    setHeading(false);
}

void ClassLoss::setLabels(const QStringList& names, const QString& heldName, const QString& unit)
{
    if (names == m_names && heldName == m_heldName && unit == m_unit)
        return;
    m_names = names;
    m_heldName = heldName;
    m_unit = unit;
    arrange();
}

void ClassLoss::setLosses(const std::vector<Evaluation::ClassLoss>& classes, int epoch)
{
    m_classes = classes;
    m_epoch = epoch;
    arrange();
}

void ClassLoss::arrange()
{
    QStringList spoken;
    for (std::size_t label = 0; label < m_classes.size(); ++label)
        spoken.append(tr("%1: %2").arg(nameOf(label), number(m_classes[label].loss.nelbo)));
    setAccessibleDescription(spoken.isEmpty() ? QString()
                                              : tr("%1 NELBO by class, %2. %3").arg(m_heldName, m_unit, spoken.join(QStringLiteral(", "))));
    changed();
}

QString ClassLoss::nameOf(std::size_t label) const
{
    return static_cast<qsizetype>(label) < m_names.size() ? m_names[static_cast<qsizetype>(label)] : QString::number(label);
}

QString ClassLoss::corner() const
{
    return m_classes.empty() ? QString() : tr("%1 · epoch %2", "name of the held-out part").arg(m_heldName).arg(m_epoch);
}

QString ClassLoss::title() const { return tr("Loss by class"); }

QString ClassLoss::emptyText() const { return tr("After the first epoch a bar for each class shows its NELBO: which classes are hard."); }

std::vector<BarsPainter::Bar> ClassLoss::bars() const
{
    std::vector<BarsPainter::Bar> bars;
    for (std::size_t label = 0; label < m_classes.size(); ++label)
        bars.push_back({static_cast<int>(label), nameOf(label), nameOf(label), m_classes[label].loss.nelbo, m_classes[label].images > 0});
    return bars;
}

BarsPainter::Style ClassLoss::style() const { return {mix(theme().text, theme().surface, kSoftened), /*decimals=*/1, /*leastScale=*/1.0}; }

QString ClassLoss::inactiveWord() const { return tr("no samples"); }

QString ClassLoss::note() const { return tr("NELBO, %1", "unit").arg(m_unit); }

QString ClassLoss::tip(int position) const
{
    const auto label = static_cast<std::size_t>(position);
    const Evaluation::ClassLoss& one = m_classes[label];
    return tr("%1: NELBO %2, reconstruction %3, KL %4 (%5, %6 samples)")
        .arg(nameOf(label), number(one.loss.nelbo), number(one.loss.reconstruction), number(one.loss.kl), m_unit, grouped(one.images));
}

QString ClassLoss::csv() const
{
    QString text = QStringLiteral("class,images,nelbo_nats_per_image,reconstruction_nats_per_image,kl_nats_per_image\n");
    for (std::size_t label = 0; label < m_classes.size(); ++label) {
        const Evaluation::ClassLoss& one = m_classes[label];
        text += QStringLiteral("\"%1\",%2,%3,%4,%5\n")
                    .arg(nameOf(label).replace(QLatin1Char('"'), QLatin1String("\"\"")))
                    .arg(one.images)
                    .arg(one.loss.nelbo, 0, 'g', 10)
                    .arg(one.loss.reconstruction, 0, 'g', 10)
                    .arg(one.loss.kl, 0, 'g', 10);
    }
    return text;
}

ChartTable::Content ClassLoss::table() const
{
    ChartTable::Content content;
    content.title = tr("Loss by class");
    content.caption = tr("%1, %2.").arg(corner(), m_unit);
    content.headers = {tr("Class"), tr("Samples"), tr("NELBO"), tr("Reconstruction"), tr("KL")};
    for (std::size_t label = 0; label < m_classes.size(); ++label) {
        const Evaluation::ClassLoss& one = m_classes[label];
        content.rows.push_back(
            {nameOf(label), grouped(one.images), number(one.loss.nelbo), number(one.loss.reconstruction), number(one.loss.kl)});
    }
    return content;
}

} // namespace latentscape::ui
