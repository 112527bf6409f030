// SPDX-License-Identifier: GPL-3.0-or-later
// What happens to the ExperimentPanel while a person edits it, and what follows from its values.
#include "ui/panels/experiment_panel.h"

#include "ui/panels/dataset_combo.h"
#include "ui/panels/experiment_fields.h"
#include "ui/panels/form_row.h"
#include "ui/panels/more_toggle.h"
#include "ui/panels/section_header.h"

#include <QCheckBox>
#include <QComboBox>
#include <QKeyEvent>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace latentscape::ui {

namespace {
constexpr int kComplainAfterMs = 600; // a number is unreadable for a moment while it is being typed

/// Why a configuration does not work; nothing when it does, as far as the data are known.
std::optional<Error> problemOf(const RunConfig& config, const std::optional<DataTraits>& traits)
{
    const Result<void> valid = traits ? validateFor(fittedTo(config, *traits), *traits) : validate(config, /*trainCount=*/0);
    return valid ? std::nullopt : std::optional(valid.error());
}
} // namespace

void ExperimentPanel::connectFields()
{
    for (const ConfigField& field : m_fields->fields()) {
        const ConfigField* entry = &field; // the list never changes after its construction
        if (auto* edit = qobject_cast<QLineEdit*>(field.row->control())) {
            connect(edit, &QLineEdit::textEdited, this, [this, entry] { apply(*entry, /*finished=*/false); });
            connect(edit, &QLineEdit::editingFinished, this, [this, entry] { apply(*entry, /*finished=*/true); });
        } else if (auto* check = qobject_cast<QCheckBox*>(field.row->control())) {
            connect(check, &QCheckBox::toggled, this, [this, entry] { apply(*entry, /*finished=*/true); });
        } else if (auto* combo = qobject_cast<QComboBox*>(field.row->control())) {
            connect(combo, &QComboBox::currentIndexChanged, this, [this, entry] { apply(*entry, /*finished=*/true); });
        } else if (auto* spin = qobject_cast<QAbstractSpinBox*>(field.row->control())) {
            const auto* text = spin->findChild<QLineEdit*>();
            const auto changed = [this, entry, text] { apply(*entry, /*finished=*/!text->isModified()); }; // arrow keys finish at once
            if (auto* whole = qobject_cast<QSpinBox*>(spin))
                connect(whole, &QSpinBox::valueChanged, this, changed);
            if (auto* real = qobject_cast<QDoubleSpinBox*>(spin))
                connect(real, &QDoubleSpinBox::valueChanged, this, changed);
            connect(spin, &QAbstractSpinBox::editingFinished, this, [this, entry] { apply(*entry, /*finished=*/true); });
        }
    }
    connect(m_fields->learningRate(), &QLineEdit::editingFinished, this, [this] {
        const double rate = m_values.config.training.learningRate;
        if (rate == m_sentLearningRate || !m_fields->fieldOf(m_fields->learningRate())->row->error().isEmpty())
            return;
        m_sentLearningRate = rate;
        Q_EMIT learningRateEdited(rate);
    });
    for (MoreToggle* more : m_more) {
        if (more)
            connect(more, &MoreToggle::toggled, this, &ExperimentPanel::showApplicable);
    }
    connect(m_dataset, &DatasetCombo::folderRequested, this, &ExperimentPanel::folderRequested);
    connect(m_dataset, &DatasetCombo::specChosen, this, [this](const QString& spec) {
        m_values.dataSpec = spec;
        showMarks();
        Q_EMIT valuesChanged();
        Q_EMIT dataRequested(spec);
    });
    connect(m_device, &QComboBox::activated, this, [this] {
        const QString device = m_device->currentData().toString();
        if (device == m_values.device)
            return;
        m_values.device = device;
        Q_EMIT valuesChanged();
    });
    m_complainLater->setSingleShot(true);
    m_complainLater->setInterval(kComplainAfterMs);
    connect(m_complainLater, &QTimer::timeout, this, [this] {
        if (m_doubtful)
            apply(*m_doubtful, /*finished=*/true);
    });
}

void ExperimentPanel::apply(const ConfigField& field, bool finished)
{
    m_complainLater->stop();
    m_doubtful = nullptr;
    if (m_edited != &field) {
        m_edited = &field;
        m_before = m_values.config;
    }
    RunConfig candidate = m_values.config;
    QString reason = field.read(candidate);
    candidate.training.stopAfter = std::min(candidate.training.stopAfter, candidate.training.epochs);
    if (m_traits)
        candidate = fittedTo(std::move(candidate), *m_traits);
    if (reason.isEmpty()) {
        if (const auto problem = problemOf(candidate, m_traits))
            reason = QString::fromStdString(problem->text());
    }
    if (reason.isEmpty()) {
        field.row->setError({});
    } else {
        // Not the last text that happened to be valid: "0.95" refused must not leave the 0.9 that was passed while typing.
        candidate = m_before;
        if (finished || !field.row->error().isEmpty()) {
            field.row->setError(reason);
        } else {
            m_doubtful = &field;
            m_complainLater->start();
        }
    }
    if (finished && reason.isEmpty())
        m_edited = nullptr;
    if (candidate != m_values.config) {
        const RunConfig before = std::exchange(m_values.config, candidate);
        for (const ConfigField& other : m_fields->fields()) { // a preset changes many, an architecture its widths
            if (&other == &field || other.same(before, candidate))
                continue;
            other.write(candidate);
            other.row->setError({});
        }
        showAll();
        Q_EMIT valuesChanged();
    }
    if (finished && field.row->control() == m_fields->epochs())
        finishEpochs();
}

void ExperimentPanel::finishEpochs()
{
    const int epochs = m_values.config.training.epochs;
    if (epochs == m_sentEpochs)
        return;
    m_sentEpochs = epochs;
    Q_EMIT epochsEdited(epochs);
}

bool ExperimentPanel::eventFilter(QObject* watched, QEvent* event)
{
    auto* control = qobject_cast<QWidget*>(watched);
    if (event->type() == QEvent::Wheel && control && !control->hasFocus()) {
        event->ignore(); // the wheel scrolls the panel; it must not change the value that passes under the cursor
        return true;
    }
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        const ConfigField* field = m_fields->fieldOf(control);
        if (field && (!field->row->error().isEmpty() || m_doubtful == field)) {
            m_complainLater->stop();
            m_doubtful = nullptr;
            m_edited = nullptr;
            field->write(m_values.config);
            field->row->setError({});
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

QString ExperimentPanel::objection(const RunConfig& config) const
{
    const auto problem = problemOf(config, m_traits);
    if (!problem)
        return {};
    const QString what = QString::fromStdString(problem->what), remedy = QString::fromStdString(problem->remedy);
    return remedy.isEmpty() ? tr("%1.", "a sentence without its full stop").arg(what)
                            : tr("%1. %2", "what is wrong, what to do").arg(what, remedy);
}

QStringList ExperimentPanel::changes(const RunConfig& from, const RunConfig& to) const
{
    QStringList texts;
    for (const ConfigField& field : m_fields->fields()) {
        const bool means = !field.applies || field.applies(to);
        if (field.say && means && !field.same(from, to))
            texts.append(tr("%1: %2 → %3", "setting: before → after").arg(field.row->label(), field.say(from), field.say(to)));
    }
    return texts;
}

/// Everything that follows from values() and the data.
void ExperimentPanel::showAll()
{
    for (const ConfigField& field : m_fields->fields()) {
        if (field.relabel)
            field.relabel(m_values.config);
    }
    showChoices();
    showMisfit();
    showApplicable();
    showMarks();
    alignLabels();
}

void ExperimentPanel::showChoices()
{
    const Judge judge = [this](const RunConfig& config) { return objection(config); };
    for (const ConfigField& field : m_fields->fields()) {
        if (field.review)
            field.review(m_values.config, judge);
    }
}

/// Where values() do not work with the data, the reason stands below the field that can mend it.
void ExperimentPanel::showMisfit()
{
    if (m_misfit)
        m_misfit->row->setError({});
    m_misfit = nullptr;
    m_datasetRow->setError({});
    const QString reason = objection(m_values.config);
    if (reason.isEmpty())
        return;
    const Judge judge = [this](const RunConfig& config) { return objection(config); };
    for (const ConfigField& field : m_fields->fields()) {
        if (field.mendable && (!field.applies || field.applies(m_values.config)) && field.mendable(m_values.config, judge)) {
            m_misfit = &field;
            field.row->setError(reason);
            if (field.rare)
                m_more[static_cast<std::size_t>(field.section)]->setChecked(true);
            return;
        }
    }
    m_datasetRow->setError(reason);
}

void ExperimentPanel::showApplicable()
{
    const RunConfig usual;
    std::array<QStringList, kConfigSections> unusual;
    for (const ConfigField& field : m_fields->fields()) {
        const bool means = !field.applies || field.applies(m_values.config);
        const auto section = static_cast<std::size_t>(field.section);
        field.row->setVisible(means && (!field.rare || m_more[section]->isOpen()));
        if (means && field.rare && !field.same(usual, m_values.config))
            unusual[section].append(field.row->label());
    }
    for (std::size_t i = 0; i < m_more.size(); ++i) {
        if (m_more[i])
            m_more[i]->setUnusual(unusual[i]);
    }
}

void ExperimentPanel::showMarks()
{
    const QString note = tr("Applies at the next start. The run in progress keeps its own value.");
    std::array<bool, 4> marked{};
    const bool otherData = m_running && m_runningSpec != m_values.dataSpec;
    m_datasetRow->setMark(otherData ? note : QString());
    marked[static_cast<std::size_t>(ConfigSection::Data)] = otherData;
    for (const ConfigField& field : m_fields->fields()) {
        const bool differs = m_running && field.mark && !field.live && (!field.applies || field.applies(m_values.config))
                             && !field.same(*m_running, m_values.config);
        field.row->setMark(differs ? note : QString());
        marked[static_cast<std::size_t>(field.section)] |= differs;
    }
    for (std::size_t i = 0; i < m_headers.size(); ++i) {
        if (marked[i])
            m_headers[i]->setNote(tr("applies at the next start"), tr("at the next start"), note);
        else
            m_headers[i]->setNote({});
    }
}

} // namespace latentscape::ui
