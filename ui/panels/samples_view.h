// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QVector>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QSlider;
class QToolButton;

namespace latentscape::ui {

class ImageGrid;
class TextCell;

/// Images decoded from drawn codes. Drawing from the prior, from the aggregate posterior and from the picked image's posterior are three
/// buttons, and the caption names the one that was drawn: they look alike and mean different things. Owned by the main window; GUI
/// thread.
class SamplesView : public QWidget {
    Q_OBJECT

public:
    enum class Source { Prior, Aggregate, Posterior };
    /// How many are drawn from one sample's posterior.
    static constexpr int kPosteriorSamples = 12;

    explicit SamplesView(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// How many are wanted for the last source asked for: 25, 64 or 100; 12 from a posterior.
    [[nodiscard]] int sampleCount() const;
    /// The last one asked for.
    [[nodiscard]] Source source() const noexcept { return m_source; }
    /// Factor on the standard deviation of what is drawn: 0 … 2 in steps of 0.05.
    [[nodiscard]] double temperature() const;
    /// Shows without a signal.
    void setTemperature(double temperature);
    /// Whether a sample is picked, so that its posterior can be drawn from.
    void setPosteriorAvailable(bool available);
    /// As the button of that source does; nothing for a posterior that is not available.
    void requestSamples(Source source);
    /// Answers the last request, drawn at the present temperature.
    void setImages(const QVector<QImage>& images);
    [[nodiscard]] ImageGrid* grid() const noexcept { return m_grid; }
    [[nodiscard]] QImage rendered(double scale) const;

    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void samplePriorRequested();
    void sampleAggregateRequested();
    void samplePosteriorRequested();
    /// The person chose another temperature. Whoever draws answers with setImages(), best from the same random numbers.
    void temperatureChanged(double temperature);
    void activated(int index);
    void exportRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void build();
    void describe();
    void fitWidth();

    Theme m_theme = Theme::light();
    QPushButton* m_prior;
    QPushButton* m_aggregate;
    QPushButton* m_posterior;
    QLabel* m_countLabel;
    QComboBox* m_count;
    QLabel* m_temperatureLabel;
    QSlider* m_temperature;
    TextCell* m_value;
    TextCell* m_caption;
    QToolButton* m_export;
    ImageGrid* m_grid;
    Source m_source = Source::Prior;
    double m_shownTemperature = 1.0;
};

} // namespace latentscape::ui
