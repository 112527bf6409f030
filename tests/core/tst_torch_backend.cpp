// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/model/vae_backend.h"
#include "core/torch/torch_backend_factory.h"
#include "support/tiny_data.h"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

RunConfig tinyConfig()
{
    RunConfig config;
    config.model.inputShape = {1, 8, 8};
    config.model.encoderHidden = {20, 10};
    config.model.latent = 2;
    config.training.batchSize = 16;
    config.training.seed = 4;
    return config;
}

std::vector<std::int32_t> firstSamples(std::size_t count)
{
    std::vector<std::int32_t> indices(count);
    std::iota(indices.begin(), indices.end(), 0);
    return indices;
}

std::vector<std::int32_t> shuffled(std::size_t count, int epoch)
{
    std::vector<std::int32_t> order = firstSamples(count);
    RandomStream(4, StreamPurpose::Shuffling, static_cast<std::uint64_t>(epoch)).shuffle(order);
    return order;
}

bool sameLosses(const std::vector<StepLoss>& a, const std::vector<StepLoss>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const StepLoss& x, const StepLoss& y) {
        return x.images == y.images && x.reconstruction == y.reconstruction && x.kl == y.kl;
    });
}

} // namespace

class TorchBackendTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_data = tinyDataset(); }

    void restore_savedRun_continuesBitIdentically_data()
    {
        QTest::addColumn<int>("optimizer");
        for (const OptimizerKind kind : {OptimizerKind::Adam, OptimizerKind::AdamW, OptimizerKind::RmsProp, OptimizerKind::Sgd})
            QTest::newRow(std::string(name(kind)).c_str()) << static_cast<int>(kind);
    }

    void restore_savedRun_continuesBitIdentically()
    {
        QFETCH(int, optimizer);
        RunConfig config = tinyConfig();
        config.training.optimizer = static_cast<OptimizerKind>(optimizer);
        config.training.learningRate = 1e-4;
        config.objective.likelihood = Likelihood::GaussianLearned;
        const auto first = make(config), second = make(config);
        train(*first, 0, 2);
        const auto weights = first->weights();
        const auto state = first->trainState();
        QVERIFY(second->restore(weights, state).ok());
        QVERIFY(second->weights() == weights);
        QVERIFY(second->trainState() == state);
        (void)first->drainSteps();
        train(*first, 2, 3);
        train(*second, 2, 3);
        QVERIFY(sameLosses(first->drainSteps(), second->drainSteps()));
        QVERIFY(first->weights() == second->weights());
    }

    void weights_namesAndShapes_areAStateDict()
    {
        const auto backend = make(tinyConfig());
        const auto weights = backend->weights();
        const std::vector<std::pair<std::string, std::vector<std::int64_t>>> expected{
            {"encoder.0.weight", {20, 64}}, {"encoder.0.bias", {20}}, {"encoder.2.weight", {10, 20}}, {"encoder.2.bias", {10}},
            {"to_mu.weight", {2, 10}},      {"to_mu.bias", {2}},      {"to_logvar.weight", {2, 10}},  {"to_logvar.bias", {2}},
            {"decoder.0.weight", {10, 2}},  {"decoder.0.bias", {10}}, {"decoder.2.weight", {20, 10}}, {"decoder.2.bias", {20}},
            {"decoder.4.weight", {64, 20}}, {"decoder.4.bias", {64}}};
        QCOMPARE(weights.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(weights[i].name, expected[i].first);
            QCOMPARE(weights[i].shape, expected[i].second);
        }
        const auto state = backend->trainState();
        QCOMPARE(state.size(), 2 * expected.size() + 1);
        QCOMPARE(state.front().name, std::string("train_state.adam.exp_avg.encoder.0.weight"));
        QCOMPARE(state.back().name, std::string("train_state.step"));
        QCOMPARE(state.back().type, TensorType::I64);
    }

    void restore_wrongTensors_refusesAndChangesNothing_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<QString>("tensor");
        QTest::newRow("missing") << 0 << "decoder.2.bias";
        QTest::newRow("extra") << 1 << "encoder.9.weight";
        QTest::newRow("other shape") << 2 << "to_mu.weight";
        QTest::newRow("twice") << 3 << "encoder.0.bias";
        QTest::newRow("other type") << 4 << "to_logvar.bias";
        QTest::newRow("too few bytes") << 5 << "encoder.0.weight";
        QTest::newRow("state of another optimiser") << 6 << "train_state.sgd.momentum_buffer.encoder.0.weight";
        QTest::newRow("state without step") << 7 << "train_state.step";
        QTest::newRow("state with another shape") << 8 << "train_state.adam.exp_avg_sq.decoder.0.weight";
    }

    void restore_wrongTensors_refusesAndChangesNothing()
    {
        QFETCH(int, fault);
        QFETCH(QString, tensor);
        const auto donor = make(tinyConfig());
        train(*donor, 0, 1);
        auto weights = donor->weights();
        auto state = donor->trainState();
        const auto named = [&](std::vector<TensorBlob>& blobs) {
            return std::find_if(blobs.begin(), blobs.end(), [&](const TensorBlob& blob) { return blob.name == tensor.toStdString(); });
        };
        switch (fault) {
        case 0: weights.erase(named(weights)); break;
        case 1: weights.push_back({"encoder.9.weight", TensorType::F32, {1}, std::vector<std::byte>(4)}); break;
        case 2: named(weights)->shape = {1, 20}; break;
        case 3: weights.push_back(*named(weights)); break;
        case 4: named(weights)->type = TensorType::F16; break;
        case 5: named(weights)->bytes.resize(8); break;
        case 6: {
            RunConfig sgd = tinyConfig();
            sgd.training.optimizer = OptimizerKind::Sgd;
            state = make(sgd)->trainState();
            break;
        }
        case 7: state.pop_back(); break;
        case 8: named(state)->shape = {2, 10}; break;
        default: QFAIL("unknown fault");
        }
        const auto backend = make(tinyConfig());
        const auto before = backend->weights();
        const auto stateBefore = backend->trainState();
        const Result<void> result = backend->restore(weights, state);
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, ErrorCode::Mismatch);
        QVERIFY2(result.error().what.find(tensor.toStdString()) != std::string::npos, result.error().text().c_str());
        if (fault == 2) {
            QCOMPARE(result.error().expected, std::string("[2, 10]"));
            QCOMPARE(result.error().found, std::string("[1, 20]"));
        }
        QVERIFY(backend->weights() == before);
        QVERIFY(backend->trainState() == stateBefore);
    }

    void rollBack_afterTraining_isBitEqual()
    {
        const auto backend = make(tinyConfig());
        train(*backend, 0, 1);
        backend->keep();
        const auto weights = backend->weights();
        const auto state = backend->trainState();
        train(*backend, 1, 2);
        QVERIFY(backend->weights() != weights);
        backend->rollBack();
        QVERIFY(backend->weights() == weights);
        QVERIFY(backend->trainState() == state);
    }

    void copyDecoder_trainingGoesOn_staysAsItWas()
    {
        const auto backend = make(tinyConfig());
        const auto decoder = backend->copyDecoder();
        const std::vector<float> z{0.3f, -1.2f};
        std::vector<float> before(64), after(64), now(64);
        decoder->decode(z, 1, before);
        train(*backend, 0, 3, 1e-2);
        decoder->decode(z, 1, after);
        QVERIFY(before == after);
        backend->copyDecoder()->decode(z, 1, now);
        QVERIFY(now != before);
    }

    void decode_whileTraining_isNeverTorn()
    {
        const auto backend = make(tinyConfig());
        const std::shared_ptr<const Decoder> decoder = backend->copyDecoder();
        const std::vector<float> z{0.5f, 0.5f};
        std::vector<float> expected(64);
        decoder->decode(z, 1, expected);
        std::atomic<bool> stop{false};
        std::atomic<int> decodes{0}, torn{0};
        std::thread reader([&] {
            makeTorchBackendFactory()->prepareDecodingThread();
            std::vector<float> found(64);
            while (!stop.load()) {
                decoder->decode(z, 1, found);
                torn += found != expected;
                ++decodes;
            }
        });
        for (int epoch = 0; epoch < 2000 && decodes.load() < 2000; ++epoch)
            train(*backend, epoch, epoch + 1, 1e-2);
        stop = true;
        reader.join();
        QVERIFY(decodes.load() > 0);
        QCOMPARE(torn.load(), 0);
    }

    void decode_oneAndMany_agree_data()
    {
        QTest::addColumn<int>("likelihood");
        QTest::addColumn<int>("activation");
        QTest::addColumn<bool>("linear");
        for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::Gaussian})
            for (const Activation activation : {Activation::Relu, Activation::Silu, Activation::Tanh})
                for (const bool linear : {false, true})
                    QTest::addRow("%s %s%s", std::string(name(likelihood)).c_str(), std::string(name(activation)).c_str(), linear ? " linear" : "")
                        << static_cast<int>(likelihood) << static_cast<int>(activation) << linear;
    }

    void decode_oneAndMany_agree()
    {
        QFETCH(int, likelihood);
        QFETCH(int, activation);
        QFETCH(bool, linear);
        RunConfig config = tinyConfig();
        config.objective.likelihood = static_cast<Likelihood>(likelihood);
        config.model.activation = static_cast<Activation>(activation);
        if (linear)
            config.model.encoderHidden = {};
        const auto decoder = make(config)->copyDecoder();
        QCOMPARE(decoder->latent(), 2);
        QCOMPARE(decoder->shape(), config.model.inputShape);
        constexpr std::size_t kCodes = 150; // more than two chunks
        std::vector<float> z(2 * kCodes), many(64 * kCodes), one(64);
        RandomStream(1, StreamPurpose::Interface).fillNormal(z);
        for (float& value : z)
            value *= 3.0f;
        decoder->decode(z, kCodes, many);
        for (std::size_t i = 0; i < kCodes; ++i) {
            decoder->decode(std::span(z).subspan(2 * i, 2), 1, one);
            for (std::size_t p = 0; p < 64; ++p) {
                QVERIFY(std::abs(one[p] - many[64 * i + p]) < 1e-5f);
                QVERIFY(one[p] >= 0.0f && one[p] <= 1.0f);
            }
        }
    }

    void createDecoder_savedWeights_decodesTheSame()
    {
        const auto backend = make(tinyConfig());
        const auto made = makeTorchBackendFactory()->createDecoder(tinyConfig(), backend->weights());
        QVERIFY(made.ok());
        const std::vector<float> z{1.0f, 2.0f};
        std::vector<float> a(64), b(64);
        made.value()->decode(z, 1, a);
        backend->copyDecoder()->decode(z, 1, b);
        QVERIFY(a == b);
        auto broken = backend->weights();
        broken.pop_back();
        QCOMPARE(makeTorchBackendFactory()->createDecoder(tinyConfig(), broken).error().code, ErrorCode::Mismatch);
    }

    void encodeTraining_fillsTheHarvest()
    {
        const auto backend = make(tinyConfig(), {5, 9, 60});
        const auto exact = backend->encodeTraining({});
        QVERIFY(exact.ok());
        QVERIFY(exact.value()->exact);
        QCOMPARE(exact.value()->indices, (std::vector<std::int32_t>{5, 9, 60}));
        const auto harvested = backend->harvestedCodes();
        QVERIFY(!harvested->exact);
        QVERIFY(harvested->mu == exact.value()->mu);
        QVERIFY(harvested->logvar == exact.value()->logvar);
        const auto some = backend->encode(false, std::vector<std::int32_t>{60, 5}, {});
        QVERIFY(some.ok());
        for (std::size_t j = 0; j < 2; ++j) {
            QVERIFY(std::abs(some.value().mu[j] - exact.value()->mu[4 + j]) < 1e-6f);
            QVERIFY(std::abs(some.value().mu[2 + j] - exact.value()->mu[j]) < 1e-6f);
        }
    }

    void evaluate_testPart_doesNotDisturbTraining()
    {
        const auto a = make(tinyConfig()), b = make(tinyConfig());
        train(*a, 0, 1);
        train(*b, 0, 1);
        const auto evaluated = b->evaluate(/*test=*/true, firstSamples(16), /*samples=*/2, {});
        QVERIFY(evaluated.ok());
        QCOMPARE(evaluated.value().images, 16);
        const LossTerms loss = evaluated.value().loss;
        QVERIFY(std::isfinite(loss.nelbo) && loss.kl > 0.0 && loss.nelbo == loss.reconstruction + loss.kl);
        (void)b->copyDecoder();
        train(*a, 1, 2);
        train(*b, 1, 2);
        QVERIFY(sameLosses(a->drainSteps(), b->drainSteps()));
    }

    void create_wrongRequests_areRefusedWithReasons()
    {
        const auto factory = makeTorchBackendFactory();
        const auto codeOf = [&](const BackendRequest& request) { return factory->create(request).error().code; };
        BackendRequest request{tinyConfig(), m_data, {}, "cpu", 1};
        request.config.model.inputShape = {1, 28, 28};
        QCOMPARE(codeOf(request), ErrorCode::Mismatch);
        request.config = tinyConfig();
        request.trainingIndices = {0, 64};
        QCOMPARE(codeOf(request), ErrorCode::InvalidArgument);
        request.trainingIndices = {3, 3};
        QCOMPARE(codeOf(request), ErrorCode::InvalidArgument);
        request.trainingIndices = {};
        request.config.model.latent = 0;
        QCOMPARE(codeOf(request), ErrorCode::InvalidArgument);
        request.config = tinyConfig();
        request.device = "gpu";
        QCOMPARE(codeOf(request), ErrorCode::InvalidArgument);
        request.device = "cuda:97";
        QCOMPARE(codeOf(request), ErrorCode::DeviceUnavailable);
        request.device = "cpu";
        request.threads = -1;
        QCOMPARE(codeOf(request), ErrorCode::InvalidArgument);
    }

    void functions_badArguments_areRefused()
    {
        const auto backend = make(tinyConfig(), {1, 2, 3});
        QCOMPARE(backend->beginEpoch(0, std::vector<std::int32_t>{1, 4}).error().code, ErrorCode::InvalidArgument);
        QVERIFY(backend->beginEpoch(0, std::vector<std::int32_t>{3, 1, 2}).ok());
        QCOMPARE(backend->step(0, 4, {}).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(backend->step(2, 2, {}).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(backend->step(0, 0, {}).error().code, ErrorCode::InvalidArgument);
        QVERIFY(backend->step(1, 2, {}).ok());
        QCOMPARE(backend->encode(true, std::vector<std::int32_t>{16}, {}).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(backend->evaluate(true, {}, 1, {}).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(backend->evaluate(true, firstSamples(4), 0, {}).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(backend->iwae(true, firstSamples(4), 0, {}).error().code, ErrorCode::InvalidArgument);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(backend->encodeTraining(stop.get_token()).error().code, ErrorCode::Cancelled);
    }

    void backend_withoutData_decodesOnly()
    {
        auto made = makeTorchBackendFactory()->create({tinyConfig(), nullptr, {}, "cpu", 1});
        QVERIFY(made.ok());
        const auto backend = std::move(made).value();
        QVERIFY(backend->copyDecoder() != nullptr);
        QCOMPARE(backend->beginEpoch(0, firstSamples(1)).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(backend->encode(false, firstSamples(1), {}).error().code, ErrorCode::InvalidArgument);
        QVERIFY(backend->harvestedCodes()->indices.empty());
    }

    void devices_listTheCpuAndAReasonForEachOther()
    {
        const auto devices = makeTorchBackendFactory()->devices();
        QVERIFY(devices.size() >= 2);
        QCOMPARE(devices.front().id, std::string("cpu"));
        QVERIFY(devices.front().usable);
        for (const DeviceReport& device : devices)
            QVERIFY(!device.reason.empty());
        QVERIFY(makeTorchBackendFactory()->description().starts_with("2."));
    }

private:
    std::unique_ptr<VaeBackend> make(RunConfig config, std::vector<std::int32_t> training = {})
    {
        if (!training.empty())
            config.training.batchSize = std::min(config.training.batchSize, static_cast<int>(training.size()));
        auto made = makeTorchBackendFactory()->create({config, m_data, std::move(training), "cpu", 2});
        if (!made.ok())
            qFatal("%s", made.error().text().c_str());
        return std::move(made).value();
    }

    void train(VaeBackend& backend, int from, int to, double rate = 1e-3)
    {
        for (int epoch = from; epoch < to; ++epoch) {
            QVERIFY(backend.beginEpoch(epoch, shuffled(64, epoch)).ok());
            for (std::size_t begin = 0; begin < 64; begin += 16)
                QVERIFY(backend.step(begin, 16, {1.0, rate}).ok());
        }
    }

    std::shared_ptr<const Dataset> m_data;
};

QTEST_APPLESS_MAIN(TorchBackendTest)
#include "tst_torch_backend.moc"
