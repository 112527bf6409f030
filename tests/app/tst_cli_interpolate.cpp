// SPDX-License-Identifier: GPL-3.0-or-later
// Ways through several samples from the command line: strips, sequences, animations.
#include "support/cli_run.h"

#include <QImage>
#include <QJsonArray>
#include <QtTest>

using namespace latentscape::tests;

class TestCliInterpolate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_data = writeTinyIdx(path("tiny"), /*train=*/160, /*test=*/40);
        m_model = path("model.safetensors");
        const CliAnswer answer = runCli({"train", "--data", m_data, "--hidden", "16", "--batch", "20", "--lr", "0.01", "--epochs", "3", "--device", "cpu",
                                         "--threads", "1", "--out", m_model});
        QVERIFY2(answer.code == 0, answer.err.constData());
    }

    void splineThroughSamples_meetsTheirReconstructions()
    {
        const QString strip = path("spline.png"), pairs = path("pairs.png");
        const CliAnswer answer = interpolate({"--from", "0", "--via", "5,9", "--to", "3", "--steps", "7", "--method", "spline", "--json", "--out", strip});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonObject line = answer.objects().front();
        QCOMPARE(line["via"].toArray(), (QJsonArray{5, 9}));
        QCOMPARE(line["method"].toString(), QString("spline"));
        QCOMPARE(line["closed"].toBool(), false);
        QCOMPARE(runCli({"reconstruct", m_model, "--data", m_data, "--index", "0,5,9,3", "--out", pairs}).code, 0);
        const QImage film(strip), expected(pairs);
        QCOMPARE(film.size(), QSize(7 * 8 + 6 * 2, 8));
        for (int anchor = 0; anchor < 4; ++anchor) // every second frame stands on a sample: the lower row of the pairs
            QCOMPARE(film.copy(20 * anchor, 0, 8, 8), expected.copy(10 * anchor, 10, 8, 8));
        const QString straight = path("straight.png");
        QCOMPARE(interpolate({"--from", "0", "--via", "5,9", "--to", "3", "--steps", "7", "--out", straight}).code, 0);
        QVERIFY(QImage(straight) != film);
    }

    void closedWay_endsBeforeItsBeginning()
    {
        const QString open = path("open.png"), closed = path("closed.png");
        QCOMPARE(interpolate({"--from", "0", "--via", "5", "--to", "3", "--steps", "5", "--out", open}).code, 0);
        const CliAnswer answer = interpolate({"--from", "0", "--via", "5", "--to", "3", "--steps", "6", "--closed", "--out", closed});
        QVERIFY(answer.out.contains("and back"));
        const QImage way(open), round(closed);
        QCOMPARE(round.size(), QSize(6 * 8 + 5 * 2, 8));
        for (int frame = 0; frame < 5; ++frame) // two frames a leg in both
            QCOMPARE(round.copy(10 * frame, 0, 8, 8), way.copy(10 * frame, 0, 8, 8));
        QVERIFY(round.copy(50, 0, 8, 8) != round.copy(0, 0, 8, 8));
    }

    void originals_standAtTheEndsOfTheStrip()
    {
        const QString strip = path("originals.png"), plain = path("plain.png"), pairs = path("two.png");
        QCOMPARE(interpolate({"--from", "2", "--to", "7", "--steps", "3", "--originals", "--scale", "2", "--out", strip}).code, 0);
        QCOMPARE(interpolate({"--from", "2", "--to", "7", "--steps", "3", "--scale", "2", "--out", plain}).code, 0);
        QCOMPARE(runCli({"reconstruct", m_model, "--data", m_data, "--index", "2,7", "--scale", "2", "--out", pairs}).code, 0);
        const QImage film(strip), samples(pairs), middle(plain);
        QCOMPARE(film.size(), QSize(5 * 16 + 4 * 2, 16));
        QCOMPARE(film.copy(0, 0, 16, 16), samples.copy(0, 0, 16, 16));
        QCOMPARE(film.copy(4 * 18, 0, 16, 16), samples.copy(18, 0, 16, 16));
        QCOMPARE(film.copy(18, 0, middle.width(), 16), middle);
    }

    void folder_holdsOnePictureAStep()
    {
        const QString folder = path("frames/");
        const QStringList way{"--from", "0", "--to", "3", "--out", folder};
        QCOMPARE(interpolate(way + QStringList{"--steps", "12"}).code, 0);
        QStringList names = QDir(folder).entryList(QDir::Files, QDir::Name);
        QCOMPARE(names.size(), 12);
        QCOMPARE(names.front(), QString("frame-000.png"));
        QCOMPARE(names.back(), QString("frame-011.png"));
        QCOMPARE(QImage(folder + names.back()).size(), QSize(64, 64)); // as large as the frames of an animation
        QCOMPARE(interpolate(way + QStringList{"--steps", "12", "--scale", "1"}).code, 0); // again: replaced
        QCOMPARE(QImage(folder + names.back()).size(), QSize(8, 8));
        const QString strip = path("same.png");
        QCOMPARE(interpolate({"--from", "0", "--to", "3", "--steps", "12", "--out", strip}).code, 0);
        QCOMPARE(QImage(folder + names.at(4)), QImage(strip).copy(40, 0, 8, 8));
        const CliAnswer shorter = interpolate(way + QStringList{"--steps", "5"}); // old frames would follow
        QCOMPARE(shorter.code, 2);
        QVERIFY2(shorter.err.contains("frame-005.png"), shorter.err.constData());
    }

    void animation_closed_isNotPlayedBackwards()
    {
        const QString there = path("there.gif"), round = path("round.gif");
        QCOMPARE(interpolate({"--from", "0", "--to", "3", "--steps", "6", "--out", there}).code, 0);
        QCOMPARE(interpolate({"--from", "0", "--to", "3", "--steps", "6", "--closed", "--out", round}).code, 0);
        const auto frames = [](const QString& file) { return readAll(file).count(QByteArray("\x21\xF9\x04", 3)); };
        QCOMPARE(frames(there), 10);
        QCOMPARE(frames(round), 6);
    }

private:
    CliAnswer interpolate(const QStringList& options) { return runCli(QStringList{"interpolate", m_model, "--data", m_data} + options); }
    QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    QString m_data, m_model;
};

QTEST_GUILESS_MAIN(TestCliInterpolate)
#include "tst_cli_interpolate.moc"
