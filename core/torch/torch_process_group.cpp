// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/torch_process_group.h"

#include "core/model/vae_backend.h"
#include "core/torch/process_link.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace latentscape {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLook{250};            // how often a sum that is waited for looks up
constexpr milliseconds kAnswerToStop{5000};   // after that a process which was asked to stop waits no longer

} // namespace

std::string reasonOf(const std::exception& exception)
{
    const auto* own = dynamic_cast<const c10::Error*>(&exception);
    std::string text = own ? own->what_without_backtrace() : exception.what();
    text = text.substr(0, std::min(text.find('\n'), text.find(". ")));
    if (const std::size_t end = text.starts_with('[') ? text.find("] ") : std::string::npos; end != std::string::npos)
        text.erase(0, end + 2);
    while (!text.empty() && (text.back() == '.' || text.back() == ' '))
        text.pop_back();
    return text;
}

std::string lossText(const ProcessGroup& group, const std::string& reason)
{
    const std::string who = group.size() == 2 ? "Process " + std::to_string(1 - group.rank()) : std::string("A process");
    return who + " of the run was lost" + (reason.empty() ? "" : " (" + reason + ")");
}

TorchProcessGroup::TorchProcessGroup(const ProcessSettings& settings, std::unique_ptr<Link> link) : m_settings(settings), m_link(std::move(link)) {}

std::string TorchProcessGroup::place() const { return m_settings.address + ':' + std::to_string(m_settings.port); }

BatchSlice TorchProcessGroup::sliceOf(std::size_t batch) const noexcept
{
    const auto edge = [&](int rank) { return batch * static_cast<std::size_t>(rank) / static_cast<std::size_t>(size()); };
    return {edge(rank()), edge(rank() + 1) - edge(rank())};
}

void TorchProcessGroup::lose(const std::string& reason)
{
    // Closing the connections tells the others, who may be waiting for a process that waits for us.
    m_link->host.reset();
    m_link->cuda.reset();
    throw PeerLostError(lossText(*this, reason));
}

void TorchProcessGroup::sum(const at::Tensor& tensor)
{
    const bool staged = tensor.is_cuda() && !m_link->cuda;
    c10::intrusive_ptr<c10d::Backend>& backend = tensor.is_cuda() && !staged ? m_link->cuda : m_link->host;
    if (!backend)
        lose({});
    std::vector<at::Tensor> tensors{staged ? tensor.cpu() : tensor};
    c10::intrusive_ptr<c10d::Work> work;
    bool unanswered = false;
    std::string reason;
    try {
        work = backend->allreduce(tensors);
        std::optional<Clock::time_point> asked;
        while (!work->isCompleted() && !unanswered) {
            try {
                if (tensors.front().is_cuda())
                    std::this_thread::yield(); // NCCL's wait() only puts the sum into the stream
                else
                    work->wait(kLook);
            } catch (const std::exception&) {
                // Either the look ended, or the sum did: isCompleted() tells.
            }
            if (stopRequested() && !asked)
                asked = Clock::now();
            unanswered = asked && Clock::now() - *asked > kAnswerToStop;
        }
        if (!unanswered)
            work->wait(); // throws the failure, if any
    } catch (const std::exception& exception) {
        reason = reasonOf(exception);
        if (reason.empty())
            reason = "the connection failed";
    }
    if (unanswered) {
        // Its threads still wait for the other: to join them would wait as well. The process is about to end.
        (void)backend.release();
        (void)work.release();
        lose("it did not answer to a stop");
    }
    if (!reason.empty()) {
        work.reset();
        lose(reason);
    }
    if (staged)
        tensor.copy_(tensors.front());
}

void TorchProcessGroup::sumStep(const at::Tensor& flat)
{
    const at::Tensor stop = flat.narrow(0, flat.size(0) - 1, 1);
    stop.fill_(stopRequested() ? 1.0 : 0.0);
    sum(flat);
    m_stopAgreed.store(stop.item<float>() > 0.0f);
}

void TorchProcessGroup::sumStep(std::span<float> flat, StepLoss& loss)
{
    const std::span<float> tail = flat.last(kStepTail);
    tail[0] = static_cast<float>(loss.reconstruction);
    tail[1] = static_cast<float>(loss.kl);
    tail[2] = static_cast<float>(loss.objective);
    sumStep(at::from_blob(flat.data(), {static_cast<std::int64_t>(flat.size())}, at::kFloat));
    loss.reconstruction = tail[0];
    loss.kl = tail[1];
    loss.objective = tail[2];
}

Result<void> TorchProcessGroup::meet()
{
    try {
        sum(at::zeros({1}, at::kFloat));
        return {};
    } catch (const std::exception& exception) {
        return Error{ErrorCode::PeerLost, exception.what(), "", "", ""};
    }
}

bool TorchProcessGroup::isLowestSurvivor()
{
    try {
        m_link->store->set(numbered("alive", rank()), bytesOf("1"));
        const auto deadline = Clock::now() + kGrace;
        while (rank() > 0 && Clock::now() < deadline) {
            for (int lower = 0; lower < rank(); ++lower)
                if (m_link->store->check({numbered("alive", lower)}))
                    return false;
            std::this_thread::sleep_for(kPoll);
        }
    } catch (const std::exception&) {
        // The meeting point was process 0's and went with it: whoever saves, saves the same.
    }
    return true;
}

void TorchProcessGroup::leave() noexcept
{
    try {
        if (!m_agreed) // before the connections break, which the others notice first
            m_link->store->set(numbered("facts", rank()), bytesOf(std::string(1, kRefused)));
        m_link->host.reset();
        m_link->cuda.reset();
        m_link->store->add("left", 1);
        // With this process its store ends, in which others may still want to read.
        if (!m_link->isServer)
            return;
        int came = 0;
        for (int other = 0; other < size(); ++other)
            came += m_link->store->check({numbered("taken", other)}) ? 1 : 0;
        const auto deadline = Clock::now() + kGrace;
        while (m_link->store->add("left", 0) < came && Clock::now() < deadline)
            std::this_thread::sleep_for(kPoll);
    } catch (...) {
        // The store is gone, and with it whoever would have read.
    }
}

TorchProcessGroup::~TorchProcessGroup()
{
    leave();
}

} // namespace latentscape
