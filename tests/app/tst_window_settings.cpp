// SPDX-License-Identifier: GPL-3.0-or-later
// Settings and data in the window: what does not work with a data set cannot be chosen, and a new set finds the nearest setting that works.
#include "support/app_window_fixture.h"
#include "ui/chrome/train_bar.h"
#include "ui/panels/experiment_panel.h"
#include "ui/panels/narrow_combo.h"
#include "ui/plots/loss_plot.h"

#include <QAbstractButton>

using namespace latentscape;
using namespace latentscape::tests;

class TstWindowSettings : public AppWindowFixture {
    Q_OBJECT

private:
    [[nodiscard]] RunConfig shown() const { return parts().experiment->values().config; }
    /// A folder of images that are all of one class.
    [[nodiscard]] QString oneClass(std::uint32_t side) const
    {
        const QString path = file(QStringLiteral("one-class-%1").arg(side));
        QDir().mkpath(path);
        TinyFolder::write(path + QStringLiteral("/train-images-idx3-ubyte"), idxImages(60, side));
        TinyFolder::write(path + QStringLiteral("/train-labels-idx1-ubyte"), idxLabels(cyclingLabels(60, 1)));
        TinyFolder::write(path + QStringLiteral("/t10k-images-idx3-ubyte"), idxImages(20, side));
        TinyFolder::write(path + QStringLiteral("/t10k-labels-idx1-ubyte"), idxLabels(cyclingLabels(20, 1)));
        return path;
    }
    void drop(const QString& path)
    {
        QSignalSpy prepared(&session(), &app::Session::runPrepared);
        Q_EMIT window().pathDropped(path);
        QTRY_COMPARE(prepared.count(), 1);
    }

private Q_SLOTS:
    void smallImages_greyTheConvolutionsAndSayWhy()
    {
        open();
        auto* box = control<ui::NarrowCombo>("Architecture");
        QVERIFY(box);
        const int conv = box->indexOf(Architecture::Conv);
        QVERIFY(!box->isOffered(conv));
        const QString reason = box->itemData(conv, Qt::ToolTipRole).toString();
        RunConfig wanted = shown();
        wanted.model.architecture = Architecture::Conv;
        wanted.model.encoderHidden = {32, 64};
        const Result<void> refused = validateFor(fittedTo(wanted, session().data()->traits()), session().data()->traits());
        QVERIFY(!refused);
        QVERIFY2(reason.startsWith(QString::fromStdString(refused.error().what)), qPrintable(reason));
        QVERIFY2(reason.contains(QString::fromStdString(refused.error().remedy)), qPrintable(reason));
        QCOMPARE(box->itemData(conv, Qt::AccessibleDescriptionRole).toString(), reason);
        box->setFocus();
        keys(Qt::Key_Down, 5); // the arrows pass it by
        QVERIFY(shown().model.architecture != Architecture::Conv);
    }

    void otherData_settingThatDoesNotWork_becomesTheNearestAndIsTold()
    {
        RunConfig config = TinyFolder::config(2, 100000);
        config.objective.kind = ObjectiveKind::ConditionalVae;
        open(config);
        QCOMPARE(shown().objective.kind, ObjectiveKind::ConditionalVae);
        QCOMPARE(shown().model.classes, 3);
        drop(oneClass(4));
        QCOMPARE(session().config().objective.kind, ObjectiveKind::Vae);
        QCOMPARE(shown(), session().config());
        QTRY_VERIFY2(message().contains(QStringLiteral("Objective: Conditional VAE → VAE")), qPrintable(message()));
        const auto* box = control<ui::NarrowCombo>("Objective");
        QVERIFY(!box->isOffered(box->indexOf(ObjectiveKind::ConditionalVae)));
        QVERIFY(box->isOffered(box->indexOf(ObjectiveKind::InfoVae)));
    }

    void otherData_standardised_changesTheLikelihoodAlone()
    {
        open();
        const RunConfig before = shown();
        drop(QStringLiteral("blobs"));
        RunConfig expected = fittedTo(before, session().data()->traits());
        expected.objective.likelihood = Likelihood::GaussianLearned;
        QCOMPARE(shown(), expected);
        QTRY_VERIFY2(message().contains(QStringLiteral("Changed for this data set: Likelihood: Bernoulli → Gaussian (learned σ).")),
                     qPrintable(message()));
        auto* box = control<ui::NarrowCombo>("Likelihood");
        QVERIFY(!box->isOffered(box->indexOf(Likelihood::Bernoulli)));
        QTRY_COMPARE(session().state(), TrainerState::Ready);
    }

    void otherData_settingThatWorks_staysAndNothingIsSaid()
    {
        open();
        const RunConfig before = shown();
        drop(oneClass(8));
        RunConfig after = shown();
        QCOMPARE(after.model.inputShape, (ItemShape{1, 8, 8}));
        after.model.inputShape = before.model.inputShape;
        QCOMPARE(after, before);
        QVERIFY2(message().isEmpty(), qPrintable(message()));
        auto* box = control<ui::NarrowCombo>("Architecture");
        QVERIFY(box->isOffered(box->indexOf(Architecture::Conv))); // large enough now
    }

    void convolutions_chosen_areTrainedWithTheirOwnWidths()
    {
        open();
        drop(oneClass(8));
        choose("Architecture", QStringLiteral("Convolutional"));
        QCOMPARE(shown().model.architecture, Architecture::Conv);
        QCOMPARE(shown().model.encoderHidden, (std::vector<int>{32, 64}));
        QVERIFY(validateFor(shown(), session().data()->traits()));
    }

    void likelihood_isNamedBesideTheLosses_data()
    {
        QTest::addColumn<int>("likelihood");
        QTest::addColumn<int>("binarization");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* tag, Likelihood likelihood, Binarization binarization, const char* name) {
            QTest::newRow(tag) << static_cast<int>(likelihood) << static_cast<int>(binarization) << QString::fromUtf8(name);
        };
        row("grey", Likelihood::Bernoulli, Binarization::None, "Grey-scale cross-entropy");
        row("dynamic", Likelihood::Bernoulli, Binarization::Dynamic, "Bernoulli NLL, drawn anew");
        row("threshold", Likelihood::Bernoulli, Binarization::Threshold, "Bernoulli NLL, cut at ½");
        row("continuous", Likelihood::ContinuousBernoulli, Binarization::None, "Continuous Bernoulli NLL");
        row("learned", Likelihood::GaussianLearned, Binarization::None, "Gaussian, learned σ");
        row("poisson", Likelihood::Poisson, Binarization::None, "Poisson NLL");
    }
    void likelihood_isNamedBesideTheLosses()
    {
        QFETCH(int, likelihood);
        QFETCH(int, binarization);
        QFETCH(QString, name);
        RunConfig config = TinyFolder::config(2, 100000);
        config.objective.likelihood = static_cast<Likelihood>(likelihood);
        config.objective.binarization = static_cast<Binarization>(binarization);
        open(config);
        QVERIFY2(parts().loss->table().caption.startsWith(name), qPrintable(parts().loss->table().caption));
    }

    void optionsOfARun_chosenByKeyboard_areWhatTrains()
    {
        open();
        choose("Objective", QStringLiteral("β-TCVAE"));
        choose("Optimiser", QStringLiteral("AdamW"));
        auto* more = control<QAbstractButton>("More training settings");
        QVERIFY(more);
        click(more);
        choose("Schedule", QStringLiteral("Cosine"));
        auto* patience = control<QWidget>("Patience");
        QVERIFY(patience);
        patience->setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        key(Qt::Key_4);
        key(Qt::Key_Return);
        QCOMPARE(shown().training.patience, 4);
        QCOMPARE(shown().training.validationFraction, 0.1);
        actions().reset->trigger();
        QTRY_COMPARE(session().config().objective.kind, ObjectiveKind::BetaTcVae);
        QCOMPARE(session().config().training.optimizer, OptimizerKind::AdamW);
        QCOMPARE(session().config().training.schedule, LearningRateSchedule::Cosine);
        QCOMPARE(session().config().training.patience, 4);
        QTRY_COMPARE(session().state(), TrainerState::Ready);
    }
};

QTEST_MAIN(TstWindowSettings)
#include "tst_window_settings.moc"
