// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QString>
#include <QWidget>

namespace latentscape::ui {

class ImageView;
class TextCell;

/// The decoded image, alone or with the picked sample's original beside it (captions below). Owned by the DecodedPanel; GUI thread.
class ImagePair : public QWidget {
    Q_OBJECT

public:
    explicit ImagePair(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setOriginal(const QImage& image, const QString& title);
    [[nodiscard]] ImageView* decoded() const noexcept { return m_decoded; }
    [[nodiscard]] ImageView* original() const noexcept { return m_original; }
    [[nodiscard]] bool hasOriginal() const;
    /// Height in which the images fill the width.
    [[nodiscard]] int heightFor(int width) const;
    /// The same without an original.
    [[nodiscard]] int heightAlone(int width) const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();

    ImageView* m_decoded;
    ImageView* m_original;
    TextCell* m_decodedTitle;
    TextCell* m_originalTitle;
};

} // namespace latentscape::ui
