// SPDX-License-Identifier: GPL-3.0-or-later
// The loss plot's gradient norm, and losses that are no usual ones: below zero, or of samples that are no images.
#include "support/loss_course.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace latentscape;
using namespace latentscape::tests;
using namespace latentscape::ui;

class TestLossGradient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void gradientNorm_measured_isOfferedInTheHeaderAndOffAtFirst()
    {
        LossPlot plot;
        plot.setLabels({QStringLiteral("Bernoulli"), QStringLiteral("test")});
        plot.append(course(100));
        showAndDraw(plot);
        auto* key = plot.findChild<QToolButton*>();
        QVERIFY(key);
        QCOMPARE(key->accessibleName(), QStringLiteral("Gradient norm"));
        QVERIFY(!key->isVisible()); // nothing was measured

        std::vector<StepRecord> measured = course(200);
        measured.erase(measured.begin(), measured.begin() + 100);
        for (std::size_t i = 0; i < measured.size(); i += 4)
            measured[i].gradientNorm = 2.0 + static_cast<double>(i % 3);
        plot.append(measured);
        QTRY_VERIFY(key->isVisible());
        QCOMPARE(plot.canvas().drawn().gradientPoints, 0);
        QSignalSpy chosen(&plot, &LossPlot::viewChosen);
        QTest::mouseClick(key, Qt::LeftButton);
        QVERIFY(plot.showsGradientNorm());
        QCOMPARE(chosen.count(), 1);
        QTRY_VERIFY(plot.canvas().drawn().gradientPoints > 5); // only the steps that were measured
        QVERIFY(plot.canvas().drawn().gradientPoints <= 25);
        QVERIFY(plot.canvas().drawn().gradientUpper >= 4.0);
        QVERIFY(plot.canvas().drawn().gradientUpper < 10.0 && plot.canvas().drawn().yUpper > 100.0); // on axes of its own
        key->setFocus();
        QTest::keyClick(key, Qt::Key_Space);
        QVERIFY(!plot.showsGradientNorm());
        QTRY_COMPARE(plot.canvas().drawn().gradientPoints, 0);
        plot.clear();
        QTRY_VERIFY(!key->isVisible());
    }

    void gradientNorm_inTheCsv_onlyWhereItWasMeasured()
    {
        LossPlot plot;
        StepRecord with = stepAt(1, 100), without = stepAt(2, 90);
        with.gradientNorm = 2.5;
        plot.append(std::vector<StepRecord>{with, without});
        EpochRecord epoch = epochAt(1, 95);
        epoch.gradientNorm = 2.5;
        epoch.learningRate = 0.001;
        plot.append(std::vector<EpochRecord>{epoch});
        const QStringList lines = plot.csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QVERIFY2(lines[1].endsWith(QStringLiteral(",2.5,")), qPrintable(lines[1]));
        QVERIFY2(lines[2].endsWith(QStringLiteral(",,")), qPrintable(lines[2]));
        QVERIFY2(lines[3].endsWith(QStringLiteral(",2.5,0.001")), qPrintable(lines[3]));
    }

    void negativeNats_areDrawnWithTheirSign()
    {
        LossPlot plot;
        plot.setLabels({QStringLiteral("Continuous Bernoulli NLL"), QStringLiteral("test")});
        plot.setLogScale(true); // falls back
        std::vector<StepRecord> steps = course(200);
        for (StepRecord& record : steps)
            record.loss = {record.loss.nelbo - 1000, record.loss.reconstruction - 1000, record.loss.kl, record.loss.objective - 1000};
        plot.append(steps);
        plot.append(std::vector<EpochRecord>{epochAt(2, -861.25)});
        showAndDraw(plot);
        const LossCanvas::Drawn drawn = plot.canvas().drawn();
        QVERIFY(!drawn.logarithmic);
        QVERIFY(drawn.yLower < -861 && drawn.yUpper < 0 && drawn.yUpper > drawn.yLower);
        QVERIFY2(plot.accessibleDescription().contains(QStringLiteral("−861.")), qPrintable(plot.accessibleDescription()));
    }

    void vectors_areCountedInNatsPerSample()
    {
        LossPlot plot;
        plot.append(course(3));
        QCOMPARE(plot.unit(), QStringLiteral("nats per image"));
        plot.setVectors(true);
        QVERIFY(plot.table().caption.contains(QStringLiteral("nats per sample")));
    }
};

QTEST_MAIN(TestLossGradient)
#include "tst_loss_gradient.moc"
