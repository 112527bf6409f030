// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include "core/train/training_worker.h"

#include <utility>

namespace latentscape {

Trainer::Trainer(Setup setup) : m_worker(std::make_unique<Worker>(std::move(setup))) {}

Trainer::~Trainer() = default;

void Trainer::run() { m_worker->post(Worker::Wish::Run); }
void Trainer::pause() { m_worker->post(Worker::Wish::Pause); }
void Trainer::stepOnce() { m_worker->post(Worker::Wish::Step); }
void Trainer::stop() { m_worker->post(Worker::Wish::Stop); }
void Trainer::setControls(const LiveControls& controls) { m_worker->postControls(controls); }
void Trainer::setEpochs(int epochs) { m_worker->postEpochs(epochs); }
void Trainer::setSnapshotsPerSecond(double rate) { m_worker->setSnapshotsPerSecond(rate); }
void Trainer::requestCheckpoint() { m_worker->postCheckpoint(); }
void Trainer::waitUntilIdle() { m_worker->waitUntilIdle(); }
TrainerStatus Trainer::status() const { return m_worker->status(); }
const MetricsLog& Trainer::metrics() const noexcept { return m_worker->metrics(); }
std::shared_ptr<const Snapshot> Trainer::latestSnapshot() const { return m_worker->latestSnapshot(); }
Trainer::Costs Trainer::costs() const { return m_worker->costs(); }

} // namespace latentscape
