// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QVector>
#include <QWidget>

class QComboBox;
class QToolButton;

namespace latentscape::ui {

class ImageGrid;
class TextCell;

/// Decoded images on a grid of codes: at the prior's quantiles, or over the part of the plane that the map shows. Owned by the main
/// window; GUI thread.
class ManifoldView : public QWidget {
    Q_OBJECT

public:
    explicit ManifoldView(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// There are dimensions besides the plane's: the caption says where they are held.
    void setBeyondPlane(bool beyond);
    /// Row-major from the top left; columns() × columns() images, or none.
    void setImages(const QVector<QImage>& images);
    [[nodiscard]] int columns() const;
    /// True: spaced by the normal distribution's quantiles. False: the visible window.
    [[nodiscard]] bool priorQuantiles() const;
    [[nodiscard]] ImageGrid* grid() const noexcept { return m_grid; }
    [[nodiscard]] QImage rendered(double scale) const;

Q_SIGNALS:
    /// columns() or priorQuantiles() changed: other images are wanted.
    void requestChanged();
    /// Index into the images.
    void activated(int index);
    void exportRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();

    Theme m_theme = Theme::light();
    bool m_beyondPlane = false;
    QComboBox* m_mode;
    QComboBox* m_size;
    TextCell* m_caption;
    QToolButton* m_export;
    ImageGrid* m_grid;
};

} // namespace latentscape::ui
