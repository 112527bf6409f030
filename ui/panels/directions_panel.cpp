// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/directions_panel.h"

#include "ui/panels/direction_row.h"
#include "ui/panels/margin_scroll.h"
#include "ui/panels/text_cell.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace latentscape::ui {

namespace {
constexpr int kMargin = 14;
constexpr int kHeading = 36; // with the margin below the rows
constexpr int kMostRows = 3;
} // namespace

DirectionsPanel::DirectionsPanel(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(tr("Directions"), this))
    , m_caption(new TextCell(this))
    , m_scroll(new MarginScroll(this))
    , m_layout(nullptr)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setAccessibleName(tr("Directions"));
    m_title->setProperty("role", QStringLiteral("title"));
    m_caption->setTone(TextCell::Tone::Muted);
    m_caption->setAlignment(Qt::AlignRight);
    auto* list = new QWidget;
    m_layout = new QVBoxLayout(list);
    m_layout->setContentsMargins(kMargin, 0, kMargin, 2);
    m_layout->setSpacing(0);
    m_layout->addStretch(1);
    m_scroll->setContent(list, m_layout);
    auto* header = new QHBoxLayout;
    header->setContentsMargins(kMargin, 8, kMargin, 4);
    header->setSpacing(8);
    header->addWidget(m_title);
    header->addWidget(m_caption, 1);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addLayout(header);
    outer->addWidget(m_scroll, 1);
    hide();
}

DirectionsPanel::~DirectionsPanel()
{
    // Fields finish their entry when the window takes the focus away from them, which it does while it is being destroyed.
    for (QObject* child : findChildren<QObject*>())
        child->disconnect(this);
}

void DirectionsPanel::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_caption->setTheme(theme);
    for (DirectionRow* row : std::as_const(m_rows))
        row->setTheme(theme);
    update();
}

DirectionRow* DirectionsPanel::addRow(int index)
{
    auto* row = new DirectionRow(this);
    row->setTheme(m_theme);
    // A row keeps its index: entries that go away take the last rows with them.
    connect(row, &DirectionRow::amountEdited, this, [this, index](double amount) { Q_EMIT amountChanged(index, amount); });
    connect(row, &DirectionRow::editStarted, this, [this, index] { Q_EMIT amountDragStarted(index); });
    connect(row, &DirectionRow::editFinished, this, [this, index] { Q_EMIT amountDragFinished(index); });
    connect(row, &DirectionRow::renamed, this, [this, index](const QString& name) { Q_EMIT renamed(index, name); });
    connect(row, &DirectionRow::removeRequested, this, [this, index] { Q_EMIT removeRequested(index); });
    connect(row, &DirectionRow::showPlaneRequested, this, [this, index] { Q_EMIT showPlaneRequested(index); });
    m_layout->insertWidget(index, row);
    m_rows.append(row);
    return row;
}

void DirectionsPanel::setEntries(const std::vector<Entry>& entries)
{
    const int before = count();
    // Amounts belong to directions, not to places; one that was only renamed keeps its place.
    std::vector<double> amounts(entries.size(), 0.0);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto same = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& e) { return e.name == entries[i].name; });
        if (entries.size() == m_entries.size())
            amounts[i] = m_rows.at(static_cast<qsizetype>(i))->amount();
        else if (same != m_entries.end())
            amounts[i] = m_rows.at(std::distance(m_entries.begin(), same))->amount();
    }
    m_entries = entries;
    while (count() > static_cast<int>(entries.size())) {
        // Later: the signal that led here may come from this very row.
        DirectionRow* row = m_rows.takeLast();
        row->disconnect(this);
        row->hide();
        row->deleteLater();
    }
    for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
        DirectionRow* row = i < count() ? m_rows.at(i) : addRow(i);
        row->setEntry(entries[static_cast<std::size_t>(i)]);
        row->setAmount(amounts[static_cast<std::size_t>(i)]);
    }
    QWidget* previous = nullptr;
    for (const DirectionRow* row : std::as_const(m_rows)) {
        for (QWidget* stop : row->tabStops()) {
            if (previous && count() != before)
                QWidget::setTabOrder(previous, stop);
            previous = stop;
        }
    }
    m_caption->setText(tr("%1 found").arg(entries.size()));
    setVisible(!entries.empty());
    updateGeometry();
}

double DirectionsPanel::amount(int index) const
{
    return m_rows.at(index)->amount();
}

void DirectionsPanel::setAmount(int index, double amount)
{
    if (index >= 0 && index < count())
        m_rows.at(index)->setAmount(amount);
}

/// As high as its rows, up to three of them, and not lower than one: the rest scrolls, and the panel above keeps its place.
QSize DirectionsPanel::sizeHint() const { return {292, heightOf(kMostRows)}; }

QSize DirectionsPanel::minimumSizeHint() const { return {200, heightOf(1)}; }

int DirectionsPanel::heightOf(int mostRows) const
{
    return m_rows.isEmpty() ? 0 : kHeading + std::min(mostRows, count()) * m_rows.first()->sizeHint().height();
}

void DirectionsPanel::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
    painter.fillRect(0, 0, width(), 1, m_theme.border);
}

} // namespace latentscape::ui
