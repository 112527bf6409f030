// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/margin_scroll.h"

#include <QLayout>

#include <algorithm>

namespace latentscape::ui {

MarginScroll::MarginScroll(QWidget* parent) : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
}

void MarginScroll::setContent(QWidget* content, QLayout* layout)
{
    m_contentLayout = layout;
    m_margin = layout->contentsMargins().right();
    setWidget(content);
    content->setAutoFillBackground(false); // setWidget() turned it on
    viewport()->setAutoFillBackground(false);
}

void MarginScroll::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    if (!m_contentLayout)
        return;
    // The bar's own show and hide events come in no order that can be relied on; the viewport's width tells whether it takes room.
    QMargins margins = m_contentLayout->contentsMargins();
    margins.setRight(std::max(0, m_margin - (maximumViewportSize().width() - viewport()->width())));
    if (margins != m_contentLayout->contentsMargins())
        m_contentLayout->setContentsMargins(margins);
}

} // namespace latentscape::ui
