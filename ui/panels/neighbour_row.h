// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QImage>
#include <QList>

namespace latentscape::ui {

/// One small image with its label and its distance under it; a press picks it.
class Thumbnail : public QAbstractButton {
    Q_OBJECT

public:
    explicit Thumbnail(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    /// Does nothing when all of it is the same as before.
    void setContent(const QImage& image, const QString& label, const QString& distance, const QString& description);
    [[nodiscard]] QImage image() const { return m_image; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    Theme m_theme = Theme::light();
    QImage m_image;
    QImage m_paintable;
    QString m_label;
    QString m_distance;
};

/// Eight thumbnails of equal width in one row or in two: the real samples nearest to the probe. Reserves its height even when it shows
/// none, so nothing below it moves during a drag. Owned by the DecodedPanel; GUI thread.
class NeighbourRow : public QWidget {
    Q_OBJECT

public:
    static constexpr int kCount = 8;
    static constexpr int kSmallestSide = 24; ///< of a thumbnail that can still be read

    struct Item {
        QImage image;
        QString label;
        QString distance;
        QString description; ///< tool tip and accessible name
        qsizetype row = -1;
    };

    explicit NeighbourRow(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setItems(const QList<Item>& items);
    /// 1 or 2; at once, also before the next layout.
    void setRows(int rows);
    [[nodiscard]] int rows() const noexcept { return m_rowCount; }
    [[nodiscard]] int heightFor(int width, int rows) const;
    /// Side of a thumbnail.
    [[nodiscard]] static int sideFor(int width, int rows);

Q_SIGNALS:
    void activated(qsizetype row);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();

    QList<Thumbnail*> m_thumbnails;
    QList<qsizetype> m_rows;
    int m_rowCount = 2;
};

} // namespace latentscape::ui
