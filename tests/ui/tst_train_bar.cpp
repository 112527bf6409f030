// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/bar_button.h"
#include "ui/chrome/beta_edit.h"
#include "ui/chrome/beta_slider.h"
#include "ui/chrome/chip.h"
#include "ui/chrome/train_bar.h"

#include <QAction>
#include <QActionGroup>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <memory>

using namespace latentscape::ui;

class TestTrainBar : public QObject {
    Q_OBJECT

    QAction m_train{QStringLiteral("Train")}, m_step{QStringLiteral("Step")}, m_stop{QStringLiteral("Stop")};
    QAction m_reset{QStringLiteral("Reset…")}, m_probe{QStringLiteral("Probe")}, m_path{QStringLiteral("Path")}, m_lasso{QStringLiteral("Lasso")};
    std::unique_ptr<QActionGroup> m_tools;
    std::unique_ptr<TrainBar> m_bar;

    template<typename Widget = QWidget>
    Widget* named(const char* name) const
    {
        for (Widget* widget : m_bar->findChildren<Widget*>()) {
            if (widget->accessibleName() == QLatin1String(name))
                return widget;
        }
        return nullptr;
    }
    static QPoint at(const BetaSlider* slider, double fraction)
    {
        return {static_cast<int>(std::lround(9 + fraction * (slider->width() - 18))), slider->height() / 2};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_tools = std::make_unique<QActionGroup>(nullptr);
        for (QAction* tool : {&m_probe, &m_path, &m_lasso}) {
            tool->setCheckable(true);
            m_tools->addAction(tool);
        }
        m_train.setShortcut(Qt::Key_Space);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
        m_probe.setChecked(true);
        m_stop.setEnabled(true);
        m_bar = std::make_unique<TrainBar>(TrainBar::Actions{&m_train, &m_step, &m_stop, &m_reset, &m_probe, &m_path, &m_lasso});
        m_bar->resize(1360, m_bar->sizeHint().height());
        m_bar->show();
    }
    void cleanup() { m_bar.reset(); }

    void controls_always_haveTheirFixedNames()
    {
        for (const char* name : {"Train", "Step", "Stop", "Reset", "Probe tool", "Path tool", "Lasso tool", "Beta", "Beta value", "Device in use"})
            QVERIFY2(named(name), name);
        QVERIFY(named<QSlider>("Beta"));
    }

    void button_clicked_triggersItsAction()
    {
        QSignalSpy stopped(&m_stop, &QAction::triggered);
        QTest::mouseClick(named("Stop"), Qt::LeftButton);
        QCOMPARE(stopped.count(), 1);
        m_stop.setEnabled(false);
        QVERIFY(!named("Stop")->isEnabled());
        QTest::mouseClick(named("Stop"), Qt::LeftButton);
        QCOMPARE(stopped.count(), 1);
    }

    void tool_clickedTwice_staysChecked()
    {
        auto* probe = named<BarButton>("Probe tool");
        auto* path = named<BarButton>("Path tool");
        QTest::mouseClick(path, Qt::LeftButton);
        QVERIFY(m_path.isChecked() && path->isChecked() && !probe->isChecked());
        QTest::mouseClick(path, Qt::LeftButton);
        QVERIFY(m_path.isChecked() && path->isChecked());
    }

    void lasso_clicked_replacesTheOtherTool()
    {
        auto* lasso = named<BarButton>("Lasso tool");
        QTest::mouseClick(lasso, Qt::LeftButton);
        QVERIFY(m_lasso.isChecked() && lasso->isChecked());
        QVERIFY(!m_probe.isChecked() && !named<BarButton>("Probe tool")->isChecked());
        QCOMPARE(lasso->text(), QStringLiteral("Lasso"));
    }

    void bar_at1360WithChips_showsAllTexts()
    {
        m_bar->setLikelihood(QStringLiteral("Grey-scale cross-entropy"));
        m_bar->setDevice(QStringLiteral("CPU · 2 threads"), true, {});
        QCoreApplication::processEvents();
        for (const BarButton* button : m_bar->findChildren<BarButton*>()) {
            QVERIFY(!button->isCompact());
            QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->accessibleName()));
        }
        for (const char* chip : {"Likelihood in use", "Device in use"})
            QVERIFY2(named(chip)->width() >= named(chip)->sizeHint().width(), chip);
        for (int width = 1340; width >= 960; width -= 20) { // icons come before a chip is cut
            m_bar->resize(width, m_bar->height());
            QCoreApplication::processEvents();
            for (const char* chip : {"Likelihood in use", "Device in use"})
                QVERIFY2(named(chip)->width() >= named(chip)->sizeHint().width(), qPrintable(QStringLiteral("%1 at %2").arg(QLatin1String(chip)).arg(width)));
        }
        QVERIFY(named<BarButton>("Lasso tool")->isCompact());
    }

    void setTraining_whenToggled_renamesTheButtonInPlace()
    {
        auto* button = named<BarButton>("Train");
        QCOMPARE(button->text(), QStringLiteral("Train"));
        const int width = button->sizeHint().width();
        m_bar->setTraining(true);
        QCOMPARE(button->accessibleName(), QStringLiteral("Pause"));
        QCOMPARE(button->text(), QStringLiteral("Pause"));
        QCOMPARE(button->sizeHint().width(), width);
        QVERIFY(button->toolTip().contains(m_train.shortcut().toString(QKeySequence::NativeText)));
        m_bar->setTraining(false);
        QCOMPARE(button->accessibleName(), QStringLiteral("Train"));
    }

    void setBeta_fromOutside_doesNotEmit()
    {
        QSignalSpy changed(m_bar.get(), &TrainBar::betaChanged);
        m_bar->setBeta(4.5);
        QCOMPARE(m_bar->beta(), 4.5);
        QCOMPARE(named<BetaEdit>("Beta value")->value(), 4.5);
        QCOMPARE(named<BetaSlider>("Beta")->beta(), 4.5);
        QCOMPARE(changed.count(), 0);
    }

    void slider_dragged_emitsEachNewValueOnce()
    {
        QSignalSpy changed(m_bar.get(), &TrainBar::betaChanged);
        auto* slider = named<BetaSlider>("Beta");
        QTest::mousePress(slider, Qt::LeftButton, {}, at(slider, 0.75));
        QCOMPARE(changed.count(), 1);
        QVERIFY2(m_bar->beta() > 7 && m_bar->beta() < 14, qPrintable(QString::number(m_bar->beta())));
        QTest::mouseMove(slider, at(slider, 0.0));
        QTest::mouseRelease(slider, Qt::LeftButton, {}, at(slider, 0.0));
        QCOMPARE(m_bar->beta(), 0.0);
        QCOMPARE(changed.last().first().toDouble(), 0.0);
        const int before = static_cast<int>(changed.count());
        QTest::mouseClick(slider, Qt::LeftButton, {}, at(slider, 0.0));
        QCOMPARE(changed.count(), before);
    }

    void slider_nearTheMiddle_snapsToOne()
    {
        m_bar->setBeta(3);
        auto* slider = named<BetaSlider>("Beta");
        QTest::mouseClick(slider, Qt::LeftButton, {}, at(slider, 0.5) + QPoint(2, 0));
        QCOMPARE(m_bar->beta(), 1.0);
    }

    void slider_doubleClicked_goesBackToOne()
    {
        m_bar->setBeta(40);
        QSignalSpy changed(m_bar.get(), &TrainBar::betaChanged);
        auto* slider = named<BetaSlider>("Beta");
        QTest::mouseDClick(slider, Qt::LeftButton, {}, at(slider, 0.9));
        QCOMPARE(m_bar->beta(), 1.0);
        QCOMPARE(changed.last().first().toDouble(), 1.0);
    }

    void slider_keys_stepAndJump()
    {
        auto* slider = named<BetaSlider>("Beta");
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(m_bar->beta(), 1.05);
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(m_bar->beta(), 100.0);
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(m_bar->beta(), 0.0);
    }

    void field_typedInto_setsTheExactValue()
    {
        QSignalSpy changed(m_bar.get(), &TrainBar::betaChanged);
        auto* edit = named<BetaEdit>("Beta value");
        edit->selectAll();
        QTest::keyClicks(edit, QLocale().toString(0.0125, 'f', 4));
        QCOMPARE(changed.count(), 0); // half a number must not reach a running training
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(m_bar->beta(), 0.0125);
    }

    void field_ofAnyValue_showsNoMoreDecimalsThanNeeded_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("one") << 1.0 << QStringLiteral("1.00");
        QTest::newRow("small") << 0.005 << QStringLiteral("0.005");
        QTest::newRow("large") << 42.0 << QStringLiteral("42.0");
        QTest::newRow("four decimals") << 0.0125 << QStringLiteral("0.0125");
    }
    void field_ofAnyValue_showsNoMoreDecimalsThanNeeded()
    {
        QFETCH(double, value);
        QFETCH(QString, text);
        BetaEdit edit;
        edit.setLocale(QLocale::c());
        QCOMPARE(edit.textFromValue(value), text);
    }

    void scale_thereAndBack_isTheSame_data()
    {
        QTest::addColumn<double>("fraction");
        QTest::addColumn<double>("beta");
        QTest::newRow("left") << 0.0 << 0.0;
        QTest::newRow("middle") << 0.5 << 1.0;
        QTest::newRow("right") << 1.0 << 100.0;
    }
    void scale_thereAndBack_isTheSame()
    {
        QFETCH(double, fraction);
        QFETCH(double, beta);
        QVERIFY(std::abs(BetaSlider::betaAt(fraction) - beta) < 1e-9);
        QVERIFY(std::abs(BetaSlider::fractionOf(beta) - fraction) < 1e-9);
    }

    void bar_below1080_showsIconsWithToolTips()
    {
        auto* stop = named<BarButton>("Stop");
        QVERIFY(!stop->isCompact());
        const int wide = stop->width();
        m_bar->resize(1079, m_bar->height());
        QVERIFY(stop->isCompact());
        QTRY_VERIFY(stop->width() < wide);
        QVERIFY(stop->toolTip().contains(QStringLiteral("Stop")));
        m_bar->resize(1080, m_bar->height());
        QVERIFY(!stop->isCompact());
    }

    void bar_at960WithLongChips_cutsNothingOff()
    {
        m_bar->setLikelihood(QStringLiteral("Continuous Bernoulli with a long translation"));
        m_bar->setDevice(QStringLiteral("CUDA 0: a graphics card with a long name"), true, {});
        m_bar->resize(960, m_bar->height());
        QCoreApplication::processEvents();
        for (const QWidget* child : m_bar->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
            if (child->isVisible())
                QVERIFY2(m_bar->rect().contains(child->geometry()), child->metaObject()->className());
        }
        QVERIFY(named("Device in use")->width() > 60);
    }

    void setDevice_notUsable_showsAWarningMark()
    {
        m_bar->setDevice(QStringLiteral("CUDA"), false, QStringLiteral("The driver is too old."));
        auto* chip = named<Chip>("Device in use");
        QCOMPARE(chip->mark(), Chip::Mark::Warning);
        QCOMPARE(chip->toolTip(), QStringLiteral("The driver is too old."));
        QVERIFY(chip->isVisible());
        m_bar->setDevice({}, true, {});
        QVERIFY(!chip->isVisible());
    }
};

QTEST_MAIN(TestTrainBar)
#include "tst_train_bar.moc"
