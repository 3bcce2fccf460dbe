#include "storage/database.h"

#include <cmath>
#include <cstdlib>

namespace storage {

namespace {

// Sums and averages come back as text on PostgreSQL and as double on SQLite.
std::int64_t integer_of(const std::string& text)
{
    return std::strtoll(text.c_str(), nullptr, 10);
}

}  // namespace

bool Row::boolean(std::size_t column) const
{
    return integer(column) != 0;
}

std::int64_t Row::integer(std::size_t column) const
{
    const Cell& cell = cells_[column];
    if (const auto* number = std::get_if<std::int64_t>(&cell))
        return *number;
    if (const auto* number = std::get_if<double>(&cell))
        return static_cast<std::int64_t>(*number);
    if (const auto* text = std::get_if<std::string>(&cell))
        return integer_of(*text);
    return 0;
}

double Row::real(std::size_t column) const
{
    const Cell& cell = cells_[column];
    if (const auto* number = std::get_if<double>(&cell))
        return *number;
    if (const auto* number = std::get_if<std::int64_t>(&cell))
        return static_cast<double>(*number);
    if (const auto* text = std::get_if<std::string>(&cell))
        return std::strtod(text->c_str(), nullptr);
    return 0;
}

std::string Row::text(std::size_t column) const
{
    const Cell& cell = cells_[column];
    if (const auto* text = std::get_if<std::string>(&cell))
        return *text;
    if (const auto* number = std::get_if<std::int64_t>(&cell))
        return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&cell))
        return std::to_string(*number);
    return {};
}

std::string Row::bytes(std::size_t column) const
{
    return text(column);
}

base::Decimal Row::decimal(std::size_t column, int scale) const
{
    const Cell& cell = cells_[column];
    if (const auto* text = std::get_if<std::string>(&cell)) {
        const auto parsed = base::Decimal::parse(*text);
        return parsed.ok() ? parsed->rescaled(scale).value_or(*parsed) : base::Decimal(0, scale);
    }
    if (dialect_ == Dialect::Sqlite) {
        // The average of scaled integers is a double of the same scale.
        if (const auto* number = std::get_if<double>(&cell))
            return {std::llround(*number), scale};
        return {integer(column), scale};
    }
    if (const auto* number = std::get_if<double>(&cell))
        return {std::llround(*number * std::pow(10.0, scale)), scale};
    return base::Decimal(integer(column), 0).rescaled(scale).value_or(base::Decimal(0, scale));
}

base::Date Row::date(std::size_t column) const
{
    return {static_cast<std::int32_t>(integer(column))};
}

base::Timestamp Row::timestamp(std::size_t column) const
{
    return {integer(column)};
}

Status Transaction::execute_later(std::string_view sql, std::span<const Value> values)
{
    TRY(execute(sql, values));
    return {};
}

Result<std::vector<Row>> Transaction::query(std::string_view sql, std::span<const Value> values)
{
    std::vector<Row> rows;
    TRY(query_each(sql, values, [&](const Row& row) {
        rows.push_back(row);
        return true;
    }));
    return rows;
}

Result<std::optional<Row>> Transaction::first(std::string_view sql, std::span<const Value> values)
{
    std::optional<Row> found;
    TRY(query_each(sql, values, [&](const Row& row) {
        found = row;
        return false;
    }));
    return found;
}

std::string column_type(Dialect dialect, ColumnType type, int precision, int scale)
{
    const bool sqlite = dialect == Dialect::Sqlite;
    switch (type) {
    case ColumnType::Integer:
        return sqlite ? "INTEGER" : "BIGINT";
    case ColumnType::Real:
        return sqlite ? "REAL" : "DOUBLE PRECISION";
    case ColumnType::Decimal:
        return sqlite ? "INTEGER" : "NUMERIC(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
    case ColumnType::Text:
        return sqlite ? "TEXT" : "TEXT COLLATE \"C\"";
    case ColumnType::Bytes:
        return sqlite ? "BLOB" : "BYTEA";
    case ColumnType::Boolean:
        return sqlite ? "INTEGER" : "BOOLEAN";
    case ColumnType::Date:
        return sqlite ? "INTEGER" : "DATE";
    case ColumnType::Timestamp:
        return sqlite ? "INTEGER" : "TIMESTAMPTZ(3)";
    }
    return "TEXT";
}

}  // namespace storage
