// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_table.h"

#include <QAbstractTableModel>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace latentscape::ui {

namespace {

class RowsModel : public QAbstractTableModel {
public:
    RowsModel(const ChartTable::Content& content, QObject* parent) : QAbstractTableModel(parent), m_content(content) {}

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_content.rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_content.headers.size()); }
    QVariant data(const QModelIndex& index, int role) const override
    {
        if (role == Qt::DisplayRole)
            return m_content.rows[static_cast<std::size_t>(index.row())].value(index.column());
        if (role == Qt::TextAlignmentRole)
            return int(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation == Qt::Horizontal && role == Qt::DisplayRole)
            return m_content.headers.value(section);
        if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
            return int(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    }

private:
    ChartTable::Content m_content;
};

} // namespace

ChartTable::ChartTable(const Content& content, QWidget* parent) : QDialog(parent), m_view(new QTableView(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(content.title);
    m_view->setModel(new RowsModel(content, this));
    m_view->setAccessibleName(content.title);
    m_view->verticalHeader()->hide();
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setAlternatingRowColors(true);
    m_view->setShowGrid(false);
    m_view->scrollToBottom();

    auto* caption = new QLabel(content.caption, this);
    caption->setTextFormat(Qt::PlainText);
    caption->setProperty("role", "caption");
    caption->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* copy = buttons->addButton(tr("Copy all"), QDialogButtonBox::ActionRole);
    copy->setAutoDefault(false);
    connect(copy, &QPushButton::clicked, this, [this] {
        m_view->selectAll();
        copySelection();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 14, 14, 14);
    column->setSpacing(10);
    column->addWidget(caption);
    column->addWidget(m_view, 1);
    column->addWidget(buttons);
    resize(720, 420);
}

void ChartTable::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        copySelection();
    else
        QDialog::keyPressEvent(event);
}

void ChartTable::copySelection()
{
    QModelIndexList cells = m_view->selectionModel()->selectedIndexes();
    std::sort(cells.begin(), cells.end());
    QStringList headers;
    for (int column = 0; column < m_view->model()->columnCount(); ++column)
        headers += m_view->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    QString text = headers.join(QLatin1Char('\t'));
    int row = -1;
    for (const QModelIndex& cell : std::as_const(cells)) {
        text += cell.row() == row ? QLatin1Char('\t') : QLatin1Char('\n');
        text += cell.data().toString();
        row = cell.row();
    }
    QGuiApplication::clipboard()->setText(text);
}

} // namespace latentscape::ui
