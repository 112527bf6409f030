// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/config_field.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

namespace latentscape::ui {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(latentscape::ui::ExperimentPanel)
};
} // namespace

HiddenLayers readHiddenLayers(const QString& text)
{
    HiddenLayers layers;
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return layers;
    static const QRegularExpression separators(QStringLiteral("\\s*[,;]\\s*|\\s+"));
    for (const QString& part : trimmed.split(separators)) {
        bool ok = false;
        const int width = part.toInt(&ok);
        if (part.isEmpty()) {
            layers.problem = Text::tr("A layer width is missing. Write widths separated by commas, such as 512, 256.");
            return layers;
        }
        if (!ok) {
            layers.problem = Text::tr("“%1” is not a layer width. Write whole numbers, such as 512, 256.").arg(part);
            return layers;
        }
        layers.widths.push_back(width);
    }
    return layers;
}

QString hiddenLayersText(const std::vector<int>& widths)
{
    QStringList parts;
    for (const int width : widths)
        parts.append(QString::number(width));
    return parts.join(QStringLiteral(", "));
}

} // namespace latentscape::ui
