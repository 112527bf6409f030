// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QList>
#include <QString>
#include <QWidget>

#include <vector>

class QLabel;
class QVBoxLayout;

namespace latentscape::ui {

class DirectionRow;
class MarginScroll;
class TextCell;

/// Named directions of the latent space, each with a slider that moves the probe along it. Hidden while there are none. Owned by the main
/// window; GUI thread.
class DirectionsPanel : public QWidget {
    Q_OBJECT

public:
    struct Entry {
        QString name;
        double effect = 0.0;     ///< its length over the median length between random pairs of selections
        double separation = 0.0; ///< Cohen's d of the two selections along it
        double chance = 1.0;     ///< share of random pairs that are at least as long
        double length = 0.0;     ///< in latent units
    };

    explicit DirectionsPanel(QWidget* parent = nullptr);
    ~DirectionsPanel() override;

    void setTheme(const Theme& theme);
    /// Rows that stay keep their amount; others start at 0.
    void setEntries(const std::vector<Entry>& entries);
    /// In lengths of the direction; shows without a signal. An index without a row is ignored.
    void setAmount(int index, double amount);
    [[nodiscard]] double amount(int index) const; ///< of a row that is there
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The person moved a slider; −3 … 3 lengths of the direction.
    void amountChanged(int index, double amount);
    /// Around the changes of one gesture (a drag, a held key): what one step of undo takes back.
    void amountDragStarted(int index);
    void amountDragFinished(int index);
    void renamed(int index, const QString& name);
    void removeRequested(int index);
    /// The map shall show the plane through this direction.
    void showPlaneRequested(int index);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    DirectionRow* addRow(int index);
    [[nodiscard]] int heightOf(int mostRows) const;

    Theme m_theme = Theme::light();
    QLabel* m_title;
    TextCell* m_caption;
    MarginScroll* m_scroll;
    QVBoxLayout* m_layout;
    QList<DirectionRow*> m_rows;
    std::vector<Entry> m_entries;
};

} // namespace latentscape::ui
