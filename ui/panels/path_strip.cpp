// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/path_strip.h"

#include "ui/panels/film_strip.h"
#include "ui/panels/number_text.h"
#include "ui/panels/view_header.h"
#include "ui/theme/icons.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPaintEvent>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>

#include <algorithm>
#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {
constexpr int kSliderSteps = 1000;
constexpr int kPlayIntervalMs = 33;
constexpr double kPathSeconds = 4.0; // at 1×
constexpr int kControlHeight = 28;
constexpr int kFilmHeight = 72;
constexpr int kLowFilmHeight = 48;
} // namespace

PathStrip::PathStrip(QWidget* parent)
    : QWidget(parent)
    , m_play(new QPushButton(this))
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_value(new TextCell(this))
    , m_caption(new TextCell(this))
    , m_method(new QComboBox(this))
    , m_steps(new QSpinBox(this))
    , m_speed(new QComboBox(this))
    , m_closed(new QCheckBox(tr("Closed"), this))
    , m_loop(new QCheckBox(tr("Loop"), this))
    , m_clear(makeViewButton(tr("Clear"), tr("Remove the path's anchors."), this))
    , m_export(makeViewButton(tr("Export…"), tr("Save the path as a picture, an animation or single images."), this))
    , m_film(new FilmStrip(this))
{
    build();
    connectControls();
    m_value->setText(signedText(0.0));
    describe();
}

void PathStrip::build()
{
    auto* title = new QLabel(tr("Path"), this);
    title->setProperty("role", QStringLiteral("title"));
    m_method->addItem(tr("Linear"), static_cast<int>(Interpolation::Linear));
    m_method->addItem(tr("Spherical"), static_cast<int>(Interpolation::Spherical));
    m_method->addItem(tr("Spline"), static_cast<int>(Interpolation::Spline));
    m_method->setAccessibleName(tr("Interpolation"));
    m_method->setToolTip(tr("Linear suits two dimensions and encoded samples, spherical keeps the distance from the origin for prior "
                            "samples in many dimensions, and a spline passes through every anchor without a kink."));
    m_steps->setRange(2, 60);
    m_steps->setValue(12);
    m_steps->setSuffix(tr(" frames"));
    m_steps->setKeyboardTracking(false);
    m_steps->setAccessibleName(tr("Path frames"));
    m_steps->setToolTip(tr("How many images are decoded along the path."));
    const std::pair<QString, double> speeds[] = {
        {tr("¼×"), 0.25}, {tr("½×"), 0.5}, {tr("1×"), 1.0}, {tr("2×"), 2.0}, {tr("4×"), 4.0}};
    for (const auto& [text, factor] : speeds)
        m_speed->addItem(text, factor);
    m_speed->setCurrentIndex(2);
    m_speed->setAccessibleName(tr("Speed"));
    m_speed->setToolTip(tr("How fast the path plays; at 1× it takes %1 seconds.").arg(kPathSeconds));
    m_closed->setAccessibleName(tr("Closed"));
    m_closed->setToolTip(tr("A last leg leads from the last anchor back to the first."));
    m_loop->setAccessibleName(tr("Loop path"));
    m_loop->setToolTip(tr("Playing starts over at the end."));
    m_play->setCheckable(true);
    m_play->setText(tr("Play"));
    m_play->setAccessibleName(QStringLiteral("Play path"));
    m_play->setToolTip(tr("Move the probe along the path."));
    m_slider->setRange(0, kSliderSteps);
    m_slider->setSingleStep(kSliderSteps / 100);
    m_slider->setPageStep(kSliderSteps / 10);
    m_slider->setAccessibleName(QStringLiteral("Path position"));
    m_slider->setToolTip(tr("Where on the path the probe is, from 0 to 1."));
    m_slider->setMinimumWidth(60);
    m_value->setAlignment(Qt::AlignRight);
    m_value->setReserve(QStringLiteral("0.00"));
    m_value->setTone(TextCell::Tone::Muted);
    auto* menu = new QMenu(m_export);
    const std::pair<QString, Export> kinds[] = {{tr("Filmstrip…"), Export::Strip},
                                                {tr("GIF animation…"), Export::Gif},
                                                {tr("WebP animation…"), Export::WebP},
                                                {tr("PNG sequence…"), Export::Sequence}};
    for (const auto& [text, kind] : kinds)
        connect(menu->addAction(text), &QAction::triggered, this, [this, kind = kind] { Q_EMIT exportRequested(kind); });
    m_export->setMenu(menu);
    m_export->setPopupMode(QToolButton::InstantPopup);

    auto* settings = new QWidget(this);
    auto* row = new QHBoxLayout(settings);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* playing = new QWidget(this);
    auto* playRow = new QHBoxLayout(playing);
    playRow->setContentsMargins(0, 0, 0, 0);
    playRow->setSpacing(8);
    const auto add = [](QHBoxLayout* to, QWidget* control, int stretch = 0) {
        control->setFixedHeight(kControlHeight);
        to->addWidget(control, stretch);
    };
    for (QWidget* control : {static_cast<QWidget*>(m_method), static_cast<QWidget*>(m_steps), static_cast<QWidget*>(m_clear),
                             static_cast<QWidget*>(m_export)})
        add(row, control);
    add(playRow, m_play);
    add(playRow, m_slider, 1);
    playRow->addWidget(m_value);
    add(playRow, m_speed);
    add(playRow, m_loop);
    add(playRow, m_closed);
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_film, 1);
    column->addWidget(playing);
    layOutView(this, {title}, m_caption, settings, body);
    QWidget* const order[] = {m_play, m_slider, m_speed, m_loop, m_closed, m_method, m_steps, m_clear, m_export};
    for (std::size_t i = 1; i < std::size(order); ++i)
        QWidget::setTabOrder(order[i - 1], order[i]);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PathStrip::connectControls()
{
    m_timer.setInterval(kPlayIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &PathStrip::advance);
    connect(m_play, &QPushButton::toggled, this, &PathStrip::setPlaying);
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) { setPosition(static_cast<double>(value) / kSliderSteps); });
    connect(m_film, &FilmStrip::positionDragged, this, &PathStrip::setPosition);
    connect(m_method, &QComboBox::currentIndexChanged, this, &PathStrip::methodChanged);
    connect(m_steps, &QSpinBox::valueChanged, this, [this] {
        describe();
        Q_EMIT stepsChanged();
    });
    connect(m_closed, &QCheckBox::toggled, this, [this](bool closed) {
        m_film->setClosed(isRing());
        Q_EMIT closedChanged(closed);
    });
    connect(m_clear, &QToolButton::clicked, this, &PathStrip::clearRequested);
}

PathStrip::~PathStrip()
{
    // The number of frames finishes its entry when the window takes the focus away from it, which it does while it is being destroyed.
    for (QObject* child : findChildren<QObject*>())
        child->disconnect(this);
}

void PathStrip::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_value->setTheme(theme);
    m_caption->setTheme(theme);
    m_film->setTheme(theme);
    m_play->setIcon(makeIcon(isPlaying() ? IconName::Pause : IconName::Play, theme.text, theme.muted));
    update();
}

void PathStrip::setFrames(const QVector<QImage>& frames)
{
    m_film->setFrames(frames);
    describe();
}

void PathStrip::setAnchorCount(int count)
{
    if (m_anchors == count)
        return;
    m_anchors = count;
    m_film->setClosed(isRing());
    describe();
}

void PathStrip::setPosition(double position)
{
    const double clean = std::isfinite(position) ? std::clamp(position, 0.0, 1.0) : 0.0;
    if (clean == m_position)
        return;
    m_position = clean;
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(static_cast<int>(std::lround(clean * kSliderSteps)));
    }
    m_film->setPosition(clean);
    m_value->setText(signedText(clean));
    Q_EMIT positionChanged(clean);
}

void PathStrip::setMethod(Interpolation method) { m_method->setCurrentIndex(m_method->findData(static_cast<int>(method))); }

Interpolation PathStrip::method() const { return static_cast<Interpolation>(m_method->currentData().toInt()); }

void PathStrip::setClosed(bool closed) { m_closed->setChecked(closed); }

bool PathStrip::isClosed() const { return m_closed->isChecked(); }

bool PathStrip::isRing() const { return isClosed() && m_anchors > 2; }

double PathStrip::seconds() const { return kPathSeconds / m_speed->currentData().toDouble(); }

QVector<QImage> PathStrip::frames() const { return m_film->frames(); }

void PathStrip::setOriginals(const QImage& first, const QImage& last) { m_film->setOriginals(first, last); }

int PathStrip::steps() const { return m_steps->value(); }

QImage PathStrip::rendered(double scale) const { return m_film->rendered(scale); }

QSize PathStrip::sizeHint() const { return {520, 8 + kControlHeight + 10 + (m_low ? kLowFilmHeight : kFilmHeight) + 6 + kControlHeight + 14}; }

void PathStrip::setLow(bool low)
{
    if (low == m_low)
        return;
    m_low = low;
    updateGeometry();
}

void PathStrip::setPlaying(bool playing)
{
    const bool on = playing && m_anchors >= 2;
    m_play->setChecked(on);
    if (on == m_timer.isActive())
        return;
    m_play->setText(on ? tr("Pause") : tr("Play"));
    m_play->setIcon(makeIcon(on ? IconName::Pause : IconName::Play, m_theme.text, m_theme.muted));
    if (!on) {
        m_timer.stop();
        return;
    }
    if (m_position >= 1.0)
        setPosition(0.0);
    m_clock.start();
    m_timer.start();
}

void PathStrip::advance()
{
    // By the clock, not by ticks: a late timer must not slow the film down.
    const double next = m_position + static_cast<double>(m_clock.restart()) / (1000.0 * seconds());
    if (next < 1.0) {
        setPosition(next);
    } else if (m_loop->isChecked()) {
        setPosition(next - std::floor(next));
    } else {
        setPosition(1.0);
        setPlaying(false);
    }
}

void PathStrip::describe()
{
    const bool path = m_anchors >= 2;
    if (!path)
        setPlaying(false);
    m_play->setEnabled(path);
    m_slider->setEnabled(path);
    m_clear->setEnabled(m_anchors > 0);
    m_export->setEnabled(path && m_film->frameCount() > 0);
    m_film->setEmptyText(m_anchors == 0 ? tr("Click two or more points on the map: the images along the way between them appear here.")
                         : path         ? tr("The frames are being decoded.")
                                        : tr("Click one more point on the map to complete the path."));
    m_caption->setText(path ? tr("%1 anchors. Drag the slider or press Play.").arg(m_anchors) : QString());
    m_caption->setShortText(path ? tr("%1 anchors").arg(m_anchors) : QString());
}

void PathStrip::hideEvent(QHideEvent* event)
{
    setPlaying(false);
    QWidget::hideEvent(event);
}

void PathStrip::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

} // namespace latentscape::ui
