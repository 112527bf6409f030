// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/experiment_panel.h"

#include "ui/panels/form_row.h"
#include "ui/panels/section_header.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QtTest>

#include <memory>

using namespace latentscape;
using namespace latentscape::ui;

class TestExperimentPanel : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ExperimentPanel> m_panel;

    template <typename Widget>
    Widget* control(const char* name) const
    {
        for (Widget* widget : m_panel->findChildren<Widget*>()) {
            if (widget->accessibleName() == QString::fromUtf8(name))
                return widget;
        }
        return nullptr;
    }
    FormRow* rowOf(const char* name) const
    {
        for (FormRow* row : m_panel->findChildren<FormRow*>()) {
            if (row->control()->accessibleName() == QString::fromUtf8(name))
                return row;
        }
        return nullptr;
    }
    /// Focus, select all, type; as a person does.
    void type(QWidget* edit, const QString& text) const
    {
        edit->setFocus();
        QTest::keyClick(edit, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(edit, text);
    }
    void choose(const char* name, const QString& text) const
    {
        auto* combo = control<QComboBox>(name);
        const int index = combo->findText(text);
        QVERIFY2(index >= 0, qPrintable(text));
        combo->setFocus();
        while (combo->currentIndex() != index) {
            const int before = combo->currentIndex();
            QTest::keyClick(combo, before < index ? Qt::Key_Down : Qt::Key_Up);
            QVERIFY2(combo->currentIndex() != before, "the choice cannot be reached with the arrow keys");
        }
    }

private Q_SLOTS:
    void init()
    {
        // The offscreen platform warns about what it cannot do.
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_panel = std::make_unique<ExperimentPanel>();
        m_panel->setTheme(Theme::light());
        m_panel->setDatasets({{"digits", "Digits (built in)", "Drawn strokes.", true, ""},
                              {"mnist", "MNIST", "Handwritten digits.", true, ""},
                              {"fashion", "Fashion-MNIST", "Clothes.", false, "Put the four IDX files into a folder."}});
        m_panel->setDevices({{"CPU", "cpu", true, "2 cores"}, {"CUDA 0", "cuda:0", false, "There is no graphics card."}});
        ExperimentPanel::Values values;
        values.dataSpec = QStringLiteral("digits");
        m_panel->setValues(values);
        m_panel->resize(232, 760);
        m_panel->show();
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    }
    void cleanup() { m_panel.reset(); }

    void accessibleNames_areTheFixedOnes_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"Dataset", "Preset", "Architecture", "Hidden layers", "Latent dimensions", "Objective", "Likelihood", "Warm-up",
                                 "Optimiser", "Learning rate", "Batch size", "Epochs", "Validation fraction", "Seed", "Device"})
            QTest::newRow(name) << QByteArray(name);
    }
    void accessibleNames_areTheFixedOnes()
    {
        QFETCH(QByteArray, name);
        auto* widget = control<QWidget>(name.constData());
        QVERIFY(widget);
        QVERIFY(widget->isVisible());
        QVERIFY(widget->focusPolicy() & Qt::TabFocus);
    }

    void tabKey_visitsEveryControlInOrder()
    {
        QStringList visited;
        auto* first = control<QWidget>("Dataset");
        first->setFocus();
        for (int i = 0; i < 40 && !visited.contains(QStringLiteral("Device")); ++i) {
            QWidget* focused = m_panel->focusWidget();
            visited.append(focused->accessibleName());
            QTest::keyClick(focused, Qt::Key_Tab);
        }
        const QStringList expected{
            "Dataset", "Preset", "Architecture", "Hidden layers", "Latent dimensions", "Activation", "More model settings",
            "Objective", "Likelihood", "Warm-up", "More objective settings",
            "Optimiser", "Learning rate", "Batch size", "Epochs", "Validation fraction", "Seed", "Device"};
        QCOMPARE(visited, expected);
    }

    void learningRate_typed_changesConfigAndTellsOnEnter_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("decimal") << "0.0005";
        QTest::newRow("scientific") << "5e-4";
        QTest::newRow("decimal comma") << "0,0005";
    }
    void learningRate_typed_changesConfigAndTellsOnEnter()
    {
        QFETCH(QString, text);
        QSignalSpy changed(m_panel.get(), &ExperimentPanel::valuesChanged);
        QSignalSpy live(m_panel.get(), &ExperimentPanel::learningRateEdited);
        auto* edit = control<QLineEdit>("Learning rate");
        type(edit, text);
        QVERIFY(changed.count() >= 1);
        QCOMPARE(m_panel->values().config.training.learningRate, 0.0005);
        QCOMPARE(live.count(), 0); // "5" would have been a rate of 5
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(live.count(), 1);
        QCOMPARE(live.at(0).at(0).toDouble(), 0.0005);
        QVERIFY(rowOf("Learning rate")->error().isEmpty());
    }

    void learningRate_zero_isRefusedWithTheCoresReason()
    {
        QSignalSpy live(m_panel.get(), &ExperimentPanel::learningRateEdited);
        auto* edit = control<QLineEdit>("Learning rate");
        type(edit, QStringLiteral("0"));
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(rowOf("Learning rate")->error().contains(QLatin1String("learning rate")));
        QCOMPARE(m_panel->values().config.training.learningRate, 1e-3);
        QCOMPARE(live.count(), 0);
    }

    void hiddenLayers_typed_changeEncoderAndClearDecoder()
    {
        ExperimentPanel::Values values = m_panel->values();
        values.config.model.decoderHidden = {100, 300};
        m_panel->setValues(values);
        type(control<QWidget>("Hidden layers"), QStringLiteral("512, 256"));
        QCOMPARE(m_panel->values().config.model.encoderHidden, (std::vector<int>{512, 256}));
        QVERIFY(m_panel->values().config.model.decoderHidden.empty());
    }

    void hiddenLayers_invalid_showReasonAndKeepLastValid_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("missing width") << "400,,x"
                                       << "missing";
        QTest::newRow("word") << "400, many"
                              << "many";
        QTest::newRow("too wide") << "99999"
                                  << "out of range";
    }
    void hiddenLayers_invalid_showReasonAndKeepLastValid()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        auto* edit = control<QLineEdit>("Hidden layers");
        type(edit, QStringLiteral("300"));
        QTest::keyClick(edit, Qt::Key_Return);
        type(edit, text);
        QTest::keyClick(edit, Qt::Key_Tab); // leaving the field is enough
        FormRow* row = rowOf("Hidden layers");
        QVERIFY2(row->error().contains(part), qPrintable(row->error()));
        QCOMPARE(edit->accessibleDescription(), row->error());
        QCOMPARE(m_panel->values().config.model.encoderHidden, (std::vector<int>{300}));

        edit->setFocus();
        QTest::keyClick(edit, Qt::Key_Escape);
        QVERIFY(row->error().isEmpty());
        QCOMPARE(edit->text(), QStringLiteral("300"));
    }

    void hiddenLayers_invalidWhileTyping_complainAfterAMoment()
    {
        auto* edit = control<QLineEdit>("Hidden layers");
        type(edit, QStringLiteral("400,"));
        QVERIFY(rowOf("Hidden layers")->error().isEmpty());
        QTRY_VERIFY(!rowOf("Hidden layers")->error().isEmpty());
        QTest::keyClicks(edit, QStringLiteral(" 200"));
        QVERIFY(rowOf("Hidden layers")->error().isEmpty());
        QCOMPARE(m_panel->values().config.model.encoderHidden, (std::vector<int>{400, 200}));
    }

    void latentDimensions_typed_changeConfig()
    {
        QSignalSpy changed(m_panel.get(), &ExperimentPanel::valuesChanged);
        type(control<QSpinBox>("Latent dimensions"), QStringLiteral("20"));
        QCOMPARE(m_panel->values().config.model.latent, 20);
        QVERIFY(changed.count() >= 1);
    }

    void epochs_typed_areToldOnceWhenFinished()
    {
        QSignalSpy live(m_panel.get(), &ExperimentPanel::epochsEdited);
        auto* spin = control<QSpinBox>("Epochs");
        type(spin, QStringLiteral("25"));
        QCOMPARE(m_panel->values().config.training.epochs, 25);
        QCOMPARE(live.count(), 0);
        QTest::keyClick(spin, Qt::Key_Return);
        QCOMPARE(live.count(), 1);
        QCOMPARE(live.at(0).at(0).toInt(), 25);
        QTest::keyClick(spin, Qt::Key_Up);
        QCOMPARE(live.count(), 2);
        QCOMPARE(live.at(1).at(0).toInt(), 26);
    }

    void seed_largest_isKept()
    {
        type(control<QWidget>("Seed"), QStringLiteral("18446744073709551615"));
        QCOMPARE(m_panel->values().config.training.seed, ~std::uint64_t{0});
    }

    void validationFraction_tooLarge_isRefused()
    {
        auto* edit = control<QLineEdit>("Validation fraction");
        type(edit, QStringLiteral("0.95"));
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(!rowOf("Validation fraction")->error().isEmpty());
        QCOMPARE(m_panel->values().config.training.validationFraction, 0.0);
    }

    void batchSize_beyondTheSet_isRefusedWhenTheCountIsKnown()
    {
        m_panel->setTraits({{1, 28, 28}, 100, 10, true, true});
        auto* spin = control<QSpinBox>("Batch size");
        type(spin, QStringLiteral("50"));
        QTest::keyClick(spin, Qt::Key_Return);
        QVERIFY(rowOf("Batch size")->error().isEmpty());
        type(spin, QStringLiteral("640"));
        QTest::keyClick(spin, Qt::Key_Return);
        QVERIFY(rowOf("Batch size")->error().contains(QLatin1String("100")));
        QCOMPARE(m_panel->values().config.training.batchSize, 50); // not the 64 that was passed while typing
    }

    void setValues_roundTrips_withoutSignals()
    {
        QSignalSpy changed(m_panel.get(), &ExperimentPanel::valuesChanged);
        QSignalSpy live(m_panel.get(), &ExperimentPanel::learningRateEdited);
        QSignalSpy data(m_panel.get(), &ExperimentPanel::dataRequested);
        ExperimentPanel::Values values;
        values.dataSpec = QStringLiteral("/data/faces");
        values.device = QStringLiteral("cpu");
        values.config.model.encoderHidden = {64, 32, 16};
        values.config.model.decoderHidden = {20};
        values.config.model.latent = 7;
        values.config.model.activation = Activation::Tanh;
        values.config.objective.beta = 4.0;
        values.config.objective.warmupEpochs = 2.5;
        values.config.objective.warmup = Warmup::Cyclic;
        values.config.objective.likelihood = Likelihood::Gaussian;
        values.config.objective.sigma = 0.25;
        values.config.objective.freeBits = 0.5;
        values.config.training.optimizer = OptimizerKind::Sgd;
        values.config.training.learningRate = 2e-5;
        values.config.training.momentum = 0.5;
        values.config.training.batchSize = 17;
        values.config.training.epochs = 300;
        values.config.training.schedule = LearningRateSchedule::OneCycle;
        values.config.training.clipNorm = 2.0;
        values.config.training.patience = 7;
        values.config.training.balance = true;
        values.config.training.validationFraction = 0.1;
        values.config.training.seed = 99;
        m_panel->setValues(values);
        QCOMPARE(changed.count() + live.count() + data.count(), 0);
        QVERIFY(m_panel->values() == values);
        QCOMPARE(control<QLineEdit>("Hidden layers")->text(), QStringLiteral("64, 32, 16"));
        QCOMPARE(control<QComboBox>("Dataset")->currentText(), QStringLiteral("faces"));
        QCOMPARE(control<QDoubleSpinBox>("Warm-up")->text(), QStringLiteral("2.5 epochs"));
        QCOMPARE(control<QComboBox>("Warm-up shape")->currentText(), QStringLiteral("Again and again"));
        QCOMPARE(control<QComboBox>("Schedule")->currentText(), QStringLiteral("One cycle"));
        QCOMPARE(control<QSpinBox>("Patience")->value(), 7);
        QVERIFY(control<QCheckBox>("Balance classes")->isChecked());
        QCOMPARE(control<QLineEdit>("Decoder layers")->text(), QStringLiteral("20"));
        // Leaving an untouched field changes nothing, and keeps the decoder that was given by hand.
        control<QLineEdit>("Hidden layers")->setFocus();
        QTest::keyClick(control<QLineEdit>("Hidden layers"), Qt::Key_Return);
        QCOMPARE(changed.count(), 0);
        QVERIFY(m_panel->values() == values);
    }

    void setValues_sameValues_keepsWhatIsBeingTyped()
    {
        auto* edit = control<QLineEdit>("Learning rate");
        type(edit, QStringLiteral("0.00"));
        m_panel->setValues(m_panel->values());
        QCOMPARE(edit->text(), QStringLiteral("0.00"));
        ExperimentPanel::Values other = m_panel->values();
        other.config.objective.beta = 4.0;
        m_panel->setValues(other);
        QCOMPARE(edit->text(), QStringLiteral("0.00"));
    }

    void running_differentValues_areMarkedUntilEqualAgain()
    {
        const RunConfig running = m_panel->values().config;
        m_panel->setApplied(running, QStringLiteral("digits"));
        for (const FormRow* row : m_panel->findChildren<FormRow*>())
            QVERIFY(!row->isMarked());

        type(control<QWidget>("Latent dimensions"), QStringLiteral("5"));
        QVERIFY(rowOf("Latent dimensions")->isMarked());
        QVERIFY(control<QWidget>("Latent dimensions")->accessibleDescription().contains(QLatin1String("next start")));
        int notes = 0;
        for (const SectionHeader* header : m_panel->findChildren<SectionHeader*>())
            notes += header->note() == QLatin1String("applies at the next start");
        QCOMPARE(notes, 1);

        type(control<QWidget>("Learning rate"), QStringLiteral("0.01"));
        QVERIFY(!rowOf("Learning rate")->isMarked()); // acts at once

        type(control<QWidget>("Latent dimensions"), QStringLiteral("2"));
        QVERIFY(!rowOf("Latent dimensions")->isMarked());
        QVERIFY(control<QWidget>("Latent dimensions")->accessibleDescription().isEmpty());

        type(control<QWidget>("Seed"), QStringLiteral("8"));
        QVERIFY(rowOf("Seed")->isMarked());
        m_panel->setApplied(std::nullopt, {});
        QVERIFY(!rowOf("Seed")->isMarked());
    }

    void dataset_chosen_isRequested()
    {
        QSignalSpy requested(m_panel.get(), &ExperimentPanel::dataRequested);
        QSignalSpy changed(m_panel.get(), &ExperimentPanel::valuesChanged);
        choose("Dataset", QStringLiteral("MNIST"));
        QCOMPARE(requested.count(), 1);
        QCOMPARE(requested.at(0).at(0).toString(), QStringLiteral("mnist"));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(m_panel->values().dataSpec, QStringLiteral("mnist"));
    }

    void device_unusable_isGreyedWithTheReason()
    {
        auto* combo = control<QComboBox>("Device");
        const int index = combo->findData(QStringLiteral("cuda:0"));
        QVERIFY(!qobject_cast<QStandardItemModel*>(combo->model())->item(index)->isEnabled());
        QCOMPARE(combo->itemData(index, Qt::ToolTipRole).toString(), QStringLiteral("There is no graphics card."));
        choose("Device", QStringLiteral("CPU"));
        QCOMPARE(m_panel->values().device, QStringLiteral("cpu"));
    }

    void wheel_withoutFocus_changesNothing()
    {
        auto* combo = control<QComboBox>("Optimiser");
        control<QWidget>("Seed")->setFocus();
        const QPointF middle = QRectF(combo->rect()).center();
        QWheelEvent wheel(middle, combo->mapToGlobal(middle), {}, {0, -120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(combo, &wheel);
        QCOMPARE(m_panel->values().config.training.optimizer, OptimizerKind::Adam);
    }

    void busy_showsProgressThenSummary()
    {
        m_panel->setDataSummary(QStringLiteral("60 000 + 10 000"), QStringLiteral("train and test"));
        m_panel->setBusy(true, 0.42);
        QVERIFY(rowOf("Loading, 42 %"));
        m_panel->setBusy(false, 1.0);
        QVERIFY(rowOf("60 000 + 10 000"));
    }
};

QTEST_MAIN(TestExperimentPanel)
#include "tst_experiment_panel.moc"
