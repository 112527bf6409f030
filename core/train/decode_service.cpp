// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/decode_service.h"

#include "core/base/latest_mailbox.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kChunk = 64;
constexpr float kShownDeviations = 6.0f; // from −3 to 3, as Dataset::copyBytes() shows standardised samples

std::uint8_t toByte(float mean) noexcept
{
    if (!(mean > 0.0f)) // NaN too: an image must never stop the program
        return 0;
    return mean >= 1.0f ? std::uint8_t{255} : static_cast<std::uint8_t>(mean * 255.0f + 0.5f);
}

bool isSound(const DecodeRequest& request) noexcept
{
    return request.decoder != nullptr && request.decoder->latent() > 0
        && request.z.size() == request.count * static_cast<std::size_t>(request.decoder->latent());
}

DecodeResult withoutPixels(const DecodeRequest& request)
{
    DecodeResult result;
    result.channel = request.channel;
    result.id = request.id;
    result.generation = request.generation;
    result.standardized = request.standardized;
    result.supportRadius = request.supportRadius;
    return result;
}

/// Room for all images of a sound request.
void makeRoom(const DecodeRequest& request, DecodeResult& result)
{
    result.count = request.count;
    result.shape = request.decoder->shape();
    result.pixels.resize(request.count * result.shape.size());
}

/// Decodes rows from begin on and adds the time. means: room for them.
void decodeChunk(const DecodeRequest& request, std::size_t begin, std::size_t rows, std::span<float> means, DecodeResult& result)
{
    using Clock = std::chrono::steady_clock;
    const auto latent = static_cast<std::size_t>(request.decoder->latent());
    const std::size_t size = result.shape.size();
    const std::span<float> out = means.first(rows * size);
    const auto started = Clock::now();
    request.decoder->decode(std::span(request.z).subspan(begin * latent, rows * latent), rows, out);
    result.decodeMilliseconds += std::chrono::duration<double, std::milli>(Clock::now() - started).count();
    if (request.standardized)
        std::ranges::transform(out, out.begin(), [](float mean) { return mean / kShownDeviations + 0.5f; });
    std::transform(out.begin(), out.end(), result.pixels.begin() + static_cast<std::ptrdiff_t>(begin * size), toByte);
}

} // namespace

std::optional<DecodeResult> decodeAtOnce(const DecodeRequest& request)
{
    if (request.count != 1 || request.codes || !isSound(request) || !request.decoder->isQuick())
        return std::nullopt;
    DecodeResult result = withoutPixels(request);
    makeRoom(request, result);
    std::vector<float> means(result.shape.size());
    decodeChunk(request, 0, 1, means, result);
    result.z = request.z;
    return result;
}

class DecodeService::Worker {
public:
    Worker(std::function<void()> prepareThread, std::function<void(DecodeResult)> onResult)
        : m_prepareThread(std::move(prepareThread)), m_onResult(std::move(onResult)),
          m_thread([this](std::stop_token stop) { body(std::move(stop)); })
    {
    }

    void post(DecodeRequest request)
    {
        mailbox(request.channel).post(std::move(request));
        {
            // An empty critical section: the thread is either before its look into the mailboxes or already waiting.
            const std::lock_guard lock(m_mutex);
        }
        m_wake.notify_one();
    }

private:
    [[nodiscard]] LatestMailbox<DecodeRequest>& mailbox(DecodeChannel channel) noexcept
    {
        return m_mailboxes[static_cast<std::size_t>(channel)];
    }

    [[nodiscard]] bool hasWork() const
    {
        return std::any_of(m_mailboxes.begin(), m_mailboxes.end(), [](const auto& box) { return box.hasLetter(); });
    }

    /// The next request in the order of the channels, but the channel that had its turn last comes last: a channel whose requests come
    /// faster than they can be answered leaves the later ones their turn, and loses no more than a chunk by it. Nothing when the service ends.
    [[nodiscard]] std::optional<DecodeRequest> next(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            const std::size_t before = m_last;
            for (std::size_t channel = 0; channel < m_mailboxes.size(); ++channel)
                if (channel != before)
                    if (auto request = m_mailboxes[channel].take()) {
                        m_last = channel;
                        return request;
                    }
            if (before < m_mailboxes.size())
                if (auto request = m_mailboxes[before].take())
                    return request;
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, stop, [this] { return hasWork(); });
        }
        return std::nullopt;
    }

    void body(const std::stop_token& stop) noexcept
    {
        bool prepared = false;
        while (auto request = next(stop)) {
            if (!std::exchange(prepared, true))
                prepare();
            serve(std::move(*request), stop);
        }
    }

    void prepare() noexcept
    {
        try {
            if (m_prepareThread)
                m_prepareThread();
        } catch (...) { // decoding works on an unprepared thread too, only slower
        }
    }

    void serve(DecodeRequest request, const std::stop_token& stop) noexcept
    {
        try {
            answer(std::move(request), stop);
        } catch (...) { // memory ran out, or the receiver threw: this answer is lost, the service is not
        }
    }

    void answer(DecodeRequest request, const std::stop_token& stop)
    {
        DecodeResult result = withoutPixels(request);
        if (isSound(request)) {
            makeRoom(request, result);
            if (!decode(request, result, stop))
                return;
            const bool wantsNeighbours = request.codes && request.count == 1 && request.codes->latent == request.decoder->latent();
            if (wantsNeighbours && request.index && request.index->frame() == request.codes)
                result.neighbourhood = request.index->nearest(request.z, request.neighbours, request.supportRadius);
            else if (wantsNeighbours)
                result.neighbourhood = nearestCodes(*request.codes, request.z, request.neighbours, request.supportRadius);
        }
        result.z = std::move(request.z);
        result.codes = std::move(request.codes);
        m_onResult(std::move(result));
    }

    /// Between two chunks: answers what waits in earlier channels, one request each, so that a stream of them cannot hold this one up for
    /// good. Each may in turn be interrupted by channels before its own: no deeper than there are channels. False when the request is to be
    /// abandoned.
    bool goesOn(DecodeChannel channel, const std::stop_token& stop)
    {
        for (std::size_t earlier = 0; earlier < static_cast<std::size_t>(channel) && !stop.stop_requested(); ++earlier)
            if (auto request = m_mailboxes[earlier].take())
                serve(std::move(*request), stop);
        if (stop.stop_requested())
            return false;
        bool& abandoned = m_abandoned[static_cast<std::size_t>(channel)];
        if (abandoned || !mailbox(channel).hasLetter())
            return true;
        abandoned = true;
        m_last = kDecodeChannels; // that was no turn: the newer request comes in the order of the channels
        return false;
    }

    /// Chunk by chunk; false when it was abandoned for a newer request of its channel or for the end of the service.
    bool decode(const DecodeRequest& request, DecodeResult& result, const std::stop_token& stop)
    {
        std::vector<float> means(std::min(kChunk, request.count) * result.shape.size());
        for (std::size_t begin = 0; begin < request.count; begin += kChunk) {
            if (begin > 0 && !goesOn(request.channel, stop))
                return false;
            decodeChunk(request, begin, std::min(kChunk, request.count - begin), means, result);
        }
        m_abandoned[static_cast<std::size_t>(request.channel)] = false;
        return true;
    }

    std::function<void()> m_prepareThread;
    std::function<void(DecodeResult)> m_onResult;
    std::array<LatestMailbox<DecodeRequest>, kDecodeChannels> m_mailboxes;
    std::array<bool, kDecodeChannels> m_abandoned{}; ///< whether the last job of the channel was given up; decoding thread only
    std::size_t m_last = kDecodeChannels;            ///< the channel that had its turn last; decoding thread only
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_thread; ///< last: it starts when everything else is there, and is joined first
};

DecodeService::DecodeService(std::function<void()> prepareThread, std::function<void(DecodeResult)> onResult)
    : m_worker(std::make_unique<Worker>(std::move(prepareThread), std::move(onResult)))
{
}

DecodeService::~DecodeService() = default;

void DecodeService::post(DecodeRequest request)
{
    m_worker->post(std::move(request));
}

} // namespace latentscape
