// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/file_controller.h"

#include "core/base/read_file.h"
#include "core/store/atomic_file.h"
#include "core/store/code_export.h"
#include "app/window/display_text.h"
#include "ui/chrome/message_bar.h"
#include "ui/map/latent_map.h"
#include "ui/panels/experiment_panel.h"
#include "ui/panels/manifold_view.h"
#include "ui/panels/path_strip.h"
#include "ui/panels/reconstruction_view.h"
#include "ui/panels/samples_view.h"
#include "ui/plots/kl_bars.h"
#include "ui/plots/loss_plot.h"

#include <QAction>
#include <QBuffer>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QImage>
#include <QTemporaryDir>

#include <span>

namespace latentscape::app {

namespace {

constexpr double kExportScale = 2.0; // pictures for slides: twice the screen's resolution

std::filesystem::path toPath(const QString& text)
{
    return std::filesystem::path(QFile::encodeName(text).toStdString());
}

} // namespace

FileController::FileController(Session& session, TrainingController& training, ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_training(training)
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
    connect(m_parts.pathStrip, &ui::PathStrip::exportRequested, this, [this] {
        exportGallery(tr("Export the filmstrip"), QStringLiteral("path.png"), [this] { return m_parts.pathStrip->rendered(kExportScale); });
    });
    connect(m_parts.manifold, &ui::ManifoldView::exportRequested, this, [this] {
        exportGallery(tr("Export the manifold"), QStringLiteral("manifold.png"), [this] { return m_parts.manifold->rendered(kExportScale); });
    });
    connect(m_parts.reconstructions, &ui::ReconstructionView::exportRequested, this, [this] {
        exportGallery(tr("Export the reconstructions"), QStringLiteral("reconstructions.png"),
                      [this] { return m_parts.reconstructions->rendered(kExportScale); });
    });
    connect(m_parts.samples, &ui::SamplesView::exportRequested, this, [this] {
        exportGallery(tr("Export the samples"), QStringLiteral("samples.png"), [this] { return m_parts.samples->rendered(kExportScale); });
    });
    connect(&session, &Session::failed, this, &FileController::complain);
    connect(&session, &Session::noted, this, [this](const QString& text) { m_parts.messages->show(ui::MessageBar::Severity::Info, text); });
    connect(&session, &Session::saved, this, [this](const QString& name) { tell(tr("Saved as %1.").arg(name)); });
}

void FileController::tell(const QString& text)
{
    m_parts.messages->show(ui::MessageBar::Severity::Success, text);
}

void FileController::complain(const Error& error)
{
    m_parts.messages->show(ui::MessageBar::Severity::Error, errorText(error));
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
    const QString path = QFileDialog::getOpenFileName(&m_window, tr("Open a model"), {}, tr("Latentscape models (*.safetensors);;All files (*)"));
    if (!path.isEmpty())
        openPath(path);
}

void FileController::openFolder()
{
    const QString path = QFileDialog::getExistingDirectory(&m_window, tr("Open a folder with IDX files"));
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
    const QString path = QFileDialog::getSaveFileName(&m_window, tr("Save the model"), QStringLiteral("model.safetensors"),
                                                      tr("Latentscape models (*.safetensors)"));
    if (path.isEmpty())
        m_training.forgetAfterSave();
    else
        m_session.saveFile(toPath(path.endsWith(QLatin1String(".safetensors")) ? path : path + QLatin1String(".safetensors")));
}

void FileController::exportPicture(const QString& title, const QString& suggestion, const QString& filters,
                                   const std::function<bool(const QString& path)>& write)
{
    const QString path = QFileDialog::getSaveFileName(&m_window, title, suggestion, filters);
    if (path.isEmpty())
        return;
    // the widget writes into a private folder; only a whole file reaches the person's
    QTemporaryDir scratch;
    const QString draft = scratch.filePath(QStringLiteral("export.") + QFileInfo(path).suffix().toLower());
    if (!scratch.isValid() || !write(draft)) {
        complain(Error{ErrorCode::Unsupported, "This kind of file cannot be made here", filters.toStdString(),
                       QFileInfo(path).fileName().toStdString(), "Choose one of these endings."});
        return;
    }
    const auto bytes = readFile(toPath(draft));
    if (!bytes) {
        complain(bytes.error());
        return;
    }
    if (const Result<void> written = writeFileAtomically(toPath(path), bytes.value()); !written)
        complain(written.error());
    else
        tell(tr("Exported to %1.").arg(QFileInfo(path).fileName()));
}

void FileController::exportMap()
{
    exportPicture(tr("Export the latent map"), QStringLiteral("latent-map.png"), tr("Pictures (*.png *.svg *.pdf)"),
                  [this](const QString& path) { return m_parts.map->exportTo(path, kExportScale); });
}

void FileController::exportLoss()
{
    exportPicture(tr("Export the loss plot"), QStringLiteral("loss.png"), tr("Pictures and tables (*.png *.svg *.pdf *.csv)"), [this](const QString& path) {
        if (!path.endsWith(QLatin1String(".csv")))
            return m_parts.loss->exportTo(path, kExportScale);
        return writeFileAtomically(toPath(path), std::string_view(m_parts.loss->csv().toStdString())).ok();
    });
}

void FileController::exportKl()
{
    exportPicture(tr("Export the KL bars"), QStringLiteral("kl.png"), tr("Pictures and tables (*.png *.svg *.pdf *.csv)"), [this](const QString& path) {
        if (!path.endsWith(QLatin1String(".csv")))
            return m_parts.kl->exportTo(path, kExportScale);
        return writeFileAtomically(toPath(path), std::string_view(m_parts.kl->csv().toStdString())).ok();
    });
}

void FileController::exportCodes()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes) {
        complain(Error{ErrorCode::InvalidArgument, "There are no codes yet", "", "", "Press Train first."});
        return;
    }
    const QString path = QFileDialog::getSaveFileName(&m_window, tr("Export the codes"), QStringLiteral("codes.csv"), tr("Tables (*.csv)"));
    if (path.isEmpty())
        return;
    m_session.jobs().run([this, path, codes = snapshot->codes, data = m_session.data()](std::stop_token) -> JobRunner::Answer {
        CodeTable table{codes->latent, codes->indices, {}, codes->mu, codes->logvar};
        if (data->isLabelled())
            for (const std::int32_t index : codes->indices)
                table.labels.push_back(data->train().labels[static_cast<std::size_t>(index)]);
        const Result<void> written = writeFileAtomically(toPath(path), std::string_view(codesToCsv(table)));
        return [this, path, written] {
            if (!written)
                complain(written.error());
            else
                tell(tr("Exported to %1.").arg(QFileInfo(path).fileName()));
        };
    });
}

void FileController::exportGallery(const QString& title, const QString& suggestion, const std::function<QImage()>& render)
{
    const QImage image = render();
    if (image.isNull()) {
        complain(Error{ErrorCode::InvalidArgument, "There is no picture to export yet", "", "", "Train first, then try again."});
        return;
    }
    exportPicture(title, suggestion, tr("Pictures (*.png)"), [&image](const QString& path) { return image.save(path, "PNG"); });
}

} // namespace latentscape::app
