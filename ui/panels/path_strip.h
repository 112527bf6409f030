// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/interpolation.h"
#include "ui/theme/theme.h"

#include <QElapsedTimer>
#include <QImage>
#include <QTimer>
#include <QVector>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QPushButton;
class QSlider;
class QSpinBox;
class QToolButton;

namespace latentscape::ui {

class FilmStrip;
class TextCell;

/// The Path tool's strip below the map: decoded frames along the path, a position that can be dragged or played, and the path's
/// settings. Owned by the main window; GUI thread.
class PathStrip : public QWidget {
    Q_OBJECT

public:
    enum class Export { Strip, Gif, WebP, Sequence };
    Q_ENUM(Export)

    explicit PathStrip(QWidget* parent = nullptr);
    ~PathStrip() override;

    void setTheme(const Theme& theme);
    /// Decoded ones, in the order of the path.
    void setFrames(const QVector<QImage>& frames);
    [[nodiscard]] QVector<QImage> frames() const;
    /// The real samples that the first and the last anchor are the codes of; null: that anchor is no sample's code.
    void setOriginals(const QImage& first, const QImage& last);
    /// Fewer than two anchors: a sentence tells how to make a path.
    void setAnchorCount(int count);
    /// In [0, 1]; clamped. Signals on change.
    void setPosition(double position);
    [[nodiscard]] double position() const noexcept { return m_position; }
    void setMethod(Interpolation method);
    [[nodiscard]] Interpolation method() const;
    /// Whether a last leg leads back to the first anchor. Signals on change.
    void setClosed(bool closed);
    [[nodiscard]] bool isClosed() const;
    /// Frames along the path, 2 to 60.
    [[nodiscard]] int steps() const;
    /// How long the whole path plays at the chosen speed, in seconds: 4 at 1×.
    [[nodiscard]] double seconds() const;
    [[nodiscard]] bool isPlaying() const { return m_timer.isActive(); }
    /// All frames in a row, between the originals.
    [[nodiscard]] QImage rendered(double scale) const;

    [[nodiscard]] QSize sizeHint() const override;
    /// Smaller images, for a low window.
    void setLow(bool low);

public Q_SLOTS:
    /// From the start when the position stands at the end. Does nothing without a path.
    void setPlaying(bool playing);

Q_SIGNALS:
    void methodChanged();
    void stepsChanged();
    void closedChanged(bool closed);
    void positionChanged(double position);
    void clearRequested();
    void exportRequested(PathStrip::Export kind);

protected:
    void paintEvent(QPaintEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] bool isRing() const; ///< two anchors have no third leg to come back by
    void build();
    void connectControls();
    void advance();
    void describe();

    Theme m_theme = Theme::light();
    QPushButton* m_play;
    QSlider* m_slider;
    TextCell* m_value;
    TextCell* m_caption;
    QComboBox* m_method;
    QSpinBox* m_steps;
    QComboBox* m_speed;
    QCheckBox* m_closed;
    QCheckBox* m_loop;
    QToolButton* m_clear;
    QToolButton* m_export;
    FilmStrip* m_film;
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_position = 0.0;
    int m_anchors = 0;
    bool m_low = false;
};

} // namespace latentscape::ui
