// SPDX-License-Identifier: GPL-3.0-or-later
// The actions and menus of MainWindow: one table-like place for names, keys and explanations.
#include "ui/window/main_window.h"

#include "ui/window/dock_frame.h"
#include "ui/window/shortcuts_dialog.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>

namespace latentscape::ui {

void MainWindow::createActions()
{
    const auto make = [this](const QString& text, const QString& tip, const QKeySequence& key = {}, bool checkable = false) {
        auto* action = new QAction(text, this);
        action->setToolTip(key.isEmpty() ? tip : tr("%1 (%2)").arg(tip, key.toString(QKeySequence::NativeText)));
        action->setStatusTip(tip);
        action->setShortcut(key);
        action->setCheckable(checkable);
        addAction(action);
        return action;
    };
    Actions& a = m_actions;
    a.open = make(tr("&Open…"), tr("Opens a model that was saved."), QKeySequence::Open);
    a.openFolder = make(tr("Open data &folder…"), tr("Opens a folder with IDX files as the data set."), tr("Ctrl+Shift+O"));
    a.save = make(tr("&Save"), tr("Saves the model, its settings and its history in one file."), QKeySequence::Save);
    a.saveAs = make(tr("Save &as…"), tr("Saves under another name."), tr("Ctrl+Shift+S"));
    a.exportMap = make(tr("Export &map…"), tr("Saves the latent map as a PNG, SVG or PDF."), tr("Ctrl+E"));
    a.exportLoss = make(tr("Export &loss plot…"), tr("Saves the loss plot as a PNG, SVG or PDF, or its numbers as CSV."));
    a.exportKl = make(tr("Export &KL bars…"), tr("Saves the KL bars as a PNG, or their numbers as CSV."));
    a.exportCodes = make(tr("Export &codes…"), tr("Saves the latent codes of the map as CSV."));
    a.quit = make(tr("&Quit"), tr("Ends the program."), QKeySequence::Quit);

    a.train = make(tr("Train"), tr("Trains, or pauses; the map, the curves and the decoder follow."), tr("Space"));
    a.step = make(tr("Step"), tr("Makes one optimiser step, then waits."), tr("."));
    a.stop = make(tr("Stop"), tr("Ends the run: codes are encoded exactly; Train goes on from there."));
    a.reset = make(tr("Reset"), tr("Starts over with fresh weights and the settings shown."), tr("R"));

    a.probe = make(tr("Probe"), tr("Drag on the map: the image at that point is decoded as you move."), tr("1"), true);
    a.path = make(tr("Path"), tr("Click on the map to place two or more anchors; the filmstrip shows the way between them."), tr("2"), true);
    a.fit = make(tr("&Fit the map"), tr("Shows all codes."), tr("F"));
    a.clearPath = make(tr("&Clear the path"), tr("Removes all anchors."));
    a.sample = make(tr("&Sample the prior"), tr("Draws codes from the prior and shows their images."), tr("Ctrl+Shift+P"));
    a.releasePick = make(tr("&Let go of the picked image"), tr("The probe moves freely again."), tr("Esc"));
    a.releasePick->setShortcutContext(Qt::WidgetShortcut); // the map answers Esc itself; listed for the menu

    a.themeSystem = make(tr("As the &system"), tr("Light or dark, as the system says."), {}, true);
    a.themeLight = make(tr("&Light"), tr("Always light."), {}, true);
    a.themeDark = make(tr("&Dark"), tr("Always dark."), {}, true);
    a.resetLayout = make(tr("&Reset layout"), tr("Puts all panels back to their places."));
    a.fullScreen = make(tr("F&ull screen"), tr("Fills the screen, or goes back."), QKeySequence(Qt::Key_F11), true);

    a.guide = make(tr("&First steps"), tr("What to try in the first five minutes."), QKeySequence(Qt::Key_F1));
    a.shortcuts = make(tr("&Keyboard shortcuts"), tr("All keys of the program."));
    a.about = make(tr("&About Latentscape"), tr("Version, licence and libraries."));

    m_tools = new QActionGroup(this);
    m_tools->addAction(a.probe);
    m_tools->addAction(a.path);
    a.probe->setChecked(true);
    m_themes = new QActionGroup(this);
    for (QAction* theme : {a.themeSystem, a.themeLight, a.themeDark})
        m_themes->addAction(theme);
    a.themeSystem->setChecked(true);
    connect(a.resetLayout, &QAction::triggered, this, &MainWindow::resetLayout);
    connect(a.quit, &QAction::triggered, this, &QWidget::close);
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
    file->addActions({a.exportMap, a.exportLoss, a.exportKl, a.exportCodes});
    file->addSeparator();
    file->addAction(a.quit);

    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addAction(a.fit);
    view->addSeparator();
    for (DockFrame* dock : {m_experimentDock, m_decodedDock, m_lossDock, m_klDock})
        view->addAction(dock->toggleViewAction());
    view->addSeparator();
    QMenu* appearance = view->addMenu(tr("&Appearance"));
    appearance->addActions({a.themeSystem, a.themeLight, a.themeDark});
    view->addActions({a.resetLayout, a.fullScreen});

    QMenu* training = menuBar()->addMenu(tr("&Train"));
    training->addActions({a.train, a.step, a.stop});
    training->addSeparator();
    training->addAction(a.reset);

    QMenu* explore = menuBar()->addMenu(tr("E&xplore"));
    explore->addActions({a.probe, a.path});
    explore->addSeparator();
    explore->addActions({a.clearPath, a.releasePick, a.sample});

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
