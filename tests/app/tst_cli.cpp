// SPDX-License-Identifier: GPL-3.0-or-later
// The built program from outside: what it prints, what it leaves behind, how it ends.
#include "support/cli_run.h"

#include <QImage>
#include <QJsonArray>
#include <QtTest>

#include <cmath>

using namespace latentscape::tests;

class TestCli : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_data = writeTinyIdx(path("tiny"), /*train=*/160, /*test=*/40);
        m_model = path("model.safetensors");
        const CliAnswer answer = runCli(training({"--out", m_model, "--epochs", "3", "--json"}));
        QVERIFY2(answer.code == 0, answer.err.constData());
        m_trainLines = answer.objects();
    }

    void version_everywhere_isPrinted()
    {
        for (const QStringList& arguments : {QStringList{"--version"}, QStringList{"train", "--version"}}) {
            const CliAnswer answer = runCli(arguments);
            QCOMPARE(answer.code, 0);
            QVERIFY(answer.out.startsWith("latentscape-cli "));
        }
    }

    void help_everyCommand_isPrinted()
    {
        QCOMPARE(runCli({"--help"}).code, 0);
        for (const char* command : {"doctor", "datasets", "train", "eval", "encode", "decode", "sample", "reconstruct", "interpolate", "manifold", "direction", "subset", "info"}) {
            const CliAnswer answer = runCli({command, "--help"});
            QCOMPARE(answer.code, 0);
            QVERIFY2(answer.out.contains("--json"), command);
        }
    }

    void train_json_linesAreTheContract()
    {
        QCOMPARE(m_trainLines.size(), std::size_t{5});
        const QJsonObject start = m_trainLines.front(), done = m_trainLines.back();
        QCOMPARE(start["event"].toString(), QString("start"));
        QCOMPARE(start["data"]["train"].toInt(), 160);
        QCOMPARE(start["data"]["test"].toInt(), 40);
        QCOMPARE(start["data"]["shape"].toArray(), QJsonArray({1, 8, 8}));
        QCOMPARE(start["data"]["sha256"].toString().size(), 64);
        QCOMPARE(start["config"]["model"]["latent"].toInt(), 2);
        QVERIFY(start["threads"].toInt() >= 1 && !start["device"].toString().isEmpty());
        // 64-16-2: encoder 64·16 + 16, heads 2·(16·2 + 2), decoder 2·16 + 16 and 16·64 + 64
        QCOMPARE(start["parameters"].toInt(), 64 * 16 + 16 + 2 * (16 * 2 + 2) + 2 * 16 + 16 + 16 * 64 + 64);
        for (std::size_t i = 1; i <= 3; ++i) {
            const QJsonObject epoch = m_trainLines[i];
            QCOMPARE(epoch["event"].toString(), QString("epoch"));
            QCOMPARE(epoch["epoch"].toInt(), static_cast<int>(i));
            QVERIFY(epoch["seconds"].toDouble() > 0.0 && epoch["images_per_second"].toDouble() > 0.0);
            QCOMPARE(epoch["learning_rate"].toDouble(), 0.01);
            QVERIFY(i == 1 ? epoch["gradient_norm"].toDouble() > 0.0 : epoch.contains("gradient_norm")); // 8 steps an epoch, every 16th measures it
            for (const char* part : {"train", "test"}) {
                const QJsonObject loss = epoch[part].toObject();
                QVERIFY(std::abs(loss["nelbo"].toDouble() - loss["reconstruction"].toDouble() - loss["kl"].toDouble()) < 1e-6);
                QVERIFY(loss.contains("objective") && loss["nelbo"].toDouble() > 0.0);
            }
        }
        QVERIFY(trainLine(3)["train"]["nelbo"].toDouble() < trainLine(1)["train"]["nelbo"].toDouble());
        QCOMPARE(done["event"].toString(), QString("done"));
        QCOMPARE(done["file"].toString(), m_model);
        QCOMPARE(done["epochs"].toInt(), 3);
        QCOMPARE(done["outcome"].toString(), QString("finished"));
    }

    void train_sameSeedTwice_isTheSameFile()
    {
        const QString again = path("again.safetensors"), other = path("other.safetensors");
        QCOMPARE(runCli(training({"--out", again, "--epochs", "3"})).code, 0);
        QCOMPARE(readAll(again), readAll(m_model));
        QCOMPARE(runCli(training({"--out", other, "--epochs", "3", "--seed", "2"})).code, 0);
        QVERIFY(readAll(other) != readAll(m_model));
    }

    void train_stoppedAndResumed_isTheSameFileAsInOneGo_data()
    {
        QTest::addColumn<QString>("options");
        QTest::newRow("plain") << QString();
        QTest::newRow("switches of the file") << "--layer-norm --balance";
        for (const char* optimizer : {"adam", "adamw", "rmsprop", "sgd"})
            for (const char* schedule : {"constant", "cosine", "step", "onecycle"})
                QTest::addRow("%s %s", optimizer, schedule) << QStringLiteral("--optimizer %1 --schedule %2").arg(optimizer, schedule);
    }
    void train_stoppedAndResumed_isTheSameFileAsInOneGo()
    {
        QFETCH(QString, options);
        const QStringList extra = options.split(' ', Qt::SkipEmptyParts);
        const QString part = path("part.safetensors"), resumedFile = path("resumed.safetensors"), whole = path("whole.safetensors");
        QCOMPARE(runCli(training(QStringList{"--out", whole, "--epochs", "3"} + extra)).code, 0);
        const CliAnswer stopped = runCli(training(QStringList{"--out", part, "--epochs", "3", "--stop-after", "1", "--json"} + extra));
        QCOMPARE(stopped.code, 0);
        QCOMPARE(stopped.objects().back()["outcome"].toString(), QString("stopped"));
        QCOMPARE(stopped.objects().back()["epochs"].toInt(), 1);
        const CliAnswer resumed = runCli({"train", "--data", m_data, "--resume", part, "--out", resumedFile, "--device", "cpu", "--threads", "1"});
        QVERIFY2(resumed.code == 0, resumed.err.constData());
        QCOMPARE(readAll(resumedFile), readAll(whole));
        QCOMPARE(runCli({"train", "--data", m_data, "--resume", resumedFile, "--out", whole}).code, 2); // no epochs left
    }

    void train_validationFraction_reportsItAndTestAtTheEnd()
    {
        const CliAnswer answer = runCli(training({"--epochs", "2", "--val-fraction", "0.25", "--json"}));
        QVERIFY2(answer.code == 0, answer.err.constData());
        const auto lines = answer.objects();
        QCOMPARE(lines.size(), std::size_t{4});
        QCOMPARE(lines[0]["data"]["train"].toInt(), 120);
        QCOMPARE(lines[0]["data"]["validation"].toInt(), 40);
        QVERIFY(lines[1].contains("validation") && !lines[1].contains("test"));
        QVERIFY(lines[3]["test"]["nelbo"].toDouble() > 0.0);
        QVERIFY(lines[3]["file"].isNull());
    }

    void train_configFile_isOverriddenBySingleOptions()
    {
        const CliAnswer info = runCli({"info", m_model, "--json"});
        QCOMPARE(info.code, 0);
        const QString config = writeFile(m_folder.path(), "config.json", QJsonDocument(info.objects().front()["config"].toObject()).toJson());
        const CliAnswer answer = runCli({"train", "--data", m_data, "--config", config, "--latent", "3", "--epochs", "1", "--json", "--device", "cpu"});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonValue used = answer.objects().front()["config"];
        QCOMPARE(used["model"]["latent"].toInt(), 3);
        QCOMPARE(used["model"]["hidden"].toArray(), QJsonArray({16}));
        QCOMPARE(used["training"]["epochs"].toInt(), 1);
    }

    void info_json_holdsConfigDataAndHistory()
    {
        const CliAnswer answer = runCli({"info", m_model, "--json"});
        QCOMPARE(answer.objects().size(), std::size_t{1});
        const QJsonObject info = answer.objects().at(0);
        QCOMPARE(info["data"]["sha256"], trainLine(0)["data"]["sha256"]);
        QCOMPARE(info["config"], trainLine(0)["config"]);
        QCOMPARE(info["progress"]["epochs"].toInt(), 3);
        QVERIFY(info["resumable"].toBool());
        QVERIFY(!readAll(m_model).contains(m_folder.path().toUtf8())); // no path of this computer
        QVERIFY(runCli({"info", m_model}).out.contains("64-16-2"));
    }

    void eval_json_agreesWithTheLastEpoch()
    {
        const QString table = path("losses.csv");
        const CliAnswer answer = runCli({"eval", m_model, "--data", m_data, "--json", "--iwae", "5", "--probe", "--per-sample", table, "--threads", "1"});
        QVERIFY2(answer.code == 0, answer.err.constData());
        QCOMPARE(answer.objects().size(), std::size_t{1});
        const QJsonObject line = answer.objects().front();
        QCOMPARE(line["likelihood"].toString(), QString("bernoulli"));
        QCOMPARE(line["images"].toInt(), 40);
        const double nelbo = line["nelbo"].toDouble();
        QVERIFY(std::abs(nelbo - trainLine(3)["test"]["nelbo"].toDouble()) < 1e-3);
        QCOMPARE(line["kl_per_dimension"].toArray().size(), 2);
        QCOMPARE(line["aggregate_variance"].toArray().size(), 2);
        QCOMPARE(line["iwae"]["k"].toInt(), 5);
        const double error = line["iwae"]["standard_error"].toDouble();
        QVERIFY(error > 0.0 && line["iwae"]["bound"].toDouble() > -nelbo - 3.0 * error);
        for (const char* key : {"knn_accuracy", "linear_accuracy"})
            QVERIFY(line["probe"][key].toDouble() > 0.2 && line["probe"][key].toDouble() <= 1.0);
        const QList<QByteArray> rows = readAll(table).trimmed().split('\n');
        QCOMPARE(rows.at(0), QByteArray("index,label,nelbo,reconstruction,kl,anomaly"));
        QCOMPARE(rows.size(), 41);
        double sum = 0.0;
        for (const QByteArray& row : rows.mid(1))
            sum += row.split(',').at(2).toDouble();
        QVERIFY(std::abs(sum / 40.0 - nelbo) < 1e-3);
        QVERIFY(runCli({"eval", m_model, "--data", m_data, "--split", "train", "--samples", "3"}).out.contains("160 samples of the train part"));
    }

    void encodeThenDecode_tables_goRound()
    {
        const QString csv = path("codes.csv"), npz = path("codes.npz"), grid = path("decoded.png"), images = path("images.npz");
        const CliAnswer encoded = runCli({"encode", m_model, "--data", m_data, "--out", csv});
        QVERIFY2(encoded.code == 0, encoded.err.constData());
        const QList<QByteArray> rows = readAll(csv).trimmed().split('\n');
        QCOMPARE(rows.at(0), QByteArray("index,label,mu_0,mu_1,logvar_0,logvar_1"));
        QCOMPARE(rows.size(), 41);
        QVERIFY(rows.at(6).startsWith("5,1,"));
        QCOMPARE(runCli({"encode", m_model, "--data", m_data, "--split", "train", "--out", npz}).code, 0);
        QVERIFY(readAll(npz).startsWith("PK\x03\x04"));
        const CliAnswer decoded = runCli({"decode", m_model, "--codes", csv, "--out", grid});
        QVERIFY2(decoded.code == 0, decoded.err.constData());
        QCOMPARE(QImage(grid).size(), QSize(7 * 8 + 6 * 2, 6 * 8 + 5 * 2)); // 40 images, 7 a row
        QCOMPARE(runCli({"decode", m_model, "--codes", csv, "--out", images}).code, 0);
        QVERIFY(readAll(images).contains("(40, 1, 8, 8)"));
        const QString one = path("one.png");
        QCOMPARE(runCli({"decode", m_model, "--z", "-0.5,1.25", "--out", one}).code, 0);
        QCOMPARE(QImage(one).size(), QSize(8, 8));
    }

    void pictures_everyCommand_haveTheirSize()
    {
        const QString samples = path("samples.png"), aggregate = path("aggregate.png"), pairs = path("pairs.png"), strip = path("strip.png");
        QCOMPARE(runCli({"sample", m_model, "--count", "12", "--columns", "4", "--out", samples}).code, 0);
        QCOMPARE(QImage(samples).size(), QSize(4 * 8 + 3 * 2, 3 * 8 + 2 * 2));
        QCOMPARE(runCli({"sample", m_model, "--count", "4", "--from", "aggregate", "--data", m_data, "--out", aggregate}).code, 0);
        QCOMPARE(QImage(aggregate).size(), QSize(18, 18));
        QCOMPARE(runCli({"reconstruct", m_model, "--data", m_data, "--index", "0,1,2", "--out", pairs}).code, 0);
        QCOMPARE(QImage(pairs).size(), QSize(28, 18));
        QCOMPARE(runCli({"interpolate", m_model, "--data", m_data, "--from", "0", "--to", "3", "--steps", "5", "--out", strip}).code, 0);
        QCOMPARE(QImage(strip).size(), QSize(5 * 8 + 4 * 2, 8));
        const QString gif = path("way.gif"), webp = path("way.webp"), manifold = path("manifold.png");
        QCOMPARE(runCli({"interpolate", m_model, "--data", m_data, "--from", "0", "--to", "3", "--method", "slerp", "--out", gif}).code, 0);
        QVERIFY(readAll(gif).startsWith("GIF89a"));
        QCOMPARE(runCli({"interpolate", m_model, "--data", m_data, "--from", "0", "--to", "3", "--out", webp}).code, 0);
        QVERIFY(readAll(webp).startsWith("RIFF"));
        QCOMPARE(runCli({"manifold", m_model, "--grid", "5x3", "--scale", "2", "--out", manifold}).code, 0);
        QCOMPARE(QImage(manifold).size(), QSize(5 * 16 + 4 * 2, 3 * 16 + 2 * 2));
    }

    void reconstruct_picture_showsTheOriginalsAbove()
    {
        const QString pairs = path("pair.png");
        QCOMPARE(runCli({"reconstruct", m_model, "--data", m_data, "--index", "2", "--out", pairs}).code, 0);
        const QImage image(pairs);
        const auto data = latentscape::tests::tinyDataset(160, 40, 8);
        std::vector<std::uint8_t> original(64);
        data->copyBytes(data->test(), 2, original);
        for (int y = 0; y < 8; ++y)
            for (int x = 0; x < 8; ++x)
                QCOMPARE(qGray(image.pixel(x, y)), static_cast<int>(original[static_cast<std::size_t>(y * 8 + x)]));
    }

    void sample_folderAndSeed_areObeyed()
    {
        const QString folder = path("samples"), first = path("s1.npz"), second = path("s2.npz"), third = path("s3.npz");
        QCOMPARE(runCli({"sample", m_model, "--count", "3", "--out", folder}).code, 0);
        QCOMPARE(QDir(folder).entryList(QDir::Files), QStringList({"sample_0000.png", "sample_0001.png", "sample_0002.png"}));
        for (const auto& [file, seed] : {std::pair{first, "5"}, std::pair{second, "5"}, std::pair{third, "6"}})
            QCOMPARE(runCli({"sample", m_model, "--count", "3", "--seed", seed, "--out", file}).code, 0);
        QCOMPARE(readAll(first), readAll(second));
        QVERIFY(readAll(first) != readAll(third));
    }

    void datasets_json_listsDigitsFirst()
    {
        const auto lines = runCli({"datasets", "--json"}).objects();
        QVERIFY(!lines.empty());
        QCOMPARE(lines.front()["spec"].toString(), QString("digits"));
        QVERIFY(lines.front()["available"].toBool());
    }

    void doctor_here_passes()
    {
        const CliAnswer answer = runCli({"doctor", "--json", "--threads", "1"});
        QVERIFY2(answer.code == 0, answer.out.constData());
        QCOMPARE(answer.objects().size(), std::size_t{1});
        const QJsonObject line = answer.objects().front();
        QVERIFY(line["passed"].toBool() && line["matrix_product_gflops"].toDouble() > 0.0);
        QCOMPARE(line["checks"].toArray().size(), 5);
    }

    void bench_json_hasTheContractsKeys()
    {
        const CliAnswer train = runCli({"bench", "train", "--data", m_data, "--hidden", "16", "--batch", "32", "--repeats", "2", "--threads", "1", "--json"});
        QVERIFY2(train.code == 0, train.err.constData());
        QVERIFY(!train.objects().empty());
        const QJsonObject times = train.objects().front();
        QCOMPARE(times["model"].toString(), QString("64-16-2"));
        for (const char* key : {"batch", "threads", "epoch_seconds_median", "images_per_second", "gflops", "products_alone_seconds", "efficiency"})
            QVERIFY2(times[key].toDouble() > 0.0, key);
        const CliAnswer decode = runCli({"bench", "decode", "--data", m_data, "--hidden", "16", "--batch", "32", "--count", "50", "--threads", "1", "--json"});
        QVERIFY2(decode.code == 0, decode.err.constData());
        QVERIFY(!decode.objects().empty());
        const QJsonObject micros = decode.objects().front();
        QVERIFY(micros["p50_us"].toDouble() > 0.0 && micros["p99_us"].toDouble() >= micros["p50_us"].toDouble());
        QVERIFY(micros["under_training"]["p99_us"].toDouble() >= micros["under_training"]["p50_us"].toDouble());
    }

    void quiet_train_saysOnlyTheResult()
    {
        const CliAnswer answer = runCli(training({"--epochs", "1", "--quiet", "--out", path("quiet.safetensors")}));
        QCOMPARE(answer.code, 0);
        QVERIFY(answer.err.isEmpty());
        QCOMPARE(answer.out.count('\n'), 1);
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] QStringList training(const QStringList& more) const
    {
        return QStringList{"train", "--data", m_data, "--hidden", "16", "--batch", "20", "--lr", "0.01", "--device", "cpu", "--threads", "1"} + more;
    }

    [[nodiscard]] const QJsonObject& trainLine(std::size_t i) const { return m_trainLines.at(i); }

    QTemporaryDir m_folder;
    QString m_data, m_model;
    std::vector<QJsonObject> m_trainLines;
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
