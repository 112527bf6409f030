// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/undo.h"

#include <utility>

namespace latentscape::app {

ChangeCommand::ChangeCommand(const QString& text, std::function<void()> undo, std::function<void()> redo)
    : QUndoCommand(text)
    , m_undo(std::move(undo))
    , m_redo(std::move(redo))
{
}

void ChangeCommand::redo()
{
    if (std::exchange(m_pushed, true))
        m_redo();
}

} // namespace latentscape::app
