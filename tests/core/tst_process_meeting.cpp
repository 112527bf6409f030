// SPDX-License-Identifier: GPL-3.0-or-later
// How the members of a group meet, compare what they were started with, and notice who is missing.
#include "group_members.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <barrier>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

#include <csignal>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr const char* kMember = "--member";

/// A member that is a process of its own: it joins, and then does nothing until it is killed.
class OtherProcess {
public:
    OtherProcess(int rank, int size, int port)
    {
        std::array<std::string, 5> texts{"member", kMember, std::to_string(rank), std::to_string(size), std::to_string(port)};
        std::array<char*, 6> arguments{};
        std::transform(texts.begin(), texts.end(), arguments.begin(), [](std::string& text) { return text.data(); });
        m_started = ::posix_spawn(&m_pid, "/proc/self/exe", nullptr, nullptr, arguments.data(), environ) == 0;
    }
    ~OtherProcess() { kill(); }
    OtherProcess(const OtherProcess&) = delete;
    OtherProcess& operator=(const OtherProcess&) = delete;

    void kill()
    {
        if (!m_started)
            return;
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
        m_started = false;
    }
    /// What the other program does.
    static int live(char** argv)
    {
        const Result<Group> group = TorchProcessGroup::join(settingsOf(std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4])));
        while (group && ::getppid() != 1)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return 0;
    }

private:
    pid_t m_pid = 0;
    bool m_started = false;
};

} // namespace

class TestProcessMeeting : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void member_thatLeavesAtOnce_disturbsNobodyWhoIsJoining()
    {
        for (int i = 0; i < 8; ++i) {
            const QString problem = together(4, [](const Group&) {});
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
    }

    void facts_thatDiffer_areNamedInEveryProcess()
    {
        std::vector<std::string> texts(3);
        QString problem = together(3, [&](const Group& group) {
            const std::vector<SharedFact> facts{{"data", "abc"}, {"batch", group->rank() == 2 ? "100" : "128"}};
            const Result<void> agreed = group->agreeOn(facts);
            texts[static_cast<std::size_t>(group->rank())] = agreed ? "" : agreed.error().text();
        });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        for (const std::string& text : texts)
            QVERIFY2(text.find("same batch: expected 128 (process 0), found 100 (process 2)") != std::string::npos, text.c_str());
        problem = together(3, [&](const Group& group) {
            if (group->rank() == 1)
                return; // refused
            const Result<void> agreed = group->agreeOn(std::vector<SharedFact>{{"data", "abc"}});
            texts[static_cast<std::size_t>(group->rank())] = agreed ? "" : agreed.error().text();
        });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QVERIFY(texts[0].starts_with("Process 1 was refused") && texts[2].starts_with("Process 1 was refused"));
        problem = together(2, [](const Group& group) {
            if (const Result<void> agreed = group->agreeOn(std::vector<SharedFact>{{"data", "abc"}}); !agreed)
                throw std::runtime_error(agreed.error().text());
        });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

    void process_killedBeforeTheFirstStep_isNoticedAtOnce_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("victim");
        QTest::addColumn<bool>("meanwhile"); // while the others wait for it
        QTest::newRow("of two") << 2 << 1 << false;
        QTest::newRow("of two, waited for") << 2 << 1 << true;
        QTest::newRow("of three, waited for") << 3 << 1 << true;
        QTest::newRow("process 0, waited for") << 3 << 0 << true;
    }

    void process_killedBeforeTheFirstStep_isNoticedAtOnce()
    {
        QFETCH(int, size);
        QFETCH(int, victim);
        QFETCH(bool, meanwhile);
        const int port = freePort();
        OtherProcess other(victim, size, port);
        std::vector<Result<void>> agreed(static_cast<std::size_t>(size));
        std::vector<double> seconds(static_cast<std::size_t>(size));
        std::barrier joined(size); // of the threads and this one
        {
            std::vector<std::jthread> threads;
            for (int rank = 0; rank < size; ++rank)
                if (rank != victim)
                    threads.emplace_back([&, rank] {
                        const Result<Group> group = TorchProcessGroup::join(settingsOf(rank, size, port, /*timeout=*/120));
                        joined.arrive_and_wait();
                        if (!meanwhile)
                            joined.arrive_and_wait(); // until it is dead
                        const auto start = std::chrono::steady_clock::now();
                        agreed[static_cast<std::size_t>(rank)] = group ? group.value()->agreeOn({}) : Result<void>();
                        seconds[static_cast<std::size_t>(rank)] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                    });
            joined.arrive_and_wait(); // whoever has joined knows that all are connected
            if (meanwhile)
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
            other.kill();
            if (!meanwhile)
                joined.arrive_and_wait();
        }
        for (int rank = 0; rank < size; ++rank) {
            const auto at = static_cast<std::size_t>(rank);
            if (rank == victim)
                continue;
            QVERIFY(!agreed[at].ok());
            QVERIFY2(seconds[at] < 10.0, std::to_string(seconds[at]).c_str());
            QVERIFY2(agreed[at].error().code == ErrorCode::PeerLost, agreed[at].error().text().c_str());
            if (victim == 0)
                continue; // the meeting point went with it: that is noticed first
            QVERIFY2(agreed[at].error().what.starts_with(size == 2 ? "Process 1 of the run was lost" : "A process of the run was lost"),
                     agreed[at].error().text().c_str());
        }
    }

    void join_withoutTheOther_endsInTimeWithTheAddress_data()
    {
        QTest::addColumn<int>("rank");
        QTest::addColumn<QString>("fragment");
        QTest::newRow("process 0") << 0 << "found nothing of 1";
        QTest::newRow("process 1") << 1 << "found Connection refused";
    }

    void join_withoutTheOther_endsInTimeWithTheAddress()
    {
        QFETCH(int, rank);
        QFETCH(QString, fragment);
        const int port = freePort();
        const auto start = std::chrono::steady_clock::now();
        const auto joined = TorchProcessGroup::join(settingsOf(rank, 2, port, /*timeout=*/1));
        QVERIFY(!joined.ok());
        QVERIFY(isInputError(joined.error().code));
        const std::string text = joined.error().text();
        QVERIFY2(text.find("127.0.0.1:" + std::to_string(port)) != std::string::npos, text.c_str());
        QVERIFY2(text.find(fragment.toStdString()) != std::string::npos, text.c_str());
        QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
    }

    void join_interrupted_ends()
    {
        ProcessSettings settings = settingsOf(0, 2, freePort());
        std::stop_source source;
        source.request_stop();
        settings.stop = source.get_token();
        const auto joined = TorchProcessGroup::join(settings);
        QVERIFY(!joined.ok());
        QCOMPARE(joined.error().code, ErrorCode::Cancelled);
    }
};

int main(int argc, char** argv)
{
    if (argc == 5 && std::string_view(argv[1]) == kMember)
        return OtherProcess::live(argv);
    TestProcessMeeting test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_process_meeting.moc"
