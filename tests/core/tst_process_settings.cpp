// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/process_group.h"
#include "core/model/process_settings.h"

#include <QtTest>

#include <map>

using namespace latentscape;

namespace {

using Environment = std::map<std::string, std::string>;

Result<std::optional<ProcessSettings>> read(const Environment& environment)
{
    return readProcessSettings([&](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
    });
}

/// "RANK=1 WORLD_SIZE=2" as an environment.
Environment parsed(const QString& text)
{
    Environment environment;
    for (const QString& pair : text.split(' ', Qt::SkipEmptyParts))
        environment[pair.section('=', 0, 0).toStdString()] = pair.section('=', 1).toStdString();
    return environment;
}

} // namespace

class TestProcessSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void environment_ofOneProcess_isAlone_data()
    {
        QTest::addColumn<QString>("environment");
        QTest::newRow("nothing") << "";
        QTest::newRow("others' variables") << "MASTER_PORT=29500 LOCAL_RANK=0";
        QTest::newRow("one process") << "WORLD_SIZE=1 RANK=0";
    }

    void environment_ofOneProcess_isAlone()
    {
        QFETCH(QString, environment);
        const auto settings = read(parsed(environment));
        QVERIFY(settings.ok());
        QVERIFY(!settings.value().has_value());
    }

    void environment_byHand_isCompleted()
    {
        const auto settings = read(parsed("RANK=1 WORLD_SIZE=4 MASTER_ADDR=127.0.0.1 MASTER_PORT=29512"));
        QVERIFY(settings.ok() && settings.value());
        const ProcessSettings& found = *settings.value();
        QCOMPARE(found.rank, 1);
        QCOMPARE(found.size, 4);
        QCOMPARE(found.localRank, 1);
        QCOMPARE(found.localSize, 4);
        QCOMPARE(found.port, 29512);
        QCOMPARE(found.address, std::string("127.0.0.1"));
        QVERIFY(!found.hasStore);
        const auto far = read(parsed("RANK=1 WORLD_SIZE=4 MASTER_ADDR=node0 MASTER_PORT=29512"));
        QVERIFY(far.ok() && far.value());
        QCOMPARE(far.value()->localRank, 0);
        QCOMPARE(far.value()->localSize, 1);
    }

    void environment_ofTorchrun_isTaken()
    {
        const auto settings = read(parsed("RANK=5 WORLD_SIZE=8 LOCAL_RANK=1 LOCAL_WORLD_SIZE=4 MASTER_ADDR=node0 MASTER_PORT=1 "
                                          "TORCHELASTIC_USE_AGENT_STORE=True TORCHELASTIC_RUN_ID=a TORCHELASTIC_RESTART_COUNT=2"));
        QVERIFY(settings.ok() && settings.value());
        QCOMPARE(settings.value()->localRank, 1);
        QCOMPARE(settings.value()->localSize, 4);
        QVERIFY(settings.value()->hasStore);
        QCOMPARE(settings.value()->attempt, std::string("a/2"));
    }

    void environment_unusable_isRefusedByName_data()
    {
        QTest::addColumn<QString>("environment");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const char* environment, const char* text) { QTest::newRow(name) << environment << text; };
        row("no size", "RANK=0", "WORLD_SIZE of the environment cannot be used: expected a whole number from 1 to 1024, found nothing");
        row("no rank", "WORLD_SIZE=2", "RANK of the environment cannot be used: expected a whole number from 0 to 1, found nothing");
        row("size no number", "RANK=0 WORLD_SIZE=two",
            "WORLD_SIZE of the environment cannot be used: expected a whole number from 1 to 1024, found \"two\"");
        row("size zero", "RANK=0 WORLD_SIZE=0", "found \"0\"");
        row("rank beyond", "RANK=2 WORLD_SIZE=2 MASTER_ADDR=localhost MASTER_PORT=1",
            "RANK of the environment cannot be used: expected a whole number from 0 to 1, found \"2\"");
        row("rank with rest", "RANK=1x WORLD_SIZE=2", "found \"1x\"");
        row("rank negative", "RANK=-1 WORLD_SIZE=2", "found \"-1\"");
        row("no port", "RANK=1 WORLD_SIZE=2 MASTER_ADDR=localhost",
            "MASTER_PORT of the environment cannot be used: expected a whole number from 1 to 65535, found nothing");
        row("port beyond", "RANK=1 WORLD_SIZE=2 MASTER_ADDR=localhost MASTER_PORT=65536", "found \"65536\"");
        row("no address", "RANK=1 WORLD_SIZE=2 MASTER_PORT=1", "MASTER_ADDR of the environment cannot be used");
        row("local rank", "RANK=1 WORLD_SIZE=2 MASTER_ADDR=localhost MASTER_PORT=1 LOCAL_RANK=9", "LOCAL_RANK of the environment cannot be used");
    }

    void environment_unusable_isRefusedByName()
    {
        QFETCH(QString, environment);
        QFETCH(QString, text);
        const auto settings = read(parsed(environment));
        QVERIFY(!settings.ok());
        QCOMPARE(settings.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(settings.error().text().find(text.toStdString()) != std::string::npos, settings.error().text().c_str());
        QVERIFY(!settings.error().remedy.empty());
    }

    void batch_thatDoesNotDivide_isRefusedWithTheNearest_data()
    {
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("processes");
        QTest::addColumn<int>("nearest"); // 0: it divides
        QTest::newRow("divides") << 128 << 4 << 0;
        QTest::newRow("alone") << 7 << 1 << 0;
        QTest::newRow("below") << 100 << 3 << 99;
        QTest::newRow("above") << 101 << 3 << 102;
        QTest::newRow("as near") << 6 << 4 << 4;
        QTest::newRow("smaller than the group") << 2 << 5 << 5;
    }

    void batch_thatDoesNotDivide_isRefusedWithTheNearest()
    {
        QFETCH(int, batch);
        QFETCH(int, processes);
        QFETCH(int, nearest);
        const Result<void> checked = checkBatchDivides(batch, processes);
        QCOMPARE(checked.ok(), nearest == 0);
        if (nearest == 0)
            return;
        QCOMPARE(checked.error().code, ErrorCode::Mismatch);
        QCOMPARE(checked.error().remedy, "Give --batch " + std::to_string(nearest) + ".");
        QCOMPARE(checked.error().found, std::to_string(batch));
    }
};

QTEST_APPLESS_MAIN(TestProcessSettings)
#include "tst_process_settings.moc"
