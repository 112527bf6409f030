// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/backdrop_pictures.h"

#include "core/explore/colour_scale.h"
#include "core/explore/grids.h"
#include "app/window/sample_pictures.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::app {

namespace {

template <typename Colour>
QImage cellPicture(std::size_t cells, int columns, Colour colour)
{
    const int rows = static_cast<int>(cells) / columns;
    QImage image(columns, rows, QImage::Format_ARGB32_Premultiplied);
    for (int row = 0; row < rows; ++row) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(row));
        for (int column = 0; column < columns; ++column)
            line[column] = qPremultiply(colour(static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column)));
    }
    return image;
}

struct Text { // the context of the words for translators
    Q_DECLARE_TR_FUNCTIONS(BackdropPictures)
};

/// The colours of a key for values from low to high.
template <typename Colour>
QList<QColor> keyColours(double low, double high, Colour colour)
{
    constexpr int kColours = 33; // odd: the middle is one of them
    QList<QColor> colours;
    for (int k = 0; k < kColours; ++k)
        colours.append(QColor::fromRgba(colour(low + (high - low) * k / (kColours - 1))));
    return colours;
}

QRgb withAlpha(const QColor& color, double alpha)
{
    return qRgba(color.red(), color.green(), color.blue(), static_cast<int>(std::lround(255.0 * std::clamp(alpha, 0.0, 1.0))));
}

} // namespace

QImage gridPicture(const DecodeResult& result, int columns)
{
    const std::size_t size = result.shape.size();
    if (result.count == 0 || columns < 1 || size == 0)
        return {};
    const ui::VectorLook look{result.standardized, QSize(40, 40)}; // about what a cell of the grid takes on the screen
    const QImage first = decodedPicture(result, 0, look);
    const int rows = static_cast<int>((result.count + static_cast<std::size_t>(columns) - 1) / static_cast<std::size_t>(columns));
    QImage picture(first.width() * columns, first.height() * rows, first.format());
    picture.fill(Qt::black);
    const std::size_t bytesPerRow = static_cast<std::size_t>(first.width()) * static_cast<std::size_t>(first.depth()) / 8;
    for (std::size_t i = 0; i < result.count; ++i) {
        const QImage item = decodedPicture(result, i, look);
        const int column = static_cast<int>(i) % columns, row = static_cast<int>(i) / columns;
        for (int y = 0; y < item.height(); ++y)
            std::copy_n(item.constScanLine(y), bytesPerRow, picture.scanLine(row * item.height() + y) + static_cast<std::size_t>(column) * bytesPerRow);
    }
    return picture;
}

QImage quantilePicture(const DecodeResult& result, int columns)
{
    constexpr int kSide = 1040; // pixels: the middle cells keep about 16 each
    const std::size_t size = result.shape.size();
    if (result.count == 0 || columns < 1 || size == 0)
        return {};
    const int rows = static_cast<int>(result.count) / columns;
    const auto edges = [](int cells, int side) { // pixels from the low end
        std::vector<int> places;
        for (int k = 0; k <= cells; ++k) {
            const double z = k == 0 ? -kQuantileReach : k == cells ? kQuantileReach : inverseNormalCdf(static_cast<double>(k) / cells);
            places.push_back(static_cast<int>(std::lround((z + kQuantileReach) / (2.0 * kQuantileReach) * side)));
        }
        return places;
    };
    const int height = rows == 1 ? kSide / 8 : kSide;
    const std::vector<int> xs = edges(columns, kSide);
    const std::vector<int> ys = rows == 1 ? std::vector<int>{0, height} : edges(rows, height);
    QImage picture(kSide, height, QImage::Format_RGB32);
    QPainter painter(&picture);
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const auto i = static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
            const auto c = static_cast<std::size_t>(column);
            const auto r = static_cast<std::size_t>(rows - 1 - row); // row 0 lies at the largest y
            const QRect cell(QPoint(xs[c], height - ys[r + 1]), QPoint(xs[c + 1] - 1, height - ys[r] - 1));
            painter.drawImage(cell, decodedPicture(result, i, {result.standardized, cell.size()}));
        }
    return picture;
}

QImage classPicture(std::span<const PictureClassifier::Answer> answers, int columns, const ui::Theme& theme)
{
    return cellPicture(answers.size(), columns, [&](std::size_t i) {
        return answers[i].label < 0 ? 0u : withAlpha(theme.classColor(answers[i].label), 0.15 + 0.55 * static_cast<double>(answers[i].agreement));
    });
}

ScaledPicture densityPicture(std::span<const float> density, int columns, bool line, ui::ColourScaleName scale)
{
    std::vector<float> sorted(density.begin(), density.end());
    if (sorted.empty())
        return {};
    const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(0.99 * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), place, sorted.end());
    const double top = std::max(static_cast<double>(*place), 1e-12);
    const auto colour = [scale](double t) { // 0 … 1
        const auto rgb = scale == ui::ColourScaleName::Viridis ? viridis(t) : cividis(t);
        return withAlpha(QColor(rgb[0], rgb[1], rgb[2]), std::min(1.0, 4.0 * t));
    };
    const QString most = QString::number(top, 'g', 2);
    return {cellPicture(density.size(), columns, [&](std::size_t i) { return colour(std::clamp(static_cast<double>(density[i]) / top, 0.0, 1.0)); }),
            {keyColours(0.0, 1.0, colour), QStringLiteral("0"), line ? Text::tr("≥ %1 a unit").arg(most) : Text::tr("≥ %1 a unit²").arg(most)}};
}

ScaledPicture holesPicture(std::span<const float> logRatio, int columns, const ui::Theme& theme)
{
    const auto colour = [&theme](double ratio) { // ±2: a hundredth, a hundredfold
        return withAlpha(ratio < 0.0 ? theme.error : theme.reconstruction, 0.4 * std::abs(ratio));
    };
    return {cellPicture(logRatio.size(), columns, [&](std::size_t i) {
                const double ratio = static_cast<double>(logRatio[i]);
                return std::isfinite(ratio) ? colour(ratio) : 0u;
            }),
            {keyColours(-2.0, 2.0, colour), Text::tr("100× fewer"), Text::tr("100× more")}};
}

} // namespace latentscape::app
