// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QUndoCommand>
#include <QUndoStack>

#include <functional>

namespace latentscape::app {

/// One step that a person can take back. The change itself has already happened when it is pushed. Changes of one series (≥ 0), pushed one after
/// the other, are one step.
class ChangeCommand : public QUndoCommand {
public:
    ChangeCommand(const QString& text, std::function<void()> undo, std::function<void()> redo, int series = -1);

    void undo() override { m_undo(); }
    void redo() override;
    [[nodiscard]] int id() const override { return m_series; }
    bool mergeWith(const QUndoCommand* next) override;

private:
    std::function<void()> m_undo, m_redo;
    int m_series;
    bool m_pushed = false; ///< pushing calls redo() once
};

/// Pushes a change from one value to another, unless they are equal. apply sets a value without pushing.
template <typename Value, typename Apply>
void pushChange(QUndoStack& stack, const QString& text, const Value& before, const Value& after, Apply apply, int series = -1)
{
    if (!(before == after))
        stack.push(new ChangeCommand(text, [before, apply] { apply(before); }, [after, apply] { apply(after); }, series));
}

} // namespace latentscape::app
