// SPDX-License-Identifier: GPL-3.0-or-later
// What is decoded on the thread that asks: the same answer as the service's, and only what is quick.
#include "core/train/decode_service.h"

#include <QTest>

#include <functional>
#include <mutex>
#include <optional>

using namespace latentscape;

namespace {

/// Two pixels: the sum of the code, and 0.25.
class SumDecoder final : public Decoder {
public:
    explicit SumDecoder(bool quick) : m_quick(quick) {}
    int latent() const noexcept override { return 2; }
    ItemShape shape() const noexcept override { return ItemShape{1, 1, 2}; }
    bool isQuick() const noexcept override { return m_quick; }
    void decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override
    {
        for (std::size_t i = 0; i < count; ++i) {
            means[2 * i] = z[2 * i] + z[2 * i + 1];
            means[2 * i + 1] = 0.25f;
        }
    }

private:
    bool m_quick;
};

DecodeRequest request(bool quick = true)
{
    DecodeRequest asked;
    asked.id = 7;
    asked.generation = 3;
    asked.z = {0.5f, -0.125f};
    asked.decoder = std::make_shared<SumDecoder>(quick);
    asked.supportRadius = 0.5;
    return asked;
}

} // namespace

class TestDecodeAtOnce : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quickDecoder_answersAsTheServiceDoes_data()
    {
        QTest::addColumn<bool>("standardized");
        QTest::newRow("bytes") << false;
        QTest::newRow("standardised") << true;
    }
    void quickDecoder_answersAsTheServiceDoes()
    {
        QFETCH(bool, standardized);
        DecodeRequest asked = request();
        asked.standardized = standardized;
        std::mutex mutex;
        std::optional<DecodeResult> served;
        DecodeService service({}, [&](DecodeResult result) {
            const std::lock_guard lock(mutex);
            served = std::move(result);
        });
        service.post(asked);
        QTRY_VERIFY([&] { const std::lock_guard lock(mutex); return served.has_value(); }());
        const auto answer = decodeAtOnce(asked);
        QVERIFY(answer);
        QCOMPARE(answer->pixels, served->pixels);
        QCOMPARE(answer->z, served->z);
        QVERIFY(answer->channel == served->channel);
        QCOMPARE(answer->id, served->id);
        QCOMPARE(answer->generation, served->generation);
        QCOMPARE(answer->count, served->count);
        QVERIFY(answer->shape == served->shape);
        QCOMPARE(answer->standardized, served->standardized);
        QCOMPARE(answer->supportRadius, served->supportRadius);
        QVERIFY(answer->decodeMilliseconds >= 0.0);
        if (!standardized)
            QCOMPARE(answer->pixels, (std::vector<std::uint8_t>{96, 64}));
    }

    void otherRequests_areLeftToTheService_data()
    {
        QTest::addColumn<DecodeRequest>("asked");
        QTest::newRow("slow") << request(false);
        DecodeRequest many = request();
        many.count = 2;
        many.z = {0, 0, 1, 1};
        QTest::newRow("two codes") << many;
        DecodeRequest neighbours = request();
        neighbours.codes = std::make_shared<LatentFrame>();
        QTest::newRow("neighbours") << neighbours;
        DecodeRequest wrong = request();
        wrong.z = {0, 0, 0};
        QTest::newRow("a code of another size") << wrong;
        DecodeRequest none = request();
        none.decoder = nullptr;
        QTest::newRow("no decoder") << none;
    }
    void otherRequests_areLeftToTheService()
    {
        QFETCH(DecodeRequest, asked);
        QVERIFY(!decodeAtOnce(asked));
    }
};

QTEST_GUILESS_MAIN(TestDecodeAtOnce)
#include "tst_decode_at_once.moc"
