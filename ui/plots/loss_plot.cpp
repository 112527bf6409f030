// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/loss_plot.h"

#include "ui/chrome/text_runs.h"
#include "ui/plots/chart_export.h"
#include "ui/plots/loss_canvas.h"
#include "ui/plots/loss_header.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QPixmap>
#include <QSignalBlocker>
#include <QTimer>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr int kShortestGapMs = 200;
constexpr int kShortestGapInDragMs = 800;
constexpr int kSlackMs = 50; // for the next values to come along with an image of a drag, before the plot is drawn by itself
constexpr double kClipboardScale = 2.0;

} // namespace

LossPlot::LossPlot(QWidget* parent) : QWidget(parent), m_canvas(new LossCanvas(this)), m_gradientKey(new QToolButton(this)), m_timer(new QTimer(this))
{
    setAccessibleName(QStringLiteral("Loss plot"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFocusPolicy(Qt::TabFocus);
    m_canvas->hide();
    m_gradientKey->setText(tr("gradient norm"));
    m_gradientKey->setAccessibleName(tr("Gradient norm"));
    m_gradientKey->setProperty("role", QStringLiteral("legend"));
    m_gradientKey->setCheckable(true);
    m_gradientKey->setFocusPolicy(Qt::TabFocus);
    m_gradientKey->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_gradientKey->hide();
    connect(m_gradientKey, &QToolButton::toggled, this, [this](bool on) {
        setGradientNorm(on);
        Q_EMIT viewChosen();
    });
    styleKey();
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, [this] { refresh(); });
    m_canvas->setTheme(m_theme);
}

LossPlot::~LossPlot() = default;

void LossPlot::clear()
{
    m_history.clear();
    schedule();
}

void LossPlot::append(const std::vector<StepRecord>& records)
{
    m_history.append(records);
    if (!records.empty())
        schedule();
}

void LossPlot::append(const std::vector<EpochRecord>& records)
{
    m_history.append(records);
    if (!records.empty())
        schedule();
}

void LossPlot::append(const std::vector<ControlMark>& marks)
{
    m_history.append(marks);
    if (!marks.empty())
        schedule();
}

void LossPlot::setLabels(const Labels& labels)
{
    if (labels == m_labels)
        return;
    m_labels = labels;
    schedule();
}

void LossPlot::setEpochs(int total)
{
    if (total == m_epochs)
        return;
    m_epochs = total;
    schedule();
}

void LossPlot::setLogScale(bool on)
{
    if (on == m_logScale)
        return;
    m_logScale = on;
    schedule();
}

void LossPlot::setAgainstSteps(bool on)
{
    if (on == m_againstSteps)
        return;
    m_againstSteps = on;
    schedule();
}

void LossPlot::setGradientNorm(bool on)
{
    if (on == m_gradientNorm)
        return;
    m_gradientNorm = on;
    const QSignalBlocker quiet(m_gradientKey);
    m_gradientKey->setChecked(on);
    styleKey();
    schedule();
}

void LossPlot::setVectors(bool vectors)
{
    if (vectors == m_vectors)
        return;
    m_vectors = vectors;
    schedule();
}

QString LossPlot::unit() const
{
    return m_vectors ? tr("nats per sample") : tr("nats per image");
}

/// A line of the key's width: filled while the strip is shown, hollow while it is not.
void LossPlot::styleKey()
{
    constexpr int kWidth = 17, kHeight = 12; // the line and a part of the gap behind it
    const double ratio = devicePixelRatioF();
    QPixmap line(QSize(kWidth, kHeight) * ratio);
    line.setDevicePixelRatio(ratio);
    line.fill(Qt::transparent);
    QPainter painter(&line);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_gradientNorm ? QPen(Qt::NoPen) : QPen(m_theme.muted, 1));
    painter.setBrush(m_gradientNorm ? QBrush(m_theme.muted) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(m_gradientNorm ? QRectF(0, 4.5, 14, 3) : QRectF(0.5, 4.5, 13, 3), 1.5, 1.5);
    painter.end();
    m_gradientKey->setIcon(QIcon(line));
    m_gradientKey->setIconSize({kWidth, kHeight});
    m_gradientKey->setFont(captionFont(font()));
    m_gradientKey->setToolTip(m_gradientNorm ? tr("Hides the gradient norm.") : tr("Shows how long the gradient of each measured step was, before clipping."));
    m_gradientKey->adjustSize();
    placeKey();
}

void LossPlot::placeKey()
{
    const auto left = m_history.hasGradientNorms() ? header().roomAt(QRectF(0, 0, width(), headerHeight()), font(), m_theme) : std::nullopt;
    m_gradientKey->setVisible(left.has_value());
    if (left)
        m_gradientKey->move(static_cast<int>(*left), (headerHeight() - m_gradientKey->height()) / 2);
}

void LossPlot::setTheme(const Theme& theme)
{
    m_theme = theme;
    styleKey();
    m_canvas->setTheme(theme);
    update();
}

void LossPlot::setDragged(bool on)
{
    m_dragged = on;
    if (m_timer->isActive()) // what waits is drawn at the new pace
        schedule();
}

void LossPlot::schedule()
{
    if (m_queued)
        return;
    const int gap = m_dragged ? kShortestGapInDragMs : kShortestGapMs;
    const qint64 past = m_sinceRefresh.isValid() ? m_sinceRefresh.elapsed() : gap;
    if (past < gap)
        return m_timer->start(static_cast<int>(gap - past + kSlackMs));
    // A queued call comes before the repaint of what else has changed by now (a timer comes after it), and is shown along with it.
    m_timer->stop();
    m_queued = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_queued = false;
            refresh();
        },
        Qt::QueuedConnection);
}

void LossPlot::refresh(bool evenHidden)
{
    if (!isVisible() && !evenHidden)
        return; // a closed dock or a tab at the back costs nothing; showEvent catches up
    m_sinceRefresh.start();
    m_canvas->setVisible(!m_history.isEmpty());
    if (!m_history.isEmpty()) // steps are counted from the first one that was seen
        m_canvas->refresh({&m_history, m_epochs, m_logScale, m_againstSteps && !m_history.steps().empty(), m_labels.heldName,
                           m_gradientNorm && m_history.hasGradientNorms()});
    placeKey();
    const QString spoken = m_history.isEmpty() ? QString() : header().spoken();
    if (spoken != accessibleDescription())
        setAccessibleDescription(spoken);
    update();
}

LossHeader LossPlot::header() const
{
    LossHeader header;
    header.likelihood = m_labels.likelihood;
    header.heldName = m_labels.heldName;
    header.unit = unit();
    header.keyRoom = m_history.hasGradientNorms() ? m_gradientKey->sizeHint().width() : 0.0;
    if (!m_history.epochs().empty()) {
        const EpochRecord& last = m_history.epochs().back();
        if (std::isfinite(last.held.nelbo))
            header.nelbo = last.held.nelbo;
        if (std::isfinite(last.held.objective) && std::abs(last.held.objective - last.held.nelbo) > 0.05)
            header.objective = last.held.objective;
    }
    return header;
}

/// For pictures, where a key is no button.
LossHeader LossPlot::picturedHeader() const
{
    LossHeader top = header();
    top.keyRoom = 0.0;
    top.gradientKey = m_gradientNorm && m_history.hasGradientNorms();
    return top;
}

int LossPlot::headerHeight() const
{
    return std::max(36, fontMetrics().height() + 18);
}

QSize LossPlot::sizeHint() const
{
    return {760, 208};
}

QSize LossPlot::minimumSizeHint() const
{
    return {240, headerHeight() + 72};
}

void LossPlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_canvas->setGeometry(0, headerHeight(), width(), std::max(1, height() - headerHeight()));
    placeKey();
}

void LossPlot::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    schedule();
}

void LossPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.surface);
    header().paint(painter, QRectF(0, 0, width(), headerHeight()), font(), m_theme);
    if (m_history.isEmpty()) {
        painter.setFont(font());
        painter.setPen(m_theme.muted);
        const QRectF room = QRectF(rect()).adjusted(24, headerHeight() - 6, -24, -12);
        painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap,
                         tr("The losses of every step appear here while the model trains. Press Train to begin."));
    }
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme.accent, 1.5));
        painter.drawRoundedRect(QRectF(4, 4, width() - 8, headerHeight() - 8), 6, 6); // the canvas covers the rest
    }
}

bool LossPlot::exportTo(const QString& path, double scale)
{
    refresh(/*evenHidden=*/true); // what was appended within the last moment belongs to the picture
    const LossHeader top = picturedHeader();
    const QSize size = this->size();
    const int tall = headerHeight();
    return exportChart(path, scale, size, tr("Loss"), [&](QPaintDevice& device) {
        m_canvas->paintTo(device, size, tall, [&](QPainter& painter) { top.paint(painter, QRectF(0, 0, size.width(), tall), font(), m_theme); });
    });
}

QString LossPlot::csv() const
{
    return m_history.csv(m_labels.likelihood, m_labels.heldName);
}

void LossPlot::copy()
{
    refresh(/*evenHidden=*/true);
    const LossHeader top = picturedHeader();
    const int tall = headerHeight();
    const QImage image = chartImage(kClipboardScale, size(), [&](QPaintDevice& device) {
        m_canvas->paintTo(device, size(), tall, [&](QPainter& painter) { top.paint(painter, QRectF(0, 0, width(), tall), font(), m_theme); });
    });
    copyChart(image, csv());
}

ChartTable::Content LossPlot::table() const
{
    ChartTable::Content content;
    content.title = tr("Loss by epoch");
    content.caption = m_labels.likelihood.isEmpty() ? tr("In %1.", "unit").arg(unit()) : tr("%1, %2.", "likelihood, unit").arg(m_labels.likelihood, unit());
    content.headers = {tr("Epoch"), tr("Training NELBO"), tr("Training reconstruction"), tr("Training KL"), tr("%1 NELBO").arg(m_labels.heldName),
                       tr("%1 reconstruction").arg(m_labels.heldName), tr("%1 KL").arg(m_labels.heldName), tr("%1 objective").arg(m_labels.heldName),
                       tr("Gradient norm"), tr("Learning rate")};
    for (QString& header : content.headers) {
        if (!header.isEmpty())
            header[0] = header[0].toUpper();
    }
    const QLocale locale;
    const auto two = [&](double value) { return locale.toString(value, 'f', 2); };
    for (const EpochRecord& record : m_history.epochs()) {
        content.rows.push_back({locale.toString(record.epoch), two(record.train.nelbo), two(record.train.reconstruction), two(record.train.kl),
                                two(record.held.nelbo), two(record.held.reconstruction), two(record.held.kl), two(record.held.objective),
                                record.gradientNorm > 0 ? locale.toString(record.gradientNorm, 'g', 4) : QStringLiteral("–"),
                                record.learningRate > 0 ? locale.toString(record.learningRate, 'g', 4) : QStringLiteral("–")});
    }
    return content;
}

void LossPlot::showTable()
{
    auto* dialog = new ChartTable(table(), window());
    dialog->show();
}

void LossPlot::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool filled = !m_history.isEmpty();
    menu->addAction(tr("Copy picture and data"), this, &LossPlot::copy)->setEnabled(filled);
    menu->addAction(tr("Save as…"), this, &LossPlot::exportRequested)->setEnabled(filled);
    menu->addAction(tr("Show as table…"), this, &LossPlot::showTable)->setEnabled(!m_history.epochs().empty());
    menu->addSeparator();
    const auto choice = [&](const QString& text, bool on, auto change) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(on);
        connect(action, &QAction::triggered, this, [this, change](bool checked) {
            change(checked);
            Q_EMIT viewChosen();
        });
    };
    choice(tr("Logarithmic scale"), m_logScale, [this](bool on) { setLogScale(on); });
    choice(tr("Gradient norm"), m_gradientNorm, [this](bool on) { setGradientNorm(on); });
    choice(tr("Against steps instead of epochs"), m_againstSteps, [this](bool on) { setAgainstSteps(on); });
    menu->popup(event->globalPos());
}

bool LossPlot::event(QEvent* event)
{
    // The header leaves words out where it is narrow; a tool tip has them all. Over the chart it would cover the read-out.
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (help->pos().y() < headerHeight() && !m_history.isEmpty())
            QToolTip::showText(help->globalPos(), header().spoken(), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

void LossPlot::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LanguageChange) {
        m_canvas->setGeometry(0, headerHeight(), width(), std::max(1, height() - headerHeight()));
        styleKey();
        schedule();
    }
    QWidget::changeEvent(event);
}

} // namespace latentscape::ui
