// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/base/random_stream.h"

#include <QtTest>

#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

namespace latentscape::tests {

// What the tests of tensor formulas share. All tensors are doubles on the CPU unless a test says otherwise.

/// For initTestCase(): tensors of a few numbers gain nothing from a pool of threads that wait for each other.
inline void computeOnThisThread()
{
    at::set_num_threads(1);
}

inline RandomStream randomFor(std::uint64_t seed)
{
    return {seed, StreamPurpose::Interface};
}

/// mean + scale · N(0, 1), [rows, columns].
inline at::Tensor normals(RandomStream& random, std::int64_t rows, std::int64_t columns, double scale = 1.0, double mean = 0.0)
{
    at::Tensor made = at::empty({rows, columns}, at::kDouble);
    double* values = made.mutable_data_ptr<double>();
    for (std::int64_t i = 0; i < rows * columns; ++i)
        values[i] = mean + scale * random.normal();
    return made;
}

/// U(0, 1), [rows, columns].
inline at::Tensor uniforms(RandomStream& random, std::int64_t rows, std::int64_t columns)
{
    at::Tensor made = at::empty({rows, columns}, at::kDouble);
    double* values = made.mutable_data_ptr<double>();
    for (std::int64_t i = 0; i < rows * columns; ++i)
        values[i] = random.uniform();
    return made;
}

/// [values.size(), 1]
inline at::Tensor column(const std::vector<double>& values)
{
    at::Tensor made = at::empty({static_cast<std::int64_t>(values.size()), 1}, at::kDouble);
    std::copy(values.begin(), values.end(), made.mutable_data_ptr<double>());
    return made;
}

inline double number(const at::Tensor& scalar)
{
    return scalar.item().toDouble();
}

/// A running mean with its standard error.
class MeanOf {
public:
    void add(double value)
    {
        m_count += 1.0;
        const double delta = value - m_mean;
        m_mean += delta / m_count;
        m_squares += delta * (value - m_mean);
    }
    [[nodiscard]] double mean() const { return m_mean; }
    [[nodiscard]] double standardError() const { return std::sqrt(m_squares / (m_count * (m_count - 1.0))); }

private:
    double m_count = 0.0, m_mean = 0.0, m_squares = 0.0;
};

using ScalarFunction = std::function<at::Tensor(const at::Tensor&)>;

/// Gradient of f at a place by automatic differentiation.
inline at::Tensor slopesOf(const ScalarFunction& f, const at::Tensor& place)
{
    const at::Tensor leaf = place.detach().clone().requires_grad_(true);
    f(leaf).backward();
    return leaf.grad().defined() ? leaf.grad() : at::zeros_like(leaf);
}

/// Compares it with central differences of elements 0, stride, 2·stride …; empty when they agree, else what does not.
inline QString slopesDisagree(const ScalarFunction& f, const at::Tensor& place, std::int64_t stride = 1, double tolerance = 1e-6)
{
    constexpr double kStep = 1e-5;
    const at::Tensor found = slopesOf(f, place).contiguous();
    at::Tensor moved = place.detach().clone().contiguous();
    double* values = moved.mutable_data_ptr<double>();
    const double* slopes = found.const_data_ptr<double>();
    for (std::int64_t i = 0; i < moved.numel(); i += stride) {
        const double kept = values[i];
        values[i] = kept + kStep;
        const double above = number(f(moved));
        values[i] = kept - kStep;
        const double below = number(f(moved));
        values[i] = kept;
        const double expected = (above - below) / (2 * kStep);
        if (!(std::abs(slopes[i] - expected) < tolerance * std::max(1.0, std::abs(expected))))
            return QString("element %1: %2, by differences %3").arg(i).arg(slopes[i]).arg(expected);
    }
    return {};
}

} // namespace latentscape::tests
