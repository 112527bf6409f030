// SPDX-License-Identifier: GPL-3.0-or-later
// Every objective, likelihood and architecture together, through the backend: each trains, evaluates, resumes and decodes.
#include "core/torch/torch_backend_factory.h"
#include "support/tiny_data.h"

#include <QtTest>

#include <cmath>
#include <functional>
#include <numeric>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr std::size_t kTrain = 64, kTest = 16, kBatch = 16;
constexpr int kEpochs = 8; // of four steps

/// The tiny set as it is for images, as a row of 16 numbers of a 4 × 4 picture for sequences.
std::shared_ptr<const Dataset> dataFor(Architecture architecture)
{
    if (architecture != Architecture::Gru)
        return tinyDataset(kTrain, kTest);
    Dataset::Parts parts;
    parts.name = "rows";
    parts.shape = {1, 1, 16};
    parts.classNames = {"lying", "standing", "diagonal", "square"};
    parts.train = tinyPart(kTrain, 4, 0);
    parts.test = tinyPart(kTest, 4, 1'000'000);
    return Dataset::create(std::move(parts));
}

RunConfig configFor(Architecture architecture, ObjectiveKind kind, Likelihood likelihood)
{
    RunConfig config;
    config.model.architecture = architecture;
    config.model.latent = 2;
    config.model.denseWidth = 16;
    switch (architecture) {
    case Architecture::Mlp: config.model.encoderHidden = {24}; break;
    case Architecture::Conv: config.model.encoderHidden = {4, 8}; break;
    case Architecture::Gru: config.model.encoderHidden = {12}; break;
    }
    config.objective.kind = kind;
    config.objective.likelihood = likelihood;
    config.objective.sigma = 0.5;
    config.training.batchSize = static_cast<int>(kBatch);
    config.training.epochs = kEpochs;
    config.training.learningRate = 5e-3;
    config.training.seed = 3;
    return config;
}

std::unique_ptr<VaeBackend> make(RunConfig config, const std::shared_ptr<const Dataset>& data)
{
    BackendRequest request;
    request.config = fittedTo(std::move(config), data->traits());
    request.data = data;
    request.device = "cpu";
    request.threads = 1;
    if (Result<void> valid = validateFor(request.config, data->traits()); !valid)
        qFatal("%s", valid.error().text().c_str());
    auto made = makeTorchBackendFactory()->create(std::move(request));
    if (!made.ok())
        qFatal("%s", made.error().text().c_str());
    return std::move(made).value();
}

std::vector<std::int32_t> shuffled(int epoch)
{
    std::vector<std::int32_t> order(kTrain);
    std::iota(order.begin(), order.end(), 0);
    RandomStream(3, StreamPurpose::Shuffling, static_cast<std::uint64_t>(epoch)).shuffle(order);
    return order;
}

/// Steps [from, to) of the run, four an epoch.
void train(VaeBackend& backend, int from, int to)
{
    const RunConfig& config = backend.config();
    int begun = -1;
    for (int step = from; step < to; ++step) {
        const int epoch = step / 4;
        if (std::exchange(begun, epoch) != epoch)
            QVERIFY(backend.beginEpoch(epoch, shuffled(epoch)).ok());
        const auto done = backend.step(static_cast<std::size_t>(step % 4) * kBatch, kBatch,
                                       {config.objective.beta, config.training.learningRate, config.objective.capacity});
        QVERIFY2(done.ok(), done ? "" : done.error().text().c_str());
    }
}

double objectiveOf(const std::vector<StepLoss>& losses, std::size_t first)
{
    double sum = 0.0;
    for (std::size_t i = first; i < first + 4; ++i)
        sum += losses[i].objective / (4.0 * losses[i].images);
    return sum;
}

using Change = std::function<void(RunConfig&)>;

} // namespace

class TorchCombinationsTest : public QObject {
    Q_OBJECT

    /// Trains 32 steps of a configuration and looks at everything a run shows.
    static void check(const RunConfig& config)
    {
        const auto data = dataFor(config.model.architecture);
        const auto backend = make(config, data);
        train(*backend, 0, 4 * kEpochs);
        const std::vector<StepLoss> losses = backend->drainSteps();
        QCOMPARE(losses.size(), std::size_t{4 * kEpochs});
        const bool variational = config.objective.isVariational();
        for (const StepLoss& loss : losses) {
            QVERIFY(std::isfinite(loss.reconstruction) && std::isfinite(loss.kl));
            QVERIFY(std::isfinite(loss.objective) && std::isfinite(loss.gradientNorm));
            QCOMPARE(loss.kl > 0.0, variational);
        }
        const double start = objectiveOf(losses, 0), end = objectiveOf(losses, losses.size() - 4);
        QVERIFY2(end < start, qPrintable(QString("from %1 to %2").arg(start).arg(end)));

        std::vector<std::int32_t> samples(kTest);
        std::iota(samples.begin(), samples.end(), 0);
        const Result<Evaluation> evaluated = backend->evaluate(/*test=*/true, samples, 1, {}), again = backend->evaluate(true, samples, 1, {});
        QVERIFY2(evaluated.ok(), evaluated ? "" : evaluated.error().text().c_str());
        const LossTerms loss = evaluated.value().loss;
        QCOMPARE(again.value().loss, loss);
        QVERIFY(std::isfinite(loss.objective) && std::isfinite(loss.nelbo));
        QVERIFY(std::abs(loss.nelbo - loss.reconstruction - loss.kl) < 1e-9 * std::max(1.0, std::abs(loss.nelbo)));
        QCOMPARE(evaluated.value().classes.size(), std::size_t{4});
        if (variational) {
            double last = -std::numeric_limits<double>::infinity();
            for (const int k : {1, 5, 25}) {
                const auto bound = backend->iwae(true, samples, k, {});
                QVERIFY(bound.ok());
                // In expectation it never falls; a few images of few draws leave a tenth of a nat to chance.
                QVERIFY2(bound.value().bound > last - 0.25,
                         qPrintable(QString("K %1: %2 after %3").arg(k).arg(bound.value().bound).arg(last)));
                last = bound.value().bound;
            }
        } else {
            QCOMPARE(backend->iwae(true, samples, 5, {}).error().code, ErrorCode::InvalidArgument);
        }

        const auto decoder = backend->copyDecoder();
        QVERIFY(decoder);
        std::vector<float> means(data->shape().size());
        decoder->decode(std::vector<float>{0.5f, -0.5f}, 1, means);
        QVERIFY(std::all_of(means.begin(), means.end(), [](float mean) { return mean >= 0.0f && mean <= 1.0f; }));
    }

private Q_SLOTS:
    void everyCombination_trainsAndEvaluates_data()
    {
        QTest::addColumn<int>("architecture");
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("likelihood");
        for (const Architecture architecture : {Architecture::Mlp, Architecture::Conv, Architecture::Gru})
            for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::Autoencoder, ObjectiveKind::InfoVae, ObjectiveKind::BetaTcVae,
                                             ObjectiveKind::DipVae, ObjectiveKind::ConditionalVae})
                for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::ContinuousBernoulli, Likelihood::Gaussian,
                                                    Likelihood::GaussianLearned, Likelihood::Poisson})
                    QTest::newRow((std::string(name(architecture)) + " " + std::string(name(kind)) + " " + std::string(name(likelihood))).c_str())
                        << static_cast<int>(architecture) << static_cast<int>(kind) << static_cast<int>(likelihood);
    }

    void everyCombination_trainsAndEvaluates()
    {
        QFETCH(int, architecture);
        QFETCH(int, kind);
        QFETCH(int, likelihood);
        check(configFor(static_cast<Architecture>(architecture), static_cast<ObjectiveKind>(kind), static_cast<Likelihood>(likelihood)));
    }

    void everyOption_trainsAndEvaluates_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<int>("architecture");
        const auto add = [](const char* row, Architecture architecture, Change change) {
            QTest::newRow(row) << std::move(change) << static_cast<int>(architecture);
        };
        add("capacity", Architecture::Mlp, [](RunConfig& c) { c.objective.gamma = 10.0; c.objective.capacity = 2.0; });
        add("free bits", Architecture::Mlp, [](RunConfig& c) { c.objective.freeBits = 0.5; });
        add("dynamic binarisation", Architecture::Conv, [](RunConfig& c) { c.objective.binarization = Binarization::Dynamic; });
        add("threshold", Architecture::Gru, [](RunConfig& c) { c.objective.binarization = Binarization::Threshold; });
        add("layer norm and dropout", Architecture::Mlp, [](RunConfig& c) { c.model.layerNorm = true; c.model.dropout = 0.1; });
        add("layer norm and dropout of conv", Architecture::Conv, [](RunConfig& c) { c.model.layerNorm = true; c.model.dropout = 0.1; });
        add("silu", Architecture::Conv, [](RunConfig& c) { c.model.activation = Activation::Silu; });
        add("tanh", Architecture::Conv, [](RunConfig& c) { c.model.activation = Activation::Tanh; });
        add("stacked gru", Architecture::Gru, [](RunConfig& c) { c.model.encoderHidden = {12, 12}; });
        add("adamw, clipped", Architecture::Conv, [](RunConfig& c) { c.training.optimizer = OptimizerKind::AdamW; c.training.clipNorm = 5.0; });
        add("rmsprop", Architecture::Gru, [](RunConfig& c) { c.training.optimizer = OptimizerKind::RmsProp; });
        add("sgd, clipped", Architecture::Gru, [](RunConfig& c) { c.training.optimizer = OptimizerKind::Sgd; c.training.clipNorm = 1.0; });
    }

    void everyOption_trainsAndEvaluates()
    {
        QFETCH(Change, change);
        QFETCH(int, architecture);
        RunConfig config = configFor(static_cast<Architecture>(architecture), ObjectiveKind::Vae, Likelihood::Bernoulli);
        change(config);
        check(config);
    }

    void restore_insideAnEpoch_continuesBitIdentically_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<int>("architecture");
        QTest::newRow("infovae, adamw, dropout") << Change([](RunConfig& c) {
            c.objective.kind = ObjectiveKind::InfoVae;
            c.training.optimizer = OptimizerKind::AdamW;
            c.model.dropout = 0.3;
        }) << static_cast<int>(Architecture::Mlp);
        QTest::newRow("conv, tcvae, dynamic binarisation, clipped") << Change([](RunConfig& c) {
            c.objective.kind = ObjectiveKind::BetaTcVae;
            c.objective.binarization = Binarization::Dynamic;
            c.training.clipNorm = 2.0;
        }) << static_cast<int>(Architecture::Conv);
        QTest::newRow("gru, cvae, sgd") << Change([](RunConfig& c) {
            c.objective.kind = ObjectiveKind::ConditionalVae;
            c.training.optimizer = OptimizerKind::Sgd;
            c.training.learningRate = 1e-3;
        }) << static_cast<int>(Architecture::Gru);
    }

    void restore_insideAnEpoch_continuesBitIdentically()
    {
        QFETCH(Change, change);
        QFETCH(int, architecture);
        RunConfig config = configFor(static_cast<Architecture>(architecture), ObjectiveKind::Vae, Likelihood::Bernoulli);
        change(config);
        const auto data = dataFor(config.model.architecture);
        const auto first = make(config, data), second = make(config, data);
        train(*first, 0, 10);
        QVERIFY(second->restore(first->weights(), first->trainState()).ok());
        (void)first->drainSteps();
        train(*first, 10, 21);
        train(*second, 10, 21);
        const std::vector<StepLoss> a = first->drainSteps(), b = second->drainSteps();
        QCOMPARE(a.size(), b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            QVERIFY2(a[i].objective == b[i].objective, qPrintable(QString("step %1").arg(i)));
            QCOMPARE(a[i].gradientNorm, b[i].gradientNorm);
        }
        QVERIFY(first->weights() == second->weights());
        QVERIFY(first->trainState() == second->trainState());
    }
};

QTEST_GUILESS_MAIN(TorchCombinationsTest)
#include "tst_torch_combinations.moc"
