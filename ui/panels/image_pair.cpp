// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/image_pair.h"

#include "ui/panels/image_view.h"
#include "ui/panels/paint_image.h"
#include "ui/panels/text_cell.h"

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr int kGap = 8;
constexpr int kCaptionGap = 2;
} // namespace

ImagePair::ImagePair(QWidget* parent)
    : QWidget(parent)
    , m_decoded(new ImageView(this))
    , m_original(new ImageView(this))
    , m_decodedTitle(new TextCell(this))
    , m_originalTitle(new TextCell(this))
{
    m_decoded->setAccessibleName(QStringLiteral("Decoded image"));
    m_original->setAccessibleName(tr("Original image"));
    for (TextCell* title : {m_decodedTitle, m_originalTitle}) {
        title->setTone(TextCell::Tone::Muted);
        title->setFontScale(0.9);
        title->setAlignment(Qt::AlignHCenter);
        title->hide();
    }
    m_decodedTitle->setText(tr("Decoded"));
    m_original->hide();
}

void ImagePair::setTheme(const Theme& theme)
{
    m_decoded->setTheme(theme);
    m_original->setTheme(theme);
    m_decodedTitle->setTheme(theme);
    m_originalTitle->setTheme(theme);
}

void ImagePair::setOriginal(const QImage& image, const QString& title)
{
    const bool shown = !image.isNull();
    m_original->setImage(image);
    m_originalTitle->setText(title);
    m_original->setVisible(shown);
    m_originalTitle->setVisible(shown);
    m_decodedTitle->setVisible(shown);
    place();
}

bool ImagePair::hasOriginal() const { return !m_original->image().isNull(); }

int ImagePair::heightFor(int width) const
{
    if (!hasOriginal())
        return heightAlone(width);
    return heightAlone((width - kGap) / 2) + kCaptionGap + m_originalTitle->sizeHint().height();
}

int ImagePair::heightAlone(int width) const
{
    const QSizeF shape = displayProportions(m_decoded->image().size());
    return static_cast<int>(std::floor(width * std::max(shape.height() / shape.width(), 0.25)));
}

void ImagePair::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    place();
}

void ImagePair::place()
{
    if (!hasOriginal()) {
        m_decoded->setGeometry(rect());
        return;
    }
    const int captionHeight = m_originalTitle->sizeHint().height();
    const int half = (width() - kGap) / 2;
    const int imageHeight = std::max(1, height() - captionHeight - kCaptionGap);
    m_decoded->setGeometry(0, 0, half, imageHeight);
    m_original->setGeometry(width() - half, 0, half, imageHeight);
    m_decodedTitle->setGeometry(0, imageHeight + kCaptionGap, half, captionHeight);
    m_originalTitle->setGeometry(width() - half, imageHeight + kCaptionGap, half, captionHeight);
}

} // namespace latentscape::ui
