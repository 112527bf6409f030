// SPDX-License-Identifier: GPL-3.0-or-later
// Short texts of the window that have rules of their own.
#include "app/window/display_text.h"

#include <QDir>
#include <QTest>

using namespace latentscape::app;

class TstDisplayText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void place_ofAFile_namesItsFolder_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        const QString home = QDir::homePath();
        QTest::newRow("elsewhere") << QStringLiteral("/data/run 1/way.gif") << QStringLiteral("way.gif in /data/run 1");
        QTest::newRow("home") << home + QStringLiteral("/way.gif") << QStringLiteral("way.gif in ~");
        QTest::newRow("below home") << home + QStringLiteral("/Pictures/../Films/way.gif") << QStringLiteral("way.gif in ~/Films");
        QTest::newRow("beside home") << home + QStringLiteral("2/way.gif") << QStringLiteral("way.gif in ") + home + u'2';
        QTest::newRow("top") << QStringLiteral("/way.gif") << QStringLiteral("way.gif in /");
        QTest::newRow("percent") << QStringLiteral("/a%2b/50%1.gif") << QStringLiteral("50%1.gif in /a%2b");
        QTest::newRow("59 characters") << QStringLiteral("/%1/a.png").arg(QString(58, u'x')) << QStringLiteral("a.png in /%1").arg(QString(58, u'x'));
        QTest::newRow("long") << QStringLiteral("/%1/end/a.png").arg(QString(300, u'x')) << QStringLiteral("a.png in …%1/end").arg(QString(55, u'x'));
    }
    void place_ofAFile_namesItsFolder()
    {
        QFETCH(QString, path);
        QTEST_ASSERT(!QDir::homePath().endsWith(u'/'));
        QTEST(placeText(path), "text");
    }

    void images_one_isNotMany()
    {
        QCOMPARE(imagesText(1), QStringLiteral("1 image"));
        QCOMPARE(imagesText(0), QStringLiteral("0 images"));
        QCOMPARE(imagesText(60000), QStringLiteral("60\u2009000 images"));
    }
};

QTEST_GUILESS_MAIN(TstDisplayText)
#include "tst_display_text.moc"
