#pragma once

// Operators of the rule language on values. Null and Unknown operands give Unknown, except in
// `equal`, where both count as "no value" (SQL: IS NOT DISTINCT FROM).

#include <optional>

#include "kernel/rules/rules.h"

namespace rules {

enum class Truth : std::uint8_t { False, True, Unknown };

inline Truth truth_of(bool value)
{
    return value ? Truth::True : Truth::False;
}
inline Truth negated(Truth truth)
{
    return truth == Truth::Unknown ? truth : truth_of(truth == Truth::False);
}
Value value_of(Truth);

// Why the last unknown came about; plain literals, so that setting one costs nothing.
struct Trouble {
    const char* reason = "";
    std::int64_t budget = 2'000'000;  // steps of macros and of deep comparisons
};

inline Value unknown(Trouble& trouble, const char* reason)
{
    trouble.reason = reason;
    return Value::Held{Unknown{}};
}
inline bool missing(const Value& value)
{
    return value.held().index() <= 1;
}

enum class Order : std::uint8_t { Less, Equal, Greater, None };
Order order(const Value&, const Value&);
Truth equal(const Value&, const Value&, Trouble&);

Value add(const Value&, const Value&, Trouble&);
Value subtract(const Value&, const Value&, Trouble&);
Value multiply(const Value&, const Value&, Trouble&);
Value divide(const Value&, const Value&, Trouble&);
Value modulo(const Value&, const Value&, Trouble&);
Value negate(const Value&, Trouble&);
Value index(const Value& container, const Value& key, Trouble&);
const Value* field(const Value& container, std::string_view name);
Truth contained(const Value& element, const Value& container, Trouble&);

// Exact sum of ints, or of ints and decimals; order of the terms does not matter.
class Sum {
public:
    bool add(const Value&);  // false: not a number of the right kind
    Value result(Trouble&) const;

private:
    __extension__ using Wide = __int128;
    Wide total_ = 0;
    int scale_ = 0;
    bool decimal_ = false;
    bool too_big_ = false;
};

constexpr int division_scale = 6;  // decimal places of a decimal quotient, or those of the dividend if more

// A decimal is written with at most 18 digits; a result may use all 64 bits, and beyond is unknown.
constexpr std::int64_t power_of_ten(int exponent)
{
    std::int64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

// Instants lie within the years 1 to 9999 of UTC+8, days within the years 1 to 9999.
constexpr std::int32_t day_min = -719162;
constexpr std::int32_t day_max = 2932896;
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t zone_ms = 8 * 3'600'000;  // the installation's zone, Asia/Shanghai
constexpr std::int64_t timestamp_min = day_min * day_ms - zone_ms;
constexpr std::int64_t timestamp_max = (day_max + 1) * day_ms - zone_ms - 1;

}  // namespace rules
