// SPDX-License-Identifier: GPL-3.0-or-later
// Planes, draws, parts of sets and directions from the command line.
#include "core/data/data_catalogue.h"
#include "core/store/checkpoint_file.h"
#include "support/cli_run.h"

#include <QImage>
#include <QJsonArray>
#include <QtTest>

#include <cmath>
#include <set>

using namespace latentscape;
using namespace latentscape::tests;

class TestCliExplore : public QObject {
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

    void sample_temperature_zeroIsTheMeanAndOneTheDefault()
    {
        const auto drawn = [this](const QStringList& more) {
            const QString file = path("draw.npz");
            const CliAnswer answer = runCli(QStringList{"sample", m_model, "--count", "6", "--out", file} + more);
            return answer.code == 0 ? readAll(file) : QByteArray();
        };
        const QByteArray usual = drawn({"--seed", "4"}), cold = drawn({"--seed", "4", "--temperature", "0"});
        QVERIFY(!usual.isEmpty() && !cold.isEmpty());
        QCOMPARE(drawn({"--seed", "4", "--temperature", "1"}), usual);
        QCOMPARE(drawn({"--seed", "5", "--temperature", "0"}), cold); // nothing random is left
        QVERIFY(usual != cold && drawn({"--seed", "4", "--temperature", "0.5"}) != usual);
    }

    void sample_fromAPosterior_isAboutTheSamplesCode()
    {
        const QString codes = path("codes.csv"), mean = path("mean.png"), drawn = path("posterior.png"), grid = path("posteriors.png");
        QCOMPARE(runCli({"encode", m_model, "--data", m_data, "--out", codes}).code, 0);
        const QList<QByteArray> row = readAll(codes).split('\n').at(4).split(',');
        QCOMPARE(row.at(0), QByteArray("3"));
        QCOMPARE(runCli({"decode", m_model, "--z", row.at(2) + "," + row.at(3), "--out", mean}).code, 0);
        const QStringList posterior{"sample", m_model, "--from", "posterior", "--index", "3", "--data", m_data};
        const CliAnswer cold = runCli(posterior + QStringList{"--count", "1", "--temperature", "0", "--json", "--out", drawn});
        QVERIFY2(cold.code == 0, cold.err.constData());
        QCOMPARE(readAll(drawn), readAll(mean));
        QCOMPARE(cold.objects().front()["from"].toString(), QString("posterior"));
        QCOMPARE(cold.objects().front()["index"].toInt(), 3);
        const CliAnswer train = runCli(posterior + QStringList{"--count", "9", "--split", "train", "--out", grid});
        QCOMPARE(train.code, 0);
        QVERIFY(train.out.contains("posterior of train sample 3"));
        QCOMPARE(QImage(grid).size(), QSize(3 * 8 + 2 * 2, 3 * 8 + 2 * 2));
    }

    void manifold_planeAndRange_decodeThatRectangle()
    {
        const QString quantiles = path("quantiles.npz"), range = path("range.npz"), axes = path("axes.npz"), principal = path("pca.png");
        QCOMPARE(runCli({"manifold", m_model, "--grid", "4x3", "--axes", "1,0", "--out", quantiles}).code, 0);
        QCOMPARE(runCli({"manifold", m_model, "--grid", "4x3", "--plane", "1,0", "--out", axes}).code, 0);
        QCOMPARE(readAll(axes), readAll(quantiles));
        const CliAnswer answer = runCli({"manifold", m_model, "--grid", "4x3", "--plane", "1,0", "--range", "-1,1,0,2.5", "--json", "--out", range});
        QCOMPARE(answer.code, 0);
        QVERIFY(readAll(range) != readAll(quantiles));
        QCOMPARE(answer.objects().front()["range"].toArray(), QJsonArray({-1.0, 1.0, 0.0, 2.5}));
        const CliAnswer pca = runCli({"manifold", m_model, "--grid", "5x4", "--plane", "pca", "--data", m_data, "--out", principal});
        QVERIFY2(pca.code == 0, pca.err.constData());
        QCOMPARE(QImage(principal).size(), QSize(5 * 8 + 4 * 2, 4 * 8 + 3 * 2));
    }

    void manifold_density_isDarkWhereNoCodesAre()
    {
        const QString picture = path("density.png"), numbers = path("density.npz");
        const QStringList density{"manifold", m_model, "--layer", "density", "--data", m_data, "--grid", "60x40", "--range", "-40,40,-40,40"};
        const CliAnswer answer = runCli(density + QStringList{"--scale", "2", "--json", "--out", picture});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QImage image(picture);
        QCOMPARE(image.size(), QSize(120, 80));
        QCOMPARE(image.pixel(0, 0), qRgb(68, 1, 84)); // the foot of viridis
        bool peak = false;
        for (int y = 0; y < 80; ++y)
            for (int x = 0; x < 120; ++x)
                peak = peak || image.pixel(x, y) == qRgb(253, 231, 37);
        QVERIFY(peak);
        QVERIFY(answer.objects().front()["peak"].toDouble() > 0.0);
        QCOMPARE(runCli(density + QStringList{"--out", numbers}).code, 0);
        QVERIFY(readAll(numbers).contains("values.npy") && readAll(numbers).contains("(40, 60)") && readAll(numbers).contains("range.npy"));
    }

    void manifold_holes_tellTheEmptyMass()
    {
        const QString picture = path("holes.png");
        const CliAnswer answer = runCli({"manifold", m_model, "--layer", "holes", "--plane", "pca", "--data", m_data, "--json", "--out", picture});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const double empty = answer.objects().front()["empty_mass"].toDouble(-1.0);
        QVERIFY(empty >= 0.0 && empty <= 1.0);
        QCOMPARE(QImage(picture).size(), QSize(200, 200));
        QVERIFY(runCli({"manifold", m_model, "--layer", "holes", "--data", m_data, "--out", picture}).out.contains("% of the prior's mass"));
    }

    void manifold_oneDimension_takesNoPlaneAndTwoEnds()
    {
        const QString model = path("line.safetensors"), out = path("line.npz");
        QCOMPARE(runCli({"train", "--data", m_data, "--hidden", "8", "--latent", "1", "--batch", "20", "--epochs", "1", "--device", "cpu", "--out", model}).code, 0);
        for (const QStringList& wrong : {QStringList{"--plane", "foo"}, {"--plane", "0,1"}, {"--axes", "7,9"}, {"--range", "-2,2,5,6"}, {"--range", "2,-2"}}) {
            const CliAnswer refused = runCli(QStringList{"manifold", model, "--out", out} + wrong);
            QCOMPARE(refused.code, 2);
            QVERIFY2(refused.err.contains(wrong.front().toUtf8()) && refused.err.contains("expected"), refused.err.constData());
            QVERIFY(!QFile::exists(out));
        }
        const CliAnswer answer = runCli({"manifold", model, "--grid", "5x2", "--range", "-2,2", "--json", "--out", out});
        QVERIFY2(answer.code == 0, answer.err.constData());
        QCOMPARE(answer.objects().front()["range"].toArray(), QJsonArray({-2.0, 2.0}));
        QCOMPARE(runCli({"manifold", m_model, "--range", "-2,2", "--out", out}).code, 2);
    }

    void sample_folder_doesNotMixWithALongerSet()
    {
        const QString folder = path("drawn");
        QCOMPARE(runCli({"sample", m_model, "--count", "4", "--out", folder}).code, 0);
        const QByteArray before = readAll(folder + "/sample_0000.png");
        const CliAnswer refused = runCli({"sample", m_model, "--count", "3", "--seed", "9", "--out", folder});
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.err.contains("sample_0003.png") && refused.err.contains("empty folder"), refused.err.constData());
        QCOMPARE(readAll(folder + "/sample_0000.png"), before);
        QCOMPARE(runCli({"sample", m_model, "--count", "4", "--seed", "9", "--out", folder}).code, 0);
        QVERIFY(readAll(folder + "/sample_0000.png") != before);
    }

    void out_linkThatLeadsNowhereAndBareEnding_areRefused()
    {
        const QString link = path("link.png");
        QVERIFY(QFile::link(path("missing.png"), link));
        const CliAnswer nowhere = runCli({"sample", m_model, "--out", link}), bare = runCli({"sample", m_model, "--out", path(".png")});
        QCOMPARE(nowhere.code, 2);
        QVERIFY2(nowhere.err.contains("leads nowhere"), nowhere.err.constData());
        QVERIFY(QFileInfo(link).isSymLink());
        QCOMPARE(bare.code, 2);
        QVERIFY2(bare.err.contains("without a name"), bare.err.constData());
        QVERIFY(!QFileInfo::exists(path(".png")));
    }

    void manifold_classes_countEveryCell()
    {
        const QString picture = path("classes.png");
        const CliAnswer answer = runCli({"manifold", m_model, "--layer", "classes", "--grid", "30x20", "--data", m_data, "--json", "--out", picture});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonArray classes = answer.objects().front()["classes"].toArray();
        QCOMPARE(classes.size(), 4);
        std::set<QRgb> colours;
        int cells = 0;
        for (const QJsonValue& entry : classes) {
            cells += entry["cells"].toInt();
            colours.insert(QColor(entry["colour"].toString()).rgb());
        }
        QCOMPARE(cells, 600);
        QCOMPARE(colours.size(), std::size_t{4});
        const QImage image(picture);
        QCOMPARE(image.size(), QSize(30, 20));
        for (int y = 0; y < 20; ++y)
            for (int x = 0; x < 30; ++x)
                QVERIFY(colours.contains(image.pixel(x, y)));
    }

    void subset_labels_isASetThatOthersRead()
    {
        const QString folder = path("two classes");
        const CliAnswer answer = runCli({"subset", "--data", m_data, "--labels", "3,1", "--json", "--out", folder});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonObject line = answer.objects().front();
        QCOMPARE(line["train"].toInt() + line["test"].toInt(), 80);
        QCOMPARE(line["classes"].toArray(), QJsonArray({"1", "3"}));
        const auto read = latentscape::loadDataset(latentscape::DataRequest{folder.toStdString(), 1, 0, 0, {}});
        QVERIFY(read.ok());
        QCOMPARE(read.value()->classNames(), (std::vector<std::string>{"1", "3"}));
        QCOMPARE(static_cast<int>(read.value()->train().count), line["train"].toInt());
        QCOMPARE(runCli({"subset", "--data", m_data, "--labels", "0", "--out", folder}).code, 2); // it holds a set now
        QCOMPARE(runCli({"train", "--data", folder, "--hidden", "8", "--batch", "20", "--epochs", "1", "--device", "cpu"}).code, 0);
    }

    void subset_column_keepsItsRange()
    {
        const QString upper = path("slanted"), all = path("all");
        const CliAnswer answer = runCli({"subset", "--data", "digits", "--labels", "4", "--column", "slant", "--from", "5", "--json", "--out", upper});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const auto digits = latentscape::loadDataset(latentscape::DataRequest{}).value();
        const auto& train = digits->train();
        int expected = 0;
        for (std::size_t i = 0; i < train.count; ++i)
            expected += train.labels[i] == 4 && train.factors[0].values[i] >= 5.0f ? 1 : 0;
        QCOMPARE(train.factors[0].name, std::string("slant"));
        QCOMPARE(answer.objects().front()["train"].toInt() + answer.objects().front()["test"].toInt(), expected);
        QVERIFY(answer.err.contains("columns are not kept"));
    }

    void direction_labels_isSavedAndMovesCodes()
    {
        const QString named = path("named.safetensors"), there = path("there.png"), moved = path("moved.png");
        const QStringList command{"direction", m_model, "--data", m_data, "--labels", "0:3", "--name", "to squares", "--json"};
        const CliAnswer only = runCli(command), saved = runCli(command + QStringList{"--out", named});
        QVERIFY2(only.code == 0 && saved.code == 0, saved.err.constData());
        const QJsonObject line = saved.objects().front();
        QCOMPARE(line["name"].toString(), QString("to squares"));
        QCOMPARE(line["from"].toInt(), 40);
        QCOMPARE(line["to"].toInt(), 40);
        QCOMPARE(line["file"].toString(), named);
        QVERIFY(!only.objects().front().contains("file"));
        for (const char* key : {"length", "effect", "separation", "chance"})
            QVERIFY2(line[key].toDouble() > 0.0, key);
        QCOMPARE(only.objects().front()["length"], line["length"]);
        QVERIFY(line["chance"].toDouble() <= 1.0);
        const QJsonArray direction = line["direction"].toArray();
        QCOMPARE(direction.size(), 2);
        QVERIFY(std::abs(std::hypot(direction[0].toDouble(), direction[1].toDouble()) - 1.0) < 1e-5);
        // Half of the way from (0, 0).
        const double half = 0.5 * line["length"].toDouble();
        const auto number = [](double value) { return QString::number(value, 'g', 9); };
        QCOMPARE(runCli({"decode", m_model, "--z", number(half * direction[0].toDouble()) + ',' + number(half * direction[1].toDouble()), "--out", there}).code, 0);
        const CliAnswer decoded = runCli({"decode", named, "--z", "0,0", "--direction", "to squares", "--amount", "0.5", "--out", moved});
        QVERIFY2(decoded.code == 0, decoded.err.constData());
        QCOMPARE(QImage(moved), QImage(there));
        for (const char* amount : {"1e300", "-1e300"}) {
            const CliAnswer far = runCli({"decode", named, "--z", "0,0", "--direction", "to squares", "--amount", amount, "--out", path("far.npz")});
            QCOMPARE(far.code, 2);
            QVERIFY2(far.err.contains("Nothing was written"), far.err.constData());
            QVERIFY(!QFile::exists(path("far.npz")));
        }
        QCOMPARE(runCli({"decode", named, "--z", "0,0", "--direction", "to circles", "--amount", "1", "--out", moved}).code, 2);
        for (const char* name : {" ", "two\\nlines", "\\377\\376"}) { // for printf: bytes that are no text pass through no QStringList
            QProcess process;
            process.start("sh", {"-c", QString("exec \"$1\" direction \"$2\" --data \"$3\" --labels 0:1 --name \"$(printf '%1')\"").arg(name), "sh", LATENTSCAPE_CLI, m_model, m_data});
            QVERIFY(process.waitForFinished(60000));
            QCOMPARE(process.exitCode(), 2);
            QVERIFY(process.readAllStandardError().contains("cannot be the name"));
        }
        const CliAnswer again = runCli({"direction", named, "--data", m_data, "--labels", "0:1", "--name", "to squares", "--out", path("twice.safetensors")});
        QCOMPARE(again.code, 2);
        QVERIFY(again.err.contains("already"));
        QCOMPARE(runCli({"info", named}).code, 0);
        // Training on from the file keeps what a person named in it.
        const QString resumed = path("resumed.safetensors");
        const CliAnswer trained = runCli({"train", "--data", m_data, "--resume", named, "--epochs", "4", "--device", "cpu", "--threads", "1", "--out", resumed});
        QVERIFY2(trained.code == 0, trained.err.constData());
        QVERIFY(runCli({"info", resumed}).out.contains("to squares"));
    }

    void direction_beyondWhatAFileHolds_isRefusedAndFound()
    {
        const QString full = path("full.safetensors"), out = path("one-more.safetensors");
        auto loaded = loadCheckpoint(m_model.toStdString());
        QVERIFY(loaded.ok());
        Checkpoint& checkpoint = loaded.value().checkpoint;
        for (std::size_t i = 0; i < kMostDirections; ++i)
            checkpoint.directions.push_back({.name = "way " + std::to_string(i), .direction = {0.6f, 0.8f}, .length = 1.0, .effect = 2.0, .separation = 1.0,
                                             .chance = 0.5, .from = 40, .to = 40});
        QVERIFY(saveCheckpoint(checkpoint, full.toStdString()).ok());
        const QByteArray before = readAll(full);
        const QStringList command{"direction", full, "--data", m_data, "--labels", "0:3", "--name", "one more"};
        for (const QString& target : {out, full}) {
            const CliAnswer refused = runCli(command + QStringList{"--out", target});
            QCOMPARE(refused.code, 2);
            QVERIFY2(refused.err.contains("at most 255 before this one") && refused.err.contains("256") && refused.err.contains("leave out --out"), refused.err.constData());
        }
        QVERIFY(!QFile::exists(out));
        QCOMPARE(readAll(full), before);
        QCOMPARE(runCli(command).code, 0); // without a file it is still found
    }

    void direction_column_leadsFromItsLowerToItsUpperFifth()
    {
        const QString model = path("digits.safetensors");
        QCOMPARE(runCli({"train", "--data", "digits", "--hidden", "16", "--epochs", "1", "--device", "cpu", "--out", model}).code, 0);
        const CliAnswer answer = runCli({"direction", model, "--data", "digits", "--column", "thickness", "--name", "bold", "--json"});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonObject line = answer.objects().front();
        QCOMPARE(line["from"].toInt(), 4000);
        QCOMPARE(line["to"].toInt(), 4000);
        QVERIFY2(line["effect"].toDouble() > 3.0, answer.out.constData()); // thickness is easily seen
        QVERIFY(runCli({"direction", model, "--data", "digits", "--column", "thickness", "--name", "bold"}).out.startsWith("bold: from 4000 to 4000 samples"));
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    QString m_data, m_model;
};

QTEST_GUILESS_MAIN(TestCliExplore)
#include "tst_cli_explore.moc"
