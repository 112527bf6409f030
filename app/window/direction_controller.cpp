// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/direction_controller.h"

#include "core/explore/direction_finder.h"
#include "app/window/undo.h"
#include "ui/chrome/message_bar.h"
#include "ui/panels/directions_panel.h"
#include "ui/panels/map_options.h"
#include "ui/panels/selection_panel.h"

#include <QAction>

#include <algorithm>
#include <cmath>
#include <utility>

namespace latentscape::app {

namespace {

constexpr double kMostChance = 0.05; // share of random groups that lie as far apart, from which on a direction may be one of them

} // namespace

DirectionController::DirectionController(Session& session, ExplorerController& explorer, const SelectionController& selections, PlaneController& planes,
                                         Exporter& exporter, ui::MainWindow& window, QUndoStack& undo, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_explorer(explorer)
    , m_selections(selections)
    , m_planes(planes)
    , m_exporter(exporter)
    , m_window(window)
    , m_parts(window.parts())
    , m_undo(undo)
    , m_job(session.jobs(), this)
{
    connect(&session, &Session::directionsChanged, this, &DirectionController::showEntries);
    connect(&session, &Session::runPrepared, this, [this] { m_job.forget(); });
    connect(&explorer, &ExplorerController::probeChanged, this, [this] {
        if (!m_applying)
            setAmounts(std::vector<double>(m_amounts.size(), 0.0)); // the sliders tell the way from where the probe was put
    });
    connect(window.actions().findDirection, &QAction::triggered, this, [this] { find(m_parts.selection->directionName()); });
    connect(m_parts.selection, &ui::SelectionPanel::directionRequested, this, &DirectionController::find);
    ui::DirectionsPanel* panel = m_parts.directions;
    connect(panel, &ui::DirectionsPanel::amountDragStarted, this, [this] {
        m_amountsAtGrab = m_amounts;
        m_explorer.beginMove();
    });
    connect(panel, &ui::DirectionsPanel::amountChanged, this, &DirectionController::apply);
    connect(panel, &ui::DirectionsPanel::amountDragFinished, this, [this] {
        m_explorer.endMove(tr("Move along a direction"), [this, before = m_amountsAtGrab, after = m_amounts](bool undone) { setAmounts(undone ? before : after); });
    });
    connect(panel, &ui::DirectionsPanel::renamed, this, &DirectionController::rename);
    connect(panel, &ui::DirectionsPanel::removeRequested, this, &DirectionController::remove);
    connect(panel, &ui::DirectionsPanel::showPlaneRequested, this, [this](int index) {
        ui::PlaneChoice choice = m_parts.mapOptions->planeChoice();
        choice.kind = PlaneKind::Attribute;
        choice.direction = index;
        m_planes.choose(choice);
    });
}

void DirectionController::find(const QString& name)
{
    const auto snapshot = m_session.snapshot();
    const auto& [from, to] = m_selections.groups();
    if (!snapshot || !snapshot->codes || snapshot->codes->count() == 0) {
        m_exporter.refuse(tr("There are no codes yet"), tr("Press Train first."));
        return;
    }
    if (m_session.directions().size() >= kMostDirections) {
        m_exporter.refuse(tr("The model has %1 directions, as many as its file holds").arg(kMostDirections), tr("Remove one that is not needed first."));
        return;
    }
    if (from.isEmpty() || to.isEmpty()) {
        m_exporter.refuse(from.isEmpty() ? tr("Group A is empty") : tr("Group B is empty"),
                          tr("Select images with the Lasso and set them as group A, then others as group B."));
        return;
    }
    if (std::min(from.count(), to.count()) < 2) {
        m_exporter.refuse(from.count() < 2 ? tr("Group A is a single image") : tr("Group B is a single image"),
                          tr("A direction leads from the mean of one group to that of another: select at least two images for each."));
        return;
    }
    m_job.run([this, codes = snapshot->codes, from = from, to = to, name = freeName(name).toStdString(), number = ++m_found](std::stop_token stop) -> JobRunner::Answer {
        RandomStream random(/*seed=*/1, StreamPurpose::Interface, /*substream=*/1000 + number);
        auto found = findDirection(*codes, from, to, name, random, stop);
        return [this, found = std::move(found)] {
            if (!found)
                m_exporter.complain(found.error());
            else
                add(found.value());
        };
    });
}

void DirectionController::add(const AttributeDirection& direction)
{
    std::vector<AttributeDirection> directions = m_session.directions();
    directions.push_back(direction);
    change(tr("Find a direction"), std::move(directions));
    m_parts.selection->clearDirectionName();
    m_window.raiseDecoded(); // where its slider is, under the image that it changes
    m_toldOf = direction.name;
    if (direction.chance > kMostChance) {
        m_told = m_exporter.refuse(tr("“%1” may mean nothing: %2 of 100 random groups of these sizes lie as far apart")
                                       .arg(QString::fromStdString(direction.name))
                                       .arg(std::lround(100.0 * direction.chance)),
                                   tr("Select more images, or groups that differ more."));
        return;
    }
    m_told = m_exporter.tell(tr("Found “%1”: %2 times as long as between random groups. Its slider moves the probe along it; saving the model keeps it.")
                                 .arg(QString::fromStdString(direction.name))
                                 .arg(direction.effect, 0, 'f', 1));
}

void DirectionController::change(const QString& text, std::vector<AttributeDirection> directions)
{
    const std::vector<AttributeDirection> before = m_session.directions();
    m_session.setDirections(directions);
    pushChange(m_undo, text, before, directions, [this](const std::vector<AttributeDirection>& value) { m_session.setDirections(value); });
}

void DirectionController::showEntries()
{
    if (!has(m_toldOf)) // taken back, removed, renamed or gone with its space
        m_parts.messages->retract(std::exchange(m_told, QString()));
    std::vector<ui::DirectionsPanel::Entry> entries;
    for (const AttributeDirection& direction : m_session.directions())
        entries.push_back({QString::fromStdString(direction.name), direction.effect, direction.separation, direction.chance, direction.length});
    m_parts.directions->setEntries(entries);
    m_amounts.clear();
    for (std::size_t index = 0; index < entries.size(); ++index)
        m_amounts.push_back(m_parts.directions->amount(static_cast<int>(index)));
}

void DirectionController::setAmounts(const std::vector<double>& amounts)
{
    for (std::size_t index = 0; index < std::min(m_amounts.size(), amounts.size()); ++index) {
        if (m_amounts[index] == amounts[index])
            continue;
        m_amounts[index] = amounts[index];
        m_parts.directions->setAmount(static_cast<int>(index), amounts[index]);
    }
}

void DirectionController::apply(int index, double amount)
{
    const auto at = static_cast<std::size_t>(index);
    if (index < 0 || at >= m_amounts.size() || m_session.directions()[at].direction.size() != m_explorer.probe().size())
        return;
    const AttributeDirection& direction = m_session.directions()[at];
    std::vector<float> z = m_explorer.probe();
    const double step = (amount - m_amounts[at]) * direction.length;
    for (std::size_t k = 0; k < z.size(); ++k)
        z[k] = static_cast<float>(static_cast<double>(z[k]) + step * static_cast<double>(direction.direction[k]));
    m_amounts[at] = amount;
    m_applying = true;
    m_explorer.setProbe(std::move(z));
    m_applying = false;
}

bool DirectionController::has(const std::string& name) const
{
    return std::ranges::find(m_session.directions(), name, &AttributeDirection::name) != m_session.directions().end();
}

QString DirectionController::freeName(const QString& name) const
{
    if (!name.isEmpty() && !has(name.toStdString()))
        return name;
    for (int number = name.isEmpty() ? 1 : 2;; ++number) {
        const QString numbered = (name.isEmpty() ? tr("direction") : name) + QLatin1Char(' ') + QString::number(number);
        if (!has(numbered.toStdString()))
            return numbered;
    }
}

void DirectionController::rename(int index, const QString& name)
{
    std::vector<AttributeDirection> directions = m_session.directions();
    if (index < 0 || static_cast<std::size_t>(index) >= directions.size() || name.trimmed().isEmpty())
        return;
    directions[static_cast<std::size_t>(index)].name = freeName(name.trimmed()).toStdString();
    change(tr("Rename a direction"), std::move(directions));
}

void DirectionController::remove(int index)
{
    std::vector<AttributeDirection> directions = m_session.directions();
    if (index < 0 || static_cast<std::size_t>(index) >= directions.size())
        return;
    directions.erase(directions.begin() + index);
    change(tr("Remove a direction"), std::move(directions));
}

} // namespace latentscape::app
