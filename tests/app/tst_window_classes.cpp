// SPDX-License-Identifier: GPL-3.0-or-later
// A conditional VAE in the window: one class is chosen, and everything that has no class of its own is decoded for it.
#include "support/app_window_fixture.h"
#include "ui/panels/image_view.h"
#include "ui/panels/manifold_view.h"
#include "ui/panels/reconstruction_view.h"
#include "ui/plots/class_loss.h"
#include "ui/plots/kl_bars.h"

#include <QTabBar>

#include <map>
#include <set>

using namespace latentscape;
using namespace latentscape::tests;

class TstWindowClasses : public AppWindowFixture {
    Q_OBJECT

private:
    static constexpr int kGreysAClass = 30; ///< of the fake decoder, whose pictures are otherwise black before the first step

    [[nodiscard]] static RunConfig conditional(int latent = 2)
    {
        RunConfig config = TinyFolder::config(latent, 100000);
        config.objective.kind = ObjectiveKind::ConditionalVae;
        return config;
    }
    [[nodiscard]] int decodedGrey() const
    {
        const QImage image = parts().decoded->imageView()->image();
        return image.isNull() ? -1 : qRed(image.pixel(0, 0));
    }
    /// The grey of the newest answer to a channel's requests, −1 before there is one.
    struct Greys {
        explicit Greys(app::Session& session)
        {
            QObject::connect(&session, &app::Session::decoded, &context, [this](const DecodeResult& result) {
                std::set<int> all;
                for (std::size_t i = 0; i < result.count; ++i)
                    all.insert(result.pixels[i * result.shape.size()]);
                last[result.channel] = all;
            });
        }
        QObject context;
        std::map<DecodeChannel, std::set<int>> last;
    };
    [[nodiscard]] int labelOfPicked() const
    {
        const std::size_t row = *m_app->explorer().pickedRow();
        return session().data()->train().labels[static_cast<std::size_t>(codes().indices[row])];
    }

private Q_SLOTS:
    void plainModel_hasNoChooser()
    {
        open();
        QVERIFY(control<QComboBox>("Class") == nullptr);
        QVERIFY(!m_app->explorer().decodedClass());
    }

    void conditionalModel_namesTheClassesOfTheData()
    {
        open(conditional());
        const auto* box = control<QComboBox>("Class");
        QVERIFY(box);
        QCOMPARE(box->count(), 3);
        for (int label = 0; label < 3; ++label)
            QCOMPARE(box->itemText(label), QString::fromStdString(session().data()->classNames()[static_cast<std::size_t>(label)]));
        QCOMPARE(m_app->explorer().decodedClass(), std::optional(0));
        QTRY_COMPARE(decodedGrey(), 0);
    }

    void choose_byKeyboard_decodesForTheClassAndCanBeUndone()
    {
        open(conditional());
        choose("Class", QStringLiteral("2"));
        QCOMPARE(m_app->explorer().decodedClass(), std::optional(2));
        QTRY_COMPARE(decodedGrey(), 2 * kGreysAClass);
        QCOMPARE(steps(), 1);
        undo();
        QTRY_COMPARE(decodedGrey(), 0);
        QCOMPARE(control<QComboBox>("Class")->currentIndex(), 0);
        redo();
        QTRY_COMPARE(decodedGrey(), 2 * kGreysAClass);
    }

    void choose_reachesEveryPictureWithoutAClassOfItsOwn()
    {
        open(conditional(3));
        Greys greys(session());
        actions().path->trigger();
        for (const QPoint& at : spreadPlaces(2))
            click(map(), at);
        choose("Class", QStringLiteral("1"));
        QTRY_COMPARE(greys.last[DecodeChannel::Probe], std::set<int>{kGreysAClass});
        QTRY_COMPARE(greys.last[DecodeChannel::Path], std::set<int>{kGreysAClass});
        QTRY_COMPARE(greys.last[DecodeChannel::Previews], std::set<int>{kGreysAClass});
        actions().backdrops[static_cast<std::size_t>(ui::Backdrop::Images)]->trigger();
        QTRY_COMPARE(greys.last[DecodeChannel::Backdrop], std::set<int>{kGreysAClass});
        parts().central->setCurrent(1);
        QTRY_COMPARE(greys.last[DecodeChannel::Manifold], std::set<int>{kGreysAClass});
        actions().sample->trigger();
        QTRY_COMPARE(greys.last[DecodeChannel::Samples], std::set<int>{kGreysAClass});
        choose("Class", QStringLiteral("2")); // what is in front follows at once
        QTRY_COMPARE(greys.last[DecodeChannel::Samples], std::set<int>{2 * kGreysAClass});
    }

    void reconstructions_keepTheClassOfEachImage()
    {
        open(conditional());
        Greys greys(session());
        choose("Class", QStringLiteral("1"));
        parts().central->setCurrent(2);
        const std::set<int> all{0, kGreysAClass, 2 * kGreysAClass};
        QTRY_COMPARE(greys.last[DecodeChannel::Reconstructions], all); // 24 of 60 images: every class is among them
    }

    void pick_switchesToTheClassOfTheImage()
    {
        open(conditional());
        for (std::size_t row = 0; row < codes().count(); ++row) {
            click(map(), pixelOfRow(row));
            QVERIFY(m_app->explorer().pickedRow().has_value());
            if (labelOfPicked() == 2)
                break;
        }
        QCOMPARE(labelOfPicked(), 2);
        QCOMPARE(m_app->explorer().decodedClass(), std::optional(2));
        QCOMPARE(control<QComboBox>("Class")->currentIndex(), 2);
        QTRY_COMPARE(decodedGrey(), 2 * kGreysAClass);
        choose("Class", QStringLiteral("1")); // the image's code in another class
        QVERIFY(m_app->explorer().pickedRow().has_value());
        QTRY_COMPARE(decodedGrey(), kGreysAClass);
        undo();
        QCOMPARE(m_app->explorer().decodedClass(), std::optional(2));
    }

    void newRun_withoutLabels_takesTheChooserAway()
    {
        open(conditional());
        QVERIFY(control<QComboBox>("Class"));
        QVERIFY(session().startOver(TinyFolder::config(2, 100000), QStringLiteral("auto"), false));
        QTRY_VERIFY(session().snapshot() != nullptr);
        QTRY_VERIFY(control<QComboBox>("Class") == nullptr);
    }

    void classLosses_afterAnEpoch_standOnTheSecondTab()
    {
        open();
        auto* tabs = control<QTabBar>("Diagnostics");
        QVERIFY(tabs);
        QCOMPARE(tabs->count(), 2);
        QVERIFY(parts().kl->isVisible());
        click(tabs, tabs->tabRect(1).center());
        QVERIFY(parts().classLoss->isVisible());
        QVERIFY(parts().classLoss->losses().empty());
        actions().train->trigger();
        QTRY_COMPARE(parts().classLoss->losses().size(), std::size_t(3));
        for (const Evaluation::ClassLoss& one : parts().classLoss->losses())
            QVERIFY(one.images > 0 && one.loss.nelbo > 0);
        QVERIFY(parts().classLoss->accessibleDescription().contains(QStringLiteral("NELBO by class")));
        actions().train->trigger();
    }
};

QTEST_MAIN(TstWindowClasses)
#include "tst_window_classes.moc"
