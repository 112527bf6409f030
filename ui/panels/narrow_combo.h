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
    /// Item data with the entry's own tip, which a reason against it hides for a while.
    static constexpr int kTipRole = Qt::UserRole + 33;

    explicit NarrowCombo(QWidget* parent = nullptr);

    /// Adds an entry whose data is value; shortText: see kShortTextRole.
    template <typename Enum>
    void addChoice(Enum value, const QString& text, const QString& shortText = {})
    {
        addItem(text, static_cast<int>(value));
        if (!shortText.isEmpty())
            setItemData(count() - 1, shortText, kShortTextRole);
    }
    template <typename Enum>
    [[nodiscard]] int indexOf(Enum value) const
    {
        return findData(static_cast<int>(value));
    }
    /// What an entry that can be chosen means, for its tool tip and its accessible description.
    void setTip(int index, const QString& tip);
    /// Greys an entry and says why in place of its tip; an empty reason gives it back.
    void setRefused(int index, const QString& reason);
    /// Whether there is such an entry and it can be chosen.
    [[nodiscard]] bool isOffered(int index) const;

    struct Widths {
        int narrowest = 0; ///< shows every short text
        int widest = 0;    ///< shows every text
    };
    /// For this font and these entries, of which none counts as wider than widestText.
    [[nodiscard]] Widths widths(int widestText) const;

    void showPopup() override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
};

} // namespace latentscape::ui
