// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QVector>
#include <QWidget>

class QComboBox;
class QPushButton;
class QToolButton;

namespace latentscape::ui {

class ImageGrid;
class TextCell;

/// Images decoded from drawn codes. Drawing from the prior and from the aggregate posterior are two buttons, and the caption names the
/// one that was drawn: they look alike and mean different things. Owned by the main window; GUI thread.
class SamplesView : public QWidget {
    Q_OBJECT

public:
    enum class Source { Prior, Aggregate };

    explicit SamplesView(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// How many are wanted: 25, 64 or 100.
    [[nodiscard]] int sampleCount() const;
    /// The last one asked for.
    [[nodiscard]] Source source() const noexcept { return m_source; }
    /// As the button of that source does.
    void requestSamples(Source source);
    /// Answers the last request.
    void setImages(const QVector<QImage>& images);
    [[nodiscard]] ImageGrid* grid() const noexcept { return m_grid; }
    [[nodiscard]] QImage rendered(double scale) const;

Q_SIGNALS:
    void samplePriorRequested();
    void sampleAggregateRequested();
    void activated(int index);
    void exportRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();

    Theme m_theme = Theme::light();
    QPushButton* m_prior;
    QPushButton* m_aggregate;
    QComboBox* m_count;
    TextCell* m_caption;
    QToolButton* m_export;
    ImageGrid* m_grid;
    Source m_source = Source::Prior;
};

} // namespace latentscape::ui
