// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/decoded_panel.h"

#include "ui/panels/code_edit.h"
#include "ui/panels/code_sliders.h"
#include "ui/panels/image_pair.h"
#include "ui/panels/image_view.h"
#include "ui/panels/margin_scroll.h"
#include "ui/panels/narrow_combo.h"
#include "ui/panels/neighbour_row.h"
#include "ui/panels/number_text.h"
#include "ui/panels/support_chip.h"
#include "ui/panels/text_cell.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr int kMargin = 14;
constexpr int kSpacing = 6;
constexpr int kRowHeight = 26;
constexpr int kSmallestImage = 84;
constexpr int kWidestClass = 116; // longer names are elided
constexpr int kSliderRoom = 118; // of the sliders, kept before the image may fill the width

QString timeText(double milliseconds)
{
    if (milliseconds < 0.05)
        return DecodedPanel::tr("less than 0.1 ms");
    return DecodedPanel::tr("%1 ms").arg(signedText(milliseconds, milliseconds < 99.95 ? 1 : 0));
}

QString epochText(double epoch) { return signedText(epoch, epoch == std::floor(epoch) ? 0 : 1); }
} // namespace

DecodedPanel::DecodedPanel(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(tr("Decoded"), this))
    , m_classLabel(new QLabel(tr("class"), this))
    , m_class(new NarrowCombo(this))
    , m_caption(new TextCell(this))
    , m_scroll(new MarginScroll(this))
    , m_body(new QWidget)
    , m_layout(new QVBoxLayout(m_body))
    , m_images(new ImagePair(m_body))
    , m_codeLabel(new QLabel(tr("z"), m_body))
    , m_code(new CodeEdit(m_body))
    , m_nearest(new TextCell(m_body))
    , m_neighbours(new NeighbourRow(m_body))
    , m_support(new SupportChip(m_body))
    , m_coordinates(new QWidget(m_body))
    , m_coordinatesNote(new TextCell(m_coordinates))
    , m_sliders(new CodeSliders(m_body))
{
    setAccessibleName(tr("Decoded"));
    setAttribute(Qt::WA_OpaquePaintEvent); // it paints the ground of all: what lies under it need not be painted at each frame of a drag
    buildCoordinates();
    build();
    connect(m_code, &CodeEdit::codeEdited, this, [this](const std::vector<float>& z) {
        m_sliders->setCode(z);
        Q_EMIT codeEditStarted();
        Q_EMIT codeEdited(z);
        Q_EMIT codeEditFinished();
    });
    connect(m_code, &CodeEdit::problemChanged, this, &DecodedPanel::showProblem);
    connect(m_sliders, &CodeSliders::codeEdited, this, [this](const std::vector<float>& z) {
        m_code->setCode(z);
        Q_EMIT codeEdited(z);
    });
    connect(m_sliders, &CodeSliders::editStarted, this, &DecodedPanel::codeEditStarted);
    connect(m_sliders, &CodeSliders::editFinished, this, &DecodedPanel::codeEditFinished);
    connect(m_sliders, &CodeSliders::locksChanged, this, [this](const std::vector<bool>& locks) {
        describeCoordinates();
        Q_EMIT locksChanged(locks);
    });
    connect(m_class, &QComboBox::currentIndexChanged, this, [this](int label) {
        if (label >= 0)
            Q_EMIT classChosen(label);
    });
    connect(m_neighbours, &NeighbourRow::activated, this, &DecodedPanel::neighbourActivated);
    showProblem({});
    setLatent(m_latent);
    clear();
}

DecodedPanel::~DecodedPanel()
{
    // The field of the code finishes its entry when the window takes the focus away from it, which it does while it is being destroyed.
    for (QObject* child : findChildren<QObject*>())
        child->disconnect(this);
}

void DecodedPanel::build()
{
    m_title->setProperty("role", QStringLiteral("title"));
    m_caption->setTone(TextCell::Tone::Muted);
    m_caption->setAlignment(Qt::AlignRight);
    m_classLabel->setProperty("role", QStringLiteral("muted"));
    m_classLabel->setBuddy(m_class);
    m_class->setAccessibleName(tr("Class"));
    m_class->setToolTip(tr("The class that is decoded everywhere: this model was told the label of every sample."));
    m_class->setFixedHeight(kRowHeight);
    m_class->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_class->setMaximumWidth(kWidestClass);
    m_classLabel->hide();
    m_class->hide();
    auto* header = new QHBoxLayout;
    header->setContentsMargins(kMargin, 8, kMargin, 8);
    header->setSpacing(8);
    header->addWidget(m_title);
    header->addWidget(m_classLabel);
    header->addWidget(m_class);
    header->addWidget(m_caption, 1);

    m_codeLabel->setProperty("role", QStringLiteral("muted"));
    m_codeLabel->setBuddy(m_code);
    m_nearest->setAlignment(Qt::AlignRight);
    m_nearest->setBold(true);
    m_nearest->setFixedHeight(kRowHeight);
    m_code->setFixedHeight(kRowHeight);
    m_code->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_code->setMinimumWidth(60);

    auto* codeRow = new QHBoxLayout;
    codeRow->setSpacing(8);
    codeRow->addWidget(m_codeLabel);
    codeRow->addWidget(m_code, 1);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(kMargin, 0, kMargin, 0);
    column->setSpacing(0);
    column->addWidget(m_images);
    column->addSpacing(kSpacing);
    column->addLayout(codeRow);
    column->addWidget(m_nearest);
    column->addSpacing(kSpacing);
    column->addWidget(m_neighbours);
    column->addSpacing(kSpacing);
    column->addWidget(m_support);
    column->addSpacing(kSpacing);
    m_layout->setContentsMargins(0, 0, 0, kMargin - kSpacing);
    m_layout->setSpacing(0);
    m_layout->addLayout(column);
    m_layout->addWidget(m_coordinates);
    m_layout->addWidget(m_sliders, 1);
    m_layout->addStretch(0);

    m_images->decoded()->setEmptyText(emptyText());
    m_scroll->setContent(m_body, column);
    m_scroll->viewport()->installEventFilter(this);

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addLayout(header);
    outer->addWidget(m_scroll, 1);
}

void DecodedPanel::buildCoordinates()
{
    auto* title = new QLabel(tr("Coordinates"), m_coordinates);
    title->setProperty("role", QStringLiteral("title"));
    m_coordinatesNote->setTone(TextCell::Tone::Muted);
    m_coordinatesNote->setFontScale(0.93);
    m_coordinatesNote->setAlignment(Qt::AlignRight);
    auto* layout = new QHBoxLayout(m_coordinates);
    layout->setContentsMargins(kMargin, 4, kMargin, 2);
    layout->setSpacing(8);
    layout->addWidget(title);
    layout->addWidget(m_coordinatesNote, 1);
    m_coordinates->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void DecodedPanel::describeCoordinates()
{
    m_coordinatesNote->setText(m_sliders->summary());
    m_coordinatesNote->setToolTip(m_latent > CodeSliders::kPreviewedRows
                                      ? tr("Only the first %1 dimensions of the list have previews.").arg(CodeSliders::kPreviewedRows)
                                      : QString());
}

void DecodedPanel::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_caption->setTheme(theme);
    m_images->setTheme(theme);
    m_code->setTheme(theme);
    m_nearest->setTheme(theme);
    m_neighbours->setTheme(theme);
    m_support->setTheme(theme);
    m_coordinatesNote->setTheme(theme);
    m_sliders->setTheme(theme);
    update();
}

void DecodedPanel::setDecoded(const QImage& image, std::span<const float> z, quint64 tag)
{
    m_images->decoded()->setImage(image, tag);
    if (image.size() != m_imageSize) {
        m_imageSize = image.size();
        fitImages();
    }
    setCode(z);
}

void DecodedPanel::setSurroundings(const Surroundings& surroundings)
{
    const QString time = timeText(surroundings.milliseconds);
    m_caption->setText(tr("%1 · epoch %2").arg(time, epochText(surroundings.epoch)));
    m_caption->setShortText(time);
    showNeighbours(surroundings);
    showSupport(surroundings);
}

void DecodedPanel::showProblem(const QString& reason)
{
    // The reason stands in the row below the field, whose content returns with the next valid code.
    m_problem = !reason.isEmpty();
    m_code->setAccessibleDescription(reason);
    m_nearest->setTone(m_problem ? TextCell::Tone::Error : TextCell::Tone::Text);
    m_nearest->setBold(!m_problem);
    m_nearest->setLead(m_problem ? QString() : m_vectors ? tr("Nearest real sample") : tr("Nearest real image"), m_problem ? QString() : tr("Nearest"));
    m_nearest->setText(m_problem ? reason : m_nearestText);
}

void DecodedPanel::setOriginal(const QImage& image, const QString& title)
{
    m_images->setOriginal(image, title);
    fitImages();
}

void DecodedPanel::setLatent(int latent)
{
    m_latent = std::max(1, latent);
    m_code->setLatent(m_latent);
    const bool sliders = m_latent > 2;
    m_sliders->setLatent(sliders ? m_latent : 0);
    m_sliders->setVisible(sliders);
    m_coordinates->setVisible(sliders);
    describeCoordinates();
    fitImages();
}

void DecodedPanel::setCode(std::span<const float> z)
{
    m_code->setCode(z);
    m_sliders->setCode(z);
}

void DecodedPanel::setDimensionOrder(const std::vector<int>& order, const std::vector<bool>& inactive,
                                     const std::vector<double>& klPerDimension, const std::vector<double>& meanVariance)
{
    if (m_latent <= 2)
        return;
    const auto latent = static_cast<std::size_t>(m_latent);
    std::vector<CodeSlider::Use> uses(latent);
    for (std::size_t i = 0; i < latent; ++i) {
        uses[i].inactive = inactive.size() == latent && inactive[i];
        if (klPerDimension.size() == latent)
            uses[i].kl = klPerDimension[i];
        if (meanVariance.size() == latent)
            uses[i].meanVariance = meanVariance[i];
    }
    m_sliders->setUses(uses);
    m_sliders->setOrder(order);
    describeCoordinates();
    fitImages();
}

std::array<float, DecodedPanel::kPreviews> DecodedPanel::previewValues() { return CodeSlider::kPreviewValues; }

std::vector<int> DecodedPanel::previewDimensions() const { return m_sliders->previewDimensions(); }

void DecodedPanel::setPreviews(const QVector<QVector<QImage>>& byDimension)
{
    if (m_latent <= 2)
        return;
    m_sliders->setPreviews(byDimension);
    describeCoordinates();
    fitImages();
}

void DecodedPanel::setLocked(const std::vector<bool>& locked)
{
    m_sliders->setLocked(locked);
    describeCoordinates();
}

std::vector<bool> DecodedPanel::locked() const
{
    return m_latent > 2 ? m_sliders->locked() : std::vector<bool>(static_cast<std::size_t>(m_latent), false);
}

void DecodedPanel::clear()
{
    m_images->decoded()->setImage({});
    m_images->setOriginal({}, {});
    m_imageSize = {};
    m_caption->setText({});
    m_code->setCode({});
    showNearest(QStringLiteral("–"));
    m_neighbours->setItems({});
    m_support->setContent(SupportChip::Level::None, {});
    m_sliders->setCode(std::vector<float>(static_cast<std::size_t>(m_latent), 0.0f));
    fitImages();
}

ImageView* DecodedPanel::imageView() const { return m_images->decoded(); }

QSize DecodedPanel::sizeHint() const { return {292, 544}; }

QSize DecodedPanel::minimumSizeHint() const { return {200, 160}; }

void DecodedPanel::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

bool DecodedPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_scroll->viewport() && event->type() == QEvent::Resize)
        fitImages();
    return QWidget::eventFilter(watched, event);
}

void DecodedPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitImages();
}

void DecodedPanel::fitImages()
{
    // The images take the width when the height allows it, and otherwise what the other rows leave: heights are fixed here, once a
    // resize, so that a new image never starts a layout.
    const int height = m_scroll->viewport()->height();
    const int width = std::max(100, m_scroll->width() - 2 * kMargin);
    int others = 2 * kRowHeight + 3 * kSpacing + m_support->sizeHint().height() + kMargin;
    if (m_latent > 2)
        others += m_coordinates->sizeHint().height() + std::min(m_sliders->fullHeight(), kSliderRoom);
    // Two rows of neighbours where that takes nothing from the image; not by the original's presence, or a pick would rearrange them.
    const bool twoRows = NeighbourRow::sideFor(width, 1) < NeighbourRow::kSmallestSide ||
                         height >= others + m_neighbours->heightFor(width, 2) + m_images->heightAlone(width);
    m_neighbours->setRows(twoRows ? 2 : 1);
    const int thumbnails = m_neighbours->heightFor(width, m_neighbours->rows());
    others += thumbnails;
    const int wanted = m_images->heightFor(width);
    const int images = std::clamp(height - others, std::min(kSmallestImage, wanted), wanted);
    if (m_neighbours->height() != thumbnails || m_neighbours->minimumHeight() != thumbnails)
        m_neighbours->setFixedHeight(thumbnails);
    if (m_images->minimumHeight() != images || m_images->maximumHeight() != images)
        m_images->setFixedHeight(images);
}

} // namespace latentscape::ui
