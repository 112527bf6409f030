// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QString>
#include <QWidget>

namespace latentscape::ui {

/// The card beside a code under the cursor: its image, label, index and coordinates. Takes no events. Owned by LatentMap, GUI thread.
class HoverCard : public QWidget {
    Q_OBJECT

public:
    struct Content {
        QImage image;     ///< of the sample, at its own size; may be null
        QString title;    ///< "label 7"
        QString subtitle; ///< "sample 10 234"
        QString code;     ///< "z (0.62, −1.18)"
    };

    explicit HoverCard(QWidget* parent);

    void setTheme(const Theme& theme);
    /// Shows the card near a place in the parent's pixels, inside the parent and off the place itself.
    void showAt(QPointF place, Content content);
    [[nodiscard]] const Content& content() const noexcept { return m_content; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::light();
    Content m_content;
};

} // namespace latentscape::ui
