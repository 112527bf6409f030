// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/code_sliders.h"

#include "ui/panels/number_text.h"

#include <QStringList>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace latentscape::ui {

namespace {
constexpr int kLeastHeight = 78; // three bare rows
constexpr int kMargin = 14;      // the panel's own: this list is as wide as the panel
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
        connect(slider, &CodeSlider::editStarted, this, &CodeSliders::editStarted);
        connect(slider, &CodeSlider::editFinished, this, &CodeSliders::editFinished);
        connect(slider, &CodeSlider::lockToggled, this, [this] { Q_EMIT locksChanged(locked()); });
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

void CodeSliders::setOrder(const std::vector<int>& order)
{
    const auto latent = static_cast<std::size_t>(m_sliders.size());
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
        for (QWidget* stop : slider->tabStops()) {
            if (previous)
                QWidget::setTabOrder(previous, stop);
            previous = stop;
        }
    }
}

void CodeSliders::setUses(const std::vector<CodeSlider::Use>& uses)
{
    if (uses.size() != static_cast<std::size_t>(m_sliders.size()))
        return;
    for (std::size_t i = 0; i < uses.size(); ++i)
        m_sliders.at(static_cast<qsizetype>(i))->setUse(uses[i]);
    updateGeometry();
}

void CodeSliders::setPreviews(const QVector<QVector<QImage>>& byDimension)
{
    const bool fitting = byDimension.size() == m_sliders.size();
    for (qsizetype i = 0; i < m_sliders.size(); ++i)
        m_sliders.at(i)->setPreviews(fitting ? byDimension.at(i) : QVector<QImage>());
    updateGeometry();
}

std::vector<int> CodeSliders::previewDimensions() const
{
    std::vector<int> dimensions;
    for (std::size_t i = 0; i < m_order.size() && i < kPreviewedRows; ++i) {
        if (!m_sliders.at(m_order[i])->isInactive())
            dimensions.push_back(m_order[i]);
    }
    return dimensions;
}

void CodeSliders::setLocked(const std::vector<bool>& locked)
{
    if (locked.size() != static_cast<std::size_t>(m_sliders.size()))
        return;
    for (std::size_t i = 0; i < locked.size(); ++i)
        m_sliders.at(static_cast<qsizetype>(i))->setLocked(locked[i]);
}

std::vector<bool> CodeSliders::locked() const
{
    std::vector<bool> locks;
    for (const CodeSlider* slider : m_sliders)
        locks.push_back(slider->isLocked());
    return locks;
}

QString CodeSliders::summary() const
{
    QStringList parts;
    const auto count = [this](auto is) { return std::count_if(m_sliders.begin(), m_sliders.end(), is); };
    if (const auto locks = count([](const CodeSlider* slider) { return slider->isLocked(); }); locks > 0)
        parts << tr("%1 locked").arg(locks);
    if (const auto unused = count([](const CodeSlider* slider) { return slider->isInactive(); }); unused > 0)
        parts << tr("%1 unused").arg(unused);
    const bool previews = count([](const CodeSlider* slider) { return slider->hasPreviews(); }) > 0;
    if (previews && m_sliders.size() > kPreviewedRows)
        parts << tr("%1 previewed").arg(kPreviewedRows);
    return parts.join(QStringLiteral(" · "));
}

int CodeSliders::fullHeight() const
{
    int height = 0;
    for (const CodeSlider* slider : m_sliders)
        height += slider->sizeHint().height();
    return height;
}

QSize CodeSliders::minimumSizeHint() const { return {120, std::min(kLeastHeight, std::max(26, fullHeight()))}; }

} // namespace latentscape::ui
