// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing codes: from the prior, from where the data are, from what the encoder believes of one image; and what the map shows of that.
#include "support/app_window_fixture.h"
#include "ui/panels/image_grid.h"

#include <QPushButton>
#include <QSlider>

using namespace latentscape;
using namespace latentscape::tests;
using Source = ui::SamplesView::Source;

class TstWindowSamples : public AppWindowFixture {
    Q_OBJECT

private:
    static constexpr int kSamplesTab = 3;

    void sample(QAction* action)
    {
        QSignalSpy decoded(&session(), &app::Session::decoded);
        action->trigger();
        QCOMPARE(parts().central->current(), kSamplesTab);
        QTRY_COMPARE(grid()->count(), parts().samples->sampleCount());
        QTRY_VERIFY(!decoded.isEmpty());
    }
    [[nodiscard]] ui::ImageGrid* grid() const { return parts().samples->grid(); }
    /// The code behind a picture: a click puts the probe there.
    [[nodiscard]] std::vector<float> codeBehind(int index)
    {
        click(grid(), grid()->cellRect(index).center());
        return probe();
    }
    void setTemperature(Qt::Key end)
    {
        auto* slider = control<QSlider>("Temperature");
        QVERIFY(slider);
        slider->setFocus();
        key(end);
    }
    [[nodiscard]] std::optional<std::size_t> rowWith(const std::vector<float>& z) const
    {
        for (std::size_t row = 0; row < codes().count(); ++row)
            if (codeOf(row) == z)
                return row;
        return std::nullopt;
    }
    void pick(std::size_t row)
    {
        key(Qt::Key_F6); // the map in front
        QTRY_VERIFY(map()->isVisible());
        QTRY_VERIFY(map()->settled());
        click(map(), pixelOfRow(row));
        QVERIFY(m_app->explorer().pickedRow().has_value());
        QCOMPARE(probe(), codeOf(*m_app->explorer().pickedRow()));
    }
    /// The map with handles, without what explains it.
    [[nodiscard]] QImage mapPicture()
    {
        key(Qt::Key_F6);
        map()->showHint({});
        QCoreApplication::processEvents();
        return picture(map());
    }
    /// Whether anything differs close to a place of the map.
    [[nodiscard]] static bool differ(const QImage& a, const QImage& b, QPoint at)
    {
        const QRect area(at - QPoint(3, 3), QSize(7, 7));
        return a.copy(area) != b.copy(area);
    }

private Q_SLOTS:
    void manifold_resting_followsTheProbesOtherCoordinates()
    {
        m_script->imagesFollowCodes = true;
        open(TinyFolder::config(5));
        std::vector<DecodeResult> manifolds;
        const QObject here;
        connect(&session(), &app::Session::decoded, &here, [&](const DecodeResult& result) {
            if (result.channel == DecodeChannel::Manifold)
                manifolds.push_back(result);
        });
        parts().central->setCurrent(1);
        QTRY_VERIFY(!manifolds.empty());
        const auto next = [&](const std::vector<float>& z) {
            const std::size_t before = manifolds.size();
            m_app->explorer().jumpTo(z);
            return QTest::qWaitFor([&] { return manifolds.size() > before; }, 500);
        };
        const std::vector<float> z = probe();
        const PlanePoint foot = plane().project(z);
        QVERIFY2(!next(plane().lift({foot.x + 0.5, foot.y - 1.0}, z)), "a move inside the plane asks for nothing");
        std::vector<float> off = z;
        for (std::size_t k = 0; k < off.size(); ++k)
            off[k] += 0.3f * static_cast<float>(k + 1);
        QVERIFY(next(off));
        const auto& shown = manifolds.back();
        const std::span<const float> first = std::span(shown.z).first(5);
        const PlanePoint corner = plane().project(first);
        const std::vector<float> lifted = plane().lift(corner, off);
        for (std::size_t k = 0; k < 5; ++k)
            QVERIFY(std::abs(lifted[k] - first[k]) < 1e-4f);
    }

    void prior_otherTemperatures_keepTheDraws()
    {
        open();
        sample(actions().sample);
        QCOMPARE(parts().samples->source(), Source::Prior);
        const std::vector<float> atOne = codeBehind(3), other = codeBehind(4);
        QVERIFY(atOne != other);
        setTemperature(Qt::Key_End);
        QCOMPARE(parts().samples->temperature(), 2.0);
        const std::vector<float> atTwo = codeBehind(3);
        for (std::size_t k = 0; k < 2; ++k)
            QVERIFY(std::abs(atTwo[k] - 2.0f * atOne[k]) < 1e-5f); // the same draws, farther out
        setTemperature(Qt::Key_Home);
        QCOMPARE(parts().samples->temperature(), 0.0);
        for (const int index : {0, 3, 4, 20})
            QCOMPARE(codeBehind(index), std::vector<float>({0.0f, 0.0f}));
        control<QSlider>("Temperature")->setFocus();
        keys(Qt::Key_Right, 20);
        QCOMPARE(parts().samples->temperature(), 1.0);
        QCOMPARE(codeBehind(3), atOne);
        sample(actions().sample); // asked again, it draws anew
        QVERIFY(codeBehind(3) != atOne);
    }

    void aggregate_withoutTemperature_areMeansOfSamples()
    {
        open();
        sample(actions().sampleAggregate);
        QCOMPARE(parts().samples->source(), Source::Aggregate);
        QVERIFY(!rowWith(codeBehind(2)));
        setTemperature(Qt::Key_Home);
        for (const int index : {0, 1, 2, 9})
            QVERIFY(rowWith(codeBehind(index)).has_value());
    }

    void sampleJump_isOneStepOfUndo()
    {
        open();
        const std::vector<float> before = probe();
        sample(actions().sample);
        QVERIFY(codeBehind(5) != before);
        QCOMPARE(steps(), 1);
        undo();
        QCOMPARE(probe(), before);
    }

    void posterior_nothingPicked_saysWhatToDo()
    {
        open();
        actions().samplePosterior->trigger();
        QVERIFY2(message().contains(QStringLiteral("No image is picked")) && message().contains(QStringLiteral("Click a code")), qPrintable(message()));
        QCOMPARE(parts().central->current(), 0);
        parts().central->setCurrent(kSamplesTab);
        const auto* button = control<QPushButton>("Picked image's posterior");
        QVERIFY(button);
        QVERIFY(!button->isEnabled());
    }

    void posterior_picked_drawsAroundItsCode()
    {
        open(TinyFolder::config(5, 100000));
        pick(7);
        const std::size_t row = *m_app->explorer().pickedRow();
        sample(actions().samplePosterior);
        QCOMPARE(parts().samples->source(), Source::Posterior);
        QCOMPARE(grid()->count(), int(ui::SamplesView::kPosteriorSamples));
        const std::vector<float> drawn = codeBehind(2);
        QVERIFY(drawn != codeOf(row));
        setTemperature(Qt::Key_Home);
        QCOMPARE(codeBehind(2), codeOf(row));
        QCOMPARE(codeBehind(11), codeOf(row));
    }

    void posterior_anotherPick_isDrawnFromThatOne()
    {
        open();
        pick(7);
        sample(actions().samplePosterior);
        setTemperature(Qt::Key_Home);
        QCOMPARE(codeBehind(1), codeOf(7));
        pick(30);
        const std::size_t row = *m_app->explorer().pickedRow();
        QVERIFY(row != 7);
        parts().central->setCurrent(kSamplesTab);
        QCOMPARE(codeBehind(1), codeOf(row)); // not still the one before
    }

    void pick_escFromAnotherTab_isLetGoOf()
    {
        open();
        pick(7);
        parts().central->setCurrent(kSamplesTab);
        auto* temperature = control<QWidget>("Temperature");
        QVERIFY(temperature);
        temperature->setFocus();
        QTRY_VERIFY(temperature->hasFocus());
        key(Qt::Key_Escape);
        QVERIFY(!m_app->explorer().pickedRow());
    }

    void ellipseAndDraws_comeAndGoWithThePick()
    {
        open();
        pick(7);
        const std::size_t row = *m_app->explorer().pickedRow();
        const QImage picked = mapPicture();
        key(Qt::Key_Escape);
        QVERIFY(!m_app->explorer().pickedRow());
        const QImage let = mapPicture();
        const PlanePoint centre = plane().project(codes().muOf(row));
        const double sigma = std::exp(-0.5); // log σ² is −1 for all
        for (const QPointF way : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)}) {
            const QPoint edge = pixelOf({centre.x + sigma * way.x(), centre.y + sigma * way.y()});
            if (map()->rect().adjusted(8, 8, -8, -8).contains(edge))
                QVERIFY2(differ(picked, let, edge), "no ellipse there");
        }
        undo(); // picks it again
        QCOMPARE(m_app->explorer().pickedRow(), std::optional(row));
        QVERIFY(mapPicture() == picked);
        sample(actions().samplePosterior);
        const QImage drawn = mapPicture();
        QVERIFY2(drawn != picked, "no draws on the map");
        key(Qt::Key_Escape);
        QVERIFY2(mapPicture() == let, "something of the pick is left");
    }
};

QTEST_MAIN(TstWindowSamples)
#include "tst_window_samples.moc"
