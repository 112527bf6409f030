// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/map_options.h"

#include "ui/panels/narrow_combo.h"
#include "ui/panels/number_text.h"
#include "ui/theme/icons.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr int kMargin = 14;
constexpr int kGap = 8;
constexpr int kNarrowGap = 4; // between the boxes, and half of it more at the sides
constexpr int kHeight = 34;
constexpr int kControlHeight = 26;
constexpr int kWidestName = 110; // of what a person or a file has named
constexpr double kTourSpeed = 0.4; // radians a second at 1×: a quarter turn takes four seconds
} // namespace

void MapOptions::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_play->setIcon(makeIcon(m_play->isChecked() ? IconName::Pause : IconName::Play, theme.text, theme.muted));
    update();
}

void MapOptions::setLatent(int latent)
{
    if (latent == m_latent)
        return;
    m_latent = std::max(1, latent);
    m_inactive.clear();
    {
        const QSignalBlocker quietI(m_axisI);
        const QSignalBlocker quietJ(m_axisJ);
        m_axisI->clear();
        m_axisJ->clear();
    }
    fillAxes();
    const QSignalBlocker quiet(m_plane);
    m_plane->setCurrentIndex(m_plane->indexOf(PlaneKind::Principal));
    stopTour();
    showParts();
}

void MapOptions::setInactive(const std::vector<bool>& inactive)
{
    if (inactive == m_inactive)
        return;
    m_inactive = inactive;
    fillAxes();
    fitWidth();
}

void MapOptions::setDirections(const QStringList& names)
{
    const int before = m_direction->currentIndex();
    const QString shown = m_direction->currentText();
    const bool attribute = planeChoice().kind == PlaneKind::Attribute;
    const QSignalBlocker quietPlane(m_plane);
    int after = -1;
    {
        const QSignalBlocker quiet(m_direction);
        const bool sameCount = m_direction->count() == names.size(); // one was renamed
        m_direction->clear();
        m_direction->addItems(names);
        after = sameCount ? before : static_cast<int>(names.indexOf(shown));
        m_direction->setCurrentIndex(after >= 0 ? after : names.isEmpty() ? -1 : 0);
    }
    m_plane->setRefused(m_plane->indexOf(PlaneKind::Attribute),
           names.isEmpty() ? tr("Find a direction between two selections first.") : QString());
    if (!attribute)
        return;
    const bool gone = after < 0;
    if (gone)
        m_plane->setCurrentIndex(m_plane->indexOf(PlaneKind::Principal));
    showParts();
    if (gone || after != before)
        Q_EMIT planeChosen();
}

void MapOptions::setColumns(const QStringList& names)
{
    if (names == m_columns)
        return;
    const ColourChoice before = colourChoice();
    m_columns = names;
    fillColours();
    showParts();
    if (colourChoice() != before)
        Q_EMIT colourChosen();
}

void MapOptions::setLabelled(bool labelled)
{
    if (labelled == m_labelled)
        return;
    m_labelled = labelled;
    const ColourChoice before = colourChoice();
    fillColours();
    const int classes = m_behind->indexOf(Backdrop::ClassMap);
    const bool hadClasses = m_behind->currentIndex() == classes;
    m_behind->setRefused(classes, labelled ? QString() : tr("This data set has no labels to predict."));
    showParts();
    if (colourChoice() != before)
        Q_EMIT colourChosen();
    if (hadClasses && !labelled)
        m_behind->setCurrentIndex(m_behind->indexOf(Backdrop::None));
}

PlaneChoice MapOptions::planeChoice() const
{
    PlaneChoice choice;
    if (m_latent <= 2) {
        choice.kind = PlaneKind::Axes;
        choice.j = std::min(1, m_latent - 1);
        return choice;
    }
    choice.kind = static_cast<PlaneKind>(m_plane->currentData().toInt());
    if (choice.kind == PlaneKind::Axes) {
        choice.i = std::max(0, m_axisI->currentIndex());
        choice.j = std::max(0, m_axisJ->currentIndex());
        if (choice.i == choice.j) // two equal axes span no plane: the next dimension stands in
            choice.j = (choice.i + 1) % m_latent;
    } else if (choice.kind == PlaneKind::Attribute) {
        choice.direction = std::max(0, m_direction->currentIndex());
    }
    return choice;
}

void MapOptions::setPlaneChoice(const PlaneChoice& choice)
{
    const int index = m_plane->indexOf(choice.kind);
    const auto isDimension = [this](int d) { return d >= 0 && d < m_latent; };
    if (m_latent <= 2 || !m_plane->isOffered(index) ||
        (choice.kind == PlaneKind::Axes && (!isDimension(choice.i) || !isDimension(choice.j))) ||
        (choice.kind == PlaneKind::Attribute && (choice.direction < 0 || choice.direction >= m_direction->count())))
        return;
    const QSignalBlocker quietPlane(m_plane);
    const QSignalBlocker quietI(m_axisI);
    const QSignalBlocker quietJ(m_axisJ);
    const QSignalBlocker quietDirection(m_direction);
    m_plane->setCurrentIndex(index);
    if (choice.kind == PlaneKind::Axes) {
        m_axisI->setCurrentIndex(choice.i);
        m_axisJ->setCurrentIndex(choice.j);
    } else if (choice.kind == PlaneKind::Attribute) {
        m_direction->setCurrentIndex(choice.direction);
    }
    if (choice.kind != PlaneKind::Tour)
        stopTour();
    showParts();
}

void MapOptions::choosePlane()
{
    const bool tour = planeChoice().kind == PlaneKind::Tour;
    if (!tour)
        setTourPlaying(false);
    showParts();
    Q_EMIT planeChosen();
}

ColourChoice MapOptions::colourChoice() const
{
    ColourChoice choice;
    choice.by = m_colour->count() > 0 ? static_cast<ColourBy>(m_colour->currentData().toInt()) : ColourBy::Label;
    choice.column = m_colour->currentData(kColumnRole).toInt();
    choice.scale = colourScale();
    return choice;
}

void MapOptions::setColourChoice(const ColourChoice& choice)
{
    int index = m_colour->indexOf(choice.by);
    if (choice.by == ColourBy::Column && index >= 0)
        index = choice.column >= 0 && choice.column < m_columns.size() ? index + choice.column : -1;
    if (!m_colour->isOffered(index))
        return;
    const QSignalBlocker quiet(m_colour);
    const QSignalBlocker quietScale(m_scale);
    m_colour->setCurrentIndex(index);
    m_scale->setCurrentIndex(m_scale->indexOf(choice.scale));
    showParts();
}

ColourScaleName MapOptions::colourScale() const { return static_cast<ColourScaleName>(m_scale->currentData().toInt()); }

Backdrop MapOptions::backdrop() const { return static_cast<Backdrop>(m_behind->currentData().toInt()); }

void MapOptions::setBackdrop(Backdrop backdrop)
{
    const int index = m_behind->indexOf(backdrop);
    const QSignalBlocker quiet(m_behind);
    if (m_behind->isOffered(index))
        m_behind->setCurrentIndex(index);
}

bool MapOptions::tourPlaying() const { return m_play->isChecked(); }

double MapOptions::tourSpeed() const { return kTourSpeed * m_speed->currentData().toDouble(); }

void MapOptions::setTourPlaying(bool playing) { m_play->setChecked(playing && planeChoice().kind == PlaneKind::Tour); }

void MapOptions::stopTour()
{
    const QSignalBlocker quiet(m_play);
    m_play->setChecked(false);
    setTheme(m_theme);
}

void MapOptions::tourToggled()
{
    setTheme(m_theme);
    showParts();
    Q_EMIT tourChanged();
}

void MapOptions::showParts()
{
    const bool choosable = m_latent > 2;
    const PlaneKind kind = planeChoice().kind;
    m_plane->setVisible(choosable);
    for (NarrowCombo* axis : {m_axisI, m_axisJ})
        axis->setVisible(choosable && kind == PlaneKind::Axes);
    m_direction->setVisible(choosable && kind == PlaneKind::Attribute);
    m_play->setVisible(choosable && kind == PlaneKind::Tour);
    m_speed->setVisible(choosable && kind == PlaneKind::Tour);
    m_play->setToolTip(m_play->isChecked() ? tr("Hold the plane where it is.") : tr("Turn the plane slowly through the latent space."));
    const ColourBy by = colourChoice().by;
    m_scale->setVisible(by != ColourBy::Label && by != ColourBy::PredictedClass);
    fitWidth();
}

void MapOptions::fitWidth()
{
    // The labels say what a box is for; without room for them its tool tip and its entries must do.
    const bool choosable = m_latent > 2;
    NarrowCombo* const all[] = {m_plane, m_axisI, m_axisJ, m_direction, m_speed, m_colour, m_scale, m_behind};
    int parts = m_play->isVisibleTo(this) ? 1 : 0;
    int narrowest = parts * kControlHeight;
    int widest = narrowest;
    for (const NarrowCombo* combo : all) {
        if (!combo->isVisibleTo(this))
            continue;
        const NarrowCombo::Widths widths = combo->widths(kWidestName);
        narrowest += widths.narrowest;
        widest += widths.widest;
        ++parts;
    }
    int words = 0;
    for (const QLabel* label : {m_planeLabel, m_colourLabel, m_behindLabel})
        words += label != m_planeLabel || choosable ? label->sizeHint().width() + kGap : 0;
    const int gaps = (parts - 1) * kGap;
    const bool labels = widest + words + gaps + 2 * kMargin <= width();
    const bool roomy = widest + gaps + 2 * kMargin <= width();
    m_planeLabel->setVisible(labels && choosable);
    m_colourLabel->setVisible(labels);
    m_behindLabel->setVisible(labels);
    const int side = roomy ? kMargin : kMargin - 2 * kNarrowGap;
    layout()->setContentsMargins(side, 0, side, 0);
    layout()->setSpacing(roomy ? kGap : kNarrowGap);
    const int room = width() - 2 * side - (parts - 1) * layout()->spacing();
    const double share = widest > narrowest ? std::clamp(static_cast<double>(room - narrowest) / (widest - narrowest), 0.0, 1.0) : 1.0;
    for (NarrowCombo* combo : all) {
        const NarrowCombo::Widths widths = combo->widths(kWidestName);
        combo->setFixedWidth(widths.narrowest + static_cast<int>(share * (widths.widest - widths.narrowest)));
    }
}

QSize MapOptions::sizeHint() const { return {720, kHeight}; }

QSize MapOptions::minimumSizeHint() const { return {440, kHeight}; }

void MapOptions::resizeEvent(QResizeEvent* event)
{
    fitWidth();
    QWidget::resizeEvent(event);
}

void MapOptions::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (layout() && (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange))
        fitWidth();
}

void MapOptions::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

} // namespace latentscape::ui
