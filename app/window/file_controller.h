// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/session.h"
#include "app/window/exporter.h"
#include "app/window/training_controller.h"
#include "ui/window/main_window.h"

#include <QObject>
#include <QString>


namespace latentscape::app {

/// Opening, saving, dropping, and exporting what the window draws.
/// GUI thread only; owned by AppWindow.
class FileController : public QObject {
    Q_OBJECT
public:
    FileController(Session& session, TrainingController& training, Exporter& exporter, ui::MainWindow& window, QObject* parent);

    /// A checkpoint or a folder or file with data, as dropped or named on the command line.
    void openPath(const QString& path);
    void save();
    void saveAs();

private:
    void openFile();
    void openFolder();
    template <typename Chart>
    void exportChart(const QString& title, const QString& suggestion, Chart* chart);
    void exportMap();
    void exportLoss();
    void exportKl();
    void exportCodes();

    Session& m_session;
    TrainingController& m_training;
    Exporter& m_exporter;
    ui::MainWindow& m_window;
    const ui::MainWindow::Parts& m_parts;
};

} // namespace latentscape::app
