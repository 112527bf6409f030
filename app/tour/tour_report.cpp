// SPDX-License-Identifier: GPL-3.0-or-later
// tour.json: what the tour measured.
#include "app/tour/tour.h"

#include "core/store/atomic_file.h"
#include "app/tour/process_figures.h"

#include <QFile>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace latentscape::app {

namespace {

double rounded(double value)
{
    return std::round(value * 1000.0) / 1000.0;
}

QJsonArray list(const std::vector<double>& values)
{
    QJsonArray array;
    for (const double value : values)
        array.append(std::round(value));
    return array;
}

/// Each windowed phase against the mean of the headless phases before and after it, so that a slow spell of the machine slows both. The
/// phases alternate, a windowed one first.
std::vector<double> pairedRatios(const std::vector<double>& windowed, const std::vector<double>& headless)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(windowed.size(), headless.size()); ++i) {
        const double before = i > 0 ? headless[i - 1] : headless[i];
        ratios.push_back(2.0 * windowed[i] / (before + headless[i]));
    }
    return ratios;
}

} // namespace

bool Tour::writeReport()
{
    const Session& session = m_app.session();
    const History& history = m_history;
    QJsonObject last;
    if (!history.epochs.empty()) {
        const EpochRecord& record = history.epochs.back();
        last = {{"train_nelbo", rounded(record.train.nelbo)}, {"test_nelbo", rounded(record.held.nelbo)}, {"kl", rounded(record.held.kl)}};
    }
    const QJsonObject latency{{"p50", rounded(m_meter.latencyQuantile(0.5))},
                              {"p95", rounded(m_meter.latencyQuantile(0.95))},
                              {"p99", rounded(m_meter.latencyQuantile(0.99))},
                              {"max", rounded(m_meter.latencyQuantile(1.0))}};
    const double windowed = median(m_windowedRates);
    const double headless = median(m_headlessRates);
    QJsonObject report{
        {"platform", QGuiApplication::platformName()},
        {"data", QString::fromStdString(session.data()->name())},
        {"epochs", static_cast<int>(history.epochs.size())},
        {"train_images_per_second", std::round(windowed)},
        {"headless_images_per_second", std::round(headless)},
        {"rate_ratio", headless > 0.0 ? rounded(windowed / headless) : 0.0},
        {"rate_ratio_paired", rounded(median(pairedRatios(m_windowedRates, m_headlessRates)))},
        {"phases", QJsonObject{{"windowed", list(m_windowedRates)}, {"headless", list(m_headlessRates)}}},
        {"drag", QJsonObject{{"events", static_cast<qint64>(m_meter.events())},
                             {"images_shown", static_cast<qint64>(m_meter.imagesShown())},
                             {"latency_ms", latency}}},
        {"event_loop_gap_ms_max", rounded(m_meter.longestGap())},
        {"final", last},
        {"data_load_ms", std::round(m_loadMs)},
        {"publishing_share", m_costs.training > 0.0 ? rounded(m_costs.publishing / m_costs.training) : 0.0},
        {"first_paint_ms", std::round(m_firstPaintMs)},
        {"first_paint_rss_mb", std::round(m_firstPaintMb)},
        {"peak_rss_mb", std::round(peakResidentMegabytes())},
        {"device_pixel_ratio", m_app.window().devicePixelRatioF()},
    };
    const QJsonObject chapters = m_chapters.report();
    for (auto chapter = chapters.begin(); chapter != chapters.end(); ++chapter)
        report.insert(chapter.key(), chapter.value());
    const QByteArray text = QJsonDocument(report).toJson();
    const std::filesystem::path path = QFile::encodeName(m_stage.folder().filePath(QStringLiteral("tour.json"))).toStdString();
    if (const Result<void> written = writeFileAtomically(path, std::string_view(text.constData(), static_cast<std::size_t>(text.size()))); !written) {
        m_stage.fail(QString::fromStdString(written.error().text()));
        return false;
    }
    m_stage.noteFile(QStringLiteral("tour.json"));
    return true;
}

} // namespace latentscape::app
