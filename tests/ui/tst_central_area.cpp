// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/central_area.h"

#include <QFrame>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QtTest>

#include <algorithm>

using namespace latentscape::ui;

class TestCentralArea : public QObject {
    Q_OBJECT

private:
    static const QFrame* lineOf(const CentralArea& area)
    {
        for (const QFrame* frame : area.findChildren<QFrame*>(QString(), Qt::FindDirectChildrenOnly)) {
            if (frame->property("role") == QStringLiteral("separator"))
                return frame;
        }
        return nullptr;
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )"))); }

    void optionsRow_isVisibleOnItsTabsOnly()
    {
        CentralArea area;
        auto* map = new QWidget;
        area.addPage(QStringLiteral("Map"), map, CentralArea::Above::CaptionAndOptions);
        area.addPage(QStringLiteral("Samples"), new QWidget);
        auto* row = new QPushButton(QStringLiteral("Options"));
        area.setOptionsRow(row);
        area.setTheme(Theme::light());
        area.resize(600, 400);
        area.show();
        QVERIFY(QTest::qWaitForWindowExposed(&area));
        QVERIFY(row->isVisible() && map->isVisible());
        QVERIFY(lineOf(area) && lineOf(area)->isVisible());
        QCOMPARE(lineOf(area)->height(), 1);
        QCOMPARE(lineOf(area)->y(), row->geometry().bottom() + 1); // between the row and the page
        QVERIFY(map->mapTo(&area, QPoint()).y() > lineOf(area)->y());
        const int top = map->mapTo(&area, QPoint()).y();

        QSignalSpy changed(&area, &CentralArea::currentChanged);
        auto* tabs = area.findChild<QTabBar*>();
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
        QCOMPARE(changed.count(), 1);
        QCOMPARE(area.current(), 1);
        QVERIFY(!row->isVisible() && !lineOf(area)->isVisible() && !map->isVisible());
        area.setCurrent(0);
        QCoreApplication::processEvents();
        QVERIFY(row->isVisible());
        QCOMPARE(map->mapTo(&area, QPoint()).y(), top);
    }

    void caption_isShownOnItsTabsOnly()
    {
        CentralArea area;
        area.addPage(QStringLiteral("Map"), new QWidget, CentralArea::Above::CaptionAndOptions);
        area.addPage(QStringLiteral("Manifold"), new QWidget, CentralArea::Above::Caption);
        area.addPage(QStringLiteral("Samples"), new QWidget);
        area.setCaption(QStringLiteral("z₁ × z₂"));
        const auto shows = [&area](const QString& text) {
            const auto labels = area.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) { return label->text() == text && label->toolTip() == text; });
        };
        QVERIFY(shows(QStringLiteral("z₁ × z₂")));
        area.setCurrent(2);
        QVERIFY(!shows(QStringLiteral("z₁ × z₂")));
        area.setCaption(QStringLiteral("PC 1 × PC 2"));
        QVERIFY(!shows(QStringLiteral("PC 1 × PC 2")));
        area.setCurrent(1);
        QVERIFY(shows(QStringLiteral("PC 1 × PC 2")));
    }

    void optionsRow_replaced_deletesTheFormerOne()
    {
        CentralArea area;
        area.addPage(QStringLiteral("Map"), new QWidget, CentralArea::Above::CaptionAndOptions);
        QPointer<QWidget> first = new QWidget;
        QPointer<QWidget> second = new QWidget;
        area.setOptionsRow(first);
        area.setOptionsRow(second);
        QVERIFY(!first);
        QVERIFY(second);
        QCOMPARE(second->parentWidget(), &area);
        area.setOptionsRow(nullptr);
        QVERIFY(!second);
    }

    void withoutOptionsRow_thereIsNoLine()
    {
        CentralArea area;
        area.addPage(QStringLiteral("Map"), new QWidget, CentralArea::Above::CaptionAndOptions);
        area.show();
        QVERIFY(!lineOf(area)->isVisible());
    }
};

QTEST_MAIN(TestCentralArea)
#include "tst_central_area.moc"
