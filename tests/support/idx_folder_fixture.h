// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/idx_dataset.h"
#include "core/data/idx_files.h"
#include "support/idx_writer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <bit>
#include <memory>
#include <vector>

namespace latentscape::tests {

inline QByteArray idxFloats(const std::vector<float>& values)
{
    QByteArray bytes = idxHeader(0x0D, {static_cast<std::uint32_t>(values.size()), 1, 1});
    for (const float value : values)
        bytes += bigEndian(std::bit_cast<std::uint32_t>(value));
    return bytes;
}

/// A fresh folder for each test function, and what it takes to put IDX files there and read them.
class IdxFolderFixture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

protected:
    std::unique_ptr<QTemporaryDir> m_folder;

    QString put(const char* name, const QByteArray& content) const { return writeFile(m_folder->path(), QString::fromLatin1(name), content); }

    void putTrain(int count = 40, int classes = 4) const
    {
        put("train-images-idx3-ubyte", idxImages(std::uint32_t(count)));
        put("train-labels-idx1-ubyte", idxLabels(cyclingLabels(count, classes)));
    }

    Result<std::shared_ptr<const Dataset>> load(std::uint64_t seed = 1) const
    {
        const auto sets = findIdxFiles(m_folder->path().toStdString());
        if (sets.size() != 1)
            return Error{ErrorCode::Internal, "the test expects one set", "", "", ""};
        return loadIdxSet(IdxRequest{sets.front(), sets.front().prefix.empty() ? "test" : sets.front().prefix.substr(0, sets.front().prefix.size() - 1), seed, {}});
    }
};

} // namespace latentscape::tests
