// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QKeySequence>
#include <QMainWindow>

#include <array>

class QAction;
class QMenu;

namespace latentscape::ui {

class CentralArea;
class ClassLoss;
class DecodedPanel;
class DiagnosticsPanel;
class DirectionsPanel;
class DockFrame;
class ExperimentPanel;
class KlBars;
class LatentMap;
class LossPlot;
class ManifoldView;
class MapOptions;
class MessageBar;
class PathStrip;
class ReconstructionView;
class SamplesView;
class SelectionPanel;
class StatusPanel;
class TrainBar;

/// The window: menus, toolbar, the map with its tabs, docks, status line. Holds widgets and actions and arranges them for the window's
/// size; knows nothing of sessions. Controllers of the application connect the parts. GUI thread only.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Everything a person can trigger; menus, toolbar, shortcuts and the shortcuts list are made from these.
    struct Actions {
        QAction *open, *openFolder, *save, *saveAs, *exportMap, *exportLoss, *exportKl, *exportCodes, *quit;
        QAction *exportManifold, *exportFilmstrip, *exportGif, *exportWebp, *exportFrames, *exportSelection, *exportDataset;
        QAction *undo, *redo;
        QAction *train, *step, *stop, *reset;
        QAction *probe, *path, *lasso; ///< the tools: one is checked
        QAction *fit, *focusMap, *playPath, *closePath, *clearPath, *releasePick;
        QAction *sample, *sampleAggregate, *samplePosterior;
        QAction *clearSelection, *invertSelection, *groupA, *groupB, *findDirection;
        QAction* playTour;
        std::array<QAction*, 5> planes;    ///< by PlaneKind, checkable, one is checked
        std::array<QAction*, 5> colours;   ///< by MapOptions::ColourBy without the columns, checkable, at most one is checked
        std::array<QAction*, 6> backdrops; ///< by MapOptions::Backdrop, checkable, one is checked
        QAction *themeSystem, *themeLight, *themeDark, *resetLayout, *fullScreen;
        QAction *shortcuts, *guide, *about;
    };
    /// The parts that controllers talk to; owned by the window.
    struct Parts {
        TrainBar* trainBar;
        MessageBar* messages;
        CentralArea* central;
        MapOptions* mapOptions;
        LatentMap* map;
        PathStrip* pathStrip;
        ManifoldView* manifold;
        ReconstructionView* reconstructions;
        SamplesView* samples;
        ExperimentPanel* experiment;
        DecodedPanel* decoded;
        SelectionPanel* selection;
        DirectionsPanel* directions;
        LossPlot* loss;
        DiagnosticsPanel* diagnostics; ///< holds kl and classLoss
        KlBars* kl;
        ClassLoss* classLoss;
        StatusPanel* status;
    };

    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] const Actions& actions() const { return m_actions; }
    [[nodiscard]] const Parts& parts() const { return m_parts; }

    /// Hands the theme to every part (the application sets style sheet and palette).
    void setTheme(const Theme& theme);
    void resetLayout();
    /// The filmstrip under the map is there while the Path tool is chosen.
    void setPathStripVisible(bool visible);
    /// Brings the dock with the selected images (or the one with the decoded image) to the front; a closed one stays closed.
    void raiseSelection();
    void raiseDecoded();
    void setWindowFile(const QString& fileName, bool modified);

Q_SIGNALS:
    void pathDropped(const QString& path);
    void closeRequested();          ///< the person wants to close; acceptClose() lets it happen
    void firstPainted();            ///< once, after the first paint
    void appearanceChanged();       ///< the system's palette or theme changed

public:
    /// The next close event is accepted.
    void acceptClose() { m_mayClose = true; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QMenu* createPopupMenu() override;

private:
    void createActions();
    void createFileActions();
    void createTrainingActions();
    void createExplorerActions();
    void createViewActions();
    void createMenus();
    void createExploreMenu();
    QAction* makeAction(const QString& text, const QString& tip, const QKeySequence& key = {}, bool checkable = false);
    [[nodiscard]] QList<DockFrame*> docks() const;
    void createParts();
    void arrangeForWidth(int width);
    [[nodiscard]] bool isLow() const;
    void giveLossItsHeight(bool path);
    void showShortcuts();

    Actions m_actions{};
    Parts m_parts{};
    DockFrame* m_experimentDock = nullptr;
    DockFrame* m_decodedDock = nullptr;
    DockFrame* m_selectionDock = nullptr;
    DockFrame* m_lossDock = nullptr;
    DockFrame* m_klDock = nullptr;
    enum class Arrangement { None, Wide, Medium, Narrow };
    Arrangement m_arrangement = Arrangement::None;
    bool m_mayClose = false;
    bool m_painted = false;
};

} // namespace latentscape::ui
