// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/exporter.h"

#include "core/base/read_file.h"
#include "core/store/atomic_file.h"
#include "app/window/display_text.h"
#include "app/window/file_dialogs.h"
#include "ui/chrome/message_bar.h"

#include <QBuffer>
#include <QDesktopServices>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QUrl>

#include <utility>

namespace latentscape::app {

std::filesystem::path toPath(const QString& text)
{
    return std::filesystem::path(QFile::encodeName(text).toStdString());
}

namespace {

/// Of "Pictures (*.png *.svg)": png, svg.
QStringList endingsIn(const QString& filters)
{
    static const QRegularExpression ending(QStringLiteral("\\*\\.(\\w+)"));
    QStringList endings;
    for (auto matches = ending.globalMatch(filters); matches.hasNext();)
        endings.append(matches.next().captured(1));
    return endings;
}

} // namespace

Exporter::Exporter(Session& session, ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_window(window)
{
    connect(window.parts().messages, &ui::MessageBar::actionTriggered, this, &Exporter::showPlace);
}

QString Exporter::tell(const QString& text)
{
    m_window.parts().messages->show(ui::MessageBar::Severity::Success, text);
    return text;
}

void Exporter::tellWhere(const QString& text, const QString& path)
{
    const QFileInfo place(path);
    m_place = place.isDir() ? place.absoluteFilePath() : place.absolutePath();
    m_window.parts().messages->show(ui::MessageBar::Severity::Success, text, {}, tr("Show in folder"));
}

void Exporter::showPlace()
{
    const QString place = std::exchange(m_place, QString());
    if (place.isEmpty())
        return;
    if (!QFileInfo::exists(place))
        refuse(tr("The folder %1 is no longer there").arg(place), tr("Export once more."));
    else if (!QDesktopServices::openUrl(QUrl::fromLocalFile(place)))
        refuse(tr("No program that shows folders was found"), tr("What was written is in %1.").arg(place));
}

void Exporter::complain(const Error& error)
{
    m_window.parts().messages->show(ui::MessageBar::Severity::Error, errorText(error));
}

QString Exporter::refuse(const QString& what, const QString& remedy)
{
    const QString text = tr("%1. %2").arg(what, remedy);
    m_window.parts().messages->show(ui::MessageBar::Severity::Warning, text);
    return text;
}

QString Exporter::askForFile(const QString& title, const QString& suggestion, const QString& filters)
{
    return askForSaveFile(&m_window, title, suggestion, filters, endingsIn(filters).value(0));
}

bool Exporter::fits(const QString& path, const QString& filters)
{
    if (endingsIn(filters).contains(QFileInfo(path).suffix().toLower()))
        return true;
    complain(Error{ErrorCode::Unsupported, "This kind of file cannot be made here", filters.toStdString(), QFileInfo(path).fileName().toStdString(),
                   "Choose one of these endings."});
    return false;
}

void Exporter::saveDrawing(const QString& title, const QString& suggestion, const QString& filters, const std::function<bool(const QString& path)>& write)
{
    const QString path = askForFile(title, suggestion, filters);
    if (path.isEmpty() || !fits(path, filters))
        return;
    QTemporaryDir scratch;
    const QString draft = scratch.filePath(QStringLiteral("export.") + QFileInfo(path).suffix().toLower());
    if (!scratch.isValid() || !write(draft)) {
        complain(Error{ErrorCode::WriteFailed, "The picture could not be made", "", QFileInfo(path).fileName().toStdString(), "Free some space for temporary files and try again."});
        return;
    }
    const auto bytes = readFile(toPath(draft));
    if (!bytes) {
        complain(bytes.error());
        return;
    }
    if (const Result<void> written = writeFileAtomically(toPath(path), bytes.value()); !written)
        complain(written.error());
    else
        tellWhere(tr("Exported to %1.").arg(placeText(path)), path);
}

void Exporter::savePicture(const QString& title, const QString& suggestion, const std::function<QImage()>& render, const QString& whenEmpty)
{
    const QImage image = render();
    if (image.isNull()) {
        refuse(tr("There is no picture to export yet"), whenEmpty);
        return;
    }
    saveDrawing(title, suggestion, tr("Pictures (*.png)"), [&image](const QString& path) { return image.save(path, "PNG"); });
}

void Exporter::runOnJob(const QString& path, Write write, const QString& success)
{
    m_session.jobs().run([this, path, write = std::move(write), success](std::stop_token) -> JobRunner::Answer {
        const Result<void> written = write(toPath(path));
        return [this, path, written, success] {
            if (!written)
                complain(written.error());
            else
                tellWhere(success, path);
        };
    });
}

void Exporter::saveFile(const QString& title, const QString& suggestion, const QString& filters, Write write)
{
    const QString path = askForFile(title, suggestion, filters);
    if (!path.isEmpty() && fits(path, filters))
        runOnJob(path, std::move(write), tr("Exported to %1.").arg(placeText(path)));
}

void Exporter::saveFolder(const QString& title, Write write)
{
    const QString path = askForFolder(&m_window, title);
    if (!path.isEmpty())
        runOnJob(path, std::move(write), tr("Exported into %1.").arg(placeText(path)));
}

} // namespace latentscape::app
