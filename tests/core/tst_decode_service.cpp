// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/decode_service.h"
#include "support/fake_backend.h"

#include <QTest>

#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <thread>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// Collects answers; any thread.
class Answers {
public:
    [[nodiscard]] std::function<void(DecodeResult)> receiver()
    {
        return [this](DecodeResult result) {
            const std::lock_guard lock(m_mutex);
            m_results.push_back(std::move(result));
        };
    }
    [[nodiscard]] std::vector<DecodeResult> all() const
    {
        const std::lock_guard lock(m_mutex);
        return m_results;
    }
    [[nodiscard]] std::size_t count() const
    {
        const std::lock_guard lock(m_mutex);
        return m_results.size();
    }

private:
    mutable std::mutex m_mutex;
    std::vector<DecodeResult> m_results;
};

/// Means made of the codes themselves: pixel p of a code is its first coordinate.
class EchoDecoder final : public Decoder {
public:
    int latent() const noexcept override { return 2; }
    ItemShape shape() const noexcept override { return ItemShape{1, 1, 3}; }
    void decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override
    {
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t p = 0; p < 3; ++p)
                means[3 * i + p] = z[2 * i];
    }
};

DecodeRequest requestOf(DecodeChannel channel, std::uint64_t id, std::shared_ptr<const Decoder> decoder, std::size_t count = 1)
{
    DecodeRequest request;
    request.channel = channel;
    request.id = id;
    request.count = count;
    request.z.assign(2 * count, 0.5f);
    request.decoder = std::move(decoder);
    return request;
}

} // namespace

class TestDecodeService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void post_oneProbe_answersWithItsOwnRequest()
    {
        auto script = std::make_shared<FakeScript>();
        Answers answers;
        DecodeService service([&] { ++script->preparedThreads; }, answers.receiver());
        auto request = requestOf(DecodeChannel::Probe, 42, makeCanaryDecoder(2, ItemShape{1, 4, 4}, 17, script));
        request.generation = 5;
        service.post(request);
        QTRY_COMPARE(answers.count(), std::size_t{1});
        const DecodeResult result = answers.all()[0];
        QCOMPARE(result.id, std::uint64_t{42});
        QCOMPARE(result.generation, std::uint64_t{5});
        QCOMPARE(result.z, request.z);
        QCOMPARE(result.pixels, std::vector<std::uint8_t>(16, 17));
        QVERIFY(result.decodeMilliseconds >= 0.0);
        QVERIFY(result.neighbourhood.nearest.empty());
        QCOMPARE(script->preparedThreads.load(), 1);
    }

    void post_standardisedData_spansThreeDeviationsLikeTheSamples()
    {
        Dataset::Parts parts;
        parts.shape = ItemShape{1, 1, 3};
        parts.columns.resize(3);
        const std::vector<float> values{-9.0f, -3.0f, -1.3f, 0.0f, 2.7f, 3.1f};
        parts.train.count = values.size(); // each of three equal numbers, as EchoDecoder makes them
        parts.train.values = std::vector<float>{-9, -9, -9, -3, -3, -3, -1.3f, -1.3f, -1.3f, 0, 0, 0, 2.7f, 2.7f, 2.7f, 3.1f, 3.1f, 3.1f};
        const auto data = Dataset::create(std::move(parts));
        auto request = requestOf(DecodeChannel::Samples, 1, std::make_shared<EchoDecoder>(), values.size());
        std::vector<std::uint8_t> expected(3 * values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            request.z[2 * i] = values[i];
            data->copyBytes(data->train(), i, std::span(expected).subspan(3 * i, 3));
        }
        request.standardized = true;
        Answers answers;
        DecodeService service({}, answers.receiver());
        service.post(std::move(request));
        QTRY_COMPARE(answers.count(), std::size_t{1});
        QCOMPARE(answers.all()[0].pixels, expected);
        QVERIFY(answers.all()[0].standardized); // who draws them must know
    }

    void post_thousandWhileBlocked_decodesTheFirstAndTheLast()
    {
        auto script = std::make_shared<FakeScript>();
        Answers answers;
        DecodeService service({}, answers.receiver());
        const auto decoder = makeCanaryDecoder(2, ItemShape{1, 4, 4}, 1, script);
        script->decodeLatch.close();
        service.post(requestOf(DecodeChannel::Probe, 1, decoder));
        QVERIFY(script->decodeLatch.waitForArrival());
        for (std::uint64_t id = 2; id <= 1000; ++id)
            service.post(requestOf(DecodeChannel::Probe, id, decoder));
        script->decodeLatch.open();
        QTRY_COMPARE(answers.count(), std::size_t{2});
        QCOMPARE(answers.all()[0].id, std::uint64_t{1});
        QCOMPARE(answers.all()[1].id, std::uint64_t{1000});
        QCOMPARE(script->decodes.load(), 2);
    }

    void probe_duringAGrid_isAnsweredBetweenChunks()
    {
        auto script = std::make_shared<FakeScript>();
        Answers answers;
        DecodeService service({}, answers.receiver());
        const auto decoder = makeCanaryDecoder(2, ItemShape{1, 4, 4}, 1, script);
        script->decodeLatch.close();
        service.post(requestOf(DecodeChannel::Manifold, 1, decoder, 400));
        QVERIFY(script->decodeLatch.waitForArrival());
        service.post(requestOf(DecodeChannel::Probe, 2, decoder));
        script->decodeLatch.open();
        QTRY_COMPARE(answers.count(), std::size_t{2});
        QCOMPARE(answers.all()[0].channel, DecodeChannel::Probe);
        QCOMPARE(answers.all()[1].count, std::size_t{400});
        QCOMPARE(answers.all()[1].pixels.size(), std::size_t{400 * 16});
        QCOMPARE(script->decodes.load(), 7 + 1); // chunks of 64
    }

    void grid_newerOneOfItsChannel_abandonsTheOldOne()
    {
        auto script = std::make_shared<FakeScript>();
        Answers answers;
        DecodeService service({}, answers.receiver());
        const auto decoder = makeCanaryDecoder(2, ItemShape{1, 4, 4}, 1, script);
        script->decodeLatch.close();
        service.post(requestOf(DecodeChannel::Manifold, 1, decoder, 400));
        QVERIFY(script->decodeLatch.waitForArrival());
        service.post(requestOf(DecodeChannel::Samples, 2, decoder, 64));
        service.post(requestOf(DecodeChannel::Manifold, 3, decoder, 128));
        script->decodeLatch.open();
        QTRY_COMPARE(answers.count(), std::size_t{2});
        QCOMPARE(answers.all()[0].id, std::uint64_t{3});
        QCOMPARE(answers.all()[1].id, std::uint64_t{2}); // another channel's request is kept
        QCOMPARE(script->decodes.load(), 1 + 2 + 1);
    }

    void pixels_roundedAndClamped_neverFromNan()
    {
        Answers answers;
        DecodeService service({}, answers.receiver());
        auto request = requestOf(DecodeChannel::Path, 1, std::make_shared<EchoDecoder>(), 6);
        const float values[] = {0.0f, 1.0f, 0.5f, -3.0f, std::numeric_limits<float>::quiet_NaN(), 2.0f};
        for (std::size_t i = 0; i < 6; ++i)
            request.z[2 * i] = values[i];
        service.post(request);
        QTRY_COMPARE(answers.count(), std::size_t{1});
        const auto pixels = answers.all()[0].pixels;
        const std::uint8_t expected[] = {0, 255, 128, 0, 0, 255};
        for (std::size_t i = 0; i < 6; ++i)
            QCOMPARE(pixels[3 * i + 2], expected[i]);
    }

    void neighbours_asked_comeFromTheCodesOfTheRequest()
    {
        auto frame = std::make_shared<LatentFrame>();
        frame->latent = 2;
        for (int i = 0; i < 10; ++i) {
            frame->indices.push_back(i);
            frame->mu.insert(frame->mu.end(), {static_cast<float>(i), 0.0f});
            frame->logvar.insert(frame->logvar.end(), {0.0f, 0.0f});
        }
        Answers answers;
        DecodeService service({}, answers.receiver());
        auto request = requestOf(DecodeChannel::Probe, 1, std::make_shared<EchoDecoder>());
        request.z = {3.2f, 0.0f};
        request.codes = frame;
        request.neighbours = 2;
        request.supportRadius = 1.5;
        service.post(request);
        QTRY_COMPARE(answers.count(), std::size_t{1});
        const auto found = answers.all()[0].neighbourhood;
        QCOMPARE(found.nearest.size(), std::size_t{2});
        QCOMPARE(found.nearest[0].row, std::size_t{3});
        QCOMPARE(found.nearest[1].row, std::size_t{4});
        QCOMPARE(found.supported, std::size_t{3}); // 2, 3 and 4
    }

    void request_withoutDecoderOrOfAnotherSize_isAnsweredEmpty()
    {
        Answers answers;
        DecodeService service({}, answers.receiver());
        service.post(requestOf(DecodeChannel::Probe, 1, nullptr));
        QTRY_COMPARE(answers.count(), std::size_t{1});
        auto request = requestOf(DecodeChannel::Probe, 2, std::make_shared<EchoDecoder>());
        request.z.push_back(1.0f);
        service.post(request);
        QTRY_COMPARE(answers.count(), std::size_t{2});
        QVERIFY(answers.all()[0].pixels.empty() && answers.all()[1].pixels.empty());
        QCOMPARE(answers.all()[1].count, std::size_t{0});
    }

    void receiver_throws_serviceGoesOn()
    {
        std::atomic<int> answers{0};
        DecodeService service([] { throw 1; }, [&](DecodeResult) {
            if (++answers == 1)
                throw 2;
        });
        service.post(requestOf(DecodeChannel::Probe, 1, std::make_shared<EchoDecoder>()));
        QTRY_COMPARE(answers.load(), 1);
        service.post(requestOf(DecodeChannel::Probe, 2, std::make_shared<EchoDecoder>()));
        QTRY_COMPARE(answers.load(), 2);
    }

    void waitingRequests_areServedInTheOrderOfTheChannels()
    {
        auto script = std::make_shared<FakeScript>();
        Answers answers;
        DecodeService service({}, answers.receiver());
        const auto decoder = makeCanaryDecoder(2, ItemShape{1, 4, 4}, 1, script);
        script->decodeLatch.close();
        service.post(requestOf(DecodeChannel::Samples, 0, decoder));
        QVERIFY(script->decodeLatch.waitForArrival());
        for (int channel = kDecodeChannels - 1; channel >= 0; --channel)
            service.post(requestOf(static_cast<DecodeChannel>(channel), static_cast<std::uint64_t>(channel) + 1, decoder));
        script->decodeLatch.open();
        QTRY_COMPARE(answers.count(), std::size_t{8});
        const auto all = answers.all();
        for (std::size_t i = 1; i < 8; ++i)
            QCOMPARE(all[i].channel, static_cast<DecodeChannel>(i - 1));
    }

    void grid_interruptedByEarlierChannels_goesOnAfterwards()
    {
        auto script = std::make_shared<FakeScript>();
        Answers answers;
        DecodeService service({}, answers.receiver());
        const auto decoder = makeCanaryDecoder(2, ItemShape{1, 4, 4}, 1, script);
        script->decodeLatch.close();
        service.post(requestOf(DecodeChannel::Samples, 1, decoder, 256)); // four chunks
        QVERIFY(script->decodeLatch.waitForArrival());
        service.post(requestOf(DecodeChannel::Backdrop, 2, decoder, 128));
        service.post(requestOf(DecodeChannel::Probe, 3, decoder));
        service.post(requestOf(DecodeChannel::Previews, 4, decoder, 100));
        script->decodeLatch.open();
        QTRY_COMPARE(answers.count(), std::size_t{4});
        const auto all = answers.all();
        QCOMPARE(all[0].id, std::uint64_t{3});
        QCOMPARE(all[1].id, std::uint64_t{4});
        QCOMPARE(all[2].id, std::uint64_t{2});
        QCOMPARE(all[3].id, std::uint64_t{1});
        QCOMPARE(all[3].pixels, std::vector<std::uint8_t>(256 * 16, 1)); // every chunk of it
        QCOMPARE(script->decodes.load(), 4 + 2 + 1 + 2);                 // nothing was decoded twice
    }

    void grid_newerOnesFasterThanTheWork_resultsStillComeOut_data()
    {
        QTest::addColumn<int>("channel");
        QTest::addColumn<bool>("sameCount");
        QTest::newRow("backdrop while training") << int(DecodeChannel::Backdrop) << true;
        QTest::newRow("backdrop of changing size") << int(DecodeChannel::Backdrop) << false;
        QTest::newRow("manifold") << int(DecodeChannel::Manifold) << true;
        QTest::newRow("previews") << int(DecodeChannel::Previews) << true;
        QTest::newRow("samples") << int(DecodeChannel::Samples) << false;
    }
    void grid_newerOnesFasterThanTheWork_resultsStillComeOut()
    {
        QFETCH(int, channel);
        QFETCH(bool, sameCount);
        // Each decoded chunk posts a newer request: five arrive in the time that one request of five chunks takes.
        std::atomic<std::uint64_t> posted{0};
        DecodeService* target = nullptr;
        class Busy final : public Decoder {
        public:
            explicit Busy(std::function<void()> onChunk) : m_onChunk(std::move(onChunk)) {}
            int latent() const noexcept override { return 2; }
            ItemShape shape() const noexcept override { return ItemShape{1, 1, 1}; }
            void decode(std::span<const float>, std::size_t, std::span<float> means) const noexcept override
            {
                m_onChunk();
                std::fill(means.begin(), means.end(), 0.0f);
            }

        private:
            std::function<void()> m_onChunk;
        };
        std::shared_ptr<const Decoder> decoder;
        const auto postNext = [&] {
            const std::uint64_t id = ++posted;
            if (id <= 200)
                target->post(requestOf(static_cast<DecodeChannel>(channel), id, decoder, 64 * 5 - (sameCount ? 0 : id % 60)));
        };
        decoder = std::make_shared<Busy>(postNext);
        Answers answers;
        {
            DecodeService service({}, answers.receiver());
            target = &service;
            postNext();
            QTRY_VERIFY(!answers.all().empty() && answers.all().back().id == 200);
        }
        const auto all = answers.all();
        QVERIFY2(all.size() >= 200 / 6, qPrintable(QString::number(all.size()))); // one chunk given up for five kept
        for (std::size_t i = 1; i < all.size(); ++i)
            QVERIFY(all[i].id > all[i - 1].id); // never an older one after a newer one
    }

    void channel_neverIdle_leavesTheLaterOnesTheirTurn()
    {
        std::atomic<int> probes{0}, samples{0};
        DecodeService* target = nullptr;
        const auto decoder = std::make_shared<EchoDecoder>();
        DecodeService service({}, [&](DecodeResult result) {
            if (result.channel == DecodeChannel::Samples)
                ++samples;
            else if (++probes < 2000)
                target->post(requestOf(DecodeChannel::Probe, 1, decoder)); // the next one waits before this one is over
        });
        target = &service;
        service.post(requestOf(DecodeChannel::Probe, 1, decoder));
        QTRY_VERIFY(probes > 10);
        service.post(requestOf(DecodeChannel::Samples, 1, decoder, 640));
        QTRY_COMPARE(samples.load(), 1);
        QTRY_COMPARE(probes.load(), 2000);
    }

    void index_ofTheSameCodes_answersTheSame_ofOthersIsNotAsked()
    {
        const auto frameAt = [](float shift) {
            auto frame = std::make_shared<LatentFrame>();
            frame->latent = 2;
            for (int i = 0; i < 100; ++i) {
                frame->indices.push_back(i);
                frame->mu.insert(frame->mu.end(), {shift + static_cast<float>(i % 10), static_cast<float>(i / 10)});
                frame->logvar.insert(frame->logvar.end(), {0.0f, 0.0f});
            }
            return frame;
        };
        const std::shared_ptr<const LatentFrame> codes = frameAt(0.0f), others = frameAt(5.0f);
        Answers answers;
        DecodeService service({}, answers.receiver());
        std::size_t expected = 0;
        for (const auto& index : {std::shared_ptr<const CodeIndex>(), CodeIndex::build(codes), CodeIndex::build(others)}) {
            auto request = requestOf(DecodeChannel::Probe, 1, std::make_shared<EchoDecoder>());
            request.z = {3.1f, 4.2f};
            request.codes = codes;
            request.index = index;
            request.neighbours = 4;
            request.supportRadius = 1.2;
            service.post(request);
            ++expected;
            QTRY_COMPARE(answers.count(), expected);
            const auto found = answers.all().back().neighbourhood;
            QCOMPARE(found.nearest.size(), std::size_t{4});
            QCOMPARE(found.nearest[0].row, std::size_t{43});
            QCOMPARE(found.supported, nearestCodes(*codes, request.z, 4, 1.2).supported);
        }
    }

    void destructor_duringAGrid_stopsAfterTheChunk()
    {
        auto script = std::make_shared<FakeScript>();
        Answers answers;
        auto service = std::make_unique<DecodeService>(std::function<void()>{}, answers.receiver());
        script->decodeLatch.close();
        service->post(requestOf(DecodeChannel::Manifold, 1, makeCanaryDecoder(2, ItemShape{1, 4, 4}, 1, script), 64 * 1000));
        QVERIFY(script->decodeLatch.waitForArrival());
        std::jthread opener([&] { script->decodeLatch.open(); });
        service.reset();
        QVERIFY(script->decodes.load() <= 1000);
        QVERIFY(answers.count() <= 1);
    }
};

QTEST_GUILESS_MAIN(TestDecodeService)
#include "tst_decode_service.moc"
