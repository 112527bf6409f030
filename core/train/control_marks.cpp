// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/control_marks.h"

#include <charconv>

namespace latentscape {

namespace {

constexpr std::chrono::milliseconds kRest{500};
constexpr std::array kNames{"β", "learning rate"};

} // namespace

std::string plainNumber(double value)
{
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 6).ptr;
    std::string text(buffer, end);
    if (text.find_first_not_of("-0123456789") == std::string::npos)
        text += ".0";
    return text;
}

std::string changeText(const std::string& name, double from, double to)
{
    return name + " " + plainNumber(from) + " → " + plainNumber(to);
}

void ControlMarks::changed(Control control, double from, double to, double epoch, Clock::time_point now)
{
    auto& change = m_changes[static_cast<std::size_t>(control)];
    if (!change)
        change = Change{from, to, epoch, now};
    change->to = to;
    change->last = now;
}

void ControlMarks::settle(Clock::time_point now)
{
    for (std::size_t index = 0; index < m_changes.size(); ++index)
        if (m_changes[index] && now - m_changes[index]->last >= kRest)
            write(index);
}

void ControlMarks::flush()
{
    for (std::size_t index = 0; index < m_changes.size(); ++index)
        if (m_changes[index])
            write(index);
}

void ControlMarks::write(std::size_t index)
{
    const Change& change = *m_changes[index];
    if (change.from != change.to)
        m_log.append(ControlMark{change.epoch, changeText(kNames[index], change.from, change.to)});
    m_changes[index].reset();
}

} // namespace latentscape
