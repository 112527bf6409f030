// SPDX-License-Identifier: GPL-3.0-or-later
// Objectives, likelihoods, networks, schedules and evaluation from the command line.
#include "core/store/checkpoint_file.h"
#include "support/cli_run.h"

#include <QJsonArray>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace latentscape::tests;

class TestCliScience : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_data = writeTinyIdx(path("tiny"), /*train=*/160, /*test=*/40);
        m_model = path("model.safetensors");
        QCOMPARE(train({"--data", m_data, "--hidden", "16", "--epochs", "3", "--out", m_model}).code, 0);
    }

    /// Everything that can be chosen learns something on a set it is made for, and what it saves evaluates to what it said.
    void train_anySetting_learnsAndIsReadBack_data()
    {
        QTest::addColumn<QString>("data");
        QTest::addColumn<QString>("options");
        const auto row = [](const char* name, const char* data, const char* options) { QTest::newRow(name) << QString(data) << QString(options); };
        row("ae", "DATA", "--hidden 16 --objective ae");
        row("warm-up", "DATA", "--hidden 16 --warmup 2 --warmup-shape cyclic");
        row("capacity", "DATA", "--hidden 16 --capacity 2");
        row("free bits", "DATA", "--hidden 16 --free-bits 0.2");
        row("infovae", "DATA", "--hidden 16 --objective infovae --lambda 20");
        row("tcvae", "DATA", "--hidden 16 --objective tcvae --beta 4 --latent 3");
        row("dipvae", "DATA", "--hidden 16 --objective dipvae");
        row("cvae", "DATA", "--hidden 16 --objective cvae");
        row("continuous Bernoulli", "DATA", "--hidden 16 --likelihood continuous-bernoulli");
        row("fixed Gaussian", "DATA", "--hidden 16 --likelihood gaussian --sigma 0.3");
        row("learned Gaussian", "DATA", "--hidden 16 --likelihood gaussian-learned");
        row("Poisson", "DATA", "--hidden 16 --likelihood poisson");
        row("dynamic binarisation", "DATA", "--hidden 16 --binarize dynamic");
        row("threshold", "DATA", "--hidden 16 --binarize threshold");
        row("layer norm and dropout", "DATA", "--hidden 16,12 --layer-norm --dropout 0.1 --activation silu");
        row("conv", "DATA", "--arch conv --hidden 4,8 --dense 16 --latent 2");
        row("conditional conv", "DATA", "--arch conv --hidden 4 --dense 16 --objective cvae");
        row("adamw, cosine", "DATA", "--hidden 16 --optimizer adamw --weight-decay 0.1 --schedule cosine");
        row("rmsprop, step", "DATA", "--hidden 16 --optimizer rmsprop --schedule step --lr 0.003");
        row("sgd, one-cycle, clipping", "DATA", "--hidden 16 --optimizer sgd --schedule onecycle --clip 1");
        row("balance", "DATA", "--hidden 16 --balance");
        row("blobs", "blobs", "--hidden 16 --likelihood gaussian-learned --latent 2");
        row("counts", "counts", "--hidden 16 --likelihood poisson");
        row("waves by a gru", "waves", "--arch gru --hidden 8 --likelihood gaussian-learned --batch 400");
        row("shapes by conv", "shapes", "--arch conv --hidden 4,8,8 --dense 16 --batch 400");
    }
    void train_anySetting_learnsAndIsReadBack()
    {
        QFETCH(QString, data);
        QFETCH(QString, options);
        const QString file = path("any.safetensors"), from = data == "DATA" ? m_data : data;
        const bool own = data == "DATA";
        const CliAnswer answer = train(QStringList{"--data", from, "--epochs", own ? "4" : "1", "--out", file} + options.split(' '), own);
        QVERIFY2(answer.code == 0, answer.err.constData());
        QJsonObject first, last;
        for (const QJsonObject& line : answer.objects())
            if (line["event"] == "epoch") {
                if (first.isEmpty())
                    first = line["train"].toObject();
                last = line;
            }
        for (const char* term : {"nelbo", "reconstruction", "kl", "objective"})
            QVERIFY2(std::isfinite(last["test"].toObject()[term].toDouble(NAN)), term);
        QVERIFY(last["learning_rate"].toDouble() > 0.0);
        if (own)
            QVERIFY(last["train"].toObject()["reconstruction"].toDouble() < first["reconstruction"].toDouble());
        const CliAnswer evaluated = runCli({"eval", file, "--data", from, "--json", "--device", "cpu", "--threads", "1"});
        QVERIFY2(evaluated.code == 0, evaluated.err.constData());
        const double said = last["test"].toObject()["nelbo"].toDouble();
        QVERIFY(std::abs(evaluated.objects().front()["nelbo"].toDouble() - said) <= 1e-6 * std::max(1.0, std::abs(said)));
    }

    void eval_everything_isOneObject()
    {
        const QString table = path("losses.csv");
        const CliAnswer answer = runCli({"eval", m_model, "--data", m_data, "--json", "--iwae", "20", "--probe", "--anomalies", "3", "--per-sample", table});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonObject line = answer.objects().front();
        for (const char* key : {"likelihood", "split", "images", "nelbo", "reconstruction", "kl", "objective", "active_units", "kl_per_dimension",
                                "aggregate_variance", "per_class", "anomalies", "iwae", "probe"})
            QVERIFY2(line.contains(key), key);
        QVERIFY(line["iwae"].toObject()["bound"].toDouble() >= -line["nelbo"].toDouble());
        QVERIFY(line["iwae"].toObject()["standard_error"].toDouble() > 0.0);

        double images = 0.0, nelbo = 0.0;
        for (const QJsonValue& of : line["per_class"].toArray()) {
            images += of["images"].toDouble();
            nelbo += of["images"].toDouble() * of["nelbo"].toDouble();
        }
        QCOMPARE(images, line["images"].toDouble());
        QVERIFY(std::abs(nelbo / images - line["nelbo"].toDouble()) < 1e-6);

        // The worst three are those of the table, and each score is the share of better training samples.
        const QList<QByteArray> rows = readAll(table).trimmed().split('\n');
        QCOMPARE(rows.front(), QByteArray("index,label,nelbo,reconstruction,kl,anomaly"));
        std::vector<std::pair<double, int>> order;
        for (qsizetype i = 1; i < rows.size(); ++i) {
            const QList<QByteArray> cells = rows[i].split(',');
            order.emplace_back(-cells[2].toDouble(), cells[0].toInt());
            QVERIFY(cells[5].toDouble() >= 0.0 && cells[5].toDouble() <= 1.0);
        }
        std::sort(order.begin(), order.end());
        const QJsonArray worst = line["anomalies"].toArray();
        QCOMPARE(worst.size(), qsizetype(3));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(worst[i]["index"].toInt(), order[std::size_t(i)].second);
    }

    void encode_scores_areColumns()
    {
        const QString plain = path("plain.csv"), scored = path("scored.csv");
        QCOMPARE(runCli({"encode", m_model, "--data", m_data, "--out", plain}).code, 0);
        const CliAnswer answer = runCli({"encode", m_model, "--data", m_data, "--scores", "--json", "--out", scored});
        QCOMPARE(answer.code, 0);
        QVERIFY(answer.objects().front().contains("kl_per_dimension"));
        const QList<QByteArray> with = readAll(scored).trimmed().split('\n'), without = readAll(plain).trimmed().split('\n');
        QCOMPARE(with.front(), without.front() + ",nelbo,reconstruction,kl");
        QCOMPARE(with.size(), without.size());
        double mean = 0.0;
        for (qsizetype i = 1; i < with.size(); ++i)
            mean += with[i].split(',').at(6).toDouble() / double(with.size() - 1);
        QVERIFY(std::abs(mean - answer.objects().front()["nelbo"].toDouble()) < 1e-3);
        QCOMPARE(runCli({"decode", m_model, "--codes", scored, "--out", path("grid.png")}).code, 0); // columns it does not know are passed over
    }

    void conditional_label_choosesWhatIsDecoded()
    {
        const QString file = path("conditional.safetensors");
        QCOMPARE(train({"--data", m_data, "--hidden", "16", "--epochs", "3", "--objective", "cvae", "--out", file}).code, 0);
        const auto decoded = [&](const QStringList& more) {
            const QString out = path("class.npz");
            const CliAnswer answer = runCli(QStringList{"decode", file, "--z", "0.2,-0.3", "--out", out} + more);
            return answer.code == 0 ? readAll(out) : answer.err;
        };
        const QByteArray first = decoded({"--label", "0"});
        QCOMPARE(decoded({}), first);
        const CliAnswer silent = runCli({"decode", file, "--z", "0,0", "--out", path("x.npz")});
        QVERIFY2(silent.err.contains("without --label it is the first, \"0\""), silent.err.constData());
        QVERIFY(decoded({"--label", "1"}) != first);
        const CliAnswer unknown = runCli({"decode", file, "--z", "0,0", "--label", "cat", "--out", path("x.npz")});
        QCOMPARE(unknown.code, 2);
        QVERIFY(unknown.err.contains("cat"));
        QCOMPARE(runCli({"sample", file, "--label", "2", "--count", "4", "--out", path("s.png")}).code, 0);
        QCOMPARE(runCli({"manifold", file, "--label", "2", "--grid", "3x3", "--out", path("m.png")}).code, 0);
        QCOMPARE(runCli({"interpolate", file, "--data", m_data, "--label", "1", "--from", "0", "--to", "1", "--out", path("i.png")}).code, 0);
        QCOMPARE(runCli({"reconstruct", file, "--data", m_data, "--out", path("r.png")}).code, 0);
    }

    void patience_noProgress_stopsAndKeepsTheBest()
    {
        const QString file = path("early.safetensors");
        // a learning rate that soon makes it worse
        const CliAnswer answer = train({"--data", m_data, "--hidden", "32", "--epochs", "60", "--patience", "3", "--lr", "0.05", "--out", file});
        QVERIFY2(answer.code == 0, answer.err.constData());
        double best = INFINITY;
        int bestEpoch = 0, epochs = 0;
        for (const QJsonObject& line : answer.objects())
            if (line["event"] == "epoch") {
                ++epochs;
                if (const double nelbo = line["validation"].toObject()["nelbo"].toDouble(); nelbo < best) {
                    best = nelbo;
                    bestEpoch = line["epoch"].toInt();
                }
            }
        const QJsonObject done = answer.objects().back();
        QCOMPARE(done["best_epoch"].toInt(), bestEpoch);
        QCOMPARE(done["outcome"].toString(), QString("finished"));
        QVERIFY(epochs == 60 || epochs == bestEpoch + 3);
        int early = 0;
        for (const QJsonObject& line : answer.objects())
            early += line["event"] == "stopped_early" && line["text"].toString().contains(QString::number(bestEpoch)) ? 1 : 0;
        QCOMPARE(early, 1);
        QCOMPARE(answer.objects().front()["data"].toObject()["validation"].toInt(), 16); // a tenth, because none was asked for
        const CliAnswer info = runCli({"info", file});
        QVERIFY2(info.out.contains(QString("epoch %1 has the best validation NELBO").arg(bestEpoch).toUtf8()), info.out.constData());
    }

    void folds_eachValidatesOnce_meanAndSpread()
    {
        const CliAnswer answer = train({"--data", m_data, "--hidden", "8", "--epochs", "2", "--folds", "4"});
        QVERIFY2(answer.code == 0, answer.err.constData());
        std::vector<double> nelbo;
        int samples = 0;
        for (const QJsonObject& line : answer.objects())
            if (line["event"] == "fold") {
                nelbo.push_back(line["validation"].toObject()["nelbo"].toDouble());
                samples += line["validation_samples"].toInt();
            }
        QCOMPARE(nelbo.size(), std::size_t{4});
        QCOMPARE(samples, 160);
        QCOMPARE(answer.objects().front()["event"].toString(), QString("start"));
        QCOMPARE(answer.objects().front()["data"].toObject()["train"].toInt(), 160);
        double mean = 0.0, squares = 0.0;
        for (const double value : nelbo)
            mean += value / 4.0;
        for (const double value : nelbo)
            squares += (value - mean) * (value - mean);
        const QJsonObject end = answer.objects().back();
        QCOMPARE(end["event"].toString(), QString("folds"));
        QVERIFY(std::abs(end["nelbo_mean"].toDouble() - mean) < 1e-9);
        QVERIFY(std::abs(end["nelbo_sd"].toDouble() - std::sqrt(squares / 3.0)) < 1e-9);
    }

    void config_ofInfo_trainsTheSameAgain()
    {
        const QString config = path("config.json"), again = path("again.safetensors");
        const CliAnswer info = runCli({"info", m_model, "--json"});
        QCOMPARE(info.code, 0);
        writeFile(m_folder.path(), "config.json", QJsonDocument(info.objects().front()["config"].toObject()).toJson());
        const CliAnswer answer = runCli({"train", "--data", m_data, "--config", config, "--device", "cpu", "--threads", "1", "--out", again});
        QVERIFY2(answer.code == 0, answer.err.constData());
        QCOMPARE(readAll(again), readAll(m_model));
    }

    /// A linear decoder gives its biases at z = 0: the numbers written must be these in the units of the table.
    void decode_standardisedColumns_areInTheirOwnUnits()
    {
        const QString file = path("table.safetensors"), csv = path("table.csv"), npz = path("table.npz");
        const CliAnswer trained = train({"--data", "blobs", "--hidden", "none", "--epochs", "1", "--likelihood", "gaussian-learned", "--batch", "200", "--out", file});
        QVERIFY2(trained.code == 0, trained.err.constData());
        const auto loaded = latentscape::loadCheckpoint(file.toStdString());
        QVERIFY(loaded.ok());
        const auto& columns = loaded.value().checkpoint.data.columns;
        QCOMPARE(columns.size(), std::size_t{16});
        const auto bias = std::ranges::find(loaded.value().checkpoint.weights, std::string("decoder.0.bias"), &latentscape::TensorBlob::name);
        std::vector<float> raw(columns.size());
        std::memcpy(raw.data(), bias->bytes.data(), bias->bytes.size());

        QCOMPARE(runCli({"decode", file, "--z", "0,0", "--out", csv}).code, 0);
        const QList<QByteArray> lines = readAll(csv).trimmed().split('\n');
        QCOMPARE(lines.size(), qsizetype(2));
        const QList<QByteArray> names = lines[0].split(','), values = lines[1].split(',');
        QCOMPARE(names.size(), qsizetype(2 + 16));
        std::vector<float> written;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            QCOMPARE(names[qsizetype(2 + i)], QByteArray::fromStdString(columns[i].name));
            written.push_back(values[qsizetype(2 + i)].toFloat());
            QVERIFY(std::abs(written[i] - (raw[i] * columns[i].scale + columns[i].mean)) <= 1e-4F * (std::abs(columns[i].mean) + columns[i].scale));
        }
        QCOMPARE(runCli({"decode", file, "--z", "0,0", "--out", npz}).code, 0);
        QVERIFY(readAll(npz).contains(QByteArray(reinterpret_cast<const char*>(written.data()), qsizetype(4 * written.size()))));
        const QJsonObject info = runCli({"info", file, "--json"}).objects().front();
        QCOMPARE(info["data"]["columns"].toArray().size(), qsizetype(16));
        QVERIFY(info["config"]["model"]["standardized"].toBool());
        QCOMPARE(runCli({"sample", file, "--count", "3", "--out", csv}).code, 0);
        QCOMPARE(readAll(csv).count('\n'), qsizetype(4));
    }

    void preset_byName_isTheNetworkWithSingleOptionsOnTop()
    {
        const CliAnswer answer = train({"--data", m_data, "--preset", "conv-2", "--latent", "3", "--epochs", "1", "--out", path("preset.safetensors")});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonValue model = answer.objects().front()["config"].toObject()["model"];
        QCOMPARE(model["architecture"].toString(), QString("conv"));
        QCOMPARE(model["hidden"].toArray(), QJsonArray({32, 64}));
        QCOMPARE(model["dense"].toInt(), 16);
        QCOMPARE(model["latent"].toInt(), 3);
        QCOMPARE(model["input_shape"].toArray(), QJsonArray({1, 8, 8}));
        const CliAnswer info = runCli({"info", path("preset.safetensors")});
        QVERIFY2(info.out.contains("conv 64-32-64-3") && info.out.contains("dense 16"), info.out.constData());
    }

    void info_text_namesWhatIsNotAsUsual()
    {
        const QString file = path("unusual.safetensors");
        QCOMPARE(train({"--data", m_data, "--hidden", "12", "--epochs", "2", "--objective", "cvae", "--layer-norm", "--dropout", "0.25", "--capacity", "3", "--binarize",
                        "threshold", "--optimizer", "adamw", "--weight-decay", "0.05", "--schedule", "cosine", "--clip", "2", "--balance", "--out", file}).code, 0);
        const QByteArray text = runCli({"info", file}).out;
        for (const char* part : {"layer norm", "dropout 0.25", "4 classes", "cvae, bernoulli, binarised: threshold, gamma 30.0 on a capacity of 3.0 nats",
                                 "adamw, learning rate 0.01 (cosine), weight decay 0.05, clipped at 2.0", "classes balanced"})
            QVERIFY2(text.contains(part), (QByteArray(part) + " in " + text).constData());
    }

private:
    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    static CliAnswer train(const QStringList& options, bool small = true)
    {
        QStringList all{"train", "--json", "--device", "cpu", "--threads", "1"};
        if (small && !options.contains("--lr"))
            all += {"--lr", "0.01"};
        if (!options.contains("--batch"))
            all += {"--batch", "20"};
        return runCli(all + options);
    }

    QTemporaryDir m_folder;
    QString m_data, m_model;
};

QTEST_GUILESS_MAIN(TestCliScience)
#include "tst_cli_science.moc"
