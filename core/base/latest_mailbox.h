// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <optional>
#include <utility>

namespace latentscape {

/// A box for one letter: a newer one replaces an unread one, so a queue can never grow. Any thread may call anything.
/// The reader waits elsewhere (its own condition variable), because it usually listens to several boxes.
template <typename T>
class LatestMailbox {
public:
    /// Puts a letter in; returns true when it replaced an unread one.
    bool post(T letter)
    {
        std::optional<T> fresh(std::move(letter));
        const std::lock_guard lock(m_mutex);
        const bool replaced = m_letter.has_value();
        m_letter.swap(fresh);
        return replaced;
    }

    /// Takes the letter out, if there is one.
    [[nodiscard]] std::optional<T> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_letter, std::nullopt);
    }

    [[nodiscard]] bool hasLetter() const
    {
        const std::lock_guard lock(m_mutex);
        return m_letter.has_value();
    }

private:
    mutable std::mutex m_mutex;
    std::optional<T> m_letter;
};

} // namespace latentscape
