// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/path_strip.h"

#include "ui/panels/film_strip.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QComboBox>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QtTest>

#include <memory>

using namespace latentscape;
using namespace latentscape::ui;

class TestPathStrip : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<PathStrip> m_strip;

    template <typename Widget>
    Widget* control(const char* name) const
    {
        for (Widget* widget : m_strip->findChildren<Widget*>()) {
            if (widget->accessibleName() == QString::fromUtf8(name))
                return widget;
        }
        return nullptr;
    }
    static QVector<QImage> frames(int count)
    {
        QVector<QImage> images;
        for (int i = 0; i < count; ++i) {
            QImage image(28, 28, QImage::Format_Grayscale8);
            image.fill(i * 10);
            images.append(image);
        }
        return images;
    }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_strip = std::make_unique<PathStrip>();
        m_strip->setTheme(Theme::light());
        m_strip->resize(800, m_strip->sizeHint().height());
        m_strip->show();
        m_strip->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_strip.get()));
    }
    void cleanup() { m_strip.reset(); }

    void accessibleNames_areTheFixedOnes()
    {
        QVERIFY(control<QSlider>("Path position"));
        QVERIFY(control<QAbstractButton>("Play path"));
    }

    void withoutPath_controlsAreOff()
    {
        m_strip->setAnchorCount(1);
        QVERIFY(!control<QAbstractButton>("Play path")->isEnabled());
        QVERIFY(!control<QSlider>("Path position")->isEnabled());
        m_strip->setPlaying(true);
        QVERIFY(!m_strip->isPlaying());
        m_strip->setAnchorCount(2);
        QVERIFY(control<QAbstractButton>("Play path")->isEnabled());
    }

    void slider_moved_signalsPosition()
    {
        m_strip->setAnchorCount(2);
        QSignalSpy moved(m_strip.get(), &PathStrip::positionChanged);
        auto* slider = control<QSlider>("Path position");
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_PageUp);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(moved.at(0).at(0).toDouble(), 0.1);
        QCOMPARE(m_strip->position(), 0.1);
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(m_strip->position(), 1.0);
    }

    void setPosition_clampsAndSignalsOnlyOnChange()
    {
        m_strip->setAnchorCount(2);
        QSignalSpy moved(m_strip.get(), &PathStrip::positionChanged);
        m_strip->setPosition(0.123456);
        QCOMPARE(m_strip->position(), 0.123456); // the slider's steps do not round it
        m_strip->setPosition(0.123456);
        QCOMPARE(moved.count(), 1);
        m_strip->setPosition(7.0);
        QCOMPARE(m_strip->position(), 1.0);
        m_strip->setPosition(std::numeric_limits<double>::quiet_NaN());
        QCOMPARE(m_strip->position(), 0.0);
    }

    void play_pressed_advancesUntilPausedAgain()
    {
        m_strip->setAnchorCount(2);
        m_strip->setFrames(frames(12));
        QSignalSpy moved(m_strip.get(), &PathStrip::positionChanged);
        auto* play = control<QAbstractButton>("Play path");
        QTest::mouseClick(play, Qt::LeftButton);
        QVERIFY(m_strip->isPlaying());
        QTRY_VERIFY(moved.count() >= 3);
        QVERIFY(m_strip->position() > 0.0);
        QTest::mouseClick(play, Qt::LeftButton);
        QVERIFY(!m_strip->isPlaying());
    }

    void play_atTheEnd_stopsOrLoops()
    {
        m_strip->setAnchorCount(2);
        m_strip->setPosition(0.99);
        m_strip->setPlaying(true);
        QTRY_VERIFY(!m_strip->isPlaying());
        QCOMPARE(m_strip->position(), 1.0);
        QVERIFY(!control<QAbstractButton>("Play path")->isChecked());

        control<QCheckBox>("Loop path")->setChecked(true);
        m_strip->setPosition(0.99);
        m_strip->setPlaying(true);
        QTRY_VERIFY(m_strip->position() < 0.5);
        QVERIFY(m_strip->isPlaying());
    }

    void play_fromTheEnd_startsOver()
    {
        m_strip->setAnchorCount(2);
        m_strip->setPosition(1.0);
        m_strip->setPlaying(true);
        QCOMPARE(m_strip->position(), 0.0);
    }

    void hidden_stopsPlaying()
    {
        m_strip->setAnchorCount(2);
        m_strip->setPlaying(true);
        m_strip->hide();
        QVERIFY(!m_strip->isPlaying());
    }

    void anchorsRemoved_stopsPlaying()
    {
        m_strip->setAnchorCount(2);
        m_strip->setPlaying(true);
        m_strip->setAnchorCount(0);
        QVERIFY(!m_strip->isPlaying());
        QVERIFY(!control<QAbstractButton>("Clear")->isEnabled());
    }

    void settings_changed_areSignalled()
    {
        QSignalSpy method(m_strip.get(), &PathStrip::methodChanged);
        QSignalSpy steps(m_strip.get(), &PathStrip::stepsChanged);
        QCOMPARE(m_strip->method(), Interpolation::Linear);
        auto* combo = control<QComboBox>("Interpolation");
        combo->setFocus();
        QTest::keyClick(combo, Qt::Key_Down);
        QCOMPARE(method.count(), 1);
        QCOMPARE(m_strip->method(), Interpolation::Spherical);
        auto* spin = m_strip->findChild<QSpinBox*>();
        const int before = m_strip->steps();
        spin->setFocus();
        QTest::keyClick(spin, Qt::Key_Up);
        QCOMPARE(steps.count(), 1);
        QCOMPARE(m_strip->steps(), before + 1);
    }

    void film_dragged_movesThePosition()
    {
        m_strip->setAnchorCount(2);
        m_strip->setFrames(frames(12));
        auto* film = m_strip->findChild<FilmStrip*>();
        QTest::mouseClick(film, Qt::LeftButton, {}, QPoint(film->width() / 2, film->height() / 2));
        QVERIFY(std::abs(m_strip->position() - 0.5) < 0.02);
        QTest::mouseClick(film, Qt::LeftButton, {}, QPoint(film->width() - 1, film->height() / 2));
        QCOMPARE(m_strip->position(), 1.0);
    }

    void buttons_emitRequests()
    {
        m_strip->setAnchorCount(2);
        m_strip->setFrames(frames(3));
        QSignalSpy clear(m_strip.get(), &PathStrip::clearRequested);
        QSignalSpy save(m_strip.get(), &PathStrip::exportRequested);
        QTest::mouseClick(control<QAbstractButton>("Clear"), Qt::LeftButton);
        QTest::mouseClick(control<QAbstractButton>("Export…"), Qt::LeftButton);
        QCOMPARE(clear.count(), 1);
        QCOMPARE(save.count(), 1);
    }

    void rendered_holdsEveryFrame()
    {
        QVERIFY(m_strip->rendered(1.0).isNull());
        m_strip->setFrames(frames(20));
        const QImage strip = m_strip->rendered(1.0);
        QVERIFY(strip.width() > 20 * 50);
        QCOMPARE(qGray(strip.pixel(strip.width() - strip.width() / 40, strip.height() / 2)), 190);
    }
};

QTEST_MAIN(TestPathStrip)
#include "tst_path_strip.moc"
