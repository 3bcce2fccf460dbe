#include "kernel/definitions/checker.h"

#include <algorithm>

#include "kernel/definitions/code_literals.h"
#include "kernel/definitions/intake_reader.h"

namespace definitions {

namespace {

using rules::Type;

class Checker {
public:
    Checker(Loading& loading, const KnownNames& known, Release& release)
        : loading_(loading), known_(known), release_(release)
    {
    }

    void check()
    {
        for (const auto& reference : loading_.references)
            if (reference.kind != Reference::Kind::Role || !loading_.roles_doubtful)
                check_reference(reference);
        for (auto& [name, record] : release_.records)
            if (!loading_.doubtful.contains(name))
                infer_computed(record);
        for (const auto& use : loading_.rules)
            check_rule(use);
        check_workflow_names(loading_, release_);
        for (const auto& [name, record] : release_.records)
            check_record(record);
        for (const auto& [name, dictionary] : release_.dictionaries)
            check_dictionary(dictionary);
        check_figures();
        for (const auto& [name, intake] : release_.intakes)
            check_intake(loading_, release_, intake);
    }

private:
    Position place(const std::string& record, const std::string& rows, const std::string& field) const
    {
        const auto at = loading_.field_places.find({record, rows, field});
        return at == loading_.field_places.end() ? Position{} : at->second;
    }
    Position place(const Dictionary& dictionary, const std::string& code) const
    {
        const auto at = loading_.code_places.find({dictionary.name, code});
        return at == loading_.code_places.end() ? Position{} : at->second;
    }

    void check_reference(const Reference& reference)
    {
        std::vector<std::string_view> names;
        std::string_view kind;
        switch (reference.kind) {
        case Reference::Kind::Record:
            kind = "record";
            names.assign(known_.records.begin(), known_.records.end());
            break;
        case Reference::Kind::Dictionary:
            kind = "dictionary";
            names.assign(known_.dictionaries.begin(), known_.dictionaries.end());
            break;
        case Reference::Kind::Role:
            kind = "role";
            for (const auto& [name, role] : release_.roles)
                names.push_back(name);
            break;
        case Reference::Kind::System:
            kind = "system";
            for (const auto& system : release_.systems)
                names.push_back(system.name);
            break;
        }
        if (std::find(names.begin(), names.end(), reference.name) == names.end())
            loading_.problems.add(reference.at, "there is no " + std::string(kind) + " `" + reference.name + "`",
                                  hint_for(reference.name, names));
    }

    // The result type of a computed field may depend on another one, so twice.
    void infer_computed(Record& record)
    {
        for (int pass = 0; pass < 2; ++pass) {
            for (auto& rows : record.rows) {
                const auto names = declarations_of_rows(release_, record, rows);
                for (auto& field : rows.fields)
                    infer(field, names);
            }
            const auto names = declarations_of(release_, record);
            for (auto& field : record.fields)
                infer(field, names);
        }
    }
    static void infer(Field& field, const rules::Declarations& names)
    {
        if (!field.computed)
            return;
        const auto type = field.computed->expression.check(names);
        if (!type)
            return;  // reported by check_rule
        switch (*type) {
        case Type::Bool: field.computed_type = FieldType::Boolean; break;
        case Type::Int:
        case Type::Uint: field.computed_type = FieldType::Integer; break;
        case Type::Decimal:
            field.computed_type = FieldType::Decimal;
            field.scale = 2;
            break;
        case Type::Date: field.computed_type = FieldType::Date; break;
        case Type::Timestamp: field.computed_type = FieldType::DateTime; break;
        default: field.computed_type = FieldType::Text; field.max = 400; break;
        }
    }

    static bool fits(Type result, const Field& field)
    {
        if (result == Type::Any || result == Type::Null)
            return true;
        switch (field.type) {
        case FieldType::Computed:
            return result != Type::List && result != Type::Map && result != Type::Double && result != Type::Duration;
        case FieldType::Integer:
        case FieldType::Ref:
        case FieldType::Organisation:
        case FieldType::User:
        case FieldType::Person: return result == Type::Int;
        case FieldType::Decimal:
        case FieldType::Money: return result == Type::Decimal || result == Type::Int;
        case FieldType::Boolean: return result == Type::Bool;
        case FieldType::Date: return result == Type::Date;
        case FieldType::DateTime: return result == Type::Timestamp;
        case FieldType::Codes:
        case FieldType::Refs: return result == Type::List;
        default: return result == Type::String;
        }
    }

    void check_rule(const RuleUse& use)
    {
        const auto* record = release_.record(use.record);
        if (!record || loading_.doubtful.contains(use.record))
            return;
        const auto* rows = use.rows.empty() ? nullptr : record->child(use.rows);
        if (!use.rows.empty() && !rows)
            return;
        auto names = rows ? declarations_of_rows(release_, *record, *rows) : declarations_of(release_, *record);
        if (use.officer)
            names["officer"] = names["user"];
        const auto type = use.set ? use.expression.check_sql(names) : use.expression.check(names);
        if (!type)
            return report_rule(use, type.error(), rows ? record : nullptr);
        check_code_literals(loading_, release_, *record, rows, use);
        if (use.result == RuleUse::Result::Truth) {
            if (*type != Type::Bool && *type != Type::Any)
                loading_.problems.add(use.node.in(use.file), "the rule must be true or false, this one is not",
                                      "compare it with something");
            return;
        }
        const auto* target = use.target.empty() ? record : release_.record(use.target);
        if (!target)
            return;
        const auto& fields = rows ? rows->fields : record->fields;
        const auto* field = rows ? rows->field(use.field) : target->field(use.field);
        if (field && !use.target.empty() && field->protection == Protection::None)
            refuse_protected(use, fields, "an unprotected field cannot be set from `");
        if (field && field->type == FieldType::Computed)
            refuse_protected(use, fields);
        if (field && !fits(*type, *field))
            loading_.problems.add(use.node.in(use.file), "the rule gives another type than the field `" + use.field + "`");
    }
    // The rule parser writes its advice behind a semicolon.
    void report_rule(const RuleUse& use, const base::Error& error, const Record* parent)
    {
        std::string message = error.code, hint, name;
        for (const auto& [key, value] : error.parameters) {
            if (key == "message")
                message = value;
            if (key == "name")
                name = value;
        }
        if (const auto semicolon = message.find("; "); semicolon != std::string::npos) {
            hint = message.substr(semicolon + 2);
            message.erase(semicolon);
        }
        if (parent && parent->field(name))
            hint = "a field of the record is written parent." + name + " here";
        loading_.problems.add(place_in_rule(use.file, use.node, error), "the rule is wrong: " + message, hint);
    }
    // What is derived from a protected value would show it.
    void refuse_protected(const RuleUse& use, const std::vector<Field>& fields,
                          const std::string& beginning = "a computed field cannot use `")
    {
        for (const auto& name : use.expression.names())
            for (const auto& field : fields)
                if (field.name == name && field.protection != Protection::None)
                    loading_.problems.add(use.node.in(use.file), beginning + name + "`, which is protected");
    }

    void check_record(const Record& record)
    {
        check_fields(record.name, {}, record.fields);
        for (const auto& rows : record.rows) {
            check_fields(record.name, rows.name, rows.fields);
            if (record.name.size() + rows.name.size() > 50)
                loading_.problems.add({record.file, record.line, 1}, "the names `" + record.name + "` and `" + rows.name +
                                                                      "` are together longer than 50 characters");
        }
    }
    void check_fields(const std::string& record, const std::string& rows, const std::vector<Field>& fields)
    {
        std::map<std::string, std::string> headings;
        for (const auto& field : fields) {
            const auto at = place(record, rows, field.name);
            for (const auto& heading : field.import_names)
                if (auto [known, added] = headings.emplace(heading, field.name); !added)
                    loading_.problems.add(at, "the import name `" + heading + "` of `" + field.name +
                                                  "` is taken by `" + known->second + "`");
            const bool was_taken = std::any_of(fields.begin(), fields.end(), [&](const Field& f) { return f.name == field.was; });
            if (!field.was.empty() && was_taken)
                loading_.problems.add(at, "`" + field.name + "` was `" + field.was + "`, but that field still exists");
            check_made_names(at, field, fields);
            check_fill(at, field, fields);
            check_default_code(at, field);
        }
    }
    // Columns that are made beside a field's own.
    void check_made_names(const Position& at, const Field& field, const std::vector<Field>& fields)
    {
        for (std::string_view ending : {"_index", "_lng", "_lat", "_system", "_sort"})
            if (field.name.ends_with(ending))
                for (const auto& other : fields)
                    if (other.name.size() + ending.size() == field.name.size() && field.name.starts_with(other.name))
                        loading_.problems.add(at, "the column `" + field.name + "` may be made for the field `" + other.name + "`",
                                              "choose another name");
    }
    void check_fill(const Position& at, const Field& field, const std::vector<Field>& fields)
    {
        if (field.fill_from.empty())
            return;
        const auto dot = field.fill_from.find('.');
        const auto ref_name = field.fill_from.substr(0, dot);
        const auto ref = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == ref_name; });
        if (dot == std::string::npos || ref == fields.end() || ref->type != FieldType::Ref) {
            loading_.problems.add(at, "`fill_from` of `" + field.name + "` must be reference.field",
                                  "for example unit.business_address, where unit is a field of type ref");
            return;
        }
        const auto* target = release_.record(ref->record);
        if (!target)
            return;  // reported as a reference
        const auto* source = release_.field_of(*target, field.fill_from.substr(dot + 1));
        if (!source)
            loading_.problems.add(at, "`fill_from` of `" + field.name + "`: " + target->name + " has no field `" +
                                          field.fill_from.substr(dot + 1) + "`");
        else if (source->type != field.type)
            loading_.problems.add(at, "`fill_from` of `" + field.name + "` takes a " + std::string(name_of(source->type)) +
                                          " into a " + std::string(name_of(field.type)));
        else if (source->protection != Protection::None && field.protection < source->protection)
            loading_.problems.add(at, "`" + field.name + "` would show the protected `" + field.fill_from + "`",
                                  "give it the same `protect`");
    }
    void check_default_code(const Position& at, const Field& field)
    {
        if (field.type != FieldType::Code || !field.initial || !field.initial->text.starts_with('"'))
            return;
        const auto dictionary = release_.dictionaries.find(field.dictionary);
        if (dictionary == release_.dictionaries.end())
            return;
        const auto code = field.initial->text.substr(1, field.initial->text.size() - 2);
        std::vector<std::string_view> codes;
        for (const auto& entry : dictionary->second.entries)
            codes.push_back(entry.code);
        if (!dictionary->second.find(code))
            loading_.problems.add(at, "the default of `" + field.name + "`: `" + code + "` is no code of " + field.dictionary,
                                  hint_for(code, codes));
    }

    // `parent` is a code of the same dictionary; a further column named like a dictionary holds its codes.
    void check_dictionary(const Dictionary& dictionary)
    {
        for (const auto& entry : dictionary.entries) {
            if (!entry.parent.empty() && (entry.parent == entry.code || !dictionary.find(entry.parent)))
                loading_.problems.add(place(dictionary, entry.code), "the parent `" + entry.parent + "` of `" + entry.code +
                                                        "` is no other code of this dictionary");
            for (const auto& [column, value] : entry.extra) {
                const auto other = release_.dictionaries.find(column);
                if (other == release_.dictionaries.end())
                    continue;
                for (std::size_t at = 0; at <= value.size();) {
                    const auto end = std::min(value.find(' ', at), value.size());
                    const auto code = value.substr(at, end - at);
                    if (!other->second.find(code))
                        loading_.problems.add(place(dictionary, entry.code), "`" + code + "` of `" + entry.code + "` is no code of " + column);
                    at = end + 1;
                }
            }
        }
        if (!dictionary.entries.empty() && cyclic(dictionary))
            loading_.problems.add(place(dictionary, dictionary.entries.front().code), "the parents of the dictionary form a circle");
    }
    static bool cyclic(const Dictionary& dictionary)
    {
        std::map<std::string_view, std::string_view> parents;
        for (const auto& entry : dictionary.entries)
            parents[entry.code] = entry.parent;
        for (const auto& entry : dictionary.entries) {
            std::string_view at = entry.code;
            for (int steps = 0; !at.empty(); ++steps) {
                if (steps > 20)
                    return true;
                const auto next = parents.find(at);
                at = next == parents.end() ? std::string_view{} : next->second;
            }
        }
        return false;
    }

    void check_figures()
    {
        for (auto& [code, versions] : release_.figures) {
            std::stable_sort(versions.begin(), versions.end(),
                             [](const Figure& a, const Figure& b) { return a.effective_from < b.effective_from; });
            for (std::size_t i = 1; i < versions.size(); ++i) {
                const auto& earlier = versions[i - 1];
                if (!earlier.effective_to || versions[i].effective_from <= *earlier.effective_to)
                    loading_.problems.add({versions[i].file, versions[i].line, 1},
                                          "two versions of the figure `" + code + "` are valid on " +
                                              versions[i].effective_from.text(),
                                          "end the earlier one the day before");
            }
        }
    }

    Loading& loading_;
    const KnownNames& known_;
    Release& release_;
};

}  // namespace

void check_release(Loading& loading, const KnownNames& known, Release& release)
{
    Checker(loading, known, release).check();
}

}  // namespace definitions
