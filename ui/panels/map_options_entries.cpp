// SPDX-License-Identifier: GPL-3.0-or-later
// The controls of MapOptions and what they offer.
#include "ui/panels/map_options.h"

#include "ui/panels/narrow_combo.h"
#include "ui/panels/number_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace latentscape::ui {

namespace {
constexpr int kMargin = 14;
constexpr int kGap = 8;
constexpr int kControlHeight = 26;

void prepare(NarrowCombo* combo, const QString& name, const QString& toolTip)
{
    combo->setAccessibleName(name);
    combo->setToolTip(toolTip);
    combo->setFixedHeight(kControlHeight);
}
} // namespace

MapOptions::MapOptions(QWidget* parent)
    : QWidget(parent)
    , m_planeLabel(new QLabel(tr("Plane"), this))
    , m_plane(new NarrowCombo(this))
    , m_axisI(new NarrowCombo(this))
    , m_axisJ(new NarrowCombo(this))
    , m_direction(new NarrowCombo(this))
    , m_play(new QToolButton(this))
    , m_speed(new NarrowCombo(this))
    , m_colourLabel(new QLabel(tr("Colour"), this))
    , m_colour(new NarrowCombo(this))
    , m_scale(new NarrowCombo(this))
    , m_behindLabel(new QLabel(tr("Behind"), this))
    , m_behind(new NarrowCombo(this))
{
    setAccessibleName(tr("Map options"));
    prepare(m_plane, tr("Plane"), tr("Which plane of the latent space the map shows."));
    prepare(m_axisI, tr("Horizontal axis"), tr("The dimension from left to right."));
    prepare(m_axisJ, tr("Vertical axis"), tr("The dimension from bottom to top."));
    prepare(m_direction, tr("Direction"), tr("The direction that runs from left to right."));
    prepare(m_speed, tr("Tour speed"), tr("How fast the tour turns the plane."));
    prepare(m_colour, tr("Colour by"), tr("What the colours of the points mean."));
    prepare(m_scale, tr("Colour scale"), tr("The colours that stand for small and large values."));
    prepare(m_behind, tr("Behind the points"), tr("What the map shows behind its points."));
    m_play->setCheckable(true);
    m_play->setAccessibleName(tr("Play tour"));
    m_play->setFixedSize(kControlHeight, kControlHeight);
    m_play->setFocusPolicy(Qt::StrongFocus);
    const std::pair<QString, double> speeds[] = {{tr("¼×"), 0.25}, {tr("½×"), 0.5}, {tr("1×"), 1.0}, {tr("2×"), 2.0}, {tr("4×"), 4.0}};
    for (const auto& [text, factor] : speeds)
        m_speed->addItem(text, factor);
    m_speed->setCurrentIndex(2);
    m_scale->addChoice(ColourScaleName::Viridis, tr("Viridis"));
    m_scale->addChoice(ColourScaleName::Cividis, tr("Cividis"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kMargin, 0, kMargin, 0);
    row->setSpacing(kGap);
    for (QLabel* label : {m_planeLabel, m_colourLabel, m_behindLabel})
        label->setProperty("role", QStringLiteral("muted"));
    for (QWidget* part : {static_cast<QWidget*>(m_planeLabel), static_cast<QWidget*>(m_plane), static_cast<QWidget*>(m_axisI),
                          static_cast<QWidget*>(m_axisJ), static_cast<QWidget*>(m_direction), static_cast<QWidget*>(m_play),
                          static_cast<QWidget*>(m_speed), static_cast<QWidget*>(m_colourLabel), static_cast<QWidget*>(m_colour),
                          static_cast<QWidget*>(m_scale), static_cast<QWidget*>(m_behindLabel), static_cast<QWidget*>(m_behind)})
        row->addWidget(part);
    row->addStretch(1);
    m_planeLabel->setBuddy(m_plane);
    m_colourLabel->setBuddy(m_colour);
    m_behindLabel->setBuddy(m_behind);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    fillPlane();
    fillAxes();
    fillColours();
    fillBackdrops();
    connect(m_plane, &QComboBox::currentIndexChanged, this, &MapOptions::choosePlane);
    for (NarrowCombo* combo : {m_axisI, m_axisJ, m_direction})
        connect(combo, &QComboBox::currentIndexChanged, this, &MapOptions::planeChosen);
    connect(m_play, &QToolButton::toggled, this, &MapOptions::tourToggled);
    connect(m_speed, &QComboBox::currentIndexChanged, this, &MapOptions::tourChanged);
    connect(m_colour, &QComboBox::currentIndexChanged, this, [this] {
        showParts();
        Q_EMIT colourChosen();
    });
    connect(m_scale, &QComboBox::currentIndexChanged, this, &MapOptions::colourChosen);
    connect(m_behind, &QComboBox::currentIndexChanged, this, &MapOptions::backdropChosen);
    // A little tighter than in a form: eight boxes share this row.
    setStyleSheet(QStringLiteral("QComboBox { padding-left: 8px; padding-right: 0; } QComboBox::drop-down { width: 18px; }"));
    setTheme(m_theme);
    showParts();
}

void MapOptions::fillPlane()
{
    m_plane->addChoice(PlaneKind::Principal, tr("Principal components (PCA)"), tr("PCA"));
    m_plane->addChoice(PlaneKind::Axes, tr("Two axes"), tr("Axes"));
    m_plane->addChoice(PlaneKind::Rotation, tr("3-D rotation"), tr("3-D"));
    m_plane->addChoice(PlaneKind::Attribute, tr("Along a direction"), tr("Direction"));
    m_plane->addChoice(PlaneKind::Tour, tr("Grand tour"), tr("Tour"));
    m_plane->setRefused(m_plane->indexOf(PlaneKind::Attribute), tr("Find a direction between two selections first."));
}

void MapOptions::fillAxes()
{
    const QSignalBlocker quietI(m_axisI);
    const QSignalBlocker quietJ(m_axisJ);
    for (NarrowCombo* combo : {m_axisI, m_axisJ}) {
        const int before = combo->currentIndex();
        combo->clear();
        for (int d = 0; d < m_latent; ++d) {
            const QString name = dimensionName(d);
            const bool unused = static_cast<std::size_t>(d) < m_inactive.size() && m_inactive[static_cast<std::size_t>(d)];
            combo->addItem(unused ? tr("%1 (unused)").arg(name) : name);
            combo->setItemData(d, name, NarrowCombo::kShortTextRole);
        }
        combo->setCurrentIndex(before >= 0 && before < m_latent ? before : combo == m_axisI ? 0 : std::min(1, m_latent - 1));
    }
}

void MapOptions::fillColours()
{
    const QSignalBlocker quiet(m_colour);
    const ColourChoice before = colourChoice();
    m_colour->clear();
    m_colour->addChoice(ColourBy::Label, m_labelled ? tr("Label") : tr("One colour"));
    m_colour->addChoice(ColourBy::PredictedClass, tr("Predicted class"), tr("Predicted"));
    m_colour->addChoice(ColourBy::Loss, tr("Loss"));
    m_colour->addChoice(ColourBy::Kl, tr("KL"));
    m_colour->addChoice(ColourBy::Sigma, tr("Posterior width σ"), tr("σ"));
    for (int column = 0; column < m_columns.size(); ++column) {
        m_colour->addChoice(ColourBy::Column, m_columns.at(column));
        m_colour->setItemData(m_colour->count() - 1, column, kColumnRole);
    }
    m_colour->setRefused(m_colour->indexOf(ColourBy::PredictedClass), m_labelled ? QString() : tr("This data set has no labels to predict."));
    setColourChoice(before);
}

void MapOptions::fillBackdrops()
{
    m_behind->addChoice(Backdrop::None, tr("Nothing"));
    m_behind->addChoice(Backdrop::Images, tr("Decoded images"), tr("Images"));
    m_behind->addChoice(Backdrop::ImagesAtQuantiles, tr("Images at quantiles"), tr("Quantiles"));
    m_behind->addChoice(Backdrop::ClassMap, tr("Class map"), tr("Classes"));
    m_behind->addChoice(Backdrop::Density, tr("Density of codes"), tr("Density"));
    m_behind->addChoice(Backdrop::Holes, tr("Prior holes"), tr("Holes"));
}

} // namespace latentscape::ui
