// Values in the columns of their field.

#include "base/text.h"
#include "kernel/records/values.h"

namespace records {

using definitions::FieldType;
using rules::Value;

namespace {

// A value that was checked when it was written; read again from its JSON text.
Value from_json(const FieldPlan& plan, const json::value& value)
{
    if (value.is_string())
        return plan.type == FieldType::Refs ? Value{base::parse_id(value.as_string()).value_or(0)}
                                            : Value{std::string(value.as_string())};
    if (value.is_int64())
        return Value{value.as_int64()};
    if (value.is_uint64())
        return Value{static_cast<std::int64_t>(value.as_uint64())};
    if (value.is_double())
        return Value{value.as_double()};
    if (value.is_bool())
        return Value{value.as_bool()};
    if (value.is_array()) {
        rules::List list;
        for (const json::value& element : value.as_array())
            list.push_back(from_json(plan, element));
        return Value::list(std::move(list));
    }
    if (value.is_object()) {
        rules::Map map;
        for (const auto& [name, element] : value.as_object())
            map.emplace(std::string(name), from_json(plan, element));
        return Value::map(std::move(map));
    }
    return {};
}

bool kept_as_json(FieldType type)
{
    return type == FieldType::Codes || type == FieldType::Refs || type == FieldType::Files || type == FieldType::Signature;
}

storage::Value bound(const FieldPlan& plan, const Value& value)
{
    if (const auto* text = value.get<std::string>())
        return *text;
    if (const auto* number = value.get<std::int64_t>())
        return *number;
    if (const auto* flag = value.get<bool>())
        return *flag;
    if (const auto* decimal = value.get<base::Decimal>())
        return decimal->rescaled(plan.type == FieldType::Money ? 2 : plan.field->scale).value_or(*decimal);
    if (const auto* date = value.get<base::Date>())
        return *date;
    if (const auto* instant = value.get<base::Timestamp>())
        return *instant;
    if (value.null() || value.unknown())
        return std::monostate{};
    return json::serialize(to_json(plan, value));
}

void bind_point(const Value& value, storage::Values& out)
{
    const auto* map = value.get<std::shared_ptr<const rules::Map>>();
    const auto part = [&](std::string_view name) -> storage::Value {
        const auto found = map ? (*map)->find(name) : rules::Map::const_iterator{};
        if (!map || found == (*map)->end())
            return std::monostate{};
        if (const auto* degrees = found->second.get<base::Decimal>())
            return *degrees;
        return *found->second.get<std::string>();
    };
    out.push_back(part("lng"));
    out.push_back(part("lat"));
    out.push_back(part("system"));
}

}  // namespace

Value read_plain(const FieldPlan& plan, const storage::Row& row, std::size_t column)
{
    if (plan.type == FieldType::Point) {
        if (row.null(column) || row.null(column + 1))
            return {};
        return Value::map({{"lng", Value{row.decimal(column, point_scale)}},
            {"lat", Value{row.decimal(column + 1, point_scale)}}, {"system", Value{row.text(column + 2)}}});
    }
    if (row.null(column))
        return {};
    switch (plan.type) {
    case FieldType::Integer:
    case FieldType::Ref:
    case FieldType::Organisation:
    case FieldType::User:
    case FieldType::Person: return Value{row.integer(column)};
    case FieldType::Decimal: return Value{row.decimal(column, plan.field->scale)};
    case FieldType::Money: return Value{row.decimal(column, 2)};
    case FieldType::Boolean: return Value{row.boolean(column)};
    case FieldType::Date: return Value{row.date(column)};
    case FieldType::DateTime: return Value{row.timestamp(column)};
    default: break;
    }
    if (!kept_as_json(plan.type))
        return Value{row.text(column)};
    const auto parsed = base::parse_json(row.text(column));
    return parsed.ok() ? from_json(plan, *parsed) : Value{rules::Unknown{"COLUMN_JSON"}};
}

void bind_plain(const FieldPlan& plan, const Value& value, storage::Values& out)
{
    if (plan.type == FieldType::Point)
        bind_point(value, out);
    else
        out.push_back(bound(plan, value));
}

Result<Value> from_text_form(const FieldPlan& plan, std::string_view text)
{
    switch (plan.type) {
    case FieldType::Text:
    case FieldType::Code:
    case FieldType::Region:
    case FieldType::IdCard:
    case FieldType::CreditCode:
    case FieldType::Phone:
    case FieldType::Polygon: return Value{std::string(text)};
    default: break;
    }
    TRY_ASSIGN(const json::value parsed, base::parse_json(text));
    if (parsed.is_string() && (plan.type == FieldType::Date || plan.type == FieldType::DateTime
            || plan.type == FieldType::Decimal || plan.type == FieldType::Money)) {
        const std::string_view inner = parsed.as_string();
        if (plan.type == FieldType::Date) {
            TRY_ASSIGN(const base::Date day, base::Date::parse(inner));
            return Value{day};
        }
        if (plan.type == FieldType::DateTime) {
            TRY_ASSIGN(const base::Timestamp at, base::Timestamp::parse(inner));
            return Value{at};
        }
        TRY_ASSIGN(const base::Decimal number, base::Decimal::parse(inner));
        return Value{number};
    }
    return from_json(plan, parsed);
}

Value read_value(const FieldPlan& plan, const storage::Row& row, std::size_t column, base::Id row_id,
    const identity::FieldCipher& cipher, std::string* blob)
{
    if (!plan.encrypted)
        return read_plain(plan, row, column);
    if (row.null(column))
        return {};
    std::string kept = row.bytes(column);
    const auto plain = cipher.decrypt(plan.cipher_column, row_id, kept);
    if (blob)
        *blob = std::move(kept);
    if (!plain.ok())
        return Value{rules::Unknown{plain.error().code}};
    auto value = from_text_form(plan, *plain);
    return value.ok() ? *std::move(value) : Value{rules::Unknown{"INTEGRITY_FAIL"}};
}

void bind_value(const FieldPlan& plan, const Value& value, base::Id row_id, const identity::FieldCipher& cipher,
    const std::string* kept_blob, storage::Values& out)
{
    if (plan.encrypted) {
        if (value.null() || value.unknown()) {
            // A blob that does not open today may open once its key is back.
            out.push_back(value.unknown() && kept_blob ? storage::Value{storage::Bytes{*kept_blob}} : storage::Value{});
            out.emplace_back();
            return;
        }
        const std::string text = text_form(plan, value);
        out.push_back(storage::Bytes{kept_blob ? *kept_blob : cipher.encrypt(plan.cipher_column, row_id, text)});
        out.push_back(storage::Bytes{cipher.index(plan.cipher_column, text)});
        return;
    }
    bind_plain(plan, value, out);
    if (plan.sorted) {
        const auto* text = value.get<std::string>();
        out.push_back(text ? storage::Value{storage::Bytes{base::text::sort_key(*text)}} : storage::Value{});
    }
}

}  // namespace records
