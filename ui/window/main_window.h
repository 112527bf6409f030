// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QMainWindow>

class QAction;
class QActionGroup;
class QMenu;

namespace latentscape::ui {

class CentralArea;
class DecodedPanel;
class DockFrame;
class ExperimentPanel;
class KlBars;
class LatentMap;
class LossPlot;
class ManifoldView;
class MessageBar;
class PathStrip;
class ReconstructionView;
class SamplesView;
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
        QAction *train, *step, *stop, *reset;
        QAction *probe, *path, *fit, *clearPath, *sample, *releasePick;
        QAction *themeSystem, *themeLight, *themeDark, *resetLayout, *fullScreen;
        QAction *shortcuts, *guide, *about;
    };
    /// The parts that controllers talk to; owned by the window.
    struct Parts {
        TrainBar* trainBar;
        MessageBar* messages;
        CentralArea* central;
        LatentMap* map;
        PathStrip* pathStrip;
        ManifoldView* manifold;
        ReconstructionView* reconstructions;
        SamplesView* samples;
        ExperimentPanel* experiment;
        DecodedPanel* decoded;
        LossPlot* loss;
        KlBars* kl;
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
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QMenu* createPopupMenu() override;

private:
    void createActions();
    void createMenus();
    void createParts();
    void arrangeForWidth(int width);
    void showShortcuts();

    Actions m_actions{};
    Parts m_parts{};
    DockFrame* m_experimentDock = nullptr;
    DockFrame* m_decodedDock = nullptr;
    DockFrame* m_lossDock = nullptr;
    DockFrame* m_klDock = nullptr;
    QActionGroup* m_tools = nullptr;
    QActionGroup* m_themes = nullptr;
    enum class Arrangement { None, Wide, Medium, Narrow };
    Arrangement m_arrangement = Arrangement::None;
    bool m_mayClose = false;
    bool m_painted = false;
};

} // namespace latentscape::ui
