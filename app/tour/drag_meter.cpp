// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tour/drag_meter.h"

#include <algorithm>
#include <cmath>

namespace latentscape::app {

namespace {

double milliseconds(DragMeter::Clock::duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

} // namespace

void DragMeter::start()
{
    m_running = true;
}

void DragMeter::stop()
{
    m_running = false;
    m_waiting.clear(); // what is still under way belongs to no phase
}

void DragMeter::eventSent(Clock::time_point due, std::uint64_t request)
{
    if (!m_running)
        return;
    ++m_events;
    m_longestGap = std::max(m_longestGap, milliseconds(Clock::now() - due));
    m_waiting.push_back({due, request});
}

void DragMeter::painted(std::uint64_t request)
{
    if (request == m_lastPainted)
        return; // the same image again
    m_lastPainted = request;
    if (!m_running)
        return;
    ++m_images;
    const auto now = Clock::now();
    while (!m_waiting.empty() && m_waiting.front().request <= request) {
        m_latencies.push_back(milliseconds(now - m_waiting.front().due));
        m_waiting.pop_front();
    }
}

double DragMeter::latencyQuantile(double share) const
{
    return quantile(m_latencies, share);
}

double quantile(std::vector<double> values, double share)
{
    if (values.empty())
        return 0.0;
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::clamp<std::size_t>(at, 1, values.size()) - 1];
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0.0;
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

} // namespace latentscape::app
