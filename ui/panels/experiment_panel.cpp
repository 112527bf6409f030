// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/experiment_panel.h"

#include "ui/panels/dataset_combo.h"
#include "ui/panels/experiment_fields.h"
#include "ui/panels/form_row.h"
#include "ui/panels/margin_scroll.h"
#include "ui/panels/more_toggle.h"
#include "ui/panels/narrow_combo.h"
#include "ui/panels/progress_line.h"
#include "ui/panels/section_header.h"
#include "ui/panels/text_cell.h"

#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr int kMargin = 14;
constexpr int kRowSpacing = 5;

QList<FormRow*> rowsOf(QWidget* form) { return form->findChildren<FormRow*>(QString(), Qt::FindDirectChildrenOnly); }
} // namespace

ExperimentPanel::ExperimentPanel(QWidget* parent)
    : QWidget(parent)
    , m_form(new QWidget)
    , m_layout(new QVBoxLayout(m_form))
    , m_dataset(new DatasetCombo)
    , m_images(new TextCell)
    , m_progress(new ProgressLine(m_form))
    , m_device(new NarrowCombo)
    , m_complainLater(new QTimer(this))
{
    setAccessibleName(tr("Experiment"));
    build();
    connectFields();
    setDevices({});
    for (const ConfigField& field : m_fields->fields())
        field.write(m_values.config);
    m_sentLearningRate = m_values.config.training.learningRate;
    m_sentEpochs = m_values.config.training.epochs;
    showAll();
}

ExperimentPanel::~ExperimentPanel()
{
    // The fields finish their entries when the window takes the focus away from them, which it does while it is being destroyed.
    for (QObject* child : findChildren<QObject*>())
        child->disconnect(this);
}

void ExperimentPanel::build()
{
    auto* title = new QLabel(tr("Experiment"), m_form);
    title->setProperty("role", QStringLiteral("title"));
    m_dataset->setAccessibleName(QStringLiteral("Dataset"));
    m_dataset->setToolTip(tr("The images to learn from: built in, found on this computer, or a folder of your own."));
    m_device->setAccessibleName(QStringLiteral("Device"));
    m_device->setToolTip(tr("Where training computes. Automatic takes a graphics card when there is one that works."));
    m_images->setAlignment(Qt::AlignRight);
    m_images->setText(QStringLiteral("–"));

    m_headers[static_cast<std::size_t>(ConfigSection::Data)] = new SectionHeader(tr("DATA"), m_form);
    m_datasetRow = new FormRow(tr("Set"), m_dataset, m_form);
    m_imagesRow = new FormRow(tr("Images"), m_images, m_form);
    m_headers[static_cast<std::size_t>(ConfigSection::Model)] = new SectionHeader(tr("MODEL"), m_form);
    m_headers[static_cast<std::size_t>(ConfigSection::Objective)] = new SectionHeader(tr("OBJECTIVE"), m_form);
    m_headers[static_cast<std::size_t>(ConfigSection::Training)] = new SectionHeader(tr("TRAINING"), m_form);
    m_fields = std::make_unique<ExperimentFields>(m_form);
    m_deviceRow = new FormRow(tr("Device"), m_device, m_form);

    m_layout->setContentsMargins(kMargin, 8, kMargin, kMargin);
    m_layout->setSpacing(kRowSpacing);
    m_layout->addWidget(title);
    m_layout->addWidget(header(ConfigSection::Data));
    m_layout->addWidget(m_datasetRow);
    m_layout->addWidget(m_imagesRow);
    m_layout->addWidget(m_progress);
    m_lastInOrder = m_dataset;
    const auto more = [this](ConfigSection section, const QString& name) {
        m_more[static_cast<std::size_t>(section)] = new MoreToggle(name, m_form);
    };
    more(ConfigSection::Model, tr("More model settings"));
    more(ConfigSection::Objective, tr("More objective settings"));
    more(ConfigSection::Training, tr("More training settings"));
    for (const ConfigSection section : {ConfigSection::Model, ConfigSection::Objective, ConfigSection::Training})
        addSection(section);
    m_layout->addStretch(1);

    auto* scroll = new MarginScroll(this);
    scroll->setContent(m_form, m_layout);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);

    for (FormRow* row : rowsOf(m_form)) {
        row->control()->installEventFilter(this);
        row->control()->setFocusPolicy(row->control() == m_images ? Qt::NoFocus : Qt::StrongFocus);
    }
}

/// The usual rows, then the switch, then the rare ones; the Tab key goes the same way, whatever the order of creation.
void ExperimentPanel::addSection(ConfigSection section)
{
    const auto next = [this](QWidget* row, QWidget* control) {
        m_layout->addWidget(row);
        QWidget::setTabOrder(m_lastInOrder, control);
        m_lastInOrder = control;
    };
    m_layout->addWidget(header(section));
    for (const bool rare : {false, true}) {
        if (rare && section == ConfigSection::Training)
            next(m_deviceRow, m_device);
        if (rare)
            next(m_more[static_cast<std::size_t>(section)], m_more[static_cast<std::size_t>(section)]);
        for (const ConfigField& field : m_fields->fields()) {
            if (field.section == section && field.rare == rare)
                next(field.row, field.row->control());
        }
    }
}

void ExperimentPanel::setTheme(const Theme& theme)
{
    m_theme = theme;
    for (SectionHeader* section : m_headers)
        section->setTheme(theme);
    for (MoreToggle* more : m_more) {
        if (more)
            more->setTheme(theme);
    }
    for (FormRow* row : rowsOf(m_form))
        row->setTheme(theme);
    m_images->setTheme(theme);
    m_progress->setTheme(theme);
    update();
}

void ExperimentPanel::setDatasets(const std::vector<DataListing>& listings) { m_dataset->setDatasets(listings); }

void ExperimentPanel::setDevices(const std::vector<DeviceReport>& devices)
{
    const QSignalBlocker quiet(m_device);
    m_device->clear();
    m_device->addItem(tr("Automatic"), QStringLiteral("auto"));
    auto* items = qobject_cast<QStandardItemModel*>(m_device->model());
    for (const DeviceReport& device : devices) {
        m_device->addItem(QString::fromStdString(device.name), QString::fromStdString(device.id));
        m_device->setItemData(m_device->count() - 1, QString::fromStdString(device.reason), Qt::ToolTipRole);
        if (items && !device.usable)
            items->item(m_device->count() - 1)->setEnabled(false);
    }
    m_device->setCurrentIndex(std::max(0, m_device->findData(m_values.device)));
}

void ExperimentPanel::setValues(const Values& values)
{
    if (values == m_values)
        return;
    const RunConfig before = m_values.config;
    m_values = values;
    m_before = values.config;
    m_sentLearningRate = values.config.training.learningRate;
    m_sentEpochs = values.config.training.epochs;
    for (const ConfigField& field : m_fields->fields()) {
        if (field.same(before, values.config))
            continue; // it may be being typed
        field.write(values.config);
        field.row->setError({});
        if (m_doubtful == &field)
            m_doubtful = nullptr;
    }
    m_dataset->setSpec(values.dataSpec);
    m_device->setCurrentIndex(std::max(0, m_device->findData(values.device)));
    showAll();
}

void ExperimentPanel::setDataSummary(const QString& text, const QString& toolTip)
{
    m_summary = text;
    m_images->setText(text.isEmpty() ? QStringLiteral("–") : text);
    m_images->setToolTip(toolTip);
}

void ExperimentPanel::setTraits(const DataTraits& traits)
{
    if (traits == m_traits)
        return;
    m_traits = traits;
    m_imagesRow->setLabel(traits.shape.isImage() ? tr("Images") : tr("Samples"));
    showAll();
}

void ExperimentPanel::setApplied(const std::optional<RunConfig>& running, const QString& dataSpec)
{
    m_running = running;
    m_runningSpec = dataSpec;
    showMarks();
}

void ExperimentPanel::setBusy(bool loading, double fraction)
{
    m_progress->setProgress(loading, fraction);
    if (!loading)
        m_images->setText(m_summary.isEmpty() ? QStringLiteral("–") : m_summary);
    else if (fraction > 0)
        m_images->setText(tr("Loading, %1 %").arg(static_cast<int>(std::min(fraction, 1.0) * 100.0)));
    else
        m_images->setText(tr("Loading…"));
}

QSize ExperimentPanel::sizeHint() const { return {232, m_form->sizeHint().height()}; }

QSize ExperimentPanel::minimumSizeHint() const { return {208, 120}; }

void ExperimentPanel::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

void ExperimentPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        alignLabels();
}

void ExperimentPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    alignLabels();
}

void ExperimentPanel::alignLabels()
{
    constexpr double kMostOfRow = 0.55; // a label in a language of long words leaves room for its control
    int width = 0;
    const QList<FormRow*> rows = rowsOf(m_form);
    for (const FormRow* row : rows)
        width = std::max(width, row->labelHint());
    width = std::min(width, static_cast<int>(kMostOfRow * (std::max(this->width(), minimumSizeHint().width()) - 2 * kMargin)));
    for (FormRow* row : rows)
        row->setLabelWidth(width);
}

void ExperimentPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    alignLabels();
}

SectionHeader* ExperimentPanel::header(ConfigSection section) const { return m_headers[static_cast<std::size_t>(section)]; }

} // namespace latentscape::ui
