// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QStringList>

#include <vector>

class QTableView;

namespace latentscape::ui {

/// The numbers of a chart as a table that can be read aloud, selected and copied. Deletes itself when closed. GUI thread.
class ChartTable : public QDialog {
    Q_OBJECT

public:
    struct Content {
        QString title;
        QString caption; ///< units and likelihood
        QStringList headers;
        std::vector<QStringList> rows;
    };

    ChartTable(const Content& content, QWidget* parent);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void copySelection();

    QTableView* m_view;
};

} // namespace latentscape::ui
