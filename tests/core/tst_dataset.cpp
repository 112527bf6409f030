// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "core/data/dataset.h"
#include "support/tiny_data.h"

#include <QtTest>

using namespace latentscape;

namespace {

Dataset::Parts floatParts()
{
    Dataset::Parts parts;
    parts.name = "vectors";
    parts.shape = ItemShape{1, 1, 3};
    parts.train.count = 2;
    parts.train.values = std::vector<float>{0.0f, 0.5f, 1.0f, 0.25f, 1.0f / 255.0f, 2.0f};
    parts.test.values = std::vector<float>{};
    return parts;
}

} // namespace

class TestDataset : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void provenance_holdsCountsAndDigest()
    {
        const auto set = tests::tinyDataset(64, 16);
        QCOMPARE(set->name(), std::string("tiny"));
        QCOMPARE(set->provenance().trainCount, std::size_t{64});
        QCOMPARE(set->provenance().testCount, std::size_t{16});
        Sha256 digest; // samples and labels, train before test
        digest.update(std::as_bytes(set->train().bytes()));
        digest.update(std::as_bytes(std::span(set->train().labels)));
        digest.update(std::as_bytes(set->test().bytes()));
        digest.update(std::as_bytes(std::span(set->test().labels)));
        QCOMPARE(set->provenance().sha256, digest.hexDigest());
    }

    void digest_changesWithAnyLabel()
    {
        Dataset::Parts a, b;
        a.shape = b.shape = ItemShape{1, 1, 2};
        a.classNames = b.classNames = {"x", "y"};
        a.train.count = b.train.count = 1;
        a.train.values = b.train.values = std::vector<std::uint8_t>{1, 2};
        a.train.labels = {0};
        b.train.labels = {1};
        QVERIFY(Dataset::create(a)->provenance().sha256 != Dataset::create(b)->provenance().sha256);
        QCOMPARE(Dataset::create(a)->provenance().sha256, Dataset::create(a)->provenance().sha256);
    }

    void spans_fitTheHeldType()
    {
        const auto bytes = tests::tinyDataset();
        QVERIFY(bytes->train().isBytes());
        QCOMPARE(bytes->train().bytes().size(), std::size_t{64 * 64});
        QVERIFY(bytes->train().floats().empty());
        const auto floats = Dataset::create(floatParts());
        QVERIFY(!floats->train().isBytes());
        QCOMPARE(floats->train().floats().size(), std::size_t{6});
        QVERIFY(floats->train().bytes().empty());
        QVERIFY(!floats->isLabelled());
    }

    void copyFloats_ofBytes_isValueBy255()
    {
        const auto set = tests::tinyDataset();
        std::vector<float> sample(set->shape().size());
        set->copyFloats(set->train(), 5, sample);
        for (std::size_t i = 0; i < sample.size(); ++i)
            QCOMPARE(sample[i], set->train().bytes()[5 * sample.size() + i] / 255.0f);
    }

    void copyBytes_ofBytesAndBack_isExact()
    {
        const auto set = tests::tinyDataset();
        std::vector<std::uint8_t> sample(set->shape().size());
        set->copyBytes(set->test(), 3, sample);
        QVERIFY(std::equal(sample.begin(), sample.end(), set->test().bytes().begin() + std::ptrdiff_t(3 * sample.size())));
    }

    void copyBytes_ofFloats_roundsAndClamps()
    {
        const auto set = Dataset::create(floatParts());
        std::vector<std::uint8_t> sample(3);
        set->copyBytes(set->train(), 0, sample);
        QCOMPARE(sample, (std::vector<std::uint8_t>{0, 128, 255}));
        set->copyBytes(set->train(), 1, sample);
        QCOMPARE(sample, (std::vector<std::uint8_t>{64, 1, 255}));
    }

    void tinyDataset_trainAndTest_differAndRepeat()
    {
        const auto a = tests::tinyDataset(16, 16);
        const auto b = tests::tinyDataset(16, 16);
        QCOMPARE(a->provenance().sha256, b->provenance().sha256);
        QVERIFY(!std::equal(a->train().bytes().begin(), a->train().bytes().end(), a->test().bytes().begin()));
        QVERIFY(a->isLabelled());
        QCOMPARE(a->train().factors.size(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(TestDataset)
#include "tst_dataset.moc"
