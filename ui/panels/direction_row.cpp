// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/direction_row.h"

#include "ui/panels/bipolar_slider.h"
#include "ui/panels/icon_button.h"
#include "ui/panels/number_text.h"
#include "ui/panels/text_cell.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QVBoxLayout>

namespace latentscape::ui {

namespace {
constexpr double kReach = 3.0;
constexpr int kLineHeight = 26;
constexpr int kFlush = -2; // takes back the margin that a line edit keeps on its own

/// "7.4", "12", "0.35".
QString figures(double value) { return signedText(value, value < 1 ? 2 : value < 10 ? 1 : 0); }
} // namespace

DirectionRow::DirectionRow(QWidget* parent)
    : QWidget(parent)
    , m_name(new QLineEdit(this))
    , m_plane(new IconButton(IconName::Plane, this))
    , m_remove(new IconButton(IconName::Delete, this))
    , m_slider(new BipolarSlider(kReach, this))
    , m_value(new TextCell(this))
    , m_effect(new TextCell(this))
{
    m_name->setReadOnly(true);
    m_name->setTextMargins(kFlush, 0, 0, 0);
    m_name->setFixedHeight(kLineHeight);
    m_name->setMinimumWidth(40);
    m_name->installEventFilter(this);
    m_plane->setToolTip(tr("Show the plane through this direction on the map."));
    m_remove->setToolTip(tr("Remove this direction."));
    m_slider->setToolTip(tr("Moves the probe along this direction, in lengths of it."));
    m_value->setAlignment(Qt::AlignRight);
    m_value->setReserve(signedText(-8.88));
    m_value->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_effect->setTone(TextCell::Tone::Muted);
    m_effect->setFontScale(0.88);
    m_effect->setAlignment(Qt::AlignRight);
    m_effect->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);

    auto* top = new QHBoxLayout;
    top->setSpacing(2);
    top->addWidget(m_name, 1);
    top->addWidget(m_effect);
    top->addSpacing(4);
    top->addWidget(m_plane);
    top->addWidget(m_remove);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(8);
    middle->addWidget(m_slider, 1);
    middle->addWidget(m_value);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 6);
    column->setSpacing(0);
    column->addLayout(top);
    column->addLayout(middle);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    connect(m_slider, &BipolarSlider::amountEdited, this, [this](double amount) {
        showAmount();
        Q_EMIT amountEdited(amount);
    });
    connect(m_slider, &BipolarSlider::editStarted, this, &DirectionRow::editStarted);
    connect(m_slider, &BipolarSlider::editFinished, this, &DirectionRow::editFinished);
    connect(m_plane, &QAbstractButton::clicked, this, &DirectionRow::showPlaneRequested);
    connect(m_remove, &QAbstractButton::clicked, this, &DirectionRow::removeRequested);
    connect(m_name, &QLineEdit::editingFinished, this, [this] { endRename(true); });
    showAmount();
}

void DirectionRow::setTheme(const Theme& theme)
{
    // A heading until it is edited; the line under it tells where the keyboard is.
    m_name->setStyleSheet(QStringLiteral("QLineEdit:read-only { background: transparent; border: none; padding: 0; font-weight: 600; }"
                                         "QLineEdit:read-only:focus { border-bottom: 1px solid %1; }")
                              .arg(theme.accent.name()));
    showName();
    m_plane->setTheme(theme);
    m_remove->setTheme(theme);
    m_slider->setTheme(theme);
    m_value->setTheme(theme);
    m_effect->setTheme(theme);
}

void DirectionRow::setEntry(const DirectionsPanel::Entry& entry)
{
    m_entry = entry;
    showName();
    m_name->setAccessibleName(tr("Name of direction %1").arg(entry.name));
    m_slider->setAccessibleName(tr("Amount of %1").arg(entry.name));
    m_plane->setAccessibleName(tr("Show the plane of %1").arg(entry.name));
    m_remove->setAccessibleName(tr("Remove %1").arg(entry.name));
    m_effect->setText(tr("effect %1× chance · d %2").arg(figures(entry.effect), figures(entry.separation)));
    m_effect->setReserve(m_effect->text());
    m_effect->setToolTip(tr("Its length, %1, is %2 times what two random selections of these sizes lie apart (share of such pairs that lie "
                            "farther: %3). d: along it the selections lie %4 of their standard deviations apart.")
                             .arg(signedText(entry.length), figures(entry.effect), signedText(entry.chance, 3), figures(entry.separation)));
}

void DirectionRow::setAmount(double amount)
{
    m_slider->setAmount(amount);
    showAmount();
}

double DirectionRow::amount() const { return m_slider->amount(); }

QList<QWidget*> DirectionRow::tabStops() const { return {m_name, m_plane, m_remove, m_slider}; }

void DirectionRow::showName()
{
    if (!m_name->isReadOnly())
        return;
    m_name->ensurePolished(); // the style sheet makes it bold, and so wider
    m_name->setText(m_name->fontMetrics().elidedText(m_entry.name, Qt::ElideRight, m_name->width() - 2));
    m_name->setCursorPosition(0);
    const QString tip = tr("Double-click or press F2 to give the direction another name.");
    m_name->setToolTip(m_name->text() == m_entry.name ? tip : tr("%1. %2").arg(m_entry.name, tip));
}

void DirectionRow::showAmount() { m_value->setText(signedText(m_slider->amount())); }

void DirectionRow::beginRename()
{
    if (!m_name->isReadOnly())
        return;
    m_name->setReadOnly(false);
    m_name->setTextMargins(0, 0, 0, 0);
    m_name->setText(m_entry.name);
    m_name->setFocus();
    m_name->selectAll();
}

void DirectionRow::endRename(bool keep)
{
    if (m_name->isReadOnly())
        return;
    const QString name = m_name->text().trimmed();
    m_name->setReadOnly(true);
    m_name->setTextMargins(kFlush, 0, 0, 0);
    m_name->deselect();
    showName();
    if (keep && !name.isEmpty() && name != m_entry.name)
        Q_EMIT renamed(name);
}

bool DirectionRow::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_name && event->type() == QEvent::Resize)
        showName();
    if (watched == m_name && event->type() == QEvent::MouseButtonDblClick && m_name->isReadOnly()) {
        beginRename();
        return true;
    }
    if (watched == m_name && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
        if (m_name->isReadOnly() && (key == Qt::Key_F2 || enter)) {
            beginRename();
            return true;
        }
        if (!m_name->isReadOnly() && key == Qt::Key_Escape) {
            endRename(false);
            return true;
        }
        if (m_name->isReadOnly() && key == Qt::Key_Delete) {
            Q_EMIT removeRequested();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void DirectionRow::keyPressEvent(QKeyEvent* event)
{
    // From the slider and the buttons, which leave these keys to their parent.
    if (event->key() == Qt::Key_F2)
        beginRename();
    else if (event->key() == Qt::Key_Delete)
        Q_EMIT removeRequested();
    else
        QWidget::keyPressEvent(event);
}

} // namespace latentscape::ui
