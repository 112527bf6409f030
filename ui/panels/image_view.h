// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QWidget>

namespace latentscape::ui {

/// One sample, large: its pixels stay sharp (evened out below four device pixels each, FrameStyle::even), on whole device pixels inside a
/// rounded frame that keeps the sample's proportions. Without an image it shows the empty text. Owned by its parent; GUI thread.
class ImageView : public QWidget {
    Q_OBJECT

public:
    explicit ImageView(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// The next paint shows image and reports tag. A null image brings back the empty text.
    void setImage(const QImage& image, quint64 tag = 0);
    [[nodiscard]] QImage image() const { return m_image; }
    /// A sentence telling what will appear.
    void setEmptyText(const QString& text);

    /// Where the frame stands for an area of this size, in logical pixels.
    [[nodiscard]] QRectF frameRect() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The paint that shows the image given with tag has ended. Also for repaints of the same image.
    void painted(quint64 tag);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::light();
    QImage m_image;
    QImage m_paintable;
    QString m_emptyText;
    quint64 m_tag = 0;
};

} // namespace latentscape::ui
