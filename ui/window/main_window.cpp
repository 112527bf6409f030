// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include "ui/chrome/message_bar.h"
#include "ui/chrome/status_panel.h"
#include "ui/chrome/train_bar.h"
#include "ui/map/latent_map.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/directions_panel.h"
#include "ui/panels/experiment_panel.h"
#include "ui/panels/manifold_view.h"
#include "ui/panels/map_options.h"
#include "ui/panels/path_strip.h"
#include "ui/panels/reconstruction_view.h"
#include "ui/panels/samples_view.h"
#include "ui/panels/selection_panel.h"
#include "ui/plots/diagnostics_panel.h"
#include "ui/plots/kl_bars.h"
#include "ui/plots/loss_plot.h"
#include "ui/window/accessible_roles.h"
#include "ui/window/central_area.h"
#include "ui/window/dock_frame.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QAbstractButton>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QUrl>
#include <QLayout>
#include <QLineEdit>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QVBoxLayout>

namespace latentscape::ui {

namespace {

constexpr int kWideFrom = 1200;   // below it the Experiment dock shares a place with Decoded
constexpr int kMediumFrom = 1080; // below it the KL panel shares a place with the loss plot
constexpr int kLow = 700;         // below it, plot and filmstrip keep to what they must have

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
{
    installAccessibleRoles();
    setWindowFile({}, false);
    setMinimumWidth(720); // the least height is what the panels and the tool at hand need
    setAcceptDrops(true);
    setDockOptions(QMainWindow::AllowTabbedDocks | QMainWindow::AllowNestedDocks);
    setDocumentMode(true);
    createActions();
    createParts();
    createMenus();
    resize(1360, 860);
    resetLayout();
    m_parts.map->setFocus(); // the first Space trains, the first arrow moves the probe
    qApp->installEventFilter(this);
}

MainWindow::~MainWindow() = default;

void MainWindow::createParts()
{
    m_parts.trainBar = new TrainBar({m_actions.train, m_actions.step, m_actions.stop, m_actions.reset, m_actions.probe, m_actions.path, m_actions.lasso}, this);
    auto* bar = new QToolBar(tr("Training"), this);
    bar->setObjectName(QStringLiteral("trainingToolBar"));
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->layout()->setContentsMargins(0, 0, 0, 0); // the bar inside draws its own margins and line
    bar->addWidget(m_parts.trainBar);
    addToolBar(Qt::TopToolBarArea, bar);

    m_parts.map = new LatentMap;
    m_parts.pathStrip = new PathStrip;
    m_parts.pathStrip->hide();
    auto* mapPage = new QWidget;
    auto* mapColumn = new QVBoxLayout(mapPage);
    mapColumn->setContentsMargins(0, 0, 0, 0);
    mapColumn->setSpacing(0);
    mapColumn->addWidget(m_parts.map, 1);
    mapColumn->addWidget(m_parts.pathStrip);
    m_parts.manifold = new ManifoldView;
    m_parts.reconstructions = new ReconstructionView;
    m_parts.samples = new SamplesView;

    m_parts.mapOptions = new MapOptions;
    m_parts.central = new CentralArea;
    m_parts.central->addPage(tr("Latent map"), mapPage, CentralArea::Above::CaptionAndOptions);
    m_parts.central->addPage(tr("Manifold"), m_parts.manifold, CentralArea::Above::Caption);
    m_parts.central->addPage(tr("Reconstructions"), m_parts.reconstructions);
    m_parts.central->addPage(tr("Samples"), m_parts.samples);
    m_parts.central->setOptionsRow(m_parts.mapOptions);

    m_parts.messages = new MessageBar;
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_parts.messages);
    column->addWidget(m_parts.central, 1);
    setCentralWidget(middle);

    m_parts.experiment = new ExperimentPanel;
    m_parts.decoded = new DecodedPanel;
    m_parts.selection = new SelectionPanel;
    m_parts.directions = new DirectionsPanel;
    auto* moving = new QWidget; // what the probe decodes to, and the directions that move it: both are looked at together
    auto* movingColumn = new QVBoxLayout(moving);
    movingColumn->setContentsMargins(0, 0, 0, 0);
    movingColumn->setSpacing(0);
    movingColumn->addWidget(m_parts.decoded, 1);
    movingColumn->addWidget(m_parts.directions);
    m_parts.loss = new LossPlot;
    m_parts.diagnostics = new DiagnosticsPanel;
    m_parts.kl = m_parts.diagnostics->kl();
    m_parts.classLoss = m_parts.diagnostics->classes();
    m_experimentDock = new DockFrame(tr("Experiment"), QStringLiteral("experimentDock"), m_parts.experiment, this);
    m_decodedDock = new DockFrame(tr("Decoded"), QStringLiteral("decodedDock"), moving, this);
    m_selectionDock = new DockFrame(tr("Selection"), QStringLiteral("selectionDock"), m_parts.selection, this);
    m_lossDock = new DockFrame(tr("Loss"), QStringLiteral("lossDock"), m_parts.loss, this);
    m_klDock = new DockFrame(tr("KL per dimension"), QStringLiteral("klDock"), m_parts.diagnostics, this);

    m_parts.status = new StatusPanel;
    statusBar()->setSizeGripEnabled(false);
    statusBar()->layout()->setContentsMargins(0, 0, 0, 0);
    statusBar()->addWidget(m_parts.status, 1);
}

void MainWindow::resetLayout()
{
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    for (DockFrame* dock : docks())
        dock->setFloating(false);
    m_arrangement = Arrangement::None;
    arrangeForWidth(width());
}

void MainWindow::arrangeForWidth(int width)
{
    const Arrangement wanted = width >= kWideFrom ? Arrangement::Wide : width >= kMediumFrom ? Arrangement::Medium : Arrangement::Narrow;
    if (wanted == m_arrangement)
        return;
    const bool fresh = m_arrangement == Arrangement::None || !isVisible(); // before the first show every dock counts as closed
    m_arrangement = wanted;
    QList<DockFrame*> left; // what the person closed or floats stays as it is
    for (DockFrame* dock : docks())
        if (!fresh && (dock->isFloating() || !dock->toggleViewAction()->isChecked()))
            left << dock;
    if (!left.isEmpty())
        return;
    for (DockFrame* dock : docks()) // out of the tabs that they are in
        removeDockWidget(dock);
    const bool wide = wanted == Arrangement::Wide;
    const bool narrow = wanted == Arrangement::Narrow;

    addDockWidget(Qt::RightDockWidgetArea, m_decodedDock);
    tabifyDockWidget(m_decodedDock, m_selectionDock);
    if (wide)
        addDockWidget(Qt::LeftDockWidgetArea, m_experimentDock);
    else
        tabifyDockWidget(m_selectionDock, m_experimentDock);
    addDockWidget(Qt::BottomDockWidgetArea, m_lossDock);
    if (narrow)
        tabifyDockWidget(m_lossDock, m_klDock);
    else
        splitDockWidget(m_lossDock, m_klDock, Qt::Horizontal);
    for (DockFrame* dock : docks())
        dock->show();
    m_decodedDock->raise();
    m_lossDock->raise();
    if (wide)
        resizeDocks({m_experimentDock, m_decodedDock}, {232, 292}, Qt::Horizontal);
    else
        resizeDocks({m_decodedDock}, {264}, Qt::Horizontal);
    if (!narrow)
        resizeDocks({m_lossDock, m_klDock}, {width - 292, 292}, Qt::Horizontal);
    giveLossItsHeight(!m_parts.pathStrip->isHidden());
}

bool MainWindow::isLow() const { return height() < kLow; }

/// As much as the plot needs beside the map; in a low window with a path no more than it must have, or the window would have to grow.
void MainWindow::giveLossItsHeight(bool path)
{
    resizeDocks({m_lossDock}, {!isLow() ? 208 : path ? 1 : 150}, Qt::Vertical);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    arrangeForWidth(event->size().width());
    m_parts.pathStrip->setLow(isLow());
}

void MainWindow::setTheme(const Theme& theme)
{
    m_parts.trainBar->setTheme(theme);
    m_parts.messages->setTheme(theme);
    m_parts.central->setTheme(theme);
    m_parts.mapOptions->setTheme(theme);
    m_parts.map->setTheme(theme);
    m_parts.pathStrip->setTheme(theme);
    m_parts.manifold->setTheme(theme);
    m_parts.reconstructions->setTheme(theme);
    m_parts.samples->setTheme(theme);
    m_parts.experiment->setTheme(theme);
    m_parts.decoded->setTheme(theme);
    m_parts.selection->setTheme(theme);
    m_parts.directions->setTheme(theme);
    m_parts.loss->setTheme(theme);
    m_parts.diagnostics->setTheme(theme);
    m_parts.status->setTheme(theme);
    for (DockFrame* dock : docks())
        dock->setTheme(theme);
}

void MainWindow::setPathStripVisible(bool visible)
{
    if (visible == !m_parts.pathStrip->isHidden())
        return;
    const bool makesRoom = isLow() && !m_lossDock->isFloating();
    if (visible && makesRoom) { // before it is shown: a window that must grow for it may leave a small screen
        giveLossItsHeight(/*path=*/true);
        layout()->activate();
    }
    m_parts.pathStrip->setVisible(visible);
    if (!visible && makesRoom)
        QTimer::singleShot(0, this, [this] { giveLossItsHeight(/*path=*/false); }); // when the room is free
}

void MainWindow::raiseSelection()
{
    if (m_selectionDock->toggleViewAction()->isChecked())
        m_selectionDock->raise();
}

void MainWindow::raiseDecoded()
{
    if (m_decodedDock->toggleViewAction()->isChecked())
        m_decodedDock->raise();
}

QList<DockFrame*> MainWindow::docks() const
{
    return {m_experimentDock, m_decodedDock, m_selectionDock, m_lossDock, m_klDock};
}

void MainWindow::setWindowFile(const QString& fileName, bool modified)
{
    setWindowTitle(fileName.isEmpty() ? tr("[*]Latentscape") : tr("%1[*] – Latentscape").arg(fileName));
    if (modified != isWindowModified()) // Qt composes the title anew each time it is told
        setWindowModified(modified);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (m_mayClose) {
        event->accept();
        return;
    }
    event->ignore();
    Q_EMIT closeRequested();
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ThemeChange)
        Q_EMIT appearanceChanged();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty() && urls.first().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    Q_EMIT pathDropped(event->mimeData()->urls().first().toLocalFile());
}

/// What no part had a use for: Esc lets go of the picked image from anywhere.
void MainWindow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && event->modifiers() == Qt::NoModifier)
        m_actions.releasePick->trigger();
    else
        QMainWindow::keyPressEvent(event);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // Space belongs to a focused button or list first; only elsewhere does it start and pause training
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier &&
            (qobject_cast<QAbstractButton*>(watched) || qobject_cast<QComboBox*>(watched)))
            event->accept();
        // a line takes the keys of undo and redo for itself, even where it has nothing to undo: then they are the window's
        if (const auto* line = qobject_cast<QLineEdit*>(watched);
            line && ((key->matches(QKeySequence::Undo) && !line->isUndoAvailable()) || (key->matches(QKeySequence::Redo) && !line->isRedoAvailable()))) {
            event->ignore();
            return true;
        }
    }
    if (!m_painted && event->type() == QEvent::UpdateRequest && watched == this) { // all of the window's paint events come inside it
        m_painted = true;
        QMetaObject::invokeMethod(this, &MainWindow::firstPainted, Qt::QueuedConnection);
    }
    return QMainWindow::eventFilter(watched, event);
}

QMenu* MainWindow::createPopupMenu()
{
    QMenu* menu = QMainWindow::createPopupMenu();
    if (menu)
        menu->addAction(m_actions.resetLayout);
    return menu;
}

} // namespace latentscape::ui
