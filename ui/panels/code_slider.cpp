// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/code_slider.h"

#include "ui/panels/icon_button.h"
#include "ui/panels/number_text.h"
#include "ui/panels/paint_image.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr double kReach = 4.0; // the prior's mass beyond 4 σ is 6e-5
constexpr double kThreshold = 0.01;
constexpr double kHandle = 12.0;
constexpr int kRowHeight = 26;
constexpr int kGap = 8;
constexpr int kLockGap = 4;
constexpr double kCaptionScale = 0.88;
constexpr double kLargestPreview = 28.0;
constexpr double kPreviewGap = 2.0;
constexpr int kPreviewBelow = 6; // room under the previews, so that they belong to the slider above them

QFont captionFont(const QFont& base)
{
    QFont font = base;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * kCaptionScale);
    return font;
}

/// Two decimals, or as many as it takes to see that a small variance is not 0.
QString varianceText(double variance) { return signedText(variance, variance < 0.1 ? (variance < 0.001 ? 4 : 3) : 2); }
} // namespace

CodeSlider::CodeSlider(int dimension, QWidget* parent)
    : BipolarSlider(kReach, parent)
    , m_type(font())
    , m_captionType(captionFont(font()))
    , m_dimension(dimension)
    , m_lock(new IconButton(IconName::Unlock, this))
{
    setAccessibleName(tr("Coordinate %1").arg(dimension + 1));
    m_lock->setCheckedIcon(IconName::Lock);
    m_lock->setAccessibleName(tr("Lock coordinate %1").arg(dimension + 1));
    m_lock->setToolTip(tr("A locked coordinate stays as it is while the probe is dragged over the map; paths and picked codes keep coordinates of their own."));
    setMouseTracking(true);
    updateType();
    describe();
    connect(this, &BipolarSlider::amountEdited, this, [this] { Q_EMIT coordinateEdited(m_dimension, coordinate()); });
    connect(m_lock, &QAbstractButton::toggled, this, [this](bool locked) {
        setMovable(!locked);
        describe();
        Q_EMIT lockToggled(m_dimension, locked);
    });
}

void CodeSlider::setTheme(const Theme& theme)
{
    BipolarSlider::setTheme(theme);
    m_lock->setTheme(theme);
    m_previewCache = {};
}

void CodeSlider::setUse(const Use& use)
{
    if (m_use == use)
        return;
    const int before = sizeHint().height();
    m_use = use;
    setFaint(use.inactive);
    describe();
    if (sizeHint().height() != before)
        updateGeometry();
    update();
}

void CodeSlider::setLocked(bool locked)
{
    const QSignalBlocker quiet(m_lock);
    m_lock->setChecked(locked);
    setMovable(!locked);
    describe();
}

bool CodeSlider::isLocked() const { return m_lock->isChecked(); }

void CodeSlider::setPreviews(const QVector<QImage>& previews)
{
    const int before = sizeHint().height();
    m_previews.clear();
    if (previews.size() == kPreviews) {
        for (const QImage& preview : previews)
            m_previews.append(paintable(preview));
    }
    m_previewCache = {};
    if (sizeHint().height() != before)
        updateGeometry();
    update();
}

void CodeSlider::setNameWidth(int width)
{
    m_nameWidth = width;
    m_previewCache = {};
    update();
}

QList<QWidget*> CodeSlider::tabStops() { return {this, m_lock}; }

QString CodeSlider::reason() const
{
    if (m_use.meanVariance < 0)
        return tr("unused: the mean hardly varies");
    return tr("unused: the mean hardly varies (variance %1 ≤ %2)").arg(varianceText(m_use.meanVariance), signedText(kThreshold));
}

void CodeSlider::describe()
{
    const QString name = dimensionName(m_dimension);
    QString tip = isLocked()       ? tr("Coordinate %1 is locked; press its lock, or L, to move it again.").arg(name)
                  : m_use.kl >= 0 ? tr("Moves coordinate %1 of the code (KL %2 nats).").arg(name, signedText(m_use.kl))
                                   : tr("Moves coordinate %1 of the code.").arg(name);
    if (m_use.inactive)
        tip = tr("Coordinate %1 is %2, so moving it changes little.").arg(name, reason());
    setToolTip(tip);
    setAccessibleDescription(m_use.inactive || isLocked() ? tip : QString());
}

void CodeSlider::updateType()
{
    m_type = TabularText(font());
    m_captionType = TabularText(captionFont(font()));
    m_valueWidth = m_type.width(signedText(-8.88));
    m_previewCache = {};
}

int CodeSlider::rowHeight() const { return std::max(kRowHeight, static_cast<int>(std::ceil(m_type.metrics().height())) + 6); }

int CodeSlider::captionHeight() const { return static_cast<int>(std::ceil(m_captionType.metrics().height())) + kPreviewBelow - 2; }

QSize CodeSlider::sizeHint() const
{
    const int below = m_use.inactive ? captionHeight() : hasPreviews() ? static_cast<int>(kLargestPreview) + kPreviewBelow : 0;
    return {180, rowHeight() + below};
}

QSize CodeSlider::minimumSizeHint() const { return {120, sizeHint().height()}; }

QRectF CodeSlider::track() const
{
    const double left = m_nameWidth + kGap + kHandle / 2;
    const double right = width() - IconButton::kSide - kLockGap - m_valueWidth - kGap - kHandle / 2;
    return {left, rowHeight() / 2.0 - 2.0, std::max(20.0, right - left), 4.0};
}

QRectF CodeSlider::previewRect(int preview) const
{
    const auto at = static_cast<std::size_t>(std::clamp(preview, 0, kPreviews - 1));
    const double pitch = xOf(static_cast<double>(kPreviewValues[1])) - xOf(static_cast<double>(kPreviewValues[0]));
    const double side = std::clamp(std::floor(pitch - kPreviewGap), 8.0, kLargestPreview);
    const double centre = xOf(static_cast<double>(kPreviewValues[at]));
    return {std::round(centre - side / 2), rowHeight() + (kLargestPreview - side) / 2, side, side};
}

int CodeSlider::previewAt(const QPointF& position) const
{
    for (int i = 0; hasPreviews() && i < kPreviews; ++i) {
        if (previewRect(i).contains(position))
            return i;
    }
    return -1;
}

void CodeSlider::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    const int row = rowHeight();
    if (event->rect().top() < row) {
        painter.setPen(isFaint() ? theme().muted : theme().text);
        m_type.draw(painter, QRectF(0, 0, m_nameWidth, row), Qt::AlignLeft, dimensionName(m_dimension));
        if (isLocked())
            painter.setPen(theme().muted);
        const double valueRight = width() - IconButton::kSide - kLockGap;
        m_type.draw(painter, QRectF(0, 0, valueRight, row), Qt::AlignRight, signedText(amount()));
        paintTrack(painter);
    }
    if (event->rect().bottom() < row)
        return;
    if (m_use.inactive) {
        const double left = m_nameWidth + kGap;
        const double room = width() - left;
        QString text = reason();
        if (m_captionType.width(text) > room && m_use.meanVariance >= 0)
            text = tr("unused: variance %1 ≤ %2").arg(varianceText(m_use.meanVariance), signedText(kThreshold));
        painter.setPen(theme().muted);
        const QRectF line(left, row - 4, room, m_captionType.metrics().height() + 2);
        m_captionType.draw(painter, line, Qt::AlignLeft, m_captionType.elided(text, room));
    } else if (hasPreviews()) {
        paintPreviews(painter);
    }
}

void CodeSlider::paintPreviews(QPainter& painter)
{
    // Composed once: a slider is painted at every step of a drag, its previews change when the drag has ended.
    const QRectF strip(0, rowHeight(), width(), kLargestPreview);
    const double ratio = devicePixelRatioF();
    if (m_previewCache.isNull()) {
        m_previewCache = QPixmap((strip.size() * ratio).toSize());
        m_previewCache.setDevicePixelRatio(ratio);
        m_previewCache.fill(theme().surface);
        QPainter cached(&m_previewCache);
        for (int i = 0; i < kPreviews; ++i) {
            const QRectF cell = previewRect(i).translated(0, -rowHeight());
            const QRectF frame = onDevicePixels(fitted(displayProportions(m_previews.at(i).size()), cell), ratio);
            paintFramed(cached, frame, m_previews.at(i), {theme().surface, theme().border, 3.0, /*even=*/true});
        }
    }
    painter.drawPixmap(strip.topLeft(), m_previewCache);
}

void CodeSlider::updateAmount()
{
    // A row that is scrolled away is painted when it comes back; asking Qt to find out for each of 512 siblings costs milliseconds.
    const QWidget* list = parentWidget();
    if (list && list->parentWidget() && (y() + list->y() > list->parentWidget()->height() || y() + list->y() + height() < 0))
        return;
    // Not the lock and not the previews: they stay as they are.
    update(0, 0, m_lock->x(), rowHeight());
}

void CodeSlider::mousePressEvent(QMouseEvent* event)
{
    const int preview = event->button() == Qt::LeftButton ? previewAt(event->position()) : -1;
    if (preview >= 0) {
        editTo(static_cast<double>(kPreviewValues[static_cast<std::size_t>(preview)]));
        return;
    }
    if (event->position().y() >= rowHeight()) {
        event->ignore();
        return;
    }
    BipolarSlider::mousePressEvent(event);
}

void CodeSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (!isSliderDown())
        setCursor(isMovable() && previewAt(event->position()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    BipolarSlider::mouseMoveEvent(event);
}

void CodeSlider::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->position().y() < rowHeight())
        BipolarSlider::mouseDoubleClickEvent(event);
}

void CodeSlider::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_L && event->modifiers() == Qt::NoModifier) {
        m_lock->toggle();
        return;
    }
    BipolarSlider::keyPressEvent(event);
}

void CodeSlider::resizeEvent(QResizeEvent* event)
{
    BipolarSlider::resizeEvent(event);
    m_lock->move(width() - IconButton::kSide, (rowHeight() - IconButton::kSide) / 2);
    m_previewCache = {};
}

void CodeSlider::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        updateType();
        updateGeometry();
    }
    BipolarSlider::changeEvent(event);
}

} // namespace latentscape::ui
