// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace latentscape::app {

/// Where a person wants a file or a folder: the desktop's own dialog, or Qt's where there is none. Qt's never looks into the files it lists,
/// as some of them (/proc/kmsg for one) answer no reader and would hold the window for ever. All return an empty string when the person
/// changed their mind. GUI thread.
///
/// A new or an old file, about whose replacement the dialog has asked. suffix: appended to a name without one.
[[nodiscard]] QString askForSaveFile(QWidget* parent, const QString& title, const QString& suggestion, const QString& filters, const QString& suffix);
[[nodiscard]] QString askForOpenFile(QWidget* parent, const QString& title, const QString& filters);
[[nodiscard]] QString askForFolder(QWidget* parent, const QString& title);

} // namespace latentscape::app
