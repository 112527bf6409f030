// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/undo.h"

#include <utility>

namespace latentscape::app {

ChangeCommand::ChangeCommand(const QString& text, std::function<void()> undo, std::function<void()> redo, int series)
    : QUndoCommand(text)
    , m_undo(std::move(undo))
    , m_redo(std::move(redo))
    , m_series(series)
{
}

bool ChangeCommand::mergeWith(const QUndoCommand* next)
{
    m_redo = static_cast<const ChangeCommand*>(next)->m_redo; // nothing else goes onto the stack
    return true;
}

void ChangeCommand::redo()
{
    if (std::exchange(m_pushed, true))
        m_redo();
}

} // namespace latentscape::app
