// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QImage>
#include <QList>

namespace latentscape::ui {

/// One small image with a label under it; a press picks it.
class Thumbnail : public QAbstractButton {
    Q_OBJECT

public:
    explicit Thumbnail(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    /// Does nothing when all three are the same as before.
    void setContent(const QImage& image, const QString& label, const QString& description);
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
};

/// Five thumbnails of equal width: the real samples nearest to the probe. Reserves its height even when it shows none, so nothing below
/// it moves during a drag. Owned by the DecodedPanel; GUI thread.
class NeighbourRow : public QWidget {
    Q_OBJECT

public:
    static constexpr int kCount = 5;

    struct Item {
        QImage image;
        QString label;
        QString description; ///< tool tip and accessible name
        qsizetype row = -1;
    };

    explicit NeighbourRow(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setItems(const QList<Item>& items);
    [[nodiscard]] int heightFor(int width) const;

Q_SIGNALS:
    void activated(qsizetype row);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QList<Thumbnail*> m_thumbnails;
    QList<qsizetype> m_rows;
};

} // namespace latentscape::ui
