// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/tool_controller.h"

#include "ui/map/latent_map.h"
#include "ui/window/central_area.h"

#include <QAction>

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
    // planes, colours and backdrops explain themselves too, by the sentence of their action
    const auto explain = [this](QAction* action) {
        connect(action, &QAction::triggered, this, [this, action] { m_window.parts().map->showHint(action->statusTip()); });
    };
    for (QAction* action : actions.planes)
        explain(action);
    for (QAction* action : actions.colours)
        explain(action);
    for (QAction* action : actions.backdrops)
        explain(action);
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
