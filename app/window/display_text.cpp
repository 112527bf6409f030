// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/display_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace latentscape::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(latentscape::app::DisplayText)
};

/// 1 → "₁": dimensions are counted from one on screen.
QString subscript(int number)
{
    QString text = QString::number(number);
    for (QChar& digit : text)
        digit = QChar(0x2080 + digit.digitValue());
    return text;
}

} // namespace

QString countText(std::size_t number)
{
    QString text = QString::number(number);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, QChar(0x2009));
    return text;
}

QString imagesText(std::size_t count)
{
    return count == 1 ? Text::tr("1 image") : Text::tr("%1 images").arg(countText(count));
}

QString codesCaption(const LatentFrame& codes)
{
    return codes.exact ? Text::tr("exact · epoch %1").arg(codes.epoch, 0, 'f', codes.epoch == std::floor(codes.epoch) ? 0 : 2)
                       : Text::tr("live · codes up to one epoch old");
}

QString mapCaption(const std::pair<QString, QString>& axes, std::size_t shown, const LatentFrame& codes)
{
    const QString names = codes.latent == 1 ? axes.first : Text::tr("%1 × %2").arg(axes.first, axes.second);
    const QString all = countText(codes.count());
    return shown == codes.count() ? Text::tr("%1 · %2 codes").arg(names, all) : Text::tr("%1 · %2 of %3 codes").arg(names, countText(shown), all);
}

QString dimensionName(int dimension)
{
    return Text::tr("z%1").arg(subscript(dimension + 1));
}

std::pair<QString, QString> axisNames(const Plane& plane, const QString& attribute, double shareX, double shareY)
{
    const auto withShare = [](const QString& name, double share) {
        return share > 0.0 ? Text::tr("%1 (%2 %)").arg(name).arg(std::lround(100.0 * share)) : name;
    };
    std::pair<QString, QString> names;
    switch (plane.kind()) {
    case PlaneKind::Axes: names = {dimensionName(plane.axisI()), plane.axisJ() < 0 ? QString() : dimensionName(plane.axisJ())}; break;
    case PlaneKind::Principal: names = {Text::tr("PC 1"), Text::tr("PC 2")}; break;
    case PlaneKind::Rotation: names = {Text::tr("rotated, across"), Text::tr("rotated, up")}; break;
    case PlaneKind::Attribute: names = {attribute, Text::tr("rest, PC 1")}; break;
    case PlaneKind::Tour: names = {Text::tr("tour, across"), Text::tr("tour, up")}; break;
    }
    if (!names.second.isEmpty())
        names.second = withShare(names.second, shareY);
    return {withShare(names.first, shareX), names.second};
}

QString likelihoodName(const ObjectiveConfig& objective)
{
    switch (objective.likelihood) {
    case Likelihood::Bernoulli:
        switch (objective.binarization) {
        case Binarization::None: return Text::tr("Grey-scale cross-entropy"); // no likelihood of grey values
        case Binarization::Dynamic: return Text::tr("Bernoulli NLL, drawn anew");
        case Binarization::Threshold: return Text::tr("Bernoulli NLL, cut at ½");
        }
        break;
    case Likelihood::ContinuousBernoulli: return Text::tr("Continuous Bernoulli NLL");
    case Likelihood::Gaussian: return Text::tr("Gaussian, σ = %1").arg(objective.sigma);
    case Likelihood::GaussianLearned: return Text::tr("Gaussian, learned σ");
    case Likelihood::Poisson: return Text::tr("Poisson NLL");
    }
    return {};
}

QString networkText(const ModelConfig& model)
{
    QStringList widths{QString::number(model.inputShape.size())};
    for (const int width : model.encoderHidden)
        widths << QString::number(width);
    if (model.architecture == Architecture::Conv)
        widths << QString::number(model.denseWidth);
    widths << QString::number(model.latent);
    std::vector<int> mirrored(model.encoderHidden.rbegin(), model.encoderHidden.rend());
    if (model.decoderWidths() != mirrored) {
        for (const int width : model.decoderWidths())
            widths << QString::number(width);
        widths << QString::number(model.inputShape.size());
    }
    const double count = static_cast<double>(model.parameterCount());
    const QString parameters = count >= 1e6 ? Text::tr("%1 M parameters").arg(count / 1e6, 0, 'f', 2) : Text::tr("%1 k parameters").arg(count / 1e3, 0, 'f', 1);
    QString network = widths.join(QLatin1Char('-'));
    switch (model.architecture) {
    case Architecture::Mlp: break;
    case Architecture::Conv: network = Text::tr("conv %1").arg(network); break;
    case Architecture::Gru: network = Text::tr("GRU %1").arg(network); break;
    }
    return Text::tr("%1 · %2").arg(network, parameters);
}

QString labelText(const Dataset& data, const DataPart& part, std::size_t index)
{
    if (part.labels.empty())
        return {};
    return QString::fromStdString(data.classNames()[static_cast<std::size_t>(part.labels[index])]);
}

QString sampleTitle(const Dataset& data, const DataPart& part, std::size_t index)
{
    const QString label = labelText(data, part, index);
    if (!data.shape().isImage())
        return label.isEmpty() ? Text::tr("sample %1").arg(index) : Text::tr("label %1 · sample %2").arg(label).arg(index);
    return label.isEmpty() ? Text::tr("image %1").arg(index) : Text::tr("label %1 · image %2").arg(label).arg(index);
}

QString probeInfo(std::span<const float> z, const QString& nearestLabel)
{
    QStringList numbers;
    for (const float value : z)
        numbers << QString::number(static_cast<double>(value), 'f', 2);
    const QString code = Text::tr("z (%1)").arg(numbers.join(QStringLiteral(", ")));
    return nearestLabel.isEmpty() ? code : Text::tr("%1, nearest label %2").arg(code, nearestLabel);
}

QString heldPartName(const RunConfig& config)
{
    return config.training.validationFraction > 0.0 ? Text::tr("validation") : Text::tr("test");
}

QString placeText(const QString& path)
{
    constexpr qsizetype kMostCharacters = 60;
    const QFileInfo file(path);
    QString folder = QDir::cleanPath(file.absolutePath());
    const QString home = QDir::homePath();
    if (folder == home || folder.startsWith(home + QLatin1Char('/')))
        folder.replace(0, home.size(), QStringLiteral("~"));
    if (folder.size() >= kMostCharacters) // the end tells more than the start
        folder = QStringLiteral("…") + folder.right(kMostCharacters - 1);
    return Text::tr("%1 in %2", "file, then folder").arg(file.fileName(), QDir::toNativeSeparators(folder));
}

QString errorText(const Error& error)
{
    return QString::fromStdString(error.text());
}

} // namespace latentscape::app
