// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/code_index.h"
#include "core/explore/nearest_codes.h"
#include "core/model/decoder.h"
#include "core/model/latent_frame.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace latentscape {

/// Who asks, in the order in which they are served. Each channel has a mailbox of its own: a newer request replaces an unread one of the
/// same channel.
enum class DecodeChannel { Probe, Path, Previews, Backdrop, Manifold, Reconstructions, Samples };
inline constexpr int kDecodeChannels = 7;

/// A frozen, self-contained question: everything the answer needs travels with it.
struct DecodeRequest {
    DecodeChannel channel = DecodeChannel::Probe;
    std::uint64_t id = 0;
    std::vector<float> z; ///< [count, L]
    std::size_t count = 1;
    std::uint64_t generation = 0; ///< of decoder and codes
    std::shared_ptr<const Decoder> decoder;
    std::shared_ptr<const LatentFrame> codes; ///< when set and count == 1: the nearest codes are looked up too
    std::shared_ptr<const CodeIndex> index;   ///< of codes, when there is one: quicker, same answer
    int neighbours = 0;                       ///< k
    double supportRadius = 0.0;               ///< codes within it are counted
    bool standardized = false; ///< the data are: the bytes span −3 … 3 standard deviations, as those of Dataset::copyBytes()
};

struct DecodeResult {
    DecodeChannel channel = DecodeChannel::Probe;
    std::uint64_t id = 0;
    std::uint64_t generation = 0;
    std::size_t count = 0;
    ItemShape shape;
    std::vector<float> z;             ///< as asked
    std::vector<std::uint8_t> pixels; ///< [count, C, H, W], 0–255
    bool standardized = false;        ///< as asked
    std::shared_ptr<const LatentFrame> codes;
    Neighbourhood neighbourhood;      ///< empty unless asked
    double supportRadius = 0.0;       ///< as asked
    double decodeMilliseconds = 0.0;   ///< of the decode alone
};

/// The answer on the calling thread, for what takes less time than waking another one: one code without its neighbours, by a decoder that
/// isQuick(). Nothing for every other request. Throws std::bad_alloc.
[[nodiscard]] std::optional<DecodeResult> decodeAtOnce(const DecodeRequest& request);

/// Owns the decoding thread. post() from any thread returns at once. Grids are decoded in chunks of 64. Between two chunks the requests that
/// wait in earlier channels are answered, one each, and then the grid goes on: it is delayed, never starved. A newer request of the same
/// channel abandons the one under way, but never twice in a row: a picture asked for at every step of the training, faster than it can be
/// decoded, still arrives (at least every second one that was begun), and is then as old as its own decoding took. Nor does such a channel
/// keep the later ones from their turn.
class DecodeService {
public:
    /// onResult is called on the decoding thread and must not block or throw; prepareThread once before
    /// the first answer (not earlier: the networks may have to be loaded for it).
    DecodeService(std::function<void()> prepareThread, std::function<void(DecodeResult)> onResult);
    ~DecodeService(); ///< stops after the chunk under way and joins
    DecodeService(const DecodeService&) = delete;
    DecodeService& operator=(const DecodeService&) = delete;

    void post(DecodeRequest request);

private:
    class Worker;
    std::unique_ptr<Worker> m_worker;
};

} // namespace latentscape
