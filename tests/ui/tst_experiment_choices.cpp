// SPDX-License-Identifier: GPL-3.0-or-later
// Which settings the Experiment panel offers for which data, and what it says of the others.
#include "core/model/nearest_config.h"
#include "ui/panels/experiment_panel.h"
#include "ui/panels/form_row.h"
#include "ui/panels/more_toggle.h"
#include "ui/panels/narrow_combo.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSpinBox>
#include <QtTest>

#include <memory>

using namespace latentscape;
using namespace latentscape::ui;

class TestExperimentChoices : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ExperimentPanel> m_panel;
    DataTraits m_digits{{1, 16, 16}, 1000, 10, true, true};
    DataTraits m_blobs{{1, 1, 16}, 1000, 5, /*unitRange=*/false, false};
    DataTraits m_waves{{1, 1, 128}, 1000, 3, true, false};
    DataTraits m_unlabelled{{1, 16, 16}, 1000, 0, true, false};

    template <typename Widget>
    Widget* control(const char* name) const
    {
        for (Widget* widget : m_panel->findChildren<Widget*>()) {
            if (widget->accessibleName() == QString::fromUtf8(name))
                return widget;
        }
        return nullptr;
    }
    NarrowCombo* box(const char* name) const { return control<NarrowCombo>(name); }
    FormRow* rowOf(const char* name) const { return qobject_cast<FormRow*>(control<QWidget>(name)->parentWidget()); }
    void choose(const char* name, const QString& text) const
    {
        NarrowCombo* combo = box(name);
        const int index = combo->findText(text);
        QVERIFY2(index >= 0, qPrintable(text));
        combo->setFocus();
        while (combo->currentIndex() != index) {
            const int before = combo->currentIndex();
            QTest::keyClick(combo, before < index ? Qt::Key_Down : Qt::Key_Up);
            QVERIFY2(combo->currentIndex() != before, qPrintable(text + QStringLiteral(" cannot be reached with the arrow keys")));
        }
    }
    void type(const char* name, const QString& text) const
    {
        auto* edit = control<QWidget>(name);
        edit->setFocus();
        QTest::keyClick(edit, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
    void openMore(const char* section) const { QTest::mouseClick(control<MoreToggle>(section), Qt::LeftButton); }
    RunConfig config() const { return m_panel->values().config; }
    void set(const RunConfig& config, const DataTraits& traits) const
    {
        m_panel->setTraits(traits);
        ExperimentPanel::Values values = m_panel->values();
        values.config = fittedTo(config, traits);
        m_panel->setValues(values);
    }
    QString tip(const char* name, int index) const { return box(name)->itemData(index, Qt::ToolTipRole).toString(); }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_panel = std::make_unique<ExperimentPanel>();
        m_panel->resize(232, 860);
        m_panel->show();
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
        set({}, m_digits);
    }
    void cleanup() { m_panel.reset(); }

    /// Every entry of every box is offered exactly when validateFor() takes it, and says what validateFor() says otherwise.
    void everyChoice_isOfferedExactlyWhenItWorks_data()
    {
        QTest::addColumn<int>("set");
        QTest::newRow("digits") << 0;
        QTest::newRow("blobs") << 1;
        QTest::newRow("waves") << 2;
        QTest::newRow("unlabelled") << 3;
    }
    void everyChoice_isOfferedExactlyWhenItWorks()
    {
        QFETCH(int, set);
        const DataTraits traits[] = {m_digits, m_blobs, m_waves, m_unlabelled};
        const DataTraits& data = traits[set];
        this->set(nearestWorking({}, data), data);
        int refused = 0;
        const auto check = [&](const char* name, auto assign) {
            NarrowCombo* combo = box(name);
            for (int i = 0; i < combo->count(); ++i) {
                RunConfig candidate = config();
                assign(candidate, combo->itemData(i).toInt());
                const Result<void> valid = validateFor(fittedTo(candidate, data), data);
                QVERIFY2(combo->isOffered(i) == valid.ok(), qPrintable(combo->itemText(i)));
                if (!valid) {
                    ++refused;
                    QVERIFY(tip(name, i).startsWith(QString::fromStdString(valid.error().what)));
                    QVERIFY(tip(name, i).endsWith(QString::fromStdString(valid.error().remedy)));
                }
            }
        };
        check("Architecture", [](RunConfig& c, int v) { c = withArchitecture(c, static_cast<Architecture>(v)); });
        check("Objective", [](RunConfig& c, int v) { c.objective.kind = static_cast<ObjectiveKind>(v); });
        check("Likelihood", [](RunConfig& c, int v) { c.objective.likelihood = static_cast<Likelihood>(v); });
        check("Binarise", [](RunConfig& c, int v) { c.objective.binarization = static_cast<Binarization>(v); });
        check("Optimiser", [](RunConfig& c, int v) { c.training.optimizer = static_cast<OptimizerKind>(v); });
        check("Schedule", [](RunConfig& c, int v) { c.training.schedule = static_cast<LearningRateSchedule>(v); });
        QVERIFY(refused > 0); // each of these sets has something that does not work with it
    }

    void likelihoods_onStandardisedData_leaveTheGaussians()
    {
        set(nearestWorking({}, m_blobs), m_blobs);
        QCOMPARE(config().objective.likelihood, Likelihood::GaussianLearned);
        const NarrowCombo* likelihood = box("Likelihood");
        QVERIFY(!likelihood->isOffered(likelihood->indexOf(Likelihood::Bernoulli)));
        QVERIFY(!likelihood->isOffered(likelihood->indexOf(Likelihood::Poisson)));
        QVERIFY(likelihood->isOffered(likelihood->indexOf(Likelihood::Gaussian)));
        QTest::keyClick(box("Likelihood"), Qt::Key_Home);
        QCOMPARE(config().objective.likelihood, Likelihood::Gaussian); // the first one that can be reached
    }

    void offered_again_showsItsOwnTip()
    {
        const int conditional = box("Objective")->indexOf(ObjectiveKind::ConditionalVae);
        const QString own = tip("Objective", conditional);
        QVERIFY(!own.isEmpty());
        set({}, m_unlabelled);
        QVERIFY(tip("Objective", conditional) != own);
        set({}, m_digits);
        QCOMPARE(tip("Objective", conditional), own);
    }

    void misfit_standsBelowTheFieldThatCanMendIt()
    {
        m_panel->setTraits(m_blobs); // the panel still shows a Bernoulli likelihood
        QVERIFY2(!rowOf("Likelihood")->error().isEmpty(), "no reason below the likelihood");
        QVERIFY(rowOf("Dataset")->error().isEmpty());
        QCOMPARE(box("Likelihood")->accessibleDescription(), rowOf("Likelihood")->error());
        choose("Likelihood", QStringLiteral("Gaussian (learned σ)"));
        QVERIFY(rowOf("Likelihood")->error().isEmpty());
        QCOMPARE(config().objective.likelihood, Likelihood::GaussianLearned);
    }

    void checkBox_thatCannotBeSet_isGreyedWithTheReason()
    {
        openMore("More training settings");
        auto* balance = control<QCheckBox>("Balance classes");
        QVERIFY(balance->isVisible() && balance->isEnabled());
        set({}, m_unlabelled);
        QVERIFY(!balance->isEnabled());
        QVERIFY(!balance->toolTip().isEmpty());
        QCOMPARE(balance->accessibleDescription(), balance->toolTip());
        set({}, m_digits);
        QVERIFY(balance->isEnabled());
        balance->setFocus();
        QTest::keyClick(balance, Qt::Key_Space);
        QVERIFY(config().training.balance);
    }

    void architecture_chosen_bringsItsWidthsAndWords()
    {
        choose("Architecture", QStringLiteral("Convolutional"));
        QCOMPARE(config().model.encoderHidden, (std::vector<int>{32, 64}));
        QCOMPARE(control<QLineEdit>("Hidden layers")->text(), QStringLiteral("32, 64"));
        QCOMPARE(rowOf("Hidden layers")->label(), QStringLiteral("Channels"));
        QVERIFY(!control<QWidget>("Dense width")->isVisible());
        openMore("More model settings");
        QVERIFY(control<QWidget>("Dense width")->isVisible());
        choose("Architecture", QStringLiteral("MLP"));
        QVERIFY(!control<QWidget>("Dense width")->isVisible());
        QCOMPARE(rowOf("Hidden layers")->label(), QStringLiteral("Hidden"));
        set(withArchitecture({}, Architecture::Gru), m_waves);
        QCOMPARE(rowOf("Hidden layers")->label(), QStringLiteral("State"));
        QVERIFY(!control<QWidget>("Layer norm")->isVisible());
    }

    void more_isClosedAtFirst_andSaysWhatIsHidden()
    {
        auto* more = control<MoreToggle>("More objective settings");
        QVERIFY(!more->isOpen());
        QVERIFY(!control<QWidget>("Free bits")->isVisible());
        QCOMPARE(more->text(), QStringLiteral("More"));
        RunConfig changed = config();
        changed.objective.freeBits = 0.25;
        changed.objective.binarization = Binarization::Dynamic;
        set(changed, m_digits);
        QCOMPARE(more->text(), QStringLiteral("More · 2 set"));
        QVERIFY(more->toolTip().contains(QStringLiteral("Free bits")));
        more->setFocus();
        QTest::keyClick(more, Qt::Key_Space);
        QVERIFY(control<QWidget>("Free bits")->isVisible());
        QCOMPARE(more->text(), QStringLiteral("Less"));
        type("Free bits", QStringLiteral("0"));
        QCOMPARE(config().objective.freeBits, 0.0);
    }

    void objective_eachOne_showsItsParameters()
    {
        QVERIFY(!control<QWidget>("Lambda")->isVisible());
        choose("Objective", QStringLiteral("InfoVAE (MMD)"));
        QVERIFY(control<QWidget>("Lambda")->isVisible());
        type("Lambda", QStringLiteral("500"));
        QCOMPARE(config().objective.lambda, 500.0);
        choose("Objective", QStringLiteral("DIP-VAE-II"));
        QVERIFY(control<QWidget>("Lambda")->isVisible());
        choose("Objective", QStringLiteral("β-TCVAE"));
        QVERIFY(!control<QWidget>("Lambda")->isVisible());
        QVERIFY(control<QWidget>("Warm-up")->isVisible());
        openMore("More objective settings");
        QVERIFY(!control<QWidget>("Free bits")->isVisible());
        QVERIFY(!control<QWidget>("Warm-up shape")->isVisible());
        type("Warm-up", QStringLiteral("4"));
        QVERIFY(control<QWidget>("Warm-up shape")->isVisible());
        choose("Objective", QStringLiteral("VAE"));
        QVERIFY(control<QWidget>("Free bits")->isVisible());
        QVERIFY(!control<QWidget>("Capacity")->isVisible());
        type("Gamma", QStringLiteral("100"));
        QVERIFY(control<QWidget>("Capacity")->isVisible());
    }

    void likelihood_fixedGaussian_showsSigma()
    {
        QVERIFY(!control<QWidget>("Sigma")->isVisible());
        choose("Likelihood", QStringLiteral("Gaussian (fixed σ)"));
        QCOMPARE(config().objective.likelihood, Likelihood::Gaussian);
        QVERIFY(control<QWidget>("Sigma")->isVisible());
        choose("Likelihood", QStringLiteral("Gaussian (learned σ)"));
        QCOMPARE(config().objective.likelihood, Likelihood::GaussianLearned);
        QVERIFY(!control<QWidget>("Sigma")->isVisible());
    }

    void optimiser_sgd_showsMomentum()
    {
        QVERIFY(!control<QWidget>("Momentum")->isVisible());
        choose("Optimiser", QStringLiteral("SGD"));
        QVERIFY(control<QWidget>("Momentum")->isVisible());
        type("Momentum", QStringLiteral("0.8"));
        QCOMPARE(config().training.momentum, 0.8);
    }

    void objective_autoencoder_hidesWarmUp()
    {
        choose("Objective", QStringLiteral("Autoencoder"));
        QCOMPARE(config().objective.kind, ObjectiveKind::Autoencoder);
        QVERIFY(!control<QWidget>("Warm-up")->isVisible());
    }

    void patience_givenWithoutValidation_holdsATenthBack()
    {
        openMore("More training settings");
        type("Patience", QStringLiteral("5"));
        QCOMPARE(config().training.patience, 5);
        QCOMPARE(config().training.validationFraction, 0.1);
        QCOMPARE(control<QLineEdit>("Validation fraction")->text(), QStringLiteral("0.1"));
    }

    void preset_chosen_replacesSettingsAndCustomBringsThemBack()
    {
        NarrowCombo* preset = box("Preset");
        RunConfig own = config();
        own.model.encoderHidden = {33};
        own.training.seed = 5;
        set(own, m_digits);
        QCOMPARE(preset->currentText(), QStringLiteral("Custom"));
        int offered = -1;
        for (int i = 1; i < preset->count() && offered < 0; ++i)
            offered = preset->isOffered(i) ? i : -1;
        QVERIFY(offered > 0);
        const Preset& chosen = presets()[preset->itemData(offered).toUInt()];
        QSignalSpy changed(m_panel.get(), &ExperimentPanel::valuesChanged);
        choose("Preset", preset->itemText(offered));
        QCOMPARE(changed.count(), 1);
        RunConfig expected = fittedTo(chosen.config, m_digits);
        expected.training.seed = 5;
        QCOMPARE(config(), expected);
        QCOMPARE(preset->itemData(offered, Qt::ToolTipRole).toString(),
                 QString::fromUtf8(chosen.description.data(), qsizetype(chosen.description.size())));
        type("Epochs", QStringLiteral("77")); // how long it trains makes no other preset of it
        QCOMPARE(preset->currentIndex(), offered);
        type("Latent dimensions", QStringLiteral("7"));
        QCOMPARE(preset->currentText(), QStringLiteral("Custom"));
        choose("Preset", preset->itemText(offered));
        choose("Preset", QStringLiteral("Custom"));
        QCOMPARE(config().model.latent, 7);
    }

    void preset_thatDoesNotFitTheData_isGreyed()
    {
        set(nearestWorking({}, m_waves), m_waves);
        const NarrowCombo* preset = box("Preset");
        for (int i = 1; i < preset->count(); ++i) {
            const Preset& one = presets()[preset->itemData(i).toUInt()];
            QCOMPARE(preset->isOffered(i), validateFor(fittedTo(one.config, m_waves), m_waves).ok());
        }
    }

    void changes_nameSettingsInWords()
    {
        RunConfig to = config();
        to.objective.likelihood = Likelihood::GaussianLearned;
        to.training.batchSize = 64;
        QCOMPARE(m_panel->changes(config(), to),
                 QStringList({QStringLiteral("Likelihood: Bernoulli → Gaussian (learned σ)"), QStringLiteral("Batch size: 128 → 64")}));
        QVERIFY(m_panel->changes(to, to).isEmpty());
    }

    void vectors_areSamples_notImages()
    {
        const auto says = [this](const QString& text) {
            for (const QLabel* label : m_panel->findChildren<QLabel*>()) {
                if (label->isVisible() && label->text() == text)
                    return true;
            }
            return false;
        };
        QVERIFY(says(QStringLiteral("Images")));
        m_panel->setTraits(m_waves);
        QVERIFY(says(QStringLiteral("Samples")) && !says(QStringLiteral("Images")));
    }

    /// The narrowest panel, everything open, labels of a language with long words: nothing reaches beyond the edge.
    void narrowPanel_longWords_nothingIsCutOff()
    {
        for (const char* section : {"More model settings", "More objective settings", "More training settings"})
            openMore(section);
        m_panel->resize(m_panel->minimumSizeHint().width(), 600);
        rowOf("Learning rate")->setLabel(QStringLiteral("Anfangslerngeschwindigkeit"));
        QEvent font(QEvent::FontChange);
        QCoreApplication::sendEvent(m_panel.get(), &font);
        QCoreApplication::processEvents();
        const auto* scroll = m_panel->findChild<QScrollArea*>();
        for (FormRow* row : m_panel->findChildren<FormRow*>()) {
            if (!row->isVisible())
                continue;
            const QWidget* control = row->control();
            const int right = control->mapTo(scroll->viewport(), QPoint(control->width(), 0)).x();
            QVERIFY2(right <= scroll->viewport()->width(), qPrintable(row->label()));
            QVERIFY2(control->width() >= 60, qPrintable(row->label()));
        }
        const auto labels = rowOf("Learning rate")->findChildren<QLabel*>();
        QVERIFY(labels.front()->text().endsWith(QChar(0x2026)));
        QCOMPARE(labels.front()->toolTip(), QStringLiteral("Anfangslerngeschwindigkeit"));
    }
};

QTEST_MAIN(TestExperimentChoices)
#include "tst_experiment_choices.moc"
