// SPDX-License-Identifier: GPL-3.0-or-later
// What the DecodedPanel says: its words, its class, and the real samples around the decoded point.
#include "ui/panels/decoded_panel.h"

#include "ui/chrome/text_runs.h"
#include "ui/panels/image_pair.h"
#include "ui/panels/image_view.h"
#include "ui/panels/narrow_combo.h"
#include "ui/panels/neighbour_row.h"
#include "ui/panels/number_text.h"
#include "ui/panels/support_chip.h"
#include "ui/panels/text_cell.h"

#include <QLabel>
#include <QSignalBlocker>

namespace latentscape::ui {

namespace {
QString distanceText(double distance) { return distance < 0.01 ? signedText(distance, 3) : signedText(distance, 2); }

constexpr double kWellSupported = 0.5; // of a typical code's density
constexpr double kLeastDensity = 0.001; // what three decimals can tell

/// "3.1", "0.04", "120": two figures of a ratio.
QString factorText(double factor) { return signedText(factor, factor < 0.1 ? 3 : factor < 1 ? 2 : factor < 10 ? 1 : 0); }

/// Under a thumbnail, where five characters do not fit.
QString shortDistanceText(double distance) { return signedText(distance, distance < 9.995 ? 2 : distance < 99.95 ? 1 : 0); }
} // namespace

QString DecodedPanel::emptyText() const
{
    return m_vectors ? tr("The values decoded at the probe appear here. Press Train, then drag the probe over the map.")
                     : tr("The image decoded at the probe appears here. Press Train, then drag the probe over the map.");
}

void DecodedPanel::setVectors(bool vectors)
{
    if (vectors == m_vectors)
        return;
    m_vectors = vectors;
    m_images->decoded()->setEmptyText(emptyText());
    showProblem(m_problem ? m_nearest->text() : QString());
}

void DecodedPanel::setClasses(const QStringList& names)
{
    QStringList shown;
    for (int i = 0; i < m_class->count(); ++i)
        shown.append(m_class->itemText(i));
    if (shown == names)
        return;
    const QSignalBlocker quiet(m_class);
    m_class->clear();
    m_class->addItems(names);
    m_class->setVisible(!names.isEmpty());
    m_classLabel->setVisible(!names.isEmpty());
}

void DecodedPanel::setCurrentClass(int label)
{
    const QSignalBlocker quiet(m_class);
    m_class->setCurrentIndex(label);
}

void DecodedPanel::showNearest(const QString& text)
{
    m_nearestText = text;
    if (!m_problem)
        m_nearest->setText(text);
}

void DecodedPanel::showNeighbours(const Surroundings& surroundings)
{
    if (surroundings.neighbours.empty()) {
        showNearest(QStringLiteral("–"));
        m_neighbours->setItems({});
        return;
    }
    const NeighbourView& first = surroundings.neighbours.front();
    const QString away = distanceText(first.distance);
    showNearest(first.label.isEmpty() ? tr("%1 away").arg(away) : tr("label %1 · %2 away").arg(first.label, away));
    QList<NeighbourRow::Item> items;
    items.reserve(NeighbourRow::kCount);
    for (const NeighbourView& neighbour : surroundings.neighbours) {
        if (items.size() == NeighbourRow::kCount)
            break;
        const QString distance = distanceText(neighbour.distance);
        items.append({neighbour.image, neighbour.label, shortDistanceText(neighbour.distance),
                      neighbour.label.isEmpty() ? tr("Real sample, %1 away. Click to pick it.").arg(distance)
                                                : tr("Real sample, label %1, %2 away. Click to pick it.").arg(neighbour.label, distance),
                      neighbour.row});
    }
    m_neighbours->setItems(items);
}

void DecodedPanel::showSupport(const Surroundings& surroundings)
{
    if (surroundings.neighbours.empty() && surroundings.supported == 0 && !surroundings.farFromData) {
        m_support->setContent(SupportChip::Level::None, {});
        return;
    }
    const QString radius = plainText(surroundings.radius);
    const QString count = grouped(static_cast<qint64>(surroundings.supported));
    const QString codes = surroundings.supported == 1 ? tr("1 code within %1").arg(radius) : tr("%1 codes within %2").arg(count, radius);
    const QString density = surroundings.density < 0               ? QString()
                            : surroundings.density < kLeastDensity ? tr("density below %1× a typical code’s").arg(factorText(kLeastDensity))
                                                           : tr("density %1× a typical code’s").arg(factorText(surroundings.density));
    const QString second = density.isEmpty() ? codes : density; // what tells most about a place with hardly a code near it
    const QString nearest = surroundings.neighbours.empty() ? QString() : distanceText(surroundings.neighbours.front().distance);
    if (surroundings.farFromData) {
        m_support->setContent(SupportChip::Level::Far, nearest.isEmpty()
                                                           ? tr("Far from data: %1").arg(second)
                                                           : tr("Far from data: nearest code is %1 away, %2").arg(nearest, second));
    } else if (surroundings.supported == 0) {
        m_support->setContent(SupportChip::Level::Thin, tr("Thinly supported: nearest code is %1 away, %2").arg(nearest, second));
    } else if (surroundings.sparse) {
        m_support->setContent(SupportChip::Level::Thin, tr("Thinly supported: %1, %2").arg(codes, density));
    } else {
        const QString about = density.isEmpty() ? codes : codes + QStringLiteral(", ") + density;
        const bool well = surroundings.density < 0 || surroundings.density >= kWellSupported;
        m_support->setContent(SupportChip::Level::Good, well ? tr("Well supported: %1").arg(about) : tr("Supported: %1").arg(about));
    }
}

} // namespace latentscape::ui
