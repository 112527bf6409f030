// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/dock_frame.h"

#include <QEvent>
#include <QPainter>

namespace latentscape::ui {

namespace {

constexpr int kGripHeight = 8;

/// The strip that stands in for a title bar. Mouse events pass through to the dock, which drags itself.
class GripBar : public QWidget {
public:
    explicit GripBar(QWidget* parent)
        : QWidget(parent)
    {
        setFixedHeight(kGripHeight);
        setCursor(Qt::SizeAllCursor);
        setAttribute(Qt::WA_Hover);
        setToolTip(tr("Drag to move this panel."));
    }

    void setColors(const QColor& ground, const QColor& grip)
    {
        m_ground = ground;
        m_grip = grip;
        update();
    }

    QSize sizeHint() const override { return {40, kGripHeight}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), m_ground);
        if (!underMouse())
            return;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_grip);
        painter.drawRoundedRect(QRectF(rect().center().x() - 12, 3, 24, 3), 1.5, 1.5);
    }

private:
    QColor m_ground = Qt::white;
    QColor m_grip = Qt::gray;
};

} // namespace

DockFrame::DockFrame(const QString& title, const QString& objectName, QWidget* panel, QWidget* parent)
    : QDockWidget(title, parent)
{
    setObjectName(objectName);
    setTitleBarWidget(new GripBar(this));
    setWidget(panel);
    setContextMenuPolicy(Qt::DefaultContextMenu);
}

void DockFrame::setTheme(const Theme& theme)
{
    static_cast<GripBar*>(titleBarWidget())->setColors(theme.surface, theme.muted);
}

} // namespace latentscape::ui
