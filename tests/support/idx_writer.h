// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace latentscape::tests {

/// Four bytes, most significant first.
inline QByteArray bigEndian(std::uint32_t value)
{
    QByteArray bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.append(static_cast<char>(value >> shift));
    return bytes;
}

/// Header of an IDX file.
inline QByteArray idxHeader(int type, std::initializer_list<std::uint32_t> dims)
{
    QByteArray header("\0\0", 2);
    header.append(static_cast<char>(type));
    header.append(static_cast<char>(dims.size()));
    for (const std::uint32_t dim : dims)
        header.append(bigEndian(dim));
    return header;
}

/// An images file of count × side × side bytes; pixel p of sample i is (7 i + p) mod 256.
inline QByteArray idxImages(std::uint32_t count, std::uint32_t side = 4)
{
    QByteArray bytes = idxHeader(0x08, {count, side, side});
    for (std::uint32_t i = 0; i < count; ++i)
        for (std::uint32_t p = 0; p < side * side; ++p)
            bytes.append(static_cast<char>(7 * i + p));
    return bytes;
}

/// A labels file of bytes.
inline QByteArray idxLabels(const std::vector<int>& labels)
{
    QByteArray bytes = idxHeader(0x08, {static_cast<std::uint32_t>(labels.size())});
    for (const int label : labels)
        bytes.append(static_cast<char>(label));
    return bytes;
}

/// 0, 1, …, classes − 1, 0, 1, …
inline std::vector<int> cyclingLabels(int count, int classes)
{
    std::vector<int> labels;
    for (int i = 0; i < count; ++i)
        labels.push_back(i % classes);
    return labels;
}

/// gzip by Qt's zlib: qCompress's stream without its length and zlib wrapping, in a gzip header and trailer.
inline QByteArray gzip(const QByteArray& content)
{
    const QByteArray zlib = qCompress(content).mid(4);
    std::uint32_t crc = ~0u;
    for (const char c : content) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1u) ? 0xEDB88320u : 0u);
    }
    QByteArray bytes("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    bytes += zlib.mid(2, zlib.size() - 6);
    for (const std::uint32_t word : {~crc, static_cast<std::uint32_t>(content.size())})
        for (int shift = 0; shift < 32; shift += 8)
            bytes.append(static_cast<char>(word >> shift));
    return bytes;
}

/// Writes a file into a folder; ends the test program when it cannot.
inline QString writeFile(const QString& folder, const QString& name, const QByteArray& content)
{
    QDir().mkpath(folder);
    QFile file(folder + '/' + name);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(content) != content.size())
        qFatal("The test cannot write %s.", qPrintable(file.fileName()));
    return file.fileName();
}

} // namespace latentscape::tests
