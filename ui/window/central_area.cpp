// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/central_area.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace latentscape::ui {

CentralArea::CentralArea(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabBar(this))
    , m_pages(new QStackedWidget(this))
    , m_caption(new QLabel(this))
    , m_header(new QWidget(this))
    , m_line(new QFrame(this))
    , m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("centralArea"));
    setAttribute(Qt::WA_StyledBackground);
    m_tabs->setProperty("role", "flat");
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setAccessibleName(tr("Views"));
    m_caption->setProperty("role", "caption");
    m_caption->setTextFormat(Qt::PlainText);
    m_caption->setMinimumWidth(0);
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_caption->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_line->setProperty("role", "separator");
    m_line->setFixedHeight(1);
    m_line->hide();

    auto* row = new QHBoxLayout(m_header);
    row->setContentsMargins(6, 0, 14, 0);
    row->setSpacing(8);
    row->addWidget(m_tabs);
    row->addWidget(m_caption, 1);
    m_header->setFixedHeight(36);

    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addWidget(m_header);
    m_column->addWidget(m_line);
    m_column->addWidget(m_pages, 1);

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        showAbove();
        Q_EMIT currentChanged(index);
    });
}

void CentralArea::addPage(const QString& title, QWidget* page, Above above)
{
    m_pages->addWidget(page);
    m_above.push_back(above); // before the tab: the first one becomes the current one at once
    m_tabs->addTab(title);
    showAbove();
}

void CentralArea::setOptionsRow(QWidget* row)
{
    if (row == m_options)
        return;
    delete m_options;
    m_options = row;
    if (row) {
        m_column->insertWidget(1, row);
        // Above the pages it also comes before them on the way of the Tab key.
        QWidget::setTabOrder(m_tabs, row);
    }
    showAbove();
}

void CentralArea::showAbove()
{
    const auto index = static_cast<std::size_t>(std::max(0, m_tabs->currentIndex()));
    const Above above = index < m_above.size() ? m_above[index] : Above::Nothing;
    const bool shown = m_options != nullptr && above == Above::CaptionAndOptions;
    if (m_options)
        m_options->setVisible(shown);
    m_line->setVisible(shown);
    m_caption->setText(above == Above::Nothing ? QString() : m_captionText);
    m_caption->setToolTip(m_caption->text());
}

void CentralArea::setCurrent(int index)
{
    m_tabs->setCurrentIndex(index);
}

int CentralArea::current() const
{
    return m_tabs->currentIndex();
}

void CentralArea::setCaption(const QString& text)
{
    m_captionText = text;
    showAbove();
}

void CentralArea::setTheme(const Theme& theme)
{
    QPalette colors = palette();
    colors.setColor(QPalette::Window, theme.surface);
    setPalette(colors);
    setStyleSheet(QStringLiteral("#centralArea { background: %1; }").arg(theme.surface.name()));
}

} // namespace latentscape::ui
