// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/torch_process_group.h"

#include "core/model/vae_backend.h"
#include "core/torch/process_transport.h"
#include "core/torch/reachability.h"

#include <ATen/ATen.h>
#include <ATen/Version.h>
#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <cstdlib>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace latentscape {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{20};
constexpr milliseconds kOneTry{1500};         // of reaching the meeting point: between two the wish to stop is looked at
constexpr milliseconds kStoreAnswer{5000};    // the store answers at once or not at all
constexpr milliseconds kGrace{2000};          // for others to mark that they live, or to leave
constexpr milliseconds kLook{250};            // how often a sum that is waited for looks up
constexpr milliseconds kAnswerToStop{5000};   // after that a process which was asked to stop waits no longer
constexpr int kFatalOnly = 3;               // of the log levels of c10
constexpr char kFacts = '=', kRefused = '!';

std::vector<std::uint8_t> bytesOf(const std::string& text) { return {text.begin(), text.end()}; }

std::string numbered(const char* key, int rank) { return std::string(key) + '/' + std::to_string(rank); }

/// The first sentence in an exception of c10d or Gloo, without source positions, advice and backtrace.
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

} // namespace

struct TorchProcessGroup::Link {
    c10::intrusive_ptr<c10d::Store> store;
    bool isServer = false;
    c10::intrusive_ptr<c10d::Backend> host; ///< Gloo
    c10::intrusive_ptr<c10d::Backend> cuda; ///< NCCL, where there is one

    [[nodiscard]] std::string textAt(const std::string& key) const
    {
        const std::vector<std::uint8_t> bytes = store->get(key);
        return {bytes.begin(), bytes.end()};
    }
};

TorchProcessGroup::TorchProcessGroup(const ProcessSettings& settings, std::unique_ptr<Link> link) : m_settings(settings), m_link(std::move(link)) {}

std::string TorchProcessGroup::place() const { return m_settings.address + ':' + std::to_string(m_settings.port); }

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
        return Error{ErrorCode::NotFound, "The processes lost each other while they met at " + place, "", reasonOf(exception),
                     "See the messages of the other processes."};
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

/// Until each process has set its number's key. Error NotFound names those that have not; throws what the store throws.
Result<void> TorchProcessGroup::waitForAll(const char* key, const char* purpose)
{
    const auto deadline = Clock::now() + std::chrono::seconds(m_settings.timeoutSeconds);
    for (int rank = 0; rank < size();) {
        if (m_link->store->check({numbered(key, rank)})) {
            ++rank;
            continue;
        }
        if (m_settings.stop.stop_requested())
            return interrupted();
        if (Clock::now() >= deadline) {
            std::string missing;
            for (int other = rank; other < size(); ++other)
                if (!m_link->store->check({numbered(key, other)}))
                    missing += (missing.empty() ? "" : ", ") + std::to_string(other);
            return Error{ErrorCode::NotFound, "Not all processes have " + std::string(purpose) + " to " + place() + " within "
                             + std::to_string(m_settings.timeoutSeconds) + " s",
                         "processes 0 to " + std::to_string(size() - 1), "nothing of " + missing,
                         "Start all of them with the same MASTER_ADDR, MASTER_PORT and WORLD_SIZE, or give a longer --join-timeout."};
        }
        std::this_thread::sleep_for(kPoll);
    }
    return {};
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
        for (int other = 0; other < size(); ++other) {
            texts.push_back(m_link->textAt(numbered("facts", other)));
            if (texts.back().starts_with(kRefused))
                return Error{ErrorCode::Mismatch, "Process " + std::to_string(other) + " was refused what it was started with", "", "",
                             "See its message; nothing was trained."};
        }
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
    } catch (const std::exception& exception) {
        return Error{ErrorCode::NotFound, "The other processes left before the run began", "", reasonOf(exception),
                     "See their messages; nothing was trained."};
    }
}

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
    const std::string who = size() == 2 ? "Process " + std::to_string(1 - rank()) : std::string("A process");
    throw PeerLostError(who + " of the run was lost" + (reason.empty() ? "" : " (" + reason + ")"));
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
        m_link->host.reset();
        m_link->cuda.reset();
        if (!m_agreed)
            m_link->store->set(numbered("facts", rank()), bytesOf(std::string(1, kRefused)));
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
