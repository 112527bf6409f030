// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/idx_writer.h"
#include "support/tiny_data.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <vector>

namespace latentscape::tests {

/// What one call of latentscape-cli left behind.
struct CliAnswer {
    int code = -1; ///< −1: it crashed or did not end in time
    QByteArray out;
    QByteArray err;

    /// The lines of stdout as objects; empty when one of them is not an object.
    [[nodiscard]] std::vector<QJsonObject> objects() const
    {
        std::vector<QJsonObject> all;
        for (const QByteArray& line : out.split('\n')) {
            if (line.isEmpty())
                continue;
            const QJsonDocument document = QJsonDocument::fromJson(line);
            if (!document.isObject())
                return {};
            all.push_back(document.object());
        }
        return all;
    }
};

/// Runs the built program to its end.
inline CliAnswer runCli(const QStringList& arguments)
{
    QProcess process;
    process.start(QStringLiteral(LATENTSCAPE_CLI), arguments);
    CliAnswer answer;
    if (process.waitForFinished(120000) && process.exitStatus() == QProcess::NormalExit)
        answer.code = process.exitCode();
    answer.out = process.readAllStandardOutput();
    answer.err = process.readAllStandardError();
    return answer;
}

/// Writes the tiny set as an IDX folder (images of side × side) and answers its path.
inline QString writeTinyIdx(const QString& folder, std::size_t train, std::size_t test, int side = 8)
{
    const auto data = tinyDataset(train, test, side);
    for (const auto& [part, prefix] : {std::pair{&data->train(), "train"}, std::pair{&data->test(), "t10k"}}) {
        const auto bytes = part->bytes();
        const auto edge = static_cast<std::uint32_t>(side);
        writeFile(folder, QString("%1-images-idx3-ubyte").arg(prefix),
                  idxHeader(0x08, {static_cast<std::uint32_t>(part->count), edge, edge})
                      + QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())));
        writeFile(folder, QString("%1-labels-idx1-ubyte").arg(prefix), idxLabels({part->labels.begin(), part->labels.end()}));
    }
    return folder;
}

inline QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace latentscape::tests
