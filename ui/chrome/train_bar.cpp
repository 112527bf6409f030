// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/train_bar.h"

#include "ui/chrome/bar_button.h"
#include "ui/chrome/beta_edit.h"
#include "ui/chrome/beta_slider.h"
#include "ui/chrome/chip.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>

#include <algorithm>

namespace latentscape::ui {

namespace {

constexpr int kCompactBelow = 1080;
constexpr int kSideMargin = 14;
constexpr int kChipRoom = 190;

struct ButtonSpec {
    QAction* action;
    BarButton::Look look;
    IconName icon;
    const char* name; ///< accessible, fixed, English
};

} // namespace

TrainBar::TrainBar(const Actions& actions, QWidget* parent) : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kSideMargin, 8, kSideMargin, 9);
    row->setSpacing(6);
    const ButtonSpec specs[] = {
        {actions.train, BarButton::Look::Filled, IconName::Train, "Train"},
        {actions.step, BarButton::Look::Pill, IconName::Step, "Step"},
        {actions.stop, BarButton::Look::Pill, IconName::Stop, "Stop"},
        {actions.reset, BarButton::Look::Pill, IconName::Reset, "Reset"},
        {actions.probe, BarButton::Look::Pill, IconName::Probe, "Probe tool"},
        {actions.path, BarButton::Look::Pill, IconName::Path, "Path tool"},
        {actions.lasso, BarButton::Look::Pill, IconName::Lasso, "Lasso tool"},
    };
    for (const ButtonSpec& spec : specs) {
        auto* button = new BarButton(spec.look, spec.icon, spec.action, this);
        button->setAccessibleName(QLatin1String(spec.name));
        if (spec.action == actions.probe)
            addSeparator(*row);
        row->addWidget(button);
        m_buttons.push_back(button);
    }
    m_train = m_buttons.front();
    addSeparator(*row);

    m_betaLabel = new QLabel(this);
    m_betaLabel->setProperty("role", "muted");
    m_slider = new BetaSlider(this);
    m_slider->setAccessibleName(QStringLiteral("Beta"));
    m_slider->setMinimumWidth(80);
    m_slider->setMaximumWidth(m_slider->sizeHint().width());
    m_slider->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_edit = new BetaEdit(this);
    m_betaLabel->setBuddy(m_edit);
    row->addWidget(m_betaLabel);
    row->addWidget(m_slider, 2);
    row->addWidget(m_edit);
    row->addStretch(1);

    m_likelihood = new Chip(this);
    m_device = new Chip(this);
    m_likelihood->hide();
    m_device->hide();
    row->addWidget(m_likelihood);
    row->addSpacing(2);
    row->addWidget(m_device);

    connect(m_slider, &BetaSlider::betaChosen, this, &TrainBar::chooseBeta);
    connect(m_edit, &QDoubleSpinBox::valueChanged, this, &TrainBar::chooseBeta);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    translate();
    setTheme(m_theme);
}

void TrainBar::addSeparator(QHBoxLayout& row)
{
    auto* line = new QWidget(this);
    line->setFixedSize(1, 26);
    line->setAutoFillBackground(true);
    row.addSpacing(6);
    row.addWidget(line);
    row.addSpacing(6);
    m_separators.push_back(line);
}

void TrainBar::translate()
{
    m_train->setLabelsToFit({tr("Train"), tr("Pause")});
    m_train->setLabel(m_training ? tr("Pause") : tr("Train"));
    m_betaLabel->setText(tr("β", "weight of the KL term"));
    const QString tip = tr("β weighs the KL term: 0 is an autoencoder with noise, 1 the plain VAE. Double-click for 1.");
    m_slider->setToolTip(tip);
    m_betaLabel->setToolTip(tip);
    m_edit->setAccessibleName(tr("Beta value"));
    m_likelihood->setAccessibleName(tr("Likelihood in use"));
    m_device->setAccessibleName(tr("Device in use"));
    m_edit->setToolTip(tr("The exact value of β, 0 to 100."));
    m_likelihood->setToolTip(tr("The likelihood in which every loss is counted."));
}

void TrainBar::chooseBeta(double beta)
{
    if (beta == m_beta)
        return;
    setBeta(beta);
    Q_EMIT betaChanged(beta);
}

void TrainBar::setBeta(double beta)
{
    m_beta = beta;
    m_slider->setBeta(beta);
    const QSignalBlocker quiet(m_edit);
    m_edit->setValue(beta);
}

void TrainBar::setBetaEnabled(bool enabled)
{
    m_betaLabel->setEnabled(enabled);
    m_slider->setEnabled(enabled);
    m_edit->setEnabled(enabled);
}

void TrainBar::setTraining(bool training)
{
    m_training = training;
    m_train->setIconName(training ? IconName::Pause : IconName::Train);
    m_train->setLabel(training ? tr("Pause") : tr("Train"));
    m_train->setAccessibleName(training ? QStringLiteral("Pause") : QStringLiteral("Train"));
}

void TrainBar::setLikelihood(const QString& chip)
{
    m_likelihood->setText(chip);
    fitWidth();
}

void TrainBar::setDevice(const QString& chip, bool usable, const QString& toolTip)
{
    m_device->setText(chip);
    m_device->setMark(usable ? Chip::Mark::Good : Chip::Mark::Warning);
    m_device->setToolTip(toolTip);
    fitWidth();
}

void TrainBar::setTheme(const Theme& theme)
{
    m_theme = theme;
    for (BarButton* button : m_buttons)
        button->setTheme(theme);
    for (QWidget* line : m_separators) {
        QPalette colors = line->palette();
        colors.setColor(QPalette::Window, theme.border);
        line->setPalette(colors);
    }
    m_slider->setTheme(theme);
    m_edit->setTheme(theme);
    m_likelihood->setTheme(theme);
    m_device->setTheme(theme);
    update();
}

QSize TrainBar::sizeHint() const
{
    return {kCompactBelow, m_train->sizeHint().height() + 17};
}

QSize TrainBar::minimumSizeHint() const
{
    // The layout's own minimum would count the long labels and keep the window from ever becoming narrow enough to drop them.
    return {600, sizeHint().height()};
}

void TrainBar::setCompact(bool compact)
{
    if (compact == m_compact)
        return;
    m_compact = compact;
    for (BarButton* button : m_buttons)
        button->setCompact(compact);
}

void TrainBar::fitWidth()
{
    constexpr int kSeparatorRoom = 13; // with the spaces at its sides
    int wanted = 2 * kSideMargin + layout()->count() * layout()->spacing() + static_cast<int>(m_separators.size()) * kSeparatorRoom;
    for (const BarButton* button : m_buttons)
        wanted += button->wholeWidth();
    wanted += m_betaLabel->sizeHint().width() + m_slider->minimumWidth() + m_edit->sizeHint().width();
    // Words that fit only by cutting the chips are worth less than the chips; a very long chip may be cut.
    for (const Chip* chip : {m_likelihood, m_device})
        wanted += chip->isHidden() ? 0 : std::min(kChipRoom, chip->sizeHint().width());
    setCompact(width() < kCompactBelow || width() < wanted);
}

void TrainBar::resizeEvent(QResizeEvent* event)
{
    fitWidth();
    QWidget::resizeEvent(event);
}

void TrainBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        translate();
    QWidget::changeEvent(event);
}

void TrainBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.surface);
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_theme.border);
}

} // namespace latentscape::ui
