// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/vae_network.h"
#include "network_configs.h"
#include "torch_modules.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <QtTest>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr std::int64_t kRows = 3;

/// The networks that are compared with PyTorch's modules.
std::vector<std::pair<std::string, RunConfig>> networks()
{
    std::vector<std::pair<std::string, RunConfig>> all;
    for (const int classes : {0, 4}) {
        const std::string suffix = classes > 0 ? ", classes" : "";
        for (const Activation activation : {Activation::Relu, Activation::Silu, Activation::Tanh})
            for (const bool norm : {false, true})
                all.emplace_back("mlp " + std::string(name(activation)) + (norm ? ", norm" : "") + suffix,
                                 withModel(mlpConfig(classes), activation, norm));
        all.emplace_back("mlp, norm, dropout" + suffix, withModel(mlpConfig(classes), Activation::Relu, true, 0.3));
        RunConfig linear = mlpConfig(classes);
        linear.model.encoderHidden.clear();
        linear.model.decoderHidden.clear();
        all.emplace_back("mlp without hidden layers" + suffix, linear);
        for (const int side : {8, 28, 31, 33, 128})
            for (const int channels : {1, 3})
                all.emplace_back("conv " + std::to_string(channels) + " x " + std::to_string(side) + suffix,
                                 withModel(convConfig({channels, side, side}, classes), Activation::Silu, channels == 3));
        all.emplace_back("conv oblong, dropout" + suffix, withModel(convConfig({1, 9, 22}, classes), Activation::Tanh, false, 0.3));
        for (const int layers : {1, 2})
            for (const int channels : {1, 3})
                all.emplace_back("gru " + std::to_string(layers) + ", " + std::to_string(channels) + " channels" + suffix,
                                 gruConfig(channels, layers, classes));
    }
    return all;
}

/// Everything one comparison needs: the network, its weights as leaves, and a batch.
struct Case {
    Case(const RunConfig& runConfig, at::TensorOptions options) : config(runConfig), layout(config), network(makeNetwork(config, layout))
    {
        std::vector<float> initial(layout.size());
        layout.initialise(initial, /*seed=*/3);
        at::Generator random = at::detail::createCPUGenerator(/*seed_val=*/17);
        // Off the start, where norms are the identity.
        at::Tensor flat = at::from_blob(initial.data(), {static_cast<std::int64_t>(initial.size())}, at::kFloat).to(at::kDouble);
        flat = flat + 0.05 * at::randn(flat.sizes(), random, flat.options());
        for (const at::Tensor& view : viewsOf(layout, flat.to(options)))
            weights.push_back(view.detach().requires_grad_(true));
        x = at::rand({kRows, layout.pixels()}, random, at::kDouble).to(options);
        z = at::randn({kRows, layout.latent()}, random, at::kDouble).to(options);
        if (config.model.classes > 0)
            oneHot = oneHotOf(at::arange(kRows, at::TensorOptions(options.device()).dtype(at::kLong)), config.model.classes, x);
    }

    RunConfig config;
    ParameterLayout layout;
    std::unique_ptr<const VaeNetwork> network;
    std::vector<at::Tensor> weights;
    at::Tensor x, z, oneHot;
};

double distance(const at::Tensor& a, const at::Tensor& b)
{
    return (a - b).abs().max().to(at::kCPU, at::kDouble).item<double>();
}

/// A number that depends on every weight.
at::Tensor summary(const at::Tensor& heads, const at::Tensor& outputs)
{
    return heads.pow(2).sum() + (0.5 * outputs + 0.1).pow(3).mean();
}

} // namespace

class VaeNetworkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); } // small tensors: threads would only wait for each other

    void network_andPyTorchsModules_agree_data()
    {
        QTest::addColumn<int>("which");
        const auto all = networks();
        for (std::size_t i = 0; i < all.size(); ++i)
            QTest::newRow(all[i].first.c_str()) << static_cast<int>(i);
    }

    void network_andPyTorchsModules_agree()
    {
        QFETCH(int, which);
        const RunConfig config = networks()[static_cast<std::size_t>(which)].second;
        for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
            const Case ours(config, type);
            TorchModules theirs(config.model);
            theirs.to(type);
            theirs.eval();

            // Names, order and shapes are those of PyTorch's own state_dict.
            const auto parameters = theirs.named_parameters();
            QCOMPARE(ours.layout.tensors().size(), parameters.size());
            for (std::size_t i = 0; i < parameters.size(); ++i) {
                QCOMPARE(QString::fromStdString(ours.layout.tensors()[i].name), QString::fromStdString(parameters[i].key()));
                QVERIFY(ours.weights[i].sizes() == parameters[i].value().sizes());
                const c10::NoGradGuard noGradients;
                parameters[i].value().copy_(ours.weights[i]);
            }

            const double limit = type == at::kFloat ? 1e-5 : 1e-12;
            const at::Tensor heads = ours.network->encode(ours.weights, ours.x, ours.oneHot, {});
            const at::Tensor outputs = ours.network->decode(ours.weights, ours.z, ours.oneHot, {});
            QVERIFY(heads.sizes() == (std::vector<std::int64_t>{kRows, 2 * config.model.latent}));
            QVERIFY(outputs.sizes() == ours.x.sizes());
            QVERIFY(heads.scalar_type() == type && outputs.scalar_type() == type);
            const at::Tensor theirHeads = theirs.encode(ours.x, ours.oneHot), theirOutputs = theirs.decode(ours.z, ours.oneHot);
            QVERIFY2(distance(heads, theirHeads) < limit, qPrintable(QString::number(distance(heads, theirHeads))));
            QVERIFY2(distance(outputs, theirOutputs) < limit, qPrintable(QString::number(distance(outputs, theirOutputs))));

            // And so are the gradients of every weight.
            const auto slopes = torch::autograd::grad({summary(heads, outputs)}, ours.weights);
            const auto theirSlopes = torch::autograd::grad({summary(theirHeads, theirOutputs)}, theirs.parameters());
            for (std::size_t i = 0; i < slopes.size(); ++i) {
                QVERIFY2(distance(slopes[i], theirSlopes[i]) < 50 * limit, ours.layout.tensors()[i].name.c_str());
                QVERIFY2(slopes[i].abs().sum().item<double>() > 0.0, ours.layout.tensors()[i].name.c_str()); // none is left out
            }
        }
    }

    void classes_ofTheOneHot_changeBothSides_data()
    {
        QTest::addColumn<int>("architecture");
        for (const Architecture architecture : {Architecture::Mlp, Architecture::Conv, Architecture::Gru})
            QTest::newRow(std::string(name(architecture)).c_str()) << static_cast<int>(architecture);
    }

    void classes_ofTheOneHot_changeBothSides()
    {
        QFETCH(int, architecture);
        const RunConfig configs[] = {mlpConfig(4), convConfig({1, 12, 12}, 4), gruConfig(1, 1, 4)};
        const Case ours(configs[architecture], at::kDouble);
        const at::Tensor other = ours.oneHot.roll(1, 1);
        QVERIFY(distance(ours.network->encode(ours.weights, ours.x, ours.oneHot, {}), ours.network->encode(ours.weights, ours.x, other, {})) > 1e-3);
        QVERIFY(distance(ours.network->decode(ours.weights, ours.z, ours.oneHot, {}), ours.network->decode(ours.weights, ours.z, other, {})) > 1e-3);
    }

    void conv_everySideFrom8To128_comesBack()
    {
        const c10::NoGradGuard noGradients;
        for (int side = 8; side <= 128; ++side)
            for (const std::vector<int>& planes : {std::vector<int>{2}, std::vector<int>{2, 3, 2}, std::vector<int>{2, 2, 2, 2, 2, 2}}) {
                RunConfig config = convConfig({1, side, 136 - side});
                config.model.encoderHidden = planes;
                config.model.decoderHidden.clear();
                const Case ours(config, at::kFloat);
                QCOMPARE(ours.network->encode(ours.weights, ours.x, {}, {}).size(1), 6);
                const at::Tensor outputs = ours.network->decode(ours.weights, ours.z, {}, {});
                QVERIFY2(outputs.sizes() == ours.x.sizes(), qPrintable(QString("side %1").arg(side)));
            }
    }

    void dropout_withoutGenerator_doesNothing()
    {
        const Case ours(withModel(mlpConfig(), Activation::Relu, false, 0.5), at::kDouble);
        const at::Tensor once = ours.network->encode(ours.weights, ours.x, {}, {});
        QVERIFY(distance(once, ours.network->encode(ours.weights, ours.x, {}, {})) == 0.0);
        RunConfig without = ours.config;
        without.model.dropout = 0.0;
        const Case plain(without, at::kDouble); // the same numbers under other names
        QVERIFY(distance(once, plain.network->encode(plain.weights, plain.x, {}, {})) == 0.0);
    }

    void dropout_sameSeed_drawsTheSameMasks_data() { classes_ofTheOneHot_changeBothSides_data(); }
    void dropout_sameSeed_drawsTheSameMasks()
    {
        QFETCH(int, architecture);
        const RunConfig configs[] = {mlpConfig(), convConfig({1, 12, 12}), gruConfig(1, 2)};
        const Case ours(withModel(configs[architecture], Activation::Silu, false, 0.4), at::kDouble);
        const auto both = [&](std::uint64_t seed) {
            const ForwardMode mode{at::detail::createCPUGenerator(seed)};
            const at::Tensor heads = ours.network->encode(ours.weights, ours.x, {}, mode);
            return at::cat({heads.flatten(), ours.network->decode(ours.weights, ours.z, {}, mode).flatten()});
        };
        QVERIFY(distance(both(5), both(5)) == 0.0);
        const at::Tensor differs = both(5).ne(both(6));
        QVERIFY(differs.narrow(0, 0, 18).any().item<bool>());
        QVERIFY(differs.narrow(0, 18, differs.size(0) - 18).any().item<bool>());
    }

    void dropout_beforeALinearLayer_keepsTheExpectation_data()
    {
        QTest::addColumn<bool>("sequence");
        QTest::newRow("mlp") << false;
        QTest::newRow("gru") << true;
    }

    void dropout_beforeALinearLayer_keepsTheExpectation()
    {
        QFETCH(bool, sequence);
        const c10::NoGradGuard noGradients;
        RunConfig config = withModel(sequence ? gruConfig(1, 1) : mlpConfig(), Activation::Tanh, false, 0.3);
        if (!sequence)
            config.model.encoderHidden = {24}; // one hidden layer: the heads are linear in what dropout left
        const Case ours(config, at::kDouble);
        constexpr std::int64_t draws = 40000;
        const at::Tensor x = ours.x.narrow(0, 0, 1);
        const ForwardMode mode{at::detail::createCPUGenerator(9)};
        const at::Tensor many = ours.network->encode(ours.weights, x.expand({draws, x.size(1)}), {}, mode);
        const at::Tensor standardError = many.std(0) / std::sqrt(static_cast<double>(draws));
        QVERIFY((standardError > 1e-5).all().item<bool>());
        const at::Tensor off = (many.mean(0) - ours.network->encode(ours.weights, x, {}, {})[0]) / standardError;
        QVERIFY2(off.abs().max().item<double>() < 4.5, qPrintable(QString::number(off.abs().max().item<double>())));
    }

    void viewsOf_flatBuffer_shareItsMemory()
    {
        const ParameterLayout layout(gruConfig(1, 1));
        const at::Tensor flat = at::zeros({static_cast<std::int64_t>(layout.size())});
        const std::vector<at::Tensor> views = viewsOf(layout, flat);
        QCOMPARE(views.size(), layout.tensors().size());
        for (std::size_t i = 0; i < views.size(); ++i) {
            QVERIFY(views[i].sizes() == at::IntArrayRef(layout.tensors()[i].shape));
            views[i].fill_(static_cast<double>(i + 1));
            QCOMPARE(flat[static_cast<std::int64_t>(layout.tensors()[i].offset)].item<float>(), static_cast<float>(i + 1));
        }
    }

    void oneHotOf_labels_marksOneColumnARow()
    {
        const at::Tensor rows = oneHotOf(at::tensor({2, 0}, at::kLong), 3, at::zeros({}, at::kDouble));
        QVERIFY(rows.equal(at::tensor({0.0, 0.0, 1.0, 1.0, 0.0, 0.0}, at::kDouble).view({2, 3})));
    }

    void network_onAGpu_agreesWithTheCpu_data() { classes_ofTheOneHot_changeBothSides_data(); }
    void network_onAGpu_agreesWithTheCpu()
    {
        if (!at::hasCUDA())
            QSKIP("There is no GPU here.");
        QFETCH(int, architecture);
        const RunConfig configs[] = {mlpConfig(4), convConfig({3, 31, 33}, 4), gruConfig(3, 2, 4)};
        const RunConfig config = withModel(configs[architecture], Activation::Silu, architecture != 2);
        const auto slopesOn = [&](at::Device device) {
            const Case ours(config, at::TensorOptions(device).dtype(at::kDouble));
            const at::Tensor heads = ours.network->encode(ours.weights, ours.x, ours.oneHot, {});
            return torch::autograd::grad({summary(heads, ours.network->decode(ours.weights, ours.z, ours.oneHot, {}))}, ours.weights);
        };
        const auto host = slopesOn(at::kCPU), device = slopesOn(at::kCUDA);
        for (std::size_t i = 0; i < host.size(); ++i)
            QVERIFY(distance(host[i], device[i].to(at::kCPU)) < 1e-8);
    }
};

QTEST_APPLESS_MAIN(VaeNetworkTest)
#include "tst_vae_network.moc"
