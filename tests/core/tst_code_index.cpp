// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/code_index.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace latentscape;

namespace {

enum class Scene { Random, Grid, Duplicates, Broken };

std::shared_ptr<LatentFrame> frameOf(Scene scene, int latent, std::size_t count)
{
    RandomStream random(static_cast<std::uint64_t>(latent), StreamPurpose::Interface);
    auto frame = std::make_shared<LatentFrame>();
    frame->latent = latent;
    for (std::size_t i = 0; i < count; ++i) {
        frame->indices.push_back(static_cast<std::int32_t>(i));
        for (int k = 0; k < latent; ++k) {
            double value = random.normal();
            if (scene == Scene::Grid)
                value = static_cast<double>(random.below(4)); // many equal distances
            if (scene == Scene::Duplicates)
                value = i % 3 == 0 ? 1.0 : value;
            frame->mu.push_back(static_cast<float>(value));
            frame->logvar.push_back(0.0f);
        }
    }
    if (scene == Scene::Broken)
        for (std::size_t i = 0; i < count; i += 7)
            frame->mu[i * static_cast<std::size_t>(latent)] = i % 2 == 0 ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
    return frame;
}

bool same(const Neighbourhood& a, const Neighbourhood& b)
{
    if (a.supported != b.supported || a.nearest.size() != b.nearest.size())
        return false;
    for (std::size_t i = 0; i < a.nearest.size(); ++i)
        if (a.nearest[i].row != b.nearest[i].row || a.nearest[i].distance != b.nearest[i].distance)
            return false;
    return true;
}

} // namespace

class TestCodeIndex : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nearest_anyFrame_isWhatThePassAnswers_data()
    {
        QTest::addColumn<int>("scene");
        QTest::addColumn<int>("latent");
        for (const auto& [name, scene] : {std::pair{"random", Scene::Random}, std::pair{"ties", Scene::Grid}, std::pair{"duplicates", Scene::Duplicates},
                                          std::pair{"not finite", Scene::Broken}})
            for (const int latent : {1, 2, 3, 5, 8, 12})
                QTest::addRow("%s, L = %d", name, latent) << static_cast<int>(scene) << latent;
    }
    void nearest_anyFrame_isWhatThePassAnswers()
    {
        QFETCH(int, scene);
        QFETCH(int, latent);
        const auto frame = frameOf(static_cast<Scene>(scene), latent, 1000);
        const auto index = CodeIndex::build(frame);
        QVERIFY(index);
        QCOMPARE(index->frame().get(), static_cast<const LatentFrame*>(frame.get()));
        RandomStream random(77, StreamPurpose::Interface);
        for (int question = 0; question < 60; ++question) {
            std::vector<float> z(static_cast<std::size_t>(latent));
            for (float& value : z)
                value = question % 3 == 0 ? static_cast<float>(random.below(4)) : static_cast<float>(3.0 * random.normal());
            if (question % 5 == 0) {
                const auto own = frame->muOf(static_cast<std::size_t>(random.below(1000)));
                z.assign(own.begin(), own.end()); // a code itself: distance 0, and not finite at times
            }
            for (const int k : {0, 1, 8, 50})
                for (const double radius : {-1.0, 0.0, 0.5, 1.0, 4.0, 1e9, std::numeric_limits<double>::infinity()})
                    QVERIFY2(same(index->nearest(z, k, radius), nearestCodes(*frame, z, k, radius)),
                             qPrintable(QString("question %1, k %2, radius %3").arg(question).arg(k).arg(radius)));
        }
    }

    void nearest_moreThanThereAre_givesAllFiniteOnes()
    {
        const auto frame = frameOf(Scene::Broken, 2, 30);
        const auto index = CodeIndex::build(frame);
        const std::vector<float> z{0.1f, -0.2f};
        const auto found = index->nearest(z, 100, 1e9);
        QCOMPARE(found.nearest.size(), std::size_t{25}); // rows 0, 7, 14, 21 and 28 are not finite
        QCOMPARE(found.supported, std::size_t{25});
        QVERIFY(same(found, nearestCodes(*frame, z, 100, 1e9)));
    }

    void nearest_pointOfAnotherSizeOrNotFinite_findsNothing()
    {
        const auto index = CodeIndex::build(frameOf(Scene::Random, 2, 100));
        for (const auto& z : {std::vector<float>{1.0f}, std::vector<float>{std::numeric_limits<float>::quiet_NaN(), 0.0f},
                              std::vector<float>{std::numeric_limits<float>::infinity(), 0.0f}}) {
            QVERIFY(index->nearest(z, 5, 1.0).nearest.empty());
            QCOMPARE(index->nearest(z, 5, 1.0).supported, std::size_t{0});
        }
        QVERIFY(index->nearest(std::vector<float>{0.0f, 0.0f}, -3, -1.0).nearest.empty());
    }

    void build_emptyFrame_answersNothing()
    {
        auto frame = std::make_shared<LatentFrame>();
        frame->latent = 2;
        const auto index = CodeIndex::build(frame);
        QVERIFY(index);
        QVERIFY(index->nearest(std::vector<float>{0.0f, 0.0f}, 5, 1.0).nearest.empty());
    }

    void build_stopped_isNull()
    {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!CodeIndex::build(frameOf(Scene::Random, 2, 100), stop.get_token()));
    }
};

QTEST_APPLESS_MAIN(TestCodeIndex)
#include "tst_code_index.moc"
