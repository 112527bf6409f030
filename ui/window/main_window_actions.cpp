// SPDX-License-Identifier: GPL-3.0-or-later
// The actions and menus of MainWindow: one table-like place for names, keys and explanations. Those of the Explore menu are in
// main_window_explore.cpp.
#include "ui/window/main_window.h"

#include "ui/window/dock_frame.h"
#include "ui/window/shortcuts_dialog.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>

namespace latentscape::ui {

QAction* MainWindow::makeAction(const QString& text, const QString& tip, const QKeySequence& key, bool checkable)
{
    auto* action = new QAction(text, this);
    action->setToolTip(key.isEmpty() ? tip : tr("%1 (%2)").arg(tip, key.toString(QKeySequence::NativeText)));
    action->setStatusTip(tip);
    action->setShortcut(key);
    action->setCheckable(checkable);
    addAction(action);
    return action;
}

void MainWindow::createActions()
{
    createFileActions();
    createTrainingActions();
    createExplorerActions();
    createViewActions();
}

void MainWindow::createFileActions()
{
    Actions& a = m_actions;
    a.open = makeAction(tr("&Open…"), tr("Opens a model that was saved."), QKeySequence::Open);
    a.openFolder = makeAction(tr("Open data &folder…"), tr("Opens a folder with IDX files as the data set."), tr("Ctrl+Shift+O"));
    a.save = makeAction(tr("&Save"), tr("Saves the model, its settings, its history and the named directions in one file."), QKeySequence::Save);
    a.saveAs = makeAction(tr("Save &as…"), tr("Saves under another name."), tr("Ctrl+Shift+S"));
    a.exportMap = makeAction(tr("Latent &map…"), tr("Saves the latent map as a PNG, SVG or PDF."), tr("Ctrl+E"));
    a.exportLoss = makeAction(tr("&Loss plot…"), tr("Saves the loss plot as a PNG, SVG or PDF, or its numbers as CSV."));
    a.exportKl = makeAction(tr("&KL bars…"), tr("Saves the KL bars as a PNG, or their numbers as CSV."));
    a.exportCodes = makeAction(tr("&Codes…"), tr("Saves the latent codes of the map as CSV."));
    a.exportManifold = makeAction(tr("M&anifold…"), tr("Saves the grid of decoded images as a PNG."));
    a.exportFilmstrip = makeAction(tr("Path as &filmstrip…"), tr("Saves the path's images side by side as a PNG."), tr("Ctrl+Shift+E"));
    a.exportGif = makeAction(tr("Path as &GIF animation…"), tr("Saves the path as an animation that any program shows."));
    a.exportWebp = makeAction(tr("Path as &WebP animation…"), tr("Saves the path as a lossless animation for the web."));
    a.exportFrames = makeAction(tr("Path as PNG se&quence…"), tr("Saves each image of the path as a PNG of its own, into a folder."));
    a.exportSelection = makeAction(tr("Selected &rows…"), tr("Saves the codes and labels of the selected images as CSV."));
    a.exportDataset = makeAction(tr("Selected images as &data set…"), tr("Saves the selected images as a data set that can be opened again."));
    a.undo = makeAction(tr("&Undo"), tr("Takes the last step back: a drag, a path, a selection, a label, a direction."), QKeySequence::Undo);
    a.redo = makeAction(tr("&Redo"), tr("Does again what was taken back."), tr("Ctrl+Shift+Z"));
    a.undo->setEnabled(false);
    a.redo->setEnabled(false);
    a.quit = makeAction(tr("&Quit"), tr("Ends the program."), QKeySequence::Quit);
    connect(a.quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::createTrainingActions()
{
    Actions& a = m_actions;
    a.train = makeAction(tr("Train"), tr("Trains, or pauses; the map, the curves and the decoder follow."), tr("Space"));
    a.step = makeAction(tr("Step"), tr("Makes one optimiser step, then waits."), tr("."));
    a.stop = makeAction(tr("Stop"), tr("Ends the run: codes are encoded exactly; Train goes on from there."));
    a.reset = makeAction(tr("Reset"), tr("Starts over with fresh weights and the settings shown."), tr("R"));
}

void MainWindow::createViewActions()
{
    Actions& a = m_actions;
    a.themeSystem = makeAction(tr("As the &system"), tr("Light or dark, as the system says."), {}, true);
    a.themeLight = makeAction(tr("&Light"), tr("Always light."), {}, true);
    a.themeDark = makeAction(tr("&Dark"), tr("Always dark."), {}, true);
    a.resetLayout = makeAction(tr("&Reset layout"), tr("Puts all panels back to their places."));
    a.fullScreen = makeAction(tr("F&ull screen"), tr("Fills the screen, or goes back."), QKeySequence(Qt::Key_F11), true);
    a.guide = makeAction(tr("&First steps"), tr("What to try in the first five minutes."), QKeySequence(Qt::Key_F1));
    a.shortcuts = makeAction(tr("&Keyboard shortcuts"), tr("All keys of the program."));
    a.about = makeAction(tr("&About Latentscape"), tr("Version, licence and libraries."));
    auto* themes = new QActionGroup(this);
    for (QAction* theme : {a.themeSystem, a.themeLight, a.themeDark})
        themes->addAction(theme);
    a.themeSystem->setChecked(true);
    connect(a.resetLayout, &QAction::triggered, this, &MainWindow::resetLayout);
    connect(a.fullScreen, &QAction::toggled, this, [this](bool on) { on ? showFullScreen() : showNormal(); });
    connect(a.shortcuts, &QAction::triggered, this, &MainWindow::showShortcuts);
}

void MainWindow::createMenus()
{
    const Actions& a = m_actions;
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addActions({a.open, a.openFolder});
    file->addSeparator();
    file->addActions({a.save, a.saveAs});
    file->addSeparator();
    QMenu* exports = file->addMenu(tr("&Export"));
    exports->addActions({a.exportMap, a.exportManifold, a.exportLoss, a.exportKl});
    exports->addSeparator();
    exports->addActions({a.exportFilmstrip, a.exportGif, a.exportWebp, a.exportFrames});
    exports->addSeparator();
    exports->addActions({a.exportCodes, a.exportSelection, a.exportDataset});
    file->addSeparator();
    file->addAction(a.quit);

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addActions({a.undo, a.redo});
    edit->addSeparator();
    edit->addActions({a.clearSelection, a.invertSelection});

    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addActions({a.fit, a.focusMap});
    view->addSeparator();
    for (DockFrame* dock : docks())
        view->addAction(dock->toggleViewAction());
    view->addSeparator();
    QMenu* appearance = view->addMenu(tr("&Appearance"));
    appearance->addActions({a.themeSystem, a.themeLight, a.themeDark});
    view->addActions({a.resetLayout, a.fullScreen});

    QMenu* training = menuBar()->addMenu(tr("&Train"));
    training->addActions({a.train, a.step, a.stop});
    training->addSeparator();
    training->addAction(a.reset);

    createExploreMenu();

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addActions({a.guide, a.shortcuts});
    help->addSeparator();
    help->addAction(a.about);
}

void MainWindow::showShortcuts()
{
    auto* dialog = new ShortcutsDialog(findChildren<QAction*>(Qt::FindDirectChildrenOnly), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace latentscape::ui
