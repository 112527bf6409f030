// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/file_dialogs.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileIconProvider>
#include <QFileInfo>

namespace latentscape::app {

namespace {

/// Icons and types by name alone: Qt's own provider reads the beginnings of files.
class NamesOnly final : public QFileIconProvider {
public:
    [[nodiscard]] QIcon icon(IconType type) const override { return QFileIconProvider::icon(type); }
    [[nodiscard]] QIcon icon(const QFileInfo& info) const override { return QFileIconProvider::icon(info.isDir() ? Folder : File); }
    [[nodiscard]] QString type(const QFileInfo& info) const override
    {
        if (info.isDir())
            return QCoreApplication::translate("FileDialogs", "Folder");
        const QString suffix = info.suffix().toUpper();
        return suffix.isEmpty() ? QCoreApplication::translate("FileDialogs", "File")
                                : QCoreApplication::translate("FileDialogs", "%1 file", "an ending such as PNG").arg(suffix);
    }
};

QString answerOf(QFileDialog& dialog)
{
    static NamesOnly names; // the dialog uses it to its end
    dialog.setIconProvider(&names);
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().value(0) : QString();
}

} // namespace

QString askForSaveFile(QWidget* parent, const QString& title, const QString& suggestion, const QString& filters, const QString& suffix)
{
    QFileDialog dialog(parent, title, QString(), filters);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setFileMode(QFileDialog::AnyFile);
    // given to the dialog, so that its own question about a file that is there sees the whole name
    dialog.setDefaultSuffix(suffix);
    dialog.selectFile(suggestion);
    return answerOf(dialog);
}

QString askForOpenFile(QWidget* parent, const QString& title, const QString& filters)
{
    QFileDialog dialog(parent, title, QString(), filters);
    dialog.setFileMode(QFileDialog::ExistingFile);
    return answerOf(dialog);
}

QString askForFolder(QWidget* parent, const QString& title)
{
    QFileDialog dialog(parent, title);
    dialog.setFileMode(QFileDialog::Directory);
    dialog.setOption(QFileDialog::ShowDirsOnly);
    return answerOf(dialog);
}

} // namespace latentscape::app
