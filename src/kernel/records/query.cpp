#include "kernel/records/query.h"

#include <charconv>

#include "base/crypto.h"
#include "base/text.h"

namespace records {

using definitions::FieldType;
using storage::ColumnType;

namespace {

Error fault(std::string code, std::string field, base::Parameters parameters = {})
{
    return {Kind::Invalid, std::move(code), {std::move(field)}, std::move(parameters)};
}

Result<OrderColumn> order_column_of(const RecordPlan& plan, std::string_view text)
{
    const Order order = order_of(text);
    OrderColumn column{order.field, order.field, ColumnType::Text, 0, false, order.descending};
    if (const FieldPlan* field = plan.set.find(order.field)) {
        const auto columns = columns_of(*plan.record, *field->field);
        if (field->masked || field->type == FieldType::Codes || field->type == FieldType::Refs || field->type == FieldType::Files
            || field->type == FieldType::Point || field->type == FieldType::Polygon || field->type == FieldType::Signature)
            return fault("QUERY_ORDER", "order", {{"field", order.field}});
        const Column& kept = field->sorted ? columns.back() : columns.front();
        column.column = kept.name;
        column.type = kept.type;
        column.scale = kept.scale;
        column.nullable = true;
        return column;
    }
    static const std::map<std::string, std::pair<ColumnType, bool>, std::less<>> known{
        {"id", {ColumnType::Integer, false}}, {"number", {ColumnType::Text, true}}, {"organisation", {ColumnType::Integer, false}},
        {"region", {ColumnType::Text, false}}, {"state", {ColumnType::Text, false}}, {"state_since", {ColumnType::Timestamp, true}},
        {"due_at", {ColumnType::Timestamp, true}}, {"overdue_days", {ColumnType::Integer, true}},
        {"created_at", {ColumnType::Timestamp, false}}, {"updated_at", {ColumnType::Timestamp, false}},
        {"version", {ColumnType::Integer, false}}, {"deleted_at", {ColumnType::Timestamp, true}}};
    const auto found = known.find(order.field);
    if (found == known.end())
        return fault("QUERY_ORDER", "order", {{"field", order.field}});
    column.type = found->second.first;
    column.nullable = found->second.second;
    return column;
}

std::string search_condition(const std::string& text, Sql& sql)
{
    std::string condition;
    const std::string wanted = base::text::lower(base::text::nfkc(text));
    for (const std::string_view word : base::text::split(wanted, ' ')) {
        if (word.empty())
            continue;
        std::string escaped = "%";
        for (const char c : word) {
            if (c == '%' || c == '_' || c == '\\')
                escaped += '\\';
            escaped += c;
        }
        condition += " AND (search_text LIKE " + sql.bind(escaped + "%") + " ESCAPE '\\' OR \"number\" = "
            + sql.bind(base::text::nfkc(word)) + ")";
    }
    return condition;
}

Result<std::size_t> read_limit(const std::string& text)
{
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > 500)
        return fault("QUERY_LIMIT", "limit");
    return limit;
}

std::set<std::string, std::less<>> names_in(std::string_view text)
{
    std::set<std::string, std::less<>> names;
    for (const std::string_view name : base::text::split(text, ','))
        names.emplace(name);
    return names;
}

std::string cursor_text(const storage::Value& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? "1" : "0";
    if (const auto* at = std::get_if<base::Timestamp>(&value))
        return std::to_string(at->milliseconds);
    if (const auto* day = std::get_if<base::Date>(&value))
        return std::to_string(day->days);
    if (const auto* decimal = std::get_if<base::Decimal>(&value))
        return decimal->text();
    if (const auto* bytes = std::get_if<storage::Bytes>(&value))
        return bytes->data;
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    return {};
}

}  // namespace

// Segment, id and value, and the order they were made for: a cursor of another order is refused.
std::string encode(const Cursor& cursor, const OrderColumn& order)
{
    return base::crypto::base64_url(std::string(cursor.null_segment ? "n" : "v") + "\n" + (order.descending ? "-" : "")
        + order.column + "\n" + std::to_string(cursor.id) + "\n" + cursor_text(cursor.value));
}

Result<Cursor> decode_cursor(std::string_view text, const OrderColumn& order)
{
    const Error broken = fault("CURSOR", "after");
    std::string padded(text);
    for (char& c : padded)
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    padded.append((4 - padded.size() % 4) % 4, '=');
    const auto plain = base::crypto::from_base64(padded);
    if (!plain.ok())
        return broken;
    const std::string& all = *plain;
    const auto first = all.find('\n'), second = all.find('\n', first + 1), third = all.find('\n', second + 1);
    if (first != 1 || second == std::string::npos || third == std::string::npos)
        return broken;
    if (all.substr(2, second - 2) != (order.descending ? "-" : "") + order.column)
        return broken;
    const auto id = base::parse_id(std::string_view(all).substr(second + 1, third - second - 1));
    if (!id)
        return broken;
    Cursor cursor{all.front() == 'n', {}, *id};
    const std::string value = all.substr(third + 1);
    std::int64_t number = 0;
    const bool is_number = std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc{};
    switch (order.type) {
    case ColumnType::Integer: cursor.value = number; break;
    case ColumnType::Boolean: cursor.value = number != 0; break;
    case ColumnType::Timestamp: cursor.value = base::Timestamp{number}; break;
    case ColumnType::Date: cursor.value = base::Date{static_cast<std::int32_t>(number)}; break;
    case ColumnType::Bytes: cursor.value = storage::Bytes{value}; return cursor;
    case ColumnType::Decimal: {
        const auto decimal = base::Decimal::parse(value);
        if (!decimal.ok() && !cursor.null_segment)
            return broken;
        cursor.value = decimal.ok() ? *decimal : base::Decimal{};
        return cursor;
    }
    default: cursor.value = value; return cursor;
    }
    return is_number || cursor.null_segment ? Result<Cursor>{cursor} : broken;
}

Result<Listing> read_query(const Plan& plans, const RecordPlan& plan, const QueryPairs& query, const identity::Predicate& predicate,
    const Context& context, const identity::FieldCipher& cipher, storage::Dialect dialect)
{
    const auto given = [&](std::string_view name) -> const std::string* {
        for (const auto& [key, value] : query)
            if (key == name)
                return &value;
        return nullptr;
    };
    const std::string* order = given("order");
    TRY_ASSIGN(OrderColumn by, order_column_of(plan, order ? *order : plan.record->list.order));
    Listing listing{plan, std::move(by), predicate};
    const std::string* deleted = given("deleted");
    if (deleted && *deleted != "only")
        return fault("QUERY_VALUE", "deleted", {{"value", *deleted}});
    listing.deleted = deleted != nullptr;
    listing.where.text = deleted ? "deleted_at IS NOT NULL" : "deleted_at IS NULL";
    const std::string* rule = nullptr;
    for (const auto& [name, value] : query) {
        if (name == "order" || name == "deleted" || name == "format" || value.empty())
            continue;
        if (name == "limit") {
            TRY_ASSIGN(listing.limit, read_limit(value));
        } else if (name == "after") {
            TRY_ASSIGN(listing.after, decode_cursor(value, listing.order));
        } else if (name == "count") {
            listing.count = value == "exact";
        } else if (name == "columns") {
            listing.columns = names_in(value);
        } else if (name == "rule") {
            rule = &value;
        } else if (name == "q") {
            listing.where.text += search_condition(value, listing.where);
        } else {
            TRY_ASSIGN(Filter filter,
                filter_condition(plans, plan, name, value, context, cipher, dialect, listing.where, listing.by_identity));
            listing.where.text += " AND " + filter.condition;
            listing.filters.push_back(std::move(filter));
        }
    }
    if (rule) {
        TRY_ASSIGN(listing.rule, rule_condition(plans, plan, *rule, context, dialect, listing.where));
    }
    return listing;
}

std::string select_of(const RecordPlan& plan, const std::set<std::string, std::less<>>& wanted)
{
    std::string text;
    for (const std::string& name : standard::names)
        text += (text.empty() ? "" : ", ") + sql_name(name);
    for (const FieldPlan& field : plan.set.fields) {
        if (!wanted.contains(field.name())) {
            for (std::size_t i = 0; i < field.columns; ++i)
                text += ", NULL";
            continue;
        }
        const auto columns = written_columns(field);
        for (std::size_t i = 0; i < field.columns; ++i)
            text += ", " + sql_name(columns[i]);
    }
    return text;
}

}  // namespace records
