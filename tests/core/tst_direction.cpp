// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/direction_finder.h"
#include "support/latent_cloud.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// The samples that hold where asked, of so many.
template <typename Condition>
Selection where(std::size_t samples, const Condition& condition)
{
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < samples; ++i)
        if (condition(i))
            indices.push_back(i);
    return Selection(samples).combined(indices, SelectionMode::Replace);
}

/// Normal codes in which every second sample is moved along a direction.
LatentFrame planted(const std::vector<double>& step, std::uint64_t seed, int count = 4000)
{
    LatentFrame frame = axisCloud(std::vector<double>(step.size(), 1.0), 0.7, seed, count);
    for (std::size_t row = 1; row < frame.count(); row += 2)
        for (std::size_t k = 0; k < step.size(); ++k)
            frame.mu[row * step.size() + k] += static_cast<float>(step[k]);
    return frame;
}

bool isEven(std::size_t i) { return i % 2 == 0; }
bool isOdd(std::size_t i) { return i % 2 == 1; }

Result<AttributeDirection> find(const LatentFrame& frame, const Selection& from, const Selection& to, std::uint64_t seed = 1)
{
    RandomStream stream(seed, StreamPurpose::Interface);
    return findDirection(frame, from, to, "slant", stream);
}

} // namespace

class TestDirection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plantedStep_isFound()
    {
        const std::vector<double> step{1.2, 0.0, -0.9, 0.0, 2.0, 0.0};
        const double size = std::sqrt(dotOf(step, step));
        const LatentFrame frame = planted(step, 3);
        const Result<AttributeDirection> result = find(frame, where(4000, isEven), where(4000, isOdd));
        QVERIFY2(result.ok(), result.ok() ? "" : result.error().text().c_str());
        const AttributeDirection& found = result.value();
        QCOMPARE(found.name, std::string("slant"));
        QCOMPARE(found.from, std::size_t{2000});
        QCOMPARE(found.to, std::size_t{2000});
        QVERIFY(std::abs(dotOf(found.direction, found.direction) - 1.0) < 1e-6);
        QVERIFY(dotOf(found.direction, step) > 0.995 * size);
        QVERIFY(std::abs(found.length - size) < 0.1);
        QVERIFY(std::abs(found.separation - size) < 0.15); // the codes spread by 1 along every direction
        QVERIFY(found.effect > 15.0);                      // random halves lie some 0.08 apart
        QVERIFY(std::abs(found.chance - 1.0 / 201.0) < 1e-12);
        const Result<AttributeDirection> back = find(frame, where(4000, isOdd), where(4000, isEven));
        QVERIFY(dotOf(back.value().direction, found.direction) < -0.9999);
    }

    void randomSelections_haveNoEffect()
    {
        const LatentFrame frame = axisCloud(std::vector<double>(10, 1.0), 0.0, 4, 3000);
        double effects = 0.0, chances = 0.0;
        constexpr int kTrials = 40;
        for (int trial = 0; trial < kTrials; ++trial) {
            std::vector<std::int32_t> order(3000);
            std::iota(order.begin(), order.end(), 0);
            RandomStream stream(static_cast<std::uint64_t>(trial), StreamPurpose::Split);
            stream.shuffle(order);
            const std::vector<std::size_t> a(order.begin(), order.begin() + 300), b(order.begin() + 300, order.begin() + 900);
            const auto found = find(frame, Selection(3000).combined(a, SelectionMode::Replace), Selection(3000).combined(b, SelectionMode::Replace),
                                    static_cast<std::uint64_t>(trial));
            QVERIFY(found.ok());
            QVERIFY(found.value().effect > 0.3 && found.value().effect < 2.0);
            effects += found.value().effect / kTrials;
            chances += found.value().chance / kTrials;
        }
        QVERIFY2(effects > 0.9 && effects < 1.1, qPrintable(QString::number(effects)));
        QVERIFY2(chances > 0.35 && chances < 0.65, qPrintable(QString::number(chances)));
    }

    void selectionsThatFillTheFrame_areDealtAnew()
    {
        // Overlapping selections of nearly all codes: pairs of their sizes do not fit into the frame.
        const LatentFrame frame = planted({3.0, 0.0}, 5, 600);
        const auto found = find(frame, where(600, [](std::size_t i) { return isEven(i) || i < 300; }), where(600, isOdd));
        QVERIFY(found.ok());
        QCOMPARE(found.value().from + found.value().to, std::size_t{750});
        QVERIFY(found.value().effect > 5.0);
        QVERIFY(found.value().direction[0] > 0.95f);
    }

    void sameStream_sameAnswer()
    {
        const LatentFrame frame = planted({0.2, 0.1, 0.0}, 6, 900);
        const auto a = find(frame, where(900, isEven), where(900, isOdd), 9), b = find(frame, where(900, isEven), where(900, isOdd), 9);
        QVERIFY(a.value() == b.value());
        QVERIFY(find(frame, where(900, isEven), where(900, isOdd), 10).value().effect != a.value().effect);
    }

    /// One code does not show how far its group spreads: any direction to it would seem long.
    void singleImage_isRefused()
    {
        const LatentFrame frame = planted({1.0, 0.0}, 5, 600);
        const Selection one = where(600, [](std::size_t i) { return i == 0; }), two = where(600, [](std::size_t i) { return i < 2; });
        for (const Result<AttributeDirection>& found : {find(frame, one, where(600, isOdd)), find(frame, where(600, isOdd), one)}) {
            QVERIFY(!found.ok());
            QCOMPARE(found.error().code, ErrorCode::InvalidArgument);
            QVERIFY2(found.error().what.find("single image") != std::string::npos, found.error().text().c_str());
        }
        QVERIFY(find(frame, two, where(600, isOdd)).ok());
    }

    void stopped_isCancelled()
    {
        const LatentFrame frame = planted({1.0, 0.0}, 5);
        RandomStream stream(1, StreamPurpose::Interface);
        std::stop_source source;
        source.request_stop();
        const Result<AttributeDirection> stopped = findDirection(frame, where(4000, isEven), where(4000, isOdd), "slant", stream, source.get_token());
        QVERIFY(!stopped.ok());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }
    void framesOfSomeSamples_useOnlyThose()
    {
        LatentFrame frame = planted({4.0, 0.0, 0.0}, 7, 400);
        for (std::int32_t& index : frame.indices)
            index = 1000 + index; // the frame shows samples 1000 … 1399 of 2000
        frame.mu[0] = std::numeric_limits<float>::quiet_NaN();
        const auto found = find(frame, where(2000, isEven), where(2000, isOdd));
        QVERIFY(found.ok());
        QCOMPARE(found.value().from, std::size_t{199});
        QCOMPARE(found.value().to, std::size_t{200});
        QVERIFY(found.value().direction[0] > 0.99f);
    }

    void badSelections_areRefused_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("fragment");
        QTest::newRow("first empty") << 0 << "first selection";
        QTest::newRow("second empty") << 1 << "second selection";
        QTest::newRow("not in the frame") << 2 << "second selection";
        QTest::newRow("equal") << 3 << "the same";
        QTest::newRow("coinciding") << 4 << "same mean";
        QTest::newRow("nothing finite") << 5 << "first selection";
    }
    void badSelections_areRefused()
    {
        QFETCH(int, kind);
        QFETCH(QString, fragment);
        LatentFrame frame = axisCloud({1.0, 1.0, 1.0}, 0.0, 9, 100);
        Selection from = where(200, [](std::size_t i) { return i < 10; }), to = where(200, [](std::size_t i) { return i >= 10 && i < 20; });
        switch (kind) {
        case 0: from = Selection(200); break;
        case 1: to = Selection(200); break;
        case 2: to = where(200, [](std::size_t i) { return i >= 150; }); break;
        case 3: to = from; break;
        case 4: std::copy_n(frame.mu.begin(), 30, frame.mu.begin() + 30); break;
        case 5: std::fill_n(frame.mu.begin(), 30, std::numeric_limits<float>::infinity()); break;
        }
        const auto found = find(frame, from, to);
        QVERIFY(!found.ok());
        QCOMPARE(found.error().code, ErrorCode::InvalidArgument);
        const QString text = QString::fromStdString(found.error().text());
        QVERIFY2(text.contains(fragment) && !found.error().remedy.empty(), qPrintable(text));
    }
};

QTEST_APPLESS_MAIN(TestDirection)
#include "tst_direction.moc"
