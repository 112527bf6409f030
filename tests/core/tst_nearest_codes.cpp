// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/nearest_codes.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace latentscape;

namespace {

LatentFrame randomFrame(int latent, std::size_t count, std::uint64_t seed, bool coarse)
{
    LatentFrame frame;
    frame.latent = latent;
    RandomStream stream(seed, StreamPurpose::Interface);
    for (std::size_t i = 0; i < count; ++i) {
        frame.indices.push_back(static_cast<std::int32_t>(i));
        for (int k = 0; k < latent; ++k) // coarse values make many equal distances
            frame.mu.push_back(static_cast<float>(coarse ? std::round(2.0 * stream.normal()) / 2.0 : stream.normal()));
    }
    frame.logvar.assign(frame.mu.size(), 0.0f);
    return frame;
}

Neighbourhood bruteForce(const LatentFrame& frame, const std::vector<float>& z, std::size_t k, double radius)
{
    std::vector<std::pair<double, std::size_t>> all;
    for (std::size_t row = 0; row < frame.count(); ++row) {
        double sum = 0.0;
        for (std::size_t d = 0; d < z.size(); ++d) {
            const double difference = static_cast<double>(frame.muOf(row)[d]) - static_cast<double>(z[d]);
            sum += difference * difference;
        }
        all.emplace_back(sum, row);
    }
    Neighbourhood out;
    out.supported = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& p) { return p.first <= radius * radius; }));
    std::sort(all.begin(), all.end());
    for (std::size_t i = 0; i < std::min(k, all.size()); ++i)
        out.nearest.push_back({all[i].second, std::sqrt(all[i].first)});
    return out;
}

} // namespace

class TestNearestCodes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomFrames_equalBruteForce_data()
    {
        QTest::addColumn<int>("latent");
        QTest::addColumn<bool>("coarse");
        QTest::newRow("1") << 1 << false;
        QTest::newRow("2") << 2 << false;
        QTest::newRow("2, many ties") << 2 << true;
        QTest::newRow("20") << 20 << false;
    }

    void randomFrames_equalBruteForce()
    {
        QFETCH(int, latent);
        QFETCH(bool, coarse);
        RandomStream stream(9, StreamPurpose::Interface);
        for (const std::size_t count : {std::size_t{0}, std::size_t{3}, std::size_t{512}, std::size_t{5003}}) {
            const LatentFrame frame = randomFrame(latent, count, count, coarse);
            for (int trial = 0; trial < 30; ++trial) {
                std::vector<float> z(static_cast<std::size_t>(latent));
                stream.fillNormal(z);
                if (coarse)
                    for (float& value : z)
                        value = std::round(value);
                const int k = static_cast<int>(stream.below(12));
                const double radius = coarse ? 0.5 * static_cast<double>(stream.below(4)) : stream.uniform(0.0, 2.0);
                const auto found = nearestCodes(frame, z, k, radius);
                const auto expected = bruteForce(frame, z, static_cast<std::size_t>(k), radius);
                QCOMPARE(found.supported, expected.supported);
                QCOMPARE(found.nearest.size(), expected.nearest.size());
                for (std::size_t i = 0; i < found.nearest.size(); ++i) {
                    QCOMPARE(found.nearest[i].row, expected.nearest[i].row);
                    QCOMPARE(found.nearest[i].distance, expected.nearest[i].distance);
                }
            }
        }
    }

    void farPoint_isStillAnswered()
    {
        const LatentFrame frame = randomFrame(2, 1000, 1, false);
        const auto found = nearestCodes(frame, std::vector<float>{1e30f, -1e30f}, 3, 1.0);
        QCOMPARE(found.nearest.size(), std::size_t{3});
        QCOMPARE(found.supported, std::size_t{0});
    }

    void sixtyThousand_speed()
    {
        const LatentFrame frame = randomFrame(2, 60000, 1, false);
        const std::vector<float> z{0.3f, -0.2f};
        std::size_t rows = 0;
        QBENCHMARK { rows += nearestCodes(frame, z, 5, 0.25).supported; }
        QVERIFY(rows > 0);
    }
};

QTEST_APPLESS_MAIN(TestNearestCodes)
#include "tst_nearest_codes.moc"
