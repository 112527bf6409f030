// SPDX-License-Identifier: GPL-3.0-or-later
// How the processes of a run find each other and compare what they were started with.
#include "core/model/vae_backend.h"
#include "core/torch/process_link.h"
#include "core/torch/process_transport.h"
#include "core/torch/reachability.h"

#include <ATen/ATen.h>
#include <ATen/Version.h>
#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace latentscape {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kOneTry{1500};      // of reaching the meeting point: between two the wish to stop is looked at
constexpr milliseconds kStoreAnswer{5000}; // the store answers at once or not at all
constexpr int kFatalOnly = 3;              // of the log levels of c10

/// Facts as one text: what and value of each, ended by characters that occur in neither.
std::string textOf(std::span<const SharedFact> facts)
{
    std::string text(1, kFacts);
    for (const SharedFact& fact : facts)
        text += fact.what + '\x1f' + fact.value + '\x1e';
    return text;
}

std::vector<SharedFact> factsOf(const std::string& text)
{
    std::vector<SharedFact> facts;
    for (std::size_t at = 1; at < text.size();) {
        const std::size_t middle = text.find('\x1f', at), end = text.find('\x1e', at);
        if (middle == std::string::npos || end == std::string::npos || middle > end)
            break;
        facts.push_back({text.substr(at, middle - at), text.substr(middle + 1, end - middle - 1)});
        at = end + 1;
    }
    return facts;
}

Error interrupted() { return Error{ErrorCode::Cancelled, "The meeting of the processes was interrupted", "", "", ""}; }

Error refusal(int rank)
{
    return Error{ErrorCode::Mismatch, "Process " + std::to_string(rank) + " was refused what it was started with", "", "",
                 "See its message; nothing was trained."};
}

Error lostEarly(std::string what) { return Error{ErrorCode::PeerLost, std::move(what), "", "", "Nothing was trained; start all of them again."}; }

Error differs(const SharedFact& first, const SharedFact& other, int rank)
{
    return Error{ErrorCode::Mismatch, "The processes of a run must have the same " + first.what, first.value + " (process 0)",
                 other.value + " (process " + std::to_string(rank) + ")", "Start all processes with the same arguments, data and program."};
}

/// Whether the meeting point is in this process.
bool keepsStore(const ProcessSettings& settings) { return settings.rank == 0 && !settings.hasStore; }

/// The store at which the processes meet. Between two tries the wish to stop is looked at.
Result<c10::intrusive_ptr<c10d::Store>> meetAt(const std::string& place, const ProcessSettings& settings)
{
    c10d::TCPStoreOptions options;
    options.port = static_cast<std::uint16_t>(settings.port);
    options.isServer = keepsStore(settings);
    options.waitWorkers = false; // waited for afterwards, where it can be said who is missing
    const auto deadline = Clock::now() + std::chrono::seconds(settings.timeoutSeconds);
    while (!settings.stop.stop_requested()) {
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
        options.timeout = std::clamp(left, kPoll, kOneTry);
        // A store that reaches nobody tries for longer than it was told.
        std::string reason = options.isServer ? std::string() : whyUnreachable(settings.address, settings.port);
        try {
            if (reason.empty())
                return c10::intrusive_ptr<c10d::Store>(c10::make_intrusive<c10d::TCPStore>(settings.address, options));
        } catch (const std::exception& exception) {
            reason = reasonOf(exception);
            if (options.isServer && (reason.find("listen") != std::string::npos || reason.find("bind") != std::string::npos))
                return Error{ErrorCode::InvalidArgument, "Process 0 cannot wait for the others at port " + std::to_string(settings.port),
                             "a free port", "one that is taken or not allowed", "Set MASTER_PORT to another port."};
            if (const std::string why = whyUnreachable(settings.address, settings.port); !why.empty())
                reason = why;
        }
        if (Clock::now() >= deadline)
            return Error{ErrorCode::NotFound, "The processes cannot meet at " + place,
                         "process 0 there within " + std::to_string(settings.timeoutSeconds) + " s", reason,
                         "Check MASTER_ADDR and MASTER_PORT, start process 0, or give a longer --join-timeout."};
        std::this_thread::sleep_for(10 * kPoll);
    }
    return interrupted();
}

/// A sum of nothing over all processes: it ends when each has begun it, and fails as soon as a connection breaks. The store would not tell that a
/// process is gone. While one is under way no other may begin.
class RollCall {
public:
    enum class State { Waiting, Complete, Broken };

    RollCall(c10::intrusive_ptr<c10d::Backend>& host, milliseconds timeout) : m_host(host)
    {
        std::vector<at::Tensor> nothing{at::zeros({1}, at::kFloat)};
        c10d::AllreduceOptions options;
        options.timeout = timeout;
        try {
            m_work = m_host->allreduce(nothing, options);
        } catch (const std::exception& exception) {
            m_reason = reasonOf(exception);
        }
    }
    /// Where it still waits, its thread waits for the others, and to join that would wait as well. The process is about to end.
    ~RollCall()
    {
        if (look() != State::Waiting)
            return;
        (void)m_work.release();
        (void)m_host.release();
    }
    RollCall(const RollCall&) = delete;
    RollCall& operator=(const RollCall&) = delete;

    [[nodiscard]] State look()
    {
        if (!m_work)
            return State::Broken;
        if (!m_work->isCompleted())
            return State::Waiting;
        try {
            m_work->wait(); // throws the failure, if any
            return State::Complete;
        } catch (const std::exception& exception) {
            m_reason = reasonOf(exception);
            m_work.reset();
            return State::Broken;
        }
    }
    /// Gives it a moment to end by itself.
    void settle()
    {
        const auto deadline = Clock::now() + kGrace;
        while (look() == State::Waiting && Clock::now() < deadline)
            std::this_thread::sleep_for(kPoll);
    }
    [[nodiscard]] const std::string& reason() const noexcept { return m_reason; }

private:
    c10::intrusive_ptr<c10d::Backend>& m_host;
    c10::intrusive_ptr<c10d::Work> m_work;
    std::string m_reason;
};

} // namespace

Result<std::shared_ptr<TorchProcessGroup>> TorchProcessGroup::join(const ProcessSettings& settings)
{
    if (!hasGloo())
        return Error{ErrorCode::Unsupported, "This build cannot train in many processes, because Gloo's headers were missing when it was built", "",
                     "", "Install them (Debian: libgloo-dev) and build again, or start one process."};
    // What c10d logs with a backtrace each time it tries again is said here once, in a sentence.
    static std::once_flag quietened;
    std::call_once(quietened, [] {
        if (!std::getenv("TORCH_CPP_LOG_LEVEL"))
            FLAGS_caffe2_log_level = kFatalOnly;
    });
    const std::string place = settings.address + ':' + std::to_string(settings.port);
    Result<c10::intrusive_ptr<c10d::Store>> met = meetAt(place, settings);
    if (!met)
        return met.error();
    auto link = std::make_unique<Link>();
    link->isServer = keepsStore(settings);
    c10::intrusive_ptr<c10d::Store> store = std::move(met).value();
    store->setTimeout(kStoreAnswer);
    link->store = c10::make_intrusive<c10d::PrefixStore>("latentscape/" + settings.attempt, std::move(store));
    std::shared_ptr<TorchProcessGroup> group(new TorchProcessGroup(settings, std::move(link)));
    try {
        c10d::Store& meeting = *group->m_link->store;
        if (meeting.add(numbered("taken", settings.rank), 1) > 1) {
            group->m_agreed = true; // the run that is under way without this process must not be told that it was refused
            return Error{ErrorCode::Mismatch, "Two processes have the same number", "each RANK once",
                         "RANK " + std::to_string(settings.rank) + " again", "Give each process another RANK, or another MASTER_PORT to each run."};
        }
        meeting.set(numbered("size", settings.rank), bytesOf(std::to_string(settings.size)));
        if (auto all = group->waitForAll("size", "come"); !all)
            return all.error();
        for (int rank = 0; rank < settings.size; ++rank)
            if (const std::string size = group->m_link->textAt(numbered("size", rank)); size != std::to_string(settings.size))
                return differs({"WORLD_SIZE", group->m_link->textAt(numbered("size", 0))}, {"WORLD_SIZE", size}, rank);
        group->connect();
        // Who left at once, because it is refused or has nothing to do, would break off connections that others are still making.
        meeting.set(numbered("connected", settings.rank), bytesOf("1"));
        if (auto all = group->waitForAll("connected", "connected"); !all)
            return all.error();
    } catch (const std::exception& exception) {
        return Error{group->m_link->host ? ErrorCode::PeerLost : ErrorCode::NotFound, "The processes lost each other while they met at " + place, "",
                     reasonOf(exception), "See the messages of the other processes."};
    }
    return group;
}

void TorchProcessGroup::connect()
{
    const TransportRequest request{m_link->store, rank(), size(), isLoopback(m_settings.address), std::chrono::seconds(m_settings.timeoutSeconds)};
    m_link->host = connectGloo(request);
    if (m_settings.cuda && hasNccl())
        m_link->cuda = connectNccl(request);
}

/// Until each process has set its number's key, and, once all are connected, has come so far. Errors: NotFound names those that have not, Mismatch
/// one that was refused, PeerLost; throws what the store throws.
Result<void> TorchProcessGroup::waitForAll(const char* key, const char* purpose)
{
    const auto isThere = [&](int rank) { return m_link->store->check({numbered(key, rank)}); };
    const auto isRefused = [&](int rank) { return m_link->textAt(numbered(key, rank)).starts_with(kRefused); };
    const auto deadline = Clock::now() + std::chrono::seconds(m_settings.timeoutSeconds);
    std::optional<RollCall> call;
    if (m_link->host)
        call.emplace(m_link->host, std::chrono::seconds(m_settings.timeoutSeconds) + kGrace);
    std::optional<Clock::time_point> broken;
    for (int rank = 0;;) {
        const RollCall::State state = call ? call->look() : RollCall::State::Complete; // before the keys: who is refused says so first
        while (rank < size() && isThere(rank)) {
            if (isRefused(rank)) {
                if (call)
                    call->settle();
                return refusal(rank);
            }
            ++rank;
        }
        if (state == RollCall::State::Complete && rank == size())
            return {};
        if (state == RollCall::State::Broken) {
            for (int other = rank; other < size(); ++other)
                if (isThere(other) && isRefused(other))
                    return refusal(other);
            broken = broken.value_or(Clock::now());
            if (rank == size() || Clock::now() - *broken > kGrace)
                return lostEarly(lossText(*this, call->reason()) + " before the training began");
        }
        if (m_settings.stop.stop_requested())
            return interrupted();
        if (Clock::now() >= deadline) {
            std::string missing;
            for (int other = rank; other < size(); ++other)
                if (!isThere(other))
                    missing += (missing.empty() ? "" : ", ") + std::to_string(other);
            if (missing.empty())
                return lostEarly("A process of the run does not answer any more");
            return Error{ErrorCode::NotFound, "Not all processes have " + std::string(purpose) + " to " + place() + " within "
                             + std::to_string(m_settings.timeoutSeconds) + " s",
                         "processes 0 to " + std::to_string(size() - 1), "nothing of " + missing,
                         "Start all of them with the same MASTER_ADDR, MASTER_PORT and WORLD_SIZE, or give a longer --join-timeout."};
        }
        std::this_thread::sleep_for(kPoll);
    }
}

Result<void> TorchProcessGroup::agreeOn(std::span<const SharedFact> given)
{
    // Another instruction set rounds otherwise, and weights that are equal today would drift apart.
    std::vector<SharedFact> facts(given.begin(), given.end());
    facts.push_back({"version of LibTorch", TORCH_VERSION});
    facts.push_back({"instruction set", at::get_cpu_capability()});
    try {
        m_link->store->set(numbered("facts", rank()), bytesOf(textOf(facts)));
        m_agreed = true;
        if (auto all = waitForAll("facts", "said what they train"); !all)
            return all;
        std::vector<std::string> texts;
        for (int other = 0; other < size(); ++other)
            texts.push_back(m_link->textAt(numbered("facts", other)));
        const std::vector<SharedFact> first = factsOf(texts.front());
        for (int other = 1; other < size(); ++other) {
            const std::vector<SharedFact> found = factsOf(texts[static_cast<std::size_t>(other)]);
            if (found.size() != first.size())
                return differs({"program", "one version"}, {"program", "another"}, other);
            for (std::size_t i = 0; i < first.size(); ++i)
                if (found[i].what != first[i].what || found[i].value != first[i].value)
                    return differs(first[i], found[i], other);
        }
        return {};
    } catch (const std::exception& exception) { // the meeting point is gone, and whoever kept it
        return Error{ErrorCode::PeerLost, "The process that keeps the meeting point was lost before the training began", "", reasonOf(exception),
                     "See the messages of the others; nothing was trained, start all of them again."};
    }
}

} // namespace latentscape
