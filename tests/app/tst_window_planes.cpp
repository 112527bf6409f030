// SPDX-License-Identifier: GPL-3.0-or-later
// Which plane the map shows, how it is chosen, turned and left to drift, and what a drag on it keeps; the sliders of the other dimensions.
#include "support/app_window_fixture.h"
#include "ui/panels/code_slider.h"
#include "ui/panels/icon_button.h"

#include <QToolButton>

#include <numeric>

using namespace latentscape;
using namespace latentscape::tests;

class TstWindowPlanes : public AppWindowFixture {
    Q_OBJECT

private:
    static constexpr int kLatent = 5;

    void openWide() { open(TinyFolder::config(kLatent, 100000)); }
    /// The part of a move that does not lie in the plane, squared.
    [[nodiscard]] double offPlane(const std::vector<float>& before, const std::vector<float>& after) const
    {
        double whole = 0.0, onU = 0.0, onV = 0.0;
        for (std::size_t d = 0; d < before.size(); ++d) {
            const double change = double(after[d]) - double(before[d]);
            whole += change * change;
            onU += change * plane().u()[d];
            onV += change * plane().v()[d];
        }
        return std::abs(whole - onU * onU - onV * onV);
    }
    void addDirection()
    {
        AttributeDirection direction;
        direction.name = "slant";
        direction.direction = {0.0f, 1.0f, 0.0f, 0.0f, 0.0f};
        direction.length = 1.0;
        session().setDirections({direction});
    }
    void chooseRotation()
    {
        actions().planes[int(PlaneKind::Rotation)]->trigger();
        QTRY_COMPARE(plane().kind(), PlaneKind::Rotation);
        QTRY_VERIFY(map()->settled());
    }
    void turn()
    {
        const QPoint centre = map()->rect().center();
        drag(map(), {centre, centre + QPoint(40, 10), centre + QPoint(90, 30)}, Qt::ControlModifier);
    }

private Q_SLOTS:
    void menu_eachKind_showsItsPlane_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("axis");
        QTest::newRow("axes") << int(PlaneKind::Axes) << QStringLiteral("^z₁ \\(\\d+ %\\)$");
        QTest::newRow("principal") << int(PlaneKind::Principal) << QStringLiteral("^PC 1 \\(\\d+ %\\)$");
        QTest::newRow("rotation") << int(PlaneKind::Rotation) << QStringLiteral("^rotated, across \\(\\d+ %\\)$");
        QTest::newRow("attribute") << int(PlaneKind::Attribute) << QStringLiteral("^slant \\(\\d+ %\\)$");
        QTest::newRow("tour") << int(PlaneKind::Tour) << QStringLiteral("^tour, across \\(\\d+ %\\)$");
    }
    void menu_eachKind_showsItsPlane()
    {
        QFETCH(int, kind);
        QFETCH(QString, axis);
        openWide();
        addDirection();
        actions().planes[std::size_t(kind)]->trigger();
        QTRY_COMPARE(int(plane().kind()), kind);
        QCOMPARE(plane().latent(), kLatent);
        QVERIFY(actions().planes[std::size_t(kind)]->isChecked());
        QCOMPARE(int(parts().mapOptions->planeChoice().kind), kind);
        const QRegularExpression named(axis);
        QTRY_VERIFY2(named.match(m_app->planes().axisNames().first).hasMatch(), qPrintable(m_app->planes().axisNames().first));
        QTRY_VERIFY2(caption().startsWith(m_app->planes().axisNames().first), qPrintable(caption()));
        QTRY_COMPARE(map()->hint(), actions().planes[std::size_t(kind)]->statusTip());
    }

    void menu_andRow_callEverythingTheSame()
    {
        openWide();
        const auto compare = [this](const char* row, const auto& all) {
            for (QAction* action : all) {
                const QString text = action->text().remove(QLatin1Char('&'));
                QVERIFY2(control<QComboBox>(row)->findText(text) >= 0, qPrintable(text));
            }
        };
        compare("Plane", actions().planes);
        compare("Colour by", actions().colours);
        compare("Behind the points", actions().backdrops);
    }

    void options_eachKind_showsItsPlane_data()
    {
        QTest::addColumn<QString>("entry");
        QTest::addColumn<int>("kind");
        QTest::newRow("axes") << QStringLiteral("Two axes") << int(PlaneKind::Axes);
        QTest::newRow("rotation") << QStringLiteral("3-D rotation") << int(PlaneKind::Rotation);
        QTest::newRow("attribute") << QStringLiteral("Along a direction") << int(PlaneKind::Attribute);
        QTest::newRow("tour") << QStringLiteral("Grand tour") << int(PlaneKind::Tour);
    }
    void options_eachKind_showsItsPlane()
    {
        QFETCH(QString, entry);
        QFETCH(int, kind);
        openWide();
        addDirection();
        choose("Plane", entry);
        QTRY_COMPARE(int(plane().kind()), kind);
        QVERIFY(actions().planes[std::size_t(kind)]->isChecked());
        QTRY_COMPARE(map()->hint(), actions().planes[std::size_t(kind)]->statusTip());
        QCOMPARE(actions().playTour->isChecked(), kind == int(PlaneKind::Tour)); // it drifts at once, as its sentence says
        QCOMPARE(steps(), 1);
        choose("Plane", QStringLiteral("Principal components (PCA)"));
        QTRY_COMPARE(plane().kind(), PlaneKind::Principal);
        undo();
        QTRY_COMPARE(int(plane().kind()), kind);
        QCOMPARE(int(parts().mapOptions->planeChoice().kind), kind);
        redo();
        QTRY_COMPARE(plane().kind(), PlaneKind::Principal);
    }

    void principal_sharesInTheNames_areThoseOfTheCodes()
    {
        openWide();
        Plane explained = plane();
        explained.explain(codes());
        QVERIFY(explained.explainedU() > 0.5);
        QTRY_COMPARE(m_app->planes().axisNames().first, QStringLiteral("PC 1 (%1 %)").arg(std::lround(100.0 * explained.explainedU())));
        QCOMPARE(m_app->planes().axisNames().second, QStringLiteral("PC 2 (%1 %)").arg(std::lround(100.0 * explained.explainedV())));
    }

    void axes_chosenInTheBoxes_areShown()
    {
        openWide();
        choose("Plane", QStringLiteral("Two axes"));
        choose("Horizontal axis", QStringLiteral("z₄"));
        choose("Vertical axis", QStringLiteral("z₃"));
        QCOMPARE(plane().axisI(), 3);
        QCOMPARE(plane().axisJ(), 2);
        QTRY_VERIFY2(caption().startsWith(QStringLiteral("z₄")) && caption().contains(QStringLiteral("z₃")), qPrintable(caption()));
    }

    void axes_theSameTwice_isRefused()
    {
        openWide();
        const Plane before = plane();
        m_app->planes().choose({PlaneKind::Axes, 2, 2, 0});
        QVERIFY2(message().contains(QStringLiteral("two different dimensions")), qPrintable(message()));
        QCOMPARE(plane(), before);
        QVERIFY(actions().planes[int(PlaneKind::Principal)]->isChecked());
        QCOMPARE(steps(), 0);
        choose("Plane", QStringLiteral("Two axes")); // z₁ × z₂
        choose("Vertical axis", QStringLiteral("z₁"));
        QVERIFY(plane().axisI() != plane().axisJ());
        const ui::PlaneChoice shown = parts().mapOptions->planeChoice();
        QVERIFY2(control<QComboBox>("Horizontal axis")->currentIndex() != control<QComboBox>("Vertical axis")->currentIndex(), "the boxes say otherwise");
        QCOMPARE(shown.i, plane().axisI());
        QCOMPARE(shown.j, plane().axisJ());
    }

    void attribute_withoutADirection_isRefusedWithWhatToDo()
    {
        openWide();
        const Plane before = plane();
        actions().planes[int(PlaneKind::Attribute)]->trigger();
        QVERIFY2(message().contains(QStringLiteral("no named direction")) && message().contains(QStringLiteral("Lasso")), qPrintable(message()));
        QCOMPARE(plane(), before);
        QVERIFY(actions().planes[int(PlaneKind::Principal)]->isChecked());
        QCOMPARE(parts().mapOptions->planeChoice().kind, PlaneKind::Principal);
        QCOMPARE(steps(), 0);
        QTest::qWait(20);
        QVERIFY2(!map()->hint().contains(QStringLiteral("named direction")), "what was refused is not explained as if it had been chosen");
        actions().planes[int(PlaneKind::Axes)]->trigger();
        QCOMPARE(message(), QString());
        QTRY_VERIFY(map()->hint().contains(QStringLiteral("two latent dimensions")));
        undo();
        QCOMPARE(map()->hint(), QString());
    }

    void attribute_itsDirectionRemoved_givesThePrincipalPlaneBack()
    {
        openWide();
        addDirection();
        actions().planes[int(PlaneKind::Attribute)]->trigger();
        QTRY_COMPARE(plane().kind(), PlaneKind::Attribute);
        QVERIFY(std::abs(plane().u()[1] - 1.0) < 1e-9); // along the direction
        session().setDirections({});
        QTRY_COMPARE(plane().kind(), PlaneKind::Principal);
        QVERIFY(actions().planes[int(PlaneKind::Principal)]->isChecked());
    }

    void rotation_ctrlDrag_turnsThePlaneAndOneUndoBringsItBack()
    {
        openWide();
        chooseRotation();
        const int stepsBefore = steps();
        const Plane before = plane();
        const std::vector<float> z = probe();
        turn();
        QVERIFY(plane() != before);
        QCOMPARE(plane().kind(), PlaneKind::Rotation);
        QCOMPARE(probe(), z); // the probe stays where it is in latent space
        QCOMPARE(steps(), stepsBefore + 1);
        const Plane turned = plane();
        undo();
        QCOMPARE(plane(), before);
        redo();
        QCOMPARE(plane(), turned);
    }

    void rotation_ctrlArrows_turnThePlane()
    {
        openWide();
        chooseRotation();
        const Plane before = plane();
        map()->setFocus();
        key(Qt::Key_Right, Qt::ControlModifier);
        key(Qt::Key_Up, Qt::ControlModifier);
        QVERIFY(plane() != before);
        QVERIFY(std::abs(std::inner_product(plane().u().begin(), plane().u().end(), plane().v().begin(), 0.0)) < 1e-9);
    }

    void rotation_thenADrag_keepsWhatIsOffThePlane()
    {
        openWide();
        chooseRotation();
        turn();
        m_app->explorer().setProbe({0.1f, -0.2f, 0.3f, 0.4f, -0.5f});
        const std::vector<float> before = probe();
        const QPoint from = freePlaces(1).front();
        drag(map(), {from, from + QPoint(20, 8), from + QPoint(33, 12)});
        QVERIFY(probe() != before);
        QVERIFY2(offPlane(before, probe()) < 1e-5, qPrintable(QString::number(offPlane(before, probe()))));
        const PlanePoint reached = plane().project(probe()), wanted = map()->toPlane(from + QPoint(33, 12));
        QVERIFY(std::hypot(reached.x - wanted.x, reached.y - wanted.y) < 1e-4);
    }

    void tour_playing_driftsAndHoldsWhenStopped()
    {
        openWide();
        QSignalSpy turned(&m_app->planes(), &app::PlaneController::planeChanged);
        key(Qt::Key_T);
        QTRY_COMPARE(plane().kind(), PlaneKind::Tour);
        QVERIFY(actions().playTour->isChecked());
        const Plane start = plane();
        const qsizetype seen = turned.count();
        QTRY_VERIFY(turned.count() > seen + 5);
        QVERIFY(plane() != start);
        QVERIFY(std::abs(std::inner_product(plane().u().begin(), plane().u().end(), plane().u().begin(), 0.0) - 1.0) < 1e-9);
        auto* play = control<QToolButton>("Play tour");
        QVERIFY(play && play->isChecked());
        click(play);
        QVERIFY(!actions().playTour->isChecked());
        const Plane held = plane();
        turned.clear();
        QVERIFY2(!turned.wait(200), "it drifts on");
        QCOMPARE(plane(), held);
    }

    void lockedDimension_duringDrags_keepsItsCoordinate()
    {
        openWide();
        m_app->explorer().setProbe({0.25f, -0.2f, 0.3f, 0.4f, -0.5f});
        auto* slider = control<ui::CodeSlider>("Coordinate 1");
        QVERIFY(slider);
        slider->setFocus();
        key(Qt::Key_L);
        QVERIFY(slider->isLocked());
        undo();
        QVERIFY(!slider->isLocked());
        redo();
        QVERIFY(slider->isLocked());
        const std::vector<float> before = probe();
        const QPoint from = freePlaces(1).front();
        drag(map(), {from, from + QPoint(30, 40), from + QPoint(60, 80)});
        QVERIFY(probe() != before);
        QCOMPARE(probe()[0], 0.25f);
        key(Qt::Key_L); // the slider kept the focus? the map has it after a press: the key is nobody's
        QVERIFY(slider->isLocked());
        click(control<QAbstractButton>("Lock coordinate 1"));
        QVERIFY(!slider->isLocked());
        drag(map(), {from, from + QPoint(31, 44), from + QPoint(70, 90)});
        QVERIFY(probe()[0] != 0.25f);
    }

    void slider_keysAndDrag_moveTheProbeInOneStepEach()
    {
        openWide();
        auto* slider = control<ui::CodeSlider>("Coordinate 3");
        QVERIFY(slider);
        slider->setFocus();
        keys(Qt::Key_Right, 2);
        QVERIFY(std::abs(probe()[2] - 0.1f) < 1e-6f);
        QCOMPARE(steps(), 2); // two presses
        const QPoint middle(slider->width() / 2, 13);
        drag(slider, {middle, middle + QPoint(10, 0), middle + QPoint(20, 0), middle + QPoint(30, 0)});
        QCOMPARE(steps(), 3);
        undo();
        QVERIFY(std::abs(probe()[2] - 0.1f) < 1e-6f);
    }

    void sliders_previewsArrive_inTheOrderOfKl()
    {
        openWide();
        const auto slider = [this](int d) { return control<ui::CodeSlider>(QStringLiteral("Coordinate %1").arg(d + 1)); };
        QTRY_VERIFY(slider(0)->hasPreviews());
        key(Qt::Key_Space);
        QTRY_VERIFY(session().status().progress.step > 20);
        key(Qt::Key_Space);
        QTRY_COMPARE(session().state(), TrainerState::Paused);
        QTRY_VERIFY(codes().exact && session().snapshot()->epoch > 0.0);
        const std::vector<double> kl = session().snapshot()->diagnostics.klPerDimension;
        QCOMPARE(kl.size(), std::size_t(kLatent));
        std::vector<int> order(kLatent);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&kl](int a, int b) { return kl[std::size_t(a)] > kl[std::size_t(b)]; });
        for (int rank = 1; rank < kLatent; ++rank)
            QTRY_VERIFY(slider(order[std::size_t(rank) - 1])->y() < slider(order[std::size_t(rank)])->y());
        for (int d = 0; d < kLatent; ++d) {
            QVERIFY(!slider(d)->isInactive());
            QTRY_VERIFY(slider(d)->hasPreviews());
        }
    }

    void sliders_dimensionsThatComeIntoUse_areShownWhileTraining()
    {
        m_script->codeSpread = 0.01f; // a model at its first steps
        openWide();
        const auto slider = [this](int d) { return control<ui::CodeSlider>(QStringLiteral("Coordinate %1").arg(d + 1)); };
        const auto unused = [&] {
            int count = 0;
            for (int d = 0; d < kLatent; ++d)
                count += slider(d)->isInactive() ? 1 : 0;
            return count;
        };
        QCOMPARE(unused(), 0); // nothing is called unused before the first step
        key(Qt::Key_Space);
        QTRY_COMPARE(unused(), kLatent);
        m_script->codeSpread = 1.5f;
        QTRY_COMPARE(unused(), 0);
        QCOMPARE(session().state(), TrainerState::Running);
        for (int d = 0; d < kLatent; ++d)
            QTRY_VERIFY(slider(d)->hasPreviews());
        QCOMPARE(session().state(), TrainerState::Running);
        m_script->codeSpread = 0.01f; // and a collapse is told, too
        QTRY_COMPARE(unused(), kLatent);
        QCOMPARE(session().state(), TrainerState::Running);
    }

    void twoDimensions_haveNoOtherPlanes()
    {
        open();
        QVERIFY(plane().isAxisPair());
        QVERIFY(!control<QComboBox>("Plane"));
        QVERIFY(!control<ui::CodeSlider>("Coordinate 1"));
        actions().planes[int(PlaneKind::Axes)]->trigger(); // what is shown
        QVERIFY2(message().isEmpty(), qPrintable(message()));
        for (QAction* action : {actions().planes[int(PlaneKind::Principal)], actions().planes[int(PlaneKind::Tour)], actions().playTour}) {
            action->trigger();
            QVERIFY2(message().contains(QStringLiteral("Latent dims")), qPrintable(message()));
            QVERIFY(plane().isAxisPair());
            QVERIFY(actions().planes[int(PlaneKind::Axes)]->isChecked());
            QVERIFY(!actions().playTour->isChecked());
            parts().messages->dismiss();
        }
        QVERIFY(!m_app->undo().canUndo());
    }
};

QTEST_MAIN(TstWindowPlanes)
#include "tst_window_planes.moc"
