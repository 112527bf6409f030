// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_catalogue.h"
#include "ui/panels/narrow_combo.h"

#include <vector>

namespace latentscape::ui {

/// The list of data sets and "Open folder…". Sets that are not on this computer are greyed and tell where to get them. Owned by the
/// ExperimentPanel; GUI thread.
class DatasetCombo : public NarrowCombo {
    Q_OBJECT

public:
    explicit DatasetCombo(QWidget* parent = nullptr);

    void setDatasets(const std::vector<DataListing>& listings);
    /// A spec that is not listed (a path) is added with its last part as its name.
    void setSpec(const QString& spec);
    [[nodiscard]] QString spec() const { return m_spec; }

Q_SIGNALS:
    /// The person chose another set.
    void specChosen(const QString& spec);
    void folderRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fill();
    void choose(int index);

    std::vector<DataListing> m_listings;
    QString m_spec;
    bool m_arrow = false; ///< a key moves through the closed box
};

} // namespace latentscape::ui
