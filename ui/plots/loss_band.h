// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QCPAxis;
class QCPGraph;

namespace latentscape::ui {

/// Adds the upper edge of a band of values to the axes' plot, which owns it. It is filled down to its channel graph (whose keys must be the
/// same) in upright strips of one device pixel: a translucent polygon with thousands of corners costs Qt's painter many times that, and from
/// 96 spans on Qt 6.4 hands it to a pool of threads and waits, beside a training that has all cores. Vector formats get the polygon.
QCPGraph* addLossBand(QCPAxis* keyAxis, QCPAxis* valueAxis);

} // namespace latentscape::ui
