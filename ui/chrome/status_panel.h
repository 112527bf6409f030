// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/chrome/text_runs.h"
#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

namespace latentscape::ui {

/// The line at the foot of the window: a thin progress bar, where training is, how fast, how long still, and what it trains.
/// Numbers that change stay in place. Owned by the main window; GUI thread.
class StatusPanel : public QWidget {
    Q_OBJECT

public:
    struct Values {
        int epoch = 0;              ///< the one in work, from 1; 0: nothing has run
        int epochs = 0;             ///< of the whole run
        qint64 batch = 0;           ///< of the epoch in work
        qint64 batches = 0;         ///< an epoch; 0 hides the batch
        double imagesPerSecond = 0; ///< 0 hides it
        double secondsLeft = -1;    ///< negative: not known, hidden
        double fraction = 0;        ///< of the whole work, 0–1
        QString state;              ///< "Paused", "Finished"; empty while it trains
        QString network;            ///< "784-512-256-2 · 1.07 M parameters"
        QString seed;               ///< the number alone; the panel writes "seed 1"
        QString device;             ///< "CPU"
        friend bool operator==(const Values&, const Values&) = default;
    };

    explicit StatusPanel(QWidget* parent = nullptr);

    void setValues(const Values& values);
    [[nodiscard]] const Values& values() const { return m_values; }
    /// Samples that are sequences or rows of a table are no images: the rate says "samples/s".
    void setVectors(bool vectors);
    void setTheme(const Theme& theme);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Cell {
        TextRuns runs;
        double width = 0; ///< grows with its longest content
    };
    void compose();
    [[nodiscard]] double progressWidth() const;

    Values m_values;
    Theme m_theme = Theme::light();
    std::vector<Cell> m_left;   ///< state, place, rate, time left
    QStringList m_right;        ///< network, seed, device
    bool m_vectors = false;
    int m_rateDigits = 1;
};

} // namespace latentscape::ui
