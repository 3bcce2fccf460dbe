#pragma once

// The functions of the rule language: their overloads for the type check, and what they do.

#include <span>

#include "kernel/rules/ast.h"
#include "kernel/rules/operations.h"

namespace rules {

struct Overload {
    std::vector<Type> arguments;  // with the receiver first
    Type result = Type::Any;
};

struct CallContext {
    const Activation* activation = nullptr;  // null while folding constants
    Trouble& trouble;
    const Node& node;
};
using Arguments = std::span<const Value* const>;  // none is null or unknown, except for dyn()

struct Function {
    enum class Style { Global, Receiver, Both };
    std::string_view name;
    Style style = Style::Global;
    std::vector<Overload> overloads;
    Value (*call)(Arguments, CallContext&) = nullptr;
    bool foldable = false;  // conversions of constants
};

const Function* find_function(std::string_view name);
const std::vector<Function>& all_functions();

// "UTC", "Asia/Shanghai", "+08:00"; offset in milliseconds.
std::optional<std::int64_t> zone_offset(std::string_view name);
std::optional<Duration> parse_duration(std::string_view text);
std::string text_of(double);
std::string text_of(Duration);

// Whole months from a to b: the day of the month decides; negative when b is before a.
std::int64_t months_between(base::Date a, base::Date b);

// Calendar arithmetic shared by Date and Timestamp; part as in getFullYear, getMonth ...
std::optional<std::int64_t> day_part(std::string_view function, base::Date);
std::optional<std::int64_t> time_part(std::string_view function, std::int64_t milliseconds);
std::int64_t floor_divide(std::int64_t, std::int64_t);

namespace conversions {
Value to_int(Arguments, CallContext&);
Value to_uint(Arguments, CallContext&);
Value to_double(Arguments, CallContext&);
Value to_text(Arguments, CallContext&);
Value to_bytes(Arguments, CallContext&);
Value to_bool(Arguments, CallContext&);
Value to_decimal(Arguments, CallContext&);
Value to_date(Arguments, CallContext&);
Value to_timestamp(Arguments, CallContext&);
Value to_duration(Arguments, CallContext&);
}  // namespace conversions

namespace days {
Value part(Arguments, CallContext&);  // getFullYear, getHours ...; the node names it
Value now(Arguments, CallContext&);
Value today(Arguments, CallContext&);
Value workdays(Arguments, CallContext&);
Value days(Arguments, CallContext&);
Value months(Arguments, CallContext&);
Value years(Arguments, CallContext&);
Value add_days(Arguments, CallContext&);
Value add_months(Arguments, CallContext&);
Value add_years(Arguments, CallContext&);
}  // namespace days

}  // namespace rules
