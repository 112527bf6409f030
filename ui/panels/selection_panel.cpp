// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/selection_panel.h"

#include "ui/chrome/text_runs.h"
#include "ui/panels/class_bars.h"
#include "ui/panels/image_grid.h"
#include "ui/panels/image_view.h"
#include "ui/panels/margin_scroll.h"
#include "ui/panels/narrow_combo.h"
#include "ui/panels/text_cell.h"
#include "ui/panels/view_header.h"

#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPaintEvent>
#include <QPainter>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr int kMargin = 14;
constexpr int kSpacing = 8;
constexpr int kControlHeight = 28;
constexpr int kMeanSide = 72;
constexpr int kMontageColumns = 8;

QFrame* makeLine(QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setProperty("role", QStringLiteral("separator"));
    line->setFixedHeight(1);
    return line;
}

QLabel* makeSection(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", QStringLiteral("section"));
    return label;
}
} // namespace

SelectionPanel::SelectionPanel(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(tr("Selection"), this))
    , m_caption(new TextCell(this))
    , m_scroll(new MarginScroll(this))
    , m_body(new QWidget)
    , m_column(new QVBoxLayout(m_body))
    , m_hint(new QLabel(m_body))
    , m_details(new QWidget(m_body))
    , m_mean(new ImageView(m_details))
    , m_meanTitle(new TextCell(m_details))
    , m_bars(new ClassBars(m_details))
    , m_montageTitle(new TextCell(m_details))
    , m_montage(new ImageGrid(m_details))
    , m_clear(makeViewAction(tr("Clear"), tr("Choose nothing."), m_details))
    , m_invert(makeViewAction(tr("Invert"), tr("Choose all the others instead."), m_details))
    , m_save(makeViewAction(tr("Save…"), tr("Save the chosen samples as a table, a data set or a picture."), m_details))
    , m_className(new NarrowCombo(m_details))
    , m_relabel(makeViewAction(tr("Relabel"), {}, m_details))
    , m_direction(new QWidget(m_body))
    , m_directionName(new QLineEdit(m_direction))
    , m_find(makeViewAction(tr("Find direction A → B"), {}, m_direction))
{
    setAccessibleName(tr("Selection"));
    build();
    connect(m_montage, &ImageGrid::activated, this, [this](int index) {
        if (static_cast<std::size_t>(index) < m_view.samples.size())
            Q_EMIT sampleActivated(m_view.samples[static_cast<std::size_t>(index)]);
    });
    connect(m_clear, &QPushButton::clicked, this, &SelectionPanel::clearRequested);
    connect(m_invert, &QPushButton::clicked, this, &SelectionPanel::invertRequested);
    connect(m_relabel, &QPushButton::clicked, this, &SelectionPanel::relabel);
    connect(m_className->lineEdit(), &QLineEdit::returnPressed, this, &SelectionPanel::relabel);
    connect(m_className, &QComboBox::currentTextChanged, this, &SelectionPanel::describe);
    for (const int group : {0, 1})
        connect(m_setGroup[group], &QPushButton::clicked, this, [this, group] { Q_EMIT groupRequested(group == 1); });
    connect(m_find, &QPushButton::clicked, this, &SelectionPanel::findDirection);
    connect(m_directionName, &QLineEdit::returnPressed, this, &SelectionPanel::findDirection);
    describe();
}

SelectionPanel::~SelectionPanel()
{
    // Fields finish their entry when the window takes the focus away from them, which it does while it is being destroyed.
    for (QObject* child : findChildren<QObject*>())
        child->disconnect(this);
}

void SelectionPanel::build()
{
    m_title->setProperty("role", QStringLiteral("title"));
    m_caption->setTone(TextCell::Tone::Muted);
    m_caption->setAlignment(Qt::AlignRight);
    auto* header = new QHBoxLayout;
    header->setContentsMargins(kMargin, 8, kMargin, 8);
    header->setSpacing(8);
    header->addWidget(m_title);
    header->addWidget(m_caption, 1);

    m_hint->setProperty("role", QStringLiteral("muted"));
    m_hint->setWordWrap(true);
    m_hint->setText(tr("Choose Lasso and draw around codes: the images behind them appear here. One selection set as A and another as B give a "
                       "direction, whose slider moves the probe."));
    auto* details = new QVBoxLayout(m_details);
    details->setContentsMargins(0, 0, 0, 0);
    details->setSpacing(kSpacing);
    details->addWidget(makeSummary());
    details->addWidget(makeActions());
    details->addWidget(makeMontage());
    details->addWidget(makeLine(m_details));
    details->addWidget(makeRelabel());
    m_column->setContentsMargins(kMargin, 0, kMargin, kMargin);
    m_column->setSpacing(kSpacing);
    m_column->addWidget(m_hint);
    m_column->addWidget(m_details);
    m_column->addWidget(makeDirection());
    m_column->addStretch(1);
    m_scroll->setContent(m_body, m_column);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addLayout(header);
    outer->addWidget(m_scroll, 1);
}

QWidget* SelectionPanel::makeSummary()
{
    m_mean->setFixedSize(kMeanSide, kMeanSide);
    m_mean->setAccessibleName(tr("Mean of the selected images"));
    m_mean->setToolTip(tr("The mean of all selected images, pixel by pixel."));
    m_meanTitle->setText(tr("mean"));
    m_meanTitle->setTone(TextCell::Tone::Muted);
    m_meanTitle->setFontScale(0.88);
    m_meanTitle->setAlignment(Qt::AlignHCenter);
    auto* summary = new QWidget(m_details);
    auto* mean = new QVBoxLayout;
    mean->setSpacing(2);
    mean->addWidget(m_mean);
    mean->addWidget(m_meanTitle);
    mean->addStretch(1);
    auto* bars = new QVBoxLayout;
    bars->setSpacing(0);
    bars->addWidget(m_bars);
    bars->addStretch(1);
    auto* row = new QHBoxLayout(summary);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addLayout(mean);
    row->addLayout(bars, 1);
    return summary;
}

QWidget* SelectionPanel::makeMontage()
{
    m_montageTitle->setTone(TextCell::Tone::Muted);
    m_montageTitle->setFontScale(0.93);
    m_montage->setAccessibleName(tr("Selected images"));
    m_montage->setToolTip(tr("Click an image to put the probe on its code."));
    m_montage->setFilling(true);
    auto* montage = new QWidget(m_details);
    auto* column = new QVBoxLayout(montage);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_montageTitle);
    column->addWidget(m_montage);
    return montage;
}

QWidget* SelectionPanel::makeActions()
{
    auto* menu = new QMenu(m_save);
    connect(menu->addAction(tr("Codes and labels as CSV…")), &QAction::triggered, this, &SelectionPanel::saveCsvRequested);
    connect(menu->addAction(tr("Images as a data set…")), &QAction::triggered, this, &SelectionPanel::saveDatasetRequested);
    connect(menu->addAction(tr("These images as a picture…")), &QAction::triggered, this, &SelectionPanel::saveMontageRequested);
    m_save->setMenu(menu);
    m_save->setStyleSheet(QStringLiteral("QPushButton::menu-indicator { width: 0; image: none; }")); // the dots say it already
    m_clear->setAccessibleName(tr("Clear selection"));
    m_invert->setAccessibleName(tr("Invert selection"));
    m_save->setAccessibleName(tr("Save selection"));
    auto* actions = new QWidget(m_details);
    auto* row = new QHBoxLayout(actions);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kSpacing);
    for (QPushButton* button : {m_clear, m_invert, m_save}) {
        button->setFixedHeight(kControlHeight);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        row->addWidget(button, 1);
    }
    return actions;
}

QWidget* SelectionPanel::makeRelabel()
{
    m_className->setEditable(true);
    m_className->setInsertPolicy(QComboBox::NoInsert);
    m_className->setAccessibleName(tr("New label"));
    m_className->lineEdit()->setAccessibleName(tr("New label"));
    m_className->lineEdit()->setPlaceholderText(tr("Class, or a new name"));
    m_className->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_className->setMinimumWidth(80);
    m_className->setFixedHeight(kControlHeight);
    m_relabel->setFixedHeight(kControlHeight);
    auto* relabel = new QWidget(m_details);
    auto* row = new QHBoxLayout;
    row->setSpacing(kSpacing);
    row->addWidget(m_className, 1);
    row->addWidget(m_relabel);
    auto* column = new QVBoxLayout(relabel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kSpacing);
    column->addWidget(makeSection(tr("LABEL"), relabel));
    column->addLayout(row);
    return relabel;
}

QWidget* SelectionPanel::makeDirection()
{
    auto* column = new QVBoxLayout(m_direction);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kSpacing);
    column->addWidget(makeLine(m_direction));
    column->addWidget(makeSection(tr("DIRECTION"), m_direction));
    const QString letters[] = {tr("A"), tr("B")};
    for (const int group : {0, 1}) {
        m_groups[group] = new TextCell(m_direction);
        m_groups[group]->setLead(letters[group]);
        m_groups[group]->setAlignment(Qt::AlignRight);
        m_groups[group]->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        m_setGroup[group] = makeViewAction(tr("Set as %1").arg(letters[group]), {}, m_direction);
        m_setGroup[group]->setFixedHeight(kControlHeight);
        auto* row = new QHBoxLayout;
        row->setSpacing(kSpacing);
        row->addWidget(m_groups[group], 1);
        row->addWidget(m_setGroup[group]);
        column->addLayout(row);
    }
    m_directionName->setAccessibleName(tr("Direction name"));
    m_directionName->setToolTip(tr("What the direction is called, such as slant; Enter finds it."));
    m_directionName->setPlaceholderText(tr("Name"));
    m_directionName->setFixedHeight(kControlHeight);
    m_find->setAccessibleName(tr("Find direction"));
    m_find->setFixedHeight(kControlHeight);
    m_directionName->setMinimumWidth(60);
    auto* row = new QHBoxLayout;
    row->setSpacing(kSpacing);
    row->addWidget(m_directionName, 1);
    row->addWidget(m_find);
    column->addLayout(row);
    return m_direction;
}

void SelectionPanel::setTheme(const Theme& theme)
{
    m_theme = theme;
    for (TextCell* cell : {m_caption, m_meanTitle, m_montageTitle, m_groups[0], m_groups[1]})
        cell->setTheme(theme);
    m_mean->setTheme(theme);
    m_bars->setTheme(theme);
    m_montage->setTheme(theme);
    update();
}

void SelectionPanel::setView(const SelectionView& view)
{
    m_view = view;
    m_mean->setImage(view.mean);
    std::vector<ClassBars::Bar> bars;
    for (const SelectionView::ClassCount& count : view.classes)
        bars.push_back({count.name, count.color, count.count, count.total});
    m_bars->setBars(bars);
    m_montage->setImages(view.montage, kMontageColumns);
    m_montage->setToolTips(view.captions);
    fitMontage();
    describe();
}

void SelectionPanel::setGroups(const QString& from, const QString& to, bool ready)
{
    m_groupTexts[0] = from;
    m_groupTexts[1] = to;
    m_ready = ready;
    describe();
}

void SelectionPanel::setClassNames(const QStringList& names)
{
    m_relabelable = !names.isEmpty();
    {
        const QSignalBlocker quiet(m_className); // for a moment there is no name: the button under the person's hand would lose the keyboard
        const QString typed = m_className->currentText();
        m_className->clear();
        m_className->addItems(names);
        m_className->setEditText(m_relabelable ? typed : QString());
    }
    describe();
}

QImage SelectionPanel::renderedMontage(double scale) const { return m_montage->rendered(scale); }

void SelectionPanel::relabel()
{
    const QString name = m_className->currentText().trimmed();
    if (m_relabel->isEnabled() && !name.isEmpty())
        Q_EMIT relabelRequested(name);
}

void SelectionPanel::findDirection()
{
    if (m_ready)
        Q_EMIT directionRequested(directionName());
}

QString SelectionPanel::directionName() const { return m_directionName->text().trimmed(); }

void SelectionPanel::clearDirectionName() { m_directionName->clear(); }

void SelectionPanel::describe()
{
    const bool chosen = m_view.count > 0;
    const bool groups = !m_groupTexts[0].isEmpty() || !m_groupTexts[1].isEmpty();
    m_hint->setVisible(!chosen);
    m_details->setVisible(chosen);
    m_direction->setVisible(chosen || groups);
    const QString count = grouped(static_cast<qint64>(m_view.count));
    m_caption->setText(chosen ? tr("%1 of %2").arg(count, grouped(static_cast<qint64>(m_view.total))) : QString());
    m_caption->setShortText(chosen ? count : QString());
    const auto shown = static_cast<qint64>(m_view.montage.size());
    m_montageTitle->setText(static_cast<std::size_t>(shown) < m_view.count ? tr("%1 of %2 images").arg(shown).arg(count)
                            : m_view.count == 1                             ? tr("1 image")
                                                                            : tr("%1 images").arg(count));
    const bool named = !m_className->currentText().trimmed().isEmpty();
    const QString noLabels = tr("This data set has no labels that could be changed.");
    m_className->setEnabled(m_relabelable);
    m_className->setToolTip(m_relabelable ? tr("The class that the selected images shall have: one there is, or a new one.") : noLabels);
    m_relabel->setEnabled(m_relabelable && named);
    m_relabel->setToolTip(!m_relabelable ? noLabels
                          : named        ? tr("Give all selected images this label.")
                                         : tr("Choose or type a label first."));
    for (const int group : {0, 1}) {
        m_groups[group]->setText(m_groupTexts[group].isEmpty() ? tr("not set") : m_groupTexts[group]);
        m_groups[group]->setTone(m_groupTexts[group].isEmpty() ? TextCell::Tone::Muted : TextCell::Tone::Text);
        m_setGroup[group]->setEnabled(chosen);
        m_setGroup[group]->setToolTip(chosen ? tr("Remember this selection as one end of a direction.")
                                             : tr("Draw around codes with the Lasso first."));
    }
    m_find->setEnabled(m_ready);
    m_find->setToolTip(m_ready ? tr("Find the direction from the mean code of A to the mean code of B.")
                               : tr("Set two different selections as A and B first."));
}

void SelectionPanel::fitMontage()
{
    // A row of cells is as high as a cell is wide, whatever the proportions: the grid centres what is lower.
    const int count = m_montage->count();
    const int width = m_scroll->width() - 2 * kMargin;
    if (count == 0 || width <= 0)
        return;
    constexpr int kGap = 2;
    const int rows = (count + kMontageColumns - 1) / kMontageColumns;
    const int side = (width - (kMontageColumns - 1) * kGap) / kMontageColumns;
    const int height = rows * side + (rows - 1) * kGap;
    if (m_montage->minimumHeight() != height || m_montage->maximumHeight() != height)
        m_montage->setFixedHeight(height);
}

QSize SelectionPanel::sizeHint() const { return {292, 520}; }

QSize SelectionPanel::minimumSizeHint() const { return {200, 120}; }

void SelectionPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitMontage();
}

void SelectionPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitMontage();
}

void SelectionPanel::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

} // namespace latentscape::ui
