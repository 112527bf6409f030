// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/narrow_combo.h"

#include <QAbstractItemView>
#include <QStyleOptionComboBox>
#include <QStylePainter>

#include <algorithm>

namespace latentscape::ui {

NarrowCombo::NarrowCombo(QWidget* parent) : QComboBox(parent)
{
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(4);
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
