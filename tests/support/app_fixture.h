// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/session.h"
#include "support/fake_backend.h"
#include "support/idx_writer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace latentscape::tests {

/// A small IDX folder (60 training and 20 test images of 4 × 4, three classes) and the settings that fit it.
class TinyFolder {
public:
    TinyFolder()
    {
        write(path() + QStringLiteral("/train-images-idx3-ubyte"), idxImages(60, 4));
        write(path() + QStringLiteral("/train-labels-idx1-ubyte"), idxLabels(cyclingLabels(60, 3)));
        write(path() + QStringLiteral("/t10k-images-idx3-ubyte"), idxImages(20, 4));
        write(path() + QStringLiteral("/t10k-labels-idx1-ubyte"), idxLabels(cyclingLabels(20, 3)));
    }
    static void write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    [[nodiscard]] QString path() const { return m_folder.path(); }
    [[nodiscard]] QString file(const QString& name) const { return m_folder.filePath(name); }

    [[nodiscard]] static RunConfig config(int latent = 2, int epochs = 3)
    {
        RunConfig config;
        config.model.inputShape = {1, 4, 4};
        config.model.encoderHidden = {8};
        config.model.latent = latent;
        config.training.batchSize = 8;
        config.training.epochs = epochs;
        return config;
    }

private:
    QTemporaryDir m_folder;
};

} // namespace latentscape::tests
