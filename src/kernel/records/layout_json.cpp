// The stored form of a layout.

#include "kernel/records/layout.h"

namespace records {

namespace {

template <class Text>
json::array texts(const Text& list)
{
    json::array array;
    for (const std::string& text : list)
        array.emplace_back(text);
    return array;
}

json::object column_json(const Column& column)
{
    json::object object{{"name", column.name}, {"type", static_cast<int>(column.type)}};
    if (column.type == storage::ColumnType::Decimal) {
        object["precision"] = column.precision;
        object["scale"] = column.scale;
    }
    if (column.length_max)
        object["length_max"] = column.length_max;
    if (column.required)
        object["required"] = true;
    if (!column.references.empty())
        object["references"] = column.references;
    if (!column.owner.empty())
        object["owner"] = column.owner;
    if (column.derived)
        object["derived"] = true;
    return object;
}

std::string text_at(const json::object& object, std::string_view name) { return base::string_or(object, name, ""); }

int number_at(const json::object& object, std::string_view name, int otherwise)
{
    const json::value* value = object.if_contains(name);
    return value && value->is_int64() ? static_cast<int>(value->as_int64()) : otherwise;
}

bool flag_at(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    return value && value->is_bool() && value->as_bool();
}

Column column_from(const json::object& object)
{
    Column column;
    column.name = text_at(object, "name");
    column.type = static_cast<storage::ColumnType>(number_at(object, "type", 0));
    column.precision = number_at(object, "precision", 18);
    column.scale = number_at(object, "scale", 0);
    column.length_max = number_at(object, "length_max", 0);
    column.required = flag_at(object, "required");
    column.references = text_at(object, "references");
    column.owner = text_at(object, "owner");
    column.derived = flag_at(object, "derived");
    return column;
}

json::object index_json(const Index& index)
{
    json::object object{{"name", index.name}, {"columns", texts(index.columns)}, {"unique", index.unique}, {"live_only", index.live_only}};
    if (!index.present.empty())
        object["present"] = index.present;
    return object;
}

Index index_from(const json::object& object)
{
    Index index{text_at(object, "name"), {}, flag_at(object, "unique"), flag_at(object, "live_only"), text_at(object, "present")};
    if (const json::value* columns = object.if_contains("columns"); columns && columns->is_array())
        for (const json::value& column : columns->as_array())
            if (column.is_string())
                index.columns.emplace_back(column.as_string());
    return index;
}

}  // namespace

json::value to_json(const Layout& layout)
{
    json::object tables;
    for (const auto& [name, table] : layout) {
        json::array columns, indexes;
        for (const Column& column : table.columns)
            columns.push_back(column_json(column));
        for (const Index& index : table.indexes)
            indexes.push_back(index_json(index));
        tables[name] = json::object{{"role", static_cast<int>(table.role)}, {"record", table.record},
            {"parent", table.parent}, {"columns", std::move(columns)}, {"indexes", std::move(indexes)}};
    }
    return tables;
}

Result<Layout> layout_from_json(const json::value& value)
{
    const Error broken{Kind::Internal, "LAYOUT_STORED"};
    if (!value.is_object())
        return broken;
    Layout layout;
    for (const auto& [name, stored] : value.as_object()) {
        const json::object* object = stored.if_object();
        if (!object || !object->contains("columns") || !object->at("columns").is_array()
            || !object->contains("indexes") || !object->at("indexes").is_array())
            return broken;
        Table table;
        table.name = name;
        table.role = static_cast<Table::Role>(number_at(*object, "role", 0));
        table.record = text_at(*object, "record");
        table.parent = text_at(*object, "parent");
        for (const json::value& column : object->at("columns").as_array())
            if (column.is_object())
                table.columns.push_back(column_from(column.as_object()));
        for (const json::value& index : object->at("indexes").as_array())
            if (index.is_object())
                table.indexes.push_back(index_from(index.as_object()));
        layout.emplace(std::string(name), std::move(table));
    }
    return layout;
}

}  // namespace records
