// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

class QAction;
class QHBoxLayout;
class QLabel;

namespace latentscape::ui {

class BarButton;
class BetaEdit;
class BetaSlider;
class Chip;

/// The row under the menus: training, tools, β, and at the right what is being optimised and where. Shows and emits; the actions
/// belong to the main window, which owns the bar. Below 1080 px the buttons show their icons only. GUI thread.
class TrainBar : public QWidget {
    Q_OBJECT

public:
    struct Actions {
        QAction* train = nullptr;
        QAction* step = nullptr;
        QAction* stop = nullptr;
        QAction* reset = nullptr;
        QAction* probe = nullptr; ///< checkable, as are path and lasso
        QAction* path = nullptr;
        QAction* lasso = nullptr;
    };

    /// All seven actions must be given and outlive the bar.
    explicit TrainBar(const Actions& actions, QWidget* parent = nullptr);

    /// Weight of the KL term, 0 to 100. Never emits.
    void setBeta(double beta);
    [[nodiscard]] double beta() const { return m_beta; }
    void setBetaEnabled(bool enabled);
    /// The first button reads "Pause" while training, "Train" otherwise; so does its accessible name (in English, always).
    void setTraining(bool training);
    /// The likelihood in words, as a chip; empty hides it.
    void setLikelihood(const QString& chip);
    /// Where it computes; not usable shows a warning mark. Empty hides it.
    void setDevice(const QString& chip, bool usable, const QString& toolTip);
    void setTheme(const Theme& theme);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// A person chose another β (slider, field or double-click), not setBeta().
    void betaChanged(double beta);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void addSeparator(QHBoxLayout& row);
    void chooseBeta(double beta);
    void translate();
    void setCompact(bool compact);
    void fitWidth();

    double m_beta = 1.0;
    bool m_training = false;
    bool m_compact = false;
    Theme m_theme = Theme::light();
    BarButton* m_train;
    std::vector<BarButton*> m_buttons; ///< all seven
    std::vector<QWidget*> m_separators;
    QLabel* m_betaLabel;
    BetaSlider* m_slider;
    BetaEdit* m_edit;
    Chip* m_likelihood;
    Chip* m_device;
};

} // namespace latentscape::ui
