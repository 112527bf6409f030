// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/directions_panel.h"

#include <QLineEdit>

namespace latentscape::ui {

class BipolarSlider;
class IconButton;

/// One named direction: its name (F2, Enter or a double-click edits it), what it is worth, a slider, and buttons that show its plane and
/// remove it (the key Delete does as well). Owned by the DirectionsPanel; GUI thread.
class DirectionRow : public QWidget {
    Q_OBJECT

public:
    explicit DirectionRow(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setEntry(const DirectionsPanel::Entry& entry);
    void setAmount(double amount);
    [[nodiscard]] double amount() const;
    /// What the Tab key visits, in its order.
    [[nodiscard]] QList<QWidget*> tabStops() const;

Q_SIGNALS:
    void amountEdited(double amount);
    void editStarted();
    void editFinished();
    void renamed(const QString& name);
    void removeRequested();
    void showPlaneRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void beginRename();
    void endRename(bool keep);
    void showAmount();
    void showName();

    DirectionsPanel::Entry m_entry;
    QLineEdit* m_name;
    IconButton* m_plane;
    IconButton* m_remove;
    BipolarSlider* m_slider;
    TextCell* m_value;
    TextCell* m_effect;
};

} // namespace latentscape::ui
