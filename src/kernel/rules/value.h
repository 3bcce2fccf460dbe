#pragma once

// Values of the rule language: CEL's own types plus Decimal and Date (DESIGN: "Rules language").
// `Unknown` stands for error or unknown; in SQL it is NULL of the result.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"

namespace rules {

struct Null {
    bool operator==(const Null&) const = default;
};
struct Unknown {
    std::string reason;
    bool operator==(const Unknown&) const { return true; }
};
struct Duration {
    std::int64_t milliseconds = 0;
    auto operator<=>(const Duration&) const = default;
};

struct Bytes {
    std::string data;
    auto operator<=>(const Bytes&) const = default;
};

class Value;
using List = std::vector<Value>;
using Map = std::map<std::string, Value, std::less<>>;

class Value {
public:
    using Held = std::variant<Unknown, Null, bool, std::int64_t, std::uint64_t, double, std::string,
                              base::Decimal, base::Date, base::Timestamp, Duration,
                              std::shared_ptr<const List>, std::shared_ptr<const Map>, Bytes>;
    Value() : held_(Null{}) {}
    Value(Held held) : held_(std::move(held)) {}
    static Value list(List values) { return Held{std::make_shared<const List>(std::move(values))}; }
    static Value map(Map values) { return Held{std::make_shared<const Map>(std::move(values))}; }

    const Held& held() const { return held_; }
    bool unknown() const { return std::holds_alternative<Unknown>(held_); }
    bool null() const { return std::holds_alternative<Null>(held_); }
    template <class T>
    const T* get() const { return std::get_if<T>(&held_); }
    bool truth() const { const bool* b = get<bool>(); return b && *b; }

private:
    Held held_;
};

}  // namespace rules
