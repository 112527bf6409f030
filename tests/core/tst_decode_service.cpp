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
