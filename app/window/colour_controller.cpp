// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/colour_controller.h"

#include "core/explore/sample_values.h"
#include "app/window/undo.h"
#include "ui/chrome/message_bar.h"
#include "ui/map/latent_map.h"

#include <QAction>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>
#include <memory>

namespace latentscape::app {

namespace {

constexpr qint64 kCostlyInterval = 4000; // ms between two computations over all decodes or all pairs of codes while training
constexpr qint64 kSeriesMs = 1000;        // between two moves of the filter that are one step of undo
constexpr double kCutShare = 0.01;       // of the values at each end that the colour bar leaves out: one outlier must not grey the rest

/// Ends of the colour bar for some values: nearly all of them lie between.
std::pair<double, double> barEnds(const std::vector<float>& values)
{
    std::vector<float> finite;
    finite.reserve(values.size());
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite), [](float value) { return std::isfinite(value); });
    if (finite.empty())
        return {0.0, 1.0};
    const auto at = [&finite](double share) {
        const auto place = finite.begin() + static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(finite.size() - 1)));
        std::nth_element(finite.begin(), place, finite.end());
        return static_cast<double>(*place);
    };
    const double low = at(kCutShare), high = at(1.0 - kCutShare);
    return high > low ? std::pair(low, high) : std::pair(low - 0.5, low + 0.5);
}

} // namespace

ColourController::ColourController(Session& session, const ui::MainWindow& window, QUndoStack& undo, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_parts(window.parts())
    , m_actions(window.actions())
    , m_undo(undo)
    , m_job(session.jobs(), this)
{
    connect(m_parts.mapOptions, &ui::MapOptions::colourChosen, this, &ColourController::onColourChosen);
    for (std::size_t by = 0; by < m_actions.colours.size(); ++by) {
        connect(m_actions.colours[by], &QAction::triggered, this, [this, by] {
            ui::ColourChoice choice = m_choice;
            choice.by = static_cast<ui::ColourBy>(by);
            m_parts.mapOptions->setColourChoice(choice);
            onColourChosen();
        });
    }
    connect(&session, &Session::runPrepared, this, [this] {
        m_job.forget();
        m_age.invalidate();
        m_choice = m_parts.mapOptions->colourChoice(); // a column of another set has gone
        filterBy(std::nullopt);
        m_parts.map->setColouring(emptyColouring());
    });
    connect(&session, &Session::snapshotArrived, this, [this] { refresh(/*atOnce=*/false); });
    connect(&session, &Session::relabelled, this, [this] { refresh(/*atOnce=*/true); });
    connect(m_parts.map, &ui::LatentMap::valueFilterGrabbed, this, [this] { m_sinceFilter.invalidate(); });
    connect(m_parts.map, &ui::LatentMap::valueFilterChanged, this, [this](const ValueRange& range) {
        const bool goesOn = m_sinceFilter.isValid() && (m_sinceFilter.elapsed() < kSeriesMs || QGuiApplication::mouseButtons() != Qt::NoButton);
        m_filterSeries += goesOn ? 0 : 1;
        m_sinceFilter.start();
        pushChange(m_undo, tr("Filter by value"), m_filter, range, [this](const ValueRange& value) { filterBy(value); }, m_filterSeries);
        m_filter = range;
        m_parts.map->showHint(range ? tr("Only codes between %1 and %2 are shown; a double click or Home on the colour bar shows all again.").arg(range->first, 0, 'g', 3).arg(range->second, 0, 'g', 3)
                                    : QString());
    });
}

void ColourController::filterBy(const ValueRange& range)
{
    m_filter = range;
    m_parts.map->setValueFilter(range);
}

bool ColourController::isCostly() const
{
    return m_choice.by == ui::ColourBy::Loss || m_choice.by == ui::ColourBy::PredictedClass;
}

void ColourController::onColourChosen()
{
    const std::pair before(m_choice, m_filter);
    const ui::ColourChoice after = m_parts.mapOptions->colourChoice();
    const auto data = m_session.data();
    if (after.by == ui::ColourBy::PredictedClass && data && !data->isLabelled()) {
        m_parts.messages->show(ui::MessageBar::Severity::Warning, tr("This data set has no labels, so no class can be predicted. Choose another colour."));
        m_parts.mapOptions->setColourChoice(before.first);
        applyChoice(before.first);
        m_filter = before.second;
        return;
    }
    applyChoice(after);
    pushChange(m_undo, tr("Colour the map"), before, std::pair(after, ValueRange()), [this](const std::pair<ui::ColourChoice, ValueRange>& colours) {
        m_parts.mapOptions->setColourChoice(colours.first);
        applyChoice(colours.first);
        m_filter = colours.second; // of the values that come: show() applies it
    });
}

void ColourController::applyChoice(const ui::ColourChoice& choice)
{
    m_choice = choice;
    for (std::size_t by = 0; by < m_actions.colours.size(); ++by)
        m_actions.colours[by]->setChecked(static_cast<std::size_t>(choice.by) == by);
    filterBy(std::nullopt);
    m_job.forget();
    refresh(/*atOnce=*/true);
}

ui::MapColouring ColourController::emptyColouring() const
{
    ui::MapColouring colouring;
    colouring.scale = m_choice.scale;
    const auto data = m_session.data();
    switch (m_choice.by) {
    case ui::ColourBy::Label: break;
    case ui::ColourBy::PredictedClass:
        colouring.kind = ui::MapColouring::Kind::Classes;
        colouring.title = tr("predicted");
        break;
    case ui::ColourBy::Loss:
    case ui::ColourBy::Kl:
        colouring.kind = ui::MapColouring::Kind::Values;
        colouring.title = m_choice.by == ui::ColourBy::Loss ? tr("NELBO at μ") : tr("KL");
        colouring.unit = tr("nats");
        break;
    case ui::ColourBy::Sigma:
        colouring.kind = ui::MapColouring::Kind::Values;
        colouring.title = tr("posterior σ");
        break;
    case ui::ColourBy::Column:
        colouring.kind = ui::MapColouring::Kind::Values;
        if (data && static_cast<std::size_t>(m_choice.column) < data->train().factors.size()) {
            const FactorColumn& column = data->train().factors[static_cast<std::size_t>(m_choice.column)];
            colouring.title = QString::fromStdString(column.name);
            colouring.unit = QString::fromStdString(column.unit);
        }
        break;
    }
    return colouring;
}

void ColourController::refresh(bool atOnce)
{
    const auto snapshot = m_session.snapshot();
    const auto data = m_session.data();
    if (!snapshot || !snapshot->codes || !data)
        return;
    if (m_choice.by == ui::ColourBy::Label) {
        show(emptyColouring());
        return;
    }
    if (!atOnce) {
        if (m_choice.by == ui::ColourBy::Column)
            return; // does not depend on the codes
        if (isCostly() && !snapshot->codes->exact && m_age.isValid() && !m_age.hasExpired(kCostlyInterval))
            return;
        if (m_job.isBusy() && !snapshot->codes->exact)
            return;
    }
    m_age.start();
    m_job.run([this, snapshot, data, choice = m_choice, objective = m_session.config().objective, factory = &m_session.factory(), colouring = emptyColouring()](std::stop_token stop) mutable -> JobRunner::Answer {
        factory->prepareDecodingThread(); // one thread of its own: no parallel regions beside the training
        std::vector<float> values;
        switch (choice.by) {
        case ui::ColourBy::Loss: values = sampleLoss(*snapshot->codes, *data, *snapshot->decoder, objective, stop); break;
        case ui::ColourBy::Kl: values = sampleKl(*snapshot->codes, data->train().count); break;
        case ui::ColourBy::Sigma: values = sampleSigma(*snapshot->codes, data->train().count); break;
        case ui::ColourBy::Column: values = sampleColumn(data->train(), static_cast<std::size_t>(choice.column)); break;
        case ui::ColourBy::PredictedClass:
            colouring.classes = std::make_shared<const std::vector<std::int32_t>>(predictedClasses(*snapshot->codes, *data, stop));
            break;
        case ui::ColourBy::Label: break;
        }
        if (stop.stop_requested())
            return {};
        if (!values.empty()) {
            std::tie(colouring.low, colouring.high) = barEnds(values);
            colouring.values = std::make_shared<const std::vector<float>>(std::move(values));
        }
        return [this, choice, colouring] {
            if (choice == m_choice)
                show(colouring);
        };
    });
}

void ColourController::show(ui::MapColouring colouring)
{
    m_parts.map->setColouring(colouring); // drops a filter of other values
    m_parts.map->setValueFilter(m_filter);
    Q_EMIT coloured();
}

} // namespace latentscape::app
