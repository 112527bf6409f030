// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/kl_bars.h"

#include "ui/chrome/text_runs.h"
#include "ui/plots/chart_export.h"
#include "ui/plots/bars_painter.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <numeric>

namespace latentscape::ui {

namespace {

constexpr double kSide = 14;
constexpr double kClipboardScale = 2.0;

double at(const std::vector<double>& values, int index)
{
    return static_cast<std::size_t>(index) < values.size() ? values[static_cast<std::size_t>(index)] : 0.0;
}

} // namespace

KlBars::KlBars(QWidget* parent) : QWidget(parent), m_scroll(new QScrollBar(Qt::Horizontal, this))
{
    setAccessibleName(QStringLiteral("KL per dimension"));
    setFocusPolicy(Qt::TabFocus);
    m_scroll->setAccessibleName(QStringLiteral("KL dimensions shown"));
    m_scroll->hide();
    connect(m_scroll, &QScrollBar::valueChanged, this, [this] { update(); });
}

void KlBars::setDiagnostics(const LatentDiagnostics& diagnostics)
{
    m_diagnostics = diagnostics;
    arrange();
}

void KlBars::setSorted(bool sorted)
{
    if (sorted == m_sorted)
        return;
    m_sorted = sorted;
    arrange();
}

bool KlBars::isActive(int dimension) const
{
    return at(m_diagnostics.meanVariance, dimension) > kActiveVariance;
}

void KlBars::arrange()
{
    const std::vector<double>& kl = m_diagnostics.klPerDimension;
    m_order.resize(kl.size());
    std::iota(m_order.begin(), m_order.end(), 0);
    if (m_sorted)
        std::stable_sort(m_order.begin(), m_order.end(), [&](int a, int b) { return at(kl, a) > at(kl, b); });
    QStringList spoken;
    if (!kl.empty())
        spoken += tr("%1 of %2 active").arg(m_diagnostics.activeUnits()).arg(kl.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(kl.size(), 10); ++i)
        spoken += tr("z%1 %2 nats").arg(m_order[i] + 1).arg(QLocale().toString(at(kl, m_order[i]), 'f', 2));
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    layOut();
    update();
    Q_EMIT cornerChanged();
}

void KlBars::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

QString KlBars::name(int dimension)
{
    QString text = QStringLiteral("z");
    for (const QChar digit : QString::number(dimension + 1))
        text += QChar(static_cast<char16_t>(0x2080 + digit.digitValue()));
    return text;
}

void KlBars::setHeading(bool on)
{
    if (on == m_heading)
        return;
    m_heading = on;
    layOut();
    update();
}

QString KlBars::corner() const
{
    return m_order.empty() ? QString() : tr("%1 of %2 active").arg(m_diagnostics.activeUnits()).arg(m_order.size());
}

QString KlBars::shortCorner() const
{
    return m_order.empty() ? QString() : tr("%1/%2", "active units of all").arg(m_diagnostics.activeUnits()).arg(m_order.size());
}

int KlBars::headerHeight(bool heading) const
{
    return heading ? std::max(36, fontMetrics().height() + 18) : 2;
}

KlBars::Frame KlBars::pictured() const
{
    return {size() + QSize(0, headerHeight(true) - headerHeight(m_heading)), true};
}

int KlBars::footHeight() const
{
    return QFontMetrics(captionFont(font())).height() + 14;
}

QRectF KlBars::body(const Frame& frame) const
{
    const double scroll = m_scroll->isVisibleTo(this) ? m_scroll->height() : 0, header = headerHeight(frame.heading);
    return {0, header + 2, static_cast<double>(frame.size.width()), std::max(10.0, frame.size.height() - header - footHeight() - 2 - scroll)};
}

BarsPainter KlBars::bars(const Frame& frame) const
{
    std::vector<BarsPainter::Bar> bars;
    bars.reserve(m_order.size());
    for (const int dimension : m_order)
        bars.push_back({dimension, name(dimension), QString::number(dimension + 1), at(m_diagnostics.klPerDimension, dimension), isActive(dimension)});
    return BarsPainter(std::move(bars), body(frame), font(), m_theme, {m_theme.kl});
}

void KlBars::layOut()
{
    m_scroll->hide();
    const double room = width() - 2 * kSide;
    const double wanted = bars(onScreen()).contentWidth();
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

QSize KlBars::sizeHint() const
{
    return {292, 208};
}

QSize KlBars::minimumSizeHint() const
{
    return {180, headerHeight(m_heading) + footHeight() + 44};
}

void KlBars::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOut();
}

void KlBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, onScreen());
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_theme.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(m_heading ? QRectF(4, 4, width() - 8, headerHeight(true) - 8) : QRectF(rect()).adjusted(4, 1, -4, -1), 6, 6);
    }
}

void KlBars::paint(QPainter& painter, const Frame& frame) const
{
    const int width = frame.size.width(), height = frame.size.height(), header = headerHeight(frame.heading);
    painter.fillRect(QRect(QPoint(), frame.size), m_theme.surface);
    const QFont title = strongFont(font()), small = captionFont(font());
    if (frame.heading) {
        QString told = corner();
        if (QFontMetricsF(title).horizontalAdvance(tr("KL per dimension")) + QFontMetricsF(small).horizontalAdvance(told) + 12 > width - 2 * kSide)
            told = shortCorner();
        const double toldWidth = QFontMetricsF(small).horizontalAdvance(told);
        painter.setFont(title);
        painter.setPen(m_theme.text);
        const QRectF titleBox(kSide, 0, width - 2 * kSide - (told.isEmpty() ? 0 : toldWidth + 12), header);
        painter.drawText(titleBox, Qt::AlignVCenter | Qt::AlignLeft, QFontMetricsF(title).elidedText(tr("KL per dimension"), Qt::ElideRight, titleBox.width()));
        painter.setFont(small);
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(width - kSide - toldWidth - 1, 0, toldWidth + 2, header), Qt::AlignVCenter | Qt::AlignRight, told);
    }
    if (m_order.empty()) {
        painter.setFont(font());
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(QPointF(), QSizeF(frame.size)).adjusted(24, header - 6, -24, -12), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Once the model has been evaluated, a bar for each latent dimension shows how much it is used."));
        return;
    }
    bars(frame).paint(painter, m_scroll->value(), tr("inactive"));
    QString note = fullNote();
    QRectF foot(kSide, height - footHeight(), width - 2 * kSide, footHeight() - 4);
    if (m_diagnostics.activeUnits() < static_cast<int>(m_order.size())) {
        painter.setRenderHint(QPainter::Antialiasing);
        BarsPainter::paintHatched(painter, QRectF(foot.left(), foot.center().y() - 5, 14, 10), m_theme);
        foot.adjust(20, 0, 0, 0);
    }
    if (QFontMetricsF(small).horizontalAdvance(note) > foot.width())
        note = tr("nats · inactive: Var μ < 0.01");
    painter.setFont(small);
    painter.setPen(m_theme.muted);
    painter.drawText(foot, Qt::AlignVCenter | Qt::AlignLeft, QFontMetricsF(small).elidedText(note, Qt::ElideRight, foot.width()));
}

QString KlBars::fullNote() const
{
    return tr("nats · inactive below 0.01 variance of the mean");
}

bool KlBars::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = m_order.empty() ? -1 : bars(onScreen()).barAt(help->pos(), m_scroll->value());
        if (index < 0) {
            const bool overNote = !m_order.empty() && help->pos().y() > height() - footHeight();
            QToolTip::showText(help->globalPos(), overNote ? fullNote() : QString(), this);
            return true;
        }
        const int dimension = m_order[static_cast<std::size_t>(index)];
        const QLocale locale;
        const auto three = [&](double value) { return locale.toString(value, 'f', 3); };
        QToolTip::showText(help->globalPos(),
                           tr("%1, %2\nKL %3 nats\nVariance of the mean %4\nAggregate variance %5 (near 1 when healthy)")
                               .arg(KlBars::name(dimension), isActive(dimension) ? tr("active") : tr("inactive"),
                                    three(at(m_diagnostics.klPerDimension, dimension)), three(at(m_diagnostics.meanVariance, dimension)),
                                    three(at(m_diagnostics.aggregateVariance, dimension))),
                           this);
        return true;
    }
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LanguageChange) {
        layOut();
        update();
    }
    return QWidget::event(event);
}

void KlBars::wheelEvent(QWheelEvent* event)
{
    if (!m_scroll->isVisible()) {
        event->ignore();
        return;
    }
    const QPoint delta = event->angleDelta();
    m_scroll->setValue(m_scroll->value() - (delta.x() != 0 ? delta.x() : delta.y()) / 2);
    event->accept();
}

bool KlBars::exportTo(const QString& path, double scale)
{
    const Frame frame = pictured();
    return exportChart(path, scale, frame.size, tr("KL per dimension"), [this, frame](QPaintDevice& device) {
        QPainter painter(&device);
        paint(painter, frame);
    });
}

void KlBars::copy()
{
    const Frame frame = pictured();
    copyChart(chartImage(kClipboardScale, frame.size, [this, frame](QPaintDevice& device) {
        QPainter painter(&device);
        paint(painter, frame);
    }), csv());
}

QString KlBars::csv() const
{
    QString text = QStringLiteral("dimension,kl_nats,mean_variance,aggregate_variance,active\n");
    for (int d = 0; d < static_cast<int>(m_diagnostics.klPerDimension.size()); ++d) {
        text += QStringLiteral("%1,%2,%3,%4,%5\n").arg(d + 1).arg(at(m_diagnostics.klPerDimension, d), 0, 'g', 10)
                    .arg(at(m_diagnostics.meanVariance, d), 0, 'g', 10).arg(at(m_diagnostics.aggregateVariance, d), 0, 'g', 10).arg(isActive(d) ? 1 : 0);
    }
    return text;
}

ChartTable::Content KlBars::table() const
{
    ChartTable::Content content;
    content.title = tr("KL per dimension");
    content.caption = tr("KL in nats, averaged over the images. A dimension is inactive where its mean varies by 0.01 or less.");
    content.headers = {tr("Dimension"), tr("KL"), tr("Variance of the mean"), tr("Aggregate variance"), tr("Use")};
    const QLocale locale;
    for (const int d : m_order) {
        content.rows.push_back({KlBars::name(d), locale.toString(at(m_diagnostics.klPerDimension, d), 'f', 3),
                                locale.toString(at(m_diagnostics.meanVariance, d), 'f', 4), locale.toString(at(m_diagnostics.aggregateVariance, d), 'f', 4),
                                isActive(d) ? tr("active") : tr("inactive")});
    }
    return content;
}

void KlBars::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool filled = !m_order.empty();
    menu->addAction(tr("Copy picture and data"), this, &KlBars::copy)->setEnabled(filled);
    menu->addAction(tr("Save as…"), this, &KlBars::exportRequested)->setEnabled(filled);
    QAction* show = menu->addAction(tr("Show as table…"));
    show->setEnabled(filled);
    connect(show, &QAction::triggered, this, [this] { (new ChartTable(table(), window()))->show(); });
    menu->addSeparator();
    QAction* sorted = menu->addAction(tr("Largest first"));
    sorted->setCheckable(true);
    sorted->setChecked(m_sorted);
    connect(sorted, &QAction::triggered, this, [this](bool on) {
        setSorted(on);
        Q_EMIT viewChosen();
    });
    menu->popup(event->globalPos());
}

} // namespace latentscape::ui
