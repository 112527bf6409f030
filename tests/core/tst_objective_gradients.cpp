// SPDX-License-Identifier: GPL-3.0-or-later
// Every objective's gradient against central differences in double: of the formulas by each of their inputs, and of whole networks by
// each of their weights.
#include "tensor_oracles.h"

#include "core/torch/likelihood.h"
#include "core/torch/objective.h"
#include "core/torch/vae_network.h"

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr std::int64_t kRows = 6, kLatent = 3, kDatasetSize = 90;
constexpr StepControls kControls{.beta = 1.7, .learningRate = 0.0, .capacity = 2.5};

/// A named way to fill in the objective.
struct Variant {
    const char* name;
    ObjectiveKind kind;
    double gamma = 0.0;
    double capacity = 0.0; ///< C(t)
    double freeBits = 0.0;
};
constexpr std::array kVariants{
    Variant{"vae", ObjectiveKind::Vae},
    Variant{"vae with more than its capacity", ObjectiveKind::Vae, /*gamma=*/5.0, /*capacity=*/0.1},
    Variant{"vae below its capacity", ObjectiveKind::Vae, 5.0, 40.0},
    Variant{"vae with free bits", ObjectiveKind::Vae, 0.0, 0.0, /*freeBits=*/0.35},
    Variant{"ae", ObjectiveKind::Autoencoder},
    Variant{"infovae", ObjectiveKind::InfoVae},
    Variant{"tcvae", ObjectiveKind::BetaTcVae},
    Variant{"dipvae", ObjectiveKind::DipVae},
    Variant{"cvae", ObjectiveKind::ConditionalVae},
};
constexpr std::array kLikelihoods{Likelihood::Bernoulli, Likelihood::ContinuousBernoulli, Likelihood::Gaussian, Likelihood::GaussianLearned,
                                  Likelihood::Poisson};

ObjectiveConfig objectiveOf(const Variant& variant, Likelihood likelihood = Likelihood::Bernoulli)
{
    ObjectiveConfig config;
    config.kind = variant.kind;
    config.gamma = variant.gamma;
    config.freeBits = variant.freeBits;
    config.lambda = 4.0;
    config.likelihood = likelihood;
    config.sigma = 0.6;
    return config;
}

StepControls controlsOf(const Variant& variant)
{
    StepControls controls = kControls;
    controls.capacity = variant.capacity;
    return controls;
}

/// Numbers that the likelihood may see.
at::Tensor observationsFor(Likelihood likelihood, RandomStream& random, std::int64_t columns)
{
    const at::Tensor x = uniforms(random, kRows, columns);
    return likelihood == Likelihood::Poisson ? (x * 6.0).floor() / kCountsPerUnit : x;
}

enum class Input { Mu, LogVar, Z };

/// A whole model in double: the objective as a function of its flat parameters, from x to nats.
class Model {
public:
    Model(RunConfig config, const StepControls& controls) : m_config(fitted(std::move(config))), m_layout(m_config), m_controls(controls)
    {
        m_network = makeNetwork(m_config, m_layout);
        RandomStream random = randomFor(41);
        m_x = observationsFor(m_config.objective.likelihood, random, m_layout.pixels());
        m_noise = normals(random, kRows, m_layout.latent());
        m_prior = normals(random, kRows, m_layout.latent());
        if (m_config.model.classes > 0)
            m_oneHot = oneHotOf(at::arange(kRows, at::kLong).remainder(m_config.model.classes), m_config.model.classes, m_x);
    }

    [[nodiscard]] at::Tensor parameters() const
    {
        std::vector<float> start(m_layout.size());
        m_layout.initialise(start, /*seed=*/5);
        const at::Tensor flat = at::empty({static_cast<std::int64_t>(start.size())}, at::kDouble);
        std::copy(start.begin(), start.end(), flat.mutable_data_ptr<double>());
        return flat * 1.5; // larger than the usual start: curved enough to tell a slope from a constant
    }

    [[nodiscard]] at::Tensor objective(const at::Tensor& flat) const
    {
        const std::vector<at::Tensor> weights = viewsOf(m_layout, flat);
        const std::int64_t latent = m_layout.latent();
        const at::Tensor heads = m_network->encode(weights, m_x, m_oneHot, {});
        Codes codes{heads.narrow(1, 0, latent), heads.narrow(1, latent, latent), {}, m_prior};
        codes.z = m_config.objective.isVariational() ? codes.mu + (0.5 * codes.logvar).exp() * m_noise : codes.mu;
        const at::Tensor raw = m_layout.logSigma() ? weights[m_layout.indexOf("log_sigma")].squeeze() : at::Tensor();
        const ObjectiveConfig& objective = m_config.objective;
        const at::Tensor nats = negativeLogLikelihood(objective.likelihood, m_network->decode(weights, codes.z, m_oneHot, {}), m_x,
                                                      logSigmaOf(objective, raw, flat));
        return nats.mean() + regulariser(objective, m_controls, codes, kDatasetSize);
    }

    /// Compares the gradient with differences: at most perTensor weights of each tensor, and the slope along one direction of all of them.
    [[nodiscard]] QString disagreement(std::int64_t perTensor) const
    {
        const ScalarFunction whole = [this](const at::Tensor& flat) { return objective(flat); };
        const at::Tensor place = parameters();
        const at::Tensor slopes = slopesOf(whole, place);
        if (!(number(slopes.abs().max()) > 1e-3))
            return "a gradient of zeros";
        for (const NamedTensor& tensor : m_layout.tensors()) {
            const auto offset = static_cast<std::int64_t>(tensor.offset), count = static_cast<std::int64_t>(tensor.count);
            const ScalarFunction part = [&](const at::Tensor& values) {
                return objective(at::cat({place.narrow(0, 0, offset), values, place.slice(0, offset + count)}));
            };
            const QString found = slopesDisagree(part, place.narrow(0, offset, count), (count + perTensor - 1) / perTensor, 2e-6);
            if (!found.isEmpty())
                return QString::fromStdString(tensor.name) + ", " + found;
        }
        RandomStream random = randomFor(42);
        const at::Tensor direction = normals(random, 1, place.size(0)).flatten();
        constexpr double kStep = 1e-5;
        const double found = number((slopes * direction).sum());
        const double expected = number(objective(place + kStep * direction) - objective(place - kStep * direction)) / (2 * kStep);
        if (std::abs(found - expected) < 1e-5 * std::max(1.0, std::abs(expected)))
            return {};
        return QString("along all: %1, by differences %2").arg(found).arg(expected);
    }

private:
    static RunConfig fitted(RunConfig config)
    {
        config.model.classes = config.objective.kind == ObjectiveKind::ConditionalVae ? 2 : 0;
        return config;
    }

    RunConfig m_config;
    ParameterLayout m_layout;
    StepControls m_controls;
    std::unique_ptr<const VaeNetwork> m_network;
    at::Tensor m_x, m_noise, m_prior, m_oneHot;
};

RunConfig tinyModel(Architecture architecture, const ObjectiveConfig& objective)
{
    RunConfig config;
    config.model.architecture = architecture;
    config.model.activation = Activation::Tanh; // smooth: differences across a corner of ReLU mean nothing
    config.model.latent = 2;
    config.objective = objective;
    switch (architecture) {
    case Architecture::Mlp:
        config.model.inputShape = {1, 1, 5};
        config.model.encoderHidden = {4};
        break;
    case Architecture::Conv:
        config.model.inputShape = {1, 8, 9};
        config.model.encoderHidden = {2, 3};
        config.model.denseWidth = 4;
        break;
    case Architecture::Gru:
        config.model.inputShape = {2, 1, 5};
        config.model.encoderHidden = {3};
        break;
    }
    return config;
}

/// Rows "architecture, variant, likelihood": all pairs for mlp; for the others each variant and each likelihood once.
void networkRows()
{
    QTest::addColumn<int>("architecture");
    QTest::addColumn<int>("variant");
    QTest::addColumn<int>("likelihood");
    for (const Architecture architecture : {Architecture::Mlp, Architecture::Conv, Architecture::Gru})
        for (std::size_t variant = 0; variant < kVariants.size(); ++variant)
            for (const Likelihood likelihood : kLikelihoods)
                if (architecture == Architecture::Mlp || variant == 0 || likelihood == Likelihood::Bernoulli)
                    QTest::newRow(qPrintable(QString("%1, %2, %3").arg(name(architecture).data(), kVariants[variant].name, name(likelihood).data())))
                        << static_cast<int>(architecture) << static_cast<int>(variant) << static_cast<int>(likelihood);
}

} // namespace

class ObjectiveGradientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { computeOnThisThread(); }

    void likelihood_byOutputsAndScale_matchesDifferences_data()
    {
        QTest::addColumn<int>("likelihood");
        for (const Likelihood likelihood : kLikelihoods)
            QTest::newRow(name(likelihood).data()) << static_cast<int>(likelihood);
    }
    void likelihood_byOutputsAndScale_matchesDifferences()
    {
        QFETCH(int, likelihood);
        const auto kind = static_cast<Likelihood>(likelihood);
        RandomStream random = randomFor(43);
        at::Tensor output = normals(random, kRows, 9, 2.0);
        output.narrow(1, 0, 2).mul_(0.05); // next to 0, where the continuous Bernoulli is a series
        output.narrow(1, 2, 1).zero_();
        const at::Tensor x = observationsFor(kind, random, 9), weights = uniforms(random, kRows, 1).squeeze(1);
        const ObjectiveConfig config = objectiveOf(kVariants[0], kind);
        for (const double raw : {-7.0, -1.0, 0.4}) {
            const at::Tensor scale = at::scalar_tensor(raw, at::kDouble);
            const auto loss = [&](const at::Tensor& o, const at::Tensor& s) {
                return (weights * negativeLogLikelihood(kind, o, x, logSigmaOf(config, s, o))).sum();
            };
            const QString byOutput = slopesDisagree([&](const at::Tensor& o) { return loss(o, scale); }, output, 1, 1e-5);
            QVERIFY2(byOutput.isEmpty(), qPrintable(byOutput));
            if (kind == Likelihood::GaussianLearned) {
                const QString byScale = slopesDisagree([&](const at::Tensor& s) { return loss(output, s); }, scale, 1, 1e-5);
                QVERIFY2(byScale.isEmpty(), qPrintable(byScale));
            }
        }
        const QString ofMean = slopesDisagree([&](const at::Tensor& o) { return (weights.unsqueeze(1) * likelihoodMean(kind, o)).sum(); }, output);
        QVERIFY2(ofMean.isEmpty(), qPrintable(ofMean));
    }

    void regulariser_byEachInput_matchesDifferences_data()
    {
        QTest::addColumn<int>("variant");
        for (std::size_t variant = 0; variant < kVariants.size(); ++variant)
            QTest::newRow(kVariants[variant].name) << static_cast<int>(variant);
    }
    void regulariser_byEachInput_matchesDifferences()
    {
        QFETCH(int, variant);
        const Variant& of = kVariants[static_cast<std::size_t>(variant)];
        RandomStream random = randomFor(44);
        const at::Tensor mu = normals(random, kRows, kLatent), logvar = normals(random, kRows, kLatent, 0.5, -0.7);
        const at::Tensor z = normals(random, kRows, kLatent), prior = normals(random, kRows, kLatent);
        for (const Input input : {Input::Mu, Input::LogVar, Input::Z}) {
            const ScalarFunction loss = [&](const at::Tensor& place) {
                const Codes codes{input == Input::Mu ? place : mu, input == Input::LogVar ? place : logvar, input == Input::Z ? place : z, prior};
                return regulariser(objectiveOf(of), controlsOf(of), codes, kDatasetSize) + 0.0 * place.sum(); // some do not read z
            };
            const QString found = slopesDisagree(loss, input == Input::Mu ? mu : input == Input::LogVar ? logvar : z);
            QVERIFY2(found.isEmpty(), qPrintable(QString("input %1, %2").arg(static_cast<int>(input)).arg(found)));
        }
    }

    void network_everyObjectiveAndLikelihood_matchesDifferences_data() { networkRows(); }
    void network_everyObjectiveAndLikelihood_matchesDifferences()
    {
        QFETCH(int, architecture);
        QFETCH(int, variant);
        QFETCH(int, likelihood);
        const Variant& of = kVariants[static_cast<std::size_t>(variant)];
        const Model model(tinyModel(static_cast<Architecture>(architecture), objectiveOf(of, static_cast<Likelihood>(likelihood))), controlsOf(of));
        const QString found = model.disagreement(/*perTensor=*/5);
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }

    void network_everyOption_matchesDifferences_data()
    {
        using Change = std::function<void(ModelConfig&)>;
        QTest::addColumn<int>("architecture");
        QTest::addColumn<Change>("change");
        QTest::newRow("mlp, silu, two layers, layer norm") << static_cast<int>(Architecture::Mlp) << Change([](ModelConfig& m) {
            m.activation = Activation::Silu;
            m.encoderHidden = {6, 4};
            m.layerNorm = true;
        });
        QTest::newRow("mlp without hidden layers") << static_cast<int>(Architecture::Mlp) << Change([](ModelConfig& m) { m.encoderHidden = {}; });
        QTest::newRow("conv, silu, layer norm, colour") << static_cast<int>(Architecture::Conv) << Change([](ModelConfig& m) {
            m.activation = Activation::Silu;
            m.layerNorm = true;
            m.inputShape.channels = 3;
        });
        QTest::newRow("gru, two layers, one channel") << static_cast<int>(Architecture::Gru) << Change([](ModelConfig& m) {
            m.encoderHidden = {3, 3};
            m.inputShape.channels = 1;
        });
    }
    void network_everyOption_matchesDifferences()
    {
        QFETCH(int, architecture);
        QFETCH(std::function<void(ModelConfig&)>, change);
        RunConfig config = tinyModel(static_cast<Architecture>(architecture), objectiveOf(kVariants[0]));
        change(config.model);
        const QString found = Model(config, kControls).disagreement(/*perTensor=*/5);
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }
};

QTEST_APPLESS_MAIN(ObjectiveGradientsTest)
#include "tst_objective_gradients.moc"
