// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/torch/active_columns.h"

#include <QtTest>

#include <limits>
#include <vector>

using namespace latentscape;

class TestActiveColumns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void spread_bringsBackWhatCompactTook_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<double>("share");
        for (const int columns : {1, 15, 16, 17, 64, 100, 784})
            for (const double share : {0.0, 0.05, 0.5, 0.9, 1.0})
                QTest::addRow("%d columns, %g", columns, share) << columns << share;
    }

    void spread_bringsBackWhatCompactTook()
    {
        QFETCH(int, columns);
        QFETCH(double, share);
        const auto n = static_cast<std::size_t>(columns);
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            RandomStream random(seed, StreamPurpose::DataSet, n);
            std::vector<std::uint8_t> mask(n);
            std::size_t marked = 0;
            for (std::uint8_t& m : mask)
                marked += (m = random.uniform(0.0, 1.0) < share ? std::uint8_t{3} : std::uint8_t{0}) != 0;
            ActiveColumns active;
            active.find(mask);
            QVERIFY(active.count() >= marked && active.count() <= n);
            QVERIFY(active.stride() >= active.count() && active.stride() % 16 == 0);
            QVERIFY(active.stride() <= ActiveColumns::strideOf(n));
            // Two rows, each between guards that nothing may write.
            constexpr float kGuard = 77.0f;
            const std::size_t stride = active.stride();
            std::vector<float> rows(2 * n, 0.0f), compact(2 * stride + 16, kGuard), back(2 * n + 2, kGuard);
            for (std::size_t i = 0; i < 2 * n; ++i)
                rows[i] = mask[i % n] != 0 ? static_cast<float>(i + 1) : 0.0f;
            for (const std::size_t row : {std::size_t{0}, std::size_t{1}})
                active.compact(rows.data() + row * n, compact.data() + row * stride);
            for (std::size_t i = 2 * stride; i < compact.size(); ++i)
                QCOMPARE(compact[i], kGuard);
            for (const std::size_t row : {std::size_t{1}, std::size_t{0}}) // the later row must survive the earlier one
                active.spread(compact.data() + row * stride, back.data() + 1 + row * n);
            QCOMPARE(back.front(), kGuard);
            QCOMPARE(back.back(), kGuard);
            QVERIFY(std::equal(rows.begin(), rows.end(), back.begin() + 1));
        }
    }

    void find_again_forgetsTheColumnsBefore()
    {
        ActiveColumns active;
        active.find(std::vector<std::uint8_t>(40, 1));
        QCOMPARE(active.count(), std::size_t{40});
        std::vector<std::uint8_t> mask(40, 0);
        mask[39] = 255;
        active.find(mask);
        QCOMPARE(active.count(), std::size_t{1});
        std::vector<float> row(40, 0.0f), compact(active.stride()), back(40, 5.0f);
        row[39] = 2.5f;
        active.compact(row.data(), compact.data());
        QCOMPARE(compact[0], 2.5f);
        active.spread(compact.data(), back.data());
        QVERIFY(back == row);
    }

    void compact_takesNotANumberAlong()
    {
        ActiveColumns active;
        std::vector<std::uint8_t> mask(20, 0);
        mask[3] = 1;
        active.find(mask);
        std::vector<float> row(20, 0.0f), compact(active.stride());
        row[3] = std::numeric_limits<float>::quiet_NaN();
        active.compact(row.data(), compact.data());
        QVERIFY(compact[0] != compact[0]);
    }
};

QTEST_APPLESS_MAIN(TestActiveColumns)
#include "tst_torch_active_columns.moc"
