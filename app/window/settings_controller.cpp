// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/settings_controller.h"

#include "app/window/display_text.h"
#include "ui/chrome/message_bar.h"
#include "ui/chrome/status_panel.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/experiment_panel.h"
#include "ui/plots/class_loss.h"
#include "ui/plots/diagnostics_panel.h"
#include "ui/plots/loss_plot.h"

#include <QStringList>

#include <algorithm>

namespace latentscape::app {

SettingsController::SettingsController(Session& session, const ui::MainWindow& window, QObject* parent)
    : QObject(parent), m_session(session), m_parts(window.parts())
{
    connect(&session, &Session::runPrepared, this, [this] {
        m_parts.classLoss->setLosses({}, 0);
        showData();
    });
    connect(&session, &Session::relabelled, this, &SettingsController::showData);
    connect(&session, &Session::metricsArrived, this, &SettingsController::showClassLosses);
    connect(&session, &Session::settingsAdapted, this, &SettingsController::explain);
}

void SettingsController::showData()
{
    const auto data = m_session.data();
    m_parts.experiment->setTraits(data->traits());
    const bool vectors = !data->shape().isImage();
    m_parts.decoded->setVectors(vectors);
    m_parts.loss->setVectors(vectors);
    m_parts.status->setVectors(vectors);
    QStringList names;
    for (const std::string& name : data->classNames())
        names.append(QString::fromStdString(name));
    m_parts.classLoss->setLabels(names, heldPartName(m_session.config()), m_parts.loss->unit());
    m_parts.diagnostics->setLabelled(!names.isEmpty());
}

void SettingsController::showClassLosses(const MetricsLog::Update& update)
{
    const auto newest =
        std::find_if(update.epochs.rbegin(), update.epochs.rend(), [](const EpochRecord& record) { return !record.heldClasses.empty(); });
    if (newest != update.epochs.rend())
        m_parts.classLoss->setLosses(newest->heldClasses, newest->epoch);
}

/// wanted does not work with the data; what runs instead, and why.
void SettingsController::explain(const RunConfig& wanted)
{
    const Result<void> valid = validateFor(wanted, m_session.data()->traits());
    const QString reason = valid ? QString() : QString::fromStdString(valid.error().what);
    const QString changed = m_parts.experiment->changes(wanted, m_session.config()).join(tr("; ", "between changed settings"));
    m_parts.messages->show(
        ui::MessageBar::Severity::Info,
        tr("%1. Changed for this data set: %2.", "why the settings before do not work, a list of changed settings").arg(reason, changed));
}

} // namespace latentscape::app
