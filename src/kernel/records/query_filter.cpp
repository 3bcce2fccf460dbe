// One filter of a list.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "base/checks.h"
#include "base/text.h"
#include "kernel/records/query.h"

namespace records {

using definitions::Field;
using definitions::FieldType;
using rules::Value;
using storage::ColumnType;

namespace {

Error fault(std::string code, const std::string& field, base::Parameters parameters = {})
{
    parameters.emplace_back("field", field);
    return {Kind::Invalid, std::move(code), {field}, std::move(parameters)};
}

// The filtered column: a declared field or a standard one.
struct Target {
    std::string name;
    FieldType type = FieldType::Text;
    const FieldPlan* field = nullptr;
};

Result<Target> target_of(const RecordPlan& plan, const std::string& name)
{
    if (const FieldPlan* field = plan.set.find(name))
        return Target{name, field->type, field};
    for (const Field& field : definitions::standard_fields())
        if (field.name == name)
            return Target{name, field.type, nullptr};
    return fault("QUERY_FIELD", name);
}

Result<storage::Value> bound_value(const Target& target, std::string_view text)
{
    const Error wrong = fault("QUERY_VALUE", target.name, {{"value", std::string(text)}});
    switch (target.type) {
    case FieldType::Integer:
    case FieldType::Ref:
    case FieldType::Organisation:
    case FieldType::User:
    case FieldType::Person: {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size())
            return wrong;
        return storage::Value{number};
    }
    case FieldType::Decimal:
    case FieldType::Money: {
        const int scale = target.type == FieldType::Money ? 2 : target.field->field->scale;
        const auto number = base::Decimal::parse(text);
        const auto scaled = number.ok() ? number->rescaled(scale) : std::nullopt;
        return scaled ? Result<storage::Value>{storage::Value{*scaled}} : wrong;
    }
    case FieldType::Boolean:
        if (text != "true" && text != "false")
            return wrong;
        return storage::Value{text == "true"};
    case FieldType::Date: {
        const auto day = base::Date::parse(text);
        return day.ok() ? Result<storage::Value>{storage::Value{*day}} : wrong;
    }
    case FieldType::DateTime: {  // a plain day stands for its beginning
        if (const auto at = base::Timestamp::parse(text); at.ok())
            return storage::Value{*at};
        const auto day = base::Date::parse(text);
        return day.ok() ? Result<storage::Value>{storage::Value{base::Timestamp::start_of(*day)}} : wrong;
    }
    default: return storage::Value{base::text::nfc(text)};
    }
}

std::string normalised(const FieldPlan& field, std::string_view text)
{
    switch (field.type) {
    case FieldType::IdCard: return base::checks::normalise_id_card(text);
    case FieldType::CreditCode: return base::checks::normalise_credit_code(text);
    case FieldType::Phone: return base::checks::normalise_phone(text);
    default: return base::text::nfc(text);
    }
}

std::string like_text(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

// "(a,b,c)"; a comma inside a value is written as "a,b" in double quotes.
std::vector<std::string> list_of(std::string_view text)
{
    if (text.starts_with('(') && text.ends_with(')'))
        text = text.substr(1, text.size() - 2);
    std::vector<std::string> list;
    std::string one;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            list.push_back(std::exchange(one, {}));
        else
            one += c;
    }
    list.push_back(std::move(one));
    return list;
}

// A list kept as JSON text holds a code when its quoted form stands in it.
std::string holds_code(const std::string& column, const std::string& code, Sql& sql)
{
    const std::string quoted = json::serialize(json::value(code));
    return column + " LIKE " + sql.bind("%" + like_text(quoted) + "%") + " ESCAPE '\\'";
}

class Condition {
public:
    Condition(const Target& target, storage::Dialect dialect, Sql& sql) :
        target_(target), column_(sql_name(target.name)), dialect_(dialect), sql_(sql) {}

    Result<Filter> make(std::string_view operation, std::string_view text)
    {
        TRY_ASSIGN(filter_.condition, condition(operation, text));
        if (filter_.near)
            filter_.column = target_.name + "_lat";
        else if (!filter_.values.empty() || !filter_.from.empty())
            filter_.column = target_.name;
        return std::move(filter_);
    }

private:
    Result<std::string> condition(std::string_view operation, std::string_view text)
    {
        const bool list = target_.type == FieldType::Codes || target_.type == FieldType::Refs;
        if (operation == "in")
            return any_of(list_of(text), list);
        if (list)
            return operation == "eq" ? Result<std::string>{holds_code(column_, std::string(text), sql_)} : unknown(operation);
        if (operation == "like" || operation == "prefix")
            return text_condition(operation, text);
        if (operation == "near")
            return near(text);
        static constexpr std::pair<std::string_view, std::string_view> comparisons[]
            = {{"eq", " = "}, {"gt", " > "}, {"gte", " >= "}, {"lt", " < "}, {"lte", " <= "}};
        for (const auto& [name, sign] : comparisons)
            if (operation == name) {
                TRY_ASSIGN(storage::Value value, bound_value(target_, text));
                if (name == "eq")
                    filter_.values.push_back(value);
                return column_ + std::string(sign) + sql_.bind(std::move(value));
            }
        if (operation == "ne") {
            TRY_ASSIGN(storage::Value value, bound_value(target_, text));
            return "(" + column_ + " <> " + sql_.bind(std::move(value)) + " OR " + column_ + " IS NULL)";
        }
        return unknown(operation);
    }

    Error unknown(std::string_view operation) const
    {
        return fault("QUERY_OPERATOR", target_.name, {{"operator", std::string(operation)}});
    }

    Result<std::string> any_of(const std::vector<std::string>& values, bool list)
    {
        if (values.size() > 500)
            return fault("QUERY_VALUE", target_.name, {{"value", "…"}});
        std::string text;
        for (const std::string& one : values) {
            if (list) {
                text += (text.empty() ? "" : " OR ") + holds_code(column_, one, sql_);
                continue;
            }
            TRY_ASSIGN(storage::Value value, bound_value(target_, one));
            filter_.values.push_back(value);
            text += (text.empty() ? "" : ", ") + sql_.bind(std::move(value));
        }
        return list ? "(" + text + ")" : column_ + " IN (" + text + ")";
    }

    Result<std::string> text_condition(std::string_view operation, std::string_view text)
    {
        const bool plain = target_.type == FieldType::Text || target_.type == FieldType::Code || target_.type == FieldType::Region
            || target_.type == FieldType::CreditCode || target_.type == FieldType::Phone || target_.type == FieldType::IdCard;
        // Part by part a filter would tell what a mask hides.
        if (!plain || (target_.field && target_.field->masked))
            return unknown(operation);
        const std::string wanted = base::text::nfc(text);
        if (operation == "prefix") {
            filter_.from = wanted;
            filter_.end = prefix_end(wanted);
            return "(" + column_ + " >= " + sql_.bind(filter_.from) + " AND " + column_ + " < " + sql_.bind(filter_.end) + ")";
        }
        return column_ + " LIKE " + sql_.bind("%" + like_text(wanted) + "%") + " ESCAPE '\\'";
    }

    // "116.4,39.9,500": within metres of a point. The earth is flat over such distances.
    Result<std::string> near(std::string_view text)
    {
        if (target_.type != FieldType::Point)
            return unknown("near");
        const auto parts = base::text::split(text, ',');
        double number[3] = {};
        for (std::size_t i = 0; i < 3 && parts.size() == 3; ++i) {
            const auto [end, error] = std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), number[i]);
            if (error != std::errc{} || end != parts[i].data() + parts[i].size())
                return fault("QUERY_VALUE", target_.name, {{"value", std::string(text)}});
        }
        filter_.near = true;
        const auto [lng, lat, metres] = number;
        if (parts.size() != 3 || !(std::abs(lng) <= 180) || !(std::abs(lat) < 89) || !(metres > 0) || metres > 100'000)
            return fault("QUERY_VALUE", target_.name, {{"value", std::string(text)}});
        constexpr double metres_per_degree = 111'320;
        const double shrink = std::cos(lat * std::numbers::pi / 180);
        const double d_lat = metres / metres_per_degree, d_lng = d_lat / shrink;
        const auto degrees = [](double value) { return base::Decimal{std::llround(value * 1e7), point_scale}; };
        const std::string x = sql_name(target_.name + "_lng"), y = sql_name(target_.name + "_lat");
        // On SQLite a degree is kept as ten million.
        const double unit = dialect_ == storage::Dialect::Sqlite ? 1e7 : 1;
        const auto distance = [&](const std::string& column, double centre, double scale) {
            const std::string part = "((CAST(" + column + " AS DOUBLE PRECISION) - " + sql_.bind(centre * unit) + ") * " + sql_.bind(scale) + ")";
            return part;
        };
        std::string box = y + " BETWEEN " + sql_.bind(degrees(lat - d_lat)) + " AND " + sql_.bind(degrees(lat + d_lat));
        box += " AND " + x + " BETWEEN " + sql_.bind(degrees(lng - d_lng)) + " AND " + sql_.bind(degrees(lng + d_lng));
        const std::string east = distance(x, lng, shrink), east_again = distance(x, lng, shrink);
        const std::string north = distance(y, lat, 1.0), north_again = distance(y, lat, 1.0);
        const double radius = d_lat * unit;
        return "(" + box + " AND " + east + " * " + east_again + " + " + north + " * " + north_again + " <= " + sql_.bind(radius * radius) + ")";
    }

    const Target& target_;
    std::string column_;
    storage::Dialect dialect_;
    Sql& sql_;
    Filter filter_;
};

}  // namespace

std::string column_condition(const Filter& filter, Sql& sql)
{
    const std::string column = sql_name(filter.column);
    if (filter.values.empty())
        return column + " >= " + sql.bind(filter.from) + " AND " + column + " < " + sql.bind(filter.end);
    std::string list;
    for (const storage::Value& value : filter.values)
        list += (list.empty() ? "" : ", ") + sql.bind(value);
    return column + " IN (" + list + ")";
}

Result<Filter> filter_condition(const Plan&, const RecordPlan& plan, const std::string& name, std::string_view text,
    const Context&, const identity::FieldCipher& cipher, storage::Dialect dialect, Sql& sql, bool& by_identity)
{
    TRY_ASSIGN(const Target target, target_of(plan, name));
    const auto dot = text.find('.');
    const std::string_view operation = text.substr(0, dot);
    const std::string column = sql_name(target.type == FieldType::Point && !(target.field && target.field->encrypted) ? name + "_lng" : name);
    if (operation == "null" || operation == "notnull")
        return Filter{column + (operation == "null" ? " IS NULL" : " IS NOT NULL")};
    if (dot == std::string_view::npos)
        return fault("QUERY_OPERATOR", name, {{"operator", std::string(text)}});
    text.remove_prefix(dot + 1);
    by_identity = by_identity || target.type == FieldType::IdCard;
    if (!target.field || !target.field->encrypted)
        return Condition{target, dialect, sql}.make(operation, text);
    if (operation != "eq")
        return fault("QUERY_OPERATOR", name, {{"operator", std::string(operation)}});
    Filter filter{{}, name + "_index"};
    for (std::string& index : cipher.indexes(target.field->cipher_column, normalised(*target.field, text)))
        filter.values.emplace_back(storage::Bytes{std::move(index)});
    filter.condition = column_condition(filter, sql);
    return filter;
}

}  // namespace records
