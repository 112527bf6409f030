// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icons.h"

#include "ui/theme/svg_icon_engine.h"

#include <QtPlugin>

#include <array>
#include <utility>

Q_IMPORT_PLUGIN(TintedIconPlugin)

// Q_INIT_RESOURCE declares a function at the place of use, which must not be inside a namespace.
static void initIconResource()
{
    Q_INIT_RESOURCE(icons);
}

namespace latentscape::ui {

namespace {

constexpr std::array<std::pair<IconName, const char*>, 31> kNames{{
    {IconName::Train, "train"}, {IconName::Pause, "pause"}, {IconName::Step, "step"}, {IconName::Stop, "stop"},
    {IconName::Reset, "reset"}, {IconName::Probe, "probe"}, {IconName::Path, "path"}, {IconName::Fit, "fit"},
    {IconName::Play, "play"}, {IconName::Open, "open"}, {IconName::Save, "save"}, {IconName::Export, "export"},
    {IconName::Close, "close"}, {IconName::Success, "success"}, {IconName::Warning, "warning"}, {IconName::Error, "error"},
    {IconName::Info, "info"}, {IconName::ChevronDown, "chevron-down"}, {IconName::ChevronUp, "chevron-up"},
    {IconName::ChevronLeft, "chevron-left"}, {IconName::ChevronRight, "chevron-right"}, {IconName::Menu, "menu"}, {IconName::Copy, "copy"}, {IconName::Check, "check"},
    {IconName::Float, "float"}, {IconName::Dot, "dot"}, {IconName::Lasso, "lasso"}, {IconName::Lock, "lock"},
    {IconName::Unlock, "unlock"}, {IconName::Delete, "delete"}, {IconName::Plane, "plane"},
}};

QString fileStem(IconName name)
{
    for (const auto& [key, stem] : kNames) {
        if (key == name)
            return QLatin1String(stem);
    }
    return {};
}

} // namespace

void initResources()
{
    initIconResource();
}

QIcon makeIcon(IconName name, const QColor& normal, const QColor& disabled)
{
    initIconResource();
    return QIcon(new SvgIconEngine(fileStem(name), normal, disabled));
}

QString iconUrl(IconName name, const QColor& color)
{
    return QStringLiteral(":/icons/%1.%2.lstint").arg(fileStem(name), color.name(QColor::HexRgb).mid(1));
}

} // namespace latentscape::ui
