// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/loss_course.h"
#include "ui/plots/axis_ticks.h"
#include "ui/plots/loss_canvas.h"
#include "ui/plots/loss_plot.h"
#include "ui/plots/loss_readout.h"

#include <QFile>
#include <QImage>
#include <QMouseEvent>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <cmath>
#include <limits>

using namespace latentscape;
using namespace latentscape::tests;
using namespace latentscape::ui;

namespace {

/// Counts what reaches a widget.
class Counter : public QObject {
public:
    explicit Counter(QEvent::Type type) : m_type(type) {}
    int seen = 0;

protected:
    bool eventFilter(QObject*, QEvent* event) override
    {
        seen += event->type() == m_type ? 1 : 0;
        return false;
    }

private:
    QEvent::Type m_type;
};

QWidget* plotOf(const LossPlot& plot)
{
    for (QWidget* child : plot.canvas().findChildren<QWidget*>()) {
        if (child->inherits("QCustomPlot"))
            return child;
    }
    return nullptr;
}

} // namespace

class TestLossPlot : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void plot_beforeAnyRecord_saysSoAndHasItsName()
    {
        LossPlot plot;
        plot.resize(560, 150);
        plot.show();
        QCOMPARE(plot.accessibleName(), QStringLiteral("Loss plot"));
        QVERIFY(!plot.canvas().isVisible());
        QVERIFY(plot.minimumSizeHint().height() <= 150);
    }

    void append_ofManySteps_isThinnedToThePixels()
    {
        LossPlot plot;
        plot.append(course(20000));
        showAndDraw(plot);
        QTRY_VERIFY(plot.canvas().drawn().nelboPoints > 100);
        QVERIFY(plot.canvas().drawn().nelboPoints <= plot.width());
    }

    void thinned_ofAnyColumns_keepsMeanAndExtremes()
    {
        LossHistory history;
        history.append(std::vector<StepRecord>{stepAt(1, 10), stepAt(2, 30), stepAt(3, 20), stepAt(150, 7)});
        const ThinnedCurve curve = history.thinned(LossHistory::Curve::Nelbo, /*upTo=*/2.0, /*columns=*/2);
        QCOMPARE(curve.mean.size(), std::size_t(2));
        QCOMPARE(curve.mean[0].y(), 20.0);
        QCOMPARE(curve.low[0].y(), 10.0);
        QCOMPARE(curve.high[0].y(), 30.0);
        QCOMPARE(curve.mean[1], QPointF(1.5, 7));
    }

    void thinned_ofAnOpenedFile_hasTheMeansOfItsEpochsBeforeTheSteps()
    {
        const auto epochAt = [](int epoch, double nelbo) {
            EpochRecord record;
            record.epoch = epoch;
            record.train.nelbo = nelbo;
            return record;
        };
        LossHistory history;
        history.append(std::vector<EpochRecord>{epochAt(1, 40), epochAt(2, 30)});
        QVERIFY(!history.stepNear(0.2));
        history.append(std::vector<StepRecord>{stepAt(201, 25), stepAt(300, 21)}); // epochs 2.01 and 3
        history.append(std::vector<EpochRecord>{epochAt(3, 23)});                   // its steps are known
        const ThinnedCurve curve = history.thinned(LossHistory::Curve::Nelbo, /*upTo=*/3.0, /*columns=*/300);
        const std::vector<QPointF> expected{{0.5, 40}, {1.5, 30}, {2.01, 25}, {3.0, 21}};
        QCOMPARE(curve.mean, expected);
        QVERIFY(!history.stepNear(0.2));
        QCOMPARE(history.stepNear(2.9)->step, std::int64_t(300));
    }

    void append_ofNonFiniteLosses_drawsOnlyTheFinite()
    {
        LossPlot plot;
        plot.append(std::vector<StepRecord>{stepAt(1, 200), stepAt(40, std::numeric_limits<double>::quiet_NaN()),
                                            stepAt(80, std::numeric_limits<double>::infinity()), stepAt(100, 150)});
        showAndDraw(plot);
        QTRY_COMPARE(plot.canvas().drawn().nelboPoints, 2);
        QVERIFY(std::isfinite(plot.canvas().drawn().yUpper));
    }

    void range_afterASteepBeginning_followsTheCourse()
    {
        LossPlot plot;
        plot.append(course(2000));
        showAndDraw(plot);
        QTRY_VERIFY(plot.canvas().drawn().yUpper > 140);
        QVERIFY2(plot.canvas().drawn().yUpper < 300, qPrintable(QString::number(plot.canvas().drawn().yUpper)));
        QVERIFY(plot.canvas().drawn().yLower <= 135);
    }

    void range_withEvaluatedLosses_containsEveryOne()
    {
        LossPlot plot;
        plot.append(course(2000));
        plot.append(std::vector<EpochRecord>{epochAt(1, 420), epochAt(2, 150)});
        showAndDraw(plot);
        QTRY_COMPARE(plot.canvas().drawn().heldPoints, 2);
        QVERIFY(plot.canvas().drawn().yUpper >= 420);
    }

    void axis_whileTheRunIsYoung_growsToItsEnd_data()
    {
        QTest::addColumn<int>("steps");
        QTest::addColumn<double>("upper");
        QTest::newRow("first epoch") << 30 << 1.0;
        QTest::newRow("second epoch") << 150 << 2.0;
        QTest::newRow("fourth epoch") << 380 << 5.0;
        QTest::newRow("near the end") << 1400 << 15.0;
    }
    void axis_whileTheRunIsYoung_growsToItsEnd()
    {
        QFETCH(int, steps);
        QFETCH(double, upper);
        LossPlot plot;
        plot.setEpochs(15);
        plot.append(course(steps));
        showAndDraw(plot);
        QTRY_COMPARE(plot.canvas().drawn().xUpper, upper);
        plot.setAgainstSteps(true);
        QTRY_COMPARE(plot.canvas().drawn().xUpper, upper * kStepsAnEpoch);
    }

    void logScale_withNegativeLosses_staysLinear()
    {
        LossPlot plot;
        plot.setLogScale(true);
        plot.append(course(300));
        showAndDraw(plot);
        QTRY_VERIFY(plot.canvas().drawn().logarithmic);
        plot.clear();
        plot.append(std::vector<StepRecord>{stepAt(1, -900), stepAt(2, -1200), stepAt(3, -1210)});
        QTRY_VERIFY(!plot.canvas().drawn().logarithmic && plot.canvas().drawn().yLower < -1200);
        QVERIFY(plot.isLogScale());
    }

    void marks_thatWouldCollide_keepTheNewestText()
    {
        LossPlot plot;
        plot.append(course(400));
        plot.append(std::vector<ControlMark>{{1.0, "β 1.5 → 1.0"}, {3.00, "β 1.0 → 1.1"}, {3.01, "β 1.1 → 1.2"}});
        showAndDraw(plot);
        const QStringList expected{QStringLiteral("β 1.5 → 1.0"), QStringLiteral("β 1.1 → 1.2")};
        QTRY_COMPARE(plot.canvas().drawn().marks, expected);
    }

    void append_inABurst_repaintsTheCurvesRarely_data()
    {
        QTest::addColumn<bool>("dragged");
        QTest::addColumn<int>("gap");
        QTest::newRow("at rest") << false << 200;
        QTest::newRow("while the probe is dragged") << true << 400;
    }

    void append_inABurst_repaintsTheCurvesRarely()
    {
        QFETCH(bool, dragged);
        QFETCH(int, gap);
        LossPlot plot;
        plot.setDragged(dragged);
        plot.append(course(100));
        showAndDraw(plot);
        QTRY_VERIFY(plot.canvas().drawn().nelboPoints > 0);
        QWidget* inner = plotOf(plot);
        QVERIFY(inner);
        QCoreApplication::processEvents();
        Counter paints(QEvent::Paint);
        inner->installEventFilter(&paints);
        QElapsedTimer clock;
        clock.start();
        int appended = 0;
        while (clock.elapsed() < 1300) {
            plot.append(std::vector<StepRecord>{stepAt(101 + appended++, 140)});
            QCoreApplication::processEvents(QEventLoop::AllEvents, 2);
        }
        QVERIFY(appended > 20);
        QVERIFY2(paints.seen >= 1 && paints.seen <= clock.elapsed() / gap + 1, qPrintable(QString::number(paints.seen)));
    }

    void setDragged_whenADragEnds_bringsWhatWaitsSooner()
    {
        LossPlot plot;
        plot.setDragged(true);
        plot.append(course(100));
        showAndDraw(plot);
        const auto* timer = plot.findChild<QTimer*>(QString(), Qt::FindDirectChildrenOnly);
        QVERIFY(timer);
        int appended = 0;
        QTRY_VERIFY((plot.append(std::vector<StepRecord>{stepAt(101 + appended++, 140)}), timer->isActive() && timer->interval() > 250));
        plot.setDragged(false);
        QVERIFY(!timer->isActive() || timer->interval() <= 250); // drawn at once, or 200 ms after the last time and a little slack
        QTRY_COMPARE(plot.canvas().drawn().nelboPoints, 100 + appended);
    }

    void hover_overAnOpenedFile_staysOnItsEpochWhileThePlotIsDrawnAgain()
    {
        LossPlot plot;
        std::vector<EpochRecord> opened;
        for (int epoch = 1; epoch <= 6; ++epoch) {
            EpochRecord record;
            record.epoch = epoch;
            record.train = {200.0 - epoch, 190.0 - epoch, 10.0, 200.0 - epoch};
            record.held = record.train;
            opened.push_back(record);
        }
        plot.append(opened);
        plot.setEpochs(6);
        plot.setAgainstSteps(true); // none is known: the axis stays one of epochs
        showAndDraw(plot);
        QTRY_COMPARE(plot.canvas().drawn().nelboPoints, 6);
        QCOMPARE(plot.canvas().drawn().xUpper, 6.0);
        QWidget* inner = plotOf(plot);
        const QPointF at(inner->width() * 0.6, inner->height() / 2.0); // over the fourth epoch of six
        QMouseEvent move(QEvent::MouseMove, at, inner->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(inner, &move);
        const auto& readout = plot.canvas().readout();
        QVERIFY(readout.isActive());
        for (int draws = 0; draws < 6; ++draws) {
            QVERIFY2(readout.reading().title.contains(QStringLiteral("<b>4</b>")), qPrintable(readout.reading().title));
            plot.setTheme(Theme::light()); // draws anew
        }
    }

    void hover_overTheCurves_readsTheNearestRecord()
    {
        LossPlot plot;
        plot.setLabels({QStringLiteral("grey-scale cross-entropy"), QStringLiteral("test")});
        plot.append(course(400));
        plot.append(std::vector<EpochRecord>{epochAt(1, 160), epochAt(2, 151), epochAt(3, 149), epochAt(4, 148)});
        showAndDraw(plot);
        QTRY_COMPARE(plot.canvas().drawn().heldPoints, 4);
        QWidget* inner = plotOf(plot);
        const QPointF middle(inner->width() / 2.0, inner->height() / 2.0);
        QMouseEvent move(QEvent::MouseMove, middle, inner->mapToGlobal(middle), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(inner, &move);
        QVERIFY(plot.canvas().readout().isActive());
        const auto& reading = plot.canvas().readout().reading();
        QVERIFY2(reading.title.contains(QStringLiteral("step")), qPrintable(reading.title));
        QCOMPARE(reading.entries.size(), std::size_t(4));
        QCOMPARE(reading.entries[1].name, QStringLiteral("test, epoch 2"));
        QCOMPARE(reading.entries[1].value, QLocale().toString(151.0, 'f', 1));
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(inner, &leave);
        QVERIFY(!plot.canvas().readout().isActive());
    }

    void csv_ofEveryRecord_namesLikelihoodAndSeries()
    {
        LossPlot plot;
        plot.setLabels({QStringLiteral("Gaussian, \"learned\" σ"), QStringLiteral("validation")});
        plot.append(course(3));
        plot.append(std::vector<EpochRecord>{epochAt(1, 150)});
        const QStringList lines = plot.csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 1 + 3 + 2);
        QCOMPARE(lines[0].count(QLatin1Char(',')), 9);
        for (const QString& line : lines.mid(1, 4)) // behind the quoted name of the likelihood
            QCOMPARE(line.mid(line.lastIndexOf(QLatin1Char('"'))).count(QLatin1Char(',')), 9);
        QVERIFY(lines[1].startsWith(QStringLiteral("\"Gaussian, \"\"learned\"\" σ\",step,1,0.01,")));
        QVERIFY(lines[5].contains(QStringLiteral("\"validation\",,1,150,145,5,150,,")));
    }

    void table_ofEpochs_hasOneRowEach()
    {
        LossPlot plot;
        plot.setLabels({QStringLiteral("Bernoulli"), QStringLiteral("test")});
        plot.append(std::vector<EpochRecord>{epochAt(1, 150), epochAt(2, 145)});
        const ChartTable::Content table = plot.table();
        QCOMPARE(table.rows.size(), std::size_t(2));
        QCOMPARE(table.rows[1].size(), table.headers.size());
        QCOMPARE(table.rows[1][4], QLocale().toString(145.0, 'f', 2));
        QVERIFY(table.caption.contains(QStringLiteral("Bernoulli")));
        ChartTable* dialog = new ChartTable(table, nullptr);
        dialog->show();
        dialog->close();
    }

    void exportTo_everyFormat_writesTheFile_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("magic");
        QTest::newRow("png") << QStringLiteral("a.png") << QByteArray("\x89PNG");
        QTest::newRow("svg") << QStringLiteral("a.SVG") << QByteArray("<?xml");
        QTest::newRow("pdf") << QStringLiteral("a.pdf") << QByteArray("%PDF");
    }
    void exportTo_everyFormat_writesTheFile()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, magic);
        QTemporaryDir folder;
        LossPlot plot;
        plot.append(course(300));
        plot.resize(600, 200);
        const QString path = folder.filePath(name);
        QVERIFY(plot.exportTo(path, 2.0));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.size() > 2000);
        QCOMPARE(file.read(magic.size()), magic);
        if (name.endsWith(QStringLiteral("png")))
            QCOMPARE(QImage(path).size(), QSize(1200, 400));
    }

    void exportTo_whereItCannot_saysNo()
    {
        QTemporaryDir folder;
        LossPlot plot;
        plot.append(course(10));
        plot.resize(600, 200);
        QVERIFY(!plot.exportTo(folder.filePath(QStringLiteral("a.xyz")), 1.0));
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("a.xyz"))));
        QVERIFY(!plot.exportTo(folder.filePath(QStringLiteral("no/such/folder/a.png")), 1.0));
    }

    void ticks_aroundAnyRange_areTidyAndCoverIt_data()
    {
        QTest::addColumn<double>("lower");
        QTest::addColumn<double>("upper");
        QTest::newRow("losses") << 131.2 << 188.0;
        QTest::newRow("negative") << -1210.0 << -900.0;
        QTest::newRow("tiny") << 0.0011 << 0.0029;
        QTest::newRow("one value") << 140.0 << 140.0;
        QTest::newRow("zero") << 0.0 << 0.0;
    }
    void ticks_aroundAnyRange_areTidyAndCoverIt()
    {
        QFETCH(double, lower);
        QFETCH(double, upper);
        const AxisTicks ticks = ticksAround(lower, upper, 4);
        QVERIFY(ticks.lower <= lower && ticks.upper >= upper && ticks.lower < ticks.upper);
        QVERIFY(ticks.at.size() >= 2 && ticks.at.size() <= 8);
        QStringList labels;
        for (const double at : ticks.at)
            labels += ticks.label(at);
        QCOMPARE(labels.removeDuplicates(), 0);
    }
};

QTEST_MAIN(TestLossPlot)
#include "tst_loss_plot.moc"
