// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/colour_scale.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace latentscape;

namespace {

using Colour = std::array<std::uint8_t, 3>;

/// CIE lightness L* of an sRGB colour.
double lightness(const Colour& colour)
{
    const auto linear = [](std::uint8_t value) {
        const double v = value / 255.0;
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    const double y = 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
    return y > 0.008856 ? 116.0 * std::cbrt(y) - 16.0 : 903.3 * y;
}

} // namespace

class TestColourScale : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ends_areThePublishedColours()
    {
        QCOMPARE(viridis(0.0), (Colour{68, 1, 84}));
        QCOMPARE(viridis(1.0), (Colour{253, 231, 37}));
        QCOMPARE(cividis(0.0), (Colour{0, 34, 78}));
        QCOMPARE(cividis(1.0), (Colour{254, 232, 56}));
    }

    void middle_isWithinTwoLevelsOfThePublishedColours()
    {
        const auto near = [](const Colour& a, const Colour& b) {
            for (std::size_t c = 0; c < 3; ++c)
                if (std::abs(int(a[c]) - int(b[c])) > 2)
                    return false;
            return true;
        };
        QVERIFY(near(viridis(64.0 / 255.0), Colour{59, 82, 139})); // entries 64 and 191 of the tables
        QVERIFY(near(viridis(191.0 / 255.0), Colour{92, 200, 99}));
        QVERIFY(near(cividis(64.0 / 255.0), Colour{66, 78, 108}));
        QVERIFY(near(cividis(191.0 / 255.0), Colour{187, 173, 109}));
    }

    void outsideAndNan_areTheEnds()
    {
        for (const auto scale : {viridis, cividis}) {
            QCOMPARE(scale(-3.0), scale(0.0));
            QCOMPARE(scale(std::numeric_limits<double>::quiet_NaN()), scale(0.0));
            QCOMPARE(scale(7.0), scale(1.0));
            QCOMPARE(scale(std::numeric_limits<double>::infinity()), scale(1.0));
        }
    }

    void lightness_risesEvenly()
    {
        for (const auto scale : {viridis, cividis}) {
            const double first = lightness(scale(0.0)), last = lightness(scale(1.0));
            for (int i = 1; i <= 20; ++i) {
                QVERIFY(lightness(scale(i / 20.0)) > lightness(scale((i - 1) / 20.0)));
                QVERIFY(std::abs(lightness(scale(i / 20.0)) - (first + (last - first) * i / 20.0)) < 4.0);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestColourScale)
#include "tst_colour_scale.moc"
