#pragma once

// What a function gives back when the ordinary outcome may be a refusal.
//
// `Result<T>` holds a T or an Error; `Status` is `Result<void>`. We do not throw: an error must
// reach a person at a screen, so it is a value that [[nodiscard]] keeps from being lost.
// The sentence for the person is looked up by `code` in messages/{zh,en}.yaml at the edge.

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace base {

// One table in http/ maps kinds to status codes; nobody else picks a number.
enum class Kind {
    Malformed,        // 400: the bytes are not what they claim to be (broken JSON, bad encoding)
    Invalid,          // 422: understood, but a field is wrong
    Unauthenticated,  // 401
    Forbidden,        // 403
    NotFound,         // 404: also for what the caller may not know to exist
    Conflict,         // 409
    Precondition,     // 412
    TooLarge,         // 413
    Locked,           // 423
    TooMany,          // 429
    Unavailable,      // 503: try again later
    Internal,         // 500
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

// One thing wrong with one field; a form gets all its faults at once.
struct Fault {
    std::string field;  // path such as "contacts[2].phone"; empty for the whole
    std::string code;   // such as "REQUIRED"
    Parameters parameters = {};
};

struct Error {
    Kind kind = Kind::Internal;
    std::string code;                      // upper case with underscores: "TWO_OFFICERS"
    std::vector<std::string> fields = {};  // field paths the error is about
    Parameters parameters = {};            // values for the sentence; never personal data
    std::vector<Fault> faults = {};        // for validation: every fault
    std::string detail = {};               // technical part for the log and the folded-away part
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : value_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : value_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return value_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() & { return std::get<0>(value_); }
    const T& value() const& { return std::get<0>(value_); }
    T&& value() && { return std::get<0>(std::move(value_)); }
    Error& error() & { return std::get<1>(value_); }
    const Error& error() const& { return std::get<1>(value_); }
    Error&& error() && { return std::get<1>(std::move(value_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::get<0>(std::move(value_)); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T value_or(T other) && { return ok() ? std::move(value()) : std::move(other); }

private:
    std::variant<T, Error> value_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool ok() const { return !error_; }
    explicit operator bool() const { return ok(); }
    void value() const {}
    Error& error() & { return *error_; }
    const Error& error() const& { return *error_; }
    Error&& error() && { return *std::move(error_); }

private:
    std::optional<Error> error_;
};

using Status = Result<void>;

// Broken definitions and configuration: where, what, and what to do.
struct Problem {
    std::string file;
    int line = 0;    // 1-based; 0 when unknown
    int column = 0;  // 1-based
    std::string message;
    std::string hint = {};
};

#define WEIJIAN_JOIN_(a, b) a##b
#define WEIJIAN_JOIN(a, b) WEIJIAN_JOIN_(a, b)

// Leaves the function with the error of `expression`, if it has one.
#define TRY(expression)                                                                       \
    do {                                                                                      \
        if (auto WEIJIAN_JOIN(try_status_, __LINE__) = (expression);                          \
            !WEIJIAN_JOIN(try_status_, __LINE__).ok())                                        \
            return std::move(WEIJIAN_JOIN(try_status_, __LINE__)).error();                    \
    } while (false)

// `TRY_ASSIGN(auto person, load(id));` binds the value or leaves with the error.
#define TRY_ASSIGN(declaration, ...)                                                          \
    auto WEIJIAN_JOIN(try_result_, __LINE__) = (__VA_ARGS__);                                 \
    if (!WEIJIAN_JOIN(try_result_, __LINE__).ok())                                            \
        return std::move(WEIJIAN_JOIN(try_result_, __LINE__)).error();                        \
    declaration = *std::move(WEIJIAN_JOIN(try_result_, __LINE__))

}  // namespace base
