// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/metrics_log.h"

#include <algorithm>

namespace latentscape {

namespace {

constexpr std::size_t kLeastCapacity = 8; // condensing needs pairs in the older half

double middle(double a, double b) noexcept { return 0.5 * (a + b); }

StepRecord merged(const StepRecord& a, const StepRecord& b) noexcept
{
    StepRecord record = b; // the later step's number: records stay in ascending order
    record.epoch = middle(a.epoch, b.epoch);
    record.loss.nelbo = middle(a.loss.nelbo, b.loss.nelbo);
    record.loss.reconstruction = middle(a.loss.reconstruction, b.loss.reconstruction);
    record.loss.kl = middle(a.loss.kl, b.loss.kl);
    record.loss.objective = middle(a.loss.objective, b.loss.objective);
    if (a.gradientNorm >= 0.0) // most steps do not measure it
        record.gradientNorm = b.gradientNorm >= 0.0 ? middle(a.gradientNorm, b.gradientNorm) : a.gradientNorm;
    return record;
}

template <typename T>
std::vector<T> tail(const std::vector<T>& all, std::size_t& seen)
{
    std::vector<T> fresh(all.begin() + static_cast<std::ptrdiff_t>(std::min(seen, all.size())), all.end());
    seen = all.size();
    return fresh;
}

} // namespace

MetricsLog::MetricsLog(std::size_t capacity) : m_capacity(std::max(capacity, kLeastCapacity)) {}

void MetricsLog::append(const StepRecord& record)
{
    const std::lock_guard lock(m_mutex);
    m_steps.push_back(record);
    if (m_steps.size() > m_capacity)
        condense();
}

void MetricsLog::append(const EpochRecord& record)
{
    const std::lock_guard lock(m_mutex);
    m_epochs.push_back(record);
}

void MetricsLog::append(const ControlMark& mark)
{
    const std::lock_guard lock(m_mutex);
    m_marks.push_back(mark);
}

void MetricsLog::setBestEpoch(int epoch)
{
    const std::lock_guard lock(m_mutex);
    m_bestEpoch = epoch;
}

void MetricsLog::reset(const History& history)
{
    const std::lock_guard lock(m_mutex);
    m_steps.clear();
    m_epochs = history.epochs;
    m_marks = history.marks;
    m_bestEpoch = history.bestEpoch;
    ++m_revision;
}

void MetricsLog::rewind(std::int64_t step)
{
    const std::lock_guard lock(m_mutex);
    const auto first = std::upper_bound(m_steps.begin(), m_steps.end(), step, [](std::int64_t s, const StepRecord& r) { return s < r.step; });
    if (first == m_steps.end())
        return;
    m_steps.erase(first, m_steps.end());
    ++m_revision;
}

MetricsLog::Update MetricsLog::since(Cursor& cursor) const
{
    const std::lock_guard lock(m_mutex);
    Update update;
    if (cursor.revision != m_revision) {
        update.startOver = true;
        cursor = Cursor{m_revision, 0, 0, 0};
    }
    update.steps = tail(m_steps, cursor.steps);
    update.epochs = tail(m_epochs, cursor.epochs);
    update.marks = tail(m_marks, cursor.marks);
    return update;
}

History MetricsLog::history() const
{
    const std::lock_guard lock(m_mutex);
    return History{m_epochs, m_marks, m_bestEpoch};
}

void MetricsLog::condense()
{
    const std::size_t older = m_steps.size() / 4 * 2; // the older half, an even number
    for (std::size_t pair = 0; pair < older / 2; ++pair)
        m_steps[pair] = merged(m_steps[2 * pair], m_steps[2 * pair + 1]);
    m_steps.erase(m_steps.begin() + static_cast<std::ptrdiff_t>(older / 2), m_steps.begin() + static_cast<std::ptrdiff_t>(older));
    ++m_revision;
}

} // namespace latentscape
