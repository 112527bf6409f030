// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/latest_job.h"
#include "app/session/session.h"
#include "ui/map/map_colouring.h"
#include "ui/panels/map_options.h"
#include "ui/window/main_window.h"

#include <QElapsedTimer>
#include <QObject>

#include <optional>
#include <utility>

class QUndoStack;

namespace latentscape::app {

/// What the points' colours mean: computes the values off the GUI thread, again whenever newer codes come, and hands them to the map. GUI
/// thread only; owned by AppWindow.
class ColourController : public QObject {
    Q_OBJECT
public:
    ColourController(Session& session, const ui::MainWindow& window, QUndoStack& undo, QObject* parent);

Q_SIGNALS:
    void coloured(); ///< the map has the newest values (the tour waits for it)

private:
    void onColourChosen();
    void applyChoice(const ui::ColourChoice& choice);
    void refresh(bool atOnce);
    void show(ui::MapColouring colouring);
    [[nodiscard]] ui::MapColouring emptyColouring() const;
    [[nodiscard]] bool isCostly() const;

    Session& m_session;
    const ui::MainWindow::Parts& m_parts;
    const ui::MainWindow::Actions& m_actions;
    QUndoStack& m_undo;
    ui::ColourChoice m_choice;
    using ValueRange = std::optional<std::pair<double, double>>;
    void filterBy(const ValueRange& range);
    ValueRange m_filter;         ///< of the map, as the person set it
    QElapsedTimer m_sinceFilter; ///< a drag, or keys pressed one after the other, are one step of undo
    int m_filterSeries = 0;
    QElapsedTimer m_age; ///< since costly values were last asked for
    LatestJob m_job;
};

} // namespace latentscape::app
