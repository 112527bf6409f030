// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/session.h"
#include "app/window/training_controller.h"
#include "ui/window/main_window.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>

namespace latentscape::app {

/// Opening, saving, dropping and exporting. Every file is written beside its name first and renamed when it is whole.
/// GUI thread only; owned by AppWindow.
class FileController : public QObject {
    Q_OBJECT
public:
    FileController(Session& session, TrainingController& training, ui::MainWindow& window, QObject* parent);

    /// A checkpoint or a folder or file with data, as dropped or named on the command line.
    void openPath(const QString& path);
    void save();
    void saveAs();

private:
    void openFile();
    void openFolder();
    void exportPicture(const QString& title, const QString& suggestion, const QString& filters,
                       const std::function<bool(const QString& path)>& write);
    void exportMap();
    void exportLoss();
    void exportKl();
    void exportCodes();
    void exportGallery(const QString& title, const QString& suggestion, const std::function<QImage()>& render);
    void tell(const QString& text);
    void complain(const Error& error);

    Session& m_session;
    TrainingController& m_training;
    ui::MainWindow& m_window;
    const ui::MainWindow::Parts& m_parts;
};

} // namespace latentscape::app
