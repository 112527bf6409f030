// SPDX-License-Identifier: GPL-3.0-or-later
// The bounds of trained models with two latent dimensions and nonlinear decoders, against log p(x) and posteriors integrated on a grid of
// z: every likelihood, both engines. (tst_torch_evaluation has the linear model, whose likelihood is known in closed form.)
#include "core/torch/evaluation.h"
#include "torch_reference.h"

#include <QtTest>

#include <array>
#include <map>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr int kPixels = 8, kHidden = 8, kLatent = 2, kClasses = 2;
constexpr std::size_t kCount = 256;  ///< samples trained on
constexpr std::size_t kImages = 24;  ///< of those, that are evaluated
constexpr double kGridEnd = 7.0;     ///< the prior's mass beyond is 1e-11

/// A bent sheet in eight numbers with noise: no linear decoder describes it, and its posteriors are not Gaussian.
std::shared_ptr<const Dataset> bentSheet(Likelihood likelihood)
{
    RandomStream random(/*seed=*/23, StreamPurpose::DataSet);
    Dataset::Parts parts;
    std::vector<float> values;
    for (std::size_t i = 0; i < kCount; ++i) {
        const double s = random.normal(), t = random.normal();
        const int label = static_cast<int>(i) % kClasses;
        parts.train.labels.push_back(label);
        for (int d = 0; d < kPixels; ++d) {
            const double mean = 0.5 + 0.4 * std::sin(0.6 * s * (d % 3 + 1) + 0.7 * t * (d % 4 - 1) + 0.4 * d + label);
            double x = std::clamp(mean + 0.1 * random.normal(), 0.0, 1.0);
            if (likelihood == Likelihood::Bernoulli)
                x = random.uniform() < mean ? 1.0 : 0.0;
            else if (likelihood == Likelihood::Poisson)
                x = std::round(16.0 * x) / 255.0;
            values.push_back(static_cast<float>(x));
        }
    }
    parts.name = "bent sheet";
    parts.shape = {1, 1, kPixels};
    parts.classNames = {"zero", "one"};
    parts.train.count = kCount;
    parts.train.values = std::move(values);
    parts.test.count = 0;
    parts.test.values = std::vector<float>();
    return Dataset::create(std::move(parts));
}

RunConfig sheetConfig(Likelihood likelihood, bool conditional)
{
    RunConfig config;
    config.model.encoderHidden = {kHidden};
    config.model.latent = kLatent;
    config.model.activation = Activation::Tanh;
    config.model.classes = conditional ? kClasses : 0;
    config.objective.kind = conditional ? ObjectiveKind::ConditionalVae : ObjectiveKind::Vae;
    config.objective.likelihood = likelihood;
    config.objective.sigma = 0.15;
    config.training.batchSize = kCount;
    config.training.seed = 6;
    return config;
}

/// A trained model, and its decoder and likelihood written down a second time in double.
class Sheet {
public:
    static constexpr double kStep = 0.1; ///< of the grid: a fraction of the narrowest posterior

    std::shared_ptr<const Dataset> data;
    RunConfig config;
    std::unique_ptr<VaeEngine> engine;
    std::vector<std::int32_t> samples;

    Sheet(Likelihood likelihood, bool conditional, bool tensors)
        : data(bentSheet(likelihood)), config(sheetConfig(likelihood, conditional))
    {
        const EngineSetup setup = setupFor(config, data);
        config = setup.config;
        engine = tensors ? makeTensorEngine(setup, "cpu") : makeCpuEngine(setup);
        std::vector<std::int32_t> order(kCount);
        std::iota(order.begin(), order.end(), 0);
        for (int epoch = 0; epoch < 300; ++epoch) {
            engine->beginEpoch(epoch, order);
            engine->step(0, kCount, {1.0, 2e-2});
        }
        (void)engine->drainSteps();
        samples.resize(kImages);
        std::iota(samples.begin(), samples.end(), 0);
        readParameters();
    }

    [[nodiscard]] EvaluationInput input() const { return {*engine, config, /*test=*/false, samples, {}}; }
    [[nodiscard]] VaeBackend::IwaeBound iwae(int k) const { return iwaeBound(input(), k).value(); }

    /// Moves the encoder's heads: another proposal for the same model.
    void spoilEncoder(float muShift, float logvarShift)
    {
        const ParameterLayout& layout = engine->layout();
        std::vector<float> p(layout.size());
        engine->read(StateBuffer::Parameters, p);
        for (std::size_t j = 0; j < kLatent; ++j) {
            p[layout.tensors()[layout.indexOf("to_mu.bias")].offset + j] += muShift;
            p[layout.tensors()[layout.indexOf("to_logvar.bias")].offset + j] += logvarShift;
        }
        engine->write(StateBuffer::Parameters, p);
    }

    /// log p(x | z) + log p(z) of a sample at every point of a grid with the given step, row by row.
    [[nodiscard]] std::vector<double> logJoint(std::size_t sample, double step) const
    {
        std::vector<float> x(kPixels);
        data->copyFloats(data->train(), sample, x);
        const std::vector<std::array<double, kPixels>>& outputs = decodedGrid(data->train().labels[sample], step);
        std::vector<double> logs;
        logs.reserve(outputs.size());
        const int side = sideOf(step);
        for (int row = 0; row < side; ++row)
            for (int column = 0; column < side; ++column) {
                const double a = -kGridEnd + step * row, b = -kGridEnd + step * column;
                double log = -0.5 * (a * a + b * b) - std::log(2 * std::numbers::pi);
                for (std::size_t d = 0; d < kPixels; ++d)
                    log += logDensity(outputs[static_cast<std::size_t>(row * side + column)][d], static_cast<double>(x[d]));
                logs.push_back(log);
            }
        return logs;
    }

    [[nodiscard]] static double logIntegral(const std::vector<double>& logs, double step)
    {
        const double largest = *std::max_element(logs.begin(), logs.end());
        return largest + 2 * std::log(step) +
               std::log(std::accumulate(logs.begin(), logs.end(), 0.0, [=](double sum, double log) { return sum + std::exp(log - largest); }));
    }

    /// log p(x), the mean over the images.
    [[nodiscard]] double logLikelihood() const
    {
        double sum = 0.0;
        for (std::size_t sample = 0; sample < kImages; ++sample)
            sum += logIntegral(logJoint(sample, kStep), kStep) / kImages;
        return sum;
    }

    /// KL(q(z|x) ‖ p(z|x)), the mean over the images.
    [[nodiscard]] double divergenceFromPosterior() const
    {
        const LatentFrame frame = encodeSamples(input()).value();
        const int side = sideOf(kStep);
        double divergence = 0.0;
        for (std::size_t sample = 0; sample < kImages; ++sample) {
            const std::vector<double> logs = logJoint(sample, kStep);
            const double evidence = logIntegral(logs, kStep);
            const auto logQ = [&](std::size_t j, double z) {
                const double mu = static_cast<double>(frame.muOf(sample)[j]), logvar = static_cast<double>(frame.logvarOf(sample)[j]);
                return -0.5 * ((z - mu) * (z - mu) / std::exp(logvar) + logvar + std::log(2 * std::numbers::pi));
            };
            for (int row = 0; row < side; ++row)
                for (int column = 0; column < side; ++column) {
                    const double log = logQ(0, -kGridEnd + kStep * row) + logQ(1, -kGridEnd + kStep * column);
                    divergence += kStep * kStep * std::exp(log) * (log - logs[static_cast<std::size_t>(row * side + column)] + evidence) / kImages;
                }
        }
        return divergence;
    }

    [[nodiscard]] double logDensity(double o, double x) const
    {
        switch (config.objective.likelihood) {
        case Likelihood::Bernoulli: return x * o - std::log1p(std::exp(o));
        case Likelihood::ContinuousBernoulli: return x * o - (std::abs(o) < 1e-6 ? o / 2 : std::log(std::expm1(o) / o));
        case Likelihood::Gaussian:
        case Likelihood::GaussianLearned: return -0.5 * std::pow((x - o) / m_sigma, 2) - std::log(m_sigma) - 0.5 * std::log(2 * std::numbers::pi);
        case Likelihood::Poisson: break;
        }
        const double k = std::round(255.0 * x);
        return k * o - std::exp(o) - std::lgamma(k + 1);
    }

    /// Outputs at every point of the grid; kept for each label.
    [[nodiscard]] const std::vector<std::array<double, kPixels>>& decodedGrid(int label, double step) const
    {
        const std::size_t slot = config.model.classes > 0 ? static_cast<std::size_t>(label) : 0;
        std::vector<std::array<double, kPixels>>& grid = m_grids[slot];
        const int side = sideOf(step);
        if (grid.size() == static_cast<std::size_t>(side * side))
            return grid;
        grid.clear();
        for (int row = 0; row < side; ++row)
            for (int column = 0; column < side; ++column)
                grid.push_back(decode({-kGridEnd + step * row, -kGridEnd + step * column}, label));
        return grid;
    }

private:
    static int sideOf(double step) { return static_cast<int>(std::lround(2 * kGridEnd / step)) + 1; }

    void readParameters()
    {
        const ParameterLayout& layout = engine->layout();
        std::vector<float> p(layout.size());
        engine->read(StateBuffer::Parameters, p);
        const auto named = [&](const char* name) {
            const NamedTensor& tensor = layout.tensors()[layout.indexOf(name)];
            const auto first = p.begin() + static_cast<std::ptrdiff_t>(tensor.offset);
            return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(tensor.count));
        };
        m_inner = named("decoder.0.weight");
        m_innerBias = named("decoder.0.bias");
        m_outer = named("decoder.2.weight");
        m_outerBias = named("decoder.2.bias");
        m_sigma = layout.logSigma() ? std::exp(softClippedLogSigma(static_cast<double>(p[*layout.logSigma()]))) : config.objective.sigma;
    }

    [[nodiscard]] std::array<double, kPixels> decode(const std::array<double, kLatent>& z, int label) const
    {
        const std::size_t in = kLatent + static_cast<std::size_t>(config.model.classes);
        std::array<double, kHidden> hidden{};
        for (std::size_t h = 0; h < kHidden; ++h) {
            double sum = m_innerBias[h] + m_inner[h * in] * z[0] + m_inner[h * in + 1] * z[1];
            if (config.model.classes > 0)
                sum += m_inner[h * in + kLatent + static_cast<std::size_t>(label)];
            hidden[h] = std::tanh(sum);
        }
        std::array<double, kPixels> out{};
        for (std::size_t d = 0; d < kPixels; ++d)
            out[d] = std::inner_product(hidden.begin(), hidden.end(), m_outer.begin() + static_cast<std::ptrdiff_t>(d * kHidden), m_outerBias[d]);
        return out;
    }

    std::vector<double> m_inner, m_innerBias, m_outer, m_outerBias;
    double m_sigma = 1.0;
    mutable std::array<std::vector<std::array<double, kPixels>>, kClasses> m_grids;
};

void everyModel()
{
    QTest::addColumn<int>("likelihood");
    QTest::addColumn<bool>("conditional");
    QTest::addColumn<bool>("tensors");
    QTest::newRow("bernoulli, hand-written") << static_cast<int>(Likelihood::Bernoulli) << false << false;
    QTest::newRow("learned Gaussian, hand-written") << static_cast<int>(Likelihood::GaussianLearned) << false << false;
    QTest::newRow("bernoulli, conditional") << static_cast<int>(Likelihood::Bernoulli) << true << true;
    for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::ContinuousBernoulli, Likelihood::Gaussian, Likelihood::Poisson})
        QTest::newRow(std::string(name(likelihood)).c_str()) << static_cast<int>(likelihood) << false << true;
}

/// The row's model, trained once for all tests.
const Sheet& fetchedSheet()
{
    QFETCH(int, likelihood);
    QFETCH(bool, conditional);
    QFETCH(bool, tensors);
    static std::map<QByteArray, std::unique_ptr<Sheet>> sheets;
    std::unique_ptr<Sheet>& sheet = sheets[QTest::currentDataTag()];
    if (!sheet)
        sheet = std::make_unique<Sheet>(static_cast<Likelihood>(likelihood), conditional, tensors);
    return *sheet;
}

} // namespace

class IwaeOraclesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gridsLikelihood_overEveryBinaryImage_sumsToOne()
    {
        const Sheet sheet(Likelihood::Bernoulli, /*conditional=*/false, /*tensors=*/false);
        constexpr double kCoarse = 0.2;
        const auto& outputs = sheet.decodedGrid(0, kCoarse);
        double total = 0.0;
        const int side = static_cast<int>(std::lround(std::sqrt(static_cast<double>(outputs.size()))));
        for (int image = 0; image < 1 << kPixels; ++image)
            for (std::size_t at = 0; at < outputs.size(); ++at) {
                const double a = -kGridEnd + kCoarse * (static_cast<int>(at) / side), b = -kGridEnd + kCoarse * (static_cast<int>(at) % side);
                double density = std::exp(-0.5 * (a * a + b * b)) / (2 * std::numbers::pi) * kCoarse * kCoarse;
                for (std::size_t d = 0; d < kPixels; ++d)
                    density *= 1 / (1 + std::exp(image >> d & 1 ? -outputs[at][d] : outputs[at][d]));
                total += density;
            }
        QVERIFY2(std::abs(total - 1.0) < 1e-6, qPrintable(QString::number(total, 'g', 12)));
    }

    void iwae_manyDraws_reachesTheLikelihoodFromBelow_data() { everyModel(); }
    void iwae_manyDraws_reachesTheLikelihoodFromBelow()
    {
        const Sheet& sheet = fetchedSheet();
        const double exact = sheet.logLikelihood();
        double last = -1e9;
        for (const int k : {1, 5, 50, 3000}) {
            const VaeBackend::IwaeBound found = sheet.iwae(k);
            QVERIFY2(found.bound > last - 0.15, // each K has draws of its own
                      qPrintable(QString("K %1: %2 after %3").arg(k).arg(found.bound).arg(last)));
            last = found.bound;
        }
        QVERIFY2(std::abs(last - exact) < 0.1, qPrintable(QString("%1, integrated %2").arg(last).arg(exact)));
    }

    void nelbo_manyDraws_isOffByTheDivergenceFromTheTruePosterior_data() { everyModel(); }
    void nelbo_manyDraws_isOffByTheDivergenceFromTheTruePosterior()
    {
        const Sheet& sheet = fetchedSheet();
        const double nelbo = evaluateSamples(sheet.input(), /*draws=*/2000).value().loss.nelbo;
        const double divergence = sheet.divergenceFromPosterior(), expected = divergence - sheet.logLikelihood();
        QVERIFY2(divergence > 0.005, qPrintable(QString::number(divergence))); // else this would be the test above
        QVERIFY2(std::abs(nelbo - expected) < 0.02, qPrintable(QString("%1, integrated %2, gap %3").arg(nelbo).arg(expected).arg(divergence)));
    }

    void iwae_spoiledEncoder_reachesTheSameLikelihood()
    {
        Sheet sheet(Likelihood::Bernoulli, /*conditional=*/false, /*tensors=*/true);
        const double exact = sheet.logLikelihood(), before = sheet.iwae(1).bound;
        sheet.spoilEncoder(/*muShift=*/0.5f, /*logvarShift=*/0.6f);
        QVERIFY(sheet.iwae(1).bound < before - 0.1);
        const double found = sheet.iwae(3000).bound;
        QVERIFY2(std::abs(found - exact) < 0.1, qPrintable(QString("%1, integrated %2").arg(found).arg(exact)));
    }

    void iwae_standardError_isThatOfTheImagesBounds()
    {
        const Sheet sheet(Likelihood::Bernoulli, /*conditional=*/false, /*tensors=*/false);
        const VaeBackend::IwaeBound whole = sheet.iwae(20);
        double mean = 0.0, squares = 0.0;
        for (const std::int32_t& sample : sheet.samples) {
            const double bound = iwaeBound({*sheet.engine, sheet.config, false, std::span(&sample, 1), {}}, 20).value().bound;
            mean += bound / kImages;
            squares += bound * bound / kImages;
        }
        QVERIFY(std::abs(whole.bound - mean) < 1e-6);
        QVERIFY(std::abs(whole.standardError - std::sqrt((squares - mean * mean) / (kImages - 1))) < 1e-5);
    }
};

QTEST_APPLESS_MAIN(IwaeOraclesTest)
#include "tst_iwae_oracles.moc"
