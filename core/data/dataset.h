// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_traits.h"
#include "core/data/item_shape.h"
#include "core/data/shared_values.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// A numeric column that belongs to the samples of one part: a factor of a generated set, or a column of a table.
struct FactorColumn {
    std::string name;          ///< "slant"
    std::string unit;          ///< "degrees", "pixels", or empty
    std::vector<float> values; ///< one a sample
};

/// One part (train or test) of a data set: samples [N, C, H, W], labels, columns. Immutable once inside a Dataset.
struct DataPart {
    std::size_t count = 0;
    SharedValues values;               ///< row-major [N, C, H, W]; bytes mean value / 255, floats are already scaled to [0, 1] or standardised
    std::vector<std::int32_t> labels;  ///< empty, or N indices into Dataset::classNames()
    std::vector<FactorColumn> factors; ///< may be empty

    [[nodiscard]] bool isBytes() const noexcept { return values.isBytes(); }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return values.bytes(); } ///< empty when the part holds floats
    [[nodiscard]] std::span<const float> floats() const noexcept { return values.floats(); }      ///< empty when the part holds bytes
};

/// How a column of a table was standardised: value = (original − mean) / scale, by the train part.
struct ColumnScale {
    std::string name;
    float mean = 0.0f;
    float scale = 1.0f; ///< standard deviation, > 0
    friend bool operator==(const ColumnScale&, const ColumnScale&) = default;
};

/// Where a set came from and how its numbers were made; goes into checkpoints. Holds no path of the person's computer.
struct DataProvenance {
    std::string name;   ///< "digits", "mnist", or the folder's own name
    std::string source; ///< "built in, seed 1", "IDX folder"
    std::string sha256; ///< of all sample bytes and labels, train before test
    std::string scale;  ///< "0 … 255 → 0 … 1"
    std::size_t trainCount = 0;
    std::size_t testCount = 0;
    std::vector<ColumnScale> columns; ///< empty unless the columns were standardised
};

/// A labelled or unlabelled set of samples of one shape, with a train part and a test part. Immutable after create(),
/// shared by pointer between all threads.
class Dataset {
public:
    struct Parts {
        std::string name;
        std::string source;
        std::string scale;
        ItemShape shape;
        std::vector<std::string> classNames; ///< empty when unlabelled
        DataPart train;
        DataPart test;
        std::vector<ColumnScale> columns; ///< of standardised vectors, one a number of a sample; empty: values lie in [0, 1]
    };
    /// Checks nothing but asserts the sizes: readers have checked before. Computes the digest (about 0.1 s for MNIST).
    [[nodiscard]] static std::shared_ptr<const Dataset> create(Parts parts);

    [[nodiscard]] const std::string& name() const noexcept { return m_provenance.name; }
    [[nodiscard]] const DataProvenance& provenance() const noexcept { return m_provenance; }
    [[nodiscard]] const ItemShape& shape() const noexcept { return m_parts.shape; }
    [[nodiscard]] const std::vector<std::string>& classNames() const noexcept { return m_parts.classNames; }
    [[nodiscard]] const DataPart& train() const noexcept { return m_parts.train; }
    [[nodiscard]] const DataPart& test() const noexcept { return m_parts.test; }
    [[nodiscard]] bool isLabelled() const noexcept { return !m_parts.classNames.empty(); }
    [[nodiscard]] bool isStandardized() const noexcept { return !m_parts.columns.empty(); }
    [[nodiscard]] const std::vector<ColumnScale>& columns() const noexcept { return m_parts.columns; }

    [[nodiscard]] DataTraits traits() const noexcept;

    /// The same samples (their values are shared, not copied), where the named ones of the train part carry className; a class of that name
    /// is appended when there is none. Name and sha256 stay those of the original, so that its runs still fit; the source says it.
    /// Indices beyond the train part are passed over. Null for an unlabelled set and for an empty name.
    [[nodiscard]] std::shared_ptr<const Dataset> relabelled(std::span<const std::size_t> trainSamples, const std::string& className) const;
    /// A set of its own of some samples of the train part, ascending, each once, with the classes that occur among them; a stratified tenth
    /// of them (at least one) is its test part. Indices beyond the train part are passed over. Null when fewer than two are left.
    [[nodiscard]] std::shared_ptr<const Dataset> subset(std::span<const std::size_t> trainSamples, std::string name) const;

    /// Copies sample index of part (train() or test() of this set) as floats, in [0, 1] unless standardised; out.size() == shape().size().
    void copyFloats(const DataPart& part, std::size_t index, std::span<float> out) const noexcept;
    /// The same as bytes 0 … 255; standardised values: −3 … 3 standard deviations, cut.
    void copyBytes(const DataPart& part, std::size_t index, std::span<std::uint8_t> out) const noexcept;

private:
    Dataset(Parts parts, std::string sha256);

    Parts m_parts;
    DataProvenance m_provenance;
};

} // namespace latentscape
