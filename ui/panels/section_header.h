// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QString>
#include <QWidget>

class QLabel;

namespace latentscape::ui {

class TextCell;

/// The heading of a section in small capitals, with an optional note at the right. Owned by its panel; GUI thread.
class SectionHeader : public QWidget {
    Q_OBJECT

public:
    SectionHeader(const QString& title, QWidget* parent);

    void setTheme(const Theme& theme);
    /// note with a dot before the right edge; shortNote where note does not fit. Empty takes it away.
    void setNote(const QString& note, const QString& shortNote = {}, const QString& toolTip = {});
    [[nodiscard]] QString note() const;

private:
    QLabel* m_title;
    TextCell* m_note;
};

} // namespace latentscape::ui
