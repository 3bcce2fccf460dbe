#include "kernel/rules/sql_terms.h"

#include <algorithm>
#include <optional>

#include "kernel/rules/operations.h"

namespace rules {
namespace {

__extension__ using Wide = __int128;

std::string number(std::int64_t value)
{
    return std::to_string(value);
}

std::string_view cast_of(Type type)
{
    switch (type) {
    case Type::Bool: return "boolean";
    case Type::Int:
    case Type::Duration: return "bigint";
    case Type::Double: return "double precision";
    case Type::Decimal: return "numeric";
    case Type::Date: return "date";
    case Type::Timestamp: return "timestamptz";
    default: return "text";
    }
}

// The literal with `scale` places, when that fits.
std::optional<std::int64_t> scaled_literal(const Value& literal, int scale)
{
    Wide unscaled = 0;
    int places = 0;
    if (const auto* decimal = literal.get<base::Decimal>()) {
        unscaled = decimal->unscaled();
        places = decimal->scale();
    } else if (const auto* integer = literal.get<std::int64_t>()) {
        unscaled = *integer;
    }
    unscaled *= power_of_ten(std::max(0, scale - places));
    auto result = static_cast<std::int64_t>(unscaled);
    return result == unscaled ? std::optional{result} : std::nullopt;
}

bool negative(const Value& literal)
{
    const auto* decimal = literal.get<base::Decimal>();
    return decimal ? decimal->unscaled() < 0 : *literal.get<std::int64_t>() < 0;
}

bool nothing(const Term& term)
{
    return term.type == Type::Null || (term.literal && (term.literal->null() || term.literal->unknown()));
}

constexpr std::size_t short_text = 160;

}  // namespace

std::string Terms::parameter(Value value, Type type)
{
    parameters_.push_back(std::move(value));
    std::string place = "?" + std::to_string(names_.first_parameter + static_cast<int>(parameters_.size()) - 1);
    return sqlite() ? place : "CAST(" + place + " AS " + std::string{cast_of(type)} + ")";
}

std::string Terms::boolean(const Term& term)
{
    if (!term.literal)
        return term.text;
    const bool* value = term.literal->get<bool>();
    return value ? (*value ? "TRUE" : "FALSE") : "NULL";
}

std::string Terms::text(const Term& term)
{
    if (!term.literal)
        return guarded(term);
    if (term.literal->null() || term.literal->unknown())
        return "NULL";
    if (term.type == Type::Bool)
        return boolean(term);
    if (const auto* span = term.literal->get<Duration>())
        return parameter(Value::Held{span->milliseconds}, Type::Int);
    return parameter(*term.literal, term.type);
}

// SQLite int arithmetic may have run over into a real number; then it is unknown.
std::string Terms::guarded(const Term& term) const
{
    if (!term.open_range)
        return term.text;
    if (term.text.size() <= short_text)
        return "(CASE WHEN typeof(" + term.text + ") = 'integer' THEN " + term.text + " END)";
    return "(SELECT CASE WHEN typeof(v_) = 'integer' THEN v_ END FROM (SELECT " + term.text + " AS v_))";
}

std::string Terms::decimal(const Term& term, int scale)
{
    if (nothing(term))
        return "NULL";
    if (!sqlite())
        return term.literal ? parameter(*term.literal, Type::Decimal) : term.text;
    if (term.literal) {
        if (auto unscaled = scaled_literal(*term.literal, scale))
            return parameter(Value::Held{base::Decimal{*unscaled, scale}}, Type::Decimal);
        return negative(*term.literal) ? "-1e19" : "1e19";  // beyond every decimal, so comparing stays right
    }
    int places = scale - (term.type == Type::Decimal ? term.scale : 0);
    std::string value = guarded(term);
    return places == 0 ? value : "(" + value + " * " + number(power_of_ten(places)) + ")";
}

std::string Terms::operand(const Term& term, int scale)
{
    if (nothing(term))
        return "NULL";
    if (term.literal) {
        auto unscaled = scaled_literal(*term.literal, scale);
        return unscaled ? parameter(Value::Held{base::Decimal{*unscaled, scale}}, Type::Decimal) : "NULL";
    }
    int places = scale - (term.type == Type::Decimal ? term.scale : 0);
    if (places == 0)
        return sqlite() || term.type == Type::Decimal ? term.text : "CAST(" + term.text + " AS numeric)";
    return sqlite() ? "(" + term.text + " * " + number(power_of_ten(places)) + ")" : within_decimal(term.text, scale);
}

std::string Terms::milliseconds(const Term& term)
{
    if (sqlite() || term.milliseconds || term.type == Type::Duration)
        return text(term);
    return "CAST(extract(epoch FROM " + text(term) + ") * 1000 AS bigint)";
}

std::string Terms::day_number(const Term& term)
{
    if (term.type == Type::Timestamp) {
        constexpr std::int64_t before = 719'164;  // days added so that the division never sees a negative
        return "((" + milliseconds(term) + " + " + number(zone_ms + before * day_ms) + ") / " + number(day_ms) + " - "
            + number(before) + ")";
    }
    return sqlite() ? text(term) : "(" + text(term) + " - DATE '1970-01-01')";
}

Term Terms::date(std::string day_number) const
{
    if (!sqlite())
        day_number = "(DATE '1970-01-01' + CAST(" + day_number + " AS integer))";
    return {.text = std::move(day_number), .type = Type::Date};
}

// SQLite's min and max give NULL when a part is NULL; PostgreSQL's least and greatest pass NULL over,
// and then the outer nullif meets the limit itself.
std::string Terms::within(const std::string& text, const std::string& low, const std::string& high) const
{
    std::string least = sqlite() ? "min(" : "least(";
    std::string greatest = sqlite() ? "max(" : "greatest(";
    return "nullif(" + greatest + "nullif(" + least + text + ", " + high + "), " + high + "), " + low + "), " + low + ")";
}

std::string Terms::within_digits(const std::string& decimal, int scale) const
{
    std::string limit = number(power_of_ten(base::Decimal::digits_max - (sqlite() ? 0 : scale)));
    return within(decimal, "-" + limit, limit);
}

// PostgreSQL: unscaled, the value has 64 bits.
std::string Terms::within_decimal(const std::string& text, int scale) const
{
    auto with_point = [&](std::string digits) {
        digits.insert(0, digits.size() <= static_cast<std::size_t>(scale) ? static_cast<std::size_t>(scale) + 1 - digits.size() : 0, '0');
        return scale == 0 ? digits : digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
    };
    return within("CAST(" + text + " AS numeric)", "-" + with_point("9223372036854775809"), with_point("9223372036854775808"));
}

Term Terms::integer_operation(Op op, const Term& a, const Term& b)
{
    bool divides = op == Op::Divide || op == Op::Modulo;
    // % would cut a real number, so it needs whole operands; the others carry it to the end.
    auto side = [&](const Term& term) { return op == Op::Modulo || term.literal ? text(term) : term.text; };
    std::string left = side(a);
    std::string right = side(b);
    if (divides)
        right = "nullif(" + right + ", 0)";
    if (sqlite()) {
        std::string symbol = op == Op::Add ? " + " : op == Op::Subtract ? " - " : op == Op::Multiply ? " * "
            : op == Op::Divide ? " / " : " % ";
        return {.text = "(" + left + symbol + right + ")", .type = Type::Int, .open_range = op != Op::Modulo};
    }
    left = "CAST(" + left + " AS numeric)";
    right = "CAST(" + right + " AS numeric)";
    std::string result = op == Op::Add ? left + " + " + right : op == Op::Subtract ? left + " - " + right
        : op == Op::Multiply ? left + " * " + right : (op == Op::Divide ? "div(" : "mod(") + left + ", " + right + ")";
    return {.text = within(result, "-9223372036854775809", "9223372036854775808"), .type = Type::Int};
}

Term Terms::negated(const Term& term)
{
    if (term.type == Type::Duration)
        return {.text = "(-" + text(term) + ")", .type = Type::Duration};
    Value zero = Value::Held{std::int64_t{0}};
    Term none{.type = Type::Int, .literal = &zero};
    return term.type == Type::Decimal ? decimal_operation(Op::Subtract, none, term) : integer_operation(Op::Subtract, none, term);
}

Term Terms::decimal_operation(Op op, const Term& a, const Term& b)
{
    int left_scale = a.type == Type::Decimal ? a.scale : 0;
    int right_scale = b.type == Type::Decimal ? b.scale : 0;
    Term result{.type = Type::Decimal, .only_zero = a.only_zero || b.only_zero, .open_range = sqlite()};
    if (op == Op::Multiply) {
        result.scale = left_scale + right_scale;
        result.least_scale = (a.type == Type::Decimal ? a.least_scale : 0) + (b.type == Type::Decimal ? b.least_scale : 0);
        std::string left = operand(a, left_scale);
        result.text = "(" + left + " * " + operand(b, right_scale) + ")";
    } else if (op == Op::Divide) {
        result.scale = std::max(division_scale, left_scale);
        result.least_scale = std::max(division_scale, a.type == Type::Decimal ? a.least_scale : 0);
        result.text = quotient(a, b, result.scale, result.scale - left_scale + right_scale);
    } else {
        result.scale = std::max(left_scale, right_scale);
        result.least_scale = result.scale;
        std::string left = operand(a, result.scale);
        result.text = "(" + left + (op == Op::Add ? " + " : " - ") + operand(b, result.scale) + ")";
    }
    if (!sqlite())
        result.text = within_decimal(result.text, result.scale);
    return result;
}

// Half-up, away from zero. SQLite: the quotient cut off, and one more when twice the rest reaches the
// divisor, reckoned on negative magnitudes, which always fit. PostgreSQL: twenty places more than the
// result has, which decides every half of 64-bit numbers rightly.
std::string Terms::quotient(const Term& a, const Term& b, int scale, int places)
{
    int left_scale = a.type == Type::Decimal ? a.scale : 0;
    int right_scale = b.type == Type::Decimal ? b.scale : 0;
    if (sqlite()) {
        std::string dividend = operand(a, left_scale) + " * " + number(power_of_ten(places));
        auto magnitude = [](const std::string& x) { return "(CASE WHEN " + x + " > 0 THEN -(" + x + ") ELSE " + x + " END)"; };
        std::string rest = magnitude("n_ % d_");
        return "(SELECT n_ / d_ + CASE WHEN " + rest + " <= " + magnitude("d_") + " - " + rest
            + " THEN CASE WHEN (n_ < 0) = (d_ < 0) THEN 1 ELSE -1 END ELSE 0 END FROM (SELECT " + dividend + " AS n_, "
            + operand(b, right_scale) + " AS d_) WHERE typeof(n_) = 'integer' AND typeof(d_) = 'integer' AND d_ <> 0)";
    }
    std::string dividend = within_decimal(operand(a, left_scale), left_scale + places);
    return "round(CAST(" + dividend + " AS numeric(100, " + number(scale + 22) + ")) / nullif(" + operand(b, right_scale)
        + ", 0), " + number(scale) + ")";
}

// Both sides in one form, so that the database compares like with like.
Terms::Pair Terms::alike(const Term& a, const Term& b)
{
    if (a.type == Type::Decimal || b.type == Type::Decimal) {
        int scale = std::max(a.type == Type::Decimal ? a.scale : 0, b.type == Type::Decimal ? b.scale : 0);
        std::string left = decimal(a, scale);
        return {std::move(left), decimal(b, scale)};
    }
    bool instants = a.type == Type::Timestamp && b.type == Type::Timestamp;
    if (instants && (a.milliseconds || b.milliseconds)) {
        std::string left = milliseconds(a);
        return {std::move(left), milliseconds(b)};
    }
    std::string left = text(a);
    return {std::move(left), text(b)};
}

std::string Terms::equal(const Term& a, const Term& b, bool negate)
{
    if (nothing(a) && nothing(b))
        return negate ? "FALSE" : "TRUE";
    if (nothing(a) || nothing(b)) {
        const Term& other = nothing(a) ? b : a;
        std::string value = other.type == Type::Decimal ? decimal(other, other.scale) : text(other);
        return "(" + value + (negate ? " IS NOT NULL)" : " IS NULL)");
    }
    Pair pair = alike(a, b);
    if (sqlite())
        return "(" + pair.left + (negate ? " IS NOT " : " IS ") + pair.right + ")";
    if (a.column && b.literal)  // says the same, and an index on the column can serve it
        return negate ? "(" + pair.left + " <> " + pair.right + " OR " + pair.left + " IS NULL)"
                      : "(" + pair.left + " = " + pair.right + " AND " + pair.left + " IS NOT NULL)";
    return "(" + pair.left + (negate ? " IS DISTINCT FROM " : " IS NOT DISTINCT FROM ") + pair.right + ")";
}

std::string Terms::ordered(Op op, const Term& a, const Term& b)
{
    Pair pair = alike(a, b);
    std::string symbol = op == Op::Less ? " < " : op == Op::LessEqual ? " <= " : op == Op::Greater ? " > " : " >= ";
    std::string collation = !sqlite() && a.type == Type::String ? " COLLATE \"C\"" : "";
    return "(" + pair.left + symbol + pair.right + collation + ")";
}

}  // namespace rules
