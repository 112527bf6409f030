// SPDX-License-Identifier: GPL-3.0-or-later
// Groups whose members are threads of this program: the sockets between them are real.
#include "engine_runs.h"
#include "group_members.h"
#include "network_configs.h"

#include <QtTest>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// What a member's run came to.
struct Outcome {
    std::vector<StepLoss> losses;
    std::vector<float> parameters, first;
};

constexpr std::size_t kSteps = 20;

Outcome outcomeOf(EngineSetup setup, bool tensors)
{
    const auto batch = static_cast<std::size_t>(setup.config.training.batchSize);
    const double rate = setup.config.training.optimizer == OptimizerKind::Sgd ? 1e-4 : 1e-3;
    const std::size_t count = setup.trainingIndices.size();
    const std::unique_ptr<VaeEngine> engine = makeEngine(setup, tensors);
    Outcome outcome;
    const std::size_t stepsPerEpoch = (count + batch - 1) / batch;
    outcome.losses = train(*engine, static_cast<int>((kSteps + stepsPerEpoch - 1) / stepsPerEpoch), count, batch, rate);
    outcome.parameters = stateOf(*engine, StateBuffer::Parameters);
    outcome.first = stateOf(*engine, StateBuffer::FirstMoment);
    return outcome;
}

std::shared_ptr<const Dataset> dataOf(const RunConfig& config)
{
    if (config.model.architecture != Architecture::Gru)
        return tinyDataset();
    Dataset::Parts parts;
    parts.name = "rows";
    parts.shape = {1, 1, 16};
    parts.classNames = {"lying", "standing", "diagonal", "square"};
    parts.train = tinyPart(64, 4, 0);
    parts.test = tinyPart(16, 4, 1'000'000);
    return Dataset::create(std::move(parts));
}

} // namespace

class TestProcessGroup : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void training_ofManyProcesses_isThatOfOne_data()
    {
        QTest::addColumn<RunConfig>("config");
        QTest::addColumn<bool>("tensors");
        QTest::addColumn<int>("size");
        const auto row = [](const char* name, bool tensors, int size, const std::function<void(RunConfig&)>& change) {
            RunConfig config = tinyConfig();
            change(config);
            QTest::newRow(name) << config << tensors << size;
        };
        const auto nothing = [](RunConfig&) {};
        row("two", false, 2, nothing);
        row("four, an odd last batch", false, 4, [](RunConfig& c) { c.training.batchSize = 12; });
        row("five, one without rows", false, 5, nothing);
        row("threads", false, 2, [](RunConfig& c) { c.model.encoderHidden = {300}; });
        row("clipped, dynamic", false, 2, [](RunConfig& c) {
            c.training.clipNorm = 2.0;
            c.objective.binarization = Binarization::Dynamic;
        });
        row("learned sigma, sgd", false, 2, [](RunConfig& c) {
            c.objective.likelihood = Likelihood::GaussianLearned;
            c.training.optimizer = OptimizerKind::Sgd;
        });
        row("ae", false, 2, [](RunConfig& c) { c.objective.kind = ObjectiveKind::Autoencoder; });
        row("tensors", true, 2, nothing);
        row("tensors, five, one without rows", true, 5, nothing);
        row("capacity", true, 2, [](RunConfig& c) {
            c.objective.gamma = 3.0;
            c.objective.capacity = 2.0;
        });
        row("free bits", true, 2, [](RunConfig& c) { c.objective.freeBits = 0.2; });
        const auto kind = [](ObjectiveKind which) { return [which](RunConfig& c) { c.objective.kind = which; }; };
        row("infovae", true, 2, kind(ObjectiveKind::InfoVae));
        row("tcvae", true, 4, kind(ObjectiveKind::BetaTcVae));
        row("dipvae, five, one without rows", true, 5, kind(ObjectiveKind::DipVae));
        row("cvae", true, 2, [](RunConfig& c) {
            c.objective.kind = ObjectiveKind::ConditionalVae;
            c.model.classes = kTinyClasses;
        });
        row("dropout, clipped, dynamic", true, 2, [](RunConfig& c) {
            c.model.dropout = 0.3;
            c.training.clipNorm = 2.0;
            c.objective.binarization = Binarization::Dynamic;
        });
        row("conv", true, 2, [](RunConfig& c) {
            c.model = convConfig({1, 8, 8}).model;
            c.model.dropout = 0.2;
        });
        // Slices of 20 and 12 rows: the first makes two shards in each process.
        const auto large = [](const std::function<void(RunConfig&)>& change) {
            return [change](RunConfig& c) {
                change(c);
                c.training.batchSize = 40;
            };
        };
        row("shards", true, 2, large(nothing));
        row("shards, conv, dropout", true, 2, large([](RunConfig& c) {
            c.model = convConfig({1, 8, 8}).model;
            c.model.dropout = 0.2;
        }));
        row("shards, capacity", true, 2, large([](RunConfig& c) {
            c.objective.gamma = 3.0;
            c.objective.capacity = 2.0;
        }));
        row("shards, tcvae", true, 2, large(kind(ObjectiveKind::BetaTcVae)));
        row("gru, five, one without rows", true, 5, [](RunConfig& c) { c.model = gruConfig(1, 1).model; });
    }

    void training_ofManyProcesses_isThatOfOne()
    {
        QFETCH(RunConfig, config);
        QFETCH(bool, tensors);
        QFETCH(int, size);
        EngineSetup setup = setupFor(config, dataOf(config));
        const Outcome one = outcomeOf(setup, tensors);
        std::vector<Outcome> many(static_cast<std::size_t>(size));
        const QString problem = together(size, [&](const Group& group) {
            EngineSetup own = setup;
            own.group = group;
            own.threads = 2;
            many[static_cast<std::size_t>(group->rank())] = outcomeOf(own, tensors);
        });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const auto close = [](double x, double y) { return std::abs(x - y) <= 1e-5 * std::abs(y); };
        QVERIFY(one.losses.size() >= kSteps);
        for (const Outcome& member : many) {
            QVERIFY(member.parameters == many.front().parameters);
            QVERIFY(member.first == many.front().first);
            compareSteps(member.losses, many.front().losses);
            QCOMPARE(member.losses.size(), one.losses.size());
            for (std::size_t i = 0; i < one.losses.size(); ++i) {
                const StepLoss &found = member.losses[i], &expected = one.losses[i];
                QCOMPARE(found.images, expected.images);
                QVERIFY2(close(found.reconstruction, expected.reconstruction) && close(found.objective, expected.objective)
                             && std::abs(found.kl - expected.kl) <= 1e-5 * expected.objective,
                         qPrintable(QString("step %1: %2 and %3").arg(i).arg(found.objective, 0, 'g', 9).arg(expected.objective, 0, 'g', 9)));
                QVERIFY(std::abs(found.gradientNorm - expected.gradientNorm) <= 1e-4 * std::abs(expected.gradientNorm));
            }
        }
        QVERIFY(one.parameters != std::vector<float>(one.parameters.size())); // it trained
    }

    void stop_askedByOne_isAgreedAfterTheSameStep()
    {
        const EngineSetup setup = setupFor(tinyConfig(), tinyDataset());
        std::vector<std::int64_t> steps(3);
        const QString problem = together(3, [&](const Group& group) {
            EngineSetup own = setup;
            own.group = group;
            const auto engine = makeCpuEngine(own);
            engine->beginEpoch(0, shuffled(64, 0));
            while (!group->stopAgreed() && engine->stepCount() < 20) {
                if (group->rank() == 1 && engine->stepCount() == 6)
                    group->requestStop();
                engine->step(0, 20, {1.0, 1e-3});
            }
            steps[static_cast<std::size_t>(group->rank())] = engine->stepCount();
        });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QVERIFY(steps == std::vector<std::int64_t>(3, 7));
    }

    void peer_lost_leavesTheLastWholeStep_data()
    {
        QTest::addColumn<bool>("tensors");
        QTest::addColumn<int>("leaver");
        QTest::newRow("cpu, 1 leaves") << false << 1;
        QTest::newRow("cpu, 0 leaves") << false << 0;
        QTest::newRow("tensors, 1 leaves") << true << 1;
    }

    void peer_lost_leavesTheLastWholeStep()
    {
        QFETCH(bool, tensors);
        QFETCH(int, leaver);
        const EngineSetup setup = setupFor(tinyConfig(), tinyDataset());
        std::vector<float> leaverAfter, survivorAfter;
        std::int64_t survivorSteps = 0;
        std::size_t survivorLosses = 0;
        std::string text;
        bool isLowest = false, meets = true;
        const QString problem = together(2, [&](const Group& group) {
            EngineSetup own = setup;
            own.group = group;
            const auto engine = makeEngine(own, tensors);
            engine->beginEpoch(0, shuffled(64, 0));
            for (int i = 0; i < 3; ++i)
                engine->step(static_cast<std::size_t>(i) * 20, 20, {1.0, 1e-3});
            if (group->rank() == leaver) {
                leaverAfter = stateOf(*engine, StateBuffer::Parameters);
                return;
            }
            try {
                engine->step(60, 4, {1.0, 1e-3});
            } catch (const PeerLostError& error) {
                text = error.what();
            }
            survivorAfter = stateOf(*engine, StateBuffer::Parameters);
            survivorSteps = engine->stepCount();
            survivorLosses = engine->drainSteps().size();
            isLowest = group->isLowestSurvivor();
            meets = group->meet().ok();
        });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QVERIFY2(text.starts_with("Process " + std::to_string(leaver) + " of the run was lost"), text.c_str());
        QVERIFY(survivorAfter == leaverAfter);
        QCOMPARE(survivorSteps, 3);
        QCOMPARE(survivorLosses, std::size_t{3});
        QVERIFY(isLowest);
        QVERIFY(!meets);
    }

    void survivors_ofThree_electTheLowest()
    {
        std::vector<int> lowest(3, -1);
        const QString problem = together(3, [&](const Group& group) {
            if (group->rank() == 1)
                return; // lost
            if (!group->meet())
                lowest[static_cast<std::size_t>(group->rank())] = group->isLowestSurvivor() ? 1 : 0;
        });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QVERIFY(lowest == (std::vector<int>{1, -1, 0}));
    }
};

QTEST_APPLESS_MAIN(TestProcessGroup)
#include "tst_process_group.moc"
