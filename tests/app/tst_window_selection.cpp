// SPDX-License-Identifier: GPL-3.0-or-later
// The lasso, what is told of the selected images, relabelling them and exporting them.
#include "core/data/data_catalogue.h"
#include "core/explore/lasso.h"
#include "core/store/code_export.h"
#include "app/window/selection_controller.h"
#include "support/app_window_fixture.h"
#include "ui/panels/class_bars.h"
#include "ui/panels/image_grid.h"
#include "ui/panels/image_view.h"
#include "ui/panels/selection_panel.h"
#include "ui/panels/text_cell.h"

#include <QDesktopServices>
#include <QDir>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QUrl>

#include <numeric>

using namespace latentscape;
using namespace latentscape::tests;

using Samples = std::vector<std::size_t>;

class TstWindowSelection : public AppWindowFixture {
    Q_OBJECT

public Q_SLOTS:
    void takeUrl(const QUrl& url) { m_urls.append(url); } ///< in place of the desktop's file manager

private:
    QList<QUrl> m_urls;

    [[nodiscard]] Samples selected() const { return m_app->selections().selection().indices(); }
    void openWithLasso(int latent = 2)
    {
        open(TinyFolder::config(latent, 100000));
        key(Qt::Key_3);
        QVERIFY(actions().lasso->isChecked());
        QTRY_VERIFY(map()->settled());
    }
    /// A round line about a place, as a hand draws it.
    [[nodiscard]] static std::vector<QPoint> ring(QPoint centre, double radius = 70.0)
    {
        constexpr int kCorners = 24;
        std::vector<QPoint> places;
        for (int i = 0; i < kCorners; ++i) {
            const double angle = 2.0 * M_PI * i / kCorners + M_PI; // from the left: not under the legend
            places.emplace_back(int(centre.x() + radius * std::cos(angle)), int(centre.y() + radius * std::sin(angle)));
        }
        return places;
    }
    /// The code that lies farthest to the left (or below).
    template <typename Measure>
    [[nodiscard]] QPoint outermost(Measure measure) const
    {
        QPoint found = pixelOfRow(0);
        for (std::size_t row = 1; row < codes().count(); ++row)
            if (measure(pixelOfRow(row)) > measure(found))
                found = pixelOfRow(row);
        return found;
    }
    /// The samples whose codes lie inside, found without the map.
    [[nodiscard]] Samples inside(const std::vector<QPoint>& line) const
    {
        std::vector<float> x, y;
        plane().project(codes(), x, y);
        std::vector<PlanePoint> polygon;
        for (const QPoint& place : line)
            polygon.push_back(map()->toPlane(place));
        Samples samples;
        for (const std::size_t row : pointsInPolygon(x, y, polygon))
            samples.push_back(static_cast<std::size_t>(codes().indices[row]));
        std::sort(samples.begin(), samples.end());
        return samples;
    }
    [[nodiscard]] std::vector<QPoint> leftRing() const { return ring(outermost([](QPoint at) { return -at.x(); })); }
    [[nodiscard]] std::vector<QPoint> lowerRing() const { return ring(outermost([](QPoint at) { return at.y(); }) - QPoint(0, 60)); }
    void selectLeft()
    {
        const std::vector<QPoint> line = leftRing();
        const Samples expected = inside(line);
        QVERIFY(expected.size() >= 3);
        drag(map(), line);
        QCOMPARE(selected(), expected);
    }

    /// The selected images, by the panel's field.
    void relabelAsLoop()
    {
        QLineEdit* name = nullptr;
        QTRY_VERIFY((name = control<QLineEdit>("New label")));
        name->setFocus();
        typeText(QStringLiteral("loop"));
        key(Qt::Key_Return);
    }

private Q_SLOTS:
    void lasso_drag_selectsTheCodesInside_data()
    {
        QTest::addColumn<int>("latent");
        QTest::newRow("two dimensions") << 2;
        QTest::newRow("five, on the principal plane") << 5;
    }
    void lasso_drag_selectsTheCodesInside()
    {
        QFETCH(int, latent);
        openWithLasso(latent);
        selectLeft();
        QCOMPARE(map()->selectedCount(), selected().size());
        QVERIFY(selected().size() < codes().count());
    }

    void lasso_shiftAndCtrl_addAndTakeAway()
    {
        openWithLasso();
        selectLeft();
        const Samples left = selected(), lower = inside(lowerRing());
        QVERIFY(!lower.empty() && lower != left);
        drag(map(), lowerRing(), {}, Qt::ShiftModifier);
        Samples both;
        std::set_union(left.begin(), left.end(), lower.begin(), lower.end(), std::back_inserter(both));
        QVERIFY(both.size() > left.size());
        QCOMPARE(selected(), both);
        drag(map(), leftRing(), {}, Qt::ControlModifier);
        Samples rest;
        std::set_difference(both.begin(), both.end(), left.begin(), left.end(), std::back_inserter(rest));
        QCOMPARE(selected(), rest);
        QCOMPARE(steps(), 3);
        undo();
        QCOMPARE(selected(), both);
        undo();
        QCOMPARE(selected(), left);
        undo();
        QVERIFY(selected().empty());
        redo();
        QCOMPARE(selected(), left);
    }

    void lasso_click_clearsAndInvertTurnsRound()
    {
        openWithLasso();
        selectLeft();
        const std::size_t count = selected().size();
        key(Qt::Key_I, Qt::ControlModifier);
        QCOMPARE(selected().size(), codes().count() - count);
        click(map(), freePlaces(1).front());
        QVERIFY(selected().empty());
        QVERIFY(!actions().clearSelection->isEnabled());
        undo();
        QCOMPARE(selected().size(), codes().count() - count);
        key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(selected().empty());
    }

    void lasso_byKeys_selectsTheSame()
    {
        openWithLasso();
        m_app->explorer().setProbe({0.0f, 0.0f});
        map()->setFocus();
        const PlanePoint start = map()->probe();
        const double step = 0.1; // of the view, by Shift and an arrow
        const QRectF view = map()->viewRange();
        std::vector<PlanePoint> polygon{start};
        key(Qt::Key_Return);
        const auto go = [&](Qt::Key arrow, double x, double y) {
            keys(arrow, 3, Qt::ShiftModifier);
            polygon.push_back({polygon.back().x + 3 * step * x * view.width(), polygon.back().y + 3 * step * y * view.height()});
            key(Qt::Key_Return);
        };
        go(Qt::Key_Right, 1.0, 0.0);
        go(Qt::Key_Up, 0.0, 1.0);
        go(Qt::Key_Left, -1.0, 0.0);
        QCOMPARE(map()->probe().x, start.x); // the cross moves, the probe stays
        key(Qt::Key_Return);
        std::vector<float> x, y;
        plane().project(codes(), x, y);
        Samples expected;
        for (const std::size_t row : pointsInPolygon(x, y, polygon))
            expected.push_back(static_cast<std::size_t>(codes().indices[row]));
        std::sort(expected.begin(), expected.end());
        QVERIFY(!expected.empty());
        QCOMPARE(selected(), expected);
    }

    void panel_counts_equalARecount()
    {
        openWithLasso();
        QSignalSpy shown(&m_app->selections(), &app::SelectionController::selectionShown);
        selectLeft();
        QTRY_VERIFY(!shown.isEmpty());
        const auto data = session().data();
        QStringList sentences;
        for (std::size_t label = 0; label < data->classNames().size(); ++label) {
            const auto isOf = [&](std::size_t sample) { return data->train().labels[sample] == int(label); };
            const Samples chosen = selected();
            const auto count = std::count_if(chosen.begin(), chosen.end(), isOf);
            if (count > 0)
                sentences << QStringLiteral("%1: %2 of 20 images.").arg(QString::fromStdString(data->classNames()[label])).arg(count);
        }
        auto* bars = control<ui::ClassBars>("Classes of the selection");
        QVERIFY(bars); // the lasso has brought its panel to the front
        QCOMPARE(bars->accessibleDescription(), sentences.join(QLatin1Char(' ')));
        QVERIFY(control<ui::TextCell>(QStringLiteral("%1 of %2").arg(selected().size()).arg(codes().count())));
        QCOMPARE(control<ui::ImageGrid>("Selected images")->count(), int(selected().size()));

        std::vector<double> sum(16, 0.0);
        for (const std::size_t sample : selected())
            for (std::size_t p = 0; p < 16; ++p)
                sum[p] += data->train().bytes()[sample * 16 + p];
        const QImage mean = control<ui::ImageView>("Mean of the selected images")->image();
        QCOMPARE(mean.size(), QSize(4, 4));
        for (int p = 0; p < 16; ++p)
            QVERIFY(std::abs(qGray(mean.pixel(p % 4, p / 4)) - sum[std::size_t(p)] / double(selected().size())) <= 1.0);
    }

    void montage_click_picksTheImage()
    {
        openWithLasso();
        selectLeft();
        ui::ImageGrid* montage = nullptr;
        QTRY_VERIFY((montage = control<ui::ImageGrid>("Selected images")) && montage->count() == int(selected().size()));
        click(montage, montage->cellRect(1).center());
        const auto row = m_app->explorer().pickedRow();
        QVERIFY(row.has_value());
        QCOMPARE(std::size_t(codes().indices[*row]), selected()[1]);
        QCOMPARE(probe(), codeOf(*row));
    }

    void relabel_newName_changesLabelsAndUndoes()
    {
        openWithLasso();
        selectLeft();
        const auto before = session().data();
        relabelAsLoop();
        QCOMPARE(session().data()->classNames().size(), before->classNames().size() + 1);
        const auto label = std::int32_t(before->classNames().size());
        QCOMPARE(session().data()->classNames().back(), std::string("loop"));
        for (std::size_t sample = 0; sample < before->train().count; ++sample)
            QCOMPARE(session().data()->train().labels[sample], m_app->selections().selection().contains(sample) ? label : before->train().labels[sample]);
        QTRY_COMPARE(map()->classes().size(), std::size_t{4});
        QCOMPARE(map()->classes().back().name, QStringLiteral("loop"));
        QTRY_COMPARE(map()->classes().back().count, selected().size());
        QVERIFY2(message().contains(QStringLiteral("loop")), qPrintable(message()));
        QCOMPARE(QApplication::focusWidget()->accessibleName(), QStringLiteral("New label"));
        map()->setFocus(); // a field takes back its own letters first
        undo();
        QCOMPARE(session().data(), before);
        QVERIFY(!parts().messages->isActive()); // what it said no longer is so
        QTRY_COMPARE(map()->classes().size(), std::size_t{3});
        redo();
        QCOMPARE(session().data()->train().labels[selected().front()], label);
    }

    void undo_whileAnUntouchedFieldHasTheFocus_isTheWindows()
    {
        openWithLasso();
        selectLeft();
        const auto before = session().data();
        relabelAsLoop();
        QVERIFY(session().data() != before);
        auto* other = control<QLineEdit>("Direction name");
        QVERIFY(other);
        other->setFocus();
        QTRY_VERIFY(other->hasFocus());
        undo();
        QCOMPARE(session().data(), before);
        redo();
        QVERIFY(session().data() != before);
        typeText(QStringLiteral("ab")); // now it has something of its own
        const auto changed = session().data();
        undo();
        QVERIFY(other->text() != QStringLiteral("ab"));
        QCOMPARE(session().data(), changed);
    }

    void rows_exported_areTheSelection()
    {
        openWithLasso();
        selectLeft();
        answerWith(file(QStringLiteral("rows.csv")), [this] { actions().exportSelection->trigger(); });
        QTRY_COMPARE(message(), exported(file(QStringLiteral("rows.csv"))));
        const QByteArray text = bytesOf(file(QStringLiteral("rows.csv")));
        const auto table = codesFromCsv(std::string_view(text.constData(), std::size_t(text.size())), "rows.csv");
        QVERIFY2(table.ok(), table.ok() ? "" : table.error().text().c_str());
        QCOMPARE(Samples(table.value().indices.begin(), table.value().indices.end()), selected());
        QCOMPARE(table.value().latent, 2);
        for (std::size_t i = 0; i < table.value().count(); ++i) {
            const auto sample = std::size_t(table.value().indices[i]);
            const auto row = std::size_t(std::find(codes().indices.begin(), codes().indices.end(), std::int32_t(sample)) - codes().indices.begin());
            QCOMPARE(table.value().mu[2 * i], codeOf(row)[0]);
            QCOMPARE(table.value().labels[i], session().data()->train().labels[sample]);
        }
    }

    void images_exported_canBeLoadedAgain()
    {
        openWithLasso();
        selectLeft();
        const QString folder = file(QStringLiteral("subset"));
        QVERIFY(QDir().mkdir(folder));
        answerWith(folder, [this] { actions().exportDataset->trigger(); });
        QTRY_COMPARE(message(), QStringLiteral("Exported into subset in %1.").arg(shownFolder()));
        const auto show = parts().messages->findChild<QPushButton*>();
        QCOMPARE(show->text(), QStringLiteral("Show in folder"));
        QTRY_COMPARE(show->visibleRegion().boundingRect(), show->rect()); // the bar has slid in
        QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "takeUrl");
        click(show);
        QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
        QCOMPARE(m_urls, QList<QUrl>{QUrl::fromLocalFile(folder)});
        DataRequest request;
        request.spec = folder.toStdString();
        const auto loaded = loadDataset(request);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        const Dataset& subset = *loaded.value();
        QCOMPARE(subset.train().count + subset.test().count, selected().size());
        QCOMPARE(subset.shape().size(), std::size_t{16});
        const auto sumOf = [](const DataPart& part) { return std::accumulate(part.bytes().begin(), part.bytes().end(), std::uint64_t{0}); };
        std::uint64_t expected = 0;
        for (const std::size_t sample : selected())
            for (std::size_t p = 0; p < 16; ++p)
                expected += session().data()->train().bytes()[sample * 16 + p];
        QCOMPARE(sumOf(subset.train()) + sumOf(subset.test()), expected);
    }

    void montage_exported_isAPng()
    {
        openWithLasso();
        selectLeft();
        QPushButton* save = nullptr;
        QTRY_VERIFY((save = control<QPushButton>("Save selection")) && !parts().selection->renderedMontage(2.0).isNull());
        QImage shown;
        answerWith(file(QStringLiteral("montage.png")), [&] {
            shown = parts().selection->renderedMontage(2.0);
            save->menu()->actions().last()->trigger();
        });
        QTRY_COMPARE(message(), exported(file(QStringLiteral("montage.png"))));
        QVERIFY(QImage(file(QStringLiteral("montage.png"))).convertToFormat(QImage::Format_RGB32) == shown.convertToFormat(QImage::Format_RGB32));
    }

    void nothingSelected_isRefusedWithWhatToDo_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("rows") << 0;
        QTest::newRow("data set") << 1;
        QTest::newRow("group A") << 2;
        QTest::newRow("group B") << 3;
    }
    void nothingSelected_isRefusedWithWhatToDo()
    {
        QFETCH(int, which);
        open();
        QAction* const all[] = {actions().exportSelection, actions().exportDataset, actions().groupA, actions().groupB};
        all[which]->trigger(); // a dialog would hang here
        QVERIFY2(message().contains(QStringLiteral("No image is selected")) && message().contains(QStringLiteral("Lasso")), qPrintable(message()));
        QCOMPARE(steps(), 0);
    }

    void oneImage_isNoDataSet()
    {
        open();
        m_app->selections().select(Selection(60).combined(Samples{5}, SelectionMode::Replace), QStringLiteral("Select"));
        actions().exportDataset->trigger();
        QVERIFY2(message().contains(QStringLiteral("not a data set")), qPrintable(message()));
    }
};

QTEST_MAIN(TstWindowSelection)
#include "tst_window_selection.moc"
