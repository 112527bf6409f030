// SPDX-License-Identifier: GPL-3.0-or-later
// Opening and saving of a Session: the disk is met on jobs, the answers come back as queued calls.
#include "app/session/session.h"

#include "core/data/data_catalogue.h"
#include "core/store/checkpoint_file.h"
#include "core/train/trainer.h"

#include <QFile>

#include <utility>

namespace latentscape::app {

void Session::openFile(const std::filesystem::path& path, const QString& device)
{
    const std::uint64_t number = ++m_loadNumber;
    Q_EMIT dataLoading(0.0);
    m_jobs.run([this, number, path, device, current = m_data, spec = m_dataSpec.toStdString(),
                factory = m_factory](std::stop_token stop) -> JobRunner::Answer {
        const auto refused = [this, number](const Error& error) {
            return [this, number, error] {
                if (number == m_loadNumber) {
                    Q_EMIT dataLoading(1.0);
                    Q_EMIT failed(error);
                }
            };
        };
        auto loaded = loadCheckpoint(path);
        if (!loaded)
            return refused(loaded.error());
        Opened opened{std::move(loaded.value().checkpoint), loaded.value().note, current};
        const DataProvenance& wanted = opened.checkpoint.data;
        // Labels matter to a model that was given them; those that a person changed meanwhile are no part of the data's checksum.
        const int classes = opened.checkpoint.config.model.classes;
        const bool sameSet = current && current->provenance().sha256 == wanted.sha256;
        if (!sameSet || (classes > 0 && current->classNames() != opened.checkpoint.classNames)) {
            DataRequest request;
            request.spec = sameSet ? spec : wanted.name;
            auto data = loadDataset(request, stop);
            opened.data = data && data.value()->provenance().sha256 == wanted.sha256 ? data.value() : nullptr;
        }
        // last, as the networks are loaded beside the data
        if (const auto decoder = factory->createDecoder(opened.checkpoint.config, opened.checkpoint.weights); !decoder)
            return refused(decoder.error());
        return [this, number, path, device, opened = std::move(opened)] {
            if (number != m_loadNumber)
                return;
            Q_EMIT dataLoading(1.0);
            finishOpening(opened, path, device);
        };
    });
}

void Session::finishOpening(const Opened& found, const std::filesystem::path& path, const QString& device)
{
    const auto checkpoint = std::make_shared<const Checkpoint>(found.checkpoint);
    if (!found.data) {
        Error missing{ErrorCode::NotFound, "The data set of this file is not on this computer", checkpoint->data.name, "", ""};
        missing.remedy = "Open the folder of " + checkpoint->data.name + " (" + std::to_string(checkpoint->data.trainCount) +
                         " training images) first, then this file again.";
        Q_EMIT failed(missing);
        return;
    }
    if (const int classes = checkpoint->config.model.classes; classes > 0 && classes != static_cast<int>(found.data->classNames().size())) {
        Q_EMIT failed(Error{ErrorCode::Mismatch, "The model was trained on labels that the data set " + checkpoint->data.name + " does not have",
                            std::to_string(classes) + " classes", std::to_string(found.data->classNames().size()),
                            "Relabel the same images first, then open this file again, or decode from it with latentscape-cli."});
        return;
    }
    if (!m_data || m_data->provenance().sha256 != found.data->provenance().sha256)
        m_dataSpec = QString::fromStdString(checkpoint->data.name); // else the same set, from where it was
    m_data = found.data;
    m_controls = {checkpoint->config.objective.beta, checkpoint->config.training.learningRate};
    m_directions = checkpoint->directions;
    adopt(makeTrainer(checkpoint->config, device, checkpoint), checkpoint->config);
    m_savedStep = checkpoint->progress.step;
    m_file = path;
    Q_EMIT dataLoaded();
    Q_EMIT opened();
    if (!found.note.empty())
        Q_EMIT noted(QString::fromStdString(found.note));
}

void Session::saveFile(const std::filesystem::path& path)
{
    if (!m_trainer) {
        Q_EMIT failed(Error{ErrorCode::InvalidArgument, "There is no model to save yet", "", "", "Press Train first."});
        return;
    }
    m_saveTarget = path;
    m_trainer->requestCheckpoint();
}

void Session::writeCheckpoint(std::shared_ptr<const Checkpoint> checkpoint)
{
    if (m_saveTarget.empty())
        return;
    auto whole = std::make_shared<Checkpoint>(*checkpoint);
    whole->directions = m_directions; // the trainer knows nothing of them
    m_jobs.run([this, path = std::exchange(m_saveTarget, {}), whole, run = m_runNumber](std::stop_token) -> JobRunner::Answer {
        const Result<void> written = saveCheckpoint(*whole, path);
        return [this, path, checkpoint = whole, written, run] {
            if (!written) {
                Q_EMIT failed(written.error());
                return;
            }
            if (run == m_runNumber) { // otherwise another run took its place meanwhile
                m_file = path;
                m_savedStep = checkpoint->progress.step;
                m_directionsSaved = checkpoint->directions == m_directions;
            }
            Q_EMIT saved(QFile::decodeName(path.string().c_str()));
        };
    });
}

} // namespace latentscape::app
