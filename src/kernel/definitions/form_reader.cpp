#include "kernel/definitions/form_reader.h"

#include <algorithm>
#include <set>

namespace definitions {

namespace {

using Kind = YamlNode::Kind;

bool filled_by_people(const Field& field) { return !field.read_only && field.type != FieldType::Computed; }

std::set<std::string> standing(const Record& record)
{
    std::set<std::string> names;
    for (const auto& section : record.form)
        for (const auto& line : section.lines)
            names.insert(line.begin(), line.end());
    return names;
}

void read_line(const MapReader& reader, const YamlNode& line, const Record& record, std::set<std::string>& placed,
               Section& section)
{
    if (line.kind != Kind::List || line.items.empty()) {
        reader.report(line, "a line of the form is a list of fields", "for example  [name, kind]");
        return;
    }
    std::vector<std::string> names;
    for (const auto& item : line.items) {
        const bool rows = record.child(item.text) != nullptr;
        if (!item.is_text() || (!rows && !record.field(item.text))) {
            std::vector<std::string_view> known;
            for (const auto& field : record.fields)
                known.push_back(field.name);
            for (const auto& child : record.rows)
                known.push_back(child.name);
            reader.report(item, "the form names `" + item.text + "`, which is no field", hint_for(item.text, known));
            continue;
        }
        if (rows && line.items.size() > 1)
            reader.report(item, "the rows `" + item.text + "` need a line of their own", "write [" + item.text + "]");
        if (!placed.insert(item.text).second)
            reader.report(item, "`" + item.text + "` stands in the form twice");
        names.push_back(item.text);
    }
    section.lines.push_back(std::move(names));
}

void read_sections(const MapReader& reader, const YamlNode& node, Record& record)
{
    auto placed = standing(record);
    if (node.kind != Kind::List || node.items.empty()) {
        reader.report(node, "`form` must be a list of lines, or of sections with title and lines");
        return;
    }
    if (node.items.front().kind == Kind::List) {
        Section section;
        for (const auto& line : node.items)
            read_line(reader, line, record, placed, section);
        record.form.push_back(std::move(section));
        return;
    }
    for (const auto& item : node.items) {
        MapReader section_reader(reader.loading(), reader.file(), item, "a section of the form", {"title", "lines"});
        if (item.kind != Kind::Map)
            continue;
        Section section;
        section.title = section_reader.title("title", true);
        const auto* lines = section_reader.need("lines");
        if (lines && lines->kind != Kind::List)
            reader.report(*lines, "`lines` must be a list of lists", "write [[first, second], [third]]");
        if (lines)
            for (const auto& line : lines->items)
                read_line(reader, line, record, placed, section);
        record.form.push_back(std::move(section));
    }
}

// Where a field or rows name is declared in the file at hand, if it is.
const YamlNode* declaration(const MapReader& reader, std::string_view group, std::string_view name)
{
    const auto* node = reader.find(group);
    if (!node)
        return nullptr;
    for (const auto& [key, value] : node->members)
        if (key.text == name)
            return &key;
    return nullptr;
}

}  // namespace

void read_form(const MapReader& reader, Record& record)
{
    const bool addition = !record.form.empty();
    const auto* node = reader.find("form");
    if (node)
        read_sections(reader, *node, record);
    const auto placed = standing(record);
    Section rest;
    const auto missing = [&](const std::string& name, std::string_view group) {
        if (placed.contains(name))
            return;
        rest.lines.push_back({name});
        if (const auto* key = declaration(reader, group, name); node && key)
            reader.report(*key, "`" + name + "` does not stand in the form", "add it to `form`, or mark it read_only: true");
    };
    for (const auto& field : record.fields)
        if (filled_by_people(field))
            missing(field.name, "fields");
    for (const auto& rows : record.rows)
        missing(rows.name, "rows");
    if (rest.lines.empty())
        return;
    if (addition)
        rest.title = {"补充信息", "Further details"};
    record.form.push_back(std::move(rest));
}

}  // namespace definitions
