// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/experiment_panel.h"

#include "ui/panels/dataset_combo.h"
#include "ui/panels/experiment_fields.h"
#include "ui/panels/form_row.h"
#include "ui/panels/margin_scroll.h"
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
constexpr int kComplainAfterMs = 600; // a number is unreadable for a moment while it is being typed

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
    showApplicable();
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
    for (const ConfigSection section : {ConfigSection::Model, ConfigSection::Objective, ConfigSection::Training}) {
        m_layout->addWidget(header(section));
        for (const ConfigField& field : m_fields->fields()) {
            if (field.section == section)
                m_layout->addWidget(field.row);
        }
    }
    m_layout->addWidget(m_deviceRow);
    m_layout->addStretch(1);

    auto* scroll = new MarginScroll(this);
    scroll->setContent(m_form, m_layout);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);

    // Order of the rows, not of creation: the device stands last.
    QWidget* previous = m_dataset;
    for (const ConfigField& field : m_fields->fields()) {
        QWidget::setTabOrder(previous, field.row->control());
        previous = field.row->control();
    }
    QWidget::setTabOrder(previous, m_device);

    for (FormRow* row : rowsOf(m_form)) {
        row->control()->installEventFilter(this);
        row->control()->setFocusPolicy(row->control() == m_images ? Qt::NoFocus : Qt::StrongFocus);
    }
}

void ExperimentPanel::connectFields()
{
    for (const ConfigField& field : m_fields->fields()) {
        const ConfigField* entry = &field; // the list never changes after its construction
        if (auto* edit = qobject_cast<QLineEdit*>(field.row->control())) {
            connect(edit, &QLineEdit::textEdited, this, [this, entry] { apply(*entry, /*finished=*/false); });
            connect(edit, &QLineEdit::editingFinished, this, [this, entry] { apply(*entry, /*finished=*/true); });
        } else if (auto* combo = qobject_cast<QComboBox*>(field.row->control())) {
            connect(combo, &QComboBox::currentIndexChanged, this, [this, entry] { apply(*entry, /*finished=*/true); });
        } else if (auto* spin = qobject_cast<QAbstractSpinBox*>(field.row->control())) {
            const auto* text = spin->findChild<QLineEdit*>();
            const auto changed = [this, entry, text] { apply(*entry, /*finished=*/!text->isModified()); }; // arrow keys finish at once
            if (auto* whole = qobject_cast<QSpinBox*>(spin))
                connect(whole, &QSpinBox::valueChanged, this, changed);
            if (auto* real = qobject_cast<QDoubleSpinBox*>(spin))
                connect(real, &QDoubleSpinBox::valueChanged, this, changed);
            connect(spin, &QAbstractSpinBox::editingFinished, this, [this, entry] { apply(*entry, /*finished=*/true); });
        }
    }
    connect(m_fields->learningRate(), &QLineEdit::editingFinished, this, [this] {
        const double rate = m_values.config.training.learningRate;
        if (rate == m_sentLearningRate || !m_fields->fieldOf(m_fields->learningRate())->row->error().isEmpty())
            return;
        m_sentLearningRate = rate;
        Q_EMIT learningRateEdited(rate);
    });
    connect(m_dataset, &DatasetCombo::folderRequested, this, &ExperimentPanel::folderRequested);
    connect(m_dataset, &DatasetCombo::specChosen, this, [this](const QString& spec) {
        m_values.dataSpec = spec;
        showMarks();
        Q_EMIT valuesChanged();
        Q_EMIT dataRequested(spec);
    });
    connect(m_device, &QComboBox::activated, this, [this] {
        const QString device = m_device->currentData().toString();
        if (device == m_values.device)
            return;
        m_values.device = device;
        Q_EMIT valuesChanged();
    });
    m_complainLater->setSingleShot(true);
    m_complainLater->setInterval(kComplainAfterMs);
    connect(m_complainLater, &QTimer::timeout, this, [this] {
        if (m_doubtful)
            apply(*m_doubtful, /*finished=*/true);
    });
}

void ExperimentPanel::apply(const ConfigField& field, bool finished)
{
    m_complainLater->stop();
    m_doubtful = nullptr;
    if (m_edited != &field) {
        m_edited = &field;
        m_before = m_values.config;
    }
    RunConfig candidate = m_values.config;
    QString reason = field.read(candidate);
    candidate.training.stopAfter = std::min(candidate.training.stopAfter, candidate.training.epochs);
    if (reason.isEmpty()) {
        if (const Result<void> valid = validate(candidate, m_trainingCount); !valid)
            reason = QString::fromStdString(valid.error().text());
    }
    if (reason.isEmpty()) {
        field.row->setError({});
    } else {
        // Not the last text that happened to be valid: "0.95" refused must not leave the 0.9 that was passed while typing.
        candidate = m_before;
        if (finished || !field.row->error().isEmpty()) {
            field.row->setError(reason);
        } else {
            m_doubtful = &field;
            m_complainLater->start();
        }
    }
    if (finished && reason.isEmpty())
        m_edited = nullptr;
    if (candidate != m_values.config) {
        m_values.config = candidate;
        showApplicable();
        showMarks();
        Q_EMIT valuesChanged();
    }
    if (finished && field.row->control() == m_fields->epochs())
        finishEpochs();
}

void ExperimentPanel::finishEpochs()
{
    const int epochs = m_values.config.training.epochs;
    if (epochs == m_sentEpochs)
        return;
    m_sentEpochs = epochs;
    Q_EMIT epochsEdited(epochs);
}

void ExperimentPanel::setTheme(const Theme& theme)
{
    m_theme = theme;
    for (SectionHeader* section : m_headers)
        section->setTheme(theme);
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
    showApplicable();
    showMarks();
}

void ExperimentPanel::setDataSummary(const QString& text, const QString& toolTip)
{
    m_summary = text;
    m_images->setText(text.isEmpty() ? QStringLiteral("–") : text);
    m_images->setToolTip(toolTip);
}

void ExperimentPanel::setTrainingCount(std::size_t count) { m_trainingCount = count; }

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

bool ExperimentPanel::eventFilter(QObject* watched, QEvent* event)
{
    auto* control = qobject_cast<QWidget*>(watched);
    if (event->type() == QEvent::Wheel && control && !control->hasFocus()) {
        event->ignore(); // the wheel scrolls the panel; it must not change the value that passes under the cursor
        return true;
    }
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        const ConfigField* field = m_fields->fieldOf(control);
        if (field && (!field->row->error().isEmpty() || m_doubtful == field)) {
            m_complainLater->stop();
            m_doubtful = nullptr;
            m_edited = nullptr;
            field->write(m_values.config);
            field->row->setError({});
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

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

void ExperimentPanel::showApplicable()
{
    for (const ConfigField& field : m_fields->fields()) {
        if (field.applies)
            field.row->setVisible(field.applies(m_values.config));
    }
}

void ExperimentPanel::showMarks()
{
    const QString note = tr("Applies at the next start. The run in progress keeps its own value.");
    std::array<bool, 4> marked{};
    const bool otherData = m_running && m_runningSpec != m_values.dataSpec;
    m_datasetRow->setMark(otherData ? note : QString());
    marked[static_cast<std::size_t>(ConfigSection::Data)] = otherData;
    for (const ConfigField& field : m_fields->fields()) {
        const bool differs =
            m_running && !field.live && (!field.applies || field.applies(m_values.config)) && !field.same(*m_running, m_values.config);
        field.row->setMark(differs ? note : QString());
        marked[static_cast<std::size_t>(field.section)] |= differs;
    }
    for (std::size_t i = 0; i < m_headers.size(); ++i) {
        if (marked[i])
            m_headers[i]->setNote(tr("applies at the next start"), tr("at the next start"), note);
        else
            m_headers[i]->setNote({});
    }
}

void ExperimentPanel::alignLabels()
{
    int width = 0;
    const QList<FormRow*> rows = rowsOf(m_form);
    for (const FormRow* row : rows)
        width = std::max(width, row->labelHint());
    for (FormRow* row : rows)
        row->setLabelWidth(width);
}

SectionHeader* ExperimentPanel::header(ConfigSection section) const { return m_headers[static_cast<std::size_t>(section)]; }

} // namespace latentscape::ui
