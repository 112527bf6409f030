// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/app_window.h"

#include "core/data/data_catalogue.h"
#include "app/window/backdrop_controller.h"
#include "app/window/colour_controller.h"
#include "app/window/direction_controller.h"
#include "app/window/explorer_controller.h"
#include "app/window/exporter.h"
#include "app/window/file_controller.h"
#include "app/window/gallery_controller.h"
#include "app/window/map_controller.h"
#include "app/window/path_controller.h"
#include "app/window/plane_controller.h"
#include "app/window/selection_controller.h"
#include "app/window/settings_controller.h"
#include "app/window/tool_controller.h"
#include "app/window/training_controller.h"
#include "app/window/traversal_controller.h"
#include "ui/panels/experiment_panel.h"

#include <QAction>
#include <QApplication>
#include <QMessageBox>
#include <QSettings>

namespace latentscape::app {

namespace {

// every key of the settings file, in one place
constexpr auto kGeometryKey = "window/geometry";
constexpr auto kLayoutKey = "window/layout";
constexpr auto kAppearanceKey = "window/appearance";
constexpr int kLayoutVersion = 2; // raised when docks change, so that an old layout is not applied to new ones

constexpr int kUndoLimit = 200;

} // namespace

AppWindow::AppWindow(std::shared_ptr<const VaeBackendFactory> factory, const Options& options, QObject* parent)
    : QObject(parent)
    , m_options(options)
    , m_session(std::make_unique<Session>(std::move(factory)))
    , m_window(std::make_unique<ui::MainWindow>())
{
    Appearance appearance = options.appearance.value_or(Appearance::System);
    if (!options.appearance && options.keepSettings)
        appearance = static_cast<Appearance>(std::clamp(QSettings().value(QLatin1String(kAppearanceKey), 0).toInt(), 0, 2));
    m_theme = new ThemeController(*m_window, appearance, this);
    new SettingsController(*m_session, *m_window, this); // before what hands the panel a run's settings
    m_training = new TrainingController(*m_session, *m_window, this);
    auto* exporter = new Exporter(*m_session, *m_window, this);
    // The order matters where several answer one signal: the plane first, then what lies on it.
    m_planes = new PlaneController(*m_session, *m_window, m_undo, this);
    new MapController(*m_session, *m_window, *m_planes, this);
    m_explorer = new ExplorerController(*m_session, *m_window, *m_planes, m_undo, this);
    m_colours = new ColourController(*m_session, *m_window, m_undo, this);
    m_backdrop = new BackdropController(*m_session, *m_explorer, *m_planes, *m_window, m_undo, this);
    new TraversalController(*m_session, *m_explorer, *m_window, this);
    new GalleryController(*m_session, *m_explorer, *m_planes, *m_window, this);
    m_path = new PathController(*m_session, *m_explorer, *m_planes, *exporter, *m_window, m_undo, this);
    m_selections = new SelectionController(*m_session, *m_explorer, *exporter, *m_window, m_undo, this);
    new DirectionController(*m_session, *m_explorer, *m_selections, *m_planes, *exporter, *m_window, m_undo, this);
    m_files = new FileController(*m_session, *m_training, *exporter, *m_window, this);
    new ToolController(*m_window, this);
    connectUndo();

    ui::ExperimentPanel::Values values;
    values.dataSpec = options.data;
    values.config = options.config;
    values.device = options.device;
    m_window->parts().experiment->setValues(values);

    const auto passTheme = [this](const ui::Theme& theme) {
        m_backdrop->setTheme(theme);
        m_selections->setTheme(theme);
    };
    connect(m_theme, &ThemeController::themeChanged, this, passTheme);
    passTheme(m_theme->theme());
    connect(m_theme, &ThemeController::appearanceChosen, this, [this] { saveSettings(); });
    connect(m_window.get(), &ui::MainWindow::firstPainted, this, &AppWindow::startWork);
    connect(m_window.get(), &ui::MainWindow::closeRequested, this, [this] {
        m_training->confirmLoss(tr("Closing loses the training since the last save."), [this] {
            saveSettings();
            // not from inside the close event that asked: Qt ignores a second close() there
            QMetaObject::invokeMethod(
                m_window.get(),
                [window = m_window.get()] {
                    window->acceptClose();
                    window->close();
                },
                Qt::QueuedConnection);
        });
    });
    connect(m_window->actions().guide, &QAction::triggered, this, &AppWindow::showGuide);
    connect(m_window->actions().about, &QAction::triggered, this, &AppWindow::showAbout);
    restoreSettings();
}

AppWindow::~AppWindow()
{
    m_window->hide();  // ends edits under way while the session can still hear of them
    m_session.reset(); // joins the workers while every receiver of their events still lives
}

void AppWindow::show()
{
    m_window->show();
}

void AppWindow::connectUndo()
{
    m_undo.setUndoLimit(kUndoLimit);
    const auto& actions = m_window->actions();
    connect(actions.undo, &QAction::triggered, &m_undo, &QUndoStack::undo);
    connect(actions.redo, &QAction::triggered, &m_undo, &QUndoStack::redo);
    const auto name = [this] {
        const auto& a = m_window->actions();
        a.undo->setEnabled(m_undo.canUndo());
        a.redo->setEnabled(m_undo.canRedo());
        a.undo->setText(m_undo.canUndo() ? tr("&Undo: %1").arg(m_undo.undoText()) : tr("&Undo"));
        a.redo->setText(m_undo.canRedo() ? tr("&Redo: %1").arg(m_undo.redoText()) : tr("&Redo"));
    };
    connect(&m_undo, &QUndoStack::indexChanged, this, name);
    connect(m_session.get(), &Session::runPrepared, &m_undo, &QUndoStack::clear); // its steps belong to a latent space that is gone
}

void AppWindow::startWork()
{
    // after the first paint: looking for data sets and devices may touch the disk and the drivers
    m_window->parts().experiment->setDatasets(listDatasets());
    if (m_options.train)
        m_training->trainWhenReady();
    // What was asked for at the start may not be there: the bar says so, and a window without any data could do nothing.
    connect(
        m_session.get(), &Session::failed, this,
        [this] {
            if (!m_session->data())
                m_session->loadData(Options().data, m_options.config, m_options.device);
        },
        Qt::SingleShotConnection);
    if (!m_options.file.isEmpty())
        m_files->openPath(m_options.file);
    else
        m_session->loadData(m_options.data, m_options.config, m_options.device);
    // Last: this loads the networks, and who starts a thread meanwhile waits for the loader.
    m_session->jobs().run([this, factory = &m_session->factory()](std::stop_token) -> JobRunner::Answer {
        return [this, devices = factory->devices(), networks = QString::fromStdString(factory->description())] {
            m_window->parts().experiment->setDevices(devices);
            m_networks = networks;
        };
    });
}

void AppWindow::restoreSettings()
{
    if (!m_options.keepSettings)
        return;
    const QSettings settings;
    m_window->restoreGeometry(settings.value(QLatin1String(kGeometryKey)).toByteArray());
    m_window->resetLayout(); // for the restored width, so that the restored layout is not rearranged afterwards
    m_window->restoreState(settings.value(QLatin1String(kLayoutKey)).toByteArray(), kLayoutVersion);
}

void AppWindow::saveSettings()
{
    if (!m_options.keepSettings)
        return;
    QSettings settings;
    settings.setValue(QLatin1String(kGeometryKey), m_window->saveGeometry());
    settings.setValue(QLatin1String(kLayoutKey), m_window->saveState(kLayoutVersion));
    settings.setValue(QLatin1String(kAppearanceKey), static_cast<int>(m_theme->appearance()));
}

void AppWindow::showGuide()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("First steps"), tr("Train, watch and drag at the same time."), QMessageBox::Close, m_window.get());
    box->setInformativeText(
        tr("1. Press Train. Every dot on the map is the code of one image; equal labels gather.\n"
           "2. While it trains, press anywhere on the map and drag: the image at that point is decoded as you move.\n"
           "3. Click a dot: its original stands beside the decode.\n"
           "4. Move β to the right: the codes are drawn towards the prior's circles. To the left: images become sharper.\n"
           "5. Choose Path and click two places: the filmstrip shows the way between them.\n"
           "6. Choose Lasso and draw around codes: what have their images in common?\n"
           "7. Behind the points, choose Decoded images: the whole plane at once, live."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void AppWindow::showAbout()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Latentscape"), tr("Latentscape %1").arg(QStringLiteral(LATENTSCAPE_VERSION)), QMessageBox::Close, m_window.get());
    box->setInformativeText(tr("Trains a variational autoencoder, maps its latent space and decodes it under your hand.\n\n"
                               "Licence: GPL-3.0-or-later.\nQt %1, LibTorch %2, QCustomPlot.")
                                .arg(QLatin1String(qVersion()), m_networks.isEmpty() ? tr("is being loaded") : m_networks));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace latentscape::app
