// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_catalogue.h"
#include "core/explore/class_map.h"
#include "support/tiny_data.h"

#include <QtTest>

using namespace latentscape;

namespace {

/// Two-pixel pictures with labels.
std::shared_ptr<const Dataset> pixels(const std::vector<std::array<int, 3>>& samples, std::size_t classes)
{
    Dataset::Parts parts;
    parts.name = "pixels";
    parts.shape = ItemShape{1, 2, 1};
    for (std::size_t i = 0; i < classes; ++i)
        parts.classNames.push_back(std::to_string(i));
    std::vector<std::uint8_t> values;
    for (const auto& [a, b, label] : samples) {
        values.push_back(static_cast<std::uint8_t>(a));
        values.push_back(static_cast<std::uint8_t>(b));
        parts.train.labels.push_back(label);
    }
    parts.train.count = samples.size();
    parts.train.values = std::move(values);
    return Dataset::create(std::move(parts));
}

} // namespace

class TestClassMap : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void classify_knownSet_votesAmongTheFiveNearest()
    {
        // Around (10, 10): three of class 1 and two of class 0; far away more of class 0.
        const auto data = pixels({{10, 10, 1}, {12, 10, 0}, {10, 12, 1}, {13, 13, 0}, {14, 14, 1}, {200, 200, 0}, {210, 200, 0}, {220, 200, 0}, {230, 230, 0}, {200, 220, 0}}, 2);
        const auto classifier = PictureClassifier::create(data);
        QCOMPARE(classifier->references(), std::size_t{10});
        const std::vector<std::uint8_t> asked{11, 10, 205, 205};
        const auto answers = classifier->classify(asked, 2);
        QCOMPARE(answers.size(), std::size_t{2});
        QCOMPARE(answers[0].label, 1);
        QCOMPARE(answers[0].agreement, 0.6f);
        QCOMPARE(answers[1].label, 0);
        QCOMPARE(answers[1].agreement, 1.0f);
    }

    void classify_equalVotes_takeTheClassOfTheNearest()
    {
        // Two each of classes 2 and 0, one of class 1 far out: the nearest is of class 2.
        const auto data = pixels({{50, 54, 0}, {50, 52, 2}, {50, 47, 0}, {50, 57, 2}, {90, 90, 1}}, 3);
        const auto answers = PictureClassifier::create(data)->classify(std::vector<std::uint8_t>{50, 51}, 1);
        QCOMPARE(answers[0].label, 2);
        QCOMPARE(answers[0].agreement, 0.4f);
    }

    void classify_standardisedTable_comparesInTheDecodersBytes()
    {
        DataRequest request;
        request.spec = "blobs";
        request.trainCount = 1000;
        request.testCount = 60;
        const auto data = loadDataset(request).value();
        std::vector<std::uint8_t> asked(60 * data->shape().size());
        for (std::size_t i = 0; i < 60; ++i)
            data->copyBytes(data->test(), i, std::span(asked).subspan(i * data->shape().size(), data->shape().size()));
        const auto answers = PictureClassifier::create(data)->classify(asked, 60);
        int right = 0;
        for (std::size_t i = 0; i < 60; ++i)
            right += answers[i].label == data->test().labels[i] ? 1 : 0;
        QVERIFY2(right >= 55, qPrintable(QString::number(right)));
    }

    void classify_ownSamples_areTheirClass()
    {
        const auto data = tests::tinyDataset(400, 40, 8);
        const auto classifier = PictureClassifier::create(data);
        const auto answers = classifier->classify(data->test().bytes(), 40);
        int right = 0;
        for (std::size_t i = 0; i < answers.size(); ++i)
            right += answers[i].label == data->test().labels[i] ? 1 : 0;
        QVERIFY2(right >= 38, qPrintable(QString::number(right)));
        const auto again = PictureClassifier::create(data)->classify(data->test().bytes(), 40);
        for (std::size_t i = 0; i < answers.size(); ++i)
            QVERIFY(answers[i].label == again[i].label && answers[i].agreement == again[i].agreement);
    }

    void create_unevenClasses_sharesTheReferences()
    {
        std::vector<std::array<int, 3>> samples;
        for (int i = 0; i < 5000; ++i)
            samples.push_back({i % 256, 0, i < 30 ? 0 : i < 1500 ? 1 : 2});
        const auto classifier = PictureClassifier::create(pixels(samples, 4)); // the fourth class is empty
        QCOMPARE(classifier->references(), std::size_t{2000});                 // 30, 985 and 985
        const auto small = PictureClassifier::create(pixels({{1, 1, 0}, {2, 2, 0}}, 1));
        QCOMPARE(small->references(), std::size_t{2});
        const auto answer = small->classify(std::vector<std::uint8_t>{1, 1}, 1)[0];
        QVERIFY(answer.label == 0 && answer.agreement == 0.4f); // two votes of five
    }

    void create_unlabelled_isNull()
    {
        Dataset::Parts parts;
        parts.shape = ItemShape{1, 1, 1};
        parts.train.count = 1;
        parts.train.values = std::vector<std::uint8_t>{1};
        QVERIFY(!PictureClassifier::create(Dataset::create(std::move(parts))));
        QVERIFY(!PictureClassifier::create(nullptr));
    }

    void classify_stopped_isEmpty()
    {
        const auto data = tests::tinyDataset(40, 10, 8);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(PictureClassifier::create(data)->classify(data->test().bytes(), 10, stop.get_token()).empty());
    }
};

QTEST_APPLESS_MAIN(TestClassMap)
#include "tst_class_map.moc"
