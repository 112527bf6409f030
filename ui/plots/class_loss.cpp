// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/class_loss.h"

#include "ui/chrome/text_runs.h"
#include "ui/plots/bars_painter.h"
#include "ui/plots/chart_export.h"
#include "ui/theme/color_mix.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>

namespace latentscape::ui {

namespace {

constexpr double kSide = 14;
constexpr double kClipboardScale = 2.0;
constexpr float kSoftened = 0.35F; ///< the total's colour, which as an area weighs more than as a line

QString number(double value) { return QLocale().toString(value, 'f', 1).replace(QLatin1Char('-'), QChar(0x2212)); }

} // namespace

ClassLoss::ClassLoss(QWidget* parent) : QWidget(parent), m_scroll(new QScrollBar(Qt::Horizontal, this))
{
    setAccessibleName(tr("Loss by class"));
    setFocusPolicy(Qt::TabFocus);
    m_scroll->setAccessibleName(tr("Classes shown"));
    m_scroll->hide();
    connect(m_scroll, &QScrollBar::valueChanged, this, [this] { update(); });
}

void ClassLoss::setLabels(const QStringList& names, const QString& heldName, const QString& unit)
{
    if (names == m_names && heldName == m_heldName && unit == m_unit)
        return;
    m_names = names;
    m_heldName = heldName;
    m_unit = unit;
    arrange();
}

void ClassLoss::setLosses(const std::vector<Evaluation::ClassLoss>& classes, int epoch)
{
    m_classes = classes;
    m_epoch = epoch;
    arrange();
}

void ClassLoss::arrange()
{
    QStringList spoken;
    for (std::size_t label = 0; label < m_classes.size(); ++label)
        spoken.append(tr("%1: %2").arg(nameOf(label), number(m_classes[label].loss.nelbo)));
    setAccessibleDescription(spoken.isEmpty() ? QString()
                                              : tr("%1 NELBO by class, %2. %3").arg(m_heldName, m_unit, spoken.join(QStringLiteral(", "))));
    layOut();
    update();
    Q_EMIT cornerChanged();
}

QString ClassLoss::nameOf(std::size_t label) const
{
    return static_cast<qsizetype>(label) < m_names.size() ? m_names[static_cast<qsizetype>(label)] : QString::number(label);
}

QString ClassLoss::corner() const
{
    return m_classes.empty() ? QString() : tr("%1 · epoch %2", "name of the held-out part").arg(m_heldName).arg(m_epoch);
}

void ClassLoss::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

int ClassLoss::headerHeight(bool heading) const { return heading ? std::max(36, fontMetrics().height() + 18) : 2; }

int ClassLoss::footHeight() const { return QFontMetrics(captionFont(font())).height() + 14; }

ClassLoss::Frame ClassLoss::pictured() const { return {size() + QSize(0, headerHeight(true) - headerHeight(false)), true}; }

BarsPainter ClassLoss::bars(const Frame& frame) const
{
    const double scroll = m_scroll->isVisibleTo(this) ? m_scroll->height() : 0, header = headerHeight(frame.heading);
    const QRectF body(0, header + 2, frame.size.width(), std::max(10.0, frame.size.height() - header - footHeight() - 2 - scroll));
    std::vector<BarsPainter::Bar> bars;
    for (std::size_t label = 0; label < m_classes.size(); ++label)
        bars.push_back({static_cast<int>(label), nameOf(label), nameOf(label), m_classes[label].loss.nelbo, m_classes[label].images > 0});
    return BarsPainter(std::move(bars), body, font(), m_theme,
                       {mix(m_theme.text, m_theme.surface, kSoftened), /*decimals=*/1, /*leastScale=*/1.0});
}

void ClassLoss::layOut()
{
    m_scroll->hide();
    const double room = width() - 2 * kSide;
    const double wanted = bars({size(), false}).contentWidth();
    if (wanted > room + 1) {
        const int tall = m_scroll->sizeHint().height();
        m_scroll->setGeometry(static_cast<int>(kSide), height() - footHeight() - tall, static_cast<int>(room), tall);
        m_scroll->setRange(0, static_cast<int>(wanted - room));
        m_scroll->setPageStep(static_cast<int>(room));
        m_scroll->setSingleStep(24);
        m_scroll->show();
    } else {
        m_scroll->setRange(0, 0);
    }
}

QSize ClassLoss::sizeHint() const { return {292, 208}; }

QSize ClassLoss::minimumSizeHint() const { return {180, footHeight() + 46}; }

void ClassLoss::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOut();
}

void ClassLoss::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, {size(), false});
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_theme.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(4, 1, -4, -1), 6, 6);
    }
}

void ClassLoss::paint(QPainter& painter, const Frame& frame) const
{
    const int width = frame.size.width(), height = frame.size.height(), header = headerHeight(frame.heading);
    const QFont small = captionFont(font());
    painter.fillRect(QRect(QPoint(), frame.size), m_theme.surface);
    if (frame.heading) {
        painter.setFont(strongFont(font()));
        painter.setPen(m_theme.text);
        painter.drawText(QRectF(kSide, 0, width - 2 * kSide, header), Qt::AlignVCenter | Qt::AlignLeft, tr("Loss by class"));
        painter.setFont(small);
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(kSide, 0, width - 2 * kSide, header), Qt::AlignVCenter | Qt::AlignRight, corner());
    }
    if (m_classes.empty()) {
        painter.setFont(font());
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(QPointF(), QSizeF(frame.size)).adjusted(24, header, -24, -12), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("After the first epoch a bar for each class shows its NELBO: which classes are hard."));
        return;
    }
    bars(frame).paint(painter, m_scroll->value(), tr("no samples"));
    painter.setFont(small);
    painter.setPen(m_theme.muted);
    const QRectF foot(kSide, height - footHeight(), width - 2 * kSide, footHeight() - 4);
    painter.drawText(foot, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetricsF(small).elidedText(tr("NELBO, %1", "unit").arg(m_unit), Qt::ElideRight, foot.width()));
}

QString ClassLoss::sentence(std::size_t label) const
{
    const Evaluation::ClassLoss& one = m_classes[label];
    return tr("%1: NELBO %2, reconstruction %3, KL %4 (%5, %6 samples)")
        .arg(nameOf(label), number(one.loss.nelbo), number(one.loss.reconstruction), number(one.loss.kl), m_unit, grouped(one.images));
}

bool ClassLoss::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = m_classes.empty() ? -1 : bars({size(), false}).barAt(help->pos(), m_scroll->value());
        QToolTip::showText(help->globalPos(), index < 0 ? QString() : sentence(static_cast<std::size_t>(index)), this);
        return true;
    }
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LanguageChange) {
        layOut();
        update();
    }
    return QWidget::event(event);
}

void ClassLoss::wheelEvent(QWheelEvent* event)
{
    if (!m_scroll->isVisible()) {
        event->ignore();
        return;
    }
    const QPoint delta = event->angleDelta();
    m_scroll->setValue(m_scroll->value() - (delta.x() != 0 ? delta.x() : delta.y()) / 2);
    event->accept();
}

bool ClassLoss::exportTo(const QString& path, double scale)
{
    const Frame frame = pictured();
    return exportChart(path, scale, frame.size, tr("Loss by class"), [this, frame](QPaintDevice& device) {
        QPainter painter(&device);
        paint(painter, frame);
    });
}

void ClassLoss::copy()
{
    const Frame frame = pictured();
    copyChart(chartImage(kClipboardScale, frame.size,
                         [this, frame](QPaintDevice& device) {
                             QPainter painter(&device);
                             paint(painter, frame);
                         }),
              csv());
}

QString ClassLoss::csv() const
{
    QString text = QStringLiteral("class,images,nelbo_nats_per_image,reconstruction_nats_per_image,kl_nats_per_image\n");
    for (std::size_t label = 0; label < m_classes.size(); ++label) {
        const Evaluation::ClassLoss& one = m_classes[label];
        text += QStringLiteral("\"%1\",%2,%3,%4,%5\n")
                    .arg(nameOf(label).replace(QLatin1Char('"'), QLatin1String("\"\"")))
                    .arg(one.images)
                    .arg(one.loss.nelbo, 0, 'g', 10)
                    .arg(one.loss.reconstruction, 0, 'g', 10)
                    .arg(one.loss.kl, 0, 'g', 10);
    }
    return text;
}

ChartTable::Content ClassLoss::table() const
{
    ChartTable::Content content;
    content.title = tr("Loss by class");
    content.caption = tr("%1, %2.").arg(corner(), m_unit);
    content.headers = {tr("Class"), tr("Samples"), tr("NELBO"), tr("Reconstruction"), tr("KL")};
    for (std::size_t label = 0; label < m_classes.size(); ++label) {
        const Evaluation::ClassLoss& one = m_classes[label];
        content.rows.push_back(
            {nameOf(label), grouped(one.images), number(one.loss.nelbo), number(one.loss.reconstruction), number(one.loss.kl)});
    }
    return content;
}

void ClassLoss::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool filled = !m_classes.empty();
    menu->addAction(tr("Copy picture and data"), this, &ClassLoss::copy)->setEnabled(filled);
    menu->addAction(tr("Save as…"), this, &ClassLoss::exportRequested)->setEnabled(filled);
    QAction* show = menu->addAction(tr("Show as table…"));
    show->setEnabled(filled);
    connect(show, &QAction::triggered, this, [this] { (new ChartTable(table(), window()))->show(); });
    menu->popup(event->globalPos());
}

} // namespace latentscape::ui
