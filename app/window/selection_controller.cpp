// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/selection_controller.h"

#include "core/store/code_export.h"
#include "core/store/idx_writer.h"
#include "app/window/display_text.h"
#include "app/window/sample_pictures.h"
#include "app/window/undo.h"
#include "ui/chrome/message_bar.h"
#include "ui/map/latent_map.h"
#include "ui/panels/selection_panel.h"

#include <QAction>

#include <algorithm>
#include <span>
#include <utility>

namespace latentscape::app {

namespace {

constexpr std::size_t kMontage = 48;
constexpr double kExportScale = 2.0;

} // namespace

SelectionController::SelectionController(Session& session, ExplorerController& explorer, Exporter& exporter, ui::MainWindow& window, QUndoStack& undo,
                                         QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_explorer(explorer)
    , m_exporter(exporter)
    , m_window(window)
    , m_parts(window.parts())
    , m_undo(undo)
    , m_job(session.jobs(), this)
{
    connect(&session, &Session::runPrepared, this, &SelectionController::prepareForRun);
    connect(&session, &Session::relabelled, this, &SelectionController::describe);
    connect(m_parts.map, &ui::LatentMap::lassoFinished, this, &SelectionController::onLasso);

    const auto& actions = window.actions();
    const auto clear = [this] { select(Selection(m_selection->samples()), tr("Clear the selection")); };
    const auto invert = [this] { select(m_selection->inverted(), tr("Invert the selection")); };
    connect(actions.clearSelection, &QAction::triggered, this, clear);
    connect(actions.invertSelection, &QAction::triggered, this, invert);
    connect(actions.groupA, &QAction::triggered, this, [this] { remember(false); });
    connect(actions.groupB, &QAction::triggered, this, [this] { remember(true); });
    connect(actions.exportSelection, &QAction::triggered, this, &SelectionController::saveRows);
    connect(actions.exportDataset, &QAction::triggered, this, &SelectionController::saveDataset);

    ui::SelectionPanel* panel = m_parts.selection;
    connect(panel, &ui::SelectionPanel::clearRequested, this, clear);
    connect(panel, &ui::SelectionPanel::invertRequested, this, invert);
    connect(panel, &ui::SelectionPanel::relabelRequested, this, &SelectionController::relabel);
    connect(panel, &ui::SelectionPanel::saveCsvRequested, this, &SelectionController::saveRows);
    connect(panel, &ui::SelectionPanel::saveDatasetRequested, this, &SelectionController::saveDataset);
    connect(panel, &ui::SelectionPanel::saveMontageRequested, this, &SelectionController::saveMontage);
    connect(panel, &ui::SelectionPanel::groupRequested, this, &SelectionController::remember);
    connect(panel, &ui::SelectionPanel::sampleActivated, this, &SelectionController::activate);
}

void SelectionController::setTheme(const ui::Theme& theme)
{
    m_theme = theme;
    describe();
}

void SelectionController::prepareForRun()
{
    const DataProvenance& provenance = m_session.data()->provenance();
    if (m_selectionOf != provenance.sha256) { // another set; the same one keeps what was selected through a fresh start
        m_selectionOf = provenance.sha256;
        const std::size_t samples = m_session.data()->train().count;
        setGroups({Selection(samples), Selection(samples)});
        setSelection(Selection(samples));
    } else {
        describe();
    }
}

void SelectionController::onLasso(const std::vector<std::size_t>& samples, SelectionMode mode)
{
    select(m_selection->combined(samples, mode), mode == SelectionMode::Add ? tr("Add to the selection") : mode == SelectionMode::Remove ? tr("Take from the selection") : tr("Select"));
}

void SelectionController::select(Selection selection, const QString& text)
{
    const auto before = m_selection;
    setSelection(std::move(selection));
    const auto after = m_selection;
    if (!(*before == *after))
        m_undo.push(new ChangeCommand(text, [this, before] { setSelection(*before); }, [this, after] { setSelection(*after); }));
}

void SelectionController::setSelection(Selection selection)
{
    m_selection = std::make_shared<const Selection>(std::move(selection));
    m_parts.map->setSelection(m_selection);
    m_window.actions().clearSelection->setEnabled(!m_selection->isEmpty());
    if (!m_selection->isEmpty())
        m_window.raiseSelection();
    describe();
}

void SelectionController::remember(bool second)
{
    if (refuseEmpty())
        return;
    Groups groups = m_groups;
    groups[second ? 1 : 0] = *m_selection;
    const Groups before = m_groups;
    setGroups(groups);
    pushChange(m_undo, second ? tr("Set group B") : tr("Set group A"), before, groups, [this](const Groups& value) { setGroups(value); });
}

void SelectionController::setGroups(const Groups& groups)
{
    m_groups = groups;
    const auto text = [](const Selection& group) { return group.isEmpty() ? QString() : imagesText(group.count()); };
    m_parts.selection->setGroups(text(groups[0]), text(groups[1]), !groups[0].isEmpty() && !groups[1].isEmpty());
    Q_EMIT groupsChanged();
}

/// Counts, mean image and montage of the selection, made off the GUI thread.
void SelectionController::describe()
{
    const auto data = m_session.data();
    if (!data)
        return;
    QStringList names;
    for (const std::string& name : data->classNames())
        names << QString::fromStdString(name);
    m_parts.selection->setClassNames(names);
    m_job.run([this, data, selection = m_selection, theme = m_theme](std::stop_token stop) -> JobRunner::Answer {
        ui::SelectionView view;
        view.count = selection->count();
        view.total = data->train().count;
        for (std::size_t c = 0; c < data->classNames().size(); ++c)
            view.classes.push_back({QString::fromStdString(data->classNames()[c]), theme.classColor(static_cast<int>(c)), 0, 0});
        const DataPart& train = data->train();
        std::vector<double> sum(data->shape().size(), 0.0);
        std::vector<float> item(data->shape().size());
        const std::vector<std::size_t> chosen = selection->indices();
        const bool labelled = data->isLabelled() && !train.labels.empty();
        for (const std::int32_t label : labelled ? std::span(train.labels) : std::span<const std::int32_t>())
            ++view.classes[static_cast<std::size_t>(label)].total;
        for (const std::size_t sample : chosen) {
            if (sample >= train.count || stop.stop_requested())
                return {};
            if (labelled)
                ++view.classes[static_cast<std::size_t>(train.labels[sample])].count;
            data->copyFloats(train, sample, item);
            for (std::size_t k = 0; k < item.size(); ++k)
                sum[k] += static_cast<double>(item[k]);
        }
        const std::size_t shown = std::min<std::size_t>(chosen.size(), kMontage);
        for (std::size_t i = 0; i < shown; ++i) {
            const std::size_t sample = chosen[i * chosen.size() / shown]; // spread over the selection, not its first images
            view.samples.push_back(sample);
            view.montage.append(samplePicture(*data, train, sample));
            view.captions.append(labelText(*data, train, sample));
        }
        if (!chosen.empty())
            view.mean = meanPicture(*data, sum, chosen.size());
        return [this, view = std::move(view), selection] {
            if (selection != m_selection)
                return;
            m_parts.selection->setView(view);
            Q_EMIT selectionShown();
        };
    });
}

bool SelectionController::refuseEmpty() const
{
    if (!m_selection->isEmpty())
        return false;
    m_exporter.refuse(tr("No image is selected"), tr("Choose the Lasso and draw around codes on the map."));
    return true;
}

void SelectionController::relabel(const QString& className)
{
    const auto data = m_session.data();
    if (refuseEmpty() || !data)
        return;
    const QString name = className.trimmed();
    if (name.isEmpty() || !data->isLabelled()) {
        m_exporter.refuse(data->isLabelled() ? tr("A label needs a name") : tr("This data set has no labels"), tr("Type the name of a class, or open a labelled set."));
        return;
    }
    m_session.relabel(m_selection->indices(), name);
    const auto changed = m_session.data();
    if (changed == data)
        return;
    const QString told = m_exporter.tell(tr("Label %1 for %2. The data set on disk is as it was; export the selection to keep this.", "class, then \"23 images\"")
                                              .arg(name, imagesText(m_selection->count())));
    const auto takeBack = [this, data, told] {
        m_session.setRelabelled(data);
        m_parts.messages->retract(told);
    };
    m_undo.push(new ChangeCommand(tr("Relabel"), takeBack, [this, changed] { m_session.setRelabelled(changed); }));
}

void SelectionController::saveRows()
{
    const auto snapshot = m_session.snapshot();
    if (refuseEmpty())
        return;
    if (!snapshot || !snapshot->codes) {
        m_exporter.refuse(tr("There are no codes yet"), tr("Press Train first."));
        return;
    }
    m_exporter.saveFile(tr("Export the selected rows"), QStringLiteral("selection.csv"), tr("Tables (*.csv)"),
                        [codes = snapshot->codes, data = m_session.data(), selection = m_selection](const std::filesystem::path& path) {
                            return writeSelectionCsv(*codes, data->train(), selection->indices(), path);
                        });
}

void SelectionController::saveDataset()
{
    if (refuseEmpty())
        return;
    if (m_selection->count() < 2) {
        m_exporter.refuse(tr("One image is not a data set"), tr("Select at least two: one part trains, the other tests."));
        return;
    }
    m_exporter.saveFolder(tr("Export the selected images as a data set: choose an empty folder"),
                          [data = m_session.data(), selection = m_selection](const std::filesystem::path& folder) -> Result<void> {
                              const auto indices = selection->indices();
                              const auto subset = data->subset(indices, data->name() + " selection");
                              return subset ? writeIdxFolder(*subset, folder) : Error{ErrorCode::InvalidArgument, "These images are not a data set", "at least two", "", ""};
                          });
}

void SelectionController::saveMontage()
{
    if (refuseEmpty())
        return;
    m_exporter.savePicture(tr("Export the montage"), QStringLiteral("selection.png"), [this] { return m_parts.selection->renderedMontage(kExportScale); },
                           tr("Select images first."));
}

/// A picture of the montage: the probe goes to its code.
void SelectionController::activate(std::size_t sample)
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes)
        return;
    const auto& indices = snapshot->codes->indices;
    const auto found = std::find(indices.begin(), indices.end(), static_cast<std::int32_t>(sample));
    if (found != indices.end())
        m_explorer.pick(static_cast<std::size_t>(found - indices.begin()));
}

} // namespace latentscape::app
