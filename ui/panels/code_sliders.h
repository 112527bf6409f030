// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/margin_scroll.h"
#include "ui/theme/theme.h"

#include <QList>

#include <span>
#include <vector>

class QVBoxLayout;

namespace latentscape::ui {

class CodeSlider;

/// A scrolling list with one slider a latent dimension. Owned by the DecodedPanel; GUI thread.
class CodeSliders : public MarginScroll {
    Q_OBJECT

public:
    explicit CodeSliders(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Makes latent sliders, all at 0, in the order of the dimensions.
    void setLatent(int latent);
    void setCode(std::span<const float> z);
    [[nodiscard]] std::vector<float> code() const;
    /// order: a permutation of the dimensions from the top; inactive: by dimension. Other sizes are ignored.
    void setDimensionOrder(const std::vector<int>& order, const std::vector<bool>& inactive);

    /// Height of rows rows.
    [[nodiscard]] int heightOfRows(int rows) const;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void codeEdited(const std::vector<float>& z);

private:
    Theme m_theme = Theme::light();
    QWidget* m_list;
    QVBoxLayout* m_layout;
    QList<CodeSlider*> m_sliders; ///< by dimension
    std::vector<int> m_order;
};

} // namespace latentscape::ui
