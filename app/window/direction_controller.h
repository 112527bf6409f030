// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/model/attribute_direction.h"
#include "app/session/latest_job.h"
#include "app/session/session.h"
#include "app/window/explorer_controller.h"
#include "app/window/exporter.h"
#include "app/window/selection_controller.h"
#include "ui/window/main_window.h"

#include <QObject>

#include <cstdint>
#include <string>
#include <vector>

class QUndoStack;

namespace latentscape::app {

/// Named attribute directions: found between two remembered selections, applied to the probe by sliders, kept with the file. GUI thread
/// only; owned by AppWindow.
class DirectionController : public QObject {
    Q_OBJECT
public:
    DirectionController(Session& session, ExplorerController& explorer, const SelectionController& selections, PlaneController& planes, Exporter& exporter,
                        ui::MainWindow& window, QUndoStack& undo, QObject* parent);

    /// From group A to group B; the answer comes as a row of the panel or as a message. An empty name: "direction" and a number.
    void find(const QString& name);

private:
    void add(const AttributeDirection& direction);
    void change(const QString& text, std::vector<AttributeDirection> directions);
    void showEntries();
    void apply(int index, double amount);
    [[nodiscard]] bool has(const std::string& name) const;
    /// name, or where another direction has it or it is empty, one with a number.
    [[nodiscard]] QString freeName(const QString& name) const;
    void rename(int index, const QString& name);
    void remove(int index);
    void setAmounts(const std::vector<double>& amounts);

    Session& m_session;
    ExplorerController& m_explorer;
    const SelectionController& m_selections;
    PlaneController& m_planes;
    Exporter& m_exporter;
    ui::MainWindow& m_window;
    const ui::MainWindow::Parts& m_parts;
    QUndoStack& m_undo;
    LatestJob m_job;
    std::vector<double> m_amounts; ///< by direction, as the sliders stand
    std::vector<double> m_amountsAtGrab;
    bool m_applying = false;
    QString m_told;                ///< what the message bar said of the last one found
    std::string m_toldOf;          ///< its name
    std::uint64_t m_found = 0;     ///< counts, so that each search has random pairs of its own
};

} // namespace latentscape::app
