#include "generator.h"

#include <limits>

namespace rules_tests {
namespace {

constexpr std::int64_t int_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int_min = std::numeric_limits<std::int64_t>::min();

std::string call(const std::string& name, const std::string& a, const std::string& b)
{
    return name + "(" + a + ", " + b + ")";
}

std::string operation(const std::string& a, const std::string& symbol, const std::string& b)
{
    return "(" + a + " " + symbol + " " + b + ")";
}

}  // namespace

// SplitMix64: small, and equal everywhere, unlike the distributions of the standard library.
std::uint32_t Generator::below(std::uint32_t limit)
{
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 32) % limit;
}

std::int64_t Generator::integer()
{
    static const std::vector<std::int64_t> edges = {0, 0, 1, -1, 2, 3, 7, 10, 100, int_max, int_min, int_max - 1, int_min + 1,
        3037000500, 4611686018427387904, 1'000'000'000'000'000'000, 999'999'999'999'999'999, -1'000'000'000'000'000'000};
    return chance(55) ? pick(edges) : static_cast<std::int64_t>(below(200)) - 100;
}

base::Decimal Generator::decimal(int scale)
{
    static const std::vector<std::int64_t> edges = {0, 0, 1, -1, 50, 100, -150, 999'999'999'999'999'999, -999'999'999'999'999'999,
        99'999'999'999, 500'000'000'000'000'000, 100'000'000};
    return {chance(55) ? pick(edges) : static_cast<std::int64_t>(below(20000)) - 10000, scale};
}

std::string Generator::text()
{
    static const std::vector<std::string> texts = {"", "", " ", "a", "A", "b", "ab", "abc", "aB", "中", "中文", "文", "𠮷野家", "𠮷",
        "😀a", "%", "_b", "'", "\"", "\\", " a ", "\u3000中\u3000", "ÿ", "\uFFFF", "Ä", "ä", "0", "12", "\ta\n"};
    return pick(texts);
}

base::Date Generator::date()
{
    static const std::vector<std::string> days = {"0001-01-01", "9999-12-31", "1970-01-01", "1969-12-31", "2024-02-29", "2026-01-31",
        "2026-02-28", "2026-09-28", "2026-09-30", "2026-10-08", "2026-12-31", "2027-01-01", "2000-02-29", "1900-03-01"};
    return chance(70) ? *base::Date::parse(pick(days)) : base::Date::of(2026, 1, 1).plus_days(below(365));
}

// Often the very end of a day in Asia/Shanghai, its last millisecond, or the limits of the calendar.
base::Timestamp Generator::timestamp()
{
    static const std::vector<std::string> instants = {"0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59.999+08:00",
        "1970-01-01T00:00:00Z", "1969-12-31T15:59:59.999Z", "1969-12-31T16:00:00Z", "2026-09-28T16:00:00Z",
        "2026-09-28T15:59:59.999Z", "2026-09-28T16:00:00+08:00", "2026-12-31T16:00:00Z", "2024-02-29T12:34:56.789+08:00"};
    if (chance(50))
        return *base::Timestamp::parse(pick(instants));
    std::int64_t end = base::Timestamp::start_of(date()).milliseconds;
    return {end + (chance(50) ? 0 : static_cast<std::int64_t>(below(86'400'000)))};
}

Value Generator::cell(Type type, int scale)
{
    if (chance(15))
        return Value{};
    switch (type) {
    case Type::Bool: return Value::Held{chance(50)};
    case Type::Int: return Value::Held{integer()};
    case Type::Decimal: return Value::Held{decimal(scale)};
    case Type::Date: return Value::Held{date()};
    case Type::Timestamp: return Value::Held{timestamp()};
    default: return Value::Held{text()};
    }
}

Value Generator::items()
{
    rules::List rows;
    for (std::uint32_t count = below(4); count > 0; --count) {
        rules::Map fields;
        for (const auto& [name, declaration] : declarations().find("items")->second.fields)
            fields.emplace(name, cell(declaration.type, declaration.scale));
        rows.push_back(Value::map(std::move(fields)));
    }
    return Value::list(std::move(rows));
}

SheetRow Generator::row()
{
    SheetRow row;
    for (const auto& [name, declaration] : declarations()) {
        if (declaration.type == Type::List)
            row.values.emplace(name, items());
        else if (declaration.type != Type::Map)
            row.values.emplace(name, cell(declaration.type, declaration.scale));
    }
    return row;
}

std::string Generator::rule()
{
    static const std::vector<Type> types = {Type::Bool, Type::Bool, Type::Bool, Type::Bool, Type::Int, Type::Decimal, Type::String,
        Type::Date, Type::Timestamp, Type::Duration};
    in_rows_ = false;
    return expression(pick(types), 1 + static_cast<int>(below(5)));
}

std::string Generator::name(Type type)
{
    bool row = in_rows_ && chance(60);
    switch (type) {
    case Type::Bool: return row ? "r.ok" : pick(std::vector<std::string>{"b", "c"});
    case Type::Int: return row ? "r.n" : pick(std::vector<std::string>{"i", "j", "k", "user.organisation"});
    case Type::Decimal: return row ? "r.amount" : pick(std::vector<std::string>{"d0", "d2", "e2", "d6"});
    case Type::String: return row ? "r.note" : pick(std::vector<std::string>{"s", "t", "user.name"});
    case Type::Date: return row ? "r.day" : pick(std::vector<std::string>{"day", "until"});
    default: return pick(std::vector<std::string>{"at", "closed"});
    }
}

std::string Generator::literal(Type type)
{
    switch (type) {
    case Type::Bool: return chance(50) ? "true" : "false";
    case Type::Int: return std::to_string(integer());
    case Type::Decimal: return "decimal(\"" + decimal(static_cast<int>(below(4))).text() + "\")";
    case Type::String: {
        std::string quoted = json::serialize(json::value_from(text()));
        return quoted;
    }
    case Type::Date: return chance(20) ? "today()" : "date(\"" + date().text() + "\")";
    case Type::Timestamp: return chance(20) ? "now()" : "timestamp(\"" + timestamp().text() + "\")";
    default: return "duration(\"" + std::to_string(static_cast<int>(below(200'000)) - 100'000) + pick(std::vector<std::string>{"s", "ms", "m"}) + "\")";
    }
}

std::string Generator::expression(Type type, int depth)
{
    bool named = type != Type::Duration;
    if (depth <= 0)
        return named && chance(75) ? name(type) : literal(type);
    if (type != Type::Bool && type != Type::Duration && chance(12)) {
        std::string branch = chance(15) ? "null" : expression(type, depth - 1);
        return "(" + condition(depth - 1) + " ? " + expression(type, depth - 1) + " : " + branch + ")";
    }
    switch (type) {
    case Type::Bool: return condition(depth);
    case Type::Int: return whole(depth);
    case Type::Decimal: return exact(depth);
    case Type::String: return words(depth);
    case Type::Date: return day(depth);
    case Type::Timestamp: return instant(depth);
    default: return span(depth);
    }
}

std::string Generator::condition(int depth)
{
    if (depth <= 0)
        return chance(85) ? name(Type::Bool) : literal(Type::Bool);
    switch (below(12)) {
    case 0:
    case 1: return operation(condition(depth - 1), "&&", condition(depth - 1));
    case 2:
    case 3: return operation(condition(depth - 1), "||", condition(depth - 1));
    case 4: return "!" + operation(condition(depth - 1), chance(50) ? "&&" : "==", condition(depth - 1));
    case 5: return "(" + condition(depth - 1) + " ? " + condition(depth - 1) + " : " + condition(depth - 1) + ")";
    case 6: return in_rows_ ? "has(r.note)" : over_rows(depth);
    case 7: {
        std::string test = pick(std::vector<std::string>{"contains", "startsWith", "endsWith"});
        return expression(Type::String, depth - 1) + "." + test + "(" + expression(Type::String, depth - 1) + ")";
    }
    default: return comparison(depth);
    }
}

std::string Generator::comparison(int depth)
{
    static const std::vector<Type> types = {Type::Int, Type::Int, Type::Decimal, Type::Decimal, Type::String, Type::Date,
        Type::Timestamp, Type::Duration, Type::Bool};
    static const std::vector<std::string> symbols = {"==", "!=", "<", "<=", ">", ">="};
    Type type = pick(types);
    std::string left = expression(type, depth - 1);
    if (chance(10))
        return operation(left, chance(50) ? "==" : "!=", "null");
    if (chance(12) && type != Type::Duration)
        return operation(left, "in", "[" + literal(type) + ", " + (chance(60) ? literal(type) : expression(type, depth - 2)) + ", "
                + (chance(15) ? "null" : literal(type)) + "]");
    bool mixed = type == Type::Decimal && chance(30);
    return operation(left, pick(symbols), expression(mixed ? Type::Int : type, depth - 1));
}

std::string Generator::over_rows(int depth)
{
    in_rows_ = true;
    std::string body = condition(depth - 1);
    std::string filter = chance(25) ? ".filter(r, " + condition(depth - 2) + ")" : "";
    in_rows_ = false;
    return "items" + filter + "." + pick(std::vector<std::string>{"exists", "all", "exists_one"}) + "(r, " + body + ")";
}

std::string Generator::whole(int depth)
{
    static const std::vector<std::string> symbols = {"+", "-", "*", "/", "%"};
    switch (below(12)) {
    case 0: return "size(" + expression(Type::String, depth - 1) + ")";
    case 1: return call(pick(std::vector<std::string>{"days", "months", "years", "workdays"}),
        expression(chance(70) ? Type::Date : Type::Timestamp, depth - 1), expression(chance(70) ? Type::Date : Type::Timestamp, depth - 1));
    case 2: {
        std::string part = pick(std::vector<std::string>{"getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"});
        return chance(50) ? expression(Type::Date, depth - 1) + "." + part + "()"
                          : expression(Type::Timestamp, depth - 1) + "." + part + (chance(60) ? "()" : "(\"-05:30\")");
    }
    case 3: {
        std::string part = pick(std::vector<std::string>{"getHours", "getMinutes", "getSeconds", "getMilliseconds"});
        return chance(60) ? expression(Type::Timestamp, depth - 1) + "." + part + (chance(60) ? "()" : "(\"UTC\")")
                          : expression(Type::Duration, depth - 1) + "." + part + "()";
    }
    case 4: return in_rows_ ? name(Type::Int) : chance(40) ? "size(items)" : [&] {
        in_rows_ = true;
        std::string term = expression(Type::Int, depth - 2);
        in_rows_ = false;
        return "items.sum(r, " + term + ")";
    }();
    case 5: return "-(" + whole(depth - 1) + ")";
    case 6: return "int(" + expression(Type::Decimal, depth - 1) + ")";
    default: return depth <= 0 ? name(Type::Int) : operation(expression(Type::Int, depth - 1), pick(symbols), expression(Type::Int, depth - 1));
    }
}

std::string Generator::exact(int depth)
{
    static const std::vector<std::string> symbols = {"+", "-", "*", "/"};
    switch (below(10)) {
    case 0: return in_rows_ ? name(Type::Decimal) : [&] {
        in_rows_ = true;
        std::string term = expression(Type::Decimal, depth - 2);
        in_rows_ = false;
        return "items.sum(r, " + term + ")";
    }();
    case 1: return "-(" + expression(Type::Decimal, depth - 1) + ")";
    case 2: return "decimal(" + expression(Type::Int, depth - 1) + ")";
    default: {
        Type other = chance(30) ? Type::Int : Type::Decimal;
        std::string left = expression(Type::Decimal, depth - 1);
        std::string right = expression(other, depth - 1);
        return chance(50) ? operation(left, pick(symbols), right) : operation(right, pick(symbols), left);
    }
    }
}

std::string Generator::words(int depth)
{
    switch (below(4)) {
    case 0: return operation(expression(Type::String, depth - 1), "+", expression(Type::String, depth - 1));
    case 1: return "string(" + expression(Type::Int, depth - 1) + ")";
    default: return expression(Type::String, depth - 1) + "." + pick(std::vector<std::string>{"trim", "lower", "upper"}) + "()";
    }
}

std::string Generator::day(int depth)
{
    switch (below(3)) {
    case 0: return "date(" + expression(Type::Timestamp, depth - 1) + ")";
    default:
        return call(pick(std::vector<std::string>{"addDays", "addMonths", "addYears"}), expression(Type::Date, depth - 1),
            chance(60) ? std::to_string(static_cast<int>(below(60)) - 30) : expression(Type::Int, depth - 1));
    }
}

std::string Generator::instant(int depth)
{
    if (chance(40))
        return "timestamp(" + expression(Type::Date, depth - 1) + ")";
    return operation(expression(Type::Timestamp, depth - 1), chance(50) ? "+" : "-", expression(Type::Duration, depth - 1));
}

std::string Generator::span(int depth)
{
    if (chance(60))
        return operation(expression(Type::Timestamp, depth - 1), "-", expression(Type::Timestamp, depth - 1));
    return chance(20) ? "-(" + span(depth - 1) + ")"
                      : operation(expression(Type::Duration, depth - 1), chance(50) ? "+" : "-", expression(Type::Duration, depth - 1));
}

}  // namespace rules_tests
