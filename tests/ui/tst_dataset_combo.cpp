// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/dataset_combo.h"

#include <QAbstractItemView>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QtTest>

#include <memory>

using namespace latentscape;
using namespace latentscape::ui;

class TestDatasetCombo : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<DatasetCombo> m_combo;

    void chooseInList(int key) const
    {
        m_combo->showPopup();
        QTRY_VERIFY(m_combo->view()->isVisible());
        QTest::keyClick(m_combo->view(), static_cast<Qt::Key>(key));
        QTest::keyClick(m_combo->view(), Qt::Key_Return);
    }

private Q_SLOTS:
    void init()
    {
        // The offscreen platform warns about what it cannot do.
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_combo = std::make_unique<DatasetCombo>();
        m_combo->setDatasets({{"digits", "Digits (built in)", "Drawn strokes.", true, ""},
                              {"mnist", "MNIST", "Handwritten digits.", true, ""},
                              {"fashion", "Fashion-MNIST", "Clothes.", false, "Put the four IDX files into a folder."}});
        m_combo->setSpec(QStringLiteral("digits"));
        m_combo->show();
        m_combo->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_combo.get()));
    }
    void cleanup() { m_combo.reset(); }

    void openFolder_chosen_asksAndKeepsTheSet()
    {
        QSignalSpy folder(m_combo.get(), &DatasetCombo::folderRequested);
        QSignalSpy chosen(m_combo.get(), &DatasetCombo::specChosen);
        chooseInList(Qt::Key_End);
        QCOMPARE(folder.count(), 1);
        QCOMPARE(chosen.count(), 0);
        QCOMPARE(m_combo->currentText(), QStringLiteral("Digits (built in)"));
    }

    void openFolder_passedWithKeys_asksForNothing()
    {
        QSignalSpy folder(m_combo.get(), &DatasetCombo::folderRequested);
        QTest::keyClick(m_combo.get(), Qt::Key_End);
        QCOMPARE(folder.count(), 0);
        QCOMPARE(m_combo->currentText(), QStringLiteral("Digits (built in)"));
    }

    void set_chosen_isToldOnce()
    {
        QSignalSpy chosen(m_combo.get(), &DatasetCombo::specChosen);
        chooseInList(Qt::Key_Down);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.at(0).at(0).toString(), QStringLiteral("mnist"));
        chooseInList(Qt::Key_Home);
        QCOMPARE(chosen.count(), 2);
    }

    void set_notOnThisComputer_isGreyedWithTheWayToGetIt()
    {
        const int index = m_combo->findData(QStringLiteral("fashion"));
        QVERIFY(index >= 0);
        QVERIFY(!qobject_cast<QStandardItemModel*>(m_combo->model())->item(index)->isEnabled());
        QCOMPARE(m_combo->itemData(index, Qt::ToolTipRole).toString(), QStringLiteral("Put the four IDX files into a folder."));
    }

    void spec_unknownPath_isListedByItsLastPart_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("folder") << "/data/my faces";
        QTest::newRow("with a slash") << "/data/my faces/";
    }
    void spec_unknownPath_isListedByItsLastPart()
    {
        QFETCH(QString, path);
        QSignalSpy chosen(m_combo.get(), &DatasetCombo::specChosen);
        m_combo->setSpec(path);
        QCOMPARE(m_combo->currentText(), QStringLiteral("my faces"));
        QCOMPARE(m_combo->spec(), path);
        QCOMPARE(chosen.count(), 0);
    }
};

QTEST_MAIN(TestDatasetCombo)
#include "tst_dataset_combo.moc"
