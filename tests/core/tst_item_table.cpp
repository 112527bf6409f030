// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/item_table.h"

#include <QtTest>

using namespace latentscape;

namespace {

const std::vector<ColumnScale> kColumns{{"age", 40.0f, 12.5f}, {"height, \"cm\"", 170.0f, 0.5f}, {"", 0.0f, 1.0f}};

} // namespace

class TestItemTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void originalUnits_standardised_areScaledAndShifted()
    {
        const std::vector<float> values{0.0f, -2.0f, 3.0f, 2.0f, 1.0f, -0.25f};
        QCOMPARE(inOriginalUnits(values, kColumns), (std::vector<float>{40.0f, 169.0f, 3.0f, 65.0f, 170.5f, -0.25f}));
        QCOMPARE(inOriginalUnits(values, {}), values);
        QVERIFY(inOriginalUnits({}, kColumns).empty());
    }

    /// Standardising and going back ends where it began, as far as floats go.
    void originalUnits_ofStandardisedValues_areTheValues()
    {
        const std::vector<float> original{17.0f, 181.25f, -3.5f, 99.0f, 150.0f, 1e-3f};
        std::vector<float> standardised = original;
        for (std::size_t i = 0; i < original.size(); ++i)
            standardised[i] = (original[i] - kColumns[i % 3].mean) / kColumns[i % 3].scale;
        const std::vector<float> back = inOriginalUnits(standardised, kColumns);
        for (std::size_t i = 0; i < original.size(); ++i)
            QVERIFY(std::abs(back[i] - original[i]) <= 1e-5f * (1.0f + std::abs(original[i])));
    }

    void csv_namesAndRows_areATable()
    {
        const std::vector<float> z{0.5f, -1.0f, 1e-20f, 2.0f}, values{40.0f, 169.0f, 3.0f, 65.0f, 170.5f, -0.25f};
        QCOMPARE(QString::fromStdString(itemsToCsv(z, 2, values, 3, kColumns)),
                 QString("z_0,z_1,age,\"height, \"\"cm\"\"\",value_2\n0.5,-1,40,169,3\n1e-20,2,65,170.5,-0.25\n"));
        QCOMPARE(QString::fromStdString(itemsToCsv(std::vector<float>{0.5f}, 1, std::vector<float>{1.0f, 0.1f}, 2, {})),
                 QString("z_0,value_0,value_1\n0.5,1,0.1\n"));
    }
};

QTEST_APPLESS_MAIN(TestItemTable)
#include "tst_item_table.moc"
