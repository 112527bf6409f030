// SPDX-License-Identifier: GPL-3.0-or-later
// How the program ends when a signal asks it to.
#include "support/cli_run.h"

#include <QtTest>

#include <csignal>

using namespace latentscape::tests;

class TestCliInterruption : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_data = writeTinyIdx(path("tiny"), 80, 20);
    }

    void interruption_whileTraining_savesAndResumes_data()
    {
        QTest::addColumn<int>("signal");
        QTest::addColumn<int>("code");
        QTest::newRow("Ctrl-C") << SIGINT << 130;
        QTest::newRow("SIGTERM") << SIGTERM << 143;
    }
    void interruption_whileTraining_savesAndResumes()
    {
        QFETCH(int, signal);
        QFETCH(int, code);
        const QString file = path("interrupted.safetensors");
        QFile::remove(file);
        QProcess process;
        process.start(QStringLiteral(LATENTSCAPE_CLI),
                      {"train", "--data", m_data, "--hidden", "8", "--batch", "20", "--epochs", "100000", "--device", "cpu",
                       "--threads", "1", "--json", "--out", file});
        QByteArray out;
        while (!out.contains("\"event\":\"epoch\"")) { // it trains
            QVERIFY(process.waitForReadyRead(60000));
            out += process.readAllStandardOutput();
        }
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), signal), 0);
        QVERIFY(process.waitForFinished(60000));
        out += process.readAllStandardOutput();
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), code);
        const QByteArray last = out.trimmed().split('\n').last();
        const QJsonObject done = QJsonDocument::fromJson(last).object();
        QCOMPARE(done["event"].toString(), QString("done"));
        QCOMPARE(done["outcome"].toString(), QString("stopped"));
        QCOMPARE(done["file"].toString(), file);
        const CliAnswer info = runCli({"info", file, "--json"});
        QVERIFY2(info.code == 0, info.err.constData());
        const int epochs = info.objects().front()["progress"].toObject()["epochs"].toInt();
        QVERIFY(epochs >= 1);
        const CliAnswer resumed = runCli({"train", "--data", m_data, "--resume", file, "--epochs", QString::number(epochs + 2), "--device",
                                          "cpu", "--json"});
        QVERIFY2(resumed.code == 0, resumed.err.constData());
        QCOMPARE(resumed.objects().back()["epochs"].toInt(), epochs + 2);
    }

    void interruption_withoutOut_savesNothing()
    {
        QProcess process;
        process.start(QStringLiteral(LATENTSCAPE_CLI), {"train", "--data", m_data, "--hidden", "8", "--batch", "20",
                                                        "--epochs", "100000", "--device", "cpu"});
        QVERIFY(process.waitForReadyRead(60000));
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardOutput().contains("nothing was saved"));
    }

    void interruption_inCrossValidation_endsIt()
    {
        QProcess process;
        process.start(QStringLiteral(LATENTSCAPE_CLI),
                      {"train", "--data", m_data, "--hidden", "8", "--batch", "20", "--epochs", "100000", "--folds", "3",
                       "--device", "cpu", "--json"});
        QVERIFY(process.waitForReadyRead(60000)); // the start
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGTERM), 0);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 143);
        QVERIFY(!process.readAllStandardOutput().contains("\"fold\""));
        QVERIFY(process.readAllStandardError().contains("interrupted in fold 1/3"));
    }

    /// The run is through, but the wish to stop comes before everything is said.
    void interruption_ofTheLastEvaluation_leavesAFinishedRun_data()
    {
        QTest::addColumn<QByteArray>("last"); // what stands on stdout before the signal
        QTest::addColumn<QStringList>("more");
        QTest::newRow("of the epoch") << QByteArray("\"event\":\"start\"") << QStringList{};
        QTest::newRow("of the test part") << QByteArray("\"event\":\"epoch\"") << QStringList{"--val-fraction", "0.5"};
    }
    void interruption_ofTheLastEvaluation_leavesAFinishedRun()
    {
        QFETCH(QByteArray, last);
        QFETCH(QStringList, more);
        // Two steps, then an evaluation that takes a second and more.
        const QString data = writeTinyIdx(path("long-test"), 40, 30000), file = path("through.safetensors");
        QFile::remove(file);
        QProcess process;
        process.start(QStringLiteral(LATENTSCAPE_CLI),
                      QStringList{"train", "--data", data, "--hidden", "1024,1024", "--batch", "20", "--epochs", "1", "--device", "cpu", "--threads", "1", "--json",
                                  "--out", file} + more);
        QByteArray out;
        while (!out.contains(last)) {
            QVERIFY(process.waitForReadyRead(60000));
            out += process.readAllStandardOutput();
        }
        QTest::qSleep(300); // into the evaluation
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(60000));
        out += process.readAllStandardOutput();
        const QByteArray err = process.readAllStandardError();
        QCOMPARE(process.exitCode(), 130);
        const QJsonObject done = QJsonDocument::fromJson(out.trimmed().split('\n').last()).object();
        QVERIFY2(done["event"] == "done", (out + err).constData());
        QCOMPARE(done["outcome"].toString(), QString("finished"));
        QCOMPARE(done["file"].toString(), file);
        QCOMPARE(done["epochs"].toInt(), 1);
        QVERIFY(!done.contains("test"));
        QCOMPARE(err.contains("The test part was not evaluated"), !more.isEmpty());
        QCOMPARE(runCli({"info", file}).code, 0);
    }

    void interruption_ofTheLastEvaluation_advisesNothingThatIsRefused()
    {
        const QString file = path("through.safetensors");
        QFile::remove(file);
        QProcess process;
        process.start(QStringLiteral(LATENTSCAPE_CLI), {"train", "--data", writeTinyIdx(path("long-test"), 40, 30000), "--hidden", "1024,1024", "--batch",
                                                        "20", "--epochs", "1", "--device", "cpu", "--threads", "1", "--out", file});
        QByteArray out;
        while (!out.contains("losses in nats")) {
            QVERIFY(process.waitForReadyRead(60000));
            out += process.readAllStandardOutput();
        }
        QTest::qSleep(300);
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(60000));
        out += process.readAllStandardOutput();
        QVERIFY2(out.contains("Saved in") && !out.contains("--resume"), out.constData());
    }

    void interruption_ofAFolderOfImages_leavesNothing()
    {
        const QString model = path("model.safetensors"), folder = path("images");
        QCOMPARE(runCli({"train", "--data", m_data, "--hidden", "8", "--batch", "20", "--epochs", "1", "--device", "cpu", "--out", model}).code, 0);
        QProcess process;
        process.start(QStringLiteral(LATENTSCAPE_CLI), {"sample", model, "--count", "100000", "--out", folder});
        const auto written = [&folder] { // into a folder inside it, until all are whole
            const QStringList waiting = QDir(folder).entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot);
            return waiting.isEmpty() ? qsizetype{0} : QDir(folder + '/' + waiting.front()).entryList(QDir::Files).size();
        };
        QTRY_VERIFY_WITH_TIMEOUT(written() > 20, 60000);
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardOutput().isEmpty());
        const QByteArray err = process.readAllStandardError();
        QVERIFY2(err.contains("interrupted") && err.contains("Nothing was written"), err.constData());
        QVERIFY(!QDir(folder).exists());
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    QString m_data;
};

QTEST_GUILESS_MAIN(TestCliInterruption)
#include "tst_cli_interruption.moc"
