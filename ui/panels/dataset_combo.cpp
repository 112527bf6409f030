// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/dataset_combo.h"

#include <QFileInfo>
#include <QSignalBlocker>
#include <QStandardItemModel>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr int kSpecRole = Qt::UserRole;
constexpr int kFolderRole = Qt::UserRole + 1;

bool isListed(const std::vector<DataListing>& listings, const QString& spec)
{
    return std::any_of(listings.begin(), listings.end(), [&](const DataListing& l) { return QString::fromStdString(l.spec) == spec; });
}

QString lastPart(const QString& path)
{
    const QString name = QFileInfo(path).fileName();
    return name.isEmpty() ? QFileInfo(QFileInfo(path).path()).fileName() : name;
}
} // namespace

DatasetCombo::DatasetCombo(QWidget* parent) : NarrowCombo(parent)
{
    fill();
    connect(this, &QComboBox::activated, this, &DatasetCombo::choose);
}

void DatasetCombo::setDatasets(const std::vector<DataListing>& listings)
{
    m_listings = listings;
    fill();
}

void DatasetCombo::setSpec(const QString& spec)
{
    if (m_spec == spec)
        return;
    m_spec = spec;
    fill();
}

void DatasetCombo::keyPressEvent(QKeyEvent* event)
{
    m_arrow = true;
    NarrowCombo::keyPressEvent(event);
    m_arrow = false;
}

void DatasetCombo::fill()
{
    const QSignalBlocker quiet(this);
    clear();
    const auto add = [this](const QString& title, const QString& spec, const QString& toolTip) {
        addItem(title, spec);
        setItemData(count() - 1, toolTip, Qt::ToolTipRole);
    };
    auto* items = qobject_cast<QStandardItemModel*>(model());
    for (const DataListing& listing : m_listings) {
        const QString title = QString::fromStdString(listing.title);
        if (listing.available) {
            add(title, QString::fromStdString(listing.spec), QString::fromStdString(listing.description));
            continue;
        }
        add(tr("%1 (not on this computer)").arg(title), QString::fromStdString(listing.spec), QString::fromStdString(listing.howToGet));
        if (items)
            items->item(count() - 1)->setEnabled(false);
    }
    if (!m_spec.isEmpty() && !isListed(m_listings, m_spec))
        add(lastPart(m_spec), m_spec, m_spec);
    if (count() > 0)
        insertSeparator(count());
    addItem(tr("Open folder…"));
    setItemData(count() - 1, true, kFolderRole);
    setItemData(count() - 1, tr("Load images or tables from a folder of your own."), Qt::ToolTipRole);
    const int current = findData(m_spec, kSpecRole);
    setCurrentIndex(m_spec.isEmpty() ? -1 : current);
}

void DatasetCombo::choose(int index)
{
    if (itemData(index, kFolderRole).toBool()) {
        {
            const QSignalBlocker quiet(this);
            setCurrentIndex(m_spec.isEmpty() ? -1 : findData(m_spec, kSpecRole)); // the folder is not chosen yet, and may never be
        }
        if (!m_arrow) // stepping past the last set must not open a dialog
            Q_EMIT folderRequested();
        return;
    }
    const QString spec = itemData(index, kSpecRole).toString();
    if (spec.isEmpty() || spec == m_spec)
        return;
    m_spec = spec;
    Q_EMIT specChosen(spec);
}

} // namespace latentscape::ui
