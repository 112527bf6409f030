// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/narrow_combo.h"

#include <QAbstractItemView>
#include <QStandardItemModel>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QWheelEvent>

#include <algorithm>

namespace latentscape::ui {

NarrowCombo::NarrowCombo(QWidget* parent) : QComboBox(parent)
{
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(4);
    setFocusPolicy(Qt::StrongFocus); // not by the wheel
    setMaxVisibleItems(24);          // all of ours without a scroll bar
}

void NarrowCombo::setTip(int index, const QString& tip)
{
    setItemData(index, tip, kTipRole);
    if (isOffered(index))
        setRefused(index, {});
}

void NarrowCombo::setRefused(int index, const QString& reason)
{
    auto* item = static_cast<QStandardItemModel*>(model())->item(index);
    const QString text = reason.isEmpty() ? item->data(kTipRole).toString() : reason;
    if (item->isEnabled() == reason.isEmpty() && item->toolTip() == text)
        return; // each change is told to the list and to whoever reads it aloud
    item->setEnabled(reason.isEmpty());
    item->setToolTip(text);
    item->setAccessibleDescription(text);
}

bool NarrowCombo::isOffered(int index) const
{
    return index >= 0 && index < count() && static_cast<const QStandardItemModel*>(model())->item(index)->isEnabled();
}

NarrowCombo::Widths NarrowCombo::widths(int widestText) const
{
    constexpr int kPadding = 32; // around the text, with the arrow
    Widths widths;
    for (int i = 0; i < count(); ++i) {
        const int whole = std::min(widestText, fontMetrics().horizontalAdvance(itemText(i)));
        const QString shorter = itemData(i, kShortTextRole).toString();
        widths.widest = std::max(widths.widest, whole);
        widths.narrowest =
            std::max(widths.narrowest, shorter.isEmpty() ? std::min(whole, widestText / 2) : fontMetrics().horizontalAdvance(shorter));
    }
    return {widths.narrowest + kPadding, std::max(widths.narrowest, widths.widest) + kPadding};
}

void NarrowCombo::showPopup()
{
    int widest = 0;
    for (int i = 0; i < count(); ++i)
        widest = std::max(widest, fontMetrics().horizontalAdvance(itemText(i)));
    constexpr int kPadding = 40; // the style's margins and a scroll bar
    view()->setMinimumWidth(widest + kPadding);
    QComboBox::showPopup();
}

void NarrowCombo::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore(); // it scrolls the panel; what passes under the cursor keeps its value
}

void NarrowCombo::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    const int available = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this).width() - 2;
    const QFontMetrics metrics = fontMetrics();
    const QString shorter = currentData(kShortTextRole).toString();
    if (!shorter.isEmpty() && metrics.horizontalAdvance(option.currentText) > available)
        option.currentText = shorter;
    option.currentText = metrics.elidedText(option.currentText, Qt::ElideRight, available);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

} // namespace latentscape::ui
