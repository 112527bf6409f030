// SPDX-License-Identifier: GPL-3.0-or-later
// What assistive programs see of the whole window: menus, toolbar, tabs, docks, dialogs and the map.
#include "support/app_window_fixture.h"
#include "ui/chrome/train_bar.h"
#include "ui/panels/image_view.h"
#include "ui/panels/selection_panel.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QDialog>
#include <QDockWidget>
#include <QHash>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSet>

using namespace latentscape;
using namespace latentscape::tests;

class TstAccessibleWindow : public AppWindowFixture {
    Q_OBJECT

private:
    struct Walk {
        QStringList nameless;
        QHash<QString, int> names; ///< of what can be focused or pressed
        int seen = 0;
    };
    /// Parts of a control that has a name itself.
    [[nodiscard]] static bool isPart(const QAccessibleInterface* element)
    {
        const QObject* object = element->object();
        const QObject* parent = object ? object->parent() : nullptr;
        const QAccessible::Role role = element->role();
        return role == QAccessible::ScrollBar || role == QAccessible::Grip || role == QAccessible::Separator || qobject_cast<const QComboBox*>(parent) ||
               qobject_cast<const QAbstractSpinBox*>(parent);
    }
    [[nodiscard]] static bool isActionable(QAccessibleInterface* element)
    {
        const QAccessible::State state = element->state();
        bool pressable = false;
        if (QAccessibleActionInterface* action = element->actionInterface())
            for (const QString& name : action->actionNames())
                pressable = pressable || name == QAccessibleActionInterface::pressAction() || name == QAccessibleActionInterface::toggleAction() ||
                            name == QAccessibleActionInterface::showMenuAction();
        switch (element->role()) {
        case QAccessible::MenuItem:
        case QAccessible::PageTab:
        case QAccessible::Link:
        case QAccessible::Button:
        case QAccessible::CheckBox:
        case QAccessible::RadioButton:
        case QAccessible::ComboBox:
        case QAccessible::Slider:
        case QAccessible::SpinBox:
        case QAccessible::EditableText: return true;
        default: break;
        }
        return state.focusable || state.checkable || state.editable || pressable || element->valueInterface();
    }
    /// A tab is called as its page is, an entry as what it stands for.
    [[nodiscard]] static bool isNamedAfterOthers(QAccessible::Role role)
    {
        return role == QAccessible::ListItem || role == QAccessible::Cell || role == QAccessible::PageTab || role == QAccessible::PageTabList;
    }
    static void walk(QAccessibleInterface* element, const QString& path, Walk& into)
    {
        if (!element || !element->isValid() || element->state().invisible || isPart(element))
            return;
        const QObject* object = element->object();
        const QString name = element->text(QAccessible::Name).trimmed();
        const QString here = path + QLatin1Char('/') + (object ? QLatin1String(object->metaObject()->className()) : QLatin1String("element")) +
                             (name.isEmpty() ? QString() : QStringLiteral("“%1”").arg(name));
        if (isActionable(element)) {
            ++into.seen;
            if (name.isEmpty())
                into.nameless << here;
            else if (!isNamedAfterOthers(element->role()))
                ++into.names[name];
        }
        if (element->role() == QAccessible::ComboBox)
            return; // its list repeats the entries
        for (int i = 0; i < element->childCount(); ++i)
            walk(element->child(i), here, into);
    }
    [[nodiscard]] static Walk walkOf(QWidget* widget)
    {
        Walk result;
        walk(QAccessible::queryAccessibleInterface(widget), {}, result);
        return result;
    }
    [[nodiscard]] static QStringList doubles(const Walk& walked)
    {
        QStringList found;
        for (auto entry = walked.names.begin(); entry != walked.names.end(); ++entry)
            if (entry.value() > 1)
                found << QStringLiteral("%1 × %2").arg(entry.key()).arg(entry.value());
        return found;
    }
    /// A window in which everything is there: five dimensions, a path, a selection, a direction, a message.
    void openFull()
    {
        open(TinyFolder::config(5, 100000));
        key(Qt::Key_2);
        QTRY_VERIFY(parts().pathStrip->isVisible());
        for (const QPoint& at : spreadPlaces(2))
            click(map(), at);
        QTRY_VERIFY(!parts().pathStrip->frames().isEmpty());
        AttributeDirection direction;
        direction.name = "slant";
        direction.direction = {0.0f, 1.0f, 0.0f, 0.0f, 0.0f};
        direction.length = 1.0;
        session().setDirections({direction});
        actions().invertSelection->trigger(); // all
        QTRY_VERIFY(!parts().selection->renderedMontage(1.0).isNull());
        parts().messages->show(ui::MessageBar::Severity::Warning, QStringLiteral("Text"), QStringLiteral("Details"), QStringLiteral("Do"));
    }

private Q_SLOTS:
    void everything_onEachTabAndDock_hasAName()
    {
        openFull();
        int seen = 0;
        for (int tab = 0; tab < 4; ++tab) {
            parts().central->setCurrent(tab);
            for (auto* dock : window().findChildren<QDockWidget*>()) {
                dock->raise();
                QCoreApplication::processEvents();
                const Walk walked = walkOf(&window());
                QVERIFY2(walked.nameless.isEmpty(), qPrintable(walked.nameless.join(QLatin1Char('\n'))));
                seen = std::max(seen, walked.seen);
            }
        }
        QVERIFY2(seen > 60, qPrintable(QString::number(seen)));
    }

    void everyPlaneColourAndTool_hasNamedControls()
    {
        openFull();
        for (QAction* action : {actions().planes[0], actions().planes[2], actions().planes[3], actions().planes[4], actions().colours[2],
                                actions().colours[1], actions().lasso, actions().probe}) {
            action->trigger();
            QCoreApplication::processEvents();
            const Walk walked = walkOf(&window());
            QVERIFY2(walked.nameless.isEmpty(), qPrintable(action->text() + QLatin1Char('\n') + walked.nameless.join(QLatin1Char('\n'))));
        }
    }

    void onePanel_neverTwoOfOneName()
    {
        openFull();
        for (auto* dock : window().findChildren<QDockWidget*>()) {
            dock->raise();
            QCoreApplication::processEvents();
            const QStringList twice = doubles(walkOf(dock->widget()));
            QVERIFY2(twice.isEmpty(), qPrintable(dock->windowTitle() + QStringLiteral(": ") + twice.join(QStringLiteral(", "))));
        }
        for (int tab = 0; tab < 4; ++tab) {
            parts().central->setCurrent(tab);
            QCoreApplication::processEvents();
            const QStringList twice = doubles(walkOf(window().centralWidget()));
            QVERIFY2(twice.isEmpty(), qPrintable(QStringLiteral("tab %1: %2").arg(tab).arg(twice.join(QStringLiteral(", ")))));
        }
        const QStringList twice = doubles(walkOf(parts().trainBar));
        QVERIFY2(twice.isEmpty(), qPrintable(twice.join(QStringLiteral(", "))));
    }

    void fixedNames_areThere()
    {
        openFull();
        QHash<QString, int> names;
        for (int tab = 0; tab < 4; ++tab) {
            parts().central->setCurrent(tab);
            for (auto* dock : window().findChildren<QDockWidget*>()) {
                dock->raise();
                QCoreApplication::processEvents();
                for (const QWidget* widget : window().findChildren<QWidget*>())
                    if (widget->isVisible())
                        ++names[QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget))->text(QAccessible::Name)];
            }
        }
        for (const char* name : {"Latent map", "Decoded image", "Loss plot", "KL per dimension", "Train", "Step", "Stop", "Reset", "Beta", "Dataset",
                                 "Latent dimensions", "Epochs", "Batch size", "Learning rate", "Seed", "Objective", "Likelihood", "Architecture",
                                 "Hidden layers", "Optimiser", "Warm-up", "Validation fraction", "Device", "Probe tool", "Path tool", "Lasso tool",
                                 "Path position", "Play path", "Speed", "Temperature", "Plane", "Colour by", "Behind the points", "Selected images",
                                 "Directions", "Status"})
            QVERIFY2(names.contains(QLatin1String(name)), name);
    }

    void boxes_areCalledByWhatTheyChoose()
    {
        open(TinyFolder::config(5, 100000));
        auto* box = control<QComboBox>("Objective");
        QVERIFY(box);
        QAccessibleInterface* element = QAccessible::queryAccessibleInterface(box);
        QCOMPARE(element->role(), QAccessible::ComboBox);
        QCOMPARE(element->text(QAccessible::Name), QStringLiteral("Objective"));
        QCOMPARE(element->text(QAccessible::Value), box->currentText());
        QVERIFY(element->text(QAccessible::Description).startsWith(box->currentText()));
        QVERIFY(element->state().expandable && !element->state().expanded);
        element->actionInterface()->doAction(QAccessibleActionInterface::showMenuAction());
        QTRY_VERIFY(element->state().expanded);
        QCOMPARE(element->child(0)->childCount(), box->count());
        QCOMPARE(element->indexOfChild(element->child(0)), 0);
        element->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QTRY_VERIFY(!element->state().expanded);
        QCOMPARE(QAccessible::queryAccessibleInterface(parts().decoded->imageView())->role(), QAccessible::Graphic);
        QCOMPARE(QAccessible::queryAccessibleInterface(control("Loss plot"))->role(), QAccessible::Chart);
    }

    void toolButtons_toggledByAssistance_chooseTheirTool()
    {
        open();
        const auto assist = [this](const char* name) {
            QAccessibleInterface* button = QAccessible::queryAccessibleInterface(control(name));
            const QString action = button->actionInterface()->actionNames().first();
            button->actionInterface()->doAction(action);
        };
        assist("Lasso tool");
        QVERIFY(actions().lasso->isChecked());
        QCOMPARE(map()->tool(), ui::LatentMap::Tool::Lasso);
        assist("Path tool");
        QCOMPARE(map()->tool(), ui::LatentMap::Tool::Path);
        assist("Path tool"); // one of them is always chosen
        QVERIFY(actions().path->isChecked());
        QVERIFY(control<QAbstractButton>("Path tool")->isChecked());
        QVERIFY(!control<QAbstractButton>("Lasso tool")->isChecked());
        assist("Train");
        QTRY_COMPARE(session().state(), TrainerState::Running);
        QVERIFY(control("Pause"));
    }

    void menus_everyEntry_hasATextAndAnExplanation()
    {
        open();
        int entries = 0;
        const auto look = [&entries](auto&& self, const QMenu* menu) -> void {
            QVERIFY2(!menu->title().isEmpty(), "a menu without a title");
            QAccessibleInterface* element = QAccessible::queryAccessibleInterface(const_cast<QMenu*>(menu));
            QVERIFY(element);
            QCOMPARE(element->childCount(), int(menu->actions().size()));
            QSet<QString> texts;
            for (int i = 0; i < element->childCount(); ++i) {
                const QAction* action = menu->actions().at(i);
                if (action->isSeparator())
                    continue;
                ++entries;
                QVERIFY2(!element->child(i)->text(QAccessible::Name).isEmpty(), qPrintable(menu->title()));
                QVERIFY2(!texts.contains(action->text()), qPrintable(action->text()));
                texts.insert(action->text());
                if (action->menu())
                    self(self, action->menu());
            }
        };
        for (const QAction* action : window().menuBar()->actions())
            look(look, action->menu());
        QVERIFY2(entries > 50, qPrintable(QString::number(entries)));
        for (const QAction* action : window().findChildren<QAction*>(QString(), Qt::FindDirectChildrenOnly))
            if (!action->shortcut().isEmpty())
                QVERIFY2(!action->statusTip().isEmpty(), qPrintable(action->text()));
    }

    void shortcuts_noKeyTwice()
    {
        open();
        QHash<QKeySequence, QString> keys;
        for (const QAction* action : window().findChildren<QAction*>())
            for (const QKeySequence& key : action->shortcuts()) {
                QVERIFY2(!keys.contains(key), qPrintable(key.toString() + QStringLiteral(": ") + keys.value(key) + QStringLiteral(", ") + action->text()));
                keys.insert(key, action->text());
            }
        QVERIFY(keys.size() > 20);
    }

    void dialogs_everything_hasAName_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("shortcuts") << 0;
        QTest::newRow("first steps") << 1;
        QTest::newRow("about") << 2;
        QTest::newRow("unsaved training") << 3;
    }
    void dialogs_everything_hasAName()
    {
        QFETCH(int, which);
        open();
        if (which == 3) {
            key(Qt::Key_Period);
            QTRY_COMPARE(session().state(), TrainerState::Paused);
            QTRY_VERIFY(session().hasUnsavedTraining());
        }
        QAction* const all[] = {actions().shortcuts, actions().guide, actions().about, actions().reset};
        all[which]->trigger();
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget())) && dialog->isVisible());
        QVERIFY(!dialog->windowTitle().isEmpty());
        const Walk walked = walkOf(dialog);
        QVERIFY2(walked.nameless.isEmpty(), qPrintable(walked.nameless.join(QLatin1Char('\n'))));
        QVERIFY(walked.seen > 0);
        QTRY_VERIFY(QGuiApplication::focusWindow() == dialog->windowHandle());
        key(Qt::Key_Escape); // each can be left by the keyboard
        QTRY_VERIFY(QApplication::activeModalWidget() == nullptr);
    }

    void map_isAChartWithItsClasses()
    {
        open();
        m_app->explorer().setProbe({0.5f, -0.25f});
        QTRY_VERIFY(map()->probeInfo().contains(QStringLiteral("0.50, ")));
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(map());
        QCOMPARE(chart->role(), QAccessible::Chart);
        QCOMPARE(chart->text(QAccessible::Name), QStringLiteral("Latent map"));
        QVERIFY(chart->state().focusable);
        const QString description = chart->text(QAccessible::Description);
        QVERIFY2(description.contains(QStringLiteral("z (0.50, ")) && description.contains(QStringLiteral("nearest label")), qPrintable(description));
        QVERIFY2(description.contains(QStringLiteral("60 codes")), qPrintable(description));
        QCOMPARE(chart->childCount(), 3);
        for (int label = 0; label < 3; ++label) {
            QAccessibleInterface* item = chart->child(label);
            QCOMPARE(item->text(QAccessible::Name), QString::fromStdString(session().data()->classNames()[std::size_t(label)]));
            QCOMPARE(item->text(QAccessible::Value), QStringLiteral("20 codes"));
            QVERIFY(item->state().checked);
        }
        chart->child(1)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QVERIFY(!chart->child(0)->state().checked);
        QVERIFY(chart->child(1)->state().checked);
        actions().invertSelection->trigger();
        QVERIFY(chart->text(QAccessible::Description).contains(QStringLiteral("60 are selected")));
    }

    void walk_ofANamelessButton_complains()
    {
        open();
        auto* button = new QPushButton(&window());
        button->setGeometry(100, 100, 40, 20);
        button->show();
        QVERIFY(!walkOf(&window()).nameless.isEmpty());
    }
};

QTEST_MAIN(TstAccessibleWindow)
#include "tst_accessible_window.moc"
