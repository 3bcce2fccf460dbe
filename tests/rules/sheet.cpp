#include "sheet.h"

#include "base/crypto.h"

namespace rules_tests {
namespace {

using rules::Declaration;
using rules::Type;

const Declaration& rows()
{
    static const Declaration declaration{.type = Type::List,
        .fields = {{"n", {.type = Type::Int}}, {"amount", {.type = Type::Decimal, .scale = 2}}, {"note", {.type = Type::String}},
            {"ok", {.type = Type::Bool}}, {"day", {.type = Type::Date}}}};
    return declaration;
}

storage::ColumnType column_type(Type type)
{
    switch (type) {
    case Type::Bool: return storage::ColumnType::Boolean;
    case Type::Int: return storage::ColumnType::Integer;
    case Type::Decimal: return storage::ColumnType::Decimal;
    case Type::Date: return storage::ColumnType::Date;
    case Type::Timestamp: return storage::ColumnType::Timestamp;
    default: return storage::ColumnType::Text;
    }
}

storage::Value stored(const Value& value)
{
    return std::visit(
        []<class T>(const T& held) -> storage::Value {
            if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, double>
                || std::is_same_v<T, std::string> || std::is_same_v<T, base::Decimal> || std::is_same_v<T, base::Date>
                || std::is_same_v<T, base::Timestamp>)
                return held;
            else
                return std::monostate{};
        },
        value.held());
}

base::Error wrong(std::string field)
{
    return {.kind = base::Kind::Invalid, .code = "SHEET", .fields = {std::move(field)}};
}

base::Result<Value> read_value(const json::value& from, const Declaration& declaration, const std::string& field)
{
    if (from.is_null())
        return Value{};
    if (declaration.type == Type::Bool && from.is_bool())
        return Value{Value::Held{from.as_bool()}};
    if (declaration.type == Type::Int && from.is_int64())
        return Value{Value::Held{from.as_int64()}};
    if (declaration.type == Type::List && from.is_array()) {
        rules::List list;
        for (const json::value& row : from.as_array()) {
            if (!row.is_object())
                return wrong(field);
            rules::Map fields;
            for (const auto& [name, of] : declaration.fields) {
                const json::value* given = row.as_object().if_contains(name);
                TRY_ASSIGN(Value cell, given ? read_value(*given, of, field + "." + name) : base::Result<Value>{Value{}});
                fields.emplace(name, std::move(cell));
            }
            list.push_back(Value::map(std::move(fields)));
        }
        return Value::list(std::move(list));
    }
    if (!from.is_string())
        return wrong(field);
    std::string text{from.as_string()};
    if (declaration.type == Type::String)
        return Value{Value::Held{text}};
    if (declaration.type == Type::Int)  // beyond 2^53
        return Value{Value::Held{static_cast<std::int64_t>(std::stoll(text))}};
    if (declaration.type == Type::Decimal) {
        TRY_ASSIGN(auto decimal, base::Decimal::parse(text));
        if (decimal.scale() != declaration.scale)
            return wrong(field);
        return Value{Value::Held{decimal}};
    }
    if (declaration.type == Type::Date) {
        TRY_ASSIGN(auto day, base::Date::parse(text));
        return Value{Value::Held{day}};
    }
    TRY_ASSIGN(auto at, base::Timestamp::parse(text));
    return Value{Value::Held{at}};
}

json::value write_value(const Value& value)
{
    return std::visit(
        []<class T>(const T& held) -> json::value {
            if constexpr (std::is_same_v<T, bool>) {
                return held;
            } else if constexpr (std::is_same_v<T, std::int64_t>) {
                return json::value_from(std::to_string(held));
            } else if constexpr (std::is_same_v<T, std::string>) {
                return json::value_from(held);
            } else if constexpr (std::is_same_v<T, base::Decimal> || std::is_same_v<T, base::Date>
                || std::is_same_v<T, base::Timestamp>) {
                return json::value_from(held.text());
            } else if constexpr (std::is_same_v<T, std::shared_ptr<const rules::List>>) {
                json::array array;
                for (const Value& row : *held) {
                    json::object object;
                    for (const auto& [name, cell] : **row.template get<std::shared_ptr<const rules::Map>>())
                        object[name] = write_value(cell);
                    array.push_back(std::move(object));
                }
                return array;
            } else {
                return nullptr;
            }
        },
        value.held());
}

std::string cell_text(const storage::Row& row, std::size_t column, const rules::Sql& sql)
{
    if (row.null(column))
        return "none";
    Value value;
    switch (sql.type) {
    case Type::Bool: value = Value::Held{row.boolean(column)}; break;
    case Type::Int:
    case Type::Duration: value = Value::Held{row.integer(column)}; break;
    case Type::Decimal: value = Value::Held{row.decimal(column, sql.scale)}; break;
    case Type::Date: value = Value::Held{row.date(column)}; break;
    case Type::Timestamp: value = Value::Held{row.timestamp(column)}; break;
    default: value = Value::Held{row.text(column)}; break;
    }
    if (sql.type == Type::Duration)
        value = Value::Held{rules::Duration{row.integer(column)}};
    return plain(canonical(value));
}

base::Status create_table(storage::Transaction& transaction, const std::string& name, std::string head,
    const std::map<std::string, Declaration>& columns)
{
    std::string sql = "CREATE TABLE " + name + " (" + head;
    for (const auto& [column, declaration] : columns)
        sql += ", " + column + " " + storage::column_type(transaction.dialect(), column_type(declaration.type), 18, declaration.scale);
    TRY(transaction.execute(sql + ")"));
    return {};
}

std::map<std::string, Declaration> sheet_columns()
{
    std::map<std::string, Declaration> columns;
    for (const auto& [name, declaration] : declarations()) {
        if (declaration.type != Type::List && declaration.type != Type::Map)
            columns.emplace(name, declaration);
    }
    return columns;
}

}  // namespace

const Declarations& declarations()
{
    static const Declarations all = [] {
        Declarations names;
        for (const char* name : {"i", "j", "k"})
            names[name] = {.type = Type::Int};
        names["d0"] = {.type = Type::Decimal};
        names["d2"] = names["e2"] = {.type = Type::Decimal, .scale = 2};
        names["d6"] = {.type = Type::Decimal, .scale = 6};
        names["s"] = names["t"] = {.type = Type::String};
        names["b"] = names["c"] = {.type = Type::Bool};
        names["day"] = names["until"] = {.type = Type::Date};
        names["at"] = names["closed"] = {.type = Type::Timestamp};
        names["items"] = rows();
        names["user"] = {.type = Type::Map, .fields = {{"organisation", {.type = Type::Int}}, {"name", {.type = Type::String}}}};
        return names;
    }();
    return all;
}

base::Timestamp now()
{
    return *base::Timestamp::parse("2026-09-28T16:00:00+08:00");
}

const base::WorkCalendar& calendar()
{
    static const base::WorkCalendar calendar = [] {
        base::WorkCalendar year;
        std::vector<base::CalendarDay> days;
        for (unsigned day = 1; day <= 7; ++day)
            days.push_back({base::Date::of(2026, 10, day), false, "holiday"});
        days.push_back({base::Date::of(2026, 9, 27), true, "worked"});
        static_cast<void>(year.set_year(2026, days, "rule tests").ok());
        return year;
    }();
    return calendar;
}

rules::Map user()
{
    return {{"organisation", Value::Held{std::int64_t{42}}}, {"name", Value::Held{std::string{"李雷"}}}};
}

base::Result<SheetRow> read_row(const json::object& object)
{
    SheetRow row;
    for (const auto& [name, declaration] : declarations()) {
        const json::value* given = object.if_contains(name);
        bool empty = declaration.type == Type::List;
        TRY_ASSIGN(Value cell, given ? read_value(*given, declaration, name)
                                     : base::Result<Value>{empty ? Value::list({}) : Value{}});
        if (declaration.type != Type::Map)
            row.values.emplace(name, std::move(cell));
    }
    for (const auto& member : object) {
        if (!declarations().contains(std::string{member.key()}))
            return wrong(std::string{member.key()});
    }
    return row;
}

json::object write_row(const SheetRow& row)
{
    json::object object;
    for (const auto& [name, value] : row.values) {
        if (!value.null())
            object[name] = write_value(value);
    }
    return object;
}

SheetActivation::SheetActivation(const SheetRow& row) : row_(row)
{
    now = rules_tests::now();
    calendar = &rules_tests::calendar();
}

std::optional<Value> SheetActivation::find(std::string_view name) const
{
    if (name == "user")
        return Value::map(user());
    auto found = row_.values.find(name);
    return found == row_.values.end() ? std::nullopt : std::optional{found->second};
}

base::Status create_tables(storage::Database& database)
{
    return database.migrate([](storage::Transaction& transaction) -> base::Status {
        TRY(create_table(transaction, "sheet", "id BIGINT PRIMARY KEY", sheet_columns()));
        TRY(create_table(transaction, "item", "id BIGINT PRIMARY KEY, parent BIGINT", rows().fields));
        TRY(transaction.execute("CREATE INDEX item_parent ON item (parent)"));
        std::string date = storage::column_type(transaction.dialect(), storage::ColumnType::Date);
        TRY(transaction.execute("CREATE TABLE work_calendar (day " + date + " PRIMARY KEY, workday_number BIGINT)"));
        for (base::Date day = base::Date::of(2026, 1, 1); day <= base::Date::of(2026, 12, 31); day = day.plus_days(1)) {
            TRY_ASSIGN(auto number, calendar().workday_number(day));
            TRY(transaction.execute("INSERT INTO work_calendar VALUES (?1, ?2)", {day, number}));
        }
        return {};
    });
}

base::Status insert_rows(storage::Database& database, std::span<const SheetRow> all)
{
    std::vector<std::string> columns = {"id"}, item_columns = {"id", "parent"};
    for (const auto& [name, declaration] : sheet_columns())
        columns.push_back(name);
    for (const auto& [name, declaration] : rows().fields)
        item_columns.push_back(name);
    std::vector<storage::Values> sheet, items;
    for (const SheetRow& row : all) {
        auto id = static_cast<std::int64_t>(sheet.size()) + 1;
        storage::Values values = {id};
        for (std::size_t i = 1; i < columns.size(); ++i)
            values.push_back(stored(row.values.at(columns[i])));
        sheet.push_back(std::move(values));
        for (const Value& item : **row.values.at("items").get<std::shared_ptr<const rules::List>>()) {
            const rules::Map& fields = **item.get<std::shared_ptr<const rules::Map>>();
            storage::Values cells = {static_cast<std::int64_t>(items.size()) + 1, id};
            for (std::size_t i = 2; i < item_columns.size(); ++i)
                cells.push_back(stored(fields.at(item_columns[i])));
            items.push_back(std::move(cells));
        }
    }
    return database.write([&](storage::Transaction& transaction) -> base::Status {
        TRY(transaction.insert_many("sheet", columns, sheet));
        TRY(transaction.insert_many("item", item_columns, items));
        return {};
    });
}

rules::SqlNames sql_names(storage::Dialect dialect)
{
    rules::SqlNames names;
    names.dialect = dialect == storage::Dialect::Sqlite ? rules::SqlNames::Dialect::Sqlite : rules::SqlNames::Dialect::Postgres;
    for (const auto& [name, declaration] : sheet_columns())
        names.columns.emplace(name, rules::SqlColumn{"sheet." + name, declaration});
    rules::SqlRows items{.table = "item", .parent_condition = "item.parent = sheet.id"};
    for (const auto& [name, declaration] : rows().fields)
        items.columns.emplace(name, rules::SqlColumn{"item." + name, declaration});
    names.rows.emplace("items", std::move(items));
    names.values.emplace("user", Value::map(user()));
    names.now = now();
    return names;
}

std::string canonical(const Value& value)
{
    auto join = [](std::string text, const std::string& next) { return text.size() == 1 ? text + next : text + ", " + next; };
    return std::visit(
        [&]<class T>(const T& held) -> std::string {
            if constexpr (std::is_same_v<T, rules::Unknown>) {
                return "unknown";
            } else if constexpr (std::is_same_v<T, rules::Null>) {
                return "null";
            } else if constexpr (std::is_same_v<T, bool>) {
                return held ? "true" : "false";
            } else if constexpr (std::is_same_v<T, std::int64_t>) {
                return std::to_string(held);
            } else if constexpr (std::is_same_v<T, std::uint64_t>) {
                return std::to_string(held) + "u";
            } else if constexpr (std::is_same_v<T, double>) {
                return "double(" + json::serialize(json::value(held)) + ")";
            } else if constexpr (std::is_same_v<T, std::string>) {
                return json::serialize(json::value_from(held));
            } else if constexpr (std::is_same_v<T, base::Decimal>) {
                return "decimal(" + held.text() + ")";
            } else if constexpr (std::is_same_v<T, base::Date>) {
                return "date(" + held.text() + ")";
            } else if constexpr (std::is_same_v<T, base::Timestamp>) {
                return "timestamp(" + held.text() + ")";
            } else if constexpr (std::is_same_v<T, rules::Duration>) {
                return "duration(" + std::to_string(held.milliseconds) + "ms)";
            } else if constexpr (std::is_same_v<T, rules::Bytes>) {
                return "bytes(" + base::crypto::hex(held.data) + ")";
            } else if constexpr (std::is_same_v<T, std::shared_ptr<const rules::List>>) {
                std::string text = "[";
                for (const Value& item : *held)
                    text = join(std::move(text), canonical(item));
                return text + "]";
            } else {
                std::string text = "{";
                for (const auto& [name, item] : *held)
                    text = join(std::move(text), json::serialize(json::value_from(name)) + ": " + canonical(item));
                return text + "}";
            }
        },
        value.held());
}

std::string plain(std::string text)
{
    if (text == "null" || text == "unknown")
        return "none";
    if (text.starts_with("decimal(")) {
        text.pop_back();
        if (text.find('.') != std::string::npos) {
            text.resize(text.find_last_not_of('0') + 1);
            if (text.back() == '.')
                text.pop_back();
        }
        if (text == "decimal(-0")
            text = "decimal(0";
        text += ")";
    }
    return text;
}

base::Result<std::vector<std::vector<std::string>>> run_sql(
    storage::Database& database, std::span<const rules::Sql> expressions, std::size_t row_count)
{
    std::string sql = "SELECT sheet.id";
    storage::Values parameters;
    for (const rules::Sql& expression : expressions) {
        // As milliseconds, since the first hours of the year 1 in UTC+8 lie before it in UTC.
        bool instant = expression.type == Type::Timestamp && database.dialect() == storage::Dialect::Postgres;
        sql += instant ? ", CAST(extract(epoch FROM " + expression.text + ") * 1000 AS bigint)" : ", " + expression.text;
        for (const Value& value : expression.parameters)
            parameters.push_back(stored(value));
    }
    sql += " FROM sheet ORDER BY sheet.id";
    auto rows = database.read([&](storage::Transaction& transaction) { return transaction.query(sql, parameters); });
    if (!rows)
        return std::move(rows).error();
    std::vector<std::vector<std::string>> results(expressions.size());
    for (const storage::Row& row : *rows) {
        for (std::size_t i = 0; i < expressions.size(); ++i)
            results[i].push_back(cell_text(row, i + 1, expressions[i]));
    }
    if (rows->size() != row_count)
        return wrong("rows");
    return results;
}

base::Result<std::vector<std::string>> run_sql(storage::Database& database, const rules::Sql& sql, std::size_t row_count)
{
    TRY_ASSIGN(auto all, run_sql(database, {&sql, 1}, row_count));
    return std::move(all[0]);
}

}  // namespace rules_tests
