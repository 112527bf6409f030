// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/class_bars.h"
#include "ui/panels/image_grid.h"
#include "ui/panels/selection_panel.h"
#include "ui/panels/text_cell.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTimer>
#include <QtTest>

#include <memory>

using namespace latentscape::ui;

class TestSelectionPanel : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<SelectionPanel> m_panel;

    template <typename Widget = QPushButton>
    Widget* control(const char* name) const
    {
        for (Widget* widget : m_panel->findChildren<Widget*>()) {
            if (widget->accessibleName() == QString::fromUtf8(name))
                return widget;
        }
        return nullptr;
    }
    static SelectionView view(int shown, std::size_t count = 1204)
    {
        SelectionView v;
        v.count = count;
        v.total = 60000;
        v.classes = {{QStringLiteral("0"), Qt::blue, 0, 6000}, {QStringLiteral("3"), Qt::red, 1000, 6131}, {QStringLiteral("7"), Qt::green, 204, 5000}};
        QImage image(28, 28, QImage::Format_RGB32);
        image.fill(qRgb(20, 200, 40));
        v.mean = image;
        for (int i = 0; i < shown; ++i) {
            v.montage << image;
            v.captions << QStringLiteral("7 · %1").arg(i);
            v.samples.push_back(static_cast<std::size_t>(1000 + i));
        }
        return v;
    }
    bool shows(const QString& text) const
    {
        const auto cells = m_panel->findChildren<TextCell*>();
        return std::any_of(cells.begin(), cells.end(), [&](const TextCell* cell) { return cell->isVisible() && cell->text() == text; });
    }
    static void settle()
    {
        for (int i = 0; i < 4; ++i)
            QCoreApplication::processEvents();
    }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_panel = std::make_unique<SelectionPanel>();
        m_panel->setTheme(Theme::light());
        m_panel->resize(292, 760);
        m_panel->show();
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    }
    void cleanup() { m_panel.reset(); }

    void empty_tellsWhatToDoAndOffersNothing()
    {
        QVERIFY(!control("Clear selection")->isVisible());
        QVERIFY(!control("Find direction")->isVisible());
        bool told = false;
        for (const QLabel* label : m_panel->findChildren<QLabel*>())
            told |= label->isVisible() && label->text().contains(QLatin1String("Choose Lasso and draw around codes"));
        QVERIFY(told);
        QVERIFY(m_panel->renderedMontage(1.0).isNull());
        m_panel->setGroups(QStringLiteral("412 images"), {}, false); // a remembered group outlives the selection
        QVERIFY(control("Find direction")->isVisible());
        QVERIFY(!control("Set as A")->isEnabled());
    }

    void view_set_showsCountsMeanAndMontage()
    {
        m_panel->setView(view(48));
        settle();
        QVERIFY(shows(QStringLiteral("1204 of 60\u202F000")));
        QVERIFY(shows(QStringLiteral("48 of 1204 images")));
        auto* bars = m_panel->findChild<ClassBars*>();
        QCOMPARE(bars->accessibleDescription(), QStringLiteral("3: 1000 of 6131 images. 7: 204 of 5000 images."));
        QVERIFY(bars->height() >= 40 && bars->height() < 80); // two rows: the class without samples has none
        auto* montage = control<ImageGrid>("Selected images");
        QCOMPARE(montage->count(), 48);
        QCOMPARE(montage->columns(), 8);
        const QRectF last = montage->cellRect(47);
        QVERIFY(QRectF(montage->rect()).contains(last));
        QVERIFY(last.width() >= 28);
        QVERIFY(!m_panel->renderedMontage(2.0).isNull());
        m_panel->setView({});
        settle();
        QVERIFY(!control("Clear selection")->isVisible());
    }

    void image_clickedOrChosenByKeys_isActivatedAsItsSample()
    {
        m_panel->setView(view(20));
        settle();
        QList<std::size_t> samples;
        connect(m_panel.get(), &SelectionPanel::sampleActivated, this, [&](std::size_t sample) { samples << sample; });
        auto* montage = control<ImageGrid>("Selected images");
        QTest::mouseClick(montage, Qt::LeftButton, {}, montage->cellRect(9).center());
        montage->setFocus();
        QTest::keyClick(montage, Qt::Key_Home);
        QTest::keyClick(montage, Qt::Key_Down);
        QTest::keyClick(montage, Qt::Key_Right);
        QTest::keyClick(montage, Qt::Key_Return);
        QCOMPARE(samples, (QList<std::size_t>{1009, 1009}));
    }

    void buttons_pressed_emitRequests()
    {
        m_panel->setView(view(4));
        QSignalSpy clear(m_panel.get(), &SelectionPanel::clearRequested);
        QSignalSpy invert(m_panel.get(), &SelectionPanel::invertRequested);
        QList<bool> groups;
        connect(m_panel.get(), &SelectionPanel::groupRequested, this, [&](bool second) { groups << second; });
        QTest::mouseClick(control("Clear selection"), Qt::LeftButton);
        control("Invert selection")->setFocus();
        QTest::keyClick(control("Invert selection"), Qt::Key_Space);
        QTest::mouseClick(control("Set as A"), Qt::LeftButton);
        QTest::mouseClick(control("Set as B"), Qt::LeftButton);
        QCOMPARE(clear.count(), 1);
        QCOMPARE(invert.count(), 1);
        QCOMPARE(groups, (QList<bool>{false, true}));
    }

    void saveMenu_entriesChosenByKeys_emitTheirRequest_data()
    {
        QTest::addColumn<int>("downs");
        QTest::newRow("csv") << 1;
        QTest::newRow("data set") << 2;
        QTest::newRow("montage") << 3;
    }
    void saveMenu_entriesChosenByKeys_emitTheirRequest()
    {
        QFETCH(int, downs);
        m_panel->setView(view(4));
        QSignalSpy csv(m_panel.get(), &SelectionPanel::saveCsvRequested);
        QSignalSpy dataset(m_panel.get(), &SelectionPanel::saveDatasetRequested);
        QSignalSpy montage(m_panel.get(), &SelectionPanel::saveMontageRequested);
        QPushButton* save = control("Save selection");
        // The menu runs its own loop inside the click.
        QTimer::singleShot(0, save->menu(), [menu = save->menu(), downs] {
            for (int i = 0; i < downs; ++i)
                QTest::keyClick(menu, Qt::Key_Down);
            QTest::keyClick(menu, Qt::Key_Return);
        });
        QTest::mouseClick(save, Qt::LeftButton);
        QCOMPARE(csv.count(), downs == 1 ? 1 : 0);
        QCOMPARE(dataset.count(), downs == 2 ? 1 : 0);
        QCOMPARE(montage.count(), downs == 3 ? 1 : 0);
    }

    void relabel_withoutClasses_isDisabledWithTheReason()
    {
        m_panel->setView(view(4));
        m_panel->setClassNames({});
        QVERIFY(!control("Relabel")->isEnabled());
        QVERIFY(!control<QComboBox>("New label")->isEnabled());
        QVERIFY(control("Relabel")->toolTip().contains(QLatin1String("no labels")));
    }

    void relabel_existingOrNewName_isAskedFor()
    {
        m_panel->setView(view(4));
        m_panel->setClassNames({QStringLiteral("0"), QStringLiteral("1"), QStringLiteral("2")});
        QSignalSpy relabel(m_panel.get(), &SelectionPanel::relabelRequested);
        auto* combo = control<QComboBox>("New label");
        QVERIFY(combo->currentText().isEmpty());
        QVERIFY(!control("Relabel")->isEnabled());
        combo->setFocus();
        QTest::keyClick(combo, Qt::Key_Down);
        const QString chosen = combo->currentText();
        QVERIFY(!chosen.isEmpty());
        QTest::mouseClick(control("Relabel"), Qt::LeftButton);
        QCOMPARE(relabel.count(), 1);
        QCOMPARE(relabel.at(0).at(0).toString(), chosen);
        combo->lineEdit()->selectAll();
        QTest::keyClicks(combo, QStringLiteral(" noise ")); // the box has the focus and hands keys to its field
        QTest::keyClick(combo, Qt::Key_Return);
        QCOMPARE(relabel.count(), 2);
        QCOMPARE(relabel.at(1).at(0).toString(), QStringLiteral("noise"));
        QCOMPARE(combo->count(), 3); // the data set decides which classes there are
    }

    void direction_twoGroups_isAskedForByButtonAndEnter()
    {
        m_panel->setView(view(4));
        QSignalSpy direction(m_panel.get(), &SelectionPanel::directionRequested);
        auto* name = control<QLineEdit>("Direction name");
        QPushButton* find = control("Find direction");
        QVERIFY(!find->isEnabled());
        name->setFocus();
        QTest::keyClicks(name, QStringLiteral("slant"));
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(direction.count(), 0);
        m_panel->setGroups(QStringLiteral("412 images"), QStringLiteral("389 images"), true);
        QVERIFY(shows(QStringLiteral("412 images")) && shows(QStringLiteral("389 images")));
        QTest::keyClick(name, Qt::Key_Return);
        QTest::mouseClick(find, Qt::LeftButton);
        QCOMPARE(direction.count(), 2);
        QCOMPARE(direction.at(0).at(0).toString(), QStringLiteral("slant"));
        name->clear();
        QTest::mouseClick(find, Qt::LeftButton);
        QVERIFY(direction.at(2).at(0).toString().isEmpty()); // whoever finds it names it
    }

    void lowPanel_everythingCanBeScrolledTo()
    {
        m_panel->resize(240, 200);
        m_panel->setView(view(48));
        m_panel->setGroups(QStringLiteral("412 images"), QStringLiteral("389 images"), true);
        settle();
        auto* scroll = m_panel->findChild<QScrollArea*>();
        QPushButton* find = control("Find direction");
        find->setFocus();
        scroll->ensureWidgetVisible(find);
        settle();
        const QRect place(find->mapTo(m_panel.get(), QPoint()), find->size());
        QVERIFY(m_panel->rect().contains(place));
        for (const QWidget* child : scroll->widget()->findChildren<QWidget*>()) {
            if (child->isVisible())
                QVERIFY2(child->mapTo(scroll->widget(), QPoint(child->width(), 0)).x() <= scroll->widget()->width(),
                         qPrintable(child->accessibleName()));
        }
    }

    void manyClasses_areToldInOneLine()
    {
        ClassBars bars;
        std::vector<ClassBars::Bar> many;
        for (int i = 0; i < 47; ++i)
            many.push_back({QString::number(i), Qt::red, 5, 10});
        bars.setBars(many);
        const int row = bars.sizeHint().height() / 12;
        QVERIFY(row >= 18 && row <= 24);
        many.resize(12);
        bars.setBars(many);
        QCOMPARE(bars.sizeHint().height(), 12 * row);
        many.resize(3);
        bars.setBars(many);
        QCOMPARE(bars.sizeHint().height(), 3 * row);
    }
};

QTEST_MAIN(TestSelectionPanel)
#include "tst_selection_panel.moc"
