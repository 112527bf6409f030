// SPDX-License-Identifier: GPL-3.0-or-later
// Many processes of the program that train one model: the same losses, and what happens when one of them does not come or is killed.
#include "support/cli_run.h"
#include "support/free_port.h"

#include <QElapsedTimer>
#include <QtTest>

#include <csignal>
#include <cmath>
#include <memory>

using namespace latentscape::tests;

namespace {

constexpr int kLongest = 60000; // ms

/// One process of a run.
class Member {
public:
    Member(int rank, int size, int port, const QStringList& arguments)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("RANK", QString::number(rank));
        environment.insert("WORLD_SIZE", QString::number(size));
        environment.insert("MASTER_ADDR", "127.0.0.1");
        environment.insert("MASTER_PORT", QString::number(port));
        m_process.setProcessEnvironment(environment);
        m_process.start(QStringLiteral(LATENTSCAPE_CLI), arguments);
    }

    [[nodiscard]] CliAnswer answer()
    {
        CliAnswer answer;
        if ((m_process.state() == QProcess::NotRunning || m_process.waitForFinished(kLongest)) && m_process.exitStatus() == QProcess::NormalExit)
            answer.code = m_process.exitCode();
        answer.out = m_seen + m_process.readAllStandardOutput();
        answer.err = m_process.readAllStandardError();
        return answer;
    }

    /// Waits until the process has said so on stdout.
    bool says(const QByteArray& text)
    {
        QElapsedTimer timer;
        timer.start();
        while (!m_seen.contains(text) && timer.elapsed() < kLongest && m_process.waitForReadyRead(kLongest))
            m_seen += m_process.readAllStandardOutput();
        return m_seen.contains(text);
    }

    void send(int signal) { ::kill(static_cast<pid_t>(m_process.processId()), signal); }

private:
    QProcess m_process;
    QByteArray m_seen;
};

/// All members of a run with the same arguments.
std::vector<std::unique_ptr<Member>> startAll(int size, const QStringList& arguments)
{
    std::vector<std::unique_ptr<Member>> members;
    const int port = freePort();
    for (int rank = 0; rank < size; ++rank)
        members.push_back(std::make_unique<Member>(rank, size, port, arguments));
    return members;
}

/// The number at train.nelbo and the like in the epoch's line.
double lossOf(const std::vector<QJsonObject>& lines, int epoch, const char* part, const char* name)
{
    for (const QJsonObject& line : lines)
        if (line["event"] == "epoch" && line["epoch"] == epoch)
            return line[part].toObject()[name].toDouble();
    return std::nan("");
}

} // namespace

class TestCliProcesses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_tiny = writeTinyIdx(path("tiny"), 400, 40);
    }

    void losses_ofTwoProcesses_areThoseOfOne()
    {
        const auto arguments = [&](const QString& file) { // 20 steps an epoch
            return QStringList{"train", "--data", "digits", "--hidden", "64", "--batch", "1000", "--epochs", "3", "--device", "cpu",
                               "--threads", "1", "--json", "--out", path(file)};
        };
        auto members = startAll(2, arguments("two.safetensors"));
        const CliAnswer first = members[0]->answer(), second = members[1]->answer();
        QVERIFY2(first.code == 0 && second.code == 0, (first.err + second.err).constData());
        QVERIFY2(second.out.isEmpty() && second.err.isEmpty(), (second.out + second.err).constData());
        QVERIFY(first.err.isEmpty());
        const CliAnswer one = runCli(arguments("one.safetensors"));
        QCOMPARE(one.code, 0);
        const auto found = first.objects(), expected = one.objects();
        QCOMPARE(found.size(), expected.size());
        for (const char* name : {"nelbo", "reconstruction", "objective"}) {
            const double a = lossOf(found, 1, "train", name), b = lossOf(expected, 1, "train", name);
            QVERIFY2(std::abs(a - b) <= 1e-5 * b, qPrintable(QString("%1: %2 and %3").arg(name).arg(a, 0, 'g', 9).arg(b, 0, 'g', 9)));
        }
        QVERIFY(std::abs(lossOf(found, 3, "test", "nelbo") - lossOf(expected, 3, "test", "nelbo")) < 0.1);
        QCOMPARE(found.back()["outcome"].toString(), "finished");

        // One process goes on with the file of two, and two with that of one.
        const CliAnswer resumed = runCli({"train", "--data", "digits", "--threads", "1", "--resume", path("two.safetensors"), "--epochs", "4"});
        QVERIFY2(resumed.code == 0, resumed.err.constData());
        auto again = startAll(2, {"train", "--data", "digits", "--threads", "1", "--resume", path("one.safetensors"), "--epochs", "4"});
        for (auto& member : again)
            QCOMPARE(member->answer().code, 0);
    }

    void process_killed_leavesACheckpointBehind_data()
    {
        QTest::addColumn<int>("victim");
        QTest::addColumn<bool>("alsoTerminated"); // as a starter of processes does with those that are left
        QTest::newRow("process 1") << 1 << false;
        QTest::newRow("process 0") << 0 << false;
        QTest::newRow("process 1, then SIGTERM") << 1 << true;
        QTest::newRow("process 0, then SIGTERM") << 0 << true;
    }

    void process_killed_leavesACheckpointBehind()
    {
        QFETCH(int, victim);
        QFETCH(bool, alsoTerminated);
        const QString file = path(QString("killed-%1-%2.safetensors").arg(victim).arg(alsoTerminated));
        auto members = startAll(2, {"train", "--data", m_tiny, "--hidden", "32", "--batch", "20", "--epochs", "100000", "--device", "cpu",
                                    "--threads", "1", "--json", "--out", file});
        QVERIFY(members[0]->says("\"epoch\":3"));
        QElapsedTimer timer;
        timer.start();
        Member& survivor = *members[static_cast<std::size_t>(1 - victim)];
        members[static_cast<std::size_t>(victim)]->send(SIGKILL);
        if (alsoTerminated)
            survivor.send(SIGTERM);
        const CliAnswer answer = survivor.answer();
        QCOMPARE(members[static_cast<std::size_t>(victim)]->answer().code, -1);
        QVERIFY2(timer.elapsed() < 10000, "the survivor took longer than 10 s");
        QCOMPARE(answer.code, 1);
        QVERIFY2(answer.err.contains("Process " + QByteArray::number(victim) + " of the run was lost"), answer.err.constData());
        QVERIFY2(answer.err.contains("saved in"), answer.err.constData());
        QVERIFY(QFile::exists(file));
        const CliAnswer about = runCli({"info", file, "--json"});
        QVERIFY2(about.code == 0, about.err.constData());
        const int epochs = static_cast<int>(about.objects().front()["progress"].toObject()["epochs"].toInt());
        const CliAnswer resumed = runCli({"train", "--data", m_tiny, "--threads", "1", "--resume", file, "--stop-after",
                                           QString::number(epochs + 2)});
        QVERIFY2(resumed.code == 0, resumed.err.constData());
    }

    void interruption_ofOne_stopsAllAfterTheSameStep()
    {
        const QString file = path("stopped.safetensors");
        auto members = startAll(2, {"train", "--data", m_tiny, "--hidden", "32", "--batch", "20", "--epochs", "100000", "--device", "cpu",
                                    "--threads", "1", "--json", "--out", file});
        QVERIFY(members[0]->says("\"epoch\":2"));
        members[1]->send(SIGINT);
        const CliAnswer first = members[0]->answer(), second = members[1]->answer();
        QCOMPARE(first.code, 130); // the run was, though not by a signal to this process
        QCOMPARE(second.code, 130);
        QVERIFY(first.err.isEmpty() && second.err.isEmpty() && second.out.isEmpty());
        QCOMPARE(first.objects().back()["outcome"].toString(), "stopped");
        QVERIFY(QFile::exists(file));
    }

    void process_thatNeverComes_isReportedInTime_data()
    {
        QTest::addColumn<int>("rank");
        QTest::newRow("process 0 alone") << 0;
        QTest::newRow("process 1 alone") << 1;
    }

    void process_thatNeverComes_isReportedInTime()
    {
        QFETCH(int, rank);
        const int port = freePort();
        QElapsedTimer timer;
        timer.start();
        Member alone(rank, 2, port, {"train", "--data", m_tiny, "--batch", "20", "--join-timeout", "1", "--out", path("never.safetensors")});
        const CliAnswer answer = alone.answer();
        QCOMPARE(answer.code, 2);
        QVERIFY(timer.elapsed() < 5000);
        QVERIFY2(answer.err.contains("127.0.0.1:" + QByteArray::number(port)) && answer.err.contains("1 s"), answer.err.constData());
        QVERIFY(answer.out.isEmpty());
        QVERIFY(!QFile::exists(path("never.safetensors")));
    }

    void batchThatDoesNotDivide_isRefusedBeforeTheOthersAreWaitedFor()
    {
        for (const QStringList& options : {QStringList{"--batch", "20"}, QStringList{}}) {
            Member alone(0, 3, freePort(), QStringList{"train", "--data", m_tiny, "--join-timeout", "1"} + options);
            const CliAnswer answer = alone.answer();
            QCOMPARE(answer.code, 2);
            QVERIFY2(answer.err.contains("expected a multiple of the 3 processes"), answer.err.constData());
        }
    }

    void processes_thatDiffer_areAllRefused_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<QString>("fragment"); // in both messages
        QTest::newRow("batch that does not divide") << "--batch 25" << "--batch 25"
                                                   << "expected a multiple of the 2 processes, found 25. Give --batch 24.";
        QTest::newRow("other batch") << "--batch 20" << "--batch 40"
                                   << "same setting training/batch_size: expected 20 (process 0), found 40 (process 1)";
        QTest::newRow("other rate") << "--lr 0.001 --batch 20" << "--lr 0.002 --batch 20"
                                  << "learning_rate: expected 0.001 (process 0), found 0.002 (process 1)";
        QTest::newRow("other threads") << "--threads 1 --batch 20" << "--threads 2 --batch 20"
                                     << "same number of threads: expected 1 (process 0), found 2 (process 1)";
        QTest::newRow("folds") << "--folds 3 --batch 20" << "--folds 3 --batch 20" << "--folds works in one process";
    }

    void processes_thatDiffer_areAllRefused()
    {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QFETCH(QString, fragment);
        const int port = freePort();
        const QStringList common{"train", "--data", m_tiny};
        Member zero(0, 2, port, common + first.split(' ')), one(1, 2, port, common + second.split(' '));
        for (Member* member : {&zero, &one}) {
            const CliAnswer answer = member->answer();
            QCOMPARE(answer.code, 2);
            QVERIFY2(answer.err.contains(fragment.toUtf8()), answer.err.constData());
            QVERIFY(answer.out.isEmpty());
        }
    }

    void process_refused_endsTheOthersToo()
    {
        const int port = freePort();
        Member zero(0, 2, port, {"train", "--data", m_tiny, "--batch", "20"});
        Member one(1, 2, port, {"train", "--data", path("nothing"), "--batch", "20"});
        QCOMPARE(one.answer().code, 2);
        const CliAnswer answer = zero.answer();
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains("Process 1 was refused"), answer.err.constData());
    }

    void otherCommand_inManyProcesses_saysThatItIsAlone()
    {
        Member member(1, 2, 1, {"train", "--help"});
        QCOMPARE(member.answer().code, 0);
        Member info(1, 2, 1, {"datasets"});
        const CliAnswer answer = info.answer();
        QCOMPARE(answer.code, 0);
        QVERIFY2(answer.err.contains("only train works in many processes"), answer.err.constData());
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    QString m_tiny;
};

QTEST_MAIN(TestCliProcesses)
#include "tst_cli_processes.moc"
