// Definitions as the browser reads them (docs/api.md, "Definitions").

#include "kernel/definitions/loader.h"

namespace definitions {

namespace {

json::object describe_title(const Title& title) { return {{"zh", title.zh}, {"en", title.en}}; }

json::array describe_names(const std::vector<std::string>& names) { return json::array(names.begin(), names.end()); }

void put(json::object& object, std::string_view key, const std::string& text)
{
    if (!text.empty())
        object[key] = text;
}

void put(json::object& object, std::string_view key, const Title& title)
{
    if (!title.zh.empty())
        object[key] = describe_title(title);
}

void put(json::object& object, std::string_view key, const std::optional<Rule>& rule)
{
    if (rule)
        object[key] = rule->text;
}

void put(json::object& object, std::string_view key, bool value)
{
    if (value)
        object[key] = true;
}

void put_limits(json::object& object, const Field& field)
{
    if (field.type == FieldType::Text && field.max)
        object["max"] = field.max;
    if (field.type == FieldType::Decimal || field.type == FieldType::Money) {
        object["precision"] = field.precision;
        object["scale"] = field.scale;
    }
    if (field.minimum)
        object["minimum"] = *field.minimum;
    if (field.maximum)
        object["maximum"] = *field.maximum;
    put(object, "pattern", field.pattern);
    if (field.type == FieldType::Files) {
        object["accept"] = describe_names(field.accept);
        object["max_mb"] = field.max_mb;
        object["max_files"] = field.max_files;
    }
}

json::object describe_field(const Field& field)
{
    json::object object;
    object["name"] = field.name;
    object["title"] = describe_title(field.title);
    put(object, "help", field.help);
    object["type"] = name_of(field.type);
    if (field.type == FieldType::Computed)
        object["computed_type"] = name_of(field.computed_type);
    put_limits(object, field);
    put(object, "dictionary", field.dictionary);
    put(object, "record", field.record);
    put(object, "unit", field.unit);
    put(object, "required", field.required);
    put(object, "required_if", field.required_if);
    put(object, "visible_if", field.visible_if);
    put(object, "default", field.initial);
    put(object, "value", field.computed);
    if (field.protection != Protection::None)
        object["protect"] = field.protection == Protection::Mask ? "mask" : "encrypt";
    put(object, "multiline", field.multiline);
    put(object, "read_only", field.read_only);
    put(object, "fill_from", field.fill_from);
    return object;
}

json::array describe_fields(const std::vector<Field>& fields)
{
    json::array list;
    for (const auto& field : fields)
        list.push_back(describe_field(field));
    return list;
}

json::array describe_checks(const std::vector<Check>& checks)
{
    json::array list;
    for (const auto& check : checks)
        list.push_back(json::object{{"rule", check.rule.text}, {"message", describe_title(check.message)},
                                    {"code", check.code}, {"fields", describe_names(check.fields)},
                                    {"warning", check.warning}});
    return list;
}

json::array describe_form(const std::vector<Section>& form)
{
    json::array sections;
    for (const auto& section : form) {
        json::array lines;
        for (const auto& line : section.lines)
            lines.push_back(describe_names(line));
        json::object object;
        put(object, "title", section.title);
        object["lines"] = std::move(lines);
        sections.push_back(std::move(object));
    }
    return sections;
}

}  // namespace

json::object describe(const Field& field) { return describe_field(field); }

json::object describe(const Release&, const Record& record)
{
    json::object object{{"name", record.name}, {"system", record.system}, {"title", describe_title(record.title)}};
    put(object, "purpose", record.purpose);
    object["label"] = record.label;
    object["number"] = record.number;
    object["states"] = describe_names(record.states);
    object["scope"] = record.scope;
    object["security_label"] = record.security_label;
    object["fields"] = describe_fields(record.fields);
    json::array rows;
    for (const auto& child : record.rows)
        rows.push_back(json::object{{"name", child.name}, {"title", describe_title(child.title)},
                                    {"fields", describe_fields(child.fields)}, {"max_rows", child.max_rows},
                                    {"checks", describe_checks(child.checks)}});
    object["rows"] = std::move(rows);
    object["checks"] = describe_checks(record.checks);
    object["form"] = describe_form(record.form);
    object["list"] = json::object{{"columns", describe_names(record.list.columns)},
                                  {"filters", describe_names(record.list.filters)},
                                  {"order", record.list.order},
                                  {"sort", describe_names(orders_of(record))},
                                  {"search", describe_names(record.list.search)}};
    return object;
}

json::object describe(const Release& release)
{
    json::array systems;
    for (const auto& system : release.systems) {
        json::object object{{"name", system.name}, {"title", describe_title(system.title)}};
        put(object, "purpose", system.purpose);
        put(object, "menu", system.menu);
        object["icon"] = system.icon;
        object["records"] = describe_names(system.records);
        systems.push_back(std::move(object));
    }
    json::object records;
    for (const auto& [name, record] : release.records)
        records[name] = describe(release, record);
    return {{"release", release.hash}, {"systems", std::move(systems)}, {"records", std::move(records)}};
}

}  // namespace definitions
