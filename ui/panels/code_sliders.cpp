// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/code_sliders.h"

#include "ui/panels/code_slider.h"
#include "ui/panels/number_text.h"

#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace latentscape::ui {

namespace {
constexpr int kFewestRows = 3;
constexpr int kMargin = 14; // the panel's own: this list is as wide as the panel
} // namespace

CodeSliders::CodeSliders(QWidget* parent) : MarginScroll(parent), m_list(new QWidget), m_layout(new QVBoxLayout(m_list))
{
    m_layout->setContentsMargins(kMargin, 0, kMargin, 0);
    m_layout->setSpacing(0);
    m_layout->addStretch(1);
    setContent(m_list, m_layout);
    setAccessibleName(tr("Coordinates"));
}

void CodeSliders::setTheme(const Theme& theme)
{
    m_theme = theme;
    for (CodeSlider* slider : std::as_const(m_sliders))
        slider->setTheme(theme);
}

void CodeSliders::setLatent(int latent)
{
    if (latent == static_cast<int>(m_sliders.size()))
        return;
    qDeleteAll(m_sliders);
    m_sliders.clear();
    m_order.resize(static_cast<std::size_t>(latent));
    std::iota(m_order.begin(), m_order.end(), 0);
    const int nameWidth = fontMetrics().horizontalAdvance(dimensionName(latent - 1)) + 2;
    for (int dimension = 0; dimension < latent; ++dimension) {
        auto* slider = new CodeSlider(dimension, m_list);
        slider->setTheme(m_theme);
        slider->setNameWidth(nameWidth);
        m_layout->insertWidget(dimension, slider);
        connect(slider, &CodeSlider::coordinateEdited, this, [this] { Q_EMIT codeEdited(code()); });
        m_sliders.append(slider);
    }
    updateGeometry();
}

void CodeSliders::setCode(std::span<const float> z)
{
    const auto count = std::min(z.size(), static_cast<std::size_t>(m_sliders.size()));
    for (std::size_t i = 0; i < count; ++i)
        m_sliders.at(static_cast<qsizetype>(i))->setCoordinate(z[i]);
}

std::vector<float> CodeSliders::code() const
{
    std::vector<float> z;
    z.reserve(static_cast<std::size_t>(m_sliders.size()));
    for (const CodeSlider* slider : m_sliders)
        z.push_back(slider->coordinate());
    return z;
}

void CodeSliders::setDimensionOrder(const std::vector<int>& order, const std::vector<bool>& inactive)
{
    const auto latent = static_cast<std::size_t>(m_sliders.size());
    if (inactive.size() == latent) {
        for (std::size_t i = 0; i < latent; ++i)
            m_sliders.at(static_cast<qsizetype>(i))->setInactive(inactive[i]);
    }
    if (order == m_order || order.size() != latent)
        return;
    std::vector<int> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < latent; ++i) {
        if (sorted[i] != static_cast<int>(i))
            return;
    }
    m_order = order;
    QWidget* previous = nullptr;
    for (std::size_t i = 0; i < latent; ++i) {
        CodeSlider* slider = m_sliders.at(order[i]);
        m_layout->removeWidget(slider);
        m_layout->insertWidget(static_cast<int>(i), slider);
        if (previous)
            QWidget::setTabOrder(previous, slider);
        previous = slider;
    }
}

int CodeSliders::heightOfRows(int rows) const
{
    const int row = m_sliders.isEmpty() ? fontMetrics().height() + 6 : m_sliders.first()->sizeHint().height();
    return rows * row;
}

QSize CodeSliders::minimumSizeHint() const
{
    return {120, heightOfRows(std::min(kFewestRows, std::max(1, static_cast<int>(m_sliders.size()))))};
}

} // namespace latentscape::ui
