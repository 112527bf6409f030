// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/tabular_text.h"
#include "ui/theme/theme.h"

#include <QColor>
#include <QString>
#include <QWidget>

#include <cstddef>
#include <vector>

namespace latentscape::ui {

/// How many samples of which class, as bars with numbers. Beyond twelve classes the rest is told in one line. Owned by the
/// SelectionPanel; GUI thread.
class ClassBars : public QWidget {
    Q_OBJECT

public:
    struct Bar {
        QString name;
        QColor color;
        std::size_t count = 0;
        std::size_t total = 0; ///< of the whole set
    };

    explicit ClassBars(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Bars without a count are left out.
    void setBars(const std::vector<Bar>& bars);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] std::size_t shown() const;
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] QString sentence(const Bar& bar) const;

    Theme m_theme = Theme::light();
    TabularText m_type;
    std::vector<Bar> m_bars;
};

} // namespace latentscape::ui
