#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "kernel/rules/functions.h"

namespace rules {
namespace {

Value refused(CallContext& context)
{
    return unknown(context.trouble, "CONVERSION");
}

template <class T>
std::optional<T> parse_whole(std::string_view text)
{
    T value = 0;
    auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

std::optional<double> parse_double(std::string_view text)
{
    double value = 0;
    auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool plain = text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    if (code != std::errc{} || end != text.data() + text.size() || !plain || !std::isfinite(value))
        return std::nullopt;
    return value;
}

}  // namespace

// The shortest text that reads back the same, laid out as JavaScript does: 100000, 1e+21, 1.5e-7.
std::string text_of(double value)
{
    if (value == 0)
        return std::signbit(value) ? "-0" : "0";
    char buffer[32];
    auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific);
    std::string_view form{buffer, static_cast<std::size_t>(end - buffer)};
    std::size_t mark = form.find('e');
    std::string digits{form.substr(0, 1)};
    if (mark > 2)
        digits += form.substr(2, mark - 2);
    int exponent = 0;
    std::string_view power = form.substr(mark + (form[mark + 1] == '+' ? 2 : 1));
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    auto count = static_cast<int>(digits.size());
    std::string text;
    if (exponent >= 21 || exponent < -6)
        text = digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
    else if (exponent < 0)
        text = "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    else if (exponent + 1 >= count)
        text = digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0');
    else
        text = digits.substr(0, static_cast<std::size_t>(exponent + 1)) + "." + digits.substr(static_cast<std::size_t>(exponent + 1));
    return (value < 0 ? "-" : "") + text;
}

std::string text_of(Duration span)
{
    std::uint64_t rest = span.milliseconds < 0 ? 0 - static_cast<std::uint64_t>(span.milliseconds)
                                               : static_cast<std::uint64_t>(span.milliseconds);
    std::string text = (span.milliseconds < 0 ? "-" : "") + std::to_string(rest / 1000);
    if (std::string fraction = std::to_string(rest % 1000); fraction != "0") {
        fraction.insert(0, 3 - fraction.size(), '0');
        text += "." + fraction.substr(0, fraction.find_last_not_of('0') + 1);
    }
    return text + "s";
}

// "1h30m", "90s", "1.5s", "-250ms": numbers with the units h, m, s, ms.
std::optional<Duration> parse_duration(std::string_view text)
{
    bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    if (text == "0")
        return Duration{};
    if (text.empty() || text.size() > 40)
        return std::nullopt;
    std::int64_t total = 0;
    while (!text.empty()) {
        std::size_t length = text.find_first_not_of("0123456789.");
        auto number = base::Decimal::parse(text.substr(0, length));
        if (length == 0 || length == std::string_view::npos || !number)
            return std::nullopt;
        text.remove_prefix(length);
        std::size_t unit_length = std::min(text.find_first_of("0123456789."), text.size());
        std::string_view unit = text.substr(0, unit_length);
        text.remove_prefix(unit_length);
        std::int64_t factor = unit == "h" ? 3'600'000 : unit == "m" ? 60'000 : unit == "s" ? 1000 : unit == "ms" ? 1 : 0;
        std::int64_t product = 0;
        std::int64_t divisor = power_of_ten(number->scale());
        if (factor == 0 || __builtin_mul_overflow(number->unscaled(), factor, &product)
            || __builtin_add_overflow(total, product / divisor, &total))
            return std::nullopt;
    }
    constexpr std::int64_t limit = 315'576'000'000'000;
    if (total > limit)
        return std::nullopt;
    return Duration{negative ? -total : total};
}

namespace conversions {

Value to_int(Arguments arguments, CallContext& context)
{
    const Value& value = *arguments[0];
    if (value.get<std::int64_t>())
        return value;
    if (const auto* number = value.get<std::uint64_t>()) {
        if (*number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return unknown(context.trouble, "OVERFLOW");
        return Value::Held{static_cast<std::int64_t>(*number)};
    }
    if (const auto* number = value.get<double>()) {
        if (!(*number > -9223372036854775808.0 && *number < 9223372036854775808.0))
            return unknown(context.trouble, "OVERFLOW");
        return Value::Held{static_cast<std::int64_t>(*number)};
    }
    if (const auto* number = value.get<base::Decimal>())
        return Value::Held{number->unscaled() / power_of_ten(number->scale())};
    if (const auto* at = value.get<base::Timestamp>())
        return Value::Held{floor_divide(at->milliseconds, 1000)};
    if (const auto* text = value.get<std::string>()) {
        if (auto number = parse_whole<std::int64_t>(*text))
            return Value::Held{*number};
    }
    return refused(context);
}

Value to_uint(Arguments arguments, CallContext& context)
{
    const Value& value = *arguments[0];
    if (value.get<std::uint64_t>())
        return value;
    if (const auto* number = value.get<std::int64_t>(); number && *number >= 0)
        return Value::Held{static_cast<std::uint64_t>(*number)};
    if (const auto* number = value.get<double>(); number && *number > -1.0 && *number < 18446744073709551616.0)
        return Value::Held{static_cast<std::uint64_t>(*number)};
    if (const auto* text = value.get<std::string>()) {
        if (auto number = parse_whole<std::uint64_t>(*text))
            return Value::Held{*number};
    }
    return refused(context);
}

Value to_double(Arguments arguments, CallContext& context)
{
    const Value& value = *arguments[0];
    if (value.get<double>())
        return value;
    if (const auto* number = value.get<std::int64_t>())
        return Value::Held{static_cast<double>(*number)};
    if (const auto* number = value.get<std::uint64_t>())
        return Value::Held{static_cast<double>(*number)};
    if (const auto* number = value.get<base::Decimal>()) {
        if (auto exact = parse_double(number->text()))
            return Value::Held{*exact};
    }
    if (const auto* text = value.get<std::string>()) {
        if (auto number = parse_double(*text))
            return Value::Held{*number};
    }
    return refused(context);
}

Value to_text(Arguments arguments, CallContext& context)
{
    return std::visit(
        [&]<class T>(const T& value) -> Value {
            if constexpr (std::is_same_v<T, std::string>) {
                return Value::Held{value};
            } else if constexpr (std::is_same_v<T, bool>) {
                return Value::Held{std::string{value ? "true" : "false"}};
            } else if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t>) {
                return Value::Held{std::to_string(value)};
            } else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, Duration>) {
                return Value::Held{text_of(value)};
            } else if constexpr (std::is_same_v<T, base::Decimal> || std::is_same_v<T, base::Date>
                || std::is_same_v<T, base::Timestamp>) {
                return Value::Held{value.text()};
            } else if constexpr (std::is_same_v<T, Bytes>) {
                if (base::text::valid_utf8(value.data))
                    return Value::Held{value.data};
            }
            return refused(context);
        },
        arguments[0]->held());
}

Value to_bytes(Arguments arguments, CallContext& context)
{
    if (const auto* text = arguments[0]->get<std::string>())
        return Value::Held{Bytes{*text}};
    return arguments[0]->get<Bytes>() ? *arguments[0] : refused(context);
}

Value to_bool(Arguments arguments, CallContext& context)
{
    if (arguments[0]->get<bool>())
        return *arguments[0];
    if (const auto* text = arguments[0]->get<std::string>(); text && (*text == "true" || *text == "false"))
        return Value::Held{*text == "true"};
    return refused(context);
}

Value to_decimal(Arguments arguments, CallContext& context)
{
    if (arguments[0]->get<base::Decimal>())
        return *arguments[0];
    if (const auto* integer = arguments[0]->get<std::int64_t>())
        return Value::Held{base::Decimal{*integer, 0}};
    if (const auto* text = arguments[0]->get<std::string>()) {
        if (auto number = base::Decimal::parse(*text))
            return Value::Held{*number};
    }
    return refused(context);
}

Value to_date(Arguments arguments, CallContext& context)
{
    if (arguments[0]->get<base::Date>())
        return *arguments[0];
    if (const auto* at = arguments[0]->get<base::Timestamp>())
        return Value::Held{base::Date{static_cast<std::int32_t>(floor_divide(at->milliseconds + zone_ms, day_ms))}};
    if (const auto* text = arguments[0]->get<std::string>()) {
        if (auto day = base::Date::parse(*text))
            return Value::Held{*day};
    }
    return refused(context);
}

Value to_timestamp(Arguments arguments, CallContext& context)
{
    if (arguments[0]->get<base::Timestamp>())
        return *arguments[0];
    if (const auto* day = arguments[0]->get<base::Date>())
        return Value::Held{base::Timestamp{day->days * day_ms - zone_ms}};
    if (const auto* text = arguments[0]->get<std::string>()) {
        if (auto at = base::Timestamp::parse(*text))
            return Value::Held{*at};
    }
    return refused(context);
}

Value to_duration(Arguments arguments, CallContext& context)
{
    if (arguments[0]->get<Duration>())
        return *arguments[0];
    if (const auto* text = arguments[0]->get<std::string>()) {
        if (auto span = parse_duration(*text))
            return Value::Held{*span};
    }
    return refused(context);
}

}  // namespace conversions
}  // namespace rules
