// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace latentscape::ui {

/// A combo box that gives way to a narrow panel: its list is as wide as the longest entry, and the closed box shows an entry's short
/// text, or elides it, where the whole one does not fit. Owned by its panel; GUI thread.
class NarrowCombo : public QComboBox {
    Q_OBJECT

public:
    /// Item data with the text for a box too narrow for the whole one.
    static constexpr int kShortTextRole = Qt::UserRole + 32;

    explicit NarrowCombo(QWidget* parent = nullptr);

    void showPopup() override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace latentscape::ui
