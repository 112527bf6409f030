// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window on a fake backend: training, tabs, themes, sizes, closing.
#include "app/window/path_controller.h"
#include "support/app_window_fixture.h"
#include "ui/panels/experiment_panel.h"
#include "ui/plots/loss_plot.h"

#include <QAbstractButton>
#include <QDockWidget>
#include <QMessageBox>
#include <QSet>
#include <QTabBar>

using namespace latentscape;
using namespace latentscape::tests;

class TstAppWindow : public AppWindowFixture {
    Q_OBJECT

private:
    [[nodiscard]] static QSet<QRgb> colors(const QImage& image)
    {
        QSet<QRgb> found;
        for (int y = 0; y < image.height(); y += 3)
            for (int x = 0; x < image.width(); x += 3)
                found.insert(image.pixel(x, y));
        return found;
    }

private Q_SLOTS:
    void trainAction_pressedTwice_runsThenPauses()
    {
        open();
        actions().train->trigger();
        QTRY_COMPARE(session().state(), TrainerState::Running);
        QTRY_VERIFY(session().status().progress.step > 3);
        actions().train->trigger();
        QTRY_COMPARE(session().state(), TrainerState::Paused);
        const auto before = session().status().progress.step;
        actions().step->trigger();
        QTRY_COMPARE(session().status().progress.step, before + 1);
        QTRY_COMPARE(session().state(), TrainerState::Paused);
    }

    void spaceKey_onTheMap_togglesTraining()
    {
        open();
        parts().map->setFocus();
        m_app->window().activateWindow();
        QTest::keyClick(&m_app->window(), Qt::Key_Space);
        QTRY_COMPARE(session().state(), TrainerState::Running);
        QTest::keyClick(&m_app->window(), Qt::Key_Space);
        QTRY_COMPARE(session().state(), TrainerState::Paused);
    }

    void clickOnCode_picksItAndShowsTheOriginal()
    {
        open();
        const auto codes = session().snapshot()->codes;
        const auto mu = codes->muOf(0);
        const QPoint at = parts().map->toPixel({mu[0], mu[1]}).toPoint();
        QSignalSpy picked(parts().map, &ui::LatentMap::picked);
        QTest::mouseClick(parts().map, Qt::LeftButton, {}, at);
        QTRY_COMPARE(picked.count(), 1);
        const auto row = static_cast<std::size_t>(picked.first().first().toLongLong());
        const auto code = codes->muOf(row);
        QCOMPARE(m_app->explorer().probe(), std::vector<float>(code.begin(), code.end()));
    }

    void pathTool_threeClicks_fillsTheFilmstrip()
    {
        open();
        actions().path->trigger();
        QTRY_VERIFY(parts().pathStrip->isVisible());
        const QRect area = parts().map->rect();
        for (const QPointF share : {QPointF(0.2, 0.3), QPointF(0.5, 0.7), QPointF(0.8, 0.3)})
            QTest::mouseClick(parts().map, Qt::LeftButton, {}, QPoint(int(share.x() * area.width()), int(share.y() * area.height())));
        QTRY_COMPARE(m_app->path().anchorCount(), std::size_t{3});
        QTRY_VERIFY(!parts().pathStrip->rendered(1.0).isNull());
        actions().clearPath->trigger();
        QCOMPARE(m_app->path().anchorCount(), std::size_t{0});
    }

    void manyDimensions_principalPlane_dragKeepsTheOtherCoordinates()
    {
        open(TinyFolder::config(5, 100000));
        QTRY_VERIFY(!m_app->explorer().plane().isAxisPair());
        m_app->explorer().setProbe({0.1f, -0.2f, 0.3f, 0.4f, -0.5f});
        const std::vector<float> before = m_app->explorer().probe();
        const QPoint centre = parts().map->rect().center();
        QTest::mousePress(parts().map, Qt::LeftButton, {}, centre);
        QTest::mouseMove(parts().map, centre + QPoint(30, 10));
        QTest::mouseRelease(parts().map, Qt::LeftButton, {}, centre + QPoint(30, 10));
        const std::vector<float> after = m_app->explorer().probe();
        QVERIFY(after != before);
        const Plane& plane = m_app->explorer().plane();
        double along = 0.0, whole = 0.0; // the change lies in the plane: its part along u and v is all of it
        double onU = 0.0, onV = 0.0;
        for (std::size_t d = 0; d < 5; ++d) {
            const double change = double(after[d]) - double(before[d]);
            whole += change * change;
            onU += change * plane.u()[d];
            onV += change * plane.v()[d];
        }
        along = onU * onU + onV * onV;
        QVERIFY(std::abs(along - whole) <= 1e-5 * (1.0 + whole));
    }

    void tabs_eachOne_isFilled()
    {
        open();
        for (const int tab : {1, 2, 3}) {
            parts().central->setCurrent(tab);
            QTRY_VERIFY2(colors(m_app->window().grab().toImage()).size() > 8, "the page stays empty");
        }
    }

    void themes_lightAndDark_colourTheWindow()
    {
        open();
        const QImage light = m_app->window().grab().toImage();
        m_app->theme().setAppearance(app::Appearance::Dark);
        QCoreApplication::processEvents();
        const QImage dark = m_app->window().grab().toImage();
        const auto lightness = [](const QImage& image) {
            double sum = 0.0;
            int count = 0;
            for (int y = 0; y < image.height(); y += 7)
                for (int x = 0; x < image.width(); x += 7, ++count)
                    sum += qGray(image.pixel(x, y));
            return sum / count;
        };
        QVERIFY2(lightness(light) > 200.0, qPrintable(QString::number(lightness(light))));
        QVERIFY2(lightness(dark) < 70.0, qPrintable(QString::number(lightness(dark))));
        QVERIFY(colors(light).size() > 20);
        QVERIFY(colors(dark).size() > 20);
    }

    void sizes_smallAndLarge_nothingLeavesTheWindow_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("960x600") << QSize(960, 600);
        QTest::newRow("1100x700") << QSize(1100, 700);
        QTest::newRow("1360x860") << QSize(1360, 860);
        QTest::newRow("1920x1080") << QSize(1920, 1080);
    }
    void sizes_smallAndLarge_nothingLeavesTheWindow()
    {
        QFETCH(QSize, size);
        open();
        m_app->window().resize(size);
        QTRY_COMPARE(m_app->window().size(), size);
        QCoreApplication::processEvents();
        const QRect inside = m_app->window().rect();
        for (const auto* button : m_app->window().findChildren<QAbstractButton*>()) {
            if (!button->isVisible() || button->visibleRegion().isEmpty())
                continue;
            const QRect place(button->mapTo(&m_app->window(), QPoint(0, 0)), button->size());
            QVERIFY2(inside.contains(place), qPrintable(button->accessibleName() + button->text()));
        }
        QVERIFY(parts().map->width() >= 300);
        QVERIFY(parts().map->height() >= 180);
    }

    /// The lowest window that the program is made for (its screen has no more) stays as low with the strip and a message.
    void sizes_lowestWithAPathAndAMessage_staysAsLow()
    {
        open(TinyFolder::config(5, 100000));
        const QSize lowest(960, 600);
        m_app->window().resize(lowest);
        QTRY_COMPARE(m_app->window().size(), lowest);
        QTRY_VERIFY(parts().loss->height() < 160);
        const int loss = parts().loss->height();
        for (int round = 0; round < 2; ++round) {
            key(Qt::Key_2);
            QTRY_VERIFY(parts().pathStrip->isVisible());
            parts().messages->show(ui::MessageBar::Severity::Warning, QStringLiteral("Something to read."));
            QTest::qWait(400); // it slides in
            QCOMPARE(m_app->window().size(), lowest);
            QVERIFY(parts().pathStrip->height() >= parts().pathStrip->minimumSizeHint().height() && map()->height() >= map()->minimumSizeHint().height());
            QVERIFY(parts().loss->height() >= parts().loss->minimumSizeHint().height());
            parts().messages->dismiss();
            key(Qt::Key_1);
            QTRY_VERIFY(!parts().pathStrip->isVisible());
            QTRY_COMPARE(parts().loss->height(), loss);
            QCOMPARE(m_app->window().size(), lowest);
        }
    }

    void accessibleNames_ofTheContract_areAllThere()
    {
        open();
        QSet<QString> names;
        for (const QWidget* widget : m_app->window().findChildren<QWidget*>())
            names.insert(widget->accessibleName());
        for (const char* name : {"Latent map", "Decoded image", "Loss plot", "KL per dimension", "Train", "Step", "Stop", "Reset", "Beta",
                                 "Dataset", "Latent dimensions", "Epochs", "Batch size", "Learning rate", "Seed", "Objective", "Likelihood",
                                 "Architecture", "Hidden layers", "Optimiser", "Warm-up", "Validation fraction", "Device", "Probe tool",
                                 "Path tool", "Path position", "Play path", "Status"})
            QVERIFY2(names.contains(QLatin1String(name)), name);
    }

    void unknownData_atStart_saysSoInTheBarAndTakesTheBuiltInSet()
    {
        open(TinyFolder::config(), QStringLiteral("no-such-set"));
        QTRY_VERIFY(parts().messages->isActive());
        bool told = false;
        for (const QLabel* label : parts().messages->findChildren<QLabel*>())
            told = told || label->text().contains(QLatin1String("no-such-set"));
        QVERIFY(told);
        QTRY_VERIFY_WITH_TIMEOUT(session().data() != nullptr && session().state() == TrainerState::Ready, 20'000);
        QVERIFY(actions().train->isEnabled());
        QCOMPARE(session().dataSpec(), QStringLiteral("digits"));
        QCOMPARE(parts().experiment->values().dataSpec, QStringLiteral("digits"));
        QVERIFY2(message().contains(QStringLiteral("no-such-set")), "the reason stands as long as nobody closes it");
    }

    void close_nothingUnsaved_closesAtOnce()
    {
        open();
        m_app->window().close();
        QTRY_VERIFY(!m_app->window().isVisible());
        QVERIFY(m_app->window().findChild<QMessageBox*>() == nullptr);
    }

    void epochsTyped_trainClicked_goesOnToTheNewTotal()
    {
        open(TinyFolder::config(2, 2));
        actions().train->trigger();
        QTRY_COMPARE(session().state(), TrainerState::Finished);
        auto values = parts().experiment->values();
        values.config.training.epochs = 4;
        parts().experiment->setValues(values);
        actions().train->trigger();
        QTRY_COMPARE(session().history().epochs.size(), std::size_t{4});
        QTRY_COMPARE(session().state(), TrainerState::Finished);
    }

    void newRun_otherLatentSize_forgetsTheAnchors()
    {
        open();
        actions().path->trigger();
        for (const double share : {0.2, 0.5, 0.8})
            QTest::mouseClick(parts().map, Qt::LeftButton, {}, QPoint(int(share * parts().map->width()), parts().map->height() / 2));
        QTRY_COMPARE(m_app->path().anchorCount(), std::size_t{3});
        QVERIFY(session().startOver(TinyFolder::config(3), QStringLiteral("auto"), false).ok());
        QTRY_COMPARE(session().state(), TrainerState::Ready);
        QCOMPARE(m_app->path().anchorCount(), std::size_t{0});
    }

    void close_whileTraining_asksAndThenEndsCleanly()
    {
        open();
        actions().train->trigger();
        QTRY_VERIFY(session().status().progress.step > 3);
        m_app->window().close();
        QMessageBox* box = nullptr;
        QTRY_VERIFY((box = m_app->window().findChild<QMessageBox*>()) != nullptr && box->isVisible());
        QVERIFY(m_app->window().isVisible()); // not closed behind the question
        box->button(QMessageBox::Discard)->click();
        QTRY_VERIFY(!m_app->window().isVisible());
    }

    /// The panels move into tabs of one another where the window is narrow, and out again.
    void resized_narrowAndWideAgain_tabsLieBesideThePanels()
    {
        open();
        const auto tabBars = [this] {
            QList<QTabBar*> shown;
            for (QTabBar* bar : window().findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly))
                if (bar->isVisible())
                    shown << bar;
            return shown;
        };
        const auto problem = [&]() -> QString {
            for (const QTabBar* bar : tabBars()) {
                if (bar->count() < 2)
                    return QStringLiteral("a bar with %1 tabs").arg(bar->count());
                for (const QDockWidget* dock : window().findChildren<QDockWidget*>())
                    if (dock->isVisible() && !dock->visibleRegion().isEmpty() && dock->geometry().intersects(bar->geometry()))
                        return bar->tabText(0) + QStringLiteral(" lies over ") + dock->windowTitle();
            }
            return {};
        };
        for (const auto& [size, bars] : {std::pair{QSize(1600, 960), 1}, std::pair{QSize(1024, 680), 2}, std::pair{QSize(1600, 960), 1},
                                        std::pair{QSize(1024, 680), 2}, std::pair{QSize(1200, 800), 1}, std::pair{QSize(1600, 960), 1}}) {
            window().resize(size);
            QTRY_COMPARE(window().size(), size);
            QTRY_COMPARE(tabBars().size(), bars);
            QTRY_VERIFY2(problem().isEmpty(), qPrintable(problem()));
        }
    }
};

QTEST_MAIN(TstAppWindow)
#include "tst_app_window.moc"
