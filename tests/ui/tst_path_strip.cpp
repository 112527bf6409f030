// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/path_strip.h"

#include "ui/panels/film_strip.h"
#include "ui/theme/style_sheet.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QComboBox>
#include <QMenu>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTimer>
#include <QToolButton>
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
    void initTestCase() { QApplication::setStyle(makeStyle()); }
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

    void slider_pressedBesideItsHandle_takesItThereAndAlong()
    {
        m_strip->setAnchorCount(2);
        auto* slider = control<QSlider>("Path position");
        const auto at = [slider](double share) { return QPoint(int(share * slider->width()), slider->height() / 2); };
        QTest::mousePress(slider, Qt::LeftButton, {}, at(0.75));
        QVERIFY2(std::abs(m_strip->position() - 0.75) < 0.03, qPrintable(QString::number(m_strip->position())));
        QTest::mouseMove(slider, at(0.5));
        QTest::mouseMove(slider, at(0.25));
        QTest::mouseRelease(slider, Qt::LeftButton, {}, at(0.25));
        QVERIFY2(std::abs(m_strip->position() - 0.25) < 0.03, qPrintable(QString::number(m_strip->position())));
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
        QTest::mouseClick(control<QAbstractButton>("Clear"), Qt::LeftButton);
        QCOMPARE(clear.count(), 1);
    }

    void exportMenu_entriesChosenByKeys_nameTheirKind_data()
    {
        QTest::addColumn<int>("downs");
        QTest::addColumn<PathStrip::Export>("kind");
        QTest::newRow("strip") << 1 << PathStrip::Export::Strip;
        QTest::newRow("gif") << 2 << PathStrip::Export::Gif;
        QTest::newRow("webp") << 3 << PathStrip::Export::WebP;
        QTest::newRow("sequence") << 4 << PathStrip::Export::Sequence;
    }
    void exportMenu_entriesChosenByKeys_nameTheirKind()
    {
        QFETCH(int, downs);
        QFETCH(PathStrip::Export, kind);
        m_strip->setAnchorCount(2);
        auto* button = control<QToolButton>("Export…");
        QVERIFY(!button->isEnabled());
        m_strip->setFrames(frames(3));
        QVERIFY(button->isEnabled());
        QList<PathStrip::Export> kinds;
        connect(m_strip.get(), &PathStrip::exportRequested, this, [&](PathStrip::Export asked) { kinds << asked; });
        // The menu runs its own loop inside the click.
        QTimer::singleShot(0, button->menu(), [menu = button->menu(), downs] {
            for (int i = 0; i < downs; ++i)
                QTest::keyClick(menu, Qt::Key_Down);
            QTest::keyClick(menu, Qt::Key_Return);
        });
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(kinds, QList<PathStrip::Export>{kind});
    }

    void closed_toggled_isSignalledAndRepeatsTheFirstFrame()
    {
        m_strip->setAnchorCount(3);
        m_strip->setFrames(frames(4));
        QSignalSpy closed(m_strip.get(), &PathStrip::closedChanged);
        auto* box = control<QCheckBox>("Closed");
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
        QVERIFY(m_strip->isClosed());
        QCOMPARE(closed.count(), 1);
        m_strip->setClosed(true);
        QCOMPARE(closed.count(), 1);
        m_strip->setPosition(0.5); // away from the ends, whose frames are marked
        auto* film = m_strip->findChild<FilmStrip*>();
        const QImage shot = film->grab().toImage();
        const auto greyNear = [&shot](int x, int step) {
            while (shot.pixelColor(x, shot.height() / 2) == Theme::light().surface && x > 0 && x < shot.width() - 1)
                x += step;
            return qGray(shot.pixel(x + 10 * step, shot.height() / 2));
        };
        QCOMPARE(greyNear(shot.width() - 1, -1), greyNear(0, 1)); // the way ends where it began
        QCOMPARE(m_strip->frames().size(), 4);                    // but that frame is not exported twice
        m_strip->setClosed(false);
        QCOMPARE(closed.count(), 2);
    }

    void speed_chosen_changesTheTimeThatPlayingTakes()
    {
        QCOMPARE(m_strip->seconds(), 4.0);
        auto* speed = control<QComboBox>("Speed");
        speed->setFocus();
        QTest::keyClick(speed, Qt::Key_Down);
        QCOMPARE(m_strip->seconds(), 2.0);
        QTest::keyClick(speed, Qt::Key_Home);
        QCOMPARE(m_strip->seconds(), 16.0);
    }

    void method_spline_isOfferedAndKept()
    {
        m_strip->setMethod(Interpolation::Spline);
        QCOMPARE(m_strip->method(), Interpolation::Spline);
        QCOMPARE(control<QComboBox>("Interpolation")->currentText(), QStringLiteral("Spline"));
    }

    void originals_set_standAtTheEnds()
    {
        m_strip->setAnchorCount(2);
        m_strip->setFrames(frames(6));
        const int alone = m_strip->rendered(1.0).width();
        QImage red(28, 28, QImage::Format_RGB32);
        red.fill(Qt::red);
        QImage blue(28, 28, QImage::Format_RGB32);
        blue.fill(Qt::blue);
        m_strip->setOriginals(red, blue);
        const QImage strip = m_strip->rendered(1.0);
        QVERIFY(strip.width() > alone + 2 * 56);
        QCOMPARE(strip.pixelColor(30, 30), QColor(Qt::red));
        QCOMPARE(strip.pixelColor(strip.width() - 30, 30), QColor(Qt::blue));
        const QImage shown = m_strip->findChild<FilmStrip*>()->grab().toImage();
        for (int x = 0; x < shown.width(); ++x) // the captions end above the edge
            QCOMPARE(shown.pixelColor(x, shown.height() - 1), shown.pixelColor(0, 0));
        auto* film = m_strip->findChild<FilmStrip*>();
        QTest::mouseClick(film, Qt::LeftButton, {}, QPoint(film->width() / 2, film->height() / 2));
        QVERIFY(std::abs(m_strip->position() - 0.5) < 0.03); // the frames between them stay the scale
        m_strip->setOriginals({}, {});
        QCOMPARE(m_strip->rendered(1.0).width(), alone);
    }

    void strip_at507_cutsNothingOff()
    {
        m_strip->setAnchorCount(3);
        m_strip->setFrames(frames(12));
        m_strip->setMethod(Interpolation::Spherical);
        QVERIFY2(m_strip->minimumSizeHint().width() <= 507, qPrintable(QString::number(m_strip->minimumSizeHint().width())));
        m_strip->resize(507, m_strip->height());
        QCoreApplication::processEvents();
        for (const QWidget* child : m_strip->findChildren<QWidget*>()) {
            if (child->isVisible() && !child->accessibleName().isEmpty())
                QVERIFY2(m_strip->rect().contains(QRect(child->mapTo(m_strip.get(), QPoint()), child->size())),
                         qPrintable(child->accessibleName()));
        }
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
