// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/reconstruction_view.h"

#include "ui/panels/image_grid.h"
#include "ui/panels/view_header.h"

#include <QPaintEvent>
#include <QPainter>

namespace latentscape::ui {

ReconstructionView::ReconstructionView(QWidget* parent)
    : QWidget(parent)
    , m_shuffle(makeViewAction(tr("Other samples"), tr("Draw other samples of the set."), this))
    , m_caption(new TextCell(this))
    , m_export(makeViewButton(tr("Export…"), tr("Save the pairs as a picture."), this))
    , m_grid(new ImageGrid(this))
{
    m_caption->setText(tr("Above the original, below its reconstruction from the posterior mean μ (no sampling)."));
    m_caption->setShortText(tr("Below: decoded from μ"));
    m_grid->setAccessibleName(tr("Reconstructions"));
    m_grid->setEmptyText(tr("Real samples and their reconstructions appear here as soon as there is a network. Press Train."));
    layOutView(this, {m_shuffle}, m_caption, m_export, m_grid);
    m_export->setEnabled(false);
    connect(m_shuffle, &QPushButton::clicked, this, &ReconstructionView::shuffleRequested);
    connect(m_export, &QToolButton::clicked, this, &ReconstructionView::exportRequested);
    connect(m_grid, &ImageGrid::activated, this, &ReconstructionView::activated);
}

void ReconstructionView::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_caption->setTheme(theme);
    m_grid->setTheme(theme);
    update();
}

void ReconstructionView::setPairs(const QVector<QImage>& originals, const QVector<QImage>& reconstructions, const QStringList& captions)
{
    m_grid->setCaptions(captions);
    m_grid->setSecondImages(reconstructions);
    m_grid->setImages(originals);
    m_export->setEnabled(!originals.isEmpty());
}

QImage ReconstructionView::rendered(double scale) const { return m_grid->rendered(scale); }

void ReconstructionView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

} // namespace latentscape::ui
