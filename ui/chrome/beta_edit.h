// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QDoubleSpinBox>

namespace latentscape::ui {

/// The value of β in bold, which becomes a field when one points at it or types. Takes 0–100 with up to four decimals and shows no
/// more than needed ("1.00", "0.005"). Owned by its parent; GUI thread.
class BetaEdit : public QDoubleSpinBox {
    Q_OBJECT

public:
    explicit BetaEdit(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    [[nodiscard]] QString textFromValue(double value) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    Theme m_theme = Theme::light();
};

} // namespace latentscape::ui
