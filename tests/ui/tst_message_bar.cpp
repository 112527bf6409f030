// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/message_bar.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

using namespace latentscape::ui;

class TestMessageBar : public QObject {
    Q_OBJECT

    using Severity = MessageBar::Severity;

    static QToolButton* button(const MessageBar& bar, const char* name)
    {
        for (QToolButton* found : bar.findChildren<QToolButton*>()) {
            if (found->accessibleName() == QLatin1String(name))
                return found;
        }
        return nullptr;
    }
    static bool says(const MessageBar& bar, const QString& text)
    {
        for (const QLabel* label : bar.findChildren<QLabel*>()) {
            if (label->text() == text)
                return label->textFormat() == Qt::PlainText;
        }
        return false;
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void bar_atFirst_isHidden()
    {
        MessageBar bar;
        QVERIFY(!bar.isVisible() && !bar.isActive());
        QCOMPARE(bar.accessibleName(), QStringLiteral("Message"));
    }

    void show_withAnyText_slidesInAsPlainText()
    {
        QWidget window;
        auto* column = new QVBoxLayout(&window);
        auto* bar = new MessageBar;
        column->addWidget(bar);
        column->addStretch();
        window.resize(600, 300);
        window.show();
        const QString text = QStringLiteral("<b>codes.npy</b> could not be read.");
        bar->show(Severity::Error, text);
        QVERIFY(bar->isVisible());
        QVERIFY(says(*bar, text));
        QCOMPARE(bar->accessibleDescription(), text);
        QTRY_VERIFY(bar->height() >= 40);
        QVERIFY(!button(*bar, "Details")->isVisible());
    }

    void bar_whileAButtonIsDown_neitherComesNorLeaves()
    {
        QWidget window;
        auto* column = new QVBoxLayout(&window);
        auto* bar = new MessageBar;
        column->addWidget(bar);
        column->addStretch();
        window.resize(600, 300);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        const QPoint away(300, 280);
        QTest::mousePress(window.windowHandle(), Qt::LeftButton, {}, away);
        bar->show(Severity::Info, QStringLiteral("First."));
        bar->show(Severity::Info, QStringLiteral("The learning rate was halved."));
        QTest::qWait(50);
        QVERIFY(!bar->isActive() && !bar->isVisible());
        QTest::mouseMove(window.windowHandle(), away + QPoint(20, 0));
        QTest::mouseRelease(window.windowHandle(), Qt::LeftButton, {}, away + QPoint(20, 0));
        QTRY_VERIFY(bar->isVisible());
        QVERIFY(says(*bar, QStringLiteral("The learning rate was halved.")));
        QTest::mousePress(window.windowHandle(), Qt::LeftButton, {}, away);
        bar->setStayTime(20);
        QTest::qWait(200);
        QVERIFY(bar->isActive());
        QTest::mouseRelease(window.windowHandle(), Qt::LeftButton, {}, away);
        QTRY_VERIFY(!bar->isActive());
    }

    void retract_dismissesWhatItNames_andNothingElse()
    {
        MessageBar bar;
        bar.show(MessageBar::Severity::Warning, QStringLiteral("One image is not a data set."));
        bar.retract({});
        bar.retract(QStringLiteral("Group A is empty."));
        QVERIFY(bar.isActive());
        bar.retract(QStringLiteral("One image is not a data set."));
        QVERIFY(!bar.isActive());
        QWidget window;
        window.resize(200, 200);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::mousePress(window.windowHandle(), Qt::LeftButton, {}, QPoint(100, 100)); // what waits for the button is taken back, too
        bar.show(MessageBar::Severity::Warning, QStringLiteral("Group A is empty."));
        bar.retract(QStringLiteral("Group A is empty."));
        QTest::mouseRelease(window.windowHandle(), Qt::LeftButton, {}, QPoint(100, 100));
        QTest::qWait(20);
        QVERIFY(!bar.isActive());
    }

    void show_withALongText_growsSoThatNothingIsCut()
    {
        MessageBar bar;
        bar.resize(320, 10);
        bar.show(Severity::Warning, QStringLiteral("The loss is no longer a number after 211 steps. ").repeated(4));
        QTRY_VERIFY2(bar.height() >= 4 * bar.fontMetrics().lineSpacing(), qPrintable(QString::number(bar.height())));
    }

    void details_opened_showTheText()
    {
        MessageBar bar;
        bar.resize(600, 10);
        bar.show(Severity::Error, QStringLiteral("It failed."), QStringLiteral("line 1\nline 2"));
        QTRY_VERIFY(bar.height() >= 40);
        const int closed = bar.height();
        QTest::mouseClick(button(bar, "Details"), Qt::LeftButton);
        auto* details = bar.findChild<QPlainTextEdit*>();
        QVERIFY(details->isVisible());
        QCOMPARE(details->toPlainText(), QStringLiteral("line 1\nline 2"));
        QTRY_VERIFY(bar.height() > closed + 40);
    }

    void action_clicked_isSignalled()
    {
        MessageBar bar;
        QSignalSpy triggered(&bar, &MessageBar::actionTriggered);
        bar.resize(600, 10);
        bar.show(Severity::Info, QStringLiteral("A run was found."), {}, QStringLiteral("Open"));
        auto* action = bar.findChild<QPushButton*>();
        QVERIFY(action->isVisible());
        QTest::mouseClick(action, Qt::LeftButton);
        QCOMPARE(triggered.count(), 1);
        bar.show(Severity::Info, QStringLiteral("Nothing to do."));
        QVERIFY(!action->isVisible());
    }

    void bar_closed_hidesItself_data()
    {
        QTest::addColumn<int>("way");
        QTest::newRow("close button") << 0;
        QTest::newRow("escape") << 1;
        QTest::newRow("dismiss") << 2;
    }
    void bar_closed_hidesItself()
    {
        QFETCH(int, way);
        MessageBar bar;
        QSignalSpy dismissed(&bar, &MessageBar::dismissed);
        bar.resize(600, 10);
        bar.show(Severity::Error, QStringLiteral("It failed."));
        QTRY_VERIFY(bar.height() >= 40);
        if (way == 0)
            QTest::mouseClick(button(bar, "Close message"), Qt::LeftButton);
        else if (way == 1)
            QTest::keyClick(&bar, Qt::Key_Escape);
        else
            bar.dismiss();
        QCOMPARE(dismissed.count(), 1);
        QVERIFY(!bar.isActive());
        QTRY_VERIFY(!bar.isVisible());
    }

    void bar_afterItsTime_leavesUnlessItMatters_data()
    {
        QTest::addColumn<int>("severity");
        QTest::addColumn<bool>("leaves");
        QTest::newRow("info") << int(Severity::Info) << true;
        QTest::newRow("success") << int(Severity::Success) << true;
        QTest::newRow("warning") << int(Severity::Warning) << false;
        QTest::newRow("error") << int(Severity::Error) << false;
    }
    void bar_afterItsTime_leavesUnlessItMatters()
    {
        QFETCH(int, severity);
        QFETCH(bool, leaves);
        MessageBar bar, clock; // the clock shows when the time is over
        for (MessageBar* each : {&bar, &clock}) {
            each->setGeometry(100, 100, 600, 10); // away from the pointer, under which the time stands still
            each->setStayTime(30);
        }
        bar.show(static_cast<Severity>(severity), QStringLiteral("Something."));
        clock.show(Severity::Info, QStringLiteral("Later."));
        clock.setStayTime(60);
        QTRY_VERIFY(!clock.isActive());
        QCOMPARE(bar.isActive(), !leaves);
    }

    void show_whileLeaving_comesBack()
    {
        MessageBar bar;
        bar.resize(600, 10);
        bar.show(Severity::Error, QStringLiteral("One."));
        bar.dismiss();
        bar.show(Severity::Error, QStringLiteral("Two."));
        QTRY_VERIFY(bar.height() >= 40);
        QVERIFY(bar.isVisible() && says(bar, QStringLiteral("Two.")));
    }
};

QTEST_MAIN(TestMessageBar)
#include "tst_message_bar.moc"
