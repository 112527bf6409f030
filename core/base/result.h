// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace latentscape {

/// Why an operation was refused or failed. The code decides the exit status and the icon; the texts say the rest.
enum class ErrorCode {
    InvalidArgument,   ///< a number, name or combination that cannot work
    NotFound,          ///< file, folder, data set or column that does not exist
    Unreadable,        ///< it exists, but the system refuses to read it
    Malformed,         ///< content that breaks its own format
    Unsupported,       ///< valid, but of a kind or version this program does not handle
    Mismatch,          ///< two things that must agree do not (counts, shapes, hashes)
    WriteFailed,       ///< the disk or the folder refuses; nothing was replaced
    NonFinite,         ///< NaN or infinity in data, loss or weights
    OutOfMemory,       ///< memory ran out; state is as it was before
    DeviceUnavailable, ///< the requested device cannot be used
    Cancelled,         ///< a person or a signal stopped it
    PeerLost,          ///< another process of the run is gone; state is that of the last whole step
    Internal           ///< a defect of this program
};

/// One failure in the four parts that every message has: what, expected, found, what to do. Plain English, no mark-up.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string what;     ///< "train-images-idx3-ubyte.gz is shorter than its header says"
    std::string expected; ///< "47040016 bytes"; may be empty
    std::string found;    ///< "1200000 bytes"; may be empty
    std::string remedy;   ///< "Download the file again."; may be empty

    /// "What: expected …, found …. Remedy"; one line.
    [[nodiscard]] std::string text() const;
};

/// True for failures that the person can mend by changing what was asked (exit code 2 on the command line).
[[nodiscard]] bool isInputError(ErrorCode code) noexcept;

/// A value or the reason why there is none. Expected failures travel in it; exceptions never cross a layer.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const noexcept { return m_state.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    [[nodiscard]] const T& value() const& { assert(ok()); return *std::get_if<0>(&m_state); }
    [[nodiscard]] T& value() & { assert(ok()); return *std::get_if<0>(&m_state); }
    [[nodiscard]] T&& value() && { assert(ok()); return std::move(*std::get_if<0>(&m_state)); }
    [[nodiscard]] const Error& error() const { assert(!ok()); return *std::get_if<1>(&m_state); }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or the reason of the failure.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    [[nodiscard]] bool ok() const noexcept { return !m_error.has_value(); }
    explicit operator bool() const noexcept { return ok(); }
    [[nodiscard]] const Error& error() const { assert(!ok()); return *m_error; }

private:
    std::optional<Error> m_error;
};

} // namespace latentscape
