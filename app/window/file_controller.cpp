// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/file_controller.h"

#include "app/window/display_text.h"
#include "app/window/file_dialogs.h"
#include "core/store/atomic_file.h"
#include "core/store/code_export.h"
#include "ui/chrome/message_bar.h"
#include "ui/map/latent_map.h"
#include "ui/panels/experiment_panel.h"
#include "ui/panels/manifold_view.h"
#include "ui/panels/reconstruction_view.h"
#include "ui/panels/samples_view.h"
#include "ui/plots/class_loss.h"
#include "ui/plots/kl_bars.h"
#include "ui/plots/loss_plot.h"

#include <QAction>
#include <QFileInfo>
#include <QImage>

#include <span>

namespace latentscape::app {

namespace {

constexpr double kExportScale = 2.0; // pictures for slides: twice the screen's resolution

} // namespace

FileController::FileController(Session& session, TrainingController& training, Exporter& exporter, ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_training(training)
    , m_exporter(exporter)
    , m_window(window)
    , m_parts(window.parts())
{
    const auto& actions = window.actions();
    connect(actions.open, &QAction::triggered, this, &FileController::openFile);
    connect(actions.openFolder, &QAction::triggered, this, &FileController::openFolder);
    connect(actions.save, &QAction::triggered, this, &FileController::save);
    connect(actions.saveAs, &QAction::triggered, this, &FileController::saveAs);
    connect(actions.exportMap, &QAction::triggered, this, &FileController::exportMap);
    connect(actions.exportLoss, &QAction::triggered, this, &FileController::exportLoss);
    connect(actions.exportKl, &QAction::triggered, this, &FileController::exportKl);
    connect(actions.exportCodes, &QAction::triggered, this, &FileController::exportCodes);
    connect(&window, &ui::MainWindow::pathDropped, this, &FileController::openPath);
    connect(&training, &TrainingController::saveRequested, this, &FileController::save);
    connect(m_parts.experiment, &ui::ExperimentPanel::folderRequested, this, &FileController::openFolder);
    connect(m_parts.map, &ui::LatentMap::exportRequested, this, &FileController::exportMap);
    connect(m_parts.loss, &ui::LossPlot::exportRequested, this, &FileController::exportLoss);
    connect(m_parts.kl, &ui::KlBars::exportRequested, this, &FileController::exportKl);
    connect(m_parts.classLoss, &ui::ClassLoss::exportRequested, this,
            [this] { exportChart(tr("Export the loss by class"), QStringLiteral("class-loss.png"), m_parts.classLoss); });
    const auto gallery = [this](const QString& title, const QString& suggestion, auto* view) {
        m_exporter.savePicture(title, suggestion, [view] { return view->rendered(kExportScale); }, tr("Train first, then look at its tab."));
    };
    const auto exportManifold = [this, gallery] { gallery(tr("Export the manifold"), QStringLiteral("manifold.png"), m_parts.manifold); };
    connect(actions.exportManifold, &QAction::triggered, this, exportManifold);
    connect(m_parts.manifold, &ui::ManifoldView::exportRequested, this, exportManifold);
    connect(m_parts.reconstructions, &ui::ReconstructionView::exportRequested, this,
            [this, gallery] { gallery(tr("Export the reconstructions"), QStringLiteral("reconstructions.png"), m_parts.reconstructions); });
    connect(m_parts.samples, &ui::SamplesView::exportRequested, this,
            [this, gallery] { gallery(tr("Export the samples"), QStringLiteral("samples.png"), m_parts.samples); });
    connect(&session, &Session::failed, &exporter, &Exporter::complain);
    connect(&session, &Session::noted, this, [this](const QString& text) { m_parts.messages->show(ui::MessageBar::Severity::Info, text); });
    connect(&session, &Session::saved, this, [this](const QString& path) { m_exporter.tellWhere(tr("Saved as %1.").arg(placeText(path)), path); });
}

void FileController::openPath(const QString& path)
{
    const QFileInfo info(path);
    bool isCheckpoint = false;
    if (info.isFile()) {
        // safetensors: a 64-bit length, then an opening brace; content decides, not the name
        QFile file(path);
        if (file.open(QIODevice::ReadOnly)) {
            const QByteArray head = file.read(9);
            isCheckpoint = head.size() == 9 && head.at(8) == '{' && head.at(6) == 0 && head.at(7) == 0;
        }
        isCheckpoint = isCheckpoint || info.suffix() == QLatin1String("safetensors");
    }
    if (!isCheckpoint) {
        m_training.chooseData(path);
        return;
    }
    m_training.confirmLoss(tr("Opening another model closes this one."), [this, path] { m_session.openFile(toPath(path), m_training.device()); });
}

void FileController::openFile()
{
    const QString path = askForOpenFile(&m_window, tr("Open a model"), tr("Latentscape models (*.safetensors);;All files (*)"));
    if (!path.isEmpty())
        openPath(path);
}

void FileController::openFolder()
{
    const QString path = askForFolder(&m_window, tr("Open a folder with IDX files"));
    if (!path.isEmpty())
        m_training.chooseData(path);
}

void FileController::save()
{
    if (m_session.file().empty())
        saveAs();
    else
        m_session.saveFile(m_session.file());
}

void FileController::saveAs()
{
    const QString path = m_exporter.askForFile(tr("Save the model"), QStringLiteral("model.safetensors"), tr("Latentscape models (*.safetensors)"));
    if (path.endsWith(QLatin1String(".safetensors"))) {
        m_session.saveFile(toPath(path));
        return;
    }
    m_training.forgetAfterSave();
    if (!path.isEmpty())
        m_exporter.refuse(tr("The name “%1” does not end in .safetensors").arg(QFileInfo(path).fileName()), tr("Save the model under a name that does."));
}

void FileController::exportMap()
{
    m_exporter.saveDrawing(tr("Export the latent map"), QStringLiteral("latent-map.png"), tr("Pictures (*.png *.svg *.pdf)"),
                           [this](const QString& path) { return m_parts.map->exportTo(path, kExportScale); });
}

template <typename Chart>
void FileController::exportChart(const QString& title, const QString& suggestion, Chart* chart)
{
    m_exporter.saveDrawing(title, suggestion, tr("Pictures and tables (*.png *.svg *.pdf *.csv)"), [chart](const QString& path) {
        if (!path.endsWith(QLatin1String(".csv")))
            return chart->exportTo(path, kExportScale);
        return writeFileAtomically(toPath(path), std::string_view(chart->csv().toStdString())).ok();
    });
}

void FileController::exportLoss()
{
    exportChart(tr("Export the loss plot"), QStringLiteral("loss.png"), m_parts.loss);
}

void FileController::exportKl()
{
    exportChart(tr("Export the KL bars"), QStringLiteral("kl.png"), m_parts.kl);
}

void FileController::exportCodes()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes) {
        m_exporter.refuse(tr("There are no codes yet"), tr("Press Train first."));
        return;
    }
    m_exporter.saveFile(tr("Export the codes"), QStringLiteral("codes.csv"), tr("Tables (*.csv)"),
                        [codes = snapshot->codes, data = m_session.data()](const std::filesystem::path& path) {
                            return writeSelectionCsv(*codes, data->train(), std::vector<std::size_t>(codes->indices.begin(), codes->indices.end()), path);
                        });
}

} // namespace latentscape::app
