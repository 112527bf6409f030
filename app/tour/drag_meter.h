// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

namespace latentscape::app {

/// Measures how soon a mouse event is on screen: from the moment it was due to the end of the paint that shows an image at least that
/// fresh; and the longest time the event loop did not come round when an event was due. It has no timer of its own, whose wake-ups would
/// count as the window's. GUI thread only.
class DragMeter : public QObject {
    Q_OBJECT
public:
    using Clock = std::chrono::steady_clock;

    using QObject::QObject;

    void start(); ///< begins counting (a phase); what was counted before is kept
    void stop();
    /// A mouse event that was due at that moment was delivered just now, and led to decode request id.
    void eventSent(Clock::time_point due, std::uint64_t request);
    /// The image of a request was painted just now.
    void painted(std::uint64_t request);

    [[nodiscard]] std::size_t events() const { return m_events; }
    [[nodiscard]] std::size_t imagesShown() const { return m_images; }
    [[nodiscard]] double latencyQuantile(double share) const; ///< ms; 0 without events
    [[nodiscard]] double longestGap() const { return m_longestGap; } ///< ms

private:
    struct Waiting {
        Clock::time_point due;
        std::uint64_t request;
    };
    std::deque<Waiting> m_waiting;
    std::vector<double> m_latencies; ///< ms
    std::size_t m_events = 0;
    std::size_t m_images = 0;
    std::uint64_t m_lastPainted = 0;
    bool m_running = false;
    double m_longestGap = 0.0;
};

/// The value that a share of the list does not exceed; 0 when empty.
[[nodiscard]] double quantile(std::vector<double> values, double share);
/// Median of a list; 0 when empty.
[[nodiscard]] double median(std::vector<double> values);

} // namespace latentscape::app
