// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/central_area.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace latentscape::ui {

CentralArea::CentralArea(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabBar(this))
    , m_pages(new QStackedWidget(this))
    , m_plane(new QComboBox(this))
    , m_axisI(new QComboBox(this))
    , m_axisJ(new QComboBox(this))
    , m_caption(new QLabel(this))
    , m_header(new QWidget(this))
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

    m_plane->addItem(tr("Principal plane (PCA)"));
    m_plane->addItem(tr("Axis pair"));
    m_plane->setAccessibleName(tr("Plane"));
    m_plane->setToolTip(tr("Which plane of the latent space the map shows."));
    m_axisI->setAccessibleName(tr("Horizontal dimension"));
    m_axisJ->setAccessibleName(tr("Vertical dimension"));

    auto* row = new QHBoxLayout(m_header);
    row->setContentsMargins(6, 0, 14, 0);
    row->setSpacing(8);
    row->addWidget(m_tabs);
    row->addWidget(m_plane);
    row->addWidget(m_axisI);
    row->addWidget(m_axisJ);
    row->addWidget(m_caption, 1);
    m_header->setFixedHeight(36);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_pages, 1);

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        Q_EMIT currentChanged(index);
    });
    const auto chosen = [this] {
        const bool axes = m_plane->currentIndex() == 1;
        m_axisI->setVisible(axes && m_latent > 2);
        m_axisJ->setVisible(axes && m_latent > 2);
        Q_EMIT planeChosen();
    };
    connect(m_plane, &QComboBox::currentIndexChanged, this, chosen);
    connect(m_axisI, &QComboBox::currentIndexChanged, this, chosen);
    connect(m_axisJ, &QComboBox::currentIndexChanged, this, chosen);
    setLatent(2);
    for (QWidget* widget : {static_cast<QWidget*>(m_plane), static_cast<QWidget*>(m_axisI), static_cast<QWidget*>(m_axisJ)})
        widget->hide();
}

void CentralArea::addPage(const QString& title, QWidget* page)
{
    m_pages->addWidget(page);
    m_tabs->addTab(title);
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
    m_caption->setText(text);
    m_caption->setToolTip(text);
}

void CentralArea::setLatent(int latent)
{
    if (latent == m_latent && m_axisI->count() > 0)
        return;
    m_latent = latent;
    const QSignalBlocker quietI(m_axisI);
    const QSignalBlocker quietJ(m_axisJ);
    m_axisI->clear();
    m_axisJ->clear();
    for (int d = 0; d < latent; ++d) {
        m_axisI->addItem(tr("z%1").arg(d + 1));
        m_axisJ->addItem(tr("z%1").arg(d + 1));
    }
    m_axisJ->setCurrentIndex(std::min(1, latent - 1));
    const bool axes = m_plane->currentIndex() == 1;
    m_plane->setVisible(latent > 2);
    m_axisI->setVisible(axes && latent > 2);
    m_axisJ->setVisible(axes && latent > 2);
}

CentralArea::PlaneChoice CentralArea::planeChoice() const
{
    if (m_latent <= 2)
        return {PlaneKind::Axes, 0, std::min(1, m_latent - 1)};
    if (m_plane->currentIndex() == 0)
        return {PlaneKind::Principal, 0, 1};
    const int i = std::max(0, m_axisI->currentIndex());
    int j = std::max(0, m_axisJ->currentIndex());
    if (i == j) // two equal axes span no plane: the next dimension stands in
        j = (i + 1) % m_latent;
    return {PlaneKind::Axes, i, j};
}

void CentralArea::setTheme(const Theme& theme)
{
    QPalette colors = palette();
    colors.setColor(QPalette::Window, theme.surface);
    setPalette(colors);
    setStyleSheet(QStringLiteral("#centralArea { background: %1; }").arg(theme.surface.name()));
}

} // namespace latentscape::ui
