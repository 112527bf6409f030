// SPDX-License-Identifier: GPL-3.0-or-later
// Steps that are recorded once and replayed, on a graph that forgets what the host knew, as a GPU's does.
#include "recorded_graph.h"
#include "core/torch/tensor_engine.h"

#include "engine_runs.h"

#include <QtTest>

#include <algorithm>

using namespace latentscape;
using namespace latentscape::tests;

TORCH_LIBRARY_IMPL(_, Fake, library)
{
    library.fallback(torch::CppFunction::makeFromBoxedFunction<&RecordedGraph::record>());
}

namespace {

using Log = RecordedGraph::Log;

std::unique_ptr<VaeEngine> recordingEngine(const EngineSetup& setup, Log& log)
{
    return std::make_unique<TensorEngine>(setup, "cpu", RecordedGraph::graphs(log));
}

/// Learning rate and β as schedules move them: another one at each step.
StepControls scheduled(int step) { return {0.1 + 0.05 * step, 1e-3 / (1.0 + 0.1 * step), 0.2 * step}; }

std::vector<StepLoss> scheduledTraining(VaeEngine& engine, int epochs, const std::vector<std::int32_t>& order, std::size_t batch)
{
    int step = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        engine.beginEpoch(epoch, order);
        for (std::size_t begin = 0; begin < order.size(); begin += batch)
            engine.step(begin, std::min(batch, order.size() - begin), scheduled(step++));
    }
    return engine.drainSteps();
}

void compareStates(const VaeEngine& found, const VaeEngine& expected)
{
    for (const StateBuffer buffer : {StateBuffer::Parameters, StateBuffer::Gradients, StateBuffer::FirstMoment, StateBuffer::SecondMoment})
        QVERIFY(stateOf(found, buffer) == stateOf(expected, buffer));
    QCOMPARE(found.stepCount(), expected.stepCount());
    const std::size_t size = 64 * static_cast<std::size_t>(found.layout().latent());
    std::vector<float> mu(size), logvar(size), otherMu(size), otherLogvar(size);
    found.readHarvest(mu, logvar);
    expected.readHarvest(otherMu, otherLogvar);
    QVERIFY(mu == otherMu && logvar == otherLogvar);
}

} // namespace

class TorchGraphTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void replayedSteps_equalEagerOnes_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("optimizer");
        QTest::addColumn<int>("binarization");
        QTest::addColumn<int>("likelihood");
        QTest::addColumn<int>("architecture");
        const auto row = [](const char* title, ObjectiveKind kind, OptimizerKind optimizer, Binarization binarization, Likelihood likelihood,
                            Architecture architecture) {
            QTest::newRow(title) << static_cast<int>(kind) << static_cast<int>(optimizer) << static_cast<int>(binarization)
                                 << static_cast<int>(likelihood) << static_cast<int>(architecture);
        };
        using enum Architecture;
        constexpr auto none = Binarization::None;
        row("vae", ObjectiveKind::Vae, OptimizerKind::Adam, none, Likelihood::Bernoulli, Mlp);
        row("adamw, drawn", ObjectiveKind::Vae, OptimizerKind::AdamW, Binarization::Dynamic, Likelihood::Bernoulli, Mlp);
        row("rmsprop, threshold", ObjectiveKind::Vae, OptimizerKind::RmsProp, Binarization::Threshold, Likelihood::Bernoulli, Mlp);
        row("sgd, learned sigma", ObjectiveKind::Vae, OptimizerKind::Sgd, none, Likelihood::GaussianLearned, Mlp);
        row("ae, gaussian", ObjectiveKind::Autoencoder, OptimizerKind::Adam, none, Likelihood::Gaussian, Mlp);
        row("infovae", ObjectiveKind::InfoVae, OptimizerKind::Adam, none, Likelihood::Bernoulli, Mlp);
        row("tcvae, continuous", ObjectiveKind::BetaTcVae, OptimizerKind::Adam, none, Likelihood::ContinuousBernoulli, Mlp);
        row("dipvae, counts", ObjectiveKind::DipVae, OptimizerKind::Adam, none, Likelihood::Poisson, Mlp);
        row("classes", ObjectiveKind::ConditionalVae, OptimizerKind::Adam, none, Likelihood::Bernoulli, Mlp);
        row("conv", ObjectiveKind::Vae, OptimizerKind::Adam, none, Likelihood::Bernoulli, Conv);
    }

    void replayedSteps_equalEagerOnes()
    {
        QFETCH(int, kind);
        QFETCH(int, optimizer);
        QFETCH(int, binarization);
        QFETCH(int, likelihood);
        QFETCH(int, architecture);
        RunConfig config = tinyConfig(static_cast<OptimizerKind>(optimizer));
        config.objective.kind = static_cast<ObjectiveKind>(kind);
        config.objective.binarization = static_cast<Binarization>(binarization);
        config.objective.likelihood = static_cast<Likelihood>(likelihood);
        config.model.architecture = static_cast<Architecture>(architecture);
        if (config.objective.kind == ObjectiveKind::ConditionalVae)
            config.model.classes = 4;
        if (config.model.architecture == Architecture::Conv)
            config.model.encoderHidden = {4, 6};
        const EngineSetup setup = setupFor(config, tinyDataset());
        Log log;
        const auto graph = recordingEngine(setup, log);
        const auto eager = makeTensorEngine(setup, "cpu");
        // 64 = 3 · 20 + 4: each epoch ends with a smaller batch; every sixteenth step measures the norm. Four kinds of steps.
        compareSteps(scheduledTraining(*graph, 9, shuffled(64, 0), 20), scheduledTraining(*eager, 9, shuffled(64, 0), 20));
        compareStates(*graph, *eager);
        QCOMPARE(log.captures, 2); // whole batches and last ones; norms were measured in three steps only, before a recording pays
        QVERIFY(log.replays > 20);
        QVERIFY(graph->stepMode().graph && graph->stepMode().reason.empty());
        QVERIFY(!eager->stepMode().graph && !eager->stepMode().reason.empty());
    }

    void replayedSteps_ofCapacityAndFreeBits_followTheirControls()
    {
        for (const bool capacity : {true, false}) {
            RunConfig config = tinyConfig();
            (capacity ? config.objective.gamma : config.objective.freeBits) = capacity ? 3.0 : 0.1;
            const EngineSetup setup = setupFor(config, tinyDataset());
            Log log;
            const auto graph = recordingEngine(setup, log);
            const auto eager = makeTensorEngine(setup, "cpu");
            compareSteps(scheduledTraining(*graph, 6, shuffled(64, 1), 16), scheduledTraining(*eager, 6, shuffled(64, 1), 16));
            QCOMPARE(log.captures, 1);
        }
    }

    void clippedSteps_measureEachNorm()
    {
        RunConfig config = tinyConfig(OptimizerKind::Sgd);
        config.training.clipNorm = 2.0;
        const EngineSetup setup = setupFor(config, tinyDataset());
        Log log;
        const auto graph = recordingEngine(setup, log);
        const auto eager = makeTensorEngine(setup, "cpu");
        const std::vector<StepLoss> found = scheduledTraining(*graph, 4, shuffled(64, 1), 16);
        compareSteps(found, scheduledTraining(*eager, 4, shuffled(64, 1), 16));
        QVERIFY(std::all_of(found.begin(), found.end(), [](const StepLoss& loss) { return loss.gradientNorm > 0.0; }));
        QCOMPARE(log.captures, 1);
    }

    void replay_afterRollBackWriteAndJump_computesFromThere()
    {
        const EngineSetup setup = setupFor(tinyConfig(), tinyDataset());
        Log log;
        const auto graph = recordingEngine(setup, log);
        const auto eager = makeTensorEngine(setup, "cpu");
        for (VaeEngine* engine : {graph.get(), eager.get()}) {
            (void)scheduledTraining(*engine, 3, shuffled(64, 0), 16);
            engine->keep();
            (void)scheduledTraining(*engine, 2, shuffled(64, 1), 16);
            engine->rollBack();
            engine->beginEpoch(7, shuffled(64, 7));
            engine->step(32, 16, {1.0, 1e-3}); // an epoch that is entered in its middle
            std::vector<float> halved = stateOf(*engine, StateBuffer::Parameters);
            std::transform(halved.begin(), halved.end(), halved.begin(), [](float value) { return value / 2.0f; });
            engine->write(StateBuffer::Parameters, halved);
            engine->setStepCount(500);
            engine->step(48, 16, {1.0, 1e-3});
            engine->step(0, 16, {1.0, 1e-3});
        }
        compareSteps(graph->drainSteps(), eager->drainSteps());
        compareStates(*graph, *eager);
        QCOMPARE(log.captures, 1);
    }

    void replay_ofRepeatedSamples_harvestsTheLast()
    {
        RunConfig config = tinyConfig();
        config.training.balance = true;
        const EngineSetup setup = setupFor(config, tinyDataset());
        std::vector<std::int32_t> order(60);
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = static_cast<std::int32_t>((i * 7) % 11);
        Log log;
        const auto graph = recordingEngine(setup, log);
        const auto eager = makeTensorEngine(setup, "cpu");
        compareSteps(scheduledTraining(*graph, 4, order, 20), scheduledTraining(*eager, 4, order, 20));
        compareStates(*graph, *eager);
    }

    void longerEpoch_isRecordedAnew()
    {
        RunConfig config = tinyConfig();
        config.training.balance = true;
        const EngineSetup setup = setupFor(config, tinyDataset());
        Log log;
        const auto graph = recordingEngine(setup, log);
        const auto eager = makeTensorEngine(setup, "cpu");
        for (VaeEngine* engine : {graph.get(), eager.get()})
            for (const std::size_t count : {40, 20, 60})
                (void)scheduledTraining(*engine, 5, shuffled(count, 2), 20);
        compareStates(*graph, *eager);
        QCOMPARE(log.captures, 2); // a shorter one needs no new recording
    }

    void recordingThatFails_goesOnWithoutAndSaysWhy()
    {
        const EngineSetup setup = setupFor(tinyConfig(), tinyDataset());
        Log log;
        log.failAfter = 25;
        const auto graph = recordingEngine(setup, log);
        const auto eager = makeTensorEngine(setup, "cpu");
        compareSteps(scheduledTraining(*graph, 3, shuffled(64, 0), 16), scheduledTraining(*eager, 3, shuffled(64, 0), 16));
        compareStates(*graph, *eager);
        QCOMPARE(log.captures, 0);
        QVERIFY(!graph->stepMode().graph);
        QVERIFY(graph->stepMode().reason.find("not permitted") != std::string::npos);
    }

    void dropout_isNotRecorded()
    {
        RunConfig config = tinyConfig();
        config.model.dropout = 0.3;
        Log log;
        const auto graph = recordingEngine(setupFor(config, tinyDataset()), log);
        QVERIFY(!graph->stepMode().graph && graph->stepMode().reason.find("Dropout") != std::string::npos);
        (void)scheduledTraining(*graph, 3, shuffled(64, 0), 16);
        QCOMPARE(log.captures, 0);
    }

    void recordedStep_staysSmall()
    {
        // Each operation is a kernel or a view, and each kernel of a graph takes a GPU a µs or two whatever it computes.
        RunConfig config = tinyConfig();
        config.model.encoderHidden = {24};
        Log log;
        const auto graph = recordingEngine(setupFor(config, tinyDataset()), log);
        (void)scheduledTraining(*graph, 2, shuffled(64, 0), 16);
        QCOMPARE(log.captures, 1);
        const auto isView = [](const std::string& name) {
            for (const char* view : {"view", "_unsafe_view", "detach", "select", "slice", "t", "transpose", "permute", "unsqueeze", "squeeze", "expand",
                                     "alias", "as_strided", "_reshape_alias", "split", "empty", "empty_like", "empty_strided"})
                if (name == std::string("aten::") + view)
                    return true;
            return false;
        };
        const auto kernels = std::count_if(log.operations.begin(), log.operations.end(), [&](const std::string& name) { return !isView(name); });
        if (qEnvironmentVariableIsSet("LATENTSCAPE_LIST_KERNELS"))
            for (const std::string& name : log.operations)
                qInfo("%s%s", isView(name) ? "  " : "", name.c_str());
        QVERIFY2(kernels <= 90, qPrintable(QString::number(kernels)));
        QVERIFY(kernels > 30);
        qInfo("%d kernels", static_cast<int>(kernels));
    }
};

QTEST_APPLESS_MAIN(TorchGraphTest)
#include "tst_torch_graph.moc"
