// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_inset.h"

#include <QPainter>

namespace latentscape::ui {

void MapInset::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter);
}

} // namespace latentscape::ui
