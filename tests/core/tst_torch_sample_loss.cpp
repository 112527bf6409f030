// SPDX-License-Identifier: GPL-3.0-or-later
// The losses that colour the map against the backend's own evaluation.
#include "core/explore/sample_values.h"
#include "core/model/parameter_layout.h"
#include "core/torch/torch_backend_factory.h"
#include "support/tiny_data.h"

#include <QtTest>

#include <cmath>
#include <cstring>
#include <numeric>

using namespace latentscape;

class TestTorchSampleLoss : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sampleLoss_realDecoder_agreesWithTheEvaluation_data()
    {
        QTest::addColumn<int>("likelihood");
        QTest::newRow("bernoulli") << int(Likelihood::Bernoulli);
        QTest::newRow("gaussian") << int(Likelihood::Gaussian);
        QTest::newRow("gaussian learned") << int(Likelihood::GaussianLearned);
    }
    void sampleLoss_realDecoder_agreesWithTheEvaluation()
    {
        QFETCH(int, likelihood);
        const auto data = tests::tinyDataset(300, 20, 8);
        BackendRequest request;
        request.config.model.inputShape = data->shape();
        request.config.model.encoderHidden = {16};
        request.config.objective.kind = ObjectiveKind::Autoencoder; // evaluated at z = μ
        request.config.objective.likelihood = static_cast<Likelihood>(likelihood);
        request.config.training.batchSize = 50;
        request.data = data;
        request.device = "cpu";
        request.threads = 1;
        const ObjectiveConfig objective = request.config.objective;
        const auto factory = makeTorchBackendFactory();
        auto created = factory->create(std::move(request));
        QVERIFY2(created.ok(), created ? "" : created.error().text().c_str());
        VaeBackend& backend = *created.value();
        std::vector<std::int32_t> order(300);
        std::iota(order.begin(), order.end(), 0);
        for (int epoch = 0; epoch < 3; ++epoch) {
            QVERIFY(backend.beginEpoch(epoch, order).ok());
            for (std::size_t begin = 0; begin < 300; begin += 50)
                QVERIFY(backend.step(begin, 50, StepControls{1.0, 0.01}).ok());
        }
        const auto frame = backend.encodeTraining({});
        const auto rows = backend.evaluatePerSample(/*test=*/false, order, {});
        QVERIFY(frame.ok() && rows.ok());
        const auto decoder = backend.copyDecoder();
        const auto losses = sampleLoss(*frame.value(), *data, *decoder, objective);
        for (std::size_t i = 0; i < 300; ++i) {
            const double expected = rows.value()[i].nelbo;
            QVERIFY2(std::abs(static_cast<double>(losses[i]) - expected) < 2e-4 * std::max(1.0, std::abs(expected)),
                     qPrintable(QString("sample %1: %2, expected %3").arg(i).arg(losses[i]).arg(expected)));
        }

        float raw = 0.0f;
        for (const TensorBlob& tensor : backend.weights())
            if (tensor.name == "log_sigma")
                std::memcpy(&raw, tensor.bytes.data(), sizeof raw);
        const bool learned = objective.likelihood == Likelihood::GaussianLearned;
        QVERIFY(!learned || raw != 0.0f);
        QCOMPARE(decoder->logSigma(), learned ? softClippedLogSigma(static_cast<double>(raw)) : 0.0);
    }

    void decode_gaussian_cutsWhatDecodeUncutShows()
    {
        const auto data = tests::tinyDataset(60, 20, 8);
        BackendRequest request;
        request.config.model.inputShape = data->shape();
        request.config.model.encoderHidden = {16};
        request.config.objective.likelihood = Likelihood::Gaussian;
        request.config.training.batchSize = 50;
        request.data = data;
        request.device = "cpu";
        const auto backend = makeTorchBackendFactory()->create(std::move(request));
        QVERIFY(backend.ok());
        const auto decoder = backend.value()->copyDecoder();
        std::vector<float> z(2 * 70), cut(70 * 64), uncut(70 * 64);
        RandomStream(1, StreamPurpose::Interface).fillNormal(z);
        decoder->decode(z, 70, cut);
        decoder->decodeUncut(z, 70, uncut);
        int outside = 0;
        for (std::size_t i = 0; i < cut.size(); ++i) {
            QCOMPARE(cut[i], std::min(std::max(uncut[i], 0.0f), 1.0f));
            outside += uncut[i] < 0.0f || uncut[i] > 1.0f ? 1 : 0;
        }
        QVERIFY(outside > 0);
    }
};

QTEST_GUILESS_MAIN(TestTorchSampleLoss)
#include "tst_torch_sample_loss.moc"
