// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"
#include "app/session/session.h"
#include "app/window/theme_controller.h"
#include "ui/window/main_window.h"

#include <QObject>
#include <QString>
#include <QUndoStack>

#include <memory>
#include <optional>

namespace latentscape::app {

class BackdropController;
class ColourController;
class ExplorerController;
class FileController;
class GalleryController;
class PathController;
class PlaneController;
class SelectionController;
class TrainingController;

/// The composition root of the window: session, widgets and the controllers between them. Used by main, by the tour and by tests.
/// GUI thread only.
class AppWindow : public QObject {
    Q_OBJECT
public:
    struct Options {
        QString data = QStringLiteral("digits"); ///< built-in name or path
        QString file;                            ///< a checkpoint to open instead
        RunConfig config;
        QString device = QStringLiteral("auto");
        std::optional<Appearance> appearance;    ///< not given: as kept in the settings
        bool train = false;                      ///< as soon as the data are there
        bool keepSettings = true;                ///< layout and appearance from and to the person's settings
    };
    AppWindow(std::shared_ptr<const VaeBackendFactory> factory, const Options& options, QObject* parent = nullptr);
    ~AppWindow() override;

    void show();
    [[nodiscard]] ui::MainWindow& window() { return *m_window; }
    [[nodiscard]] Session& session() { return *m_session; }
    [[nodiscard]] ExplorerController& explorer() { return *m_explorer; }
    [[nodiscard]] PlaneController& planes() { return *m_planes; }
    [[nodiscard]] PathController& path() { return *m_path; }
    [[nodiscard]] BackdropController& backdrop() { return *m_backdrop; }
    [[nodiscard]] ColourController& colours() { return *m_colours; }
    [[nodiscard]] SelectionController& selections() { return *m_selections; }
    [[nodiscard]] QUndoStack& undo() { return m_undo; }
    [[nodiscard]] ThemeController& theme() { return *m_theme; }

private:
    void startWork();
    void restoreSettings();
    void saveSettings();
    void connectUndo();
    void showGuide();
    void showAbout();

    Options m_options;
    QString m_networks; ///< what computes; empty until it is known
    std::unique_ptr<Session> m_session;
    std::unique_ptr<ui::MainWindow> m_window;
    QUndoStack m_undo;
    TrainingController* m_training = nullptr;
    PlaneController* m_planes = nullptr;
    ExplorerController* m_explorer = nullptr;
    PathController* m_path = nullptr;
    BackdropController* m_backdrop = nullptr;
    ColourController* m_colours = nullptr;
    SelectionController* m_selections = nullptr;
    FileController* m_files = nullptr;
    ThemeController* m_theme = nullptr;
};

} // namespace latentscape::app
