// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QUndoCommand>
#include <QUndoStack>

#include <functional>

namespace latentscape::app {

/// One step that a person can take back. The change itself has already happened when it is pushed.
class ChangeCommand : public QUndoCommand {
public:
    ChangeCommand(const QString& text, std::function<void()> undo, std::function<void()> redo);

    void undo() override { m_undo(); }
    void redo() override;

private:
    std::function<void()> m_undo, m_redo;
    bool m_pushed = false; ///< pushing calls redo() once
};

/// Pushes a change from one value to another, unless they are equal. apply sets a value without pushing.
template <typename Value, typename Apply>
void pushChange(QUndoStack& stack, const QString& text, const Value& before, const Value& after, Apply apply)
{
    if (!(before == after))
        stack.push(new ChangeCommand(text, [before, apply] { apply(before); }, [after, apply] { apply(after); }));
}

} // namespace latentscape::app
