#include "kernel/records/layout.h"

#include <algorithm>
#include <set>

#include "base/crypto.h"

namespace records {

using definitions::Field;
using definitions::FieldType;
using definitions::Protection;
using definitions::Record;
using storage::ColumnType;

namespace {

// PostgreSQL cuts names at 63 bytes, silently; a long one ends with a digest instead.
std::string short_name(std::string name)
{
    if (name.size() <= 63)
        return name;
    const std::string digest = base::crypto::hex(base::crypto::sha256(name)).substr(0, 8);
    return name.substr(0, 54) + "_" + digest;
}

// `present`: rows without a value in that column are left out.
void add_index(Table& table, std::vector<std::string> columns, bool unique = false, bool live_only = true, std::string present = {})
{
    std::string name = table.name + (unique ? "_one" : present.empty() ? "_by" : "_with") + (live_only ? "" : "_all");
    for (const std::string& column : columns)
        name += "_" + column;
    name = short_name(std::move(name));
    if (!table.index(name))
        table.indexes.push_back({std::move(name), std::move(columns), unique, live_only, std::move(present)});
}

Column standard(std::string name, ColumnType type, bool required = false)
{
    Column column;
    column.name = std::move(name);
    column.type = type;
    column.required = required;
    return column;
}

std::vector<Column> standard_columns()
{
    return {
        standard("id", ColumnType::Integer, true),
        standard("number", ColumnType::Text),
        standard("organisation", ColumnType::Integer, true),
        standard("organisation_path", ColumnType::Text, true),
        standard("region", ColumnType::Text, true),
        standard("state", ColumnType::Text, true),
        standard("state_since", ColumnType::Timestamp),
        standard("due_at", ColumnType::Timestamp),
        standard("overdue_days", ColumnType::Integer),
        standard("created_by", ColumnType::Integer, true),
        standard("created_at", ColumnType::Timestamp, true),
        standard("updated_by", ColumnType::Integer, true),
        standard("updated_at", ColumnType::Timestamp, true),
        standard("version", ColumnType::Integer, true),
        standard("source", ColumnType::Text, true),
        standard("deleted_at", ColumnType::Timestamp),
    };
}

ColumnType column_type_of(FieldType type)
{
    switch (type) {
    case FieldType::Integer:
    case FieldType::Ref:
    case FieldType::Organisation:
    case FieldType::User:
    case FieldType::Person: return ColumnType::Integer;
    case FieldType::Decimal:
    case FieldType::Money: return ColumnType::Decimal;
    case FieldType::Boolean: return ColumnType::Boolean;
    case FieldType::Date: return ColumnType::Date;
    case FieldType::DateTime: return ColumnType::Timestamp;
    default: return ColumnType::Text;
    }
}

std::string unique_column(const Record& record, std::string_view name)
{
    const Field* field = record.field(name);
    if (field && field->protection == Protection::Encrypt)
        return field->name + "_index";
    return std::string(name);
}

// Fields that a list can be narrowed to by one value.
bool filtered_by_value(FieldType type)
{
    switch (type) {
    case FieldType::Code:
    case FieldType::Ref:
    case FieldType::Organisation:
    case FieldType::User:
    case FieldType::Person:
    case FieldType::Region: return true;
    default: return false;
    }
}

// An index whose columns open another index of the same rows is served by that one.
void drop_redundant(Table& table)
{
    const auto opens = [](const Index& shorter, const Index& longer) {
        return shorter.columns.size() < longer.columns.size() && shorter.live_only == longer.live_only && shorter.present == longer.present
            && std::equal(shorter.columns.begin(), shorter.columns.end(), longer.columns.begin());
    };
    const std::vector<Index> all = table.indexes;
    std::erase_if(table.indexes, [&](const Index& index) {
        return !index.unique && std::ranges::any_of(all, [&](const Index& other) { return opens(index, other); });
    });
}

// A page is merged from reads that stand in its order, one for each organisation in sight (page.h), so
// the indexes behind lists begin with the organisation: one for each order, and for the default order
// one for each filter.
void add_list_indexes(Table& table, const Record& record)
{
    const auto add_ordered = [&](std::vector<std::string> columns, const std::string& by, bool live_only = true, std::string present = {}) {
        columns.push_back(by);
        if (by != "id")
            columns.emplace_back("id");
        add_index(table, std::move(columns), false, live_only, std::move(present));
    };
    const auto column_of = [&](const std::string& name) {
        const Field* field = record.field(name);
        return field ? order_column(record, *field) : name;
    };
    const std::vector<std::string> orders = definitions::orders_of(record);
    const std::string by = column_of(orders.front());
    for (const std::string& order : orders)
        if (order == "number")
            add_index(table, {"organisation", "number"}, true, false);
        else
            add_ordered({"organisation"}, column_of(order));
    add_ordered({"organisation"}, by, false, "deleted_at");
    add_ordered({"organisation", "region"}, by);
    add_ordered({"created_by"}, by);
    for (const std::string& filter : record.list.filters) {
        const Field* field = record.field(filter);
        if (filter == "state")
            add_ordered({"organisation", filter}, by);
        else if (field && filtered_by_value(kept_type(*field)) && field->protection == Protection::None && filter != by)
            add_ordered({"organisation", filter}, by, true, filter);
    }
}

void add_record_indexes(Table& table, const Record& record)
{
    add_list_indexes(table, record);
    for (const auto& names : record.unique) {
        std::vector<std::string> columns;
        for (const std::string& name : names)
            columns.push_back(unique_column(record, name));
        add_index(table, std::move(columns), true);
    }
    for (const auto& names : record.indexes) {
        std::vector<std::string> columns;
        for (const std::string& name : names)
            columns.push_back(unique_column(record, name));
        add_index(table, std::move(columns));
    }
    for (const Field& field : record.fields) {
        if (field.protection == Protection::Encrypt)
            add_index(table, {field.name + "_index"}, false, true, field.name + "_index");
        else if (field.type == FieldType::Ref || field.type == FieldType::Person)
            add_index(table, {field.name});
        else if (field.type == FieldType::Point)
            add_index(table, {field.name + "_lat", field.name + "_lng"});
    }
}

Table record_table(const Record& record)
{
    Table table{table_of(record.name), Table::Role::Record, record.name, {}, standard_columns(), {}};
    for (const Field& field : record.fields)
        for (Column& column : columns_of(record, field))
            table.columns.push_back(std::move(column));
    Column search = standard("search_text", ColumnType::Text);
    search.derived = true;
    table.columns.push_back(std::move(search));
    add_record_indexes(table, record);
    drop_redundant(table);
    return table;
}

Table rows_table(const Record& record, const definitions::Rows& rows)
{
    Table table{rows_table_of(record.name, rows.name), Table::Role::Rows, record.name, table_of(record.name), {}, {}};
    table.columns = {standard("id", ColumnType::Integer, true), standard("parent", ColumnType::Integer, true),
        standard("position", ColumnType::Integer, true)};
    table.columns[1].references = table.parent;
    for (const Field& field : rows.fields)
        for (Column& column : columns_of(record, field)) {
            column.owner = record.name + "." + rows.name + "." + field.name;
            table.columns.push_back(std::move(column));
        }
    add_index(table, {"parent", "position"}, false, false);
    for (const auto& names : rows.unique) {
        std::vector<std::string> columns{"parent"};
        for (const std::string& name : names) {
            const Field* field = rows.field(name);
            columns.push_back(field && field->protection == Protection::Encrypt ? name + "_index" : name);
        }
        add_index(table, std::move(columns), true, false);
    }
    for (const Field& field : rows.fields)
        if (field.type == FieldType::Ref)
            add_index(table, {field.name}, false, false);
    return table;
}

Table link_table(const Record& record, const Field& field)
{
    Table table{rows_table_of(record.name, field.name), Table::Role::Link, record.name, table_of(record.name), {}, {}};
    table.columns = {standard("parent", ColumnType::Integer, true), standard("target", ColumnType::Integer, true)};
    table.columns[0].references = table.parent;
    table.columns[1].references = table_of(field.record);
    table.columns[1].owner = record.name + "." + field.name;
    add_index(table, {"parent", "target"}, true, false);
    add_index(table, {"target"}, false, false);
    return table;
}

}  // namespace

const Column* Table::column(std::string_view wanted) const
{
    const auto found = std::ranges::find(columns, wanted, &Column::name);
    return found == columns.end() ? nullptr : &*found;
}

const Index* Table::index(std::string_view wanted) const
{
    const auto found = std::ranges::find(indexes, wanted, &Index::name);
    return found == indexes.end() ? nullptr : &*found;
}

std::string table_of(std::string_view record) { return short_name("record_" + std::string(record)); }

std::string rows_table_of(std::string_view record, std::string_view rows)
{
    return short_name("record_" + std::string(record) + "__" + std::string(rows));
}

std::string sql_name(std::string_view name)
{
    std::string text = "\"";
    for (const char c : name) {
        if (c == '"')
            text += '"';
        text += c;
    }
    return text + '"';
}

FieldType kept_type(const Field& field)
{
    return field.type == FieldType::Computed ? field.computed_type : field.type;
}

bool has_sort_key(const Record& record, const Field& field)
{
    if (kept_type(field) != FieldType::Text || field.protection != Protection::None || record.field(field.name) != &field)
        return false;  // the last: a child row may have a field of the same name
    const auto named = [&](const std::vector<std::string>& names) { return std::ranges::find(names, field.name) != names.end(); };
    return named(definitions::orders_of(record)) || named(record.list.columns);
}

std::string order_column(const Record& record, const Field& field)
{
    return has_sort_key(record, field) ? field.name + "_sort" : field.name;
}

Order order_of(std::string_view text)
{
    if (text.empty())
        return {"created_at", true};
    const bool descending = text.front() == '-';
    return {std::string(descending ? text.substr(1) : text), descending};
}

std::vector<Column> columns_of(const Record& record, const Field& field)
{
    const FieldType type = kept_type(field);
    Column column = standard(field.name, column_type_of(type));
    column.owner = record.name + "." + field.name;
    column.was = field.was;
    column.derived = field.type == FieldType::Computed;
    const auto beside = [&](std::string_view ending, ColumnType of) {
        Column other = standard(field.name + std::string(ending), of);
        other.owner = column.owner;
        if (!field.was.empty())
            other.was = field.was + std::string(ending);
        return other;
    };
    if (field.protection == Protection::Encrypt) {
        column.type = ColumnType::Bytes;
        return {column, beside("_index", ColumnType::Bytes)};
    }
    if (type == FieldType::Point) {
        Column lng = beside("_lng", ColumnType::Decimal), lat = beside("_lat", ColumnType::Decimal);
        lng.precision = lat.precision = 10;
        lng.scale = lat.scale = point_scale;
        return {lng, lat, beside("_system", ColumnType::Text)};
    }
    if (type == FieldType::Text)
        column.length_max = field.max;
    if (type == FieldType::Decimal || type == FieldType::Money) {
        column.precision = type == FieldType::Money ? 18 : field.precision;
        column.scale = type == FieldType::Money ? 2 : field.scale;
    }
    if (type == FieldType::Ref)
        column.references = table_of(field.record);
    if (!has_sort_key(record, field))
        return {column};
    Column sort = beside("_sort", ColumnType::Bytes);
    sort.derived = true;
    return {column, sort};
}

Layout layout_of(const definitions::Release& release)
{
    Layout layout;
    for (const auto& [name, record] : release.records) {
        const auto add = [&](Table table) {
            std::string key = table.name;
            layout.emplace(std::move(key), std::move(table));
        };
        add(record_table(record));
        for (const auto& rows : record.rows)
            add(rows_table(record, rows));
        for (const Field& field : record.fields)
            if (field.type == FieldType::Refs)
                add(link_table(record, field));
    }
    return layout;
}

}  // namespace records
