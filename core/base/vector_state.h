// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace latentscape {

/// Tells the processor that nothing is kept in the upper halves of the calling thread's vector registers (they become zero); on other
/// processors than x86 with AVX it does nothing. Code for 128 and for 256 bits, as Qt's, the C library's and our own, may take turns at no cost
/// only then: on some processors each turn takes 250 ns otherwise, and exp() of double 280 ns instead of 10. A library that leaves them
/// in use does so for the thread's life and for all threads that it starts.
/// Intel 64 and IA-32 Architectures Optimization Reference Manual, "Mixing AVX code with SSE code".
void releaseUpperVectorHalves() noexcept;

} // namespace latentscape
