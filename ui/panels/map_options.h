// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/plane.h"
#include "ui/theme/colour_scale_name.h"
#include "ui/theme/theme.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

class QLabel;
class QToolButton;

namespace latentscape::ui {

class NarrowCombo;

/// What lies behind the map's points.
enum class Backdrop { None, Images, ImagesAtQuantiles, ClassMap, Density, Holes };

/// Which plane of the latent space the map shows. A value.
struct PlaneChoice {
    PlaneKind kind = PlaneKind::Principal;
    int i = 0;         ///< horizontal axis, for PlaneKind::Axes
    int j = 1;         ///< vertical axis, ≠ i
    int direction = 0; ///< for PlaneKind::Attribute
    friend bool operator==(const PlaneChoice&, const PlaneChoice&) = default;
};

enum class ColourBy { Label, PredictedClass, Loss, Kl, Sigma, Column };

/// What the points' colours mean. A value.
struct ColourChoice {
    ColourBy by = ColourBy::Label;
    int column = 0; ///< for ColourBy::Column
    ColourScaleName scale = ColourScaleName::Viridis;
    friend bool operator==(const ColourChoice&, const ColourChoice&) = default;
};

/// One row of controls over the map: the plane, the points' colour and what lies behind them. Gives way to a narrow window: first the
/// labels go, then the boxes become narrower. Owned by the main window; GUI thread.
class MapOptions : public QWidget {
    Q_OBJECT

public:
    explicit MapOptions(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// L ≥ 1. The plane can be chosen for L > 2 only. Another L goes back to the principal plane, without a signal.
    void setLatent(int latent);
    /// By dimension [L]: unused ones are marked in the axes' lists.
    void setInactive(const std::vector<bool>& inactive);
    /// Names of the directions that a plane can contain. When the one that is shown goes away, the principal plane comes back and
    /// planeChosen() tells it.
    void setDirections(const QStringList& names);
    /// Numeric columns of the data set. When the one that colours goes away, the label comes back and colourChosen() tells it.
    void setColumns(const QStringList& names);
    /// Whether the samples have labels; without them there is nothing to predict, and "Label" is one colour. Choices that go away are
    /// taken back with their signal.
    void setLabelled(bool labelled);

    /// For L ≤ 2 the only plane there is.
    [[nodiscard]] PlaneChoice planeChoice() const;
    /// Shows without a signal; a choice that cannot be made here is ignored.
    void setPlaneChoice(const PlaneChoice& choice);
    [[nodiscard]] ColourChoice colourChoice() const;
    /// Shows without a signal; a choice that cannot be made here is ignored.
    void setColourChoice(const ColourChoice& choice);
    [[nodiscard]] ColourScaleName colourScale() const;
    [[nodiscard]] Backdrop backdrop() const;
    /// Shows without a signal; a choice that cannot be made here is ignored.
    void setBackdrop(Backdrop backdrop);
    [[nodiscard]] bool tourPlaying() const;
    /// Radians a second.
    [[nodiscard]] double tourSpeed() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

public Q_SLOTS:
    /// Plays only while the tour's plane is chosen. Signals on change.
    void setTourPlaying(bool playing);

Q_SIGNALS:
    void planeChosen();
    void colourChosen();
    void backdropChosen();
    /// Play, pause or another speed.
    void tourChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    static constexpr int kColumnRole = Qt::UserRole + 1; ///< number of a column, in the colours' list

    void fillPlane();
    void fillAxes();
    void fillColours();
    void fillBackdrops();
    void choosePlane();
    void stopTour();
    void tourToggled();
    void showParts();
    void fitWidth();

    Theme m_theme = Theme::light();
    QLabel* m_planeLabel;
    NarrowCombo* m_plane;
    NarrowCombo* m_axisI;
    NarrowCombo* m_axisJ;
    NarrowCombo* m_direction;
    QToolButton* m_play;
    NarrowCombo* m_speed;
    QLabel* m_colourLabel;
    NarrowCombo* m_colour;
    NarrowCombo* m_scale;
    QLabel* m_behindLabel;
    NarrowCombo* m_behind;
    QStringList m_columns;
    std::vector<bool> m_inactive;
    int m_latent = 2;
    bool m_labelled = true;
};

} // namespace latentscape::ui
