// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/code_slider.h"
#include "ui/panels/margin_scroll.h"
#include "ui/theme/theme.h"

#include <QList>
#include <QVector>

#include <span>
#include <vector>

class QVBoxLayout;

namespace latentscape::ui {

/// A scrolling list with one slider a latent dimension. Owned by the DecodedPanel; GUI thread.
class CodeSliders : public MarginScroll {
    Q_OBJECT

public:
    /// Dimensions from the top of the order that may have previews: more would cost a decode of 5 images each.
    static constexpr int kPreviewedRows = 32;

    explicit CodeSliders(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Makes latent sliders, all at 0 and free, in the order of the dimensions.
    void setLatent(int latent);
    void setCode(std::span<const float> z);
    [[nodiscard]] std::vector<float> code() const;
    /// order: a permutation of the dimensions from the top. Another list is ignored.
    void setOrder(const std::vector<int>& order);
    /// By dimension [L]. Another size is ignored.
    void setUses(const std::vector<CodeSlider::Use>& uses);
    /// By dimension [L] of kPreviews images or none each; empty as a whole: none.
    void setPreviews(const QVector<QVector<QImage>>& byDimension);
    /// The dimensions in use among the first kPreviewedRows of the order.
    [[nodiscard]] std::vector<int> previewDimensions() const;
    /// By dimension [L], without a signal. Another size is ignored.
    void setLocked(const std::vector<bool>& locked);
    [[nodiscard]] std::vector<bool> locked() const;
    /// What the list is like, in a few words: "2 locked · 8 unused · 32 previewed"; empty when there is nothing to say.
    [[nodiscard]] QString summary() const;

    /// Height of all rows.
    [[nodiscard]] int fullHeight() const;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void codeEdited(const std::vector<float>& z);
    /// Around the codeEdited() of one gesture.
    void editStarted();
    void editFinished();
    /// By the person.
    void locksChanged(const std::vector<bool>& locked);

private:
    Theme m_theme = Theme::light();
    QWidget* m_list;
    QVBoxLayout* m_layout;
    QList<CodeSlider*> m_sliders; ///< by dimension
    std::vector<int> m_order;
};

} // namespace latentscape::ui
