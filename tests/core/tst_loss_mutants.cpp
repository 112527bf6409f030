// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of a loss that know nothing of how it is computed: they take it as a callable, accept the formulas and both engines, and each refuses
// the mistakes that are usually made there. Every mutant trains without an error; most show a loss that looks fine.
#include "tensor_oracles.h"
#include "torch_reference.h"

#include "core/torch/likelihood.h"
#include "core/torch/objective.h"

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr std::size_t kImages = 6, kPixels = 5, kLatent = 3;
constexpr std::uint64_t kSeed = 9;

/// A linear model whose encoder says the same of every image.
struct Model {
    std::vector<double> mu = std::vector<double>(kLatent), logvar = std::vector<double>(kLatent);
    std::vector<double> weights = std::vector<double>(kPixels * kLatent), bias = std::vector<double>(kPixels); ///< logits = W·z + b
};

Model anyModel(std::uint64_t seed, double weightScale)
{
    RandomStream random = randomFor(seed);
    Model model;
    for (std::size_t j = 0; j < kLatent; ++j) {
        model.mu[j] = random.normal();
        model.logvar[j] = random.normal() - 0.5;
    }
    for (double& weight : model.weights)
        weight = weightScale * random.normal();
    for (double& number : model.bias)
        number = random.normal();
    return model;
}

/// The images all losses are measured on, and the ε that a run with the seed draws for each.
struct Batch {
    std::shared_ptr<const Dataset> data = randomFloats(kImages, 1, kPixels);
    at::Tensor x = at::empty({kImages, kPixels}, at::kDouble), epsilon = at::empty({kImages, kLatent}, at::kDouble);

    Batch()
    {
        std::vector<float> row(kPixels), noise(kLatent);
        for (std::size_t i = 0; i < kImages; ++i) {
            data->copyFloats(data->train(), i, row);
            std::copy(row.begin(), row.end(), x.mutable_data_ptr<double>() + i * kPixels);
            trainingNoise(kSeed, /*epoch=*/0, i, noise);
            std::copy(noise.begin(), noise.end(), epsilon.mutable_data_ptr<double>() + i * kLatent);
        }
    }
};

const Batch& batch()
{
    static const Batch made;
    return made;
}

/// NELBO of a model on the batch in nats per image, Bernoulli likelihood, one draw an image.
using Loss = std::function<double(const Model&)>;

// --- what is to be accepted ---------------------------------------------------------------------------------------------------------

/// The parts a loss is made of, each of which a mutant replaces. mu, logvar: [n, L].
struct Recipe {
    std::function<at::Tensor(const at::Tensor& mu, const at::Tensor& logvar)> kl = [](const at::Tensor& mu, const at::Tensor& logvar) {
        return regulariser({}, {}, {mu, logvar, {}, {}}, kImages);
    };
    std::function<at::Tensor(const at::Tensor& mu, const at::Tensor& logvar, const at::Tensor& epsilon)> draw =
        [](const at::Tensor& mu, const at::Tensor& logvar, const at::Tensor& epsilon) { return mu + (0.5 * logvar).exp() * epsilon; };
    std::function<at::Tensor(const at::Tensor& logits, const at::Tensor& x)> reconstruction = [](const at::Tensor& logits, const at::Tensor& x) {
        return negativeLogLikelihood(Likelihood::Bernoulli, logits, x, {}).mean();
    };
    std::function<at::Tensor(const at::Tensor& output)> head = [](const at::Tensor& output) { return output; };
};

Loss lossOf(Recipe recipe)
{
    return [recipe = std::move(recipe)](const Model& model) {
        const auto everyImage = [](const std::vector<double>& values) { return column(values).t().expand({kImages, kLatent}).contiguous(); };
        const at::Tensor mu = recipe.head(everyImage(model.mu)), logvar = recipe.head(everyImage(model.logvar));
        const at::Tensor z = recipe.draw(mu, logvar, batch().epsilon);
        const at::Tensor logits = at::matmul(z, column(model.weights).view({kPixels, kLatent}).t()) + column(model.bias).t();
        return number(recipe.reconstruction(logits, batch().x) + recipe.kl(mu, logvar));
    };
}

/// What an engine reports of a step with such weights.
Loss lossOfEngine(bool tensors)
{
    return [tensors](const Model& model) {
        RunConfig config;
        config.model.encoderHidden = {};
        config.model.latent = kLatent;
        config.training.batchSize = kImages;
        config.training.seed = kSeed;
        const EngineSetup setup = setupFor(config, batch().data);
        const auto engine = tensors ? makeTensorEngine(setup, "cpu") : makeCpuEngine(setup);
        const ParameterLayout& layout = engine->layout();
        std::vector<float> p(layout.size());
        const auto put = [&](const std::vector<double>& values, std::size_t at) {
            std::transform(values.begin(), values.end(), p.begin() + static_cast<std::ptrdiff_t>(at), [](double v) { return static_cast<float>(v); });
        };
        put(model.mu, layout.heads().bias);
        put(model.logvar, layout.heads().bias + kLatent);
        put(model.weights, layout.decoder().front().weight);
        put(model.bias, layout.decoder().front().bias);
        engine->write(StateBuffer::Parameters, p);
        engine->beginEpoch(/*epoch=*/0, setup.trainingIndices);
        engine->step(0, kImages, {/*beta=*/1.0, /*learningRate=*/0.0});
        return engine->drainSteps().front().objective / static_cast<double>(kImages);
    };
}

// --- the checks: empty when the loss is accepted -------------------------------------------------------------------------------------

QString unequal(const char* what, double found, double expected)
{
    if (std::abs(found - expected) < 1e-5 * std::max(1.0, std::abs(expected)))
        return {};
    return QString("%1: %2, expected %3").arg(what).arg(found).arg(expected);
}

/// ∫ q log(q/p) of one dimension by the trapezium rule, which converges faster than any power for what vanishes at both ends.
double klByIntegration(double mu, double logvar)
{
    constexpr int kSteps = 4000;
    const double sigma = std::exp(logvar / 2), width = 24 * sigma / kSteps;
    double sum = 0.0;
    for (int i = 0; i <= kSteps; ++i) {
        const double z = mu - 12 * sigma + width * i, e = (z - mu) / sigma;
        sum += std::exp(-0.5 * e * e) / (sigma * std::sqrt(2 * std::numbers::pi)) * (-0.5 * e * e - std::log(sigma) + 0.5 * z * z) * width;
    }
    return sum;
}

/// With a decoder that ignores z, what moves the posterior away from the prior adds its KL and nothing else.
QString klIsWrong(const Loss& loss)
{
    for (const std::uint64_t seed : {1, 2, 3}) {
        const Model model = anyModel(seed, /*weightScale=*/0.0);
        Model prior = model;
        prior.mu.assign(kLatent, 0.0);
        prior.logvar.assign(kLatent, 0.0);
        double expected = 0.0;
        for (std::size_t j = 0; j < kLatent; ++j)
            expected += klByIntegration(model.mu[j], model.logvar[j]);
        if (const QString problem = unequal("KL", loss(model) - loss(prior), expected); !problem.isEmpty())
            return problem;
    }
    return {};
}

/// At the prior, and with a decoder that ignores z, the loss is the cross-entropy summed over pixels, averaged over images.
QString reconstructionIsWrong(const Loss& loss)
{
    Model model = anyModel(4, /*weightScale=*/0.0);
    model.mu.assign(kLatent, 0.0);
    model.logvar.assign(kLatent, 0.0);
    double expected = 0.0;
    for (std::size_t i = 0; i < kImages; ++i)
        for (std::size_t d = 0; d < kPixels; ++d) {
            const double p = 1 / (1 + std::exp(-model.bias[d])), x = batch().x.const_data_ptr<double>()[i * kPixels + d];
            expected -= (x * std::log(p) + (1 - x) * std::log(1 - p)) / kImages;
        }
    return unequal("R", loss(model), expected);
}

/// What the decoder's use of z adds to R is what codes μ + σ·ε add, each image and dimension with an ε of its own.
QString samplingIsWrong(const Loss& loss)
{
    for (const std::uint64_t seed : {5, 6}) {
        const Model model = anyModel(seed, /*weightScale=*/0.8);
        Model blind = model;
        blind.weights.assign(kPixels * kLatent, 0.0);
        double expected = 0.0;
        for (std::size_t i = 0; i < kImages; ++i)
            for (std::size_t d = 0; d < kPixels; ++d) {
                double logit = model.bias[d];
                for (std::size_t j = 0; j < kLatent; ++j) {
                    const double sigma = std::sqrt(std::exp(model.logvar[j]));
                    logit += model.weights[d * kLatent + j] * (model.mu[j] + sigma * batch().epsilon.const_data_ptr<double>()[i * kLatent + j]);
                }
                const double x = batch().x.const_data_ptr<double>()[i * kPixels + d];
                const auto nats = [x](double o) { return -x * std::log(1 / (1 + std::exp(-o))) - (1 - x) * std::log(1 / (1 + std::exp(o))); };
                expected += (nats(logit) - nats(model.bias[d])) / kImages;
            }
        if (const QString problem = unequal("what z adds to R", loss(model) - loss(blind), expected); !problem.isEmpty())
            return problem;
    }
    return {};
}

/// Each of the L means and each of the L log variances is a number of its own: moving one adds its KL, whichever it is.
QString headsAreShared(const Loss& loss)
{
    const Model prior;
    for (std::size_t j = 0; j < kLatent; ++j) {
        Model moved = prior, narrowed = prior;
        moved.mu[j] = 2.0;
        narrowed.logvar[j] = -2.0;
        if (const QString problem = unequal("KL of one mean", loss(moved) - loss(prior), 2.0); !problem.isEmpty())
            return problem;
        if (const QString problem = unequal("KL of one variance", loss(narrowed) - loss(prior), 0.5 * (1.0 + std::exp(-2.0))); !problem.isEmpty())
            return problem;
    }
    return {};
}

/// A mutant must be refused by the check that is meant for it.
#define REFUSES(check, recipe) QVERIFY2(!check(lossOf(recipe)).isEmpty(), "The mutant was accepted.")
#define ACCEPTS(check, recipe)                                                                                                                      \
    do {                                                                                                                                            \
        const QString problem = check(lossOf(recipe));                                                                                              \
        QVERIFY2(problem.isEmpty(), qPrintable(problem));                                                                                           \
    } while (false)

} // namespace

class LossMutantsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ours_everyCheck_isAccepted_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("formulas") << 0;
        QTest::newRow("CPU engine") << 1;
        QTest::newRow("tensor engine") << 2;
    }
    void ours_everyCheck_isAccepted()
    {
        QFETCH(int, which);
        const Loss loss = which == 0 ? lossOf({}) : lossOfEngine(/*tensors=*/which == 2);
        for (const auto& check : {klIsWrong, reconstructionIsWrong, samplingIsWrong, headsAreShared}) {
            const QString problem = check(loss);
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
    }

    void kl_withItsSignFlipped_isRefused()
    {
        Recipe mutant;
        mutant.kl = [](const at::Tensor& mu, const at::Tensor& logvar) { return 0.5 * (1 + logvar - mu.square() - logvar.exp()).sum(1).mean(); };
        REFUSES(klIsWrong, mutant);
    }

    void kl_withoutItsHalf_isRefused()
    {
        Recipe mutant;
        mutant.kl = [](const at::Tensor& mu, const at::Tensor& logvar) { return -(1 + logvar - mu.square() - logvar.exp()).sum(1).mean(); };
        REFUSES(klIsWrong, mutant);
    }

    void kl_withSigmaForItsSquare_isRefused()
    {
        Recipe mutant;
        mutant.kl = [](const at::Tensor& mu, const at::Tensor& logvar) { return klPerElement(mu, 0.5 * logvar).sum(1).mean(); };
        REFUSES(klIsWrong, mutant);
    }

    void kl_meanOverTheDimensions_isRefused()
    {
        Recipe mutant;
        mutant.kl = [](const at::Tensor& mu, const at::Tensor& logvar) { return klPerElement(mu, logvar).mean(); };
        REFUSES(klIsWrong, mutant);
    }

    void kl_summedOverTheBatch_isRefused()
    {
        Recipe mutant;
        mutant.kl = [](const at::Tensor& mu, const at::Tensor& logvar) { return klPerElement(mu, logvar).sum(); };
        REFUSES(klIsWrong, mutant);
    }

    void kl_leftOut_isRefused()
    {
        Recipe mutant;
        mutant.kl = [](const at::Tensor& mu, const at::Tensor&) { return at::zeros({}, mu.options()); };
        REFUSES(klIsWrong, mutant);
    }

    void reconstruction_meanOverThePixels_isRefused()
    {
        Recipe mutant;
        mutant.reconstruction = [](const at::Tensor& logits, const at::Tensor& x) { return at::binary_cross_entropy_with_logits(logits, x); };
        REFUSES(reconstructionIsWrong, mutant);
        ACCEPTS(klIsWrong, mutant); // it is R alone that is wrong, and R that says so
    }

    void reconstruction_throughASecondSigmoid_isRefused()
    {
        Recipe mutant;
        mutant.reconstruction = [](const at::Tensor& logits, const at::Tensor& x) {
            return negativeLogLikelihood(Likelihood::Bernoulli, logits.sigmoid(), x, {}).mean();
        };
        REFUSES(reconstructionIsWrong, mutant);
    }

    void reconstruction_asASquaredError_isRefused()
    {
        Recipe mutant;
        mutant.reconstruction = [](const at::Tensor& logits, const at::Tensor& x) { return (logits.sigmoid() - x).square().sum(1).mean(); };
        REFUSES(reconstructionIsWrong, mutant);
    }

    void draw_withTheVarianceForSigma_isRefused()
    {
        Recipe mutant;
        mutant.draw = [](const at::Tensor& mu, const at::Tensor& logvar, const at::Tensor& epsilon) { return mu + logvar.exp() * epsilon; };
        REFUSES(samplingIsWrong, mutant);
        ACCEPTS(klIsWrong, mutant);
        ACCEPTS(reconstructionIsWrong, mutant);
    }

    void draw_withoutNoise_isRefused()
    {
        Recipe mutant;
        mutant.draw = [](const at::Tensor& mu, const at::Tensor&, const at::Tensor&) { return mu; };
        REFUSES(samplingIsWrong, mutant);
    }

    void draw_oneNoiseForTheWholeBatch_isRefused()
    {
        Recipe mutant;
        mutant.draw = [](const at::Tensor& mu, const at::Tensor& logvar, const at::Tensor& epsilon) {
            return mu + (0.5 * logvar).exp() * epsilon.narrow(0, 0, 1);
        };
        REFUSES(samplingIsWrong, mutant);
    }

    void draw_oneNoiseForEveryDimension_isRefused()
    {
        Recipe mutant;
        mutant.draw = [](const at::Tensor& mu, const at::Tensor& logvar, const at::Tensor& epsilon) {
            return mu + (0.5 * logvar).exp() * epsilon.narrow(1, 0, 1);
        };
        REFUSES(samplingIsWrong, mutant);
    }

    void heads_ofWidthOne_areRefusedThoughTheyBroadcast()
    {
        Recipe mutant;
        mutant.head = [](const at::Tensor& output) { return output.narrow(1, 0, 1); }; // [n, 1] goes with every [n, L]
        QVERIFY(std::isfinite(lossOf(mutant)(anyModel(7, 1.0)))); // no error anywhere
        REFUSES(headsAreShared, mutant);
        REFUSES(klIsWrong, mutant);
    }
};

QTEST_APPLESS_MAIN(LossMutantsTest)
#include "tst_loss_mutants.moc"
