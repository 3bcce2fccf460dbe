// Functions on days and instants. The day of an instant is its day in UTC+8, on every side.

#include "kernel/rules/functions.h"

namespace rules {

std::int64_t floor_divide(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

std::optional<std::int64_t> zone_offset(std::string_view name)
{
    if (name == "UTC")
        return 0;
    if (name == "Asia/Shanghai")
        return zone_ms;
    auto digit = [&](std::size_t at) { return name[at] >= '0' && name[at] <= '9'; };
    if (name.size() != 6 || (name[0] != '+' && name[0] != '-') || name[3] != ':' || !digit(1) || !digit(2) || !digit(4)
        || !digit(5))
        return std::nullopt;
    int hours = (name[1] - '0') * 10 + (name[2] - '0');
    int minutes = (name[4] - '0') * 10 + (name[5] - '0');
    if (hours > 14 || minutes > 59)
        return std::nullopt;
    std::int64_t offset = (hours * 60 + minutes) * std::int64_t{60'000};
    return name[0] == '-' ? -offset : offset;
}

std::int64_t months_between(base::Date a, base::Date b)
{
    if (b < a)
        return -months_between(b, a);
    std::int64_t months = (b.year() - a.year()) * std::int64_t{12} + static_cast<int>(b.month()) - static_cast<int>(a.month());
    return months - (b.day() < a.day() ? 1 : 0);
}

std::optional<std::int64_t> day_part(std::string_view function, base::Date day)
{
    if (function == "getFullYear")
        return day.year();
    if (function == "getMonth")
        return static_cast<std::int64_t>(day.month()) - 1;
    if (function == "getDate")
        return day.day();
    if (function == "getDayOfMonth")
        return static_cast<std::int64_t>(day.day()) - 1;
    if (function == "getDayOfWeek")
        return day.weekday() % 7;
    if (function == "getDayOfYear")
        return day.days - base::Date::of(day.year(), 1, 1).days;
    return std::nullopt;
}

std::optional<std::int64_t> time_part(std::string_view function, std::int64_t milliseconds)
{
    if (function == "getHours")
        return milliseconds / 3'600'000 % 24;
    if (function == "getMinutes")
        return milliseconds / 60'000 % 60;
    if (function == "getSeconds")
        return milliseconds / 1000 % 60;
    if (function == "getMilliseconds")
        return milliseconds % 1000;
    return std::nullopt;
}

namespace days {
namespace {

base::Date day_of(std::int64_t milliseconds, std::int64_t offset)
{
    return {static_cast<std::int32_t>(floor_divide(milliseconds + offset, day_ms))};
}

std::optional<base::Date> day_of(const Value& value)
{
    if (const auto* day = value.get<base::Date>())
        return *day;
    if (const auto* at = value.get<base::Timestamp>())
        return day_of(at->milliseconds, zone_ms);
    return std::nullopt;
}

Value mismatch(CallContext& context)
{
    return unknown(context.trouble, "NO_OVERLOAD");
}

Value day(std::int64_t number, CallContext& context)
{
    if (number < day_min || number > day_max)
        return unknown(context.trouble, "OVERFLOW");
    return Value::Held{base::Date{static_cast<std::int32_t>(number)}};
}

// A span in hours, in minutes ... is the whole length, as in CEL; milliseconds are the rest.
std::int64_t span_part(std::string_view function, std::int64_t milliseconds)
{
    if (function == "getHours")
        return milliseconds / 3'600'000;
    if (function == "getMinutes")
        return milliseconds / 60'000;
    return function == "getSeconds" ? milliseconds / 1000 : milliseconds % 1000;
}

Value shifted(Arguments arguments, CallContext& context, std::int64_t unit)
{
    const auto* from = arguments[0]->get<base::Date>();
    const auto* count = arguments[1]->get<std::int64_t>();
    if (!from || !count)
        return mismatch(context);
    constexpr std::int64_t most = 120'000;  // months in 10,000 years
    if (*count > most / unit || *count < -most / unit)
        return unknown(context.trouble, "OVERFLOW");
    std::int64_t month = from->year() * std::int64_t{12} + static_cast<int>(from->month()) - 1 + *count * unit;
    if (month < 12 || month >= 120'000)
        return unknown(context.trouble, "OVERFLOW");
    return Value::Held{from->plus_months(static_cast<int>(*count * unit))};
}

}  // namespace

Value part(Arguments arguments, CallContext& context)
{
    const std::string& function = context.node.text;
    const Value& of = *arguments[0];
    if (const auto* span = of.get<Duration>(); span && arguments.size() == 1 && time_part(function, 0))
        return Value::Held{span_part(function, span->milliseconds)};
    if (const auto* date = of.get<base::Date>()) {
        auto result = arguments.size() == 1 ? day_part(function, *date) : std::nullopt;
        return result ? Value{Value::Held{*result}} : mismatch(context);
    }
    const auto* at = of.get<base::Timestamp>();
    if (!at)
        return mismatch(context);
    std::int64_t offset = zone_ms;
    if (arguments.size() == 2) {
        const auto* name = arguments[1]->get<std::string>();
        auto zone = name ? zone_offset(*name) : std::nullopt;
        if (!zone)
            return unknown(context.trouble, "TIME_ZONE");
        offset = *zone;
    }
    std::int64_t local = at->milliseconds + offset;
    base::Date date = day_of(at->milliseconds, offset);
    if (auto result = time_part(function, local - date.days * day_ms))
        return Value::Held{*result};
    if (date.days < day_min || date.days > day_max)
        return unknown(context.trouble, "OVERFLOW");
    return Value::Held{*day_part(function, date)};
}

Value now(Arguments, CallContext& context)
{
    return Value::Held{context.activation->now};
}

Value today(Arguments, CallContext& context)
{
    return Value::Held{day_of(context.activation->now.milliseconds, zone_ms)};
}

Value workdays(Arguments arguments, CallContext& context)
{
    auto a = day_of(*arguments[0]);
    auto b = day_of(*arguments[1]);
    if (!a || !b)
        return mismatch(context);
    const base::WorkCalendar* calendar = context.activation->calendar;
    if (!calendar)
        return unknown(context.trouble, "CALENDAR_MISSING");
    auto from = calendar->workday_number(*a);
    auto to = calendar->workday_number(*b);
    if (!from || !to)
        return unknown(context.trouble, "CALENDAR_MISSING");
    return Value::Held{*to - *from};
}

Value days(Arguments arguments, CallContext& context)
{
    auto a = day_of(*arguments[0]);
    auto b = day_of(*arguments[1]);
    if (!a || !b)
        return mismatch(context);
    return Value::Held{static_cast<std::int64_t>(b->days) - a->days};
}

Value months(Arguments arguments, CallContext& context)
{
    auto a = day_of(*arguments[0]);
    auto b = day_of(*arguments[1]);
    if (!a || !b)
        return mismatch(context);
    return Value::Held{months_between(*a, *b)};
}

Value years(Arguments arguments, CallContext& context)
{
    auto a = day_of(*arguments[0]);
    auto b = day_of(*arguments[1]);
    if (!a || !b)
        return mismatch(context);
    return Value::Held{months_between(*a, *b) / 12};
}

Value add_days(Arguments arguments, CallContext& context)
{
    const auto* from = arguments[0]->get<base::Date>();
    const auto* count = arguments[1]->get<std::int64_t>();
    if (!from || !count)
        return mismatch(context);
    constexpr std::int64_t most = 10'000'000;
    if (*count > most || *count < -most)
        return unknown(context.trouble, "OVERFLOW");
    return day(from->days + *count, context);
}

Value add_months(Arguments arguments, CallContext& context)
{
    return shifted(arguments, context, 1);
}

Value add_years(Arguments arguments, CallContext& context)
{
    return shifted(arguments, context, 12);
}

}  // namespace days
}  // namespace rules
