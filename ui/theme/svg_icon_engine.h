// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QHash>
#include <QIconEngine>

#include <memory>

class QSvgRenderer;

namespace latentscape::ui {

/// Paints one of the SVG icons of the resources in a colour of choice, at any size, straight from its drawing.
/// Owned by its QIcon; GUI thread.
class SvgIconEngine : public QIconEngine {
public:
    /// stem: the file's name without folder and ending; `currentColor` in the drawing becomes `normal` or `disabled`.
    SvgIconEngine(const QString& stem, const QColor& normal, const QColor& disabled);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QList<QSize> availableSizes(QIcon::Mode mode = QIcon::Normal, QIcon::State state = QIcon::Off) override;
    void addFile(const QString& fileName, const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    [[nodiscard]] QIconEngine* clone() const override;
    [[nodiscard]] QString key() const override;

private:
    QSvgRenderer& renderer(const QColor& color);

    QString m_stem;
    QColor m_normal;
    QColor m_disabled;
    QHash<QRgb, std::shared_ptr<QSvgRenderer>> m_renderers;
};

} // namespace latentscape::ui
