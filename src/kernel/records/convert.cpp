// Values of a column whose type changes.

#include <charconv>

#include "base/text.h"
#include "kernel/records/reshape.h"

namespace records {

using storage::ColumnType;
using storage::Transaction;
using storage::Value;

namespace {

std::string text_of(const storage::Row& row, std::size_t column, const Column& type)
{
    switch (type.type) {
    case ColumnType::Integer: return std::to_string(row.integer(column));
    case ColumnType::Real: return std::to_string(row.real(column));
    case ColumnType::Decimal: return row.decimal(column, type.scale).text();
    case ColumnType::Boolean: return row.boolean(column) ? "true" : "false";
    case ColumnType::Date: return row.date(column).text();
    case ColumnType::Timestamp: return row.timestamp(column).text();
    default: return row.text(column);
    }
}

std::optional<Value> integer_from(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return Value{number};
}

std::optional<Value> decimal_from(std::string_view text, const Column& column)
{
    const auto decimal = base::Decimal::parse(text);
    if (!decimal.ok())
        return std::nullopt;
    const auto fitted = decimal->rescaled(column.scale);
    if (!fitted || !(*fitted == *decimal))
        return std::nullopt;  // rounding would change a value
    return Value{*fitted};
}

std::optional<Value> value_from(std::string_view text, const Column& column)
{
    switch (column.type) {
    case ColumnType::Integer: return integer_from(text);
    case ColumnType::Decimal: return decimal_from(text, column);
    case ColumnType::Boolean:
        if (text == "true" || text == "1")
            return Value{true};
        return text == "false" || text == "0" ? std::optional<Value>{false} : std::nullopt;
    case ColumnType::Date: {
        const auto date = base::Date::parse(text.substr(0, 10));
        return date.ok() ? std::optional<Value>{*date} : std::nullopt;
    }
    case ColumnType::Timestamp: {
        if (const auto instant = base::Timestamp::parse(text); instant.ok())
            return Value{*instant};
        const auto date = base::Date::parse(text);
        return date.ok() ? std::optional<Value>{base::Timestamp::start_of(*date)} : std::nullopt;
    }
    case ColumnType::Text:
        if (column.length_max > 0 && base::text::length(text) > static_cast<std::size_t>(column.length_max))
            return std::nullopt;
        return Value{std::string(text)};
    default: return std::nullopt;
    }
}

Error values_error(const std::string& subject, std::int64_t count, const std::string& ids)
{
    return {Kind::Conflict, "MIGRATION_VALUES", {subject}, {{"subject", subject}, {"count", std::to_string(count)}, {"ids", ids}}};
}

}  // namespace

Status check_length(Transaction& transaction, const std::string& table, const std::string& column, int length_max,
    const std::string& subject)
{
    const std::string where = " FROM " + sql_name(table) + " WHERE length(" + sql_name(column) + ") > ?1";
    TRY_ASSIGN(const auto count, transaction.first("SELECT count(*)" + where, {std::int64_t{length_max}}));
    if (count->integer(0) == 0)
        return {};
    TRY_ASSIGN(const auto rows, transaction.query("SELECT id" + where + " ORDER BY id LIMIT 10", {std::int64_t{length_max}}));
    std::string ids;
    for (const auto& row : rows)
        ids += (ids.empty() ? "" : " ") + std::to_string(row.integer(0));
    return values_error(subject, count->integer(0), ids);
}

Status convert(Transaction& transaction, const Conversion& conversion)
{
    if (conversion.before.type == ColumnType::Bytes || conversion.after.type == ColumnType::Bytes)
        return Error{Kind::Conflict, "MIGRATION_PROTECTION", {conversion.subject}, {{"subject", conversion.subject}}};
    const std::string select = "SELECT id, " + sql_name(conversion.before.name) + " FROM " + sql_name(conversion.source_table)
        + " WHERE id > ?1 AND " + sql_name(conversion.before.name) + " IS NOT NULL ORDER BY id LIMIT 1000";
    const std::string update
        = "UPDATE " + sql_name(conversion.target_table) + " SET " + sql_name(conversion.after.name) + " = ?1 WHERE id = ?2";
    std::int64_t last = 0, refused = 0;
    std::string ids;
    for (;;) {
        TRY_ASSIGN(const auto rows, transaction.query(select, {last}));
        for (const auto& row : rows) {
            last = row.integer(0);
            const auto value = value_from(base::text::trimmed(text_of(row, 1, conversion.before)), conversion.after);
            if (value)
                TRY(transaction.execute(update, {*value, last}));
            else if (++refused <= 10)
                ids += (ids.empty() ? "" : " ") + std::to_string(last);
        }
        if (rows.size() < 1000)
            break;
    }
    return refused == 0 ? Status{} : Status{values_error(conversion.subject, refused, ids)};
}

}  // namespace records
