// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/diagnostics_panel.h"

#include "ui/panels/text_cell.h"
#include "ui/plots/class_loss.h"
#include "ui/plots/kl_bars.h"

#include <QHBoxLayout>
#include <QPaintEvent>
#include <QPainter>
#include <QStackedWidget>
#include <QTabBar>

namespace latentscape::ui {

namespace {

constexpr int kHeaderHeight = 36;
constexpr int kClassesTab = 1;

} // namespace

DiagnosticsPanel::DiagnosticsPanel(QWidget* parent)
    : QWidget(parent)
    , m_header(new QWidget(this))
    , m_tabs(new QTabBar(m_header))
    , m_corner(new TextCell(m_header))
    , m_pages(new QStackedWidget(this))
    , m_kl(new KlBars)
    , m_classes(new ClassLoss)
{
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setAccessibleName(tr("Diagnostics"));
    m_tabs->addTab(tr("KL per dimension"));
    m_tabs->addTab(tr("Classes"));
    m_tabs->setTabToolTip(kClassesTab, tr("The evaluated loss of each class."));
    m_corner->setTone(TextCell::Tone::Muted);
    m_corner->setFontScale(0.93);
    m_corner->setAlignment(Qt::AlignRight);
    m_pages->addWidget(m_kl);
    m_pages->addWidget(m_classes);
    auto* row = new QHBoxLayout(m_header);
    row->setContentsMargins(6, 0, 14, 0);
    row->setSpacing(4);
    row->addWidget(m_tabs);
    row->addWidget(m_corner, 1);
    m_header->setFixedHeight(kHeaderHeight);
    m_header->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        showCorner();
    });
    connect(m_kl, &KlBars::cornerChanged, this, &DiagnosticsPanel::showCorner);
    connect(m_classes, &ClassLoss::cornerChanged, this, &DiagnosticsPanel::showCorner);
}

void DiagnosticsPanel::setLabelled(bool labelled)
{
    if (!labelled)
        m_tabs->setCurrentIndex(0);
    m_header->setVisible(labelled);
    m_kl->setHeading(!labelled);
}

void DiagnosticsPanel::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_corner->setTheme(theme);
    m_kl->setTheme(theme);
    m_classes->setTheme(theme);
    update();
}

void DiagnosticsPanel::showCorner()
{
    const bool classes = m_pages->currentIndex() == kClassesTab;
    m_corner->setText(classes ? m_classes->corner() : m_kl->corner());
    m_corner->setShortText(classes ? QString() : m_kl->shortCorner());
}

void DiagnosticsPanel::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

} // namespace latentscape::ui
