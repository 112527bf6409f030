// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_catalogue.h"
#include "support/idx_writer.h"

#include <QtTest>

#include <QTemporaryDir>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <tuple>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

using namespace latentscape;
using namespace latentscape::tests;

Q_DECLARE_METATYPE(latentscape::ErrorCode)

class TestDataCatalogue : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;

    static Result<std::shared_ptr<const Dataset>> load(const QString& spec)
    {
        DataRequest request;
        request.spec = spec.toStdString();
        request.trainCount = 50;
        request.testCount = 20;
        return loadDataset(request);
    }

    /// Writes a whole set into a folder below the temporary home and returns the folder's path.
    QString putSet(const QString& folder, const QString& prefix = {}) const
    {
        const QString place = m_home->filePath(folder);
        writeFile(place, prefix + "train-images-idx3-ubyte", idxImages(20));
        writeFile(place, prefix + "train-labels-idx1-ubyte", idxLabels(cyclingLabels(20, 10)));
        writeFile(place, prefix + "t10k-images-idx3-ubyte", idxImages(10));
        writeFile(place, prefix + "t10k-labels-idx1-ubyte", idxLabels(cyclingLabels(10, 10)));
        return place;
    }

    static DataListing listing(const std::string& spec)
    {
        const auto all = listDatasets();
        const auto found = std::find_if(all.begin(), all.end(), [&](const DataListing& one) { return one.spec == spec; });
        return found == all.end() ? DataListing{} : *found;
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        QVERIFY(m_home->isValid());
        qputenv("HOME", m_home->path().toLocal8Bit());
        qunsetenv("XDG_DATA_HOME");
        qunsetenv("LATENTSCAPE_DATA");
        qunsetenv("TORCHVISION_DATA");
        QVERIFY(QDir::setCurrent(m_home->path()));
    }
    void cleanup() { QVERIFY(QDir::setCurrent(QDir::rootPath())); }

    void listing_withoutFiles_saysHowToGetThem()
    {
        const auto all = listDatasets();
        QCOMPARE(all.size(), std::size_t{10});
        QCOMPARE(all.front().spec, std::string("digits"));
        for (std::size_t i = 0; i < 7; ++i) {
            QVERIFY2(all[i].available && all[i].howToGet.empty(), all[i].spec.c_str());
            QVERIFY2(all[i].description.starts_with("Built in: ") && all[i].description.ends_with('.'), all[i].spec.c_str());
        }
        for (const char* name : {"mnist", "fashion-mnist", "kmnist"}) {
            const DataListing one = listing(name);
            QCOMPARE(one.spec, std::string(name));
            QVERIFY(!one.available);
            QVERIFY(one.howToGet.find("http") != std::string::npos);
            QVERIFY(one.howToGet.find("LATENTSCAPE_DATA") != std::string::npos);
            QVERIFY(one.howToGet.find(m_home->path().toStdString()) == std::string::npos);
        }
        QVERIFY(listing("mnist").howToGet.find("https://ossci-datasets.s3.amazonaws.com/mnist/") != std::string::npos);
    }

    void digits_countsAndSeed_areHonoured()
    {
        DataRequest request;
        request.seed = 9;
        request.trainCount = 30;
        request.testCount = 12;
        const auto loaded = loadDataset(request);
        QVERIFY(loaded.ok());
        QCOMPARE(loaded.value()->train().count, std::size_t{30});
        QCOMPARE(loaded.value()->test().count, std::size_t{12});
        QCOMPARE(loaded.value()->provenance().source, std::string("built in, seed 9"));
    }

    void digits_zeroCounts_meanTheDefault()
    {
        const auto loaded = loadDataset(DataRequest{});
        QVERIFY(loaded.ok());
        QCOMPARE(loaded.value()->train().count, std::size_t{20000});
        QCOMPARE(loaded.value()->test().count, std::size_t{2000});
    }

    void builtIn_everyOne_isMadeByItsName_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("classes");
        QTest::addColumn<bool>("bytes");
        QTest::addColumn<bool>("standardized");
        QTest::newRow("digits") << "digits" << 1 << 28 << 28 << 10 << true << false;
        QTest::newRow("shapes") << "shapes" << 1 << 32 << 32 << 3 << true << false;
        QTest::newRow("large shapes") << "shapes-64" << 1 << 64 << 64 << 3 << true << false;
        QTest::newRow("coloured shapes") << "Shapes_Colour" << 3 << 32 << 32 << 3 << true << false;
        QTest::newRow("waves") << "waves" << 1 << 1 << 128 << 5 << false << false;
        QTest::newRow("blobs") << "blobs" << 1 << 1 << 16 << 5 << false << true;
        QTest::newRow("counts") << "counts" << 1 << 1 << 16 << 4 << true << false;
    }
    void builtIn_everyOne_isMadeByItsName()
    {
        QFETCH(QString, spec);
        QFETCH(int, channels);
        QFETCH(int, height);
        QFETCH(int, width);
        QFETCH(int, classes);
        QFETCH(bool, bytes);
        QFETCH(bool, standardized);
        DataRequest request;
        request.spec = spec.toStdString();
        request.seed = 4;
        request.trainCount = 70;
        request.testCount = 30;
        std::vector<double> told;
        request.progress = [&](double fraction) { told.push_back(fraction); };
        const auto loaded = loadDataset(request);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        const Dataset& set = *loaded.value();
        QCOMPARE(set.name(), spec.toLower().replace('_', '-').toStdString());
        QCOMPARE(set.provenance().source, std::string("built in, seed 4"));
        QCOMPARE(set.train().count, std::size_t{70});
        QCOMPARE(set.test().count, std::size_t{30});
        QCOMPARE(set.isStandardized(), standardized);
        const DataTraits expected{{channels, height, width}, 70, classes, !standardized, bytes};
        QVERIFY(set.traits() == expected);
        QVERIFY(!set.train().factors.empty());
        QCOMPARE(told.back(), 1.0);

        request.seed = 5;
        request.progress = {};
        QVERIFY(loadDataset(request).value()->provenance().sha256 != set.provenance().sha256);
        request.testCount = 1'000'001;
        QCOMPARE(loadDataset(request).error().code, ErrorCode::InvalidArgument);
    }

    void builtIn_zeroCounts_meanItsDefault()
    {
        for (const auto& [spec, train, test] : {std::tuple{"shapes", 12000, 1200}, {"waves", 12000, 1200}, {"blobs", 6000, 600}, {"counts", 6000, 600}}) {
            DataRequest request;
            request.spec = spec;
            const auto loaded = loadDataset(request);
            QVERIFY(loaded.ok());
            QCOMPARE(loaded.value()->train().count, std::size_t(train));
            QCOMPARE(loaded.value()->test().count, std::size_t(test));
        }
    }

    void registeredSet_isFoundInUsualPlaces_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("root");
        QTest::newRow("home data") << "data/FashionMNIST/raw" << "" << "";
        QTest::newRow("home datasets") << "datasets/FashionMNIST/raw" << "" << "";
        QTest::newRow("program's folder") << ".local/share/latentscape/fashion-mnist" << "" << "";
        QTest::newRow("torchvision") << "somewhere/FashionMNIST/raw" << "TORCHVISION_DATA" << "somewhere";
        QTest::newRow("own folder by name") << "mine/fashion-mnist" << "LATENTSCAPE_DATA" << "mine";
        QTest::newRow("own folder itself") << "mine/fashion-mnist" << "LATENTSCAPE_DATA" << "mine/fashion-mnist/";
    }
    void registeredSet_isFoundInUsualPlaces()
    {
        QFETCH(QString, folder);
        QFETCH(QString, variable);
        QFETCH(QString, root);
        putSet(folder);
        if (!variable.isEmpty())
            qputenv(variable.toLatin1().constData(), m_home->filePath(root).toLocal8Bit());
        QVERIFY(listing("fashion-mnist").available);
        QVERIFY(!listing("mnist").available); // the files have the same names: the folder tells them apart
        const auto loaded = load("Fashion_MNIST");
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value()->name(), std::string("fashion-mnist"));
        QCOMPARE(loaded.value()->classNames().front(), std::string("T-shirt/top"));
        QCOMPARE(loaded.value()->classNames().back(), std::string("Ankle boot"));
    }

    void registeredSet_absent_isNotFoundWithRemedy()
    {
        const auto loaded = load("kmnist");
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::NotFound);
        QVERIFY(loaded.error().remedy.find("codh.rois.ac.jp") != std::string::npos);
    }

    void unknownName_listsKnownAndSuggestsNearest_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("nearest"); // empty: nothing is near
        QTest::newRow("letter lost") << "digts" << "digits";
        QTest::newRow("swapped") << "nmist" << "mnist";
        QTest::newRow("plural lost") << "shape" << "shapes";
        QTest::newRow("other spelling") << "shapes-color" << "shapes-colour";
        QTest::newRow("no dash") << "fashionmnist" << "fashion-mnist";
        QTest::newRow("other") << "imagenet-21k" << "";
        QTest::newRow("empty") << "" << "";
        QTest::newRow("long") << QString(100000, 'x') << "";
    }
    void unknownName_listsKnownAndSuggestsNearest()
    {
        QFETCH(QString, name);
        QFETCH(QString, nearest);
        const auto loaded = load(name);
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::NotFound);
        QVERIFY(loaded.error().expected.find("digits, shapes, shapes-64, shapes-colour, waves, blobs, counts, mnist, fashion-mnist, kmnist") != std::string::npos);
        QCOMPARE(QString::fromStdString(loaded.error().remedy), nearest.isEmpty() ? QStringLiteral("Choose one of these.") : QString("Did you mean \"%1\"?").arg(nearest));
    }

    void folder_byPath_isNamedByItsOwnNameAlone()
    {
        const QString folder = putSet("deep/below/My digits");
        for (const QString& spec : {folder, folder + '/', QStringLiteral("./deep/below/My digits"), QStringLiteral("~/deep/below/My digits")}) {
            const auto loaded = load(spec);
            QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
            const DataProvenance& from = loaded.value()->provenance();
            QCOMPARE(from.name, std::string("My digits"));
            QVERIFY(from.source.find('/') == std::string::npos);
        }
        putSet("torch/KMNIST/raw");
        QCOMPARE(load(m_home->filePath("torch/KMNIST/raw")).value()->name(), std::string("KMNIST"));
        QCOMPARE(load(m_home->filePath("torch/KMNIST")).value()->name(), std::string("KMNIST"));
        QCOMPARE(load(m_home->filePath("torch/KMNIST")).value()->classNames().back(), std::string("を wo"));
    }

    void folder_withUnprintableName_isCleaned()
    {
        const QByteArray folder = m_home->path().toLocal8Bit() + "/bad\xff\nname";
        QCOMPARE(::mkdir(folder.constData(), 0700), 0);
        const QString source = putSet("good");
        for (const char* file : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"})
            QCOMPARE(::symlink((source + '/' + file).toLocal8Bit().constData(), (folder + '/' + file).constData()), 0);
        DataRequest request;
        request.spec = folder.toStdString();
        const auto loaded = loadDataset(request);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value()->name(), std::string("bad??name"));
    }

    void folder_ofSeveralSets_asksForOne()
    {
        putSet("emnist", "emnist-letters-");
        const QString folder = putSet("emnist", "emnist-digits-");
        const auto both = load(folder);
        QVERIFY(!both.ok());
        QCOMPARE(both.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(both.error().found, std::string("emnist-digits, emnist-letters"));
        const auto one = load(folder + "/emnist-digits-train-images-idx3-ubyte");
        QVERIFY2(one.ok(), one.ok() ? "" : one.error().text().c_str());
        QCOMPARE(one.value()->name(), std::string("emnist-digits"));
        QCOMPARE(one.value()->test().count, std::size_t{10});
    }

    void imagesFile_ofAnotherName_asksForItsLabels()
    {
        const QString folder = m_home->filePath("own");
        const QString images = writeFile(folder, "faces-images.idx3", idxImages(20));
        const auto alone = load(images);
        QVERIFY(!alone.ok());
        QCOMPARE(alone.error().code, ErrorCode::NotFound);
        QVERIFY2(alone.error().expected.find("faces-labels.idx1") != std::string::npos, alone.error().text().c_str());
        writeFile(folder, "faces-labels.idx1", idxLabels(cyclingLabels(20, 2)));
        const auto loaded = load(images);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value()->train().count, std::size_t{18});
        QCOMPARE(loaded.value()->name(), std::string("faces-images"));
    }

    void labelsFile_chosen_isRefusedWithAdvice()
    {
        const QString folder = putSet("set");
        QCOMPARE(load(folder + "/train-labels-idx1-ubyte").error().code, ErrorCode::InvalidArgument);
        QVERIFY(QFile::remove(folder + "/train-labels-idx1-ubyte"));
        const auto loaded = load(folder + "/train-images-idx3-ubyte");
        QCOMPARE(loaded.error().code, ErrorCode::NotFound);
        QVERIFY(loaded.error().expected.find("train-labels-idx1-ubyte") != std::string::npos);
    }

    void testPartAlone_isSplit()
    {
        const QString folder = putSet("set");
        QVERIFY(QFile::remove(folder + "/train-labels-idx1-ubyte"));
        QVERIFY(QFile::remove(folder + "/train-images-idx3-ubyte"));
        const auto loaded = load(folder + "/t10k-images-idx3-ubyte");
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value()->train().count, std::size_t{9});
        QCOMPARE(loaded.value()->test().count, std::size_t{1});
    }

    void otherContent_isRefusedByKind_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("found");
        QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1a\n0000") << ErrorCode::Unsupported << "a PNG picture";
        QTest::newRow("npy") << QByteArray("\x93NUMPY\x01") << ErrorCode::Unsupported << "a NumPy array (NPY)";
        QTest::newRow("npz") << QByteArray("PK\x03\x04xx") << ErrorCode::Unsupported << "a zip archive (or an NPZ file)";
        QTest::newRow("csv") << QByteArray("label,p0,p1\n1,2,3\n") << ErrorCode::Unsupported << "a text file (perhaps CSV)";
        QTest::newRow("rubbish") << QByteArray("\x01\x02\x03\x04") << ErrorCode::Unsupported << "a file of an unknown kind";
        QTest::newRow("empty") << QByteArray() << ErrorCode::Malformed << "0 bytes";
    }
    void otherContent_isRefusedByKind()
    {
        QFETCH(QByteArray, content);
        QFETCH(ErrorCode, code);
        QFETCH(QString, found);
        // The suffix lies: content decides.
        const auto loaded = load(writeFile(m_home->path(), "train-images-idx3-ubyte", content));
        QVERIFY(!loaded.ok());
        QVERIFY2(loaded.error().code == code, loaded.error().text().c_str());
        QCOMPARE(QString::fromStdString(loaded.error().found), found);
        QVERIFY(loaded.error().expected.find("IDX") != std::string::npos);
    }

    void folderOfPictures_isUnsupported()
    {
        writeFile(m_home->filePath("pictures/cats"), "one.dat", QByteArray("\x89PNG\r\n\x1a\n0000"));
        const auto loaded = load(m_home->filePath("pictures"));
        QCOMPARE(loaded.error().code, ErrorCode::Unsupported);
        QCOMPARE(loaded.error().found, std::string("a PNG picture"));
        QVERIFY(QDir(m_home->path()).mkdir("nothing"));
        QCOMPARE(load(m_home->filePath("nothing")).error().code, ErrorCode::NotFound);
    }

    void specialPaths_areRefused()
    {
        QCOMPARE(load("./no/such/folder").error().code, ErrorCode::NotFound);
        QCOMPARE(load("/dev/null").error().code, ErrorCode::Unsupported);
        const QString fifo = m_home->filePath("fifo");
        QCOMPARE(::mkfifo(fifo.toLocal8Bit().constData(), 0600), 0);
        QCOMPARE(load(fifo).error().code, ErrorCode::Unsupported);
        QVERIFY(!load(QString("/") + QString(5000, 'x')).ok());
    }

    void stop_requested_cancels()
    {
        std::stop_source source;
        source.request_stop();
        QCOMPARE(loadDataset(DataRequest{}, source.get_token()).error().code, ErrorCode::Cancelled);
    }

    void exceptionInProgress_becomesAnError()
    {
        DataRequest request;
        request.progress = [](double) { throw std::bad_alloc(); };
        QCOMPARE(loadDataset(request).error().code, ErrorCode::OutOfMemory);
        request.progress = [](double) { throw std::runtime_error("no"); };
        QCOMPARE(loadDataset(request).error().code, ErrorCode::Internal);
    }
};

QTEST_APPLESS_MAIN(TestDataCatalogue)
#include "tst_data_catalogue.moc"
