// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QStringList>
#include <QVector>
#include <QWidget>

class QPushButton;
class QToolButton;

namespace latentscape::ui {

class ImageGrid;
class TextCell;

/// Originals over their reconstructions from the posterior mean μ. Owned by the main window; GUI thread.
class ReconstructionView : public QWidget {
    Q_OBJECT

public:
    explicit ReconstructionView(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Three lists of equal length; captions such as "7 · 1234" (label, index).
    void setPairs(const QVector<QImage>& originals, const QVector<QImage>& reconstructions, const QStringList& captions);
    [[nodiscard]] ImageGrid* grid() const noexcept { return m_grid; }
    [[nodiscard]] QImage rendered(double scale) const;

Q_SIGNALS:
    void shuffleRequested();
    void activated(int index);
    void exportRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::light();
    QPushButton* m_shuffle;
    TextCell* m_caption;
    QToolButton* m_export;
    ImageGrid* m_grid;
};

} // namespace latentscape::ui
