// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QString>
#include <QTimer>
#include <QWidget>

namespace latentscape::ui {

/// A sentence in a pill at the map's top left that goes by itself. Takes no events; told to screen readers as an alert. Owned by LatentMap,
/// GUI thread.
class MapHint : public QWidget {
    Q_OBJECT

public:
    static constexpr int kShownMs = 8'000;

    explicit MapHint(QWidget* parent);

    void setTheme(const Theme& theme);
    void setSentence(const QString& sentence); ///< empty hides
    [[nodiscard]] const QString& sentence() const noexcept { return m_sentence; }
    /// Lays the sentence out from a corner, at most so wide; in several lines where it must.
    void place(QPoint corner, int widest);

Q_SIGNALS:
    void sentenceChanged();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::light();
    QString m_sentence;
    QTimer m_timer;
};

} // namespace latentscape::ui
