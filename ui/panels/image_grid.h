// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QRect>
#include <QStringList>
#include <QVector>
#include <QWidget>

namespace latentscape::ui {

/// Many small samples in a grid with even gaps, as large as the area allows, optionally in pairs (one above the other) and with
/// captions. The whole grid is composed once for each size and then only copied. Arrow keys move, Enter or a click picks. Owned by its
/// parent; GUI thread.
class ImageGrid : public QWidget {
    Q_OBJECT

public:
    explicit ImageGrid(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// columns: 0 chooses the number with which the images become largest.
    void setImages(const QVector<QImage>& images, int columns = 0);
    /// Second images, below the first ones; an empty list makes single cells again.
    void setSecondImages(const QVector<QImage>& images);
    /// One line below each cell; also the cell's tool tip.
    void setCaptions(const QStringList& captions);
    /// Tool tips where they say more than the captions.
    void setToolTips(const QStringList& toolTips);
    /// The grid takes the whole width from the top left corner, instead of cells at a whole scale in the middle.
    void setFilling(bool filling);
    /// A sentence telling what will appear and how.
    void setEmptyText(const QString& text);

    [[nodiscard]] int count() const { return static_cast<int>(m_images.size()); }
    [[nodiscard]] int columns() const;
    /// Rectangle of a cell's images in logical pixels.
    [[nodiscard]] QRect cellRect(int index) const;
    /// The grid alone, cropped, on the surface colour, at scale device pixels a logical pixel. Null when empty.
    [[nodiscard]] QImage rendered(double scale) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void activated(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// Where everything stands, in device pixels: all cells are equally large to the pixel.
    struct Geometry {
        int columns = 0;
        int rows = 0;
        QSize image;
        int pairGap = 0;
        int caption = 0; ///< height below each cell
        int gap = 0;
        QPoint origin;
        QSize total;
        [[nodiscard]] QRect cell(int index, bool paired) const;
        [[nodiscard]] QSize pitch(bool paired) const;
    };
    [[nodiscard]] Geometry geometry(const QSize& deviceArea, double ratio) const;
    [[nodiscard]] Geometry geometryWith(int columns, const QSize& deviceArea, double ratio) const;
    [[nodiscard]] QImage composed(const Geometry& geometry, const QSize& deviceSize, double ratio) const;
    [[nodiscard]] int indexAt(const QPointF& position) const;
    [[nodiscard]] QFont captionFont() const;
    void measureCaptions();
    void invalidate();
    void setHovered(int index);
    void setCurrent(int index);

    Theme m_theme = Theme::light();
    QVector<QImage> m_images;
    QVector<QImage> m_second;
    QStringList m_captions;
    QStringList m_toolTips;
    QString m_emptyText;
    int m_wantedColumns = 0;
    bool m_filling = false;
    double m_widestCaption = 0.0; ///< logical pixels
    int m_hovered = -1;
    int m_current = 0;
    int m_pressed = -1;
    QImage m_cache;
};

} // namespace latentscape::ui
