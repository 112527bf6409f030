// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/training_controller.h"

#include "app/window/display_text.h"
#include "ui/chrome/message_bar.h"
#include "ui/chrome/status_panel.h"
#include "ui/chrome/train_bar.h"
#include "ui/panels/experiment_panel.h"
#include "ui/plots/kl_bars.h"
#include "ui/plots/loss_plot.h"

#include <QAction>
#include <QMessageBox>

#include <algorithm>
#include <utility>

namespace latentscape::app {

TrainingController::TrainingController(Session& session, ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_window(window)
    , m_parts(window.parts())
{
    const auto& actions = window.actions();
    connect(actions.train, &QAction::triggered, this, &TrainingController::toggleTraining);
    connect(actions.step, &QAction::triggered, this, [this] {
        if (!m_session.hasRun() || (settingsNeedNewRun() && m_session.status().progress.step == 0))
            startOver(/*runAtOnce=*/false);
        m_session.stepOnce();
    });
    connect(actions.stop, &QAction::triggered, &session, &Session::stop);
    connect(actions.reset, &QAction::triggered, this, [this] {
        confirmLoss(tr("Starting over loses the training since the last save."), [this] { startOver(/*runAtOnce=*/false); });
    });

    connect(&session, &Session::runPrepared, this, &TrainingController::onRunPrepared);
    connect(&session, &Session::stateChanged, this, &TrainingController::onStateChanged);
    connect(&session, &Session::statusChanged, this, &TrainingController::onStatus);
    connect(&session, &Session::rolledBack, this, &TrainingController::onRolledBack);
    connect(&session, &Session::stoppedEarly, this,
            [this](const QString& text) { m_parts.messages->show(ui::MessageBar::Severity::Info, text); });
    connect(&session, &Session::saved, this, &TrainingController::onSaved);
    connect(&session, &Session::failed, this, [this] {
        forgetAfterSave();
        m_trainWhenReady = false;
        showLoadedData();
    });
    connect(&session, &Session::dataLoading, this, [this](double fraction) {
        m_loading = fraction < 1.0;
        m_parts.experiment->setBusy(m_loading, fraction);
        updateActions();
    });
    connect(&session, &Session::metricsArrived, this, [this](const MetricsLog::Update& update) {
        if (update.startOver)
            m_parts.loss->clear();
        m_parts.loss->append(update.steps);
        m_parts.loss->append(update.epochs);
        m_parts.loss->append(update.marks);
    });
    connect(&session, &Session::draggedChanged, m_parts.loss, &ui::LossPlot::setDragged);
    connect(&session, &Session::snapshotArrived, this, [this] { m_parts.kl->setDiagnostics(m_session.snapshot()->diagnostics); });

    connect(m_parts.trainBar, &ui::TrainBar::betaChanged, this, [this](double beta) {
        auto values = m_parts.experiment->values();
        values.config.objective.beta = beta;
        m_parts.experiment->setValues(values);
        m_session.setControls({beta, m_session.controls().learningRate});
    });
    connect(m_parts.experiment, &ui::ExperimentPanel::learningRateEdited, this,
            [this](double rate) { m_session.setControls({m_session.controls().beta, rate}); });
    connect(m_parts.experiment, &ui::ExperimentPanel::epochsEdited, this, [this](int epochs) {
        m_session.setEpochs(epochs);
        m_parts.loss->setEpochs(epochs);
        onStatus();
    });
    connect(m_parts.experiment, &ui::ExperimentPanel::valuesChanged, this, [this] {
        m_parts.trainBar->setBetaEnabled(m_parts.experiment->values().config.objective.isVariational());
        updateActions();
    });
    connect(m_parts.experiment, &ui::ExperimentPanel::dataRequested, this, &TrainingController::chooseData);
    updateActions();
}

QString TrainingController::device() const
{
    return m_parts.experiment->values().device;
}

void TrainingController::chooseData(const QString& spec)
{
    confirmLoss(tr("Another data set starts a new run."),
                [this, spec] { m_session.loadData(spec, m_parts.experiment->values().config, device()); });
}

/// The list of sets names the one that is there, whatever was chosen in vain.
void TrainingController::showLoadedData()
{
    auto values = m_parts.experiment->values();
    values.dataSpec = m_session.dataSpec();
    m_parts.experiment->setValues(values);
}

void TrainingController::confirmLoss(const QString& question, std::function<void()> go)
{
    forgetAfterSave();
    if (!m_session.hasUnsavedTraining()) {
        go();
        return;
    }
    auto* box = new QMessageBox(QMessageBox::Question, tr("Unsaved training"), question,
                                QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &m_window);
    box->setInformativeText(m_session.directions().empty() ? tr("Save the model first?") : tr("Save the model first, with its named directions?"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::finished, this, [this, go = std::move(go)](int answer) {
        if (answer == QMessageBox::Discard) {
            go();
        } else if (answer == QMessageBox::Save) {
            m_afterSave = go;
            Q_EMIT saveRequested();
        } else {
            showLoadedData();
        }
    });
    box->open();
}

void TrainingController::forgetAfterSave()
{
    m_afterSave = {};
}

void TrainingController::onSaved()
{
    onStatus(); // the title's mark
    if (auto go = std::exchange(m_afterSave, {}))
        go();
}

bool TrainingController::settingsNeedNewRun() const
{
    const RunConfig& running = m_session.config();
    RunConfig shown = m_parts.experiment->values().config;
    if (const auto data = m_session.data())
        shown = fittedTo(shown, data->traits());
    // what acts at once or only names the end does not count
    shown.objective.beta = running.objective.beta;
    shown.training.learningRate = running.training.learningRate;
    shown.training.epochs = running.training.epochs;
    return shown != running || device() != m_runDevice;
}

void TrainingController::toggleTraining()
{
    if (m_session.state() == TrainerState::Running) {
        m_session.pause();
        return;
    }
    applyLiveSettings();
    if (!m_session.hasRun() || m_session.state() == TrainerState::Failed || settingsNeedNewRun()) {
        confirmLoss(tr("The changed settings need a new run."), [this] { startOver(/*runAtOnce=*/true); });
        return;
    }
    const TrainerStatus status = m_session.status();
    const int epochs = m_session.config().training.epochs;
    if (status.stepsPerEpoch > 0 && status.progress.epochsDone >= epochs) {
        m_parts.messages->show(ui::MessageBar::Severity::Info, tr("All epochs are done (%1). Raise Epochs to go on, or press Reset to start over.").arg(epochs));
        return;
    }
    m_session.run();
}

/// Takes over what stands in the fields though no Enter was pressed: a click on Train ends no edit.
void TrainingController::applyLiveSettings()
{
    if (!m_session.hasRun())
        return;
    const TrainConfig shown = m_parts.experiment->values().config.training;
    m_session.setControls({m_session.controls().beta, shown.learningRate});
    if (shown.epochs != m_session.config().training.epochs) {
        m_session.setEpochs(shown.epochs);
        m_parts.loss->setEpochs(m_session.config().training.epochs);
    }
}

void TrainingController::startOver(bool runAtOnce)
{
    const auto values = m_parts.experiment->values();
    if (const Result<void> started = m_session.startOver(values.config, values.device, runAtOnce); !started)
        m_parts.messages->show(ui::MessageBar::Severity::Error, errorText(started.error()));
}

void TrainingController::onRunPrepared()
{
    const RunConfig& config = m_session.config();
    m_runDevice = device();
    m_parts.loss->clear();
    m_parts.loss->setLabels({likelihoodName(config.objective), heldPartName(config)});
    m_parts.loss->setEpochs(config.training.epochs);
    m_parts.kl->setDiagnostics({});
    m_parts.trainBar->setBeta(config.objective.beta);
    m_parts.trainBar->setBetaEnabled(config.objective.isVariational());
    m_parts.trainBar->setLikelihood(likelihoodName(config.objective));
    ui::ExperimentPanel::Values values{m_session.dataSpec(), config, device()};
    m_parts.experiment->setValues(values);
    const auto data = m_session.data();
    const DataProvenance& provenance = data->provenance();
    m_parts.experiment->setDataSummary(
        tr("%1 + %2").arg(countText(provenance.trainCount), countText(provenance.testCount)),
        tr("%1 training and %2 test images, %3; values %4").arg(provenance.trainCount).arg(provenance.testCount).arg(
            QString::fromStdString(provenance.source), QString::fromStdString(provenance.scale)));
    updateActions();
}

void TrainingController::onStateChanged(TrainerState state)
{
    if (state == TrainerState::Ready && std::exchange(m_trainWhenReady, false))
        m_session.run();
    m_parts.trainBar->setTraining(state == TrainerState::Running);
    if (state == TrainerState::Ready || state == TrainerState::Running) {
        const TrainerStatus status = m_session.status();
        const QString device = QString::fromStdString(status.device);
        m_parts.trainBar->setDevice(status.threads > 0 && device == QLatin1String("CPU") ? (status.threads == 1 ? tr("%1 · 1 thread").arg(device) : tr("%1 · %2 threads").arg(device).arg(status.threads)) : device,
                                    /*usable=*/true, tr("Where the training computes."));
    }
    updateActions();
    onStatus();
}

void TrainingController::onRolledBack(const QString& text, double learningRate)
{
    auto values = m_parts.experiment->values();
    values.config.training.learningRate = learningRate;
    m_parts.experiment->setValues(values);
    m_parts.messages->show(ui::MessageBar::Severity::Warning, text);
}

void TrainingController::updateActions()
{
    const TrainerState state = m_session.state();
    const bool hasRun = m_session.hasRun();
    const bool running = hasRun && state == TrainerState::Running;
    const bool hasData = m_session.data() != nullptr && !m_loading; // a run started now would be replaced when the set arrives
    const auto& actions = m_window.actions();
    actions.train->setEnabled(hasData && state != TrainerState::Preparing);
    actions.train->setText(running ? tr("Pause") : tr("Train"));
    actions.step->setEnabled(hasData && hasRun && !running && state != TrainerState::Preparing && state != TrainerState::Failed);
    actions.stop->setEnabled(running || (hasRun && state == TrainerState::Paused));
    actions.reset->setEnabled(hasData && state != TrainerState::Preparing);
    actions.save->setEnabled(hasRun && state != TrainerState::Preparing);
    actions.saveAs->setEnabled(actions.save->isEnabled());
    m_parts.experiment->setApplied(hasRun && m_session.status().progress.step > 0 ? std::optional(m_session.config()) : std::nullopt,
                                   m_session.dataSpec());
}

void TrainingController::onStatus()
{
    if (!m_session.hasRun())
        return;
    const TrainerStatus status = m_session.status();
    ui::StatusPanel::Values values;
    values.epochs = status.epochs;
    const bool underWay = status.progress.step > 0 && m_session.state() != TrainerState::Finished;
    values.epoch = std::min(status.progress.epochsDone + (underWay ? 1 : 0), status.epochs);
    values.batch = status.progress.stepInEpoch;
    values.batches = m_session.state() == TrainerState::Finished ? 0 : status.stepsPerEpoch; // between epochs there is no batch
    values.imagesPerSecond = m_session.state() == TrainerState::Running ? status.imagesPerSecond : 0.0;
    values.secondsLeft = m_session.state() == TrainerState::Running && status.secondsLeft > 0.0 ? status.secondsLeft : -1.0;
    const double total = static_cast<double>(status.stepsPerEpoch) * status.epochs;
    values.fraction = total > 0.0 ? std::min(1.0, static_cast<double>(status.progress.step) / total) : 0.0;
    switch (m_session.state()) {
    case TrainerState::Preparing: values.state = tr("Preparing…"); break;
    case TrainerState::Ready: values.state = tr("Ready"); break;
    case TrainerState::Running: break; // the numbers say it
    case TrainerState::Paused: values.state = tr("Paused"); break;
    case TrainerState::Finished: values.state = status.progress.epochsDone < status.epochs ? tr("Stopped") : tr("Finished"); break;
    case TrainerState::Failed: values.state = tr("Stopped by an error"); break;
    }
    values.network = networkText(m_session.config().model);
    values.seed = QString::number(m_session.config().training.seed);
    values.device = QString::fromStdString(status.device);
    m_parts.status->setValues(values);
    const QString file = QString::fromStdString(m_session.file().filename().string());
    m_window.setWindowFile(file, m_session.hasUnsavedTraining());
}

} // namespace latentscape::app
