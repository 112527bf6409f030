// SPDX-License-Identifier: GPL-3.0-or-later
// What the program refuses.
#include "core/store/checkpoint_file.h"
#include "core/store/safetensors.h"
#include "support/cli_run.h"

#include <QDirIterator>
#include <QtTest>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

using namespace latentscape::tests;

class TestCliRefusals : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_data = writeTinyIdx(path("tiny"), 80, 20);
        m_wide = writeTinyIdx(path("wide"), 40, 20, /*side=*/6);
        QDir(m_folder.path()).mkdir("one-class");
        writeFile(path("one-class"), "train-images-idx3-ubyte", idxImages(60, 8));
        writeFile(path("one-class"), "train-labels-idx1-ubyte", idxLabels(std::vector<int>(60, 0)));
        m_model = path("model.safetensors");
        const CliAnswer answer = runCli({"train", "--data", m_data, "--hidden", "8", "--batch", "20", "--epochs", "1", "--device", "cpu", "--out", m_model});
        QVERIFY2(answer.code == 0, answer.err.constData());
        QByteArray damaged = readAll(m_model);
        damaged[damaged.size() - 5] = static_cast<char>(damaged[damaged.size() - 5] ^ 0x10);
        writeFile(m_folder.path(), "damaged.safetensors", damaged);
        writeFile(m_folder.path(), "truncated.safetensors", readAll(m_model).left(500));
        writeSteepModel();
        writeModelOfNoNumbers();
        writeFile(m_folder.path(), "codes3.csv", "mu_0,mu_1,mu_2\n1,2,3\n");
        writeFile(m_folder.path(), "codes2.csv", "mu_0,mu_1\n1,2\n");
        writeFile(m_folder.path(), "twice.csv", "mu_0,mu_1,mu_0\n1,2,3\n");
        writeFile(m_folder.path(), "config.json", "{\"model\": {\"latnet\": 3}}");
        writeFile(m_folder.path(), "broken.json", "{\"model\": ");
        QDir(m_folder.path()).mkdir("out");
    }

    void badInput_anyCommand_isRefusedWithExitCode2_data()
    {
        QTest::addColumn<QString>("command"); // MODEL, DATA, WIDE and TMP stand for paths; everything is written into TMP/out
        QTest::addColumn<QString>("fragments"); // separated by |
        const auto row = [](const char* name, const QString& command, const QString& fragments) { QTest::newRow(name) << command << fragments; };
        const QString train = "train --data DATA --out TMP/out/x.safetensors ";
        row("no command", "", "subcommand");
        row("unknown command", "trian", "no such command|train|found \"trian\"");
        row("unknown option", train + "--wibble 3", "--wibble");
        row("clip negative", train + "--clip -1", "norm to clip|expected|-1");
        row("schedule unknown", train + "--schedule linear", "linear|constant|cosine|step|onecycle");
        row("option twice", train + "--epochs 1 --epochs 2", "--epochs");
        row("no data", "train --epochs 1", "--data");
        row("unknown set", "train --data mnistt", "mnistt");
        row("missing path", "train --data TMP/nothing", "nothing");
        row("epochs zero", train + "--epochs 0", "--epochs|expected|found \"0\"");
        row("epochs word", train + "--epochs ten", "--epochs|expected a whole number|found \"ten\"");
        row("epochs fraction", train + "--epochs 1.5", "--epochs|found \"1.5\"");
        row("latent zero", train + "--latent 0", "--latent|found \"0\"");
        row("latent negative", train + "--latent -1", "--latent|found \"-1\"");
        row("latent huge", train + "--latent 1000000000", "--latent");
        row("beta nan", train + "--beta nan", "--beta|found \"nan\"");
        row("beta negative", train + "--beta -1", "eta|expected|-1");
        row("beta infinite", train + "--beta inf", "--beta");
        row("lr zero", train + "--lr 0", "learning rate|expected|found 0");
        row("lr comma", train + "--lr 0,1", "--lr|0,1");
        row("momentum one", train + "--optimizer sgd --momentum 1", "momentum|expected");
        row("sigma zero", train + "--likelihood gaussian --sigma 0", "igma|expected");
        row("warm-up negative", train + "--warmup -2", "warm-up|expected");
        row("batch too large", train + "--batch 81", "81|80");
        row("batch zero", train + "--batch 0", "--batch|found \"0\"");
        row("val-fraction one", train + "--val-fraction 1", "validation fraction|expected");
        row("hidden word", train + "--hidden big", "--hidden|big");
        row("hidden zero", train + "--hidden 16,0", "--hidden|0");
        row("hidden empty cell", train + "--hidden 16,,8", "--hidden");
        row("architecture unknown", train + "--arch transformer", "transformer|mlp|conv|gru");
        row("objective unknown", train + "--objective gan", "gan|vae|ae|infovae|tcvae|dipvae|cvae");
        row("likelihood unknown", train + "--likelihood laplace", "laplace|bernoulli|continuous-bernoulli|gaussian-learned|poisson");
        row("optimiser unknown", train + "--optimizer lion", "lion|adam|adamw|rmsprop|sgd");
        row("preset unknown", train + "--preset big", "big|plane|conv-2");
        row("preset and resume", train + "--preset plane --resume MODEL", "--preset|--resume");
        row("preset for other data", train + "--batch 20 --preset recurrent-4", "sequences|1 × 8 × 8|conv");
        row("preset for tables", "train --data blobs --preset reference-20", "gaussian-learned|found bernoulli");
        row("cvae of one class", "train --data ONECLASS --objective cvae --batch 20", "needs labels|found 1 class|vae");
        row("balance of one class", "train --data ONECLASS --balance --batch 20", "no classes|found 1 class|Turn balancing off");
        row("capacity negative", train + "--capacity -1", "capacity|expected|-1");
        row("dense zero", train + "--dense 0", "--dense|found \"0\"");
        row("folds with a validation part", "train --data DATA --folds 4 --val-fraction 0.2", "--folds and --val-fraction");
        row("folds of a resumed run", "train --data DATA --folds 4 --resume MODEL", "--folds and --resume");
        row("anomalies none", "eval MODEL --data DATA --anomalies 0", "--anomalies|found \"0\"");
        row("preset and config", train + "--preset plane --config TMP/config.json", "--config|--preset");
        row("gru on images", train + "--arch gru --hidden 8", "sequences|1 × 8 × 8|conv");
        row("conv on vectors", "train --data waves --arch conv --hidden 8", "images|1 × 1 × 128|gru");
        row("conv too deep", train + "--arch conv --hidden 4,4,4,4", "at most 3|found 4");
        row("conv decoder of another depth", train + "--arch conv --hidden 4,4 --decoder-hidden 4", "expected 2|found 1");
        row("gru of two widths", "train --data waves --arch gru --hidden 8,4", "equal widths");
        row("gru with layer norm", "train --data waves --arch gru --hidden 8 --layer-norm", "layer norm");
        row("bernoulli on standardised columns", "train --data blobs", "tandardised|gaussian-learned|found bernoulli");
        row("poisson on no counts", "train --data waves --likelihood poisson", "counts|continuous-bernoulli");
        row("poisson on standardised columns", "train --data blobs --likelihood poisson", "gaussian-learned");
        row("binarised gaussian", train + "--likelihood gaussian --binarize dynamic", "bernoulli|found gaussian");
        row("capacity and free bits", train + "--capacity 5 --free-bits 0.1", "one of them");
        row("free bits of infovae", train + "--objective infovae --free-bits 0.1", "vae or cvae|found infovae");
        row("cyclic without a period", train + "--warmup-shape cyclic", "cycle");
        row("dropout of everything", train + "--dropout 1", "ropout|0.9");
        row("as many dimensions as samples", train + "--batch 20 --latent 512", "512|80|79");
        row("patience without validation", train + "--patience 3 --val-fraction 0", "validation fraction|0.1");
        row("more folds than samples", "train --data DATA --epochs 1 --batch 10 --folds 100", "--folds|80|100");
        row("one fold", "train --data DATA --folds 1", "--folds|found \"1\"");
        row("folds with a file", train + "--folds 4", "--folds and --out");
        row("label of a plain model", "decode MODEL --z 0,0 --label 1 --out TMP/out/x.png", "--label|cvae");
        row("activation unknown", train + "--activation swish", "swish|relu|silu|tanh");
        row("seed negative", train + "--seed -1", "--seed|found \"-1\"");
        row("threads zero", train + "--threads 0", "--threads|found \"0\"");
        row("device unknown", train + "--batch 20 --device gpu", "gpu");
        row("device absent", train + "--batch 20 --device cuda:63", "cuda:63");
        row("config unknown key", train + "--config TMP/config.json", "config.json|latnet");
        row("config broken", train + "--config TMP/broken.json", "broken.json");
        row("config missing", train + "--config TMP/none.json", "none.json");
        row("config and resume", train + "--config TMP/config.json --resume MODEL", "--config|--resume");
        row("resume damaged", train + "--resume TMP/damaged.safetensors", "damaged.safetensors");
        row("resume other data", "train --data WIDE --resume MODEL --epochs 3 --out TMP/out/x.safetensors", "same|expected");
        row("resume other latent", train + "--resume MODEL --epochs 3 --latent 5", "latent|expected 2|found 5");
        row("resume without epochs left", "train --data DATA --resume MODEL --epochs 1", "epochs|expected");
        row("out without folder", "train --data DATA --out TMP/no/such/x.safetensors", "--out|folder|no/such");
        row("out with a long name", "train --data DATA --out TMP/out/" + QString(300, 'x') + ".safetensors", "--out|too long|another name");
        row("out with a long path", "train --data DATA --out TMP" + QString("/out/..").repeated(700) + "/x.safetensors", "--out|too long");
        row("out with a long name in a table", "encode MODEL --data DATA --out TMP/out/" + QString(300, 'x') + ".csv", "--out|too long");
        row("out is a folder", "train --data DATA --out TMP/out", "--out|folder");
        row("out of other ending", "train --data DATA --out TMP/out/x.pt", "--out|.safetensors|x.pt");
        row("out inside a file", "train --data DATA --out MODEL/x.safetensors", "--out");

        row("model missing", "info TMP/none.safetensors", "none.safetensors");
        row("model is a folder", "info TMP/out", "out");
        row("model damaged", "info TMP/damaged.safetensors", "damaged.safetensors|expected|found");
        row("model truncated", "info TMP/truncated.safetensors", "truncated.safetensors");
        row("model with weights that are no numbers", "info TMP/nan.safetensors", "nan.safetensors|decoder.0.bias|NaN or infinity|another copy");
        row("resume with weights that are no numbers", train + "--epochs 3 --resume TMP/nan.safetensors", "nan.safetensors|decoder.0.bias");
        row("model is data", "info DATA/t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte");
        row("eval other shape", "eval MODEL --data WIDE", "expected|1 × 8 × 8|1 × 6 × 6");
        row("eval split", "eval MODEL --data DATA --split valid", "--split|train or test|valid");
        row("eval samples", "eval MODEL --data DATA --samples 0", "--samples|found \"0\"");
        row("eval per-sample ending", "eval MODEL --data DATA --per-sample TMP/out/x.txt", "--per-sample|.csv");
        row("encode ending", "encode MODEL --data DATA --out TMP/out/codes.txt", "--out|.csv or .npz|codes.txt");
        row("encode without out", "encode MODEL --data DATA", "--out");
        row("decode nothing", "decode MODEL --out TMP/out/x.png", "--z|--codes|neither");
        row("decode both", "decode MODEL --z 1,2 --codes TMP/codes3.csv --out TMP/out/x.png", "both");
        row("decode short code", "decode MODEL --z 1 --out TMP/out/x.png", "expected 2|found 1");
        row("decode bad code", "decode MODEL --z 1,x --out TMP/out/x.png", "--z|\"x\"");
        row("decode nan", "decode MODEL --z 1,nan --out TMP/out/x.png", "--z|nan");
        row("decode beyond all images",
            "decode TMP/steep.safetensors --z 1e30,-1e30 --out TMP/out/x.npz", "no finite image|1e+30 in code 0|nearer to 0");
        row("decode other table", "decode MODEL --codes TMP/codes3.csv --out TMP/out/x.png", "expected 2|found 3");
        row("decode no table", "decode MODEL --codes MODEL --out TMP/out/x.png", "mu_0");
        row("decode over its own table", "decode MODEL --codes TMP/out/../codes2.csv --out TMP/codes2.csv", "replace the table of --codes|codes2.csv");
        row("decode table of two first columns", "decode MODEL --codes TMP/twice.csv --out TMP/out/x.png", "a column twice|\"mu_0\"");
        row("decode ending", "decode MODEL --z 1,2 --out TMP/out/x.jpg", ".png|x.jpg");
        row("decode numbers, scaled", "decode MODEL --z 1,2 --scale 1 --out TMP/out/x.npz", "--scale has no effect on a file of numbers");
        row("sample numbers in columns", "sample MODEL --columns 3 --out TMP/out/x.csv", "--columns has no effect on a file of numbers|\"3\"");
        row("sample images in columns", "sample MODEL --columns 3 --out TMP/out/x", "--columns has no effect on a folder");
        row("reconstruct numbers, scaled", "reconstruct MODEL --data DATA --scale 2 --out TMP/out/x.csv", "--scale has no effect");
        row("interpolate numbers, scaled", "interpolate MODEL --data DATA --from 0 --to 1 --scale 2 --out TMP/out/x.npz", "--scale has no effect");
        row("manifold numbers, scaled", "manifold MODEL --scale 2 --out TMP/out/x.npz", "--scale has no effect");
        row("sample count", "sample MODEL --count 0 --out TMP/out/x.png", "--count|found \"0\"");
        row("sample from", "sample MODEL --from likelihood --out TMP/out/x.png", "--from|prior, aggregate or posterior|likelihood");
        row("sample posterior of what", "sample MODEL --from posterior --data DATA --out TMP/out/x.png", "--index|--from posterior alone");
        row("sample index of the prior", "sample MODEL --index 0 --out TMP/out/x.png", "--from posterior|--index alone");
        row("sample posterior index", "sample MODEL --from posterior --index 20 --data DATA --out TMP/out/x.png", "--index|0 to 19|20");
        row("sample temperature below zero", "sample MODEL --temperature -0.5 --out TMP/out/x.png", "--temperature|0 to 10|-0.5");
        row("sample temperature huge", "sample MODEL --temperature 1e308 --out TMP/out/x.png", "--temperature|0 to 10|1e+308");
        row("sample temperature nan", "sample MODEL --temperature nan --out TMP/out/x.png", "--temperature|nan");
        row("sample of the prior with data", "sample MODEL --data DATA --out TMP/out/x.png", "--data has no effect with --from prior");
        row("sample of the prior of a part", "sample MODEL --split train --out TMP/out/x.png", "--split has no effect with --from prior|\"train\"");
        row("sample of the aggregate of a part", "sample MODEL --from aggregate --data DATA --split test --out TMP/out/x.png", "--split has no effect");
        row("sample too large", "sample MODEL --count 100000 --scale 64 --out TMP/out/x.png", "too large|expected");
        row("sample without its data", "sample MODEL --from aggregate --out TMP/out/x.png", "--data");
        row("reconstruct index", "reconstruct MODEL --data DATA --index 0,20 --out TMP/out/x.png", "--index|0 to 19|20");
        row("reconstruct negative", "reconstruct MODEL --data DATA --index -1 --out TMP/out/x.png", "--index");
        row("interpolate index", "interpolate MODEL --data DATA --from 0 --to 99 --out TMP/out/x.png", "--to|0 to 19|99");
        row("interpolate steps", "interpolate MODEL --data DATA --from 0 --to 1 --steps 1 --out TMP/out/x.png", "--steps|found \"1\"");
        row("interpolate method", "interpolate MODEL --data DATA --from 0 --to 1 --method cubic --out TMP/out/x.png", "--method|lerp, slerp or spline|cubic");
        row("interpolate via", "interpolate MODEL --data DATA --from 0 --via 3,20 --to 1 --out TMP/out/x.png", "--via|0 to 19|20");
        row("interpolate via word", "interpolate MODEL --data DATA --from 0 --via 3,x --to 1 --out TMP/out/x.png", "--via|\"x\"");
        row("interpolate originals", "interpolate MODEL --data DATA --from 0 --to 1 --originals --out TMP/out/x.gif", "--originals|.png|x.gif");
        row("manifold grid", "manifold MODEL --grid 20 --out TMP/out/x.png", "--grid|20x20|\"20\"");
        row("manifold zero", "manifold MODEL --grid 0x5 --out TMP/out/x.png", "--grid|0x5");
        row("manifold axes", "manifold MODEL --axes 0,2 --out TMP/out/x.png", "--axes");
        row("manifold one axis", "manifold MODEL --axes 1,1 --out TMP/out/x.png", "--axes|1,1");
        row("manifold plane of later", "manifold MODEL --plane tsne --out TMP/out/x.png", "--plane|tsne");
        row("manifold plane twice", "manifold MODEL --plane 0,1 --axes 0,1 --out TMP/out/x.png", "--plane|--axes|both");
        row("manifold plane without data", "manifold MODEL --plane pca --out TMP/out/x.png", "--plane pca|--data");
        row("manifold range of three", "manifold MODEL --range 0,1,2 --out TMP/out/x.png", "--range|0,1,2");
        row("manifold range turned", "manifold MODEL --range 1,-1,0,1 --out TMP/out/x.png", "--range|1,-1,0,1");
        row("manifold range beyond all images",
            "manifold TMP/steep.safetensors --range -1e30,1e30,-1e30,1e30 --out TMP/out/x.png", "no finite image|nearer to 0");
        row("manifold range word", "manifold MODEL --range a,b,c,d --out TMP/out/x.png", "--range|\"a\"");
        row("manifold of images with data", "manifold MODEL --data DATA --out TMP/out/x.png", "--data has no effect");
        row("manifold layer of later", "manifold MODEL --layer umap --data DATA --out TMP/out/x.png", "--layer|images, density, holes or classes|umap");
        row("manifold layer without data", "manifold MODEL --layer density --out TMP/out/x.png", "--layer density|--data");
        row("manifold layer of other data", "manifold MODEL --layer density --data WIDE --out TMP/out/x.png", "expected|1 × 8 × 8|1 × 6 × 6");
        row("decode direction alone", "decode MODEL --z 1,2 --direction tall --out TMP/out/x.png", "--amount|--direction alone");
        row("decode amount alone", "decode MODEL --z 1,2 --amount 1 --out TMP/out/x.png", "--direction|--amount alone");
        row("decode amount nan", "decode MODEL --z 1,2 --direction tall --amount nan --out TMP/out/x.png", "--amount|nan");
        row("decode direction unknown", "decode MODEL --z 1,2 --direction tall --amount 1 --out TMP/out/x.png", "direction|\"tall\"");
        row("direction of nothing", "direction MODEL --data DATA --name tall", "--column|--labels|neither");
        row("direction of both", "direction MODEL --data DATA --name tall --column slant --labels 0:1", "both");
        row("direction without name", "direction MODEL --data DATA --labels 0:1", "--name");
        row("direction column", "direction MODEL --data DATA --name tall --column slant", "--column|digits");
        row("direction labels", "direction MODEL --data DATA --name tall --labels 0,1", "--labels|3:8|0,1");
        row("direction class", "direction MODEL --data DATA --name tall --labels 0:9", "--labels|\"9\"");
        row("direction to itself", "direction MODEL --data DATA --name tall --labels 1:1", "on both sides|\"1\"");
        row("direction of groups that overlap", "direction MODEL --data DATA --name tall --labels 0,1:2,1", "on both sides|\"1\"");
        row("direction of a class twice", "direction MODEL --data DATA --name tall --labels 0,0:1", "--labels names a class twice|\"0\"");
        row("direction ending", "direction MODEL --data DATA --name tall --labels 0:1 --out TMP/out/x.png", "--out|.safetensors");
        row("direction other data", "direction MODEL --data WIDE --name tall --labels 0:1", "expected|1 × 8 × 8|1 × 6 × 6");
        row("subset without out", "subset --data DATA", "--out");
        row("subset class unknown", "subset --data DATA --labels 1,7 --out TMP/out/x", "--labels|0, 1, 2, 3|\"7\"");
        row("subset without columns", "subset --data DATA --column slant --from 0 --out TMP/out/x", "--column|digits");
        row("subset column unknown", "subset --data digits --column slan --from 0 --out TMP/out/x", "--column|slant, rotation|\"slan\"");
        row("subset range of nothing", "subset --data DATA --from 0 --out TMP/out/x", "--column");
        row("subset column without range", "subset --data DATA --column slant --out TMP/out/x", "--from");
        row("subset range turned", "subset --data digits --column slant --from 3 --to 1 --out TMP/out/x", "--from|--to");
        row("subset of nothing", "subset --data digits --column slant --from 1000 --out TMP/out/x", "at least 2|found 0");
        row("subset over a set", "subset --data DATA --out DATA", "already holds a data set");
        row("subset with a long name", "subset --data DATA --out TMP/out/" + QString(300, 'x'), "--out|too long");
        row("subset without folder", "subset --data DATA --out TMP/no/such/x", "--out|folder");
        row("bench nothing", "bench", "subcommand");
        row("bench of nothing", "bench render", "train, decode, manifold, optimizer|found \"render\"");
        row("precision unknown", "train --data DATA --precision half", "--precision|float32 or bfloat16|half");
        row("precision of a conv", "train --data DATA --arch conv --hidden 8 --batch 20 --device cpu --precision bfloat16", "plain networks|float32");
        row("empty resume", train + "--resume EMPTY", "--resume|a value");
        row("empty out", "sample MODEL --count 2 --out EMPTY", "--out|a value");
        row("empty in a nested command", "bench train --data EMPTY", "--data|a value");
        row("bench repeats", "bench train --data DATA --repeats 0", "--repeats");
    }
    void badInput_anyCommand_isRefusedWithExitCode2()
    {
        QFETCH(QString, command);
        QFETCH(QString, fragments);
        QStringList arguments = command.split(' ', Qt::SkipEmptyParts);
        arguments.replaceInStrings(QRegularExpression("^EMPTY$"), QString());
        for (QString& argument : arguments)
            argument.replace("MODEL", m_model).replace("ONECLASS", path("one-class")).replace("DATA", m_data).replace("WIDE", m_wide).replace("TMP", m_folder.path());
        const CliAnswer answer = runCli(arguments);
        QVERIFY2(answer.code == 2, (QByteArray::number(answer.code) + ": " + answer.err).constData());
        QVERIFY2(answer.out.isEmpty(), answer.out.constData());
        QVERIFY2(answer.err.startsWith("latentscape-cli: "), answer.err.constData());
        for (const QString& fragment : fragments.split('|'))
            QVERIFY2(answer.err.contains(fragment.toUtf8()), qPrintable(fragment + " in: " + QString::fromUtf8(answer.err)));
        QVERIFY(QDir(path("out")).isEmpty());
    }

    void badInput_withJson_leavesStdoutEmpty()
    {
        const CliAnswer answer = runCli({"train", "--data", "nothing-like-that", "--json"});
        QCOMPARE(answer.code, 2);
        QVERIFY(answer.out.isEmpty() && !answer.err.isEmpty());
    }

    void result_thatStdoutDoesNotTake_isAFailure()
    {
        if (!QFile::exists("/dev/full"))
            QSKIP("There is no /dev/full here.");
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(QStringLiteral(LATENTSCAPE_CLI), {"info", m_model, "--json"});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("could not be printed"));
    }

    void reader_thatLeaves_doesNotEndTheTraining()
    {
        const QString file = path("piped.safetensors");
        QProcess process;
        process.start("/bin/sh", {"-c", QString("\"$0\" \"$@\" | head -n 1"), LATENTSCAPE_CLI, "train", "--data", m_data, "--hidden", "8", "--batch", "20", "--epochs", "20",
                                  "--device", "cpu", "--threads", "1", "--json", "--out", file});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.readAllStandardOutput().count('\n'), 1);
        const CliAnswer info = runCli({"info", file, "--json"});
        QVERIFY2(info.code == 0, info.err.constData());
        QCOMPARE(info.objects().front()["progress"].toObject()["epochs"].toInt(), 20);
        QVERIFY(QFile::remove(file));
    }

private:
    /// A model whose decoder leaves the range of numbers for codes far out.
    void writeSteepModel()
    {
        latentscape::Checkpoint model = latentscape::loadCheckpoint(m_model.toStdString()).value().checkpoint;
        const auto weights = std::ranges::find(model.weights, "decoder.0.weight", &latentscape::TensorBlob::name);
        for (std::size_t at = 0; at < weights->bytes.size(); at += sizeof(float)) {
            float value = 0.0f;
            std::memcpy(&value, weights->bytes.data() + at, sizeof value);
            value *= 1e20f;
            std::memcpy(weights->bytes.data() + at, &value, sizeof value);
        }
        QVERIFY(latentscape::saveCheckpoint(model, path("steep.safetensors").toStdString()).ok());
    }

    /// The model with a weight that the program itself never writes.
    void writeModelOfNoNumbers()
    {
        const QByteArray bytes = readAll(m_model);
        latentscape::SafetensorsFile file = latentscape::readSafetensors(std::as_bytes(std::span(bytes))).value();
        const auto tensor = std::ranges::find(file.tensors, "decoder.0.bias", &latentscape::TensorBlob::name);
        const float nan = std::numeric_limits<float>::quiet_NaN();
        std::memcpy(tensor->bytes.data(), &nan, sizeof nan);
        const std::vector<std::byte> written = latentscape::writeSafetensors(file);
        writeFile(m_folder.path(), "nan.safetensors",
                  QByteArray(reinterpret_cast<const char*>(written.data()), static_cast<qsizetype>(written.size())));
    }

    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    QString m_data, m_wide, m_model;
};

QTEST_GUILESS_MAIN(TestCliRefusals)
#include "tst_cli_refusals.moc"
