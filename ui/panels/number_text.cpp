// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/number_text.h"

#include <QLocale>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr QChar kMinus(0x2212);
constexpr QChar kSubscriptZero(0x2080);

QString withAsciiMinus(const QString& text)
{
    QString plain = text.trimmed();
    plain.replace(kMinus, QLatin1Char('-'));
    return plain;
}
} // namespace

QString signedText(double value, int decimals)
{
    QString text = QString::number(std::abs(value), 'f', decimals);
    const bool isZero = std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c == QLatin1Char('0') || c == QLatin1Char('.'); });
    if (value < 0 && !isZero)
        text.prepend(kMinus);
    return text;
}

QString codeText(std::span<const float> z)
{
    QString text(QLatin1Char('('));
    for (std::size_t i = 0; i < z.size(); ++i) {
        if (i > 0)
            text += QLatin1String(", ");
        text += signedText(static_cast<double>(z[i]));
    }
    return text + QLatin1Char(')');
}

QString plainText(double value) { return QString::number(value, 'g', QLocale::FloatingPointShortest); }

QString dimensionName(int dimension)
{
    QString name(QLatin1Char('z'));
    for (const QChar digit : QString::number(dimension + 1))
        name += QChar(static_cast<ushort>(kSubscriptZero.unicode() + digit.digitValue()));
    return name;
}

std::optional<double> readNumber(const QString& text)
{
    QString plain = withAsciiMinus(text);
    if (plain.count(QLatin1Char(',')) == 1 && !plain.contains(QLatin1Char('.')))
        plain.replace(QLatin1Char(','), QLatin1Char('.'));
    bool ok = false;
    const double value = plain.toDouble(&ok);
    if (!ok || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<std::vector<float>> readCode(const QString& text)
{
    QString plain = withAsciiMinus(text);
    static const QRegularExpression brackets(QStringLiteral("^[\\(\\[]|[\\)\\]]$"));
    plain.remove(brackets);
    static const QRegularExpression separators(QStringLiteral("\\s*[,;]\\s*|\\s+"));
    std::vector<float> z;
    if (plain.trimmed().isEmpty())
        return z;
    for (const QString& part : plain.trimmed().split(separators)) {
        bool ok = false;
        const float value = part.toFloat(&ok);
        if (!ok || !std::isfinite(value))
            return std::nullopt;
        z.push_back(value);
    }
    return z;
}

} // namespace latentscape::ui
