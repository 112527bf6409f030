// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/metrics.h"

#include <QtTest>

using namespace latentscape;

class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void activeUnits_varianceAboveThreshold_countsOnlyThose()
    {
        LatentDiagnostics diagnostics;
        diagnostics.meanVariance = {0.9, 0.0100001, 0.01, 0.0, 1e-9};
        QCOMPARE(diagnostics.activeUnits(), 2);
    }

    void activeUnits_nothingMeasured_isZero() { QCOMPARE(LatentDiagnostics{}.activeUnits(), 0); }

    void lossTerms_differentObjective_compareDifferent()
    {
        const LossTerms a{105.0, 80.0, 25.0, 105.0};
        LossTerms b = a;
        QVERIFY(a == b);
        b.objective = 130.0;
        QVERIFY(!(a == b));
    }
};

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
