// SPDX-License-Identifier: GPL-3.0-or-later
// What is drawn from caches must look like what Qt draws itself.
#include "ui/panels/paint_image.h"
#include "ui/plots/loss_band.h"
#include "ui/theme/kept_shapes.h"
#include "ui/theme/shaped_text.h"

#include <QPainter>
#include <QPainterPath>
#include <QPicture>
#include <QtTest>

#include <qcustomplot.h>

#include <cmath>
#include <functional>

using namespace latentscape::ui;

namespace {

QImage drawn(QSize size, double ratio, const std::function<void(QPainter&)>& draw)
{
    QImage image(size * ratio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    draw(painter);
    painter.end();
    return image;
}

/// The largest difference of a channel, and the sum of all over the image's own ink.
struct Difference {
    int largest = 0;
    double share = 0.0;
};

Difference between(const QImage& a, const QImage& b)
{
    Difference result;
    double differing = 0.0, ink = 0.0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            const int d = std::max({std::abs(qRed(p) - qRed(q)), std::abs(qGreen(p) - qGreen(q)), std::abs(qBlue(p) - qBlue(q))});
            result.largest = std::max(result.largest, d);
            differing += d;
            ink += 255 - std::min({qRed(q), qGreen(q), qBlue(q)});
        }
    result.share = ink > 0.0 ? differing / ink : differing;
    return result;
}

} // namespace

class TestKeptDrawing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void shapedText_standsWhereQtDrawsIt_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("ratio");
        for (const double ratio : {1.0, 2.0}) {
            for (const QString& text : {QStringLiteral("epoch 3/8"), QStringLiteral("−1.25"), QStringLiteral("7"), QStringLiteral("最近的图像"),
                                        QStringLiteral("z₁ (60 %) · ÄÖgjq")})
                QTest::addRow("%s at %g", qPrintable(text), ratio) << text << ratio;
        }
    }

    void shapedText_standsWhereQtDrawsIt()
    {
        QFETCH(QString, text);
        QFETCH(double, ratio);
        QFont font;
        font.setPointSizeF(11.0);
        const QPointF origin(8.0, 30.0);
        const QImage expected = drawn({220, 48}, ratio, [&](QPainter& painter) {
            painter.setFont(font);
            painter.setPen(Qt::black);
            painter.drawText(origin, text);
        });
        const auto shaped = ShapedFont::of(font);
        for (int repeat = 0; repeat < 2; ++repeat) { // the second from the cache
            const QImage found = drawn({220, 48}, ratio, [&](QPainter& painter) {
                painter.setPen(Qt::black);
                shaped->draw(painter, origin, text);
            });
            const Difference difference = between(found, expected);
            QVERIFY2(difference.share < 0.02, qPrintable(QString::number(difference.share)));
        }
        QVERIFY(std::abs(shaped->width(text) - QFontMetricsF(font).horizontalAdvance(text)) < 1e-9);
    }

    void shapedText_inAVectorFormat_keepsItsLetters()
    {
        QPicture picture;
        QPainter painter(&picture);
        ShapedFont::of(QFont())->draw(painter, {0, 20}, QStringLiteral("nats"));
        painter.end();
        const QByteArray bytes(picture.data(), static_cast<int>(picture.size()));
        QVERIFY(bytes.contains("nats") || bytes.contains(QByteArray("\0n\0a\0t\0s", 8)));
    }

    void keptShape_looksLikeTheShape_data()
    {
        QTest::addColumn<QPointF>("centre");
        QTest::addColumn<double>("ratio");
        QTest::addRow("whole pixel") << QPointF(30, 30) << 1.0;
        QTest::addRow("a quarter") << QPointF(30.25, 29.75) << 1.0;
        QTest::addRow("half a device pixel") << QPointF(30.25, 30.0) << 2.0;
        QTest::addRow("uneven ratio") << QPointF(30.4, 30.4) << 1.25;
    }

    void keptShape_looksLikeTheShape()
    {
        QFETCH(QPointF, centre);
        QFETCH(double, ratio);
        const auto ring = [&](QPainter& painter) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(Qt::black, 2.5));
            painter.drawEllipse(centre, 11.0, 11.0);
        };
        const auto kept = [&](QPainter& painter) {
            drawKept(painter, QRectF(centre - QPointF(14, 14), QSizeF(28, 28)), {ShapeKey::Ring, {11.0, 2.5}, qRgb(0, 0, 0)}, ring);
        };
        const QImage expected = drawn({60, 60}, ratio, ring);
        for (int repeat = 0; repeat < 2; ++repeat)
            QVERIFY2(between(drawn({60, 60}, ratio, kept), expected).largest <= 3, qPrintable(QString::number(between(drawn({60, 60}, ratio, kept), expected).largest)));
    }

    void keptShape_betweenQuarters_isNearest()
    {
        const auto at = [](double x) {
            return drawn({60, 60}, 1.0, [&](QPainter& painter) {
                const QPointF centre(x, 30);
                drawKept(painter, QRectF(centre - QPointF(14, 14), QSizeF(28, 28)), {ShapeKey::Ring, {9.0, 2.0}, qRgb(0, 0, 0)}, [&](QPainter& shape) {
                    shape.setPen(QPen(Qt::black, 2.0));
                    shape.drawEllipse(centre, 9.0, 9.0);
                });
            });
        };
        QCOMPARE(at(30.3), at(30.25));
        QVERIFY(at(30.3) != at(30.5));
    }

    void framedImage_looksAsDrawnDirectly_data()
    {
        QTest::addColumn<QSize>("pixels");
        QTest::addColumn<QRectF>("rect");
        QTest::addColumn<double>("ratio");
        QTest::addRow("digit") << QSize(28, 28) << QRectF(4, 3, 264, 264) << 1.0;
        QTest::addRow("ratio 2") << QSize(28, 28) << QRectF(4, 3.5, 120.5, 120.5) << 2.0;
        QTest::addRow("flat") << QSize(64, 16) << QRectF(0, 0, 270, 68) << 1.0;
        QTest::addRow("tiny") << QSize(1, 1) << QRectF(10, 10, 40, 40) << 1.0;
    }

    void framedImage_looksAsDrawnDirectly()
    {
        QFETCH(QSize, pixels);
        QFETCH(QRectF, rect);
        QFETCH(double, ratio);
        QImage image(pixels, QImage::Format_RGB32);
        for (int y = 0; y < pixels.height(); ++y)
            for (int x = 0; x < pixels.width(); ++x)
                image.setPixel(x, y, qRgb(x * 37 % 256, y * 91 % 256, (x * y) % 256));
        const FrameStyle style{Qt::white, QColor(90, 90, 90), 6.0, false};
        const QImage expected = drawn({280, 280}, ratio, [&](QPainter& painter) {
            painter.drawImage(rect, image);
            QPainterPath corners;
            corners.setFillRule(Qt::OddEvenFill);
            corners.addRect(rect);
            corners.addRoundedRect(rect, style.radius, style.radius);
            painter.fillPath(corners, style.ground);
            painter.setPen(QPen(style.line, 1.0));
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), style.radius - 0.5, style.radius - 0.5);
        });
        for (int repeat = 0; repeat < 2; ++repeat) {
            const QImage found = drawn({280, 280}, ratio, [&](QPainter& painter) { paintFramed(painter, rect, image, style); });
            QVERIFY2(between(found, expected).share < 0.01, qPrintable(QString::number(between(found, expected).share)));
        }
    }

    void lossBand_coversWhatThePolygonCovers()
    {
        QCustomPlot plot;
        plot.resize(400, 220);
        QCPGraph* low = plot.addGraph();
        QCPGraph* high = addLossBand(plot.xAxis, plot.yAxis);
        high->setChannelFillGraph(low);
        high->setAntialiasedFill(false);
        for (QCPGraph* edge : {low, high}) {
            edge->setPen(Qt::NoPen);
            edge->setAdaptiveSampling(false);
        }
        QVector<double> x, below, above;
        for (int i = 0; i <= 100; ++i) {
            x.append(i);
            below.append(20 + 5 * std::sin(i * 0.3));
            above.append(60 + 20 * std::sin(i * 0.1));
        }
        low->setData(x, below);
        high->setData(x, above);
        high->setBrush(QColor(0, 0, 255, 80));
        plot.xAxis->setRange(0, 100);
        plot.yAxis->setRange(0, 100);
        const QImage strips = plot.toPixmap(400, 220).toImage();
        QPicture picture; // vectors: the polygon
        QCPPainter painter(&picture);
        painter.setMode(QCPPainter::pmVectorized);
        plot.toPainter(&painter, 400, 220);
        painter.end();
        const QImage polygon = drawn({400, 220}, 1.0, [&](QPainter& p) {
            p.setRenderHint(QPainter::Antialiasing, false);
            p.drawPicture(0, 0, picture);
        });
        const auto isBand = [](const QImage& image, int px, int py) { return qBlue(image.pixel(px, py)) - qRed(image.pixel(px, py)) > 40; };
        int both = 0, one = 0;
        for (int py = 0; py < 220; ++py)
            for (int px = 0; px < 400; ++px) {
                both += isBand(strips, px, py) && isBand(polygon, px, py);
                one += isBand(strips, px, py) != isBand(polygon, px, py);
            }
        QVERIFY(both > 10'000);
        QVERIFY2(one < both / 50, qPrintable(QStringLiteral("%1 of %2").arg(one).arg(both)));
    }
};

QTEST_MAIN(TestKeptDrawing)
#include "tst_kept_drawing.moc"
