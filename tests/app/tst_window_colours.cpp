// SPDX-License-Identifier: GPL-3.0-or-later
// What the points' colours mean, which of them are shown, and what lies behind them.
#include "app/window/backdrop_controller.h"
#include "app/window/colour_controller.h"
#include "app/window/display_text.h"
#include "support/app_window_fixture.h"
#include "ui/map/map_colour_bar.h"

using namespace latentscape;
using namespace latentscape::tests;
using ui::Backdrop;
using ui::ColourBy;
using Kind = ui::MapColouring::Kind;

class TstWindowColours : public AppWindowFixture {
    Q_OBJECT

private:
    void colourBy(ColourBy by)
    {
        QSignalSpy coloured(&m_app->colours(), &app::ColourController::coloured);
        actions().colours[std::size_t(by)]->trigger();
        QTRY_VERIFY(!coloured.isEmpty());
        QTRY_VERIFY(map()->settled());
    }
    /// The value of a row's sample; it must be coloured by values.
    [[nodiscard]] float valueOf(std::size_t row) const { return (*map()->colouring().values)[std::size_t(codes().indices[row])]; }
    [[nodiscard]] double gap(std::size_t a, std::size_t b) const
    {
        const QPointF way = pixelOfRow(a) - pixelOfRow(b);
        return std::hypot(way.x(), way.y());
    }
    /// Colours by KL and hides the lowest values; returns the map with all of them.
    QImage filterByKeys()
    {
        colourBy(ColourBy::Kl);
        QImage all = drawn();
        control<ui::MapColourBar>("Colour bar")->setFocus();
        keys(Qt::Key_Up, 25);
        return all;
    }
    /// The map as it is exported: without hints and handles.
    [[nodiscard]] QImage drawn() const { return map()->renderedImage(1.0); }
    [[nodiscard]] QSignalSpy shownSpy() const { return QSignalSpy(&m_app->backdrop(), &app::BackdropController::shown); }

private Q_SLOTS:
    void values_eachAction_colourEveryCode_data()
    {
        QTest::addColumn<int>("by");
        QTest::addColumn<QString>("title");
        QTest::newRow("loss") << int(ColourBy::Loss) << QStringLiteral("NELBO at μ");
        QTest::newRow("KL") << int(ColourBy::Kl) << QStringLiteral("KL");
        QTest::newRow("sigma") << int(ColourBy::Sigma) << QStringLiteral("posterior σ");
    }
    void values_eachAction_colourEveryCode()
    {
        QFETCH(int, by);
        QFETCH(QString, title);
        open();
        const QImage before = drawn();
        colourBy(ColourBy(by));
        const ui::MapColouring colouring = map()->colouring();
        QCOMPARE(colouring.kind, Kind::Values);
        QCOMPARE(colouring.title, title);
        QCOMPARE(colouring.values->size(), std::size_t{60});
        for (const float value : *colouring.values)
            QVERIFY(std::isfinite(value));
        QVERIFY(std::isfinite(colouring.low) && std::isfinite(colouring.high) && colouring.low < colouring.high);
        QCOMPARE(int(parts().mapOptions->colourChoice().by), by);
        QVERIFY(actions().colours[std::size_t(by)]->isChecked());
        QVERIFY(control<ui::MapColourBar>("Colour bar"));
        QVERIFY(drawn() != before);
        undo();
        QTRY_COMPARE(map()->colouring().kind, Kind::Label);
        QVERIFY(actions().colours[0]->isChecked());
        QTRY_VERIFY(map()->settled());
        QVERIFY(drawn() == before);
    }

    void kl_valuesAndScale_areThoseOfTheCodes()
    {
        open();
        choose("Colour by", QStringLiteral("KL"));
        QTRY_VERIFY(map()->colouring().values != nullptr);
        for (std::size_t row = 0; row < codes().count(); ++row) {
            double kl = 0.0;
            for (std::size_t k = 0; k < 2; ++k)
                kl += 0.5 * (std::pow(double(codes().muOf(row)[k]), 2) + std::exp(-1.0) - 1.0 + 1.0); // log σ² is −1
            QVERIFY(std::abs(double(valueOf(row)) - kl) < 1e-4);
        }
        choose("Colour scale", QStringLiteral("Cividis"));
        QTRY_COMPARE(map()->colouring().scale, ui::ColourScaleName::Cividis);
        QTRY_VERIFY(map()->colouring().values != nullptr);
    }

    void predictedClass_isOneOfTheLabels()
    {
        open();
        colourBy(ColourBy::PredictedClass);
        const ui::MapColouring colouring = map()->colouring();
        QCOMPARE(colouring.kind, Kind::Classes);
        QCOMPARE(colouring.classes->size(), std::size_t{60});
        QVERIFY(std::all_of(colouring.classes->begin(), colouring.classes->end(), [](std::int32_t label) { return label >= 0 && label < 3; }));
        colourBy(ColourBy::Label);
        QCOMPARE(map()->colouring().kind, Kind::Label);
    }

    void values_whileTraining_followTheCodes()
    {
        open();
        colourBy(ColourBy::Kl);
        const std::vector<float> before = *map()->colouring().values;
        QSignalSpy coloured(&m_app->colours(), &app::ColourController::coloured);
        key(Qt::Key_Space);
        QTRY_VERIFY(coloured.count() >= 3);
        QTRY_VERIFY(*map()->colouring().values != before);
    }

    void filter_draggedTwice_isTwoSteps()
    {
        open();
        colourBy(ColourBy::Kl);
        const int before = steps();
        auto* bar = control<ui::MapColourBar>("Colour bar");
        const QRect scale = bar->barRect();
        const auto at = [&scale](double share) { return QPoint(scale.center().x(), scale.bottom() - int(share * scale.height())); };
        drag(bar, {at(0.1), at(0.15), at(0.2)});
        const auto first = map()->valueFilter();
        QVERIFY(first.has_value());
        QCOMPARE(steps(), before + 1);
        drag(bar, {at(0.9), at(0.85), at(0.8)});
        QVERIFY(map()->valueFilter() != first);
        QCOMPARE(steps(), before + 2);
        undo();
        QCOMPARE(map()->valueFilter(), first);
    }

    void filter_undone_isOneStep()
    {
        open();
        const int before = steps() + 1; // the colour is a step
        filterByKeys();
        const auto range = map()->valueFilter();
        QVERIFY(range.has_value());
        QCOMPARE(steps(), before + 1);
        undo();
        QVERIFY(!map()->valueFilter());
        QCOMPARE(map()->colouring().kind, Kind::Values);
        redo();
        QCOMPARE(map()->valueFilter(), range);
    }

    void filter_afterAnotherColour_comesBackByUndo()
    {
        open();
        filterByKeys();
        const auto range = map()->valueFilter();
        QVERIFY(range.has_value());
        colourBy(ColourBy::Sigma);
        QVERIFY(!map()->valueFilter());
        undo();
        QTRY_COMPARE(map()->colouring().title, QStringLiteral("KL"));
        QTRY_COMPARE(map()->valueFilter(), range);
        QTRY_VERIFY(caption().contains(QStringLiteral(" of ")));
        undo();
        QVERIFY(!map()->valueFilter());
        QTRY_VERIFY(!caption().contains(QStringLiteral(" of ")));
        redo();
        QCOMPARE(map()->valueFilter(), range);
    }

    void filter_byKeys_hidesCodesThatCannotBePicked()
    {
        open();
        const QImage all = filterByKeys();
        QVERIFY(map()->valueFilter().has_value());
        const double least = map()->valueFilter()->first;
        QVERIFY2(map()->hint().contains(QStringLiteral("Home")), qPrintable(map()->hint()));
        QTRY_VERIFY(map()->settled());
        QVERIFY(drawn() != all);
        std::optional<std::size_t> hidden, seen; // a code alone among its like within the reach of a click
        for (std::size_t row = 0; row < codes().count(); ++row) {
            bool allHidden = true;
            for (std::size_t other = 0; other < codes().count(); ++other)
                allHidden = allHidden && (gap(row, other) > 30.0 || double(valueOf(other)) < least);
            if (allHidden)
                hidden = row;
            if (double(valueOf(row)) > least)
                seen = row;
        }
        QVERIFY(hidden && seen);
        click(map(), pixelOfRow(*hidden));
        std::size_t below = 0;
        for (std::size_t row = 0; row < codes().count(); ++row)
            below += double(valueOf(row)) < least;
        QVERIFY2(caption().endsWith(QStringLiteral("%1 of %2 codes").arg(app::countText(codes().count() - below), app::countText(codes().count()))), qPrintable(caption()));
        QVERIFY(!m_app->explorer().pickedRow());
        QVERIFY(probe() != codeOf(*hidden)); // it went to the cursor, as on empty ground
        click(map(), pixelOfRow(*seen));
        QVERIFY(m_app->explorer().pickedRow().has_value());
        control<ui::MapColourBar>("Colour bar")->setFocus();
        key(Qt::Key_Home);
        QVERIFY(!map()->valueFilter());
        QTRY_VERIFY(!caption().contains(QStringLiteral(" of ")));
        key(Qt::Key_Escape);
        m_app->explorer().setProbe({0.0f, 0.0f});
        click(map(), pixelOfRow(*hidden));
        QVERIFY(m_app->explorer().pickedRow().has_value());
        colourBy(ColourBy::Sigma);
        QVERIFY(!map()->valueFilter());
    }

    void backdrops_eachOne_isShownAndTakenAway_data()
    {
        QTest::addColumn<int>("backdrop");
        QTest::addColumn<int>("latent");
        for (const int latent : {2, 5}) {
            const auto row = [latent](const char* name, Backdrop backdrop) {
                QTest::addRow("%s, L %d", name, latent) << int(backdrop) << latent;
            };
            row("images", Backdrop::Images);
            row("quantiles", Backdrop::ImagesAtQuantiles);
            row("class map", Backdrop::ClassMap);
            row("density", Backdrop::Density);
            row("holes", Backdrop::Holes);
        }
    }
    void backdrops_eachOne_isShownAndTakenAway()
    {
        QFETCH(int, backdrop);
        QFETCH(int, latent);
        m_script->imagesFollowCodes = true;
        open(TinyFolder::config(latent, 100000));
        QTRY_VERIFY(!m_app->planes().axisNames().first.isEmpty());
        QSignalSpy shown = shownSpy();
        const QImage before = drawn();
        actions().backdrops[std::size_t(backdrop)]->trigger();
        QTRY_VERIFY(!shown.isEmpty() && shown.last().first().toBool());
        QVERIFY(drawn() != before);
        QCOMPARE(int(parts().mapOptions->backdrop()), backdrop);
        undo();
        QCOMPARE(parts().mapOptions->backdrop(), Backdrop::None);
        QVERIFY(actions().backdrops[0]->isChecked());
        QTRY_VERIFY(map()->settled());
        QTRY_VERIFY(drawn() == before);
        redo();
        QVERIFY(actions().backdrops[std::size_t(backdrop)]->isChecked());
    }

    void backdrop_chosenInTheBox_followsAPanAndAZoom()
    {
        m_script->imagesFollowCodes = true;
        open();
        QSignalSpy shown = shownSpy();
        choose("Behind the points", QStringLiteral("Decoded images"));
        QVERIFY(actions().backdrops[std::size_t(Backdrop::Images)]->isChecked());
        QTRY_VERIFY(!shown.isEmpty() && shown.last().first().toBool());
        QVERIFY(!shown.first().first().toBool()); // a coarse one came first
        const QRectF view = map()->viewRange();
        shown.clear();
        const QPoint from = freePlaces(1).front();
        drag(map(), {from, from + QPoint(40, 20), from + QPoint(80, 40)}, {}, {}, Qt::RightButton);
        QVERIFY(map()->viewRange() != view);
        QTRY_VERIFY(!shown.isEmpty() && shown.last().first().toBool());
        shown.clear();
        map()->setFocus();
        key(Qt::Key_Plus);
        QTRY_VERIFY(!shown.isEmpty() && shown.last().first().toBool());
    }

    void backdrop_whileTraining_isRefreshedUntilItIsOff_data()
    {
        QTest::addColumn<int>("backdrop");
        QTest::newRow("images") << int(Backdrop::Images);
        QTest::newRow("density") << int(Backdrop::Density);
        QTest::newRow("class map") << int(Backdrop::ClassMap);
    }
    void backdrop_whileTraining_isRefreshedUntilItIsOff()
    {
        QFETCH(int, backdrop);
        m_script->imagesFollowCodes = true;
        open();
        actions().backdrops[std::size_t(backdrop)]->trigger();
        QSignalSpy shown = shownSpy();
        map()->setFocus();
        key(Qt::Key_Space);
        QTRY_COMPARE(session().state(), TrainerState::Running);
        shown.clear();
        QTRY_VERIFY(shown.count() >= 3);
        actions().backdrops[0]->trigger();
        shown.clear();
        QVERIFY2(!shown.wait(300), "it is painted though it is off");
        QCOMPARE(session().state(), TrainerState::Running);
    }

    void backdrop_onAnotherTab_waits()
    {
        open();
        actions().backdrops[std::size_t(Backdrop::Images)]->trigger();
        QSignalSpy shown = shownSpy();
        QTRY_VERIFY(!shown.isEmpty() && shown.last().first().toBool());
        map()->setFocus();
        key(Qt::Key_Space);
        QTRY_COMPARE(session().state(), TrainerState::Running);
        parts().central->setCurrent(2);
        QTRY_VERIFY(!map()->isVisible());
        QTest::qWait(50); // an answer may still be on its way
        shown.clear();
        QVERIFY(!shown.wait(300));
        parts().central->setCurrent(0);
        QTRY_VERIFY(!shown.isEmpty());
    }
};

QTEST_MAIN(TstWindowColours)
#include "tst_window_colours.moc"
