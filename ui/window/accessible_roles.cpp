// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/accessible_roles.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QAccessibleWidget>
#include <QComboBox>
#include <QCoreApplication>
#include <QLineEdit>

#include <utility>

namespace latentscape::ui {

namespace {

/// A box of entries, by its own name.
class BoxInterface final : public QAccessibleWidget {
    Q_DECLARE_TR_FUNCTIONS(latentscape::ui::BoxInterface)

public:
    explicit BoxInterface(QComboBox* box)
        : QAccessibleWidget(box, QAccessible::ComboBox)
    {
    }

    QString text(QAccessible::Text kind) const override
    {
        const QString entry = box()->currentText();
        const QString own = QAccessibleWidget::text(kind);
        switch (kind) {
        case QAccessible::Value: return entry;
        case QAccessible::Name: return own.isEmpty() ? entry : own;
        case QAccessible::Description: return own.isEmpty() ? entry : tr("%1. %2", "present entry of a box, and what the box is for").arg(entry, own);
        default: return own;
        }
    }
    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.expandable = true;
        state.expanded = box()->view()->isVisible();
        state.collapsed = !state.expanded;
        state.editable = box()->isEditable();
        return state;
    }
    int childCount() const override { return box()->isEditable() ? 2 : 1; }
    QAccessibleInterface* child(int index) const override
    {
        if (index == 0)
            return QAccessible::queryAccessibleInterface(box()->view());
        return index == 1 && box()->isEditable() ? QAccessible::queryAccessibleInterface(box()->lineEdit()) : nullptr;
    }
    int indexOfChild(const QAccessibleInterface* wanted) const override
    {
        if (wanted && wanted->object() == box()->view())
            return 0;
        return wanted && box()->isEditable() && wanted->object() == box()->lineEdit() ? 1 : -1;
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        QAccessibleInterface* field = child(1);
        return field && field->rect().contains(x, y) ? field : nullptr;
    }
    QStringList actionNames() const override { return {showMenuAction(), pressAction()}; }
    void doAction(const QString& name) override
    {
        if (name != showMenuAction() && name != pressAction())
            return;
        if (box()->view()->isVisible())
            box()->hidePopup();
        else
            box()->showPopup();
    }

private:
    [[nodiscard]] QComboBox* box() const { return static_cast<QComboBox*>(object()); }
};

QAccessibleInterface* makeInterface(const QString& className, QObject* object)
{
    if (className == QLatin1String("QComboBox")) {
        auto* box = qobject_cast<QComboBox*>(object);
        return box ? new BoxInterface(box) : nullptr;
    }
    static constexpr std::pair<const char*, QAccessible::Role> kRoles[] = {
        {"latentscape::ui::ImageView", QAccessible::Graphic},       {"latentscape::ui::ImageGrid", QAccessible::Graphic},
        {"latentscape::ui::FilmStrip", QAccessible::Graphic},       {"latentscape::ui::LossPlot", QAccessible::Chart},
        {"latentscape::ui::KlBars", QAccessible::Chart},            {"latentscape::ui::ClassBars", QAccessible::Chart},
        {"latentscape::ui::TextCell", QAccessible::StaticText},     {"latentscape::ui::SupportChip", QAccessible::StaticText},
        {"latentscape::ui::StatusPanel", QAccessible::StatusBar},   {"latentscape::ui::MessageBar", QAccessible::AlertMessage},
    };
    for (const auto& [name, role] : kRoles)
        if (className == QLatin1String(name))
            if (auto* widget = qobject_cast<QWidget*>(object))
                return new QAccessibleWidget(widget, role);
    return nullptr;
}

} // namespace

void installAccessibleRoles()
{
    QAccessible::installFactory(makeInterface); // Qt keeps one entry a factory
}

} // namespace latentscape::ui
