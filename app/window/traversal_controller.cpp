// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/traversal_controller.h"

#include "app/window/sample_pictures.h"
#include "app/window/unused_dimensions.h"
#include "ui/panels/decoded_panel.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace latentscape::app {

namespace {

constexpr auto kInterval = std::chrono::milliseconds(200);
constexpr auto kUsesInterval = std::chrono::milliseconds(1000); // which dimensions are in use, while training: at reading speed

} // namespace

TraversalController::TraversalController(Session& session, ExplorerController& explorer, const ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_explorer(explorer)
    , m_parts(window.parts())
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kInterval);
    connect(&m_timer, &QTimer::timeout, this, &TraversalController::askForPreviews);
    const auto soon = [this] {
        if (!m_timer.isActive() && m_session.config().model.latent > 2)
            m_timer.start();
    };
    connect(&session, &Session::runPrepared, this, [this] {
        m_sortedAt = 0.0;
        m_sinceUses.invalidate();
        m_parts.decoded->setPreviews({});
    });
    connect(&session, &Session::snapshotArrived, this, [this, soon] {
        showOrder();
        soon();
    });
    connect(&explorer, &ExplorerController::probeChanged, this, soon);
    connect(&explorer, &ExplorerController::classChanged, this, soon);
    connect(&session, &Session::decoded, this, &TraversalController::onDecoded);
}

void TraversalController::showOrder()
{
    const auto snapshot = m_session.snapshot();
    const LatentDiagnostics& diagnostics = snapshot->diagnostics;
    const auto latent = static_cast<std::size_t>(m_session.config().model.latent);
    if (latent <= 2 || diagnostics.klPerDimension.size() != latent || diagnostics.meanVariance.size() != latent)
        return;
    // A list that reorders under the hand helps nobody: the first steps sort it, the first whole epoch, and each rest of the training.
    const bool rests = snapshot->codes->exact;
    if (rests || m_sortedAt <= 0.0 || (m_sortedAt < 1.0 && snapshot->epoch >= 1.0)) {
        m_sortedAt = snapshot->epoch;
        m_order.resize(latent);
        std::iota(m_order.begin(), m_order.end(), 0);
        std::stable_sort(m_order.begin(), m_order.end(), [&](int a, int b) {
            return diagnostics.klPerDimension[static_cast<std::size_t>(a)] > diagnostics.klPerDimension[static_cast<std::size_t>(b)];
        });
    } else if (m_sinceUses.isValid() && m_sinceUses.elapsed() < kUsesInterval.count()) {
        return;
    }
    m_sinceUses.start();
    m_parts.decoded->setDimensionOrder(m_order, unusedDimensions(*snapshot), diagnostics.klPerDimension, diagnostics.meanVariance);
}

void TraversalController::askForPreviews()
{
    const auto snapshot = m_session.snapshot();
    const std::vector<float>& probe = m_explorer.probe();
    if (!snapshot || probe.size() <= 2 || snapshot->decoder->latent() != static_cast<int>(probe.size()) || !m_parts.decoded->isVisible())
        return;
    m_dimensions = m_parts.decoded->previewDimensions();
    DecodeRequest request;
    request.channel = DecodeChannel::Previews;
    for (const int dimension : m_dimensions) {
        for (const float value : ui::DecodedPanel::previewValues()) {
            std::vector<float> z = probe;
            z[static_cast<std::size_t>(dimension)] = value;
            request.z.insert(request.z.end(), z.begin(), z.end());
        }
    }
    request.count = m_dimensions.size() * ui::DecodedPanel::kPreviews;
    if (request.count > 0)
        m_explorer.decode(std::move(request));
}

void TraversalController::onDecoded(const DecodeResult& result)
{
    if (result.channel != DecodeChannel::Previews || result.id <= m_shown || result.count != m_dimensions.size() * ui::DecodedPanel::kPreviews)
        return;
    m_shown = result.id;
    const QVector<QImage> images = decodedPictures(result);
    QVector<QVector<QImage>> byDimension(static_cast<qsizetype>(m_explorer.probe().size()));
    for (std::size_t at = 0; at < m_dimensions.size(); ++at)
        byDimension[m_dimensions[at]] = images.mid(static_cast<qsizetype>(at) * ui::DecodedPanel::kPreviews, ui::DecodedPanel::kPreviews);
    m_parts.decoded->setPreviews(byDimension);
}

} // namespace latentscape::app
