// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "app/session/session.h"
#include "ui/window/main_window.h"

#include <QImage>
#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>

namespace latentscape::app {

/// A name as the file system takes it.
[[nodiscard]] std::filesystem::path toPath(const QString& text);

/// Asks where to, writes whole files or none, and tells how it went in the message bar: the one way in which anything is exported from the
/// window. GUI thread only; owned by AppWindow.
class Exporter : public QObject {
    Q_OBJECT
public:
    Exporter(Session& session, ui::MainWindow& window, QObject* parent);

    /// A widget that writes itself: write(path) into a private folder, by the suffix; only a whole file reaches the person's.
    void saveDrawing(const QString& title, const QString& suggestion, const QString& filters, const std::function<bool(const QString& path)>& write);
    /// A picture as PNG; a null one is refused with what to do first.
    void savePicture(const QString& title, const QString& suggestion, const std::function<QImage()>& render, const QString& whenEmpty);
    /// One file made on a job: write(path) runs off the GUI thread and writes all or nothing.
    using Write = std::function<Result<void>(const std::filesystem::path& path)>;
    void saveFile(const QString& title, const QString& suggestion, const QString& filters, Write write);
    /// Many files into a folder that the person chooses: write(folder) runs off the GUI thread and writes all or none.
    void saveFolder(const QString& title, Write write);

    /// This and refuse() return what the bar says, for MessageBar::retract().
    QString tell(const QString& text);
    /// What was written where: the bar offers to show the folder.
    void tellWhere(const QString& text, const QString& path);
    void complain(const Error& error);
    /// A request that cannot be met now: what is missing, and what to do.
    QString refuse(const QString& what, const QString& remedy);
    /// The chosen name, with the first ending of the filters when the person typed none; empty when the person thought better of it.
    [[nodiscard]] QString askForFile(const QString& title, const QString& suggestion, const QString& filters);

private:
    /// Whether the file's ending is one of the filters'; says so where it is not.
    [[nodiscard]] bool fits(const QString& path, const QString& filters);
    void runOnJob(const QString& path, Write write, const QString& success);
    void showPlace();

    Session& m_session;
    ui::MainWindow& m_window;
    QString m_place; ///< the folder that the bar offers to show
};

} // namespace latentscape::app
