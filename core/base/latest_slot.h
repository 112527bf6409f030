// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace latentscape {

/// Holds the newest immutable value; a store replaces the one before. Any thread may call anything.
/// The mutex is held for a pointer copy only (atomic<shared_ptr> of libstdc++ 12 trips ThreadSanitizer).
template <typename T>
class LatestSlot {
public:
    void store(std::shared_ptr<const T> value)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_value.swap(value);
        } // the old value dies here, outside the lock
    }

    [[nodiscard]] std::shared_ptr<const T> load() const
    {
        const std::lock_guard lock(m_mutex);
        return m_value;
    }

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const T> m_value;
};

} // namespace latentscape
