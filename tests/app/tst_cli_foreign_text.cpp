// SPDX-License-Identifier: GPL-3.0-or-later
// Names in files may hold sequences that a terminal obeys: nothing that is printed does.
#include "support/checkpoint_example.h"
#include "support/cli_run.h"

#include <QJsonArray>
#include <QtTest>

#include <algorithm>

using namespace latentscape::tests;

namespace {

const std::string kTitle = "\x1b]0;title\x07", kCsi = "\xc2\x9b" "31m", kDelete = "a\x7f" "b\rc\nd";

bool hasControls(QByteArray printed)
{
    printed.replace('\n', QByteArray());
    return printed.contains("\xc2\x9b") || std::ranges::any_of(printed, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

} // namespace

class TestCliForeignText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        latentscape::Checkpoint checkpoint = latentscape::exampleOfTable();
        checkpoint.directions[0].name = kTitle;
        checkpoint.directions[1].name = kCsi;
        checkpoint.data.columns[0].name = kDelete;
        checkpoint.data.name = "iris" + kTitle;
        checkpoint.data.scale = kCsi;
        checkpoint.classNames = {"zero", kTitle, kCsi};
        checkpoint.history.marks = {{1.5, kTitle}};
        m_model = m_folder.filePath("model.safetensors");
        QVERIFY(latentscape::saveCheckpoint(checkpoint, m_model.toStdString()).ok());
    }

    void info_text_holdsNoControls()
    {
        const CliAnswer answer = runCli({"info", m_model});
        QVERIFY2(answer.code == 0, answer.err.constData());
        QVERIFY2(!hasControls(answer.out), answer.out.constData());
        for (const char* shown : {"?]0;title?  length", "?31m  length", "a?b?c?d  mean"})
            QVERIFY2(answer.out.contains(shown), answer.out.constData());
    }

    void info_json_holdsNoControlsAndTheSameNames()
    {
        const CliAnswer answer = runCli({"info", m_model, "--json"});
        QVERIFY2(answer.code == 0, answer.err.constData());
        QVERIFY2(!hasControls(answer.out), answer.out.constData());
        const QJsonObject object = answer.objects().front();
        QCOMPARE(object["class_names"].toArray()[2].toString(), QString::fromStdString(kCsi));
        QCOMPARE(object["data"]["columns"].toArray()[0].toObject()["name"].toString(), QString::fromStdString(kDelete));
    }

    void refusals_ofForeignNames_holdNoControls_data()
    {
        QTest::addColumn<QStringList>("command");
        const QString out = m_folder.filePath("x.npz"), table = m_folder.filePath("codes.csv");
        writeFile(m_folder.path(), "codes.csv", "index," + QByteArray::fromStdString(kTitle) + "\n1,2\n");
        writeFile(m_folder.path(), "cells.csv", "mu_0,mu_1\n1," + QByteArray::fromStdString(kCsi) + "\n");
        QTest::newRow("header of a table") << QStringList{"decode", m_model, "--codes", table, "--out", out};
        QTest::newRow("cell of a table") << QStringList{"decode", m_model, "--codes", m_folder.filePath("cells.csv"), "--out", out};
        QTest::newRow("names of directions") << QStringList{"decode", m_model, "--z", "1,2", "--direction", "none", "--amount", "1", "--out", out};
        QTest::newRow("names of classes") << QStringList{"decode", m_model, "--z", "1,2", "--label", "none", "--out", out};
    }
    void refusals_ofForeignNames_holdNoControls()
    {
        QFETCH(QStringList, command);
        const CliAnswer answer = runCli(command);
        QCOMPARE(answer.code, 2);
        QVERIFY2(!hasControls(answer.err) && answer.err.contains('?'), answer.err.constData());
    }

private:
    QTemporaryDir m_folder;
    QString m_model;
};

QTEST_GUILESS_MAIN(TestCliForeignText)
#include "tst_cli_foreign_text.moc"
