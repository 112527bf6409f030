// SPDX-License-Identifier: GPL-3.0-or-later
// The objective, the classes and the chunks of an evaluation.
#include "core/torch/evaluation.h"
#include "engine_runs.h"

#include <QtTest>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr int kLatent = 3;

/// An engine that hands its samples on in other chunks.
class ChunkedEngine final : public VaeEngine {
public:
    ChunkedEngine(VaeEngine& engine, std::size_t rows) : m_engine(engine), m_rows(rows) {}
    const ParameterLayout& layout() const noexcept override { return m_engine.layout(); }
    std::string deviceName() const override { return m_engine.deviceName(); }
    int threads() const noexcept override { return m_engine.threads(); }
    void beginEpoch(int epoch, std::span<const std::int32_t> order) override { m_engine.beginEpoch(epoch, order); }
    void step(std::size_t begin, std::size_t count, const StepControls& controls) override { m_engine.step(begin, count, controls); }
    std::vector<StepLoss> drainSteps() override { return m_engine.drainSteps(); }
    std::size_t chunkRows() const noexcept override { return m_rows; }
    void posterior(bool test, std::span<const std::int32_t> samples, std::span<float> mu, std::span<float> logvar) override
    {
        m_engine.posterior(test, samples, mu, logvar);
    }
    void reconstruction(bool test, std::span<const std::int32_t> samples, std::span<const float> z, std::span<double> nats) override
    {
        m_engine.reconstruction(test, samples, z, nats);
    }
    void readHarvest(std::span<float> mu, std::span<float> logvar) const override { m_engine.readHarvest(mu, logvar); }
    void writeHarvest(std::span<const float> mu, std::span<const float> logvar) override { m_engine.writeHarvest(mu, logvar); }
    void read(StateBuffer buffer, std::span<float> out) const override { m_engine.read(buffer, out); }
    void write(StateBuffer buffer, std::span<const float> in) override { m_engine.write(buffer, in); }
    std::int64_t stepCount() const noexcept override { return m_engine.stepCount(); }
    void setStepCount(std::int64_t steps) override { m_engine.setStepCount(steps); }
    void keep() override { m_engine.keep(); }
    void rollBack() override { m_engine.rollBack(); }

private:
    VaeEngine& m_engine;
    std::size_t m_rows;
};

/// A trained engine of some objective on 64 labelled samples, and what is evaluated on it.
struct Trained {
    explicit Trained(const std::function<void(RunConfig&)>& change)
    {
        config = tinyConfig();
        change(config);
        const EngineSetup setup = setupFor(config, data, /*threads=*/2);
        config = setup.config;
        engine = makeEngine(setup, !cpuEngineServes(config));
        (void)train(*engine, 10, 64, 20, 5e-3);
        samples.resize(64);
        std::iota(samples.begin(), samples.end(), 0);
    }
    [[nodiscard]] Evaluation evaluate(int draws = 1)
    {
        return evaluateSamples({*engine, config, /*test=*/false, samples, {}, data.get(), 64}, draws).value();
    }
    /// μ, log σ² and the first z of sample i.
    struct Code {
        std::vector<double> mu, logvar, z;
    };
    [[nodiscard]] std::vector<Code> codes()
    {
        const LatentFrame frame = encodeSamples({*engine, config, false, samples, {}}).value();
        std::vector<Code> found(samples.size());
        for (std::size_t i = 0; i < samples.size(); ++i) {
            std::vector<float> noise(kLatent);
            evaluationNoise(config.training.seed, false, samples[i], noise);
            for (std::size_t j = 0; j < kLatent; ++j) {
                found[i].mu.push_back(static_cast<double>(frame.muOf(i)[j]));
                found[i].logvar.push_back(static_cast<double>(frame.logvarOf(i)[j]));
                found[i].z.push_back(found[i].mu[j] + std::exp(found[i].logvar[j] / 2) * static_cast<double>(noise[j]));
            }
        }
        return found;
    }

    RunConfig config;
    std::shared_ptr<const Dataset> data = tinyDataset();
    std::unique_ptr<VaeEngine> engine;
    std::vector<std::int32_t> samples;
};

bool same(double a, double b, double tolerance = 1e-9) { return std::abs(a - b) < tolerance * std::max(1.0, std::abs(b)); }

double klOf(const Trained::Code& code)
{
    double kl = 0.0;
    for (std::size_t j = 0; j < kLatent; ++j)
        kl += 0.5 * (std::exp(code.logvar[j]) + code.mu[j] * code.mu[j] - 1 - code.logvar[j]);
    return kl;
}

} // namespace

class TorchEvaluationTermsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void objective_capacity_isTheDistanceFromIt()
    {
        Trained run([](RunConfig& c) { c.objective.gamma = 30.0; c.objective.capacity = 4.0; });
        const Evaluation found = run.evaluate();
        QVERIFY(found.loss.kl > 0.0);
        QVERIFY(same(found.loss.objective, found.loss.reconstruction + 30.0 * std::abs(found.loss.kl - 4.0)));
        QVERIFY(same(found.loss.nelbo, found.loss.reconstruction + found.loss.kl));
    }

    void objective_freeBits_areFreeOverThePart()
    {
        Trained run([](RunConfig& c) { c.objective.freeBits = 0.7; c.objective.beta = 2.0; });
        const Evaluation found = run.evaluate();
        double kept = 0.0;
        for (const double kl : found.diagnostics.klPerDimension)
            kept += std::max(0.7, kl);
        QVERIFY(same(found.loss.objective, found.loss.reconstruction + 2.0 * kept));
        QVERIFY(same(found.loss.nelbo, found.loss.reconstruction + found.loss.kl));
    }

    void objective_autoencoder_isTheReconstruction()
    {
        Trained run([](RunConfig& c) { c.objective.kind = ObjectiveKind::Autoencoder; });
        const Evaluation found = run.evaluate();
        QCOMPARE(found.loss.kl, 0.0);
        QVERIFY(same(found.loss.objective, found.loss.reconstruction));
    }

    void objective_dipVae_isTheFormulaOverGroups()
    {
        Trained run([](RunConfig& c) { c.objective.kind = ObjectiveKind::DipVae; c.objective.lambda = 7.0; c.objective.beta = 1.5; });
        run.samples.resize(61); // 20, 20, 20 and one alone
        const Evaluation found = run.evaluate();
        const std::vector<Trained::Code> codes = run.codes();
        double added = 0.0;
        for (std::size_t first = 0; first < codes.size(); first += 20) {
            const std::size_t n = std::min<std::size_t>(20, codes.size() - first);
            const auto count = static_cast<double>(n);
            double kl = 0.0;
            std::vector<double> mean(kLatent);
            for (std::size_t i = first; i < first + n; ++i) {
                kl += klOf(codes[i]) / count;
                for (std::size_t j = 0; j < kLatent; ++j)
                    mean[j] += codes[i].mu[j] / count;
            }
            double penalty = 0.0;
            for (std::size_t a = 0; a < kLatent; ++a)
                for (std::size_t b = 0; b < kLatent; ++b) {
                    double covariance = 0.0;
                    for (std::size_t i = first; i < first + n; ++i)
                        covariance += ((codes[i].mu[a] - mean[a]) * (codes[i].mu[b] - mean[b]) +
                                       (a == b ? std::exp(codes[i].logvar[a]) : 0.0)) / count;
                    penalty += a == b ? (covariance - 1) * (covariance - 1) : covariance * covariance;
                }
            added += count / 61.0 * (1.5 * kl + (n > 1 ? 7.0 * penalty : 0.0));
        }
        QVERIFY2(same(found.loss.objective, found.loss.reconstruction + added, 1e-7),
                 qPrintable(QString("%1, expected %2").arg(found.loss.objective - found.loss.reconstruction).arg(added)));
    }

    void objective_tcVaeWithBetaOne_isTheSampledKl()
    {
        // MI + TC + dimension-wise KL telescope to log q(z|x) − log p(z) for any estimate of q(z).
        Trained run([](RunConfig& c) { c.objective.kind = ObjectiveKind::BetaTcVae; c.objective.beta = 1.0; });
        run.samples.resize(50);
        const Evaluation found = run.evaluate();
        double sampled = 0.0;
        for (const Trained::Code& code : run.codes())
            for (std::size_t j = 0; j < kLatent; ++j) {
                const double d = code.z[j] - code.mu[j];
                sampled += 0.5 * (code.z[j] * code.z[j] - d * d / std::exp(code.logvar[j]) - code.logvar[j]) / 50.0;
            }
        QVERIFY2(same(found.loss.objective, found.loss.reconstruction + sampled, 1e-7),
                 qPrintable(QString("%1, expected %2").arg(found.loss.objective - found.loss.reconstruction).arg(sampled)));
    }

    void objective_tcVae_growsWithBetaByTheTotalCorrelation()
    {
        Trained run([](RunConfig& c) { c.objective.kind = ObjectiveKind::BetaTcVae; c.objective.beta = 1.0; c.training.batchSize = 64; });
        const auto atBeta = [&](double beta) {
            run.config.objective.beta = beta;
            return run.evaluate().loss.objective;
        };
        // One group of all 64 out of 64 samples: log q(z) is exact, so the total correlation is log q(z) − Σ log q(z_j) by definition.
        const std::vector<Trained::Code> codes = run.codes();
        double expected = 0.0;
        for (const Trained::Code& at : codes) {
            double joint = 0.0;
            std::vector<double> marginal(kLatent);
            for (const Trained::Code& of : codes) {
                double density = 1.0 / 64.0;
                for (std::size_t j = 0; j < kLatent; ++j) {
                    const double d = at.z[j] - of.mu[j];
                    const double one = std::exp(-0.5 * (d * d / std::exp(of.logvar[j]) + of.logvar[j])) / std::sqrt(2 * std::numbers::pi);
                    density *= one;
                    marginal[j] += one / 64.0;
                }
                joint += density;
            }
            expected += std::log(joint) / 64.0;
            for (const double one : marginal)
                expected -= std::log(one) / 64.0;
        }
        const double found = (atBeta(5.0) - atBeta(1.0)) / 4.0;
        QVERIFY2(same(found, expected, 1e-6), qPrintable(QString("%1, expected %2").arg(found).arg(expected)));
    }

    void betaSlope_ofEachObjective_isTheDifferenceOfTwoBetas_data()
    {
        QTest::addColumn<RunConfig>("changed");
        const auto add = [](const char* name, ObjectiveKind kind, double gamma = 0.0, double freeBits = 0.0) {
            RunConfig config;
            config.objective.kind = kind;
            config.objective.gamma = gamma;
            config.objective.freeBits = freeBits;
            QTest::newRow(name) << config;
        };
        add("vae", ObjectiveKind::Vae);
        add("capacity", ObjectiveKind::Vae, 20.0);
        add("free bits", ObjectiveKind::Vae, 0.0, 0.4);
        add("autoencoder", ObjectiveKind::Autoencoder);
        add("infovae", ObjectiveKind::InfoVae);
        add("tcvae", ObjectiveKind::BetaTcVae);
        add("dipvae", ObjectiveKind::DipVae);
    }

    void betaSlope_ofEachObjective_isTheDifferenceOfTwoBetas()
    {
        QFETCH(RunConfig, changed);
        Trained run([&](RunConfig& c) { c.objective = changed.objective; });
        run.samples.resize(61); // a last group of one sample
        const auto atBeta = [&](double beta) {
            run.config.objective.beta = beta;
            return run.evaluate(/*draws=*/2);
        };
        const Evaluation low = atBeta(0.5), high = atBeta(4.0);
        QVERIFY(same(low.betaSlope, (high.loss.objective - low.loss.objective) / 3.5));
        QCOMPARE(low.betaSlope, high.betaSlope);
        QCOMPARE(low.betaSlope != 0.0, changed.objective.isVariational() && changed.objective.gamma == 0.0);
    }

    void objective_infoVae_addsTheDiscrepancy()
    {
        Trained run([](RunConfig& c) { c.objective.kind = ObjectiveKind::InfoVae; c.objective.beta = 0.5; });
        const auto withLambda = [&](double lambda) {
            run.config.objective.lambda = lambda;
            return run.evaluate().loss;
        };
        const LossTerms none = withLambda(0.0), some = withLambda(10.0), more = withLambda(20.0);
        QVERIFY(same(none.objective, none.reconstruction + 0.5 * none.kl, 1e-7));
        QVERIFY(some.objective != none.objective);
        QVERIFY(same(more.objective - none.objective, 2 * (some.objective - none.objective), 1e-7));
        run.samples.resize(1); // alone it says nothing about a distribution
        const LossTerms alone = withLambda(10.0);
        QVERIFY(same(alone.objective, alone.reconstruction + 0.5 * alone.kl, 1e-7));
    }

    void classes_weightedByTheirCounts_giveTheTotal_data()
    {
        QTest::addColumn<int>("kind");
        for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::Autoencoder, ObjectiveKind::BetaTcVae, ObjectiveKind::ConditionalVae})
            QTest::newRow(std::string(name(kind)).c_str()) << static_cast<int>(kind);
    }

    void classes_weightedByTheirCounts_giveTheTotal()
    {
        QFETCH(int, kind);
        Trained run([&](RunConfig& c) {
            c.objective.kind = static_cast<ObjectiveKind>(kind);
            c.objective.beta = 2.0;
            c.model.classes = c.objective.kind == ObjectiveKind::ConditionalVae ? kTinyClasses : 0;
        });
        run.samples.resize(30); // 8, 8, 7, 7
        const Evaluation found = run.evaluate(2);
        QCOMPARE(found.classes.size(), std::size_t{4});
        QCOMPARE(found.classes[0].images, 8);
        QCOMPARE(found.classes[3].images, 7);
        LossTerms total;
        for (const Evaluation::ClassLoss& one : found.classes) {
            const double share = static_cast<double>(one.images) / 30.0;
            total.reconstruction += share * one.loss.reconstruction;
            total.kl += share * one.loss.kl;
            total.nelbo += share * one.loss.nelbo;
            QVERIFY(same(one.loss.objective, one.loss.reconstruction + 2.0 * one.loss.kl));
        }
        QVERIFY(same(total.reconstruction, found.loss.reconstruction));
        QVERIFY(same(total.kl, found.loss.kl));
        QVERIFY(same(total.nelbo, found.loss.nelbo));
        QVERIFY(found.classes[0].loss.reconstruction != found.classes[1].loss.reconstruction);
    }

    void classes_ofWhatDoesNotOccur_areZero()
    {
        Trained run([](RunConfig&) {});
        run.samples = {0, 4, 8}; // one class alone
        const Evaluation found = run.evaluate();
        QCOMPARE(found.classes.size(), std::size_t{4});
        QCOMPARE(found.classes[0].images, 3);
        QCOMPARE(found.classes[2].images, 0);
        QCOMPARE(found.classes[2].loss, LossTerms());
        QVERIFY(evaluateSamples({*run.engine, run.config, false, run.samples, {}}, 1).value().classes.empty());
    }

    void figures_otherChunks_staySame_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("binarization");
        for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::InfoVae, ObjectiveKind::BetaTcVae, ObjectiveKind::DipVae})
            for (const Binarization binarization : {Binarization::None, Binarization::Dynamic})
                QTest::newRow((std::string(name(kind)) + " " + std::string(name(binarization))).c_str())
                    << static_cast<int>(kind) << static_cast<int>(binarization);
    }

    void figures_otherChunks_staySame()
    {
        QFETCH(int, kind);
        QFETCH(int, binarization);
        Trained run([&](RunConfig& c) {
            c.objective.kind = static_cast<ObjectiveKind>(kind);
            c.objective.binarization = static_cast<Binarization>(binarization);
        });
        const Evaluation whole = run.evaluate(3);
        const auto whole5 = iwaeBound({*run.engine, run.config, false, run.samples, {}}, 5).value();
        for (const std::size_t rows : {std::size_t{1}, std::size_t{7}, std::size_t{33}}) {
            ChunkedEngine chunked(*run.engine, rows);
            const Evaluation found = evaluateSamples({chunked, run.config, false, run.samples, {}, run.data.get(), 64}, 3).value();
            QVERIFY(same(found.loss.reconstruction, whole.loss.reconstruction, 1e-6));
            QVERIFY(same(found.loss.kl, whole.loss.kl, 1e-6));
            QVERIFY(same(found.loss.objective, whole.loss.objective, 1e-6));
            QVERIFY(same(found.classes[1].loss.nelbo, whole.classes[1].loss.nelbo, 1e-6));
            QVERIFY(same(iwaeBound({chunked, run.config, false, run.samples, {}}, 5).value().bound, whole5.bound, 1e-6));
        }
    }

    void figures_sameSeed_areBitIdentical()
    {
        Trained run([](RunConfig& c) { c.objective.kind = ObjectiveKind::InfoVae; c.objective.binarization = Binarization::Dynamic; });
        const Evaluation one = run.evaluate(2), two = run.evaluate(2);
        QCOMPARE(one.loss, two.loss);
        run.config.training.seed = 77; // of the noise and the prior: the engine keeps its own
        QVERIFY(run.evaluate(2).loss.objective != one.loss.objective);
    }

    void conditionalVae_everySample_isEvaluatedUnderItsOwnLabel()
    {
        Trained run([](RunConfig& c) { c.objective.kind = ObjectiveKind::ConditionalVae; c.model.classes = kTinyClasses; });
        const double own = run.evaluate().loss.nelbo;
        // The same weights and samples under the label of the next class.
        DataPart train = tinyPart(64, 8, 0);
        for (std::int32_t& label : train.labels)
            label = (label + 1) % kTinyClasses;
        Dataset::Parts parts;
        parts.name = "wrong";
        parts.shape = {1, 8, 8};
        parts.classNames = run.data->classNames();
        parts.train = std::move(train);
        parts.test = tinyPart(16, 8, 1'000'000);
        const auto wrong = makeTensorEngine(setupFor(run.config, Dataset::create(std::move(parts))), "cpu");
        wrong->write(StateBuffer::Parameters, stateOf(*run.engine, StateBuffer::Parameters));
        const double other = evaluateSamples({*wrong, run.config, false, run.samples, {}}, 1).value().loss.nelbo;
        QVERIFY2(own < other, qPrintable(QString("%1 under its own label, %2 under another").arg(own).arg(other)));
    }
};

QTEST_APPLESS_MAIN(TorchEvaluationTermsTest)
#include "tst_torch_evaluation_terms.moc"
