// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace latentscape::ui {

/// Teaches Qt two things about the widgets of the window. A box is called by its accessible name on every system: on Linux Qt would call it
/// by its present entry, and nothing could tell a data set from a likelihood; the entry stands in its value and its description. And what
/// paints itself has the role of what it shows: a picture, a chart, a text. Safe to call more than once; GUI thread.
void installAccessibleRoles();

} // namespace latentscape::ui
