// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

namespace latentscape::ui {

namespace {

QList<QColor> colors(std::initializer_list<QRgb> values)
{
    QList<QColor> list;
    for (const QRgb value : values)
        list.append(QColor::fromRgb(value));
    return list;
}

} // namespace

Theme Theme::light()
{
    Theme t;
    t.dark = false;
    t.window = QColor::fromRgb(0xF5F6F8);
    t.surface = QColor::fromRgb(0xFFFFFF);
    t.sunken = QColor::fromRgb(0xEEF0F4);
    t.border = QColor::fromRgb(0xE2E5EA);
    t.grid = QColor::fromRgb(0xEDEFF3);
    t.text = QColor::fromRgb(0x1B1F27);
    t.muted = QColor::fromRgb(0x5F6B7E); // the drawing's 667085 falls to 4.4 : 1 on the sunken ground
    t.accent = QColor::fromRgb(0x3B5BDB);
    t.onAccent = QColor::fromRgb(0xFFFFFF);
    t.accentSoft = QColor::fromRgb(0xDFE5FA);
    t.reconstruction = QColor::fromRgb(0x1C7ED6);
    t.kl = QColor::fromRgb(0xE8890C);
    t.good = QColor::fromRgb(0x2B8A3E);
    t.warning = QColor::fromRgb(0xE67700);
    t.error = QColor::fromRgb(0xC92A2A);
    t.reconstructionText = QColor::fromRgb(0x1864AB);
    t.klText = QColor::fromRgb(0xA65600);
    t.goodText = QColor::fromRgb(0x237A35);
    t.warningText = QColor::fromRgb(0xA65600);
    t.errorText = QColor::fromRgb(0xC92A2A);
    t.classPalette = colors({0x0088ff, 0xeeaa00, 0x991177, 0x11ddbb, 0xaa0011, 0x4444dd, 0xff7788, 0x007755, 0x00ccff, 0xcc6611});
    return t;
}

Theme Theme::darkTheme()
{
    Theme t;
    t.dark = true;
    t.window = QColor::fromRgb(0x14161B);
    t.surface = QColor::fromRgb(0x1B1E25);
    t.sunken = QColor::fromRgb(0x111318);
    t.border = QColor::fromRgb(0x2B303A);
    t.grid = QColor::fromRgb(0x242933);
    t.text = QColor::fromRgb(0xE7EAF0);
    t.muted = QColor::fromRgb(0x98A2B3);
    t.accent = QColor::fromRgb(0x748FFC);
    t.onAccent = QColor::fromRgb(0x10131A);
    t.accentSoft = QColor::fromRgb(0x262D45);
    t.reconstruction = QColor::fromRgb(0x4DABF7);
    t.kl = QColor::fromRgb(0xFFA94D);
    t.good = QColor::fromRgb(0x69DB7C);
    t.warning = QColor::fromRgb(0xFFA94D);
    t.error = QColor::fromRgb(0xFF8787);
    t.reconstructionText = t.reconstruction;
    t.klText = t.kl;
    t.goodText = t.good;
    t.warningText = t.warning;
    t.errorText = t.error;
    t.classPalette = colors({0x4aa8ff, 0xffc640, 0xe46cc6, 0x35e8cb, 0xff6470, 0x9191ff, 0xffa3ae, 0x38c497, 0x5ee0ff, 0xf3944a});
    return t;
}

} // namespace latentscape::ui
