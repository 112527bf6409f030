// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/selection.h"
#include "app/session/latest_job.h"
#include "app/session/session.h"
#include "app/window/explorer_controller.h"
#include "app/window/exporter.h"
#include "ui/theme/theme.h"
#include "ui/window/main_window.h"

#include <QObject>

#include <array>
#include <memory>
#include <string>
#include <vector>

class QUndoStack;

namespace latentscape::app {

/// The selected images: what the lasso adds and removes, what the Selection panel shows of them, relabelling, saving, and the two
/// remembered groups. GUI thread only; owned by AppWindow.
class SelectionController : public QObject {
    Q_OBJECT
public:
    SelectionController(Session& session, ExplorerController& explorer, Exporter& exporter, ui::MainWindow& window, QUndoStack& undo, QObject* parent);

    void setTheme(const ui::Theme& theme);
    [[nodiscard]] const Selection& selection() const { return *m_selection; }
    /// As one step of undo.
    void select(Selection selection, const QString& text);
    /// Remembers the selection as group A (false) or B (true).
    void remember(bool second);
    /// The remembered groups, A and B; empty selections when there are none.
    using Groups = std::array<Selection, 2>;
    [[nodiscard]] const Groups& groups() const { return m_groups; }

Q_SIGNALS:
    void selectionShown(); ///< the panel shows the newest selection
    void groupsChanged();

private:
    void prepareForRun();
    void onLasso(const std::vector<std::size_t>& samples, SelectionMode mode);
    void setSelection(Selection selection);
    void setGroups(const Groups& groups);
    void describe();
    void relabel(const QString& className);
    void saveRows();
    void saveDataset();
    void saveMontage();
    void activate(std::size_t sample);
    [[nodiscard]] bool refuseEmpty() const;

    Session& m_session;
    ExplorerController& m_explorer;
    Exporter& m_exporter;
    ui::MainWindow& m_window;
    const ui::MainWindow::Parts& m_parts;
    QUndoStack& m_undo;
    ui::Theme m_theme = ui::Theme::light();
    std::shared_ptr<const Selection> m_selection = std::make_shared<const Selection>();
    std::string m_selectionOf; ///< digest of the set that selection and groups belong to
    Groups m_groups;
    LatestJob m_job;
};

} // namespace latentscape::app
