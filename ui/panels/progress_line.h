// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

namespace latentscape::ui {

/// A progress bar three pixels high that keeps its room while it is idle. Owned by its panel; GUI thread.
class ProgressLine : public QWidget {
    Q_OBJECT

public:
    explicit ProgressLine(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    /// fraction in [0, 1]; below 0 (unknown) fills nothing. Idle: nothing is painted.
    void setProgress(bool busy, double fraction);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::light();
    double m_fraction = 0.0;
    bool m_busy = false;
};

} // namespace latentscape::ui
