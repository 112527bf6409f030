// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QVector>
#include <QWidget>

namespace latentscape::ui {

/// The frames of a path in one row, with a marker at the position and the originals of its ends, where there are any. When the frames do
/// not fit, evenly chosen ones are shown, both ends included. Dragging moves the position. Owned by the PathStrip; GUI thread.
class FilmStrip : public QWidget {
    Q_OBJECT

public:
    explicit FilmStrip(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setFrames(const QVector<QImage>& frames);
    [[nodiscard]] const QVector<QImage>& frames() const noexcept { return m_frames; }
    [[nodiscard]] int frameCount() const { return static_cast<int>(m_frames.size()); }
    /// Stand before the first and after the last frame; null: none.
    void setOriginals(const QImage& first, const QImage& last);
    /// The path comes back to its first frame, which is shown again at the end.
    void setClosed(bool closed);
    /// 0 at the first frame's centre, 1 at the last one's.
    void setPosition(double position);
    void setEmptyText(const QString& text);
    /// All frames in a row between the originals, without the marker, at scale device pixels a logical pixel. Null when empty.
    [[nodiscard]] QImage rendered(double scale) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The person moved the marker.
    void positionDragged(double position);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        int shown = 0;
        double side = 0.0; ///< width of a frame
        double height = 0.0;
        double top = 0.0;
        double left = 0.0; ///< of the first frame
        double pitch = 0.0;
        double caption = 0.0; ///< height below the originals; 0: none
        double firstOriginal = 0.0;
        double lastOriginal = 0.0;
    };
    [[nodiscard]] Row row() const;
    [[nodiscard]] int stations() const; ///< frames, and the first once more on a closed path
    [[nodiscard]] QFont captionFont() const;
    void paintOriginal(QPainter& painter, const QRectF& frame, const QImage& image, double scale) const;
    void compose(const Row& row, double ratio);
    void moveTo(double x);
    void invalidate();

    Theme m_theme = Theme::light();
    QVector<QImage> m_frames;
    QImage m_first;
    QImage m_last;
    QImage m_cache; ///< the frames at the widget's size
    QString m_emptyText;
    double m_position = 0.0;
    bool m_closed = false;
};

} // namespace latentscape::ui
