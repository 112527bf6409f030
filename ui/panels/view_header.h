// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/text_cell.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QString>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWidget>

#include <initializer_list>

namespace latentscape::ui {

constexpr int kViewMargin = 14;

/// A button that does what a view is for.
inline QPushButton* makeViewAction(const QString& text, const QString& toolTip, QWidget* parent)
{
    auto* button = new QPushButton(text, parent);
    button->setToolTip(toolTip);
    button->setAccessibleName(text);
    return button;
}

/// A flat button for the end of a view's header row; its text lines up with the margin.
inline QToolButton* makeViewButton(const QString& text, const QString& toolTip, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(text);
    button->setProperty("role", QStringLiteral("pill"));
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

/// The frame of the views beside the map: controls at the left, a muted caption, a button at the right, and the body below.
inline void layOutView(QWidget* view, std::initializer_list<QWidget*> controls, TextCell* caption, QWidget* right, QWidget* body)
{
    constexpr int kPillPadding = 12; // of the flat button that ends the row
    constexpr int kControlHeight = 28;
    auto* header = new QHBoxLayout;
    header->setContentsMargins(kViewMargin, 0, kViewMargin - kPillPadding, 0);
    header->setSpacing(8);
    for (QWidget* control : controls) {
        control->setFixedHeight(kControlHeight);
        header->addWidget(control);
    }
    caption->setTone(TextCell::Tone::Muted);
    caption->setFixedHeight(kControlHeight);
    caption->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    header->addSpacing(4);
    header->addWidget(caption, 1);
    right->setFixedHeight(kControlHeight);
    header->addWidget(right);
    auto* outer = new QVBoxLayout(view);
    outer->setContentsMargins(0, 8, 0, kViewMargin);
    outer->setSpacing(10);
    outer->addLayout(header);
    auto* padded = new QHBoxLayout;
    padded->setContentsMargins(kViewMargin, 0, kViewMargin, 0);
    padded->addWidget(body);
    outer->addLayout(padded, 1);
}

} // namespace latentscape::ui
