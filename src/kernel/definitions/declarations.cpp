// What names mean in a rule: the types of fields, rows and `user`.

#include "kernel/definitions/model.h"

namespace definitions {

namespace {

using rules::Declaration;
using T = rules::Type;

Declaration declare(FieldType type, int scale)
{
    Declaration d;
    switch (type) {
    case FieldType::Text:
    case FieldType::Code:
    case FieldType::Region:
    case FieldType::IdCard:
    case FieldType::CreditCode:
    case FieldType::Phone: d.type = T::String; break;
    case FieldType::Integer:
    case FieldType::Ref:
    case FieldType::Organisation:
    case FieldType::User:
    case FieldType::Person: d.type = T::Int; break;
    case FieldType::Decimal:
    case FieldType::Money: d.type = T::Decimal; d.scale = scale; break;
    case FieldType::Boolean: d.type = T::Bool; break;
    case FieldType::Date: d.type = T::Date; break;
    case FieldType::DateTime: d.type = T::Timestamp; break;
    case FieldType::Codes: d.type = T::List; d.element = T::String; break;
    case FieldType::Refs: d.type = T::List; d.element = T::Int; break;
    case FieldType::Files:
        d.type = T::List;
        d.element = T::Map;
        d.fields = {{"hash", {T::String}}, {"name", {T::String}}, {"size", {T::Int}}, {"media_type", {T::String}}};
        break;
    case FieldType::Signature:
        d.type = T::Map;
        d.fields = {{"hash", {T::String}}, {"name", {T::String}}, {"size", {T::Int}}, {"media_type", {T::String}}};
        break;
    case FieldType::Point:
        d.type = T::Map;
        d.fields = {{"lng", {T::Decimal, T::Any, {}, 7}}, {"lat", {T::Decimal, T::Any, {}, 7}}, {"system", {T::String}}};
        break;
    case FieldType::Polygon:
    case FieldType::Computed: break;
    }
    return d;
}

Declaration declare(const Field& field)
{
    return declare(field.type == FieldType::Computed ? field.computed_type : field.type, field.scale);
}

Declaration declare_user()
{
    Declaration user;
    user.type = T::Map;
    user.fields = {{"id", {T::Int}}, {"organisation", {T::Int}}, {"region", {T::String}}, {"roles", {T::List, T::String}}};
    return user;
}

Declaration declare_rows(const Rows& rows)
{
    Declaration list;
    list.type = T::List;
    list.element = T::Map;
    list.fields = {{"id", {T::Int}}, {"position", {T::Int}}};
    for (const auto& field : rows.fields)
        list.fields[field.name] = declare(field);
    return list;
}

}  // namespace

rules::Declarations declarations_of(const Release&, const Record& record)
{
    rules::Declarations names;
    for (const auto& field : standard_fields())
        names[field.name] = declare(field);
    for (const auto& field : record.fields)
        names[field.name] = declare(field);
    for (const auto& rows : record.rows)
        names[rows.name] = declare_rows(rows);
    names["user"] = declare_user();
    return names;
}

rules::Declarations declarations_of_rows(const Release& release, const Record& record, const Rows& rows)
{
    rules::Declarations names;
    const auto own = declare_rows(rows);
    for (const auto& [name, declaration] : own.fields)
        names[name] = declaration;
    Declaration parent;
    parent.type = T::Map;
    for (const auto& [name, declaration] : declarations_of(release, record))
        if (name != "user")
            parent.fields[name] = declaration;
    names["parent"] = std::move(parent);
    names["user"] = declare_user();
    return names;
}

}  // namespace definitions
