// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/map_options.h"
#include "ui/theme/icons.h"
#include "ui/theme/style_sheet.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QToolButton>
#include <QtTest>

#include <memory>

using namespace latentscape;
using namespace latentscape::ui;

class TestMapOptions : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MapOptions> m_row;

    template <typename Widget = QComboBox>
    Widget* control(const char* name) const
    {
        for (Widget* widget : m_row->findChildren<Widget*>()) {
            if (widget->accessibleName() == QString::fromUtf8(name))
                return widget;
        }
        return nullptr;
    }
    void choose(const char* name, const QString& text) const
    {
        QComboBox* combo = control(name);
        const int to = combo->findText(text);
        QVERIFY2(to >= 0, qPrintable(text));
        combo->setFocus();
        while (combo->currentIndex() != to) {
            const int before = combo->currentIndex();
            QTest::keyClick(combo, before < to ? Qt::Key_Down : Qt::Key_Up);
            QVERIFY2(combo->currentIndex() != before, qPrintable(text));
        }
    }
    bool isOffered(const char* name, const QString& text) const
    {
        const QComboBox* combo = control(name);
        return static_cast<QStandardItemModel*>(combo->model())->item(combo->findText(text))->isEnabled();
    }

private Q_SLOTS:
    void initTestCase()
    {
        initResources();
        qApp->setStyleSheet(styleSheet(Theme::light()));
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_row = std::make_unique<MapOptions>();
        m_row->setTheme(Theme::light());
        m_row->resize(834, 34);
        m_row->show();
        m_row->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_row.get()));
    }
    void cleanup() { m_row.reset(); }

    void twoDimensions_haveOnePlane_data()
    {
        QTest::addColumn<int>("latent");
        QTest::addColumn<int>("j");
        QTest::newRow("1") << 1 << 0;
        QTest::newRow("2") << 2 << 1;
    }
    void twoDimensions_haveOnePlane()
    {
        QFETCH(int, latent);
        QFETCH(int, j);
        m_row->setLatent(latent);
        QVERIFY(!control("Plane")->isVisible());
        QCOMPARE(m_row->planeChoice(), (PlaneChoice{PlaneKind::Axes, 0, j, 0}));
        m_row->setPlaneChoice({PlaneKind::Tour});
        QCOMPARE(m_row->planeChoice().kind, PlaneKind::Axes);
    }

    void plane_chosenByKeys_isSignalledAndShowsItsControls()
    {
        m_row->setLatent(10);
        QSignalSpy chosen(m_row.get(), &MapOptions::planeChosen);
        QVERIFY(control("Plane")->isVisible());
        QCOMPARE(m_row->planeChoice().kind, PlaneKind::Principal);
        QVERIFY(!control("Horizontal axis")->isVisible());
        choose("Plane", QStringLiteral("Two axes"));
        QCOMPARE(chosen.count(), 1);
        QVERIFY(control("Horizontal axis")->isVisible() && control("Vertical axis")->isVisible());
        choose("Vertical axis", QStringLiteral("z₃"));
        QCOMPARE(chosen.count(), 2);
        QCOMPARE(m_row->planeChoice(), (PlaneChoice{PlaneKind::Axes, 0, 2, 0}));
        choose("Horizontal axis", QStringLiteral("z₃")); // the same twice spans no plane
        QVERIFY(m_row->planeChoice().i != m_row->planeChoice().j);
        choose("Plane", QStringLiteral("3-D rotation"));
        QCOMPARE(m_row->planeChoice().kind, PlaneKind::Rotation);
        QVERIFY(!control("Horizontal axis")->isVisible());
    }

    void attribute_needsADirection()
    {
        m_row->setLatent(4);
        QVERIFY(!isOffered("Plane", QStringLiteral("Along a direction")));
        m_row->setPlaneChoice({PlaneKind::Attribute, 0, 1, 0});
        QCOMPARE(m_row->planeChoice().kind, PlaneKind::Principal);
        m_row->setDirections({QStringLiteral("slant"), QStringLiteral("thickness")});
        QVERIFY(isOffered("Plane", QStringLiteral("Along a direction")));
        QSignalSpy chosen(m_row.get(), &MapOptions::planeChosen);
        m_row->setPlaneChoice({PlaneKind::Attribute, 0, 1, 1});
        QCOMPARE(chosen.count(), 0);
        QCOMPARE(m_row->planeChoice().direction, 1);
        QVERIFY(control("Direction")->isVisible());
        m_row->setDirections({QStringLiteral("slant"), QStringLiteral("weight")}); // renamed: the same one
        QCOMPARE(chosen.count(), 0);
        m_row->setDirections({QStringLiteral("weight")}); // another one went: this one moved up
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(m_row->planeChoice(), (PlaneChoice{PlaneKind::Attribute, 0, 1, 0}));
        m_row->setDirections({});
        QCOMPARE(chosen.count(), 2);
        QCOMPARE(m_row->planeChoice().kind, PlaneKind::Principal);
        QVERIFY(!control("Direction")->isVisible());
    }

    void unusedDimensions_areMarked()
    {
        m_row->setLatent(3);
        m_row->setPlaneChoice({PlaneKind::Axes, 1, 2, 0});
        QSignalSpy chosen(m_row.get(), &MapOptions::planeChosen);
        m_row->setInactive({false, true, false});
        QCOMPARE(control("Horizontal axis")->itemText(1), QStringLiteral("z₂ (unused)"));
        QCOMPARE(control("Horizontal axis")->itemText(0), QStringLiteral("z₁"));
        QCOMPARE(m_row->planeChoice(), (PlaneChoice{PlaneKind::Axes, 1, 2, 0}));
        QCOMPARE(chosen.count(), 0);
    }

    void tour_playsOnlyOnItsPlane()
    {
        m_row->setLatent(5);
        QSignalSpy tour(m_row.get(), &MapOptions::tourChanged);
        m_row->setTourPlaying(true);
        QVERIFY(!m_row->tourPlaying());
        choose("Plane", QStringLiteral("Grand tour"));
        auto* play = control<QToolButton>("Play tour");
        QVERIFY(play->isVisible());
        QTest::mouseClick(play, Qt::LeftButton);
        QVERIFY(m_row->tourPlaying());
        QCOMPARE(tour.count(), 1);
        const double before = m_row->tourSpeed();
        choose("Tour speed", QStringLiteral("2×"));
        QCOMPARE(m_row->tourSpeed(), 2 * before);
        QCOMPARE(tour.count(), 2);
        choose("Plane", QStringLiteral("Principal components (PCA)"));
        QVERIFY(!m_row->tourPlaying());
        QCOMPARE(tour.count(), 3);
        QVERIFY(!play->isVisible());
    }

    void colour_numeric_showsItsScale()
    {
        QSignalSpy chosen(m_row.get(), &MapOptions::colourChosen);
        QVERIFY(!control("Colour scale")->isVisible());
        choose("Colour by", QStringLiteral("Predicted class"));
        QVERIFY(!control("Colour scale")->isVisible());
        choose("Colour by", QStringLiteral("Loss"));
        QCOMPARE(chosen.count(), 2);
        QVERIFY(control("Colour scale")->isVisible());
        choose("Colour scale", QStringLiteral("Cividis"));
        QCOMPARE(chosen.count(), 3);
        QCOMPARE(m_row->colourChoice(), (ColourChoice{ColourBy::Loss, 0, ColourScaleName::Cividis}));
    }

    void columns_comeAndGo()
    {
        QSignalSpy chosen(m_row.get(), &MapOptions::colourChosen);
        m_row->setColumns({QStringLiteral("age"), QStringLiteral("height")});
        m_row->setColourChoice({ColourBy::Column, 1, ColourScaleName::Viridis});
        QCOMPARE(control("Colour by")->currentText(), QStringLiteral("height"));
        QCOMPARE(m_row->colourChoice().column, 1);
        QCOMPARE(chosen.count(), 0);
        m_row->setColourChoice({ColourBy::Column, 2, ColourScaleName::Viridis}); // there is none
        QCOMPARE(m_row->colourChoice().column, 1);
        m_row->setColumns({});
        QCOMPARE(m_row->colourChoice().by, ColourBy::Label);
        QCOMPARE(chosen.count(), 1);
    }

    void unlabelled_hasNothingToPredict()
    {
        m_row->setColourChoice({ColourBy::PredictedClass, 0, ColourScaleName::Viridis});
        m_row->setBackdrop(Backdrop::ClassMap);
        QSignalSpy colour(m_row.get(), &MapOptions::colourChosen);
        QSignalSpy behind(m_row.get(), &MapOptions::backdropChosen);
        m_row->setLabelled(false);
        QCOMPARE(m_row->colourChoice().by, ColourBy::Label);
        QCOMPARE(m_row->backdrop(), Backdrop::None);
        QCOMPARE(colour.count(), 1);
        QCOMPARE(behind.count(), 1);
        QVERIFY(!isOffered("Colour by", QStringLiteral("Predicted class")));
        QVERIFY(!isOffered("Behind the points", QStringLiteral("Class map")));
        m_row->setBackdrop(Backdrop::ClassMap);
        QCOMPARE(m_row->backdrop(), Backdrop::None);
        m_row->setLabelled(true);
        QVERIFY(isOffered("Colour by", QStringLiteral("Predicted class")));
        m_row->setBackdrop(Backdrop::Density);
        QCOMPARE(m_row->backdrop(), Backdrop::Density);
        QCOMPARE(behind.count(), 1);
    }

    void anotherLatent_goesBackToThePrincipalPlane()
    {
        m_row->setLatent(5);
        m_row->setPlaneChoice({PlaneKind::Axes, 3, 4, 0});
        QSignalSpy chosen(m_row.get(), &MapOptions::planeChosen);
        m_row->setLatent(3);
        QCOMPARE(m_row->planeChoice(), PlaneChoice{});
        QCOMPARE(chosen.count(), 0);
        m_row->setPlaneChoice({PlaneKind::Axes, 0, 4, 0}); // no such axis
        QCOMPARE(m_row->planeChoice(), PlaneChoice{});
    }

    void narrowRow_cutsNothingOff_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("principal") << static_cast<int>(PlaneKind::Principal);
        QTest::newRow("axes") << static_cast<int>(PlaneKind::Axes);
        QTest::newRow("direction") << static_cast<int>(PlaneKind::Attribute);
        QTest::newRow("tour") << static_cast<int>(PlaneKind::Tour);
    }
    void narrowRow_cutsNothingOff()
    {
        QFETCH(int, kind);
        QWidget window;
        window.resize(900, 60);
        auto* row = new MapOptions(&window);
        row->setTheme(Theme::light());
        row->setLatent(20);
        row->setDirections({QStringLiteral("thickness of the stroke")});
        row->setPlaneChoice({static_cast<PlaneKind>(kind), 0, 19, 0});
        row->setColourChoice({ColourBy::Sigma, 0, ColourScaleName::Cividis});
        row->setBackdrop(Backdrop::ImagesAtQuantiles);
        window.show();
        for (const int width : {900, 480, 456}) {
            row->resize(width, 34);
            QCoreApplication::processEvents();
            QRect last;
            for (const QWidget* child : row->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
                if (!child->isVisible())
                    continue;
                QVERIFY2(row->rect().contains(child->geometry()), qPrintable(QStringLiteral("%1 at %2").arg(child->accessibleName()).arg(width)));
                QVERIFY(!last.intersects(child->geometry()));
            }
            for (const QLabel* label : row->findChildren<QLabel*>())
                QVERIFY(width == 900 || !label->isVisible());
        }
    }
};

QTEST_MAIN(TestMapOptions)
#include "tst_map_options.moc"
