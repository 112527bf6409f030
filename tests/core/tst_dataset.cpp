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

/// Three columns, two training samples and one for testing.
std::shared_ptr<const Dataset> standardizedSet()
{
    Dataset::Parts parts = floatParts();
    parts.classNames = {"a", "b"};
    parts.train.labels = {0, 1};
    parts.train.values = std::vector<float>{-3.0f, 0.0f, 3.0f, -9.0f, 1.5f, 9.0f};
    parts.columns = {{"mass", 10.0f, 2.0f}, {"length", 5.0f, 0.5f}, {"age", 40.0f, 12.0f}};
    return Dataset::create(std::move(parts));
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

    void copyBytes_ofStandardisedValues_spansThreeDeviations()
    {
        const auto set = standardizedSet();
        std::vector<std::uint8_t> sample(3);
        set->copyBytes(set->train(), 0, sample);
        QCOMPARE(sample, (std::vector<std::uint8_t>{0, 128, 255}));
        set->copyBytes(set->train(), 1, sample);
        QCOMPARE(sample, (std::vector<std::uint8_t>{0, 191, 255}));
        std::vector<float> values(3);
        set->copyFloats(set->train(), 1, values);
        QCOMPARE(values, (std::vector<float>{-9.0f, 1.5f, 9.0f})); // uncut
    }

    void traits_tellRangeCountsAndClasses()
    {
        const DataTraits bytes = tests::tinyDataset(64, 16)->traits();
        QCOMPARE(bytes.shape, (ItemShape{1, 8, 8}));
        QCOMPARE(bytes.trainCount, std::size_t{64});
        QCOMPARE(bytes.classes, 4);
        QVERIFY(bytes.unitRange && bytes.counts);
        const DataTraits floats = Dataset::create(floatParts())->traits();
        QCOMPARE(floats.classes, 0);
        QVERIFY(floats.unitRange && !floats.counts);
        const DataTraits standardized = standardizedSet()->traits();
        QVERIFY(!standardized.unitRange && !standardized.counts);
    }

    void columns_areKeptByProvenanceSubsetAndRelabelling()
    {
        const auto set = standardizedSet();
        QVERIFY(set->isStandardized());
        QCOMPARE(set->provenance().columns, set->columns());
        const auto half = set->subset(std::vector<std::size_t>{0, 1}, "two");
        QVERIFY(half && half->isStandardized());
        QCOMPARE(half->columns(), set->columns());
        QCOMPARE(half->provenance().columns, set->columns());
        const auto renamed = set->relabelled(std::vector<std::size_t>{0}, "c");
        QVERIFY(renamed);
        QCOMPARE(renamed->columns(), set->columns());
        QVERIFY(!tests::tinyDataset()->isStandardized());
    }

    void columns_leaveTheDigestAlone()
    {
        Dataset::Parts with = floatParts();
        with.columns = standardizedSet()->columns();
        QCOMPARE(Dataset::create(with)->provenance().sha256, Dataset::create(floatParts())->provenance().sha256);
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

    void relabelled_someSamples_shareTheirPixels()
    {
        const auto set = tests::tinyDataset(64, 16);
        const std::vector<std::size_t> chosen{3, 0, 63, 1000};
        const auto known = set->relabelled(chosen, "diagonal"), fresh = set->relabelled(chosen, "odd ones");
        QVERIFY(known && fresh);
        for (const auto& made : {known, fresh}) {
            QCOMPARE(made->train().bytes().data(), set->train().bytes().data()); // the same memory
            QCOMPARE(made->test().bytes().data(), set->test().bytes().data());
            QCOMPARE(made->provenance().sha256, set->provenance().sha256);
            QCOMPARE(made->name(), set->name());
            QCOMPARE(made->provenance().source, std::string("made for tests, relabelled"));
            QCOMPARE(made->train().factors[0].values, set->train().factors[0].values);
            QCOMPARE(made->test().labels, set->test().labels);
            const std::int32_t label = made == known ? 2 : 4;
            for (std::size_t i = 0; i < 64; ++i)
                QCOMPARE(made->train().labels[i], i == 0 || i == 3 || i == 63 ? label : set->train().labels[i]);
        }
        QCOMPARE(known->classNames(), set->classNames());
        QCOMPARE(fresh->classNames().size(), std::size_t{5});
        QCOMPARE(fresh->classNames().back(), std::string("odd ones"));
        const auto twice = fresh->relabelled(std::vector<std::size_t>{5}, "odd ones");
        QCOMPARE(twice->classNames().size(), std::size_t{5});
        QCOMPARE(twice->provenance().source, std::string("made for tests, relabelled")); // said once
        QCOMPARE(set->train().labels[0], 0);                                            // the original is as it was
    }

    void relabelled_unlabelledOrNoName_isNull()
    {
        QVERIFY(!Dataset::create(floatParts())->relabelled(std::vector<std::size_t>{0}, "a"));
        QVERIFY(!tests::tinyDataset()->relabelled(std::vector<std::size_t>{0}, ""));
    }

    void subset_someSamples_isASetOfItsOwn()
    {
        const auto set = tests::tinyDataset(64, 16);
        std::vector<std::size_t> chosen{1000, 8, 8};
        for (std::size_t i = 0; i < 64; ++i)
            if (i % 4 == 1 || i % 4 == 3)
                chosen.push_back(i);
        const auto made = set->subset(chosen, "bars and squares");
        QVERIFY(made);
        QCOMPARE(made->name(), std::string("bars and squares"));
        QCOMPARE(made->classNames(), (std::vector<std::string>{"lying", "standing", "square"})); // sample 8 is a lying bar
        QCOMPARE(made->train().count + made->test().count, std::size_t{33});
        QCOMPARE(made->test().count, std::size_t{3}); // a tenth
        QVERIFY(made->provenance().sha256 != set->provenance().sha256);
        QCOMPARE(made->provenance().trainCount, made->train().count);
        // Every sample is one of the chosen, with its label's name and its column.
        const std::size_t size = set->shape().size();
        std::vector<bool> seen(64, false);
        for (const DataPart* part : {&made->train(), &made->test()})
            for (std::size_t i = 0; i < part->count; ++i) {
                const auto sample = part->bytes().subspan(i * size, size);
                std::size_t origin = 0;
                while (origin < 64 && !std::equal(sample.begin(), sample.end(), set->train().bytes().begin() + static_cast<std::ptrdiff_t>(origin * size)))
                    ++origin;
                QVERIFY(origin < 64 && !seen[origin] && (origin == 8 || origin % 2 == 1));
                seen[origin] = true;
                QCOMPARE(made->classNames()[static_cast<std::size_t>(part->labels[i])],
                         set->classNames()[static_cast<std::size_t>(set->train().labels[origin])]);
                QCOMPARE(part->factors[0].values[i], set->train().factors[0].values[origin]);
            }
        QCOMPARE(set->subset(chosen, "bars and squares")->provenance().sha256, made->provenance().sha256);
    }

    void subset_smallOnes_keepOneForEachPart()
    {
        const auto set = tests::tinyDataset(64, 16);
        const auto two = set->subset(std::vector<std::size_t>{0, 1}, "two");
        QVERIFY(two);
        QCOMPARE(two->train().count, std::size_t{1});
        QCOMPARE(two->test().count, std::size_t{1});
        QVERIFY(!set->subset(std::vector<std::size_t>{5, 5, 1000}, "one"));
        const auto plain = Dataset::create(floatParts())->subset(std::vector<std::size_t>{1, 0}, "floats");
        QVERIFY(plain && !plain->isLabelled() && !plain->train().isBytes());
        QCOMPARE(plain->train().floats().size(), std::size_t{3});
    }
};

QTEST_APPLESS_MAIN(TestDataset)
#include "tst_dataset.moc"
