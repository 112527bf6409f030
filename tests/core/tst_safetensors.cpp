// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "core/store/safetensors.h"

#include <QtTest>

#include <cstring>
#include <limits>

using namespace latentscape;

namespace {

using Bytes = std::vector<std::byte>;

template <typename T>
TensorBlob tensor(std::string name, TensorType type, std::vector<std::int64_t> shape, const std::vector<T>& values)
{
    TensorBlob blob{std::move(name), type, std::move(shape), Bytes(values.size() * sizeof(T))};
    if (!values.empty())
        std::memcpy(blob.bytes.data(), values.data(), blob.bytes.size());
    return blob;
}

/// A file from a header's text and its data, as another writer could have made it.
Bytes fileOf(const std::string& header, const std::string& data = {})
{
    Bytes bytes;
    for (std::size_t i = 0; i < 8; ++i)
        bytes.push_back(static_cast<std::byte>((header.size() >> (8 * i)) & 0xFF));
    for (const std::string* part : {&header, &data})
        for (const char c : *part)
            bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

SafetensorsFile example()
{
    SafetensorsFile file;
    file.metadata["b"] = "two \"words\" and β";
    file.metadata["a"] = "one";
    file.tensors = {tensor<std::uint8_t>("bytes", TensorType::U8, {3}, {1, 2, 3}),
                    tensor<float>("weight", TensorType::F32, {2, 3}, {1.5f, -2.0f, 0.0f, -0.0f, 1e-45f, 3.4e38f}),
                    tensor<std::int64_t>("step", TensorType::I64, {1}, {-7}),
                    tensor<std::uint16_t>("half", TensorType::F16, {2, 1}, {0x3C00, 0xFBFF}),
                    tensor<float>("empty", TensorType::F32, {0, 5}, {}),
                    tensor<float>("scalar", TensorType::F32, {}, {4.0f}),
                    tensor<float>("bias", TensorType::F32, {1}, {0.25f})};
    return file;
}

QString textOf(const Error& error) { return QString::fromStdString(error.text()); }

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void write_example_comesBack()
    {
        const SafetensorsFile file = example();
        const Bytes bytes = writeSafetensors(file);
        const Result<SafetensorsFile> back = readSafetensors(bytes);
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().text().c_str());
        QCOMPARE(back.value().metadata.at("a"), std::string("one"));
        QCOMPARE(back.value().metadata.at("b"), std::string("two \"words\" and β"));
        QCOMPARE(back.value().metadata.size(), std::size_t{3});
        QCOMPARE(back.value().tensors.size(), file.tensors.size());
        for (const TensorBlob& want : file.tensors)
            QVERIFY2(std::ranges::find(back.value().tensors, want) != back.value().tensors.end(), want.name.c_str());
    }

    void write_anyOrder_givesTheSameAlignedBytes()
    {
        SafetensorsFile file = example();
        const Bytes bytes = writeSafetensors(file);
        std::ranges::reverse(file.tensors);
        QVERIFY(writeSafetensors(file) == bytes);

        std::vector<std::string> names;
        const Result<SafetensorsFile> back = readSafetensors(bytes);
        QVERIFY(back.ok());
        for (const TensorBlob& blob : back.value().tensors)
            names.push_back(blob.name);
        QCOMPARE(names, (std::vector<std::string>{"step", "bias", "empty", "scalar", "weight", "half", "bytes"}));
        const auto headerSize = std::to_integer<std::size_t>(bytes[0]) | std::to_integer<std::size_t>(bytes[1]) << 8;
        QCOMPARE(headerSize % 8, std::size_t{0});
        QCOMPARE(std::to_integer<char>(bytes[8]), '{');
    }

    void write_digest_isOfTheTensorBytes()
    {
        SafetensorsFile file;
        file.tensors = {tensor<std::uint8_t>("x", TensorType::U8, {3}, {'a', 'b', 'c'})};
        const Result<SafetensorsFile> back = readSafetensors(writeSafetensors(file));
        QVERIFY(back.ok());
        QCOMPARE(back.value().metadata.at("data_sha256"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void read_otherWritersFile_works()
    {
        const Result<SafetensorsFile> file =
            readSafetensors(fileOf(R"({"b":{"shape":[2],"dtype":"U8","data_offsets":[1,3]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}   )", "xyz"));
        QVERIFY2(file.ok(), file.ok() ? "" : file.error().text().c_str());
        QCOMPARE(file.value().tensors.at(0).name, std::string("a"));
        QCOMPARE(file.value().tensors.at(1).bytes.size(), std::size_t{2});
        QVERIFY(file.value().metadata.empty());
        QVERIFY(readSafetensors(fileOf("{}")).ok());
    }

    void read_badFile_isRefused_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("fragment");
        const auto row = [](const char* name, const std::string& header, const std::string& data, ErrorCode code, const char* fragment) {
            QTest::newRow(name) << QByteArray::fromStdString(header) << QByteArray::fromStdString(data) << code << QString(fragment);
        };
        const auto one = [](const char* dtype, const char* shape, const char* offsets) {
            return std::string("{\"x\":{\"dtype\":\"") + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
        };
        const std::string four(4, '\0');
        const ErrorCode malformed = ErrorCode::Malformed;
        row("empty header", "", "", malformed, "begins with {");
        row("no object", "[]", "", malformed, "begins with {");
        row("space first", " {}", "", malformed, "begins with {");
        row("cut JSON", "{\"x\":", "", malformed, "not valid JSON");
        row("duplicate tensor", R"({"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", four,
            malformed, "\"x\" appears twice");
        row("duplicate in an entry", R"({"x":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}})", four, malformed, "appears twice");
        row("no UTF-8", "{\"\xc3\x28\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", four, malformed, "not valid JSON");
        row("tensor is a number", R"({"x":4})", "", malformed, "described wrongly");
        row("entry lacks shape", R"({"x":{"dtype":"U8","data_offsets":[0,4]}})", four, malformed, "described wrongly");
        row("entry has more", R"({"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"y":1}})", four, malformed, "described wrongly");
        row("dtype is a number", R"({"x":{"dtype":4,"shape":[4],"data_offsets":[0,4]}})", four, malformed, "dtype");
        row("BF16", one("BF16", "[2]", "[0,4]"), four, ErrorCode::Unsupported, "found BF16");
        row("F64", one("F64", "[0]", "[0,0]"), "", ErrorCode::Unsupported, "found F64");
        row("negative size", one("U8", "[-4]", "[0,4]"), four, malformed, "usable shape");
        row("fraction as size", one("U8", "[4.0]", "[0,4]"), four, malformed, "usable shape");
        row("rank 9", one("U8", "[1,1,1,1,1,1,1,1,4]", "[0,4]"), four, malformed, "at most 8 sizes, found 9");
        row("product overflows", one("F32", "[4611686018427387904,4]", "[0,0]"), "", malformed, "below 2^64");
        row("product overflows by size", one("I64", "[2305843009213693952]", "[0,0]"), "", malformed, "below 2^64");
        row("size above 2^62", one("U8", "[18446744073709551615]", "[0,4]"), four, malformed, "usable shape");
        row("length too short", one("F32", "[2]", "[0,4]"), four, malformed, "expected 8 bytes, found 4 bytes");
        row("end before begin", one("U8", "[4]", "[4,0]"), four, malformed, "end before its beginning");
        row("three offsets", one("U8", "[4]", "[0,2,4]"), four, malformed, "data_offsets");
        row("negative offset", one("U8", "[4]", "[-4,0]"), four, malformed, "data_offsets");
        row("hole at the start", one("U8", "[3]", "[1,4]"), four, malformed, "hole");
        row("hole between", R"({"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})", four, malformed,
            "hole");
        row("overlap", R"({"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})", four, malformed,
            "overlaps");
        row("bytes after the tensors", one("U8", "[3]", "[0,3]"), four, malformed, "do not fill");
        row("data cut", one("U8", "[5]", "[0,5]"), four, malformed, "do not fill");
        row("no tensor but data", "{}", four, malformed, "do not fill");
        row("metadata is a list", R"({"__metadata__":[]})", "", malformed, "metadata");
        row("metadata holds a number", R"({"__metadata__":{"a":1}})", "", malformed, "\"a\"");
        row("digest of other data", R"({"__metadata__":{"data_sha256":"00"},"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", four,
            ErrorCode::Mismatch, "changed after it was written");
        row("NaN", one("F32", "[1]", "[0,4]"), std::string("\x00\x00\xc0\x7f", 4), ErrorCode::Malformed, "\"x\"");
        row("minus infinity", one("F32", "[1]", "[0,4]"), std::string("\x00\x00\x80\xff", 4), ErrorCode::Malformed, "\"x\"");
        row("half infinity", one("F16", "[2]", "[0,4]"), std::string("\x00\x00\x00\x7c", 4), ErrorCode::Malformed, "\"x\"");
        row("nested", std::string(20, '{'), "", malformed, "not valid JSON");
        std::string many = "{";
        for (int i = 0; i <= 4096; ++i)
            many += (i ? ", \"x" : "\"x") + std::to_string(i) + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
        row("4097 tensors", many + '}', "", malformed, "at most 4096");
    }
    void read_badFile_isRefused()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, data);
        QFETCH(ErrorCode, code);
        QFETCH(QString, fragment);
        const Result<SafetensorsFile> file = readSafetensors(fileOf(header.toStdString(), data.toStdString()));
        QVERIFY(!file.ok());
        QVERIFY2(textOf(file.error()).contains(fragment), qPrintable(textOf(file.error())));
        QCOMPARE(file.error().code, code);
    }

    void read_badLength_isRefusedBeforeAllocating()
    {
        const std::byte few[7] = {};
        QVERIFY(!readSafetensors(few).ok());
        QVERIFY(!readSafetensors({}).ok());
        for (const std::uint64_t size : {std::uint64_t{3}, std::uint64_t{1} << 20, (std::uint64_t{1} << 20) + 1, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
            Bytes bytes = fileOf("{}");
            std::memcpy(bytes.data(), &size, 8);
            const Result<SafetensorsFile> file = readSafetensors(bytes);
            QVERIFY(!file.ok());
            QCOMPARE(file.error().code, ErrorCode::Malformed);
        }
    }

    void read_everyTruncation_isRefused()
    {
        const Bytes bytes = writeSafetensors(example());
        for (std::size_t size = 0; size < bytes.size(); ++size)
            QVERIFY2(!readSafetensors(std::span(bytes).first(size)).ok(), qPrintable(QString::number(size)));
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
