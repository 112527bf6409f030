// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session.h"
#include "support/app_fixture.h"

#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace latentscape;
using namespace latentscape::tests;
using app::Session;

Q_DECLARE_METATYPE(latentscape::Error)

class TstSession : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<FakeScript> m_script;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<TinyFolder> m_folder;
    QStringList m_errors;

    void load(const RunConfig& config = TinyFolder::config())
    {
        QSignalSpy loaded(m_session.get(), &Session::dataLoaded);
        m_session->loadData(m_folder->path(), config, QStringLiteral("auto"));
        QVERIFY(loaded.wait(10000));
        QTRY_COMPARE(m_session->state(), TrainerState::Ready);
    }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
        m_script = std::make_shared<FakeScript>();
        m_folder = std::make_unique<TinyFolder>();
        m_session = std::make_unique<Session>(std::make_shared<FakeBackendFactory>(m_script));
        m_errors.clear();
        connect(m_session.get(), &Session::failed, this, [this](const Error& error) { m_errors << QString::fromStdString(error.text()); });
    }
    void cleanup()
    {
        m_script->stepLatch.open();
        m_script->decodeLatch.open();
        m_session.reset();
    }

    void loadData_folder_preparesRunWithCodes()
    {
        load();
        QTRY_VERIFY(m_session->snapshot() != nullptr);
        QCOMPARE(m_session->data()->train().count, std::size_t{60});
        QCOMPARE(m_session->snapshot()->codes->count(), std::size_t{60});
        QVERIFY(!m_session->hasUnsavedTraining());
    }

    void loadData_unknownName_keepsTheRunBefore()
    {
        load();
        const auto before = m_session->data();
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->loadData(QStringLiteral("no-such-set"), TinyFolder::config(), QStringLiteral("auto"));
        QVERIFY(failed.wait(10000));
        QCOMPARE(m_session->data(), before);
        QCOMPARE(m_session->state(), TrainerState::Ready);
        QVERIFY(m_errors.join(QString()).contains(QStringLiteral("no-such-set")));
    }

    void startOver_batchLargerThanSet_isRefusedAndNothingChanges()
    {
        load();
        const int made = m_script->created;
        RunConfig config = TinyFolder::config();
        config.training.batchSize = 1000;
        const Result<void> started = m_session->startOver(config, QStringLiteral("auto"), true);
        QVERIFY(!started.ok());
        QVERIFY(QString::fromStdString(started.error().text()).contains(QStringLiteral("1000")));
        QCOMPARE(int(m_script->created), made);
        QCOMPARE(m_session->state(), TrainerState::Ready);
    }

    void run_toTheEnd_deliversMetricsSnapshotsAndExactCodes()
    {
        load();
        std::size_t epochs = 0;
        std::size_t steps = 0;
        connect(m_session.get(), &Session::metricsArrived, this, [&](const MetricsLog::Update& update) {
            epochs += update.epochs.size();
            steps += update.steps.size();
        });
        m_session->run();
        QTRY_COMPARE(m_session->state(), TrainerState::Finished);
        QTRY_COMPARE(epochs, std::size_t{3});
        QCOMPARE(steps, std::size_t{24}); // 60 images in batches of 8: eight steps an epoch
        QTRY_VERIFY(m_session->snapshot()->codes->exact);
        QVERIFY(m_session->hasUnsavedTraining());
        QVERIFY2(m_errors.isEmpty(), qPrintable(m_errors.join(QLatin1Char('\n'))));
    }

    void run_thatStopsEarly_saysSoAndPutsTheBestWeightsBack()
    {
        m_script->heldNelbos({50.0, 40.0, 45.0, 46.0});
        RunConfig config = TinyFolder::config();
        config.training.epochs = 20;
        config.training.validationFraction = 0.2;
        config.training.patience = 2;
        load(config);
        QSignalSpy stopped(m_session.get(), &Session::stoppedEarly);
        m_session->run();
        QTRY_COMPARE(m_session->state(), TrainerState::Finished);
        QCOMPARE(stopped.count(), 1);
        QVERIFY2(stopped.front().front().toString().contains(QStringLiteral("epoch 2")), qPrintable(stopped.front().front().toString()));
        QCOMPARE(m_session->status().progress.epochsDone, 4);
        QVERIFY2(m_errors.isEmpty(), qPrintable(m_errors.join(QLatin1Char('\n'))));
    }

    void decode_manyRequestsWhileBlocked_answersFirstAndLast()
    {
        load();
        QTRY_VERIFY(m_session->snapshot() != nullptr);
        std::vector<std::uint64_t> answered;
        connect(m_session.get(), &Session::decoded, this, [&](const DecodeResult& result) { answered.push_back(result.id); });
        m_script->decodeLatch.close();
        DecodeRequest request;
        request.z = {0.0f, 0.0f};
        const std::uint64_t first = m_session->decode(request);
        QVERIFY(m_script->decodeLatch.waitForArrival());
        std::uint64_t last = first;
        for (int i = 0; i < 1000; ++i)
            last = m_session->decode(request);
        m_script->decodeLatch.open();
        QTRY_COMPARE(answered.size(), std::size_t{2});
        QCOMPARE(answered.front(), first);
        QCOMPARE(answered.back(), last);
    }

    void saveFile_thenOpen_restoresRun()
    {
        load();
        m_session->run();
        QTRY_COMPARE(m_session->state(), TrainerState::Finished);
        const QString path = m_folder->file(QStringLiteral("model.safetensors"));
        QSignalSpy saved(m_session.get(), &Session::saved);
        m_session->saveFile(path.toStdString());
        QVERIFY(saved.wait(10000));
        QVERIFY(!m_session->hasUnsavedTraining());
        const std::int64_t step = m_session->status().progress.step;

        const Result<void> fresh = m_session->startOver(TinyFolder::config(), QStringLiteral("auto"), false);
        QVERIFY(fresh.ok());
        QTRY_COMPARE(m_session->state(), TrainerState::Ready);
        QSignalSpy opened(m_session.get(), &Session::opened);
        m_session->openFile(path.toStdString(), QStringLiteral("auto"));
        QVERIFY(opened.wait(10000));
        QTRY_COMPARE(m_session->status().progress.step, step);
        QCOMPARE(m_session->history().epochs.size(), std::size_t{3});
        QVERIFY(!m_session->hasUnsavedTraining());
    }

    void saveFile_folderThatIsNotThere_saysSoAndKeepsTheRun()
    {
        load();
        m_session->run();
        QTRY_COMPARE(m_session->state(), TrainerState::Finished);
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->saveFile(m_folder->file(QStringLiteral("nowhere/model.safetensors")).toStdString());
        QVERIFY(failed.wait(10000));
        QVERIFY(m_session->hasUnsavedTraining());
        QCOMPARE(m_session->state(), TrainerState::Finished);
    }

    void openFile_damaged_keepsTheCurrentModel()
    {
        load();
        m_session->run();
        QTRY_COMPARE(m_session->state(), TrainerState::Finished);
        const auto before = m_session->snapshot();
        TinyFolder::write(m_folder->file(QStringLiteral("bad.safetensors")), QByteArray("\x10\0\0\0\0\0\0\0{ not json at all", 26));
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->openFile(m_folder->file(QStringLiteral("bad.safetensors")).toStdString(), QStringLiteral("auto"));
        QVERIFY(failed.wait(10000));
        QCOMPARE(m_session->snapshot(), before);
        QCOMPARE(m_session->state(), TrainerState::Finished);
    }

    void relabel_someSamples_changesTheirLabelsAndTells()
    {
        load();
        const auto before = m_session->data();
        QSignalSpy relabelled(m_session.get(), &Session::relabelled);
        QSignalSpy prepared(m_session.get(), &Session::runPrepared);
        m_session->relabel({3, 5, 59}, QStringLiteral("other"));
        QCOMPARE(relabelled.count(), 1);
        QVERIFY(prepared.isEmpty()); // the run goes on
        const auto after = m_session->data();
        QVERIFY(after != before);
        QCOMPARE(after->classNames().size(), std::size_t{4});
        QCOMPARE(after->classNames().back(), std::string("other"));
        for (std::size_t sample = 0; sample < 60; ++sample)
            QCOMPARE(after->train().labels[sample], sample == 3 || sample == 5 || sample == 59 ? 3 : before->train().labels[sample]);
        QCOMPARE(before->train().labels[3], 0); // who holds the set as it was sees no change
        QCOMPARE(after->train().bytes().data(), before->train().bytes().data()); // the pixels are shared
        QVERIFY(!m_session->hasUnsavedTraining()); // labels belong to the data, not to the model's file

        m_session->setRelabelled(before);
        QCOMPARE(relabelled.count(), 2);
        QCOMPARE(m_session->data(), before);
        m_session->setRelabelled(before);
        QCOMPARE(relabelled.count(), 2); // nothing new
    }

    void relabel_nameThatIsThere_makesNoNewClass()
    {
        load();
        const std::string known = m_session->data()->classNames()[2];
        m_session->relabel({0}, QString::fromStdString(known));
        QCOMPARE(m_session->data()->classNames().size(), std::size_t{3});
        QCOMPARE(m_session->data()->train().labels[0], 2);
        QSignalSpy relabelled(m_session.get(), &Session::relabelled);
        m_session->relabel({0}, QString());
        QVERIFY(relabelled.isEmpty());
    }

    void relabelled_anotherSet_isNotTaken()
    {
        load();
        const auto before = m_session->data();
        Dataset::Parts parts;
        parts.name = "another";
        parts.shape = before->shape();
        parts.classNames = before->classNames();
        parts.train.count = parts.test.count = 1;
        parts.train.values = parts.test.values = std::vector<std::uint8_t>(16, 1);
        parts.train.labels = parts.test.labels = {0};
        QSignalSpy relabelled(m_session.get(), &Session::relabelled);
        m_session->setRelabelled(Dataset::create(std::move(parts)));
        m_session->setRelabelled(nullptr);
        QCOMPARE(m_session->data(), before);
        QVERIFY(relabelled.isEmpty());
    }

    void relabelled_thenTrained_startsOverWithTheNewLabels()
    {
        load();
        m_session->relabel({0, 1, 2}, QStringLiteral("other"));
        const auto changed = m_session->data();
        QVERIFY(m_session->startOver(TinyFolder::config(), QStringLiteral("auto"), true).ok());
        QTRY_COMPARE(m_session->state(), TrainerState::Finished);
        QCOMPARE(m_session->data(), changed);
        QVERIFY2(m_errors.isEmpty(), qPrintable(m_errors.join(QLatin1Char('\n'))));
    }

    void setDirections_thenSaved_comesBackWithTheFile()
    {
        load();
        QSignalSpy changed(m_session.get(), &Session::directionsChanged);
        const std::vector<AttributeDirection> directions = {{"slant", {0.6f, 0.8f}, 2.5, 7.4, 2.1, 0.005, 20, 21}, {"Größe", {1.0f, 0.0f}, 0.5, 1.1, 0.2, 0.4, 3, 4}};
        m_session->setDirections(directions);
        QCOMPARE(changed.count(), 1);
        QVERIFY(m_session->hasUnsavedTraining()); // though no step was made
        m_session->setDirections(directions);
        QCOMPARE(changed.count(), 1);

        const QString path = m_folder->file(QStringLiteral("model.safetensors"));
        QSignalSpy saved(m_session.get(), &Session::saved);
        m_session->saveFile(path.toStdString());
        QVERIFY(saved.wait(10000));
        QVERIFY(!m_session->hasUnsavedTraining());
        m_session->setDirections({directions.front()});
        QVERIFY(m_session->hasUnsavedTraining()); // one was taken away again

        QVERIFY(m_session->startOver(TinyFolder::config(), QStringLiteral("auto"), false).ok());
        QVERIFY(m_session->directions().empty()); // of another latent space
        QTRY_COMPARE(m_session->state(), TrainerState::Ready);
        QVERIFY(!m_session->hasUnsavedTraining());
        QSignalSpy opened(m_session.get(), &Session::opened);
        m_session->openFile(path.toStdString(), QStringLiteral("auto"));
        QVERIFY(opened.wait(10000));
        QTRY_COMPARE(m_session->directions(), directions);
        QTRY_COMPARE(m_session->state(), TrainerState::Ready);
        QVERIFY(!m_session->hasUnsavedTraining());
    }

    void openFile_conditionalModelAfterRelabelling_bringsItsLabelsBack()
    {
        RunConfig config = TinyFolder::config();
        config.objective.kind = ObjectiveKind::ConditionalVae;
        load(config);
        QCOMPARE(m_session->config().model.classes, 3);
        const QString three = m_folder->file(QStringLiteral("three.safetensors")), four = m_folder->file(QStringLiteral("four.safetensors"));
        QSignalSpy saved(m_session.get(), &Session::saved);
        m_session->saveFile(three.toStdString());
        QVERIFY2(saved.wait(10000), qPrintable(m_errors.join(u' ')));
        m_session->relabel({3, 5, 59}, QStringLiteral("other"));
        QVERIFY(m_session->startOver(config, QStringLiteral("auto"), false).ok());
        QTRY_COMPARE(m_session->state(), TrainerState::Ready);
        QCOMPARE(m_session->config().model.classes, 4);
        m_session->saveFile(four.toStdString());
        QVERIFY2(saved.wait(10000), qPrintable(m_errors.join(u' ')));

        QSignalSpy opened(m_session.get(), &Session::opened);
        m_session->openFile(four.toStdString(), QStringLiteral("auto")); // its labels are those of the set as it is now
        QVERIFY(opened.wait(10000));
        QCOMPARE(m_session->data()->classNames().size(), std::size_t{4});
        m_session->openFile(three.toStdString(), QStringLiteral("auto"));
        QVERIFY(opened.wait(10000));
        QCOMPARE(m_session->data()->classNames().size(), std::size_t{3});
        QTRY_COMPARE(m_session->state(), TrainerState::Ready);

        const auto before = m_session->snapshot();
        QVERIFY(before);
        m_session->openFile(four.toStdString(), QStringLiteral("auto")); // whose labels nobody has any more
        QTRY_COMPARE(m_errors.size(), 1);
        QVERIFY2(m_errors.front().contains(QStringLiteral("expected 4 classes, found 3")), qPrintable(m_errors.front()));
        QCOMPARE(m_session->snapshot(), before);
        QCOMPARE(m_session->state(), TrainerState::Ready);
        QCOMPARE(m_session->config().model.classes, 3);
    }

    void destruction_whileTraining_joinsEveryThread()
    {
        RunConfig config = TinyFolder::config(2, 100000);
        load(config);
        m_session->run();
        QTRY_VERIFY(m_session->status().progress.step > 5);
        m_session.reset();
        QCOMPARE(int(m_script->alive), 0); // no backend is left, so its thread has ended
    }

    void replacedRun_eventsOfTheOldOne_areNotHeard()
    {
        load(TinyFolder::config(2, 100000));
        m_session->run();
        QTRY_VERIFY(m_session->status().progress.step > 5);
        const Result<void> started = m_session->startOver(TinyFolder::config(), QStringLiteral("auto"), false);
        QVERIFY(started.ok());
        QTRY_COMPARE(m_session->state(), TrainerState::Ready);
        QTRY_VERIFY(m_session->jobs().isIdle());
        QCoreApplication::processEvents();
        QCOMPARE(m_session->state(), TrainerState::Ready);
        QCOMPARE(m_session->status().progress.step, std::int64_t{0});
    }
};

QTEST_GUILESS_MAIN(TstSession)
#include "tst_session.moc"
