// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/shapes.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

using namespace latentscape;

namespace {

constexpr double kPi = std::numbers::pi;
constexpr std::size_t kCount = 600;

std::shared_ptr<const Dataset> shapes(ShapesKind kind = ShapesKind::Grey32, std::uint64_t seed = 1, std::size_t train = kCount, std::size_t test = 30)
{
    return makeShapes(GeneratorRequest{seed, train, test, {}}, kind).value();
}

std::span<const std::uint8_t> sampleOf(const Dataset& set, std::size_t index)
{
    return set.train().bytes().subspan(index * set.shape().size(), set.shape().size());
}

double factor(const Dataset& set, const char* name, std::size_t index)
{
    for (const FactorColumn& column : set.train().factors)
        if (column.name == name)
            return double(column.values[index]);
    qFatal("There is no column %s.", name);
    return 0.0;
}

/// Area, centre and long axis of a grey picture, in pixels; y grows downwards.
struct Blot {
    double area = 0.0, x = 0.0, y = 0.0, angle = 0.0;
};

Blot blotOf(std::span<const std::uint8_t> pixels, int side)
{
    Blot blot;
    double xx = 0.0, yy = 0.0, xy = 0.0;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const double weight = pixels[i] / 255.0;
        blot.area += weight;
        blot.x += weight * (double(i % std::size_t(side)) + 0.5);
        blot.y += weight * (double(i / std::size_t(side)) + 0.5);
    }
    blot.x /= blot.area;
    blot.y /= blot.area;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const double dx = double(i % std::size_t(side)) + 0.5 - blot.x, dy = double(i / std::size_t(side)) + 0.5 - blot.y;
        xx += pixels[i] * dx * dx;
        yy += pixels[i] * dy * dy;
        xy += pixels[i] * dx * dy;
    }
    blot.angle = 0.5 * std::atan2(2.0 * xy, xx - yy) * 180.0 / kPi;
    return blot;
}

/// Of an angle in degrees to a multiple of period.
double off(double angle, double period)
{
    return std::abs(angle - period * std::round(angle / period));
}

} // namespace

class TestShapes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void kinds_haveTheirShapesAndColumns()
    {
        const auto grey = shapes(), large = shapes(ShapesKind::Grey64), colour = shapes(ShapesKind::Colour32);
        QCOMPARE(grey->name(), std::string("shapes"));
        QCOMPARE(large->name(), std::string("shapes-64"));
        QCOMPARE(colour->name(), std::string("shapes-colour"));
        QCOMPARE(grey->shape(), (ItemShape{1, 32, 32}));
        QCOMPARE(large->shape(), (ItemShape{1, 64, 64}));
        QCOMPARE(colour->shape(), (ItemShape{3, 32, 32}));
        QCOMPARE(grey->classNames(), (std::vector<std::string>{"square", "ellipse", "heart"}));
        QCOMPARE(grey->train().factors.size(), std::size_t{4});
        QCOMPARE(colour->train().factors.size(), std::size_t{5});
        QCOMPARE(grey->provenance().source, std::string("built in, seed 1"));
    }

    void factors_coverTheirRangesEvenly()
    {
        const auto set = shapes(ShapesKind::Colour32, 1, 3000);
        const std::array<std::pair<double, double>, 5> ranges{{{0.5, 1.0}, {0.0, 360.0}, {0.0, 1.0}, {0.0, 1.0}, {0.0, 360.0}}};
        for (std::size_t k = 0; k < ranges.size(); ++k) {
            const auto [low, high] = ranges[k];
            std::array<int, 10> tenths{};
            for (const float value : set->train().factors[k].values) {
                QVERIFY(double(value) >= low && double(value) <= high);
                ++tenths[std::size_t(std::min(9.0, 10.0 * (double(value) - low) / (high - low)))];
            }
            for (const int count : tenths)
                QVERIFY2(count > 230 && count < 370, set->train().factors[k].name.c_str()); // 300 each, by five deviations
        }
    }

    void sample_dependsOnSeedAndIndexOnly()
    {
        const auto small = shapes(ShapesKind::Grey32, 3, 90, 20), large = shapes(ShapesKind::Grey32, 3, 300, 40);
        QVERIFY(std::equal(small->train().bytes().begin(), small->train().bytes().end(), large->train().bytes().begin()));
        QVERIFY(std::equal(small->test().bytes().begin(), small->test().bytes().end(), large->test().bytes().begin()));
        QVERIFY(!std::equal(small->test().bytes().begin(), small->test().bytes().end(), small->train().bytes().begin()));
        QCOMPARE(shapes(ShapesKind::Grey32, 3, 90, 20)->provenance().sha256, small->provenance().sha256);
        QVERIFY(shapes(ShapesKind::Grey32, 4, 90, 20)->provenance().sha256 != small->provenance().sha256);
    }

    void labels_areBalanced()
    {
        const auto set = shapes();
        std::array<int, 3> counts{};
        for (const std::int32_t label : set->train().labels)
            ++counts[std::size_t(label)];
        QCOMPARE(counts, (std::array<int, 3>{200, 200, 200}));
    }

    void areaAndPlace_areThoseOfTheFactors()
    {
        const auto set = shapes();
        const std::array<double, 3> areas{2.0, 0.55 * kPi, 1.21 + 0.3025 * kPi}; // at radius 1
        for (std::size_t i = 0; i < kCount; ++i) {
            const auto label = std::size_t(set->train().labels[i]);
            const Blot blot = blotOf(sampleOf(*set, i), 32);
            const double radius = 8.0 * factor(*set, "scale", i), x = 8.0 + 16.0 * factor(*set, "x", i), y = 8.0 + 16.0 * factor(*set, "y", i);
            const double area = areas[label] * radius * radius;
            QVERIFY2(std::abs(blot.area - area) < 0.03 * area + 0.5, qPrintable(QString("%1: %2, not %3").arg(i).arg(blot.area).arg(area)));
            const double away = std::hypot(blot.x - x, blot.y - y);
            QVERIFY2(away < (label == 2 ? 0.12 * radius : 0.06), qPrintable(QString("%1: %2 pixels").arg(i).arg(away)));
        }
    }

    void rotation_ofAnEllipse_isItsLongAxisClockwise()
    {
        const auto set = shapes();
        for (std::size_t i = 0; i < kCount; ++i)
            if (set->train().labels[i] == 1)
                QVERIFY(off(blotOf(sampleOf(*set, i), 32).angle - factor(*set, "rotation", i), 180.0) < 3.0);
    }

    void rotation_ofAHeart_turnsItsTip()
    {
        const auto set = shapes();
        for (std::size_t i = 0; i < kCount; ++i) {
            if (set->train().labels[i] != 2)
                continue;
            // Upright the tip points down and the bows lie above: the mass lies above the middle of the shape's circle.
            const double turn = factor(*set, "rotation", i) * kPi / 180.0;
            const Blot blot = blotOf(sampleOf(*set, i), 32);
            const double dx = blot.x - 8.0 - 16.0 * factor(*set, "x", i), dy = blot.y - 8.0 - 16.0 * factor(*set, "y", i);
            const double up = dx * std::sin(turn) - dy * std::cos(turn), aside = dx * std::cos(turn) + dy * std::sin(turn);
            QVERIFY2(up > 0.02 && std::abs(aside) < 0.1, qPrintable(QString("%1: %2, %3").arg(i).arg(up).arg(aside)));
        }
    }

    void edges_areSmooth_soThatTwiceTheSizeAveragesToTheSame()
    {
        const auto small = shapes(), large = shapes(ShapesKind::Grey64);
        double squares = 0.0;
        for (std::size_t i = 0; i < kCount; ++i) {
            const auto a = sampleOf(*small, i), b = sampleOf(*large, i);
            for (std::size_t y = 0; y < 32; ++y)
                for (std::size_t x = 0; x < 32; ++x) {
                    const double mean = (b[128 * y + 2 * x] + b[128 * y + 2 * x + 1] + b[128 * y + 64 + 2 * x] + b[128 * y + 65 + 2 * x]) / 4.0;
                    squares += (mean - a[32 * y + x]) * (mean - a[32 * y + x]);
                    QVERIFY(std::abs(mean - a[32 * y + x]) < 70.0);
                }
        }
        QVERIFY(std::sqrt(squares / (kCount * 1024.0)) < 2.0); // of 255
        QCOMPARE(small->train().factors[1].values, large->train().factors[1].values);
    }

    void colours_carryTheHueOfTheGreyShape()
    {
        const auto grey = shapes(), colour = shapes(ShapesKind::Colour32);
        QCOMPARE(grey->train().labels, colour->train().labels);
        for (std::size_t i = 0; i < kCount; ++i) {
            const auto g = sampleOf(*grey, i), c = sampleOf(*colour, i);
            std::array<double, 3> sum{};
            for (std::size_t p = 0; p < 1024; ++p) {
                QVERIFY(std::abs(std::max({c[p], c[1024 + p], c[2048 + p]}) - g[p]) <= 1); // full value
                for (std::size_t k = 0; k < 3; ++k)
                    sum[k] += c[1024 * k + p];
            }
            const double hue = std::atan2(std::sqrt(3.0) * (sum[1] - sum[2]), 2.0 * sum[0] - sum[1] - sum[2]) * 180.0 / kPi;
            // The hue on the circle is within 1.2 degrees of that on the hexagon.
            QVERIFY2(off(hue - factor(*colour, "hue", i), 360.0) < 3.0, qPrintable(QString("%1: %2").arg(i).arg(hue)));
        }
    }

    void stop_whileMaking_cancels()
    {
        std::stop_source source;
        int calls = 0;
        const auto made = makeShapes(GeneratorRequest{1, 100000, 10,
                                                      [&](double) {
                                                          if (++calls == 2)
                                                              source.request_stop();
                                                      }},
                                     ShapesKind::Grey32, source.get_token());
        QVERIFY(!made.ok());
        QCOMPARE(made.error().code, ErrorCode::Cancelled);
        QCOMPARE(calls, 2);
        QCOMPARE(makeShapes(GeneratorRequest{1, 0, 10, {}}).error().code, ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(TestShapes)
#include "tst_shapes.moc"
