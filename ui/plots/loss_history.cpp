// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/loss_history.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace latentscape::ui {

namespace {

double valueOf(const LossTerms& loss, LossHistory::Curve curve)
{
    switch (curve) {
    case LossHistory::Curve::Nelbo: return loss.nelbo;
    case LossHistory::Curve::Reconstruction: return loss.reconstruction;
    case LossHistory::Curve::Kl: return loss.kl;
    case LossHistory::Curve::GradientNorm: break;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

double valueOf(const StepRecord& record, LossHistory::Curve curve)
{
    if (curve != LossHistory::Curve::GradientNorm)
        return valueOf(record.loss, curve);
    return record.gradientNorm < 0 ? std::numeric_limits<double>::quiet_NaN() : record.gradientNorm; // below 0: not measured
}

/// While it trained.
double valueOf(const EpochRecord& record, LossHistory::Curve curve)
{
    if (curve != LossHistory::Curve::GradientNorm)
        return valueOf(record.train, curve);
    return record.gradientNorm > 0 ? record.gradientNorm : std::numeric_limits<double>::quiet_NaN(); // 0: not measured
}

/// Empty below 0 (what was not measured).
QString measured(double value)
{
    return value < 0 || !std::isfinite(value) ? QString() : QString::number(value, 'g', 10);
}

QString quoted(QString field)
{
    return QLatin1Char('"') + field.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

QString lossFields(const LossTerms& loss)
{
    return QStringLiteral("%1,%2,%3,%4").arg(loss.nelbo, 0, 'g', 10).arg(loss.reconstruction, 0, 'g', 10).arg(loss.kl, 0, 'g', 10).arg(loss.objective, 0, 'g', 10);
}

} // namespace

void LossHistory::clear()
{
    m_steps.clear();
    m_gradients = false;
    m_epochs.clear();
    m_marks.clear();
}

void LossHistory::append(const std::vector<StepRecord>& records)
{
    m_steps.insert(m_steps.end(), records.begin(), records.end());
    m_gradients = m_gradients || std::any_of(records.begin(), records.end(), [](const StepRecord& record) { return record.gradientNorm >= 0; });
}

void LossHistory::append(const std::vector<EpochRecord>& records)
{
    m_epochs.insert(m_epochs.end(), records.begin(), records.end());
    m_gradients = m_gradients || std::any_of(records.begin(), records.end(), [](const EpochRecord& record) { return record.gradientNorm > 0; });
}

void LossHistory::append(const std::vector<ControlMark>& marks)
{
    m_marks.insert(m_marks.end(), marks.begin(), marks.end());
}

double LossHistory::lastEpoch() const
{
    double last = m_steps.empty() ? 0.0 : m_steps.back().epoch;
    if (!m_epochs.empty())
        last = std::max(last, static_cast<double>(m_epochs.back().epoch));
    return last;
}

double LossHistory::stepsPerEpoch() const
{
    if (m_steps.empty() || m_steps.back().epoch <= 0)
        return 1.0;
    return static_cast<double>(m_steps.back().step) / m_steps.back().epoch;
}

std::optional<StepRecord> LossHistory::stepNear(double epoch) const
{
    if (m_steps.empty() || (epoch < m_steps.front().epoch && !m_epochs.empty() && m_epochs.front().epoch < m_steps.front().epoch))
        return std::nullopt;
    auto after = std::lower_bound(m_steps.begin(), m_steps.end(), epoch, [](const StepRecord& record, double value) { return record.epoch < value; });
    if (after == m_steps.end())
        return m_steps.back();
    if (after != m_steps.begin() && epoch - std::prev(after)->epoch < after->epoch - epoch)
        --after;
    return *after;
}

std::optional<EpochRecord> LossHistory::epochNear(double epoch) const
{
    if (m_epochs.empty())
        return std::nullopt;
    return *std::min_element(m_epochs.begin(), m_epochs.end(), [epoch](const EpochRecord& a, const EpochRecord& b) {
        return std::abs(a.epoch - epoch) < std::abs(b.epoch - epoch);
    });
}

ThinnedCurve LossHistory::thinned(Curve curve, double upTo, int columns) const
{
    ThinnedCurve thin;
    if (upTo <= 0 || columns < 1)
        return thin;
    int column = -1, count = 0;
    double sumX = 0, sumY = 0, low = 0, high = 0;
    const auto flush = [&] {
        if (count == 0)
            return;
        thin.mean.emplace_back(sumX / count, sumY / count);
        thin.low.emplace_back(sumX / count, low);
        thin.high.emplace_back(sumX / count, high);
    };
    const auto add = [&](double x, double y) {
        if (!std::isfinite(y))
            return;
        const int at = std::clamp(static_cast<int>(x / upTo * columns), 0, columns - 1);
        if (at != column) {
            flush();
            column = at;
            count = 0;
            sumX = sumY = 0;
            low = high = y;
        }
        ++count;
        sumX += x;
        sumY += y;
        low = std::min(low, y);
        high = std::max(high, y);
    };
    const double recorded = m_steps.empty() ? std::numeric_limits<double>::infinity() : m_steps.front().epoch;
    for (const EpochRecord& record : m_epochs) {
        if (record.epoch < recorded)
            add(record.epoch - kHalfEpoch, valueOf(record, curve));
    }
    for (const StepRecord& record : m_steps)
        add(record.epoch, valueOf(record, curve));
    flush();
    return thin;
}

std::vector<QPointF> LossHistory::held(Curve curve) const
{
    std::vector<QPointF> points;
    for (const EpochRecord& record : m_epochs) {
        const double y = valueOf(record.held, curve);
        if (std::isfinite(y))
            points.emplace_back(record.epoch, y);
    }
    return points;
}

QString LossHistory::csv(const QString& likelihood, const QString& heldName) const
{
    QString text = QStringLiteral("likelihood,series,step,epoch,nelbo_nats_per_image,reconstruction_nats_per_image,kl_nats_per_image,objective_nats_per_image,gradient_norm,learning_rate\n");
    const QString name = quoted(likelihood);
    for (const StepRecord& record : m_steps)
        text += QStringLiteral("%1,step,%2,%3,%4,%5,\n").arg(name).arg(record.step).arg(record.epoch, 0, 'g', 10)
                    .arg(lossFields(record.loss), measured(record.gradientNorm));
    for (const EpochRecord& record : m_epochs) {
        const QString norm = record.gradientNorm > 0 ? measured(record.gradientNorm) : QString();
        const QString rate = record.learningRate > 0 ? measured(record.learningRate) : QString();
        text += QStringLiteral("%1,training,,%2,%3,%4,%5\n").arg(name).arg(record.epoch).arg(lossFields(record.train), norm, rate);
        text += QStringLiteral("%1,%2,,%3,%4,,\n").arg(name, quoted(heldName)).arg(record.epoch).arg(lossFields(record.held));
    }
    return text;
}

std::optional<std::pair<double, double>> legibleRange(std::vector<double> values, double below, double above)
{
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty())
        return std::nullopt;
    const auto count = static_cast<double>(values.size());
    const auto pick = [&](double index) {
        const auto nth = values.begin() + static_cast<std::ptrdiff_t>(index);
        std::nth_element(values.begin(), nth, values.end());
        return *nth;
    };
    const double low = pick(std::floor(below * count));
    return std::pair(low, pick(count - 1 - std::floor(above * count)));
}

} // namespace latentscape::ui
