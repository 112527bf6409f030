// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/decoded_panel.h"

#include "ui/panels/code_edit.h"
#include "ui/panels/code_sliders.h"
#include "ui/panels/image_pair.h"
#include "ui/panels/image_view.h"
#include "ui/panels/margin_scroll.h"
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
constexpr int kSmallestImage = 96;
constexpr int kSliderRows = 4; // kept visible before the image may fill the width

QString distanceText(double distance) { return distance < 0.01 ? signedText(distance, 3) : signedText(distance, 2); }

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
    , m_sliders(new CodeSliders(m_body))
{
    setAccessibleName(tr("Decoded"));
    build();
    connect(m_code, &CodeEdit::codeEdited, this, [this](const std::vector<float>& z) {
        m_sliders->setCode(z);
        Q_EMIT codeEdited(z);
    });
    connect(m_code, &CodeEdit::problemChanged, this, &DecodedPanel::showProblem);
    connect(m_sliders, &CodeSliders::codeEdited, this, [this](const std::vector<float>& z) {
        m_code->setCode(z);
        Q_EMIT codeEdited(z);
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
    auto* header = new QHBoxLayout;
    header->setContentsMargins(kMargin, 8, kMargin, 8);
    header->setSpacing(8);
    header->addWidget(m_title);
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
    m_layout->addWidget(m_sliders, 1);
    m_layout->addStretch(0);

    m_images->decoded()->setEmptyText(tr("The image decoded at the probe appears here. Press Train, then drag the probe over the map."));
    m_scroll->setContent(m_body, column);
    m_scroll->viewport()->installEventFilter(this);

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addLayout(header);
    outer->addWidget(m_scroll, 1);
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
    m_sliders->setTheme(theme);
    update();
}

void DecodedPanel::setView(const View& view)
{
    m_images->decoded()->setImage(view.image, view.tag);
    if (view.image.size() != m_imageSize) {
        m_imageSize = view.image.size();
        fitImages();
    }
    m_caption->setText(tr("%1 · epoch %2").arg(timeText(view.milliseconds), epochText(view.epoch)));
    setCode(view.z);
    showNeighbours(view);
    showSupport(view);
}

void DecodedPanel::showProblem(const QString& reason)
{
    // The reason stands in the row below the field, whose content returns with the next valid code.
    m_problem = !reason.isEmpty();
    m_code->setAccessibleDescription(reason);
    m_nearest->setTone(m_problem ? TextCell::Tone::Error : TextCell::Tone::Text);
    m_nearest->setBold(!m_problem);
    m_nearest->setLead(m_problem ? QString() : tr("Nearest real image"), m_problem ? QString() : tr("Nearest"));
    m_nearest->setText(m_problem ? reason : m_nearestText);
}

void DecodedPanel::showNearest(const QString& text)
{
    m_nearestText = text;
    if (!m_problem)
        m_nearest->setText(text);
}

void DecodedPanel::showNeighbours(const View& view)
{
    if (view.neighbours.empty()) {
        showNearest(QStringLiteral("–"));
        m_neighbours->setItems({});
        return;
    }
    const NeighbourView& first = view.neighbours.front();
    const QString away = distanceText(first.distance);
    showNearest(first.label.isEmpty() ? tr("%1 away").arg(away) : tr("label %1 · %2 away").arg(first.label, away));
    QList<NeighbourRow::Item> items;
    items.reserve(NeighbourRow::kCount);
    for (const NeighbourView& neighbour : view.neighbours) {
        if (items.size() == NeighbourRow::kCount)
            break;
        const QString distance = distanceText(neighbour.distance);
        items.append({neighbour.image, neighbour.label,
                      neighbour.label.isEmpty() ? tr("Real sample, %1 away. Click to pick it.").arg(distance)
                                                : tr("Real sample, label %1, %2 away. Click to pick it.").arg(neighbour.label, distance),
                      neighbour.row});
    }
    m_neighbours->setItems(items);
}

void DecodedPanel::showSupport(const View& view)
{
    if (view.neighbours.empty() && view.supported == 0 && !view.farFromData) {
        m_support->setContent(SupportChip::Level::None, {});
        return;
    }
    const QString radius = plainText(view.radius);
    const QString count = QString::number(view.supported);
    const QString codes = view.supported == 1 ? tr("1 code within %1").arg(radius) : tr("%1 codes within %2").arg(count, radius);
    const QString nearest = view.neighbours.empty() ? QString() : distanceText(view.neighbours.front().distance);
    if (view.farFromData) {
        m_support->setContent(SupportChip::Level::Far, nearest.isEmpty()
                                                           ? tr("Far from data: %1").arg(codes)
                                                           : tr("Far from data: nearest code is %1 away, %2").arg(nearest, codes));
    } else if (view.supported == 0) {
        m_support->setContent(SupportChip::Level::Thin, tr("Thinly supported: nearest code is %1 away, %2").arg(nearest, codes));
    } else {
        m_support->setContent(SupportChip::Level::Good, tr("Well supported: %1").arg(codes));
    }
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
    fitImages();
}

void DecodedPanel::setCode(std::span<const float> z)
{
    m_code->setCode(z);
    m_sliders->setCode(z);
}

void DecodedPanel::setDimensionOrder(const std::vector<int>& order, const std::vector<bool>& inactive)
{
    m_sliders->setDimensionOrder(order, inactive);
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
    const QSize viewport = m_scroll->viewport()->size();
    const int width = std::max(100, m_scroll->width() - 2 * kMargin);
    const int thumbnails = m_neighbours->heightFor(width);
    int others = 2 * kRowHeight + 3 * kSpacing + thumbnails + m_support->sizeHint().height() + kMargin;
    if (m_latent > 2)
        others += m_sliders->heightOfRows(std::min(m_latent, kSliderRows));
    const int wanted = m_images->heightFor(width);
    const int images = std::clamp(viewport.height() - others, std::min(kSmallestImage, wanted), wanted);
    if (m_neighbours->height() != thumbnails || m_neighbours->minimumHeight() != thumbnails)
        m_neighbours->setFixedHeight(thumbnails);
    if (m_images->minimumHeight() != images || m_images->maximumHeight() != images)
        m_images->setFixedHeight(images);
}

} // namespace latentscape::ui
