// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/class_map.h"
#include "core/explore/latent_density.h"
#include "core/train/decode_service.h"
#include "app/session/latest_job.h"
#include "app/session/session.h"
#include "app/window/explorer_controller.h"
#include "ui/map/map_backdrop.h"
#include "ui/panels/map_options.h"
#include "ui/theme/theme.h"
#include "ui/window/main_window.h"

#include <QElapsedTimer>
#include <QObject>
#include <QRectF>
#include <QTimer>

#include <deque>
#include <memory>

class QUndoStack;

namespace latentscape::app {

/// What lies behind the map's points: decoded images over the visible window or at the prior's quantiles, the class map, the density of
/// codes, the prior's holes. Coarse first, then fine; again with every newer decoder and every other view. GUI thread only; owned by
/// AppWindow.
class BackdropController : public QObject {
    Q_OBJECT
public:
    BackdropController(Session& session, ExplorerController& explorer, const PlaneController& planes, const ui::MainWindow& window, QUndoStack& undo,
                       QObject* parent);

    void setTheme(const ui::Theme& theme);

Q_SIGNALS:
    void shown(bool fine); ///< a newer picture lies behind the points (the tour counts them)

private:
    /// A grid of codes over a part of the plane.
    struct Grid {
        std::uint64_t request = 0;
        QRectF range;
        int columns = 0, rows = 0;
        bool fine = false;
        ui::Backdrop kind = ui::Backdrop::None;
    };
    void choose(ui::Backdrop backdrop);
    void apply(ui::Backdrop backdrop);
    void viewChanged();
    void refresh(bool fine);
    void askForImages(bool fine);
    void onDecoded(const DecodeResult& result);
    void classify(const DecodeResult& result, const Grid& grid);
    void computeDensity();
    void show(const QImage& image, const QRectF& range, bool fine, const QString& caption, const ui::ColourKey& key = {});
    [[nodiscard]] PlaneWindow window() const;

    Session& m_session;
    ExplorerController& m_explorer;
    const ui::MainWindow::Parts& m_parts;
    const ui::MainWindow::Actions& m_actions;
    QUndoStack& m_undo;
    ui::Theme m_theme = ui::Theme::light();
    ui::Backdrop m_backdrop = ui::Backdrop::None;
    std::deque<Grid> m_asked;     ///< requests whose answer may still come, oldest first
    QTimer m_refineTimer;         ///< fine pictures wait until the view rests
    QElapsedTimer m_age;          ///< since the class map or the density was last asked for
    std::shared_ptr<const PictureClassifier> m_classifier;
    std::shared_ptr<const Dataset> m_classifierOf;
    LatestJob m_job;
};

} // namespace latentscape::app
