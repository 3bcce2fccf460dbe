#include <algorithm>

#include "kernel/rules/operations.h"
#include "kernel/rules/sql_writer.h"

namespace rules {

SqlWriter::Written SqlWriter::call(const Node& node)
{
    const std::string& name = node.text;
    auto is = [&](std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!node.function)
        return refused(node, name + "()");
    if (is({"now", "today"})) {
        base::Timestamp now = terms_.names().now;
        Value value = Value::Held{now};
        if (name == "today")
            value = Value::Held{base::Date{static_cast<std::int32_t>(floor_divide(now.milliseconds + zone_ms, day_ms))}};
        made_.push_back(std::make_unique<Value>(std::move(value)));
        return literal(*made_.back(), node);
    }
    if (name == "size" && node.children.size() == 1 && rows_range(node.children[0]))
        return row_count(node);
    if (is({"contains", "startsWith", "endsWith"}))
        return text_test(node);
    if (is({"size", "lower", "upper", "trim"}))
        return text_change(node);
    if (is({"int", "decimal", "date", "timestamp", "string", "bool", "duration"}))
        return conversion(node);
    if (name.starts_with("get"))
        return part(node);
    if (is({"days", "workdays", "months", "years"}))
        return between(node);
    if (name == "addDays")
        return shifted_day(node);
    if (is({"addMonths", "addYears"}))
        return shifted_month(node);
    return refused(node, name + "()");
}

// Both databases count and compare code points here; `substr` with a negative start that reaches
// before the beginning gives less than was asked for, so a longer ending never matches.
SqlWriter::Written SqlWriter::text_test(const Node& node)
{
    TRY_ASSIGN(Term whole, term(node.children[0]));
    TRY_ASSIGN(Term piece, term(node.children[1]));
    if (whole.type != Type::String || piece.type != Type::String)
        return refused(node, node.text + "() on other than text");
    std::string a = terms_.text(whole);
    std::string b = terms_.text(piece);
    if (node.text == "contains")
        return truth(terms_.sqlite() ? "(instr(" + a + ", " + b + ") > 0)" : "(strpos(" + a + ", " + b + ") > 0)");
    if (!terms_.sqlite())
        return truth(node.text == "startsWith" ? "starts_with(" + a + ", " + b + ")"
                                               : "(right(" + a + ", length(" + b + ")) = " + b + ")");
    if (node.text == "startsWith")
        return truth("(substr(" + a + ", 1, length(" + b + ")) = " + b + ")");
    return truth("(substr(" + a + ", -length(" + b + "), length(" + b + ")) = " + b + ")");
}

SqlWriter::Written SqlWriter::text_change(const Node& node)
{
    TRY_ASSIGN(Term operand, term(node.children[0]));
    if (operand.type != Type::String)
        return refused(node, node.text + "() on other than text");
    std::string text = terms_.text(operand);
    if (node.text == "size")
        return Term{.text = terms_.sqlite() ? "length(" + text + ")" : "CAST(length(" + text + ") AS bigint)", .type = Type::Int};
    if (node.text == "trim") {
        text = terms_.sqlite() ? "trim(" + text + ", char(32, 9, 10, 11, 12, 13, 160, 12288))"
                               : "btrim(" + text + ", U&' \\0009\\000A\\000B\\000C\\000D\\00A0\\3000')";
        return Term{.text = std::move(text), .type = Type::String};
    }
    if (!terms_.sqlite())  // "C" changes the letters A to Z only, as SQLite and the evaluator do
        text += " COLLATE \"C\"";
    return Term{.text = node.text + "(" + text + ")", .type = Type::String};
}

SqlWriter::Written SqlWriter::conversion(const Node& node)
{
    TRY_ASSIGN(Term operand, term(node.children[0]));
    Type wanted = Type::Any;
    for (Type type : {Type::Int, Type::Decimal, Type::Date, Type::Timestamp, Type::String, Type::Bool, Type::Duration})
        wanted = name_of(type) == node.text ? type : wanted;
    if (operand.type == wanted)
        return operand;
    std::string pair = node.text + "() of " + std::string{name_of(operand.type)};
    if (wanted == Type::Int && operand.type == Type::Decimal) {
        std::string value = terms_.decimal(operand, operand.scale);
        std::string text = terms_.sqlite() ? "(" + value + " / " + std::to_string(power_of_ten(operand.scale)) + ")"
                                           : "trunc(" + value + ")";
        return Term{.text = std::move(text), .type = Type::Int};
    }
    if (wanted == Type::Decimal && operand.type == Type::Int)
        return Term{.text = terms_.sqlite() ? terms_.text(operand) : "CAST(" + terms_.text(operand) + " AS numeric)", .type = Type::Decimal};
    if (wanted == Type::Date && operand.type == Type::Timestamp)
        return terms_.date(terms_.day_number(operand));
    if (wanted == Type::Timestamp && operand.type == Type::Date) {
        std::string days = terms_.day_number(operand);
        if (!terms_.sqlite())
            days = "CAST(" + days + " AS bigint)";
        return Term{.text = "(" + days + " * " + std::to_string(day_ms) + " - " + std::to_string(zone_ms) + ")",
            .type = Type::Timestamp, .milliseconds = !terms_.sqlite()};
    }
    if (wanted == Type::String && operand.type == Type::Int)
        return Term{.text = "CAST(" + terms_.text(operand) + " AS text)", .type = Type::String};
    return refused(node, pair);
}

// Year, month, day of the month or of the year of a day, counted as the function counts them.
std::string SqlWriter::calendar_part(const std::string& day_number, std::string_view function) const
{
    bool year = function == "getFullYear", month = function == "getMonth", day_of_year = function == "getDayOfYear";
    std::string text;
    if (terms_.sqlite()) {
        const char* format = year ? "%Y" : month ? "%m" : day_of_year ? "%j" : "%d";
        text = "CAST(strftime('" + std::string{format} + "', " + day_number + " * 86400, 'unixepoch') AS INTEGER)";
    } else {
        const char* field = year ? "year" : month ? "month" : day_of_year ? "doy" : "day";
        text = "CAST(extract(" + std::string{field} + " FROM DATE '1970-01-01' + CAST(" + day_number + " AS integer)) AS bigint)";
    }
    bool from_zero = month || day_of_year || function == "getDayOfMonth";
    return from_zero ? "(" + text + " - 1)" : text;
}

SqlWriter::Written SqlWriter::part(const Node& node)
{
    TRY_ASSIGN(Term operand, term(node.children[0]));
    const std::string& function = node.text;
    std::int64_t offset = zone_ms;
    if (node.children.size() == 2) {
        const auto* zone = node.children[1].constant.get<std::string>();
        auto known = zone && node.children[1].op == Op::Constant ? zone_offset(*zone) : std::nullopt;
        if (!known)
            return refused(node, "a time zone that is not written out");
        offset = *known;
    }
    auto whole = [](std::string text) { return Term{.text = std::move(text), .type = Type::Int}; };
    std::int64_t unit = function == "getHours" ? 3'600'000 : function == "getMinutes" ? 60'000 : function == "getSeconds" ? 1000 : 1;
    if (operand.type == Type::Duration) {
        std::string span = terms_.milliseconds(operand);
        return whole("(" + span + (unit == 1 ? " % 1000)" : " / " + std::to_string(unit) + ")"));
    }
    if (operand.type != Type::Timestamp && operand.type != Type::Date)
        return refused(node, function + "() on other than a day or an instant");
    if (time_part(function, 0)) {
        constexpr std::int64_t before = 719'164 * day_ms;  // keeps the dividend positive
        std::int64_t cycle = function == "getHours" ? 24 : unit == 1 ? 1000 : 60;
        return whole("((" + terms_.milliseconds(operand) + " + " + std::to_string(offset + before) + ") / " + std::to_string(unit)
            + " % " + std::to_string(cycle) + ")");
    }
    std::string days = terms_.day_number(operand);
    if (operand.type == Type::Timestamp && offset != zone_ms) {
        Term moved = operand;
        moved.text = "(" + terms_.milliseconds(operand) + " + " + std::to_string(offset - zone_ms) + ")";
        moved.literal = nullptr;
        moved.milliseconds = true;
        days = terms_.within(terms_.day_number(moved), std::to_string(day_min - 1), std::to_string(day_max + 1));
    }
    if (function == "getDayOfWeek")
        return whole("((" + days + " % 7 + 11) % 7)");
    return whole(calendar_part(days, function));
}

std::string SqlWriter::month_index(const std::string& day_number) const
{
    return "(" + calendar_part(day_number, "getFullYear") + " * 12 + " + calendar_part(day_number, "getMonth") + ")";
}

SqlWriter::Written SqlWriter::between(const Node& node)
{
    TRY_ASSIGN(Term from, term(node.children[0]));
    TRY_ASSIGN(Term to, term(node.children[1]));
    auto day = [](Type type) { return type == Type::Date || type == Type::Timestamp; };
    if (!day(from.type) || !day(to.type))
        return refused(node, node.text + "() on other than days");
    std::string a = terms_.day_number(from);
    std::string b = terms_.day_number(to);
    auto whole = [](std::string text) { return Term{.text = std::move(text), .type = Type::Int}; };
    if (node.text == "days")
        return whole(terms_.sqlite() ? "(" + b + " - " + a + ")" : "CAST(" + b + " - " + a + " AS bigint)");
    if (node.text == "workdays") {
        auto number = [&](const std::string& days) {
            return "(SELECT workday_number FROM " + terms_.names().calendar_table + " WHERE day = " + terms_.date(days).text + ")";
        };
        return whole("(" + number(b) + " - " + number(a) + ")");
    }
    std::string month = calendar_part("b_", "getDate") + " < " + calendar_part("a_", "getDate");
    std::string month_back = calendar_part("a_", "getDate") + " < " + calendar_part("b_", "getDate");
    std::string text = "(SELECT " + month_index("b_") + " - " + month_index("a_") + " - CASE WHEN b_ >= a_ THEN CASE WHEN " + month
        + " THEN 1 ELSE 0 END ELSE CASE WHEN " + month_back + " THEN -1 ELSE 0 END END FROM (SELECT " + a + " AS a_, " + b
        + " AS b_) AS days_)";
    return whole(node.text == "months" ? text : "(" + text + " / 12)");
}

SqlWriter::Written SqlWriter::shifted_day(const Node& node)
{
    TRY_ASSIGN(Term from, term(node.children[0]));
    TRY_ASSIGN(Term count, term(node.children[1]));
    if (from.type != Type::Date || count.type != Type::Int)
        return refused(node, node.text + "() on other than a day and a whole number");
    std::string days = terms_.day_number(from);
    std::string moved = days + " + " + terms_.within(terms_.text(count), "-10000001", "10000001");
    return terms_.date(terms_.within(moved, std::to_string(day_min - 1), std::to_string(day_max + 1)));
}

// The same day of the month, or the last one when it does not exist there.
SqlWriter::Written SqlWriter::shifted_month(const Node& node)
{
    TRY_ASSIGN(Term from, term(node.children[0]));
    TRY_ASSIGN(Term count, term(node.children[1]));
    if (from.type != Type::Date || count.type != Type::Int)
        return refused(node, node.text + "() on other than a day and a whole number");
    bool by_year = node.text == "addYears";
    std::string limit = by_year ? "10001" : "120001";
    std::string days = terms_.day_number(from);
    std::string months = terms_.within(terms_.text(count), "-" + limit, limit) + (by_year ? " * 12" : "");
    std::string target = month_index("d_") + " + m_ BETWEEN 12 AND 119999";
    if (!terms_.sqlite()) {
        std::string moved = "CAST(DATE '1970-01-01' + CAST(d_ AS integer) + make_interval(months => CAST(m_ AS integer)) AS date)";
        return Term{.text = "(SELECT CASE WHEN " + target + " THEN " + moved + " END FROM (SELECT " + days + " AS d_, " + months
                + " AS m_) AS days_)",
            .type = Type::Date};
    }
    // 10000-01-01 lies beyond SQLite's calendar, so the last day of December 9999 is counted instead.
    std::string first = "strftime('%s', d_ * 86400, 'unixepoch', 'start of month', m_ || ' months') / 86400";
    std::string last = "strftime('%s', d_ * 86400, 'unixepoch', 'start of month', (m_ + 1) || ' months', '-1 day') / 86400";
    std::string moved = "min(" + first + " + " + calendar_part("d_", "getDate") + " - 1, coalesce(" + last + ", " + first + " + 30))";
    return Term{.text = "(SELECT CASE WHEN " + target + " THEN " + moved + " END FROM (SELECT " + days + " AS d_, " + months
            + " AS m_))",
        .type = Type::Date};
}

}  // namespace rules
