// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_catalogue.h"
#include "core/data/data_traits.h"
#include "core/model/run_config.h"
#include "core/model/vae_backend.h"
#include "ui/theme/theme.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <array>
#include <memory>
#include <optional>
#include <vector>

class QComboBox;
class QTimer;
class QVBoxLayout;

namespace latentscape::ui {

class DatasetCombo;
class ExperimentFields;
class FormRow;
class MoreToggle;
class ProgressLine;
class SectionHeader;
class TextCell;
struct ConfigField;
enum class ConfigSection;

/// Everything that decides a run: data, model, objective, training. Choices that would not work with the data and the other settings are
/// greyed and say why; what works is asked of validateFor() alone. An entry that cannot be used shows its reason below the field, and
/// values() keeps the last one that could. Owned by the main window; GUI thread.
class ExperimentPanel : public QWidget {
    Q_OBJECT

public:
    struct Values {
        QString dataSpec;
        RunConfig config;
        QString device = QStringLiteral("auto"); ///< as --device takes it
        friend bool operator==(const Values&, const Values&) = default;
    };

    explicit ExperimentPanel(QWidget* parent = nullptr);
    ~ExperimentPanel() override;

    void setTheme(const Theme& theme);
    void setDatasets(const std::vector<DataListing>& listings);
    /// "auto" comes first; devices that cannot be used are greyed and tell why.
    void setDevices(const std::vector<DeviceReport>& devices);
    /// Shows values, without a signal. Fields whose value stays the same keep what is being typed.
    void setValues(const Values& values);
    [[nodiscard]] Values values() const { return m_values; }
    /// "60 000 + 10 000" and its explanation.
    void setDataSummary(const QString& text, const QString& toolTip);
    /// What the present data are like: choices that do not work with them are greyed, each with its reason. values() stay as they are; where
    /// they do not work themselves, the reason stands below the field that can mend it.
    void setTraits(const DataTraits& traits);
    /// The settings in which two configurations differ, in words: "Likelihood: Bernoulli → Gaussian (learned σ)".
    [[nodiscard]] QStringList changes(const RunConfig& from, const RunConfig& to) const;
    /// The run in progress: values that differ from it carry the mark "applies at the next start". nullopt: nothing runs, no marks.
    void setApplied(const std::optional<RunConfig>& running, const QString& dataSpec);
    /// Loading of a data set, with the finished fraction in [0, 1].
    void setBusy(bool loading, double fraction);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// values() differ from before, by the person's doing.
    void valuesChanged();
    void dataRequested(const QString& spec);
    void folderRequested();
    /// Finished entries of values that act at once while training runs.
    void learningRateEdited(double learningRate);
    void epochsEdited(int epochs);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void build();
    void addSection(ConfigSection section);
    void connectFields();
    void apply(const ConfigField& field, bool finished);
    void finishEpochs();
    [[nodiscard]] QString objection(const RunConfig& config) const;
    void showAll();
    void showApplicable();
    void showChoices();
    void showMisfit();
    void showMarks();
    void alignLabels();
    [[nodiscard]] SectionHeader* header(ConfigSection section) const;

    Theme m_theme = Theme::light();
    Values m_values;
    std::optional<RunConfig> m_running;
    QString m_runningSpec;
    QString m_summary;
    std::optional<DataTraits> m_traits; ///< of the present data; not known before the first set is there
    double m_sentLearningRate = 0.0;
    int m_sentEpochs = 0;

    QWidget* m_form;
    QWidget* m_lastInOrder = nullptr; ///< of the Tab key, while the rows are being made
    QVBoxLayout* m_layout;
    DatasetCombo* m_dataset;
    TextCell* m_images;
    ProgressLine* m_progress;
    QComboBox* m_device;
    FormRow* m_datasetRow;
    FormRow* m_imagesRow;
    FormRow* m_deviceRow;
    std::array<SectionHeader*, 4> m_headers{};
    std::array<MoreToggle*, 4> m_more{}; ///< none in the section of the data
    std::unique_ptr<ExperimentFields> m_fields;
    QTimer* m_complainLater;
    const ConfigField* m_doubtful = nullptr; ///< being typed, unreadable so far
    const ConfigField* m_edited = nullptr;   ///< changed, not finished
    const ConfigField* m_misfit = nullptr;   ///< shows why values() do not work with the data
    RunConfig m_before;                      ///< when the change began
};

} // namespace latentscape::ui
