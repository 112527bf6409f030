// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/tool_controller.h"

#include "ui/map/latent_map.h"
#include "ui/panels/map_options.h"
#include "ui/window/central_area.h"

#include <QAction>

#include <algorithm>

namespace latentscape::app {

ToolController::ToolController(ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_window(window)
{
    const auto& actions = window.actions();
    for (QAction* action : {actions.probe, actions.path, actions.lasso})
        connect(action, &QAction::toggled, this, [this, action](bool on) {
            if (on)
                choose(action, /*explain=*/true);
        });
    // planes, colours and backdrops explain themselves too, by the sentence of their action: from the menu and from the row over the map
    const auto explain = [this](const QAction* action) { m_window.parts().map->showHint(action->statusTip()); };
    // queued: whoever follows the choice checks its action, or refuses it, first
    const auto explainAll = [&](const auto& all) {
        for (QAction* action : all)
            connect(
                action, &QAction::triggered, this,
                [explain, action] {
                    if (action->isChecked())
                        explain(action);
                },
                Qt::QueuedConnection);
    };
    explainAll(actions.planes);
    explainAll(actions.colours);
    explainAll(actions.backdrops);
    for (QAction* action : {actions.undo, actions.redo}) // what it explained may be taken back
        connect(action, &QAction::triggered, this, [this] { m_window.parts().map->showHint({}); });
    const ui::MapOptions* row = window.parts().mapOptions;
    const auto explainChecked = [explain](const auto& all) {
        if (const auto checked = std::ranges::find_if(all, &QAction::isChecked); checked != all.end())
            explain(*checked);
    };
    connect(row, &ui::MapOptions::planeChosen, this, [explainChecked, &actions] { explainChecked(actions.planes); }, Qt::QueuedConnection);
    connect(row, &ui::MapOptions::colourChosen, this, [explainChecked, &actions] { explainChecked(actions.colours); }, Qt::QueuedConnection);
    connect(row, &ui::MapOptions::backdropChosen, this, [explainChecked, &actions] { explainChecked(actions.backdrops); }, Qt::QueuedConnection);
    choose(actions.probe, /*explain=*/false);
}

void ToolController::choose(QAction* action, bool explain)
{
    const auto& actions = m_window.actions();
    ui::LatentMap* map = m_window.parts().map;
    map->setTool(action == actions.path ? ui::LatentMap::Tool::Path : action == actions.lasso ? ui::LatentMap::Tool::Lasso : ui::LatentMap::Tool::Probe);
    if (!explain)
        return;
    m_window.parts().central->setCurrent(0); // a tool works on the map
    map->showHint(action->statusTip());
    if (action == actions.lasso)
        m_window.raiseSelection();
    else
        m_window.raiseDecoded();
}

} // namespace latentscape::app
