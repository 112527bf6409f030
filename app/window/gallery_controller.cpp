// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/gallery_controller.h"

#include "core/explore/grids.h"
#include "core/explore/sampling.h"
#include "app/window/display_text.h"
#include "app/window/row_class_decoder.h"
#include "app/window/sample_pictures.h"
#include "ui/chrome/message_bar.h"
#include "ui/map/latent_map.h"
#include "ui/panels/manifold_view.h"
#include "ui/panels/reconstruction_view.h"
#include "ui/panels/samples_view.h"
#include "ui/window/central_area.h"

#include <QAction>
#include <QStringList>
#include <QVector>

#include <algorithm>
#include <cmath>

namespace latentscape::app {

namespace {

constexpr int kManifoldTab = 1;
constexpr int kReconstructionsTab = 2;
constexpr int kSamplesTab = 3;
constexpr std::size_t kReconstructions = 24;
constexpr int kProbePause = 50; // ms from a move of the probe to the manifold that goes through it

/// Further apart than by rounding.
bool differ(const std::vector<float>& codes, const std::vector<float>& others)
{
    return !std::ranges::equal(codes, others, [](float a, float b) { return std::abs(a - b) <= 1e-4f * std::max(1.0f, std::abs(a)); });
}

} // namespace

GalleryController::GalleryController(Session& session, ExplorerController& explorer, const PlaneController& planes, const ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_explorer(explorer)
    , m_parts(window.parts())
    , m_random(/*seed=*/1, StreamPurpose::Interface)
{
    connect(&session, &Session::runPrepared, this, [this] {
        m_samples.clear();
        m_shownRows.clear();
        m_parts.manifold->setImages({});
        m_parts.reconstructions->setPairs({}, {}, {});
        m_parts.samples->setImages({});
    });
    connect(&session, &Session::snapshotArrived, this, &GalleryController::refreshCurrent);
    connect(&session, &Session::decoded, this, &GalleryController::onDecoded);
    connect(&planes, &PlaneController::planeChanged, this, [this] {
        refreshCurrent();
        showDraws();
    });
    connect(&explorer, &ExplorerController::pickChanged, this, [this] {
        m_parts.samples->setPosteriorAvailable(m_explorer.pickedRow().has_value());
        if (m_explorer.pickedRow() && m_parts.samples->source() == ui::SamplesView::Source::Posterior && !m_samples.empty())
            drawSamples(ui::SamplesView::Source::Posterior, /*fresh=*/false); // what is shown belongs to the image that is picked now
        else
            showDraws();
    });
    connect(m_parts.central, &ui::CentralArea::currentChanged, this, &GalleryController::refreshCurrent);
    connect(&explorer, &ExplorerController::classChanged, this, &GalleryController::refreshCurrent);
    m_probeMoved.setSingleShot(true);
    m_probeMoved.setInterval(kProbePause);
    connect(&m_probeMoved, &QTimer::timeout, this, [this] {
        const bool fits = m_explorer.plane().latent() == static_cast<int>(m_explorer.probe().size());
        if (m_parts.central->current() == kManifoldTab && fits && differ(manifoldCodes(), m_manifold))
            askForManifold(); // the plane lies through the probe's other coordinates
    });
    connect(&explorer, &ExplorerController::probeChanged, this, [this] {
        if (m_parts.central->current() == kManifoldTab && m_explorer.probe().size() > 2 && !m_probeMoved.isActive())
            m_probeMoved.start();
    });
    connect(m_parts.manifold, &ui::ManifoldView::requestChanged, this, &GalleryController::askForManifold);
    connect(m_parts.manifold, &ui::ManifoldView::activated, this, [this](int index) { probeCode(m_manifold, index); });
    connect(m_parts.reconstructions, &ui::ReconstructionView::shuffleRequested, this, [this] {
        chooseReconstructions();
        askForReconstructions();
    });
    connect(m_parts.reconstructions, &ui::ReconstructionView::activated, this, [this](int index) {
        if (static_cast<std::size_t>(index) < m_shownRows.size())
            m_explorer.pick(m_shownRows[static_cast<std::size_t>(index)]);
    });
    using Source = ui::SamplesView::Source;
    connect(m_parts.samples, &ui::SamplesView::samplePriorRequested, this, [this] { drawSamples(Source::Prior); });
    connect(m_parts.samples, &ui::SamplesView::sampleAggregateRequested, this, [this] { drawSamples(Source::Aggregate); });
    connect(m_parts.samples, &ui::SamplesView::samplePosteriorRequested, this, [this] { drawSamples(Source::Posterior); });
    connect(m_parts.samples, &ui::SamplesView::temperatureChanged, this, [this] { drawSamples(m_parts.samples->source(), /*fresh=*/false); });
    connect(m_parts.samples, &ui::SamplesView::activated, this, [this](int index) { probeCode(m_samples, index); });
    const auto sampleBy = [this](QAction* action, Source source) {
        connect(action, &QAction::triggered, this, [this, source] {
            if (source == Source::Posterior && !m_explorer.pickedRow()) {
                m_parts.messages->show(ui::MessageBar::Severity::Warning, tr("No image is picked, so there is no posterior to draw from. Click a code on the map first."));
                return;
            }
            m_parts.central->setCurrent(kSamplesTab);
            m_parts.samples->requestSamples(source);
        });
    };
    sampleBy(window.actions().sample, Source::Prior);
    sampleBy(window.actions().sampleAggregate, Source::Aggregate);
    sampleBy(window.actions().samplePosterior, Source::Posterior);
}

/// Puts the probe on one of the codes [N, L] behind the pictures of a gallery.
void GalleryController::probeCode(const std::vector<float>& codes, int index)
{
    const std::size_t latent = m_explorer.probe().size();
    const std::size_t at = static_cast<std::size_t>(index) * latent;
    if (at + latent > codes.size())
        return;
    const auto first = codes.begin() + static_cast<std::ptrdiff_t>(at);
    m_explorer.jumpTo(std::vector<float>(first, first + static_cast<std::ptrdiff_t>(latent)));
}

void GalleryController::refreshCurrent()
{
    if (!m_session.snapshot() || !m_session.snapshot()->codes)
        return;
    switch (m_parts.central->current()) {
    case kManifoldTab: askForManifold(); break;
    case kReconstructionsTab: askForReconstructions(); break;
    case kSamplesTab:
        if (m_samples.empty())
            drawSamples(m_parts.samples->source());
        else
            askForSamples();
        break;
    default: break;
    }
}

std::vector<float> GalleryController::manifoldCodes() const
{
    const Plane& plane = m_explorer.plane();
    const int side = m_parts.manifold->columns();
    // one dimension has no rows: its line fills the grid from left to right, row after row
    const int columns = plane.latent() == 1 ? side * side : side;
    const int rows = plane.latent() == 1 ? 1 : side;
    const QRectF view = m_parts.map->viewRange();
    return m_parts.manifold->priorQuantiles() || view.isEmpty()
               ? priorGrid(plane, m_explorer.probe(), columns, rows)
               : windowGrid(plane, m_explorer.probe(), view.left(), view.right(), view.top(), view.bottom(), columns, rows);
}

void GalleryController::askForManifold()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || m_parts.central->current() != kManifoldTab)
        return;
    const int latent = snapshot->decoder->latent();
    if (m_explorer.plane().latent() != latent || static_cast<int>(m_explorer.probe().size()) != latent)
        return;
    m_parts.manifold->setBeyondPlane(latent > 2);
    m_manifold = manifoldCodes();
    DecodeRequest request;
    request.channel = DecodeChannel::Manifold;
    request.z = m_manifold;
    request.count = m_manifold.size() / static_cast<std::size_t>(latent);
    m_explorer.decode(std::move(request));
}

void GalleryController::chooseReconstructions()
{
    m_shownRows.clear();
    const auto codes = m_session.snapshot() ? m_session.snapshot()->codes : nullptr;
    if (!codes || codes->count() == 0)
        return;
    for (std::size_t i = 0; i < std::min(kReconstructions, codes->count()); ++i)
        m_shownRows.push_back(static_cast<std::size_t>(m_random.below(codes->count())));
}

void GalleryController::askForReconstructions()
{
    const auto snapshot = m_session.snapshot();
    const auto codes = snapshot ? snapshot->codes : nullptr;
    if (!codes)
        return;
    if (m_shownRows.empty() || *std::max_element(m_shownRows.begin(), m_shownRows.end()) >= codes->count())
        chooseReconstructions();
    DecodeRequest request;
    request.channel = DecodeChannel::Reconstructions;
    request.count = m_shownRows.size();
    const bool conditional = snapshot->decoder->classes() > 0;
    if (conditional)
        request.decoder = std::make_shared<RowClassDecoder>(snapshot->decoder); // each image again in its own class, whatever is chosen
    const auto& labels = m_session.data()->train().labels;
    for (const std::size_t row : m_shownRows) {
        const auto mu = codes->muOf(row);
        request.z.insert(request.z.end(), mu.begin(), mu.end());
        if (conditional)
            request.z.push_back(static_cast<float>(labels[static_cast<std::size_t>(codes->indices[row])]));
    }
    if (request.count > 0)
        m_session.decode(std::move(request));
}

void GalleryController::drawSamples(ui::SamplesView::Source source, bool fresh)
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes || snapshot->codes->count() == 0)
        return;
    if (fresh)
        ++m_draw;
    RandomStream random(/*seed=*/1, StreamPurpose::Interface, /*substream=*/m_draw);
    const auto count = static_cast<std::size_t>(m_parts.samples->sampleCount());
    const double temperature = m_parts.samples->temperature();
    const auto row = m_explorer.pickedRow();
    switch (source) {
    case ui::SamplesView::Source::Prior: m_samples = samplePrior(snapshot->decoder->latent(), count, random, temperature); break;
    case ui::SamplesView::Source::Aggregate: m_samples = sampleAggregate(*snapshot->codes, count, random, temperature); break;
    case ui::SamplesView::Source::Posterior:
        if (!row || *row >= snapshot->codes->count())
            return;
        m_samples = samplePosterior(*snapshot->codes, *row, count, random, temperature);
        break;
    }
    showDraws();
    askForSamples();
}

/// Draws from the picked image's posterior stand on the map, too.
void GalleryController::showDraws()
{
    std::vector<PlanePoint> points;
    const std::size_t latent = m_explorer.probe().size();
    if (m_explorer.pickedRow() && m_parts.samples->source() == ui::SamplesView::Source::Posterior && m_explorer.plane().latent() == static_cast<int>(latent))
        for (std::size_t at = 0; at + latent <= m_samples.size(); at += latent)
            points.push_back(m_explorer.plane().project(std::span(m_samples).subspan(at, latent)));
    m_parts.map->setDraws(points);
}

void GalleryController::askForSamples()
{
    const auto snapshot = m_session.snapshot();
    const auto latent = static_cast<std::size_t>(snapshot->decoder->latent());
    DecodeRequest request;
    request.channel = DecodeChannel::Samples;
    request.z = m_samples;
    request.count = m_samples.size() / latent;
    m_explorer.decode(std::move(request));
}

void GalleryController::onDecoded(const DecodeResult& result)
{
    switch (result.channel) {
    case DecodeChannel::Manifold: m_parts.manifold->setImages(decodedPictures(result)); break;
    case DecodeChannel::Samples: m_parts.samples->setImages(decodedPictures(result)); break;
    case DecodeChannel::Reconstructions: {
        const auto codes = m_session.snapshot() ? m_session.snapshot()->codes : nullptr;
        const auto data = m_session.data();
        if (!codes || !data || result.count != m_shownRows.size())
            return;
        QVector<QImage> originals;
        QStringList captions;
        for (const std::size_t row : m_shownRows) {
            const auto index = static_cast<std::size_t>(codes->indices[row]);
            originals.append(samplePicture(*data, data->train(), index));
            captions.append(labelText(*data, data->train(), index));
        }
        m_parts.reconstructions->setPairs(originals, decodedPictures(result), captions);
        break;
    }
    case DecodeChannel::Probe:
    case DecodeChannel::Path:
    case DecodeChannel::Previews:
    case DecodeChannel::Backdrop: break;
    }
}

} // namespace latentscape::app
