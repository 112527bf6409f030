// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/vector_state.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cstdint>

using namespace latentscape;

class TestVectorState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void release_inUse_zeroesThemAlone()
    {
#if defined(__x86_64__) && defined(__GNUC__)
        if (!__builtin_cpu_supports("avx"))
            QSKIP("This processor has no upper halves.");
        // Nothing else between these statements touches the register.
        std::array<std::uint32_t, 8> before{}, after{};
        asm volatile("vcmpps $0xf, %%ymm15, %%ymm15, %%ymm15\n\t" // all bits
                     "vmovups %%ymm15, %0"
                     : "=m"(before));
        releaseUpperVectorHalves();
        asm volatile("vmovups %%ymm15, %0" : "=m"(after));
        const auto isSet = [](std::uint32_t part) { return part == 0xffffffffu; };
        QVERIFY(std::all_of(before.begin(), before.end(), isSet));
        QVERIFY(std::all_of(after.begin(), after.begin() + 4, isSet));
        QVERIFY(std::all_of(after.begin() + 4, after.end(), [](std::uint32_t part) { return part == 0; }));
#else
        QSKIP("This processor has no upper halves.");
#endif
    }
};

QTEST_APPLESS_MAIN(TestVectorState)
#include "tst_vector_state.moc"
