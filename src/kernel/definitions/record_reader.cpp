#include "kernel/definitions/record_reader.h"

#include <algorithm>
#include <sstream>

#include "kernel/definitions/field_reader.h"
#include "kernel/definitions/field_uses.h"
#include "kernel/definitions/form_reader.h"
#include "kernel/definitions/names.h"

namespace definitions {

namespace {

using Kind = YamlNode::Kind;

const std::vector<std::string_view> actions = {"create", "read", "update", "delete", "export", "import", "unmask"};

std::vector<Check> read_checks(const MapReader& parent, const FieldOwner& owner, const FieldUses& uses)
{
    std::vector<Check> checks;
    const auto* node = parent.find("checks");
    if (!node)
        return checks;
    if (node->kind != Kind::List)
        parent.report(*node, "`checks` must be a list", "each begins with  - rule:");
    for (const auto& item : node->items) {
        MapReader reader(parent.loading(), parent.file(), item, "a check", {"rule", "message", "code", "fields", "warning"});
        if (item.kind != Kind::Map)
            continue;
        Check check;
        if (const auto* rule = reader.need("rule")) {
            if (auto read = read_rule(parent.loading(), parent.file(), *rule)) {
                check.rule = *read;
                parent.loading().rules.push_back({owner.record, owner.rows, {}, RuleUse::Result::Truth, false,
                                                  read->expression, *rule, parent.file()});
            }
        }
        check.message = reader.title("message", true);
        check.code = reader.has("code") ? reader.text("code", 60) : check.code;
        if (check.code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != std::string::npos)
            reader.report(*reader.find("code"), "`code` must be upper-case letters, digits and underscores",
                          "for example DATE_ORDER");
        check.fields = uses.names(reader, "fields", FieldUse::Highlight);
        check.warning = reader.boolean("warning", false);
        checks.push_back(std::move(check));
    }
    return checks;
}

void read_rows(const MapReader& parent, Record& record)
{
    const auto* node = parent.find("rows");
    if (!node)
        return;
    if (node->kind != Kind::Map)
        parent.report(*node, "`rows` must name the child tables", "for example  contacts: {title: …, fields: …}");
    for (const auto& [name, value] : node->members) {
        if (auto fault = fault_of_name(Naming::Rows, name.text); !fault.empty())
            parent.report(name, "the rows name " + fault);
        if (record.field(name.text))
            parent.report(name, "`" + name.text + "` is a field of the record already");
        MapReader reader(parent.loading(), parent.file(), value, "rows",
                         {"title", "fields", "max_rows", "unique", "checks"});
        const std::string& rows_name = name.text;
        auto at = std::find_if(record.rows.begin(), record.rows.end(), [&](const Rows& r) { return r.name == rows_name; });
        const bool known = at != record.rows.end();
        if (!known)
            at = record.rows.insert(record.rows.end(), Rows{name.text, {}, {}});
        if (value.kind != Kind::Map)
            continue;
        if (!known || reader.has("title"))
            at->title = reader.title("title", true);
        if (!known)
            reader.need("fields");
        const FieldOwner owner{record.name, name.text};
        read_fields(reader, "fields", owner, at->fields);
        at->max_rows = reader.integer("max_rows", 1, 1000, at->max_rows);
        const FieldUses uses(at->fields, {}, false);
        for (auto& names : uses.name_lists(reader, "unique", FieldUse::Unique))
            at->unique.push_back(std::move(names));
        for (auto& check : read_checks(reader, owner, uses))
            at->checks.push_back(std::move(check));
    }
}

void read_duplicates(const MapReader& parent, const FieldUses& uses, Record& record)
{
    const auto* node = parent.find("duplicates");
    if (!node)
        return;
    if (node->kind != Kind::List)
        parent.report(*node, "`duplicates` must be a list");
    for (const auto& item : node->items) {
        MapReader reader(parent.loading(), parent.file(), item, "a duplicate rule",
                         {"same", "similar", "above", "near", "metres", "message"});
        if (item.kind != Kind::Map)
            continue;
        Duplicate duplicate;
        duplicate.same = uses.names(reader, "same", FieldUse::Unique);
        duplicate.similar = uses.name(reader, "similar", FieldUse::Similar);
        duplicate.near = uses.name(reader, "near", FieldUse::Near);
        duplicate.above = reader.number("above").value_or(duplicate.above);
        duplicate.metres = reader.number("metres").value_or(duplicate.metres);
        duplicate.message = reader.title("message", true);
        if (!reader.has("same") && !reader.has("similar") && !reader.has("near"))
            reader.report("a duplicate rule needs `same`, `similar` or `near`");
        if (duplicate.above <= 0 || duplicate.above > 1)
            reader.report(*reader.find("above"), "`above` must be more than 0 and at most 1");
        if (duplicate.metres <= 0 || duplicate.metres > 100'000)
            reader.report(*reader.find("metres"), "`metres` must be more than 0 and at most 100000");
        record.duplicates.push_back(std::move(duplicate));
    }
}

void read_list(const MapReader& parent, const FieldUses& uses, Record& record)
{
    const auto* node = parent.find("list");
    if (!node)
        return;
    MapReader reader(parent.loading(), parent.file(), *node, "`list`", {"columns", "filters", "order", "sort", "search"});
    const auto append = [](std::vector<std::string>& into, std::vector<std::string> names) {
        for (auto& name : names)
            if (std::find(into.begin(), into.end(), name) == into.end())
                into.push_back(std::move(name));
    };
    append(record.list.columns, uses.names(reader, "columns", FieldUse::Column));
    append(record.list.filters, uses.names(reader, "filters", FieldUse::Filter));
    append(record.list.sort, uses.names(reader, "sort", FieldUse::Order));
    append(record.list.search, uses.names(reader, "search", FieldUse::Search));
    const auto* order = reader.find("order");
    if (!order || reader.text("order").empty())
        return;
    YamlNode field = *order;
    if (field.text.starts_with('-'))
        field.text.erase(0, 1);
    if (uses.judge(reader, field, FieldUse::Order))
        record.list.order = order->text;
}

void read_access(const MapReader& parent, Record& record)
{
    const auto* node = parent.find("access");
    if (!node)
        return;
    if (node->kind != Kind::Map)
        parent.report(*node, "`access` must give each role its actions", "for example  officer: read update");
    for (const auto& [role, value] : node->members) {
        parent.loading().references.push_back({Reference::Kind::Role, role.text, role.in(parent.file())});
        if (!value.is_text()) {
            parent.report(value, "the actions of a role are words with spaces between", "for example  create read update");
            continue;
        }
        auto& granted = record.access[role.text];
        std::istringstream words(value.text);
        for (std::string word; words >> word;) {
            if (std::find(actions.begin(), actions.end(), word) == actions.end())
                parent.report(value, "there is no action `" + word + "`", hint_for(word, actions));
            else if (std::find(granted.begin(), granted.end(), word) == granted.end())
                granted.push_back(word);
            else
                parent.report(value, "the action `" + word + "` stands twice");
        }
    }
}

// Parts of a number pattern: {yyyy} {yy} {MM} {dd} {yyyyMM} {yyyyMMdd} {region} {organisation} {seq:N}.
void check_number(const MapReader& reader, const std::string& pattern)
{
    const std::vector<std::string_view> parts = {"yyyy", "yy", "MM", "dd", "yyyyMM", "yyyyMMdd", "region", "organisation"};
    const auto& node = *reader.find("number");
    int sequences = 0;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '}')
            return reader.report(node, "a } without { in the number pattern");
        if (pattern[at] != '{')
            continue;
        const auto end = pattern.find('}', at);
        if (end == std::string::npos)
            return reader.report(node, "a { without } in the number pattern");
        const auto part = std::string_view(pattern).substr(at + 1, end - at - 1);
        const bool sequence = part.size() >= 5 && part.size() <= 6 && part.starts_with("seq:") &&
                              part.substr(4).find_first_not_of("0123456789") == std::string_view::npos;
        if (sequence)
            ++sequences;
        else if (std::find(parts.begin(), parts.end(), part) == parts.end())
            reader.report(node, "the number pattern has no part {" + std::string(part) + "}",
                          part.starts_with("seq") ? "write {seq:5} for five digits" : hint_for(part, parts));
        if (sequence && (part == "seq:0" || part.substr(4).starts_with('0') || std::stoi(std::string(part.substr(4))) > 12))
            reader.report(node, "{seq:N} has 1 to 12 digits");
        at = end;
    }
    if (sequences != 1)
        reader.report(node, "the number pattern needs {seq:N} exactly once", "for example TS{yyyyMMdd}{seq:5}");
}

void read_head(const MapReader& reader, Record& record)
{
    record.title = reader.title("title", true);
    record.purpose = reader.title("purpose", false);
    record.number = reader.text("number", 80);
    if (!record.number.empty())
        check_number(reader, record.number);
    record.scope = reader.one_of("scope", {"organisation", "region", "own", "public"}, record.scope);
    record.security_label = reader.integer("security_label", 1, 4, record.security_label);
    record.states = {"open"};
}

std::string default_label(const Record& record)
{
    for (const auto& field : record.fields)
        if (field.type == FieldType::Text && field.protection == Protection::None)
            return field.name;
    return "number";
}

void read_body(const MapReader& reader, Record& record)
{
    read_fields(reader, "fields", {record.name}, record.fields);
    read_rows(reader, record);
    const FieldUses uses(record.fields, record.rows, true);
    for (auto& check : read_checks(reader, {record.name}, uses))
        record.checks.push_back(std::move(check));
    for (auto& names : uses.name_lists(reader, "unique", FieldUse::Unique))
        record.unique.push_back(std::move(names));
    for (auto& names : uses.name_lists(reader, "indexes", FieldUse::Index))
        record.indexes.push_back(std::move(names));
    read_duplicates(reader, uses, record);
    read_form(reader, record);
    read_list(reader, uses, record);
    read_access(reader, record);
}

}  // namespace

std::optional<Record> read_record(Loading& loading, const std::string& file, const YamlNode& node, const std::string& system)
{
    MapReader reader(loading, file, node, "a record",
                     {"record", "title", "purpose", "number", "label", "region_from", "fields", "rows", "checks",
                      "unique", "indexes", "duplicates", "form", "list", "access", "scope", "security_label"});
    Record record;
    record.name = reader.needed_text("record");
    if (record.name.empty())
        return std::nullopt;
    if (auto fault = fault_of_name(Naming::Record, record.name); !fault.empty())
        reader.report(*reader.find("record"), "the record name " + fault, "choose another name");
    record.system = system;
    record.file = file;
    record.line = node.line;
    read_head(reader, record);
    if (!reader.need("fields"))
        loading.doubtful.insert(record.name);
    read_body(reader, record);
    const FieldUses uses(record.fields, record.rows, true);
    record.label = reader.has("label") ? uses.name(reader, "label", FieldUse::Label) : default_label(record);
    if (record.label == "number" && record.number.empty())
        reader.report(reader.has("label") ? *reader.find("label") : node,
                      "nothing names a row to people", "add `number`, or `label` with a text field");
    record.region_from = uses.name(reader, "region_from", FieldUse::Region);
    if (record.list.columns.empty())
        record.list.columns = {record.label == "number" ? "number" : record.label, "organisation", "updated_at"};
    return record;
}

void add_to_record(Loading& loading, const std::string& file, const YamlNode& node, Record& into)
{
    MapReader reader(loading, file, node, "an addition to a record",
                     {"record", "fields", "rows", "checks", "unique", "indexes", "duplicates", "form", "list", "access"});
    read_body(reader, into);
}

}  // namespace definitions
