// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/base/read_file.h"
#include "core/store/checkpoint_file.h"
#include "support/checkpoint_example.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstring>

using namespace latentscape;

/// Damaged copies of a checkpoint: each is refused, or reads as exactly what was saved.
class TestCheckpointMutants : public QObject {
    Q_OBJECT

    using Bytes = std::vector<std::byte>;

private Q_SLOTS:
    void load_mutants_areRefusedOrUnchanged()
    {
        const Checkpoint checkpoint = exampleWithDirections();
        const QTemporaryDir folder;
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "model.safetensors";
        QVERIFY(saveCheckpoint(checkpoint, path).ok());
        const Bytes original = readFile(path).value();
        const auto headerEnd = 8 + (std::to_integer<std::size_t>(original[0]) | std::to_integer<std::size_t>(original[1]) << 8);
        RandomStream stream(11, StreamPurpose::Interface);
        int read = 0;
        for (int i = 0; i < 3000; ++i) {
            Bytes mutant = original;
            mutate(mutant, headerEnd, i % 6, stream);
            const Result<LoadedCheckpoint> loaded = checkpointFromBytes(mutant);
            if (!loaded)
                continue;
            ++read;
            QVERIFY2(sameContent(loaded.value().checkpoint, checkpoint), qPrintable(QString("mutant %1 was read as something else").arg(i)));
        }
        QVERIFY(read < 300); // the rest flips bits of the producer's name, of the minor version, or nothing
    }

private:
    static void mutate(Bytes& bytes, std::size_t headerEnd, int kind, RandomStream& stream)
    {
        const auto flip = [&](std::size_t limit) { bytes[stream.below(limit)] ^= static_cast<std::byte>(1u << stream.below(8)); };
        switch (kind) {
        case 0: // anywhere
            flip(bytes.size());
            break;
        case 1: // the header
            flip(headerEnd);
            break;
        case 2: // several in the header
            for (int i = 0; i < 3; ++i)
                flip(headerEnd);
            break;
        case 3: // cut
            bytes.resize(stream.below(bytes.size()));
            break;
        case 4: { // a character of the header becomes another digit, quote, brace or comma
            static constexpr char kCharacters[] = "0123456789\"{}[],:\\ ";
            bytes[8 + stream.below(headerEnd - 8)] = static_cast<std::byte>(kCharacters[stream.below(sizeof kCharacters - 1)]);
            break;
        }
        default: { // a run of bytes moves elsewhere
            const std::size_t size = 1 + stream.below(32);
            const std::size_t from = stream.below(bytes.size() - size);
            const std::size_t to = stream.below(bytes.size() - size);
            std::memmove(bytes.data() + to, bytes.data() + from, size);
        }
        }
    }
};

QTEST_APPLESS_MAIN(TestCheckpointMutants)
#include "tst_checkpoint_mutants.moc"
