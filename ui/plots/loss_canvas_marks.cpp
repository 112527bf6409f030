// SPDX-License-Identifier: GPL-3.0-or-later
// What stands over the curves: the lines where a control was changed, and the values under the mouse.
#include "ui/chrome/text_runs.h"
#include "ui/plots/loss_canvas_parts.h"
#include "ui/plots/loss_history.h"
#include "ui/plots/loss_readout.h"

#include <QLocale>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr int kMostMarks = 40; ///< a β dragged about leaves many; the newest are drawn

} // namespace

void LossCanvas::drawMarks()
{
    Parts& p = *m_parts;
    for (QCPAbstractItem* item : std::as_const(p.marks))
        p.plot->removeItem(item);
    p.marks.clear();
    p.markTexts.clear();
    const std::vector<ControlMark>& marks = m_view.history->marks();
    const QFontMetricsF metrics(captionFont(font()));
    const QMargins margins = p.losses->margins();
    const double plotWidth = std::max(1, width() - margins.left() - margins.right());
    const double perUnit = plotWidth / std::max(1e-9, p.x.upper);
    double nextLeft = plotWidth + 1e6; // the newest mark keeps its text; older ones give way
    const std::size_t first = marks.size() > kMostMarks ? marks.size() - kMostMarks : 0;
    for (std::size_t i = marks.size(); i-- > first;) {
        const double x = marks[i].epoch * p.stretch;
        auto* line = new QCPItemStraightLine(p.plot);
        line->setPen(QPen(m_theme.kl, 1.2, Qt::DotLine));
        line->point1->setCoords(x, p.y.lower);
        line->point2->setCoords(x, p.y.upper);
        p.marks.append(line);
        const QString label = QString::fromStdString(marks[i].text);
        const double wide = metrics.horizontalAdvance(label) + 10;
        const double pixel = x * perUnit;
        const bool flipped = pixel + wide > plotWidth;
        const double from = flipped ? pixel - wide : pixel;
        if (from < 0 || from + wide > nextLeft)
            continue;
        nextLeft = from;
        auto* text = new QCPItemText(p.plot);
        text->position->setTypeX(QCPItemPosition::ptPlotCoords);
        text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        text->position->setCoords(x, 0.0);
        text->setPositionAlignment(Qt::AlignTop | (flipped ? Qt::AlignRight : Qt::AlignLeft));
        text->setPadding(QMargins(5, 1, 5, 1));
        text->setText(label);
        text->setFont(captionFont(font()));
        text->setColor(m_theme.klText);
        QColor ground = m_theme.surface;
        ground.setAlphaF(0.6F);
        text->setBrush(ground);
        p.marks.append(text);
        p.markTexts.prepend(label);
    }
}

void LossCanvas::read(const QPointF& position)
{
    Parts& p = *m_parts;
    const QRectF area(p.losses->rect());
    if (!m_view.history || position.x() < area.left() - 2 || position.x() > area.right() + 2) {
        m_readout->clear();
        return;
    }
    const double epoch = p.plot->xAxis->pixelToCoord(position.x()) / p.stretch;
    const auto step = m_view.history->stepNear(epoch);
    // Where the steps are not known (those of an opened file, or long ago) the epoch's mean is read, which stands in its middle.
    const auto held = m_view.history->epochNear(step ? epoch : epoch + LossHistory::kHalfEpoch);
    const QLocale locale;
    LossReadout::Reading reading;
    reading.plot = area;
    reading.x = position.x();
    const auto entry = [&](const QString& name, double value, const QColor& color, double x, QCPAxis* axis) {
        if (!std::isfinite(value))
            return;
        const QPointF point(p.plot->xAxis->coordToPixel(x * p.stretch), axis->coordToPixel(value));
        reading.entries.push_back({name, locale.toString(value, 'f', std::abs(value) < 100 ? 2 : 1).replace(QLatin1Char('-'), QChar(0x2212)), color, point});
    };
    const LossTerms* trained = step ? &step->loss : held ? &held->train : nullptr;
    const double at = step ? step->epoch : held ? held->epoch - LossHistory::kHalfEpoch : 0.0;
    const double norm = step ? step->gradientNorm : held && held->gradientNorm > 0 ? held->gradientNorm : -1.0;
    if (trained) {
        reading.x = p.plot->xAxis->coordToPixel(at * p.stretch);
        reading.title = step ? tr("epoch <b>%1</b> · step <b>%2</b>").arg(locale.toString(step->epoch, 'f', 2), grouped(step->step))
                             : tr("epoch <b>%1</b>").arg(held->epoch);
        entry(tr("NELBO"), trained->nelbo, m_theme.text, at, p.plot->yAxis);
    }
    if (held) {
        const QString name = tr("%1, epoch %2", "name of the held-out part").arg(m_view.heldName).arg(held->epoch);
        entry(name, held->held.nelbo, m_theme.text, held->epoch, p.plot->yAxis);
    }
    if (trained) {
        entry(tr("reconstruction"), trained->reconstruction, m_theme.reconstruction, at, p.plot->yAxis);
        entry(tr("KL"), trained->kl, m_theme.kl, at, p.plot->yAxis2);
        if (std::abs(trained->objective - trained->nelbo) > 5e-3) {
            entry(tr("objective"), trained->objective, m_theme.muted, at, p.plot->yAxis);
            reading.entries.back().marked = false;
        }
        if (m_view.gradientNorm && norm >= 0) {
            entry(tr("gradient norm"), norm, m_theme.muted, at, p.plot->yAxis);
            reading.entries.back().marked = false;
        }
    }
    m_readout->setReading(reading);
}

} // namespace latentscape::ui
