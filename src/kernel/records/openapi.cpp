// The description of the interface for machines, made from the definitions.

#include "kernel/records/routes.h"

namespace records {

using definitions::Field;
using definitions::FieldType;

namespace {

json::object reference(const std::string& schema) { return {{"$ref", "#/components/schemas/" + schema}}; }

json::object value_schema(const Field& field)
{
    switch (field.type == FieldType::Computed ? field.computed_type : field.type) {
    case FieldType::Integer: return {{"type", json::array{"integer", "string", "null"}}};
    case FieldType::Decimal:
    case FieldType::Money: return {{"type", json::array{"string", "null"}}, {"pattern", "^-?[0-9]+(\\.[0-9]+)?$"}};
    case FieldType::Boolean: return {{"type", json::array{"boolean", "null"}}};
    case FieldType::Date: return {{"type", json::array{"string", "null"}}, {"format", "date"}};
    case FieldType::DateTime: return {{"type", json::array{"string", "null"}}, {"format", "date-time"}};
    case FieldType::Ref:
    case FieldType::Organisation:
    case FieldType::User:
    case FieldType::Person: return {{"oneOf", json::array{reference("reference"), json::object{{"type", json::array{"string", "null"}}}}}};
    case FieldType::Refs: return {{"type", "array"}, {"items", reference("reference")}};
    case FieldType::Codes: return {{"type", "array"}, {"items", json::object{{"type", "string"}}}};
    case FieldType::Files: return {{"type", "array"}, {"items", reference("file")}};
    case FieldType::Signature: return reference("file");
    case FieldType::Point: return reference("point");
    case FieldType::Polygon: return {{"type", json::array{"object", "null"}}};
    default: break;
    }
    json::object schema{{"type", json::array{"string", "null"}}};
    if (field.max)
        schema["maxLength"] = field.max;
    if (!field.pattern.empty())
        schema["pattern"] = field.pattern;
    return schema;
}

json::object field_schema(const Field& field)
{
    json::object schema = value_schema(field);
    schema["title"] = field.title.zh;
    if (field.read_only || field.type == FieldType::Computed)
        schema["readOnly"] = true;
    if (!field.dictionary.empty())
        schema["x-dictionary"] = field.dictionary;
    return schema;
}

json::object object_schema(const std::vector<Field>& fields)
{
    json::object properties;
    for (const Field& field : fields)
        properties[field.name] = field_schema(field);
    return properties;
}

json::object record_schema(const definitions::Record& record)
{
    json::object properties;
    for (const Field& field : definitions::standard_fields()) {
        properties[field.name] = field_schema(field);
        properties[field.name].as_object()["readOnly"] = true;
    }
    properties["id"] = json::object{{"type", "string"}, {"readOnly", true}};
    for (const auto& [name, schema] : object_schema(record.fields))
        properties[name] = schema;
    for (const definitions::Rows& rows : record.rows) {
        json::object row = object_schema(rows.fields);
        row["id"] = json::object{{"type", "string"}};
        properties[rows.name] = json::object{{"type", "array"}, {"maxItems", rows.max_rows}, {"title", rows.title.zh},
            {"items", json::object{{"type", "object"}, {"properties", std::move(row)}}}};
    }
    return {{"type", "object"}, {"title", record.title.zh}, {"properties", std::move(properties)}};
}

json::object answer(std::string_view text, json::object schema)
{
    return {{"description", text}, {"content", json::object{{"application/json", json::object{{"schema", std::move(schema)}}}}}};
}

json::object problem_answer()
{
    return {{"description", "Problem details (RFC 9457)"},
        {"content", json::object{{"application/problem+json", json::object{{"schema", reference("problem")}}}}}};
}

json::object parameter(std::string_view name, std::string_view place, bool required, std::string_view text)
{
    return {{"name", name}, {"in", place}, {"required", required}, {"description", text}, {"schema", json::object{{"type", "string"}}}};
}

json::object operation(const definitions::Record& record, std::string_view action, json::array parameters, bool body, json::object success,
    std::string_view status)
{
    json::object made{{"operationId", std::string(action) + "_" + record.name}, {"tags", json::array{record.system}},
        {"summary", record.title.zh}, {"parameters", std::move(parameters)},
        {"responses", json::object{{status, std::move(success)}, {"default", problem_answer()}}}};
    if (body)
        made["requestBody"] = json::object{{"required", true},
            {"content", json::object{{"application/json", json::object{{"schema", reference(record.name)}}}}}};
    return made;
}

json::array list_parameters(const definitions::Record& record)
{
    json::array parameters{parameter("q", "query", false, "Words in the search fields"),
        parameter("rule", "query", false, "A CEL filter"), parameter("order", "query", false, "field or -field"),
        parameter("limit", "query", false, "1 to 500"), parameter("after", "query", false, "`next` of the page before"),
        parameter("count", "query", false, "exact"), parameter("columns", "query", false, "a,b"),
        parameter("deleted", "query", false, "only")};
    for (const Field& field : record.fields)
        parameters.push_back(parameter(field.name, "query", false, "op.value with eq ne gt gte lt lte in like prefix null notnull near"));
    return parameters;
}

void add_paths(json::object& paths, const definitions::Record& record)
{
    const json::object list{{"type", "object"}, {"properties", json::object{
        {"items", json::object{{"type", "array"}, {"items", reference(record.name)}}},
        {"next", json::object{{"type", json::array{"string", "null"}}}}, {"total", json::object{{"type", "integer"}}},
        {"undecided", json::object{{"type", "integer"}}}}}};
    const json::object id = parameter("id", "path", true, "Id");
    const json::object match = parameter("If-Match", "header", true, "The version, quoted");
    const std::string base = "/api/records/" + record.name;
    paths[base] = json::object{
        {"get", operation(record, "list", list_parameters(record), false, answer("A page", list), "200")},
        {"post", operation(record, "create", {parameter("Idempotency-Key", "header", false, "Makes a repeated request safe")}, true,
            answer("The record", reference(record.name)), "201")}};
    paths[base + "/{id}"] = json::object{
        {"get", operation(record, "read", {id}, false, answer("The record", reference(record.name)), "200")},
        {"patch", operation(record, "update", {id, match}, true, answer("The record", reference(record.name)), "200")},
        {"delete", operation(record, "delete", {id, match}, false, answer("The record", reference(record.name)), "200")}};
    paths[base + "/{id}/history"] = json::object{
        {"get", operation(record, "history", {id}, false, answer("Changes", json::object{{"type", "object"}}), "200")}};
}

}  // namespace

json::object openapi(const definitions::Release& release)
{
    const json::object text{{"type", "string"}};
    json::object schemas;
    schemas["reference"] = json::object{{"type", "object"}, {"properties", json::object{{"id", text}, {"label", text}}}};
    schemas["file"] = json::object{{"type", json::array{"object", "null"}}, {"properties", json::object{{"hash", text}, {"name", text},
        {"size", json::object{{"type", "integer"}}}, {"media_type", text}}}};
    schemas["point"] = json::object{{"type", json::array{"object", "null"}}, {"properties", json::object{
        {"lng", json::object{{"type", "number"}}}, {"lat", json::object{{"type", "number"}}},
        {"system", json::object{{"type", "string"}, {"enum", json::array{"CGCS2000", "WGS84", "GCJ02"}}}}}}};
    schemas["problem"] = json::object{{"type", "object"}, {"properties", json::object{{"code", text}, {"title", text},
        {"status", json::object{{"type", "integer"}}}, {"faults", json::object{{"type", "array"}}}}}};
    json::object paths;
    for (const auto& [name, record] : release.records) {
        schemas[name] = record_schema(record);
        add_paths(paths, record);
    }
    return {{"openapi", "3.1.0"}, {"info", json::object{{"title", "Weijian"}, {"version", release.hash.substr(0, 16)}}},
        {"paths", std::move(paths)}, {"components", json::object{{"schemas", std::move(schemas)}}}};
}

}  // namespace records
