// Checks of workflows that need every record: the fields they name are there and fit.

#include <algorithm>

#include "kernel/definitions/checker.h"

namespace definitions {

namespace {

using Want = FieldName::Want;

std::string_view wanted(Want want)
{
    switch (want) {
    case Want::People:
    case Want::User: return "a user";
    case Want::Organisation: return "an organisation";
    case Want::Time: return "a date or datetime";
    default: return "a field";
    }
}

bool fits(const Field& field, Want want)
{
    switch (want) {
    case Want::Any:
    case Want::AnyOrRows: return true;
    case Want::Fillable:
    case Want::Settable: return field.type != FieldType::Computed;
    case Want::People:
    case Want::User: return field.type == FieldType::User;
    case Want::Organisation: return field.type == FieldType::Organisation;
    case Want::Time: return field.type == FieldType::Date || field.type == FieldType::DateTime;
    }
    return true;
}

// `rows.field` for people who stand in child rows.
const Field* field_named(const Release& release, const Record& record, const FieldName& name)
{
    const auto dot = name.name.find('.');
    if (dot != std::string::npos && name.want == Want::People) {
        const auto* rows = record.child(name.name.substr(0, dot));
        return rows ? rows->field(name.name.substr(dot + 1)) : nullptr;
    }
    const bool standard = name.want == Want::Any || name.want == Want::AnyOrRows || name.want == Want::Time || name.want == Want::People;
    return standard ? release.field_of(record, name.name) : record.field(name.name);
}

void check_name(Loading& loading, const Release& release, const FieldName& name)
{
    const auto* record = release.record(name.record);
    if (!record || loading.doubtful.contains(name.record))
        return;
    const bool rows = name.want == Want::AnyOrRows || name.want == Want::Fillable;
    if (rows && record->child(name.name))
        return;
    const auto* field = field_named(release, *record, name);
    if (!field) {
        std::vector<std::string_view> known;
        for (const auto& each : record->fields)
            known.push_back(each.name);
        loading.problems.add(name.at, "the record `" + record->name + "` has no field `" + name.name + "`", hint_for(name.name, known));
    } else if (field->type == FieldType::Computed && (name.want == Want::Fillable || name.want == Want::Settable)) {
        loading.problems.add(name.at, "`" + name.name + "` is computed and cannot be filled");
    } else if (!fits(*field, name.want)) {
        loading.problems.add(name.at, "`" + name.name + "` is " + std::string(name_of(field->type)) + ", but here " +
                                          std::string(wanted(name.want)) + " is needed");
    }
}

}  // namespace

void check_workflow_names(Loading& loading, const Release& release)
{
    for (const auto& name : loading.field_names)
        check_name(loading, release, name);
    std::vector<std::string_view> figures;
    for (const auto& [code, versions] : release.figures)
        figures.push_back(code);
    for (const auto& [name, at] : loading.figure_names) {
        const auto found = release.figures.find(name);
        if (found == release.figures.end()) {
            loading.problems.add(at, "there is no legal figure `" + name + "`", hint_for(name, figures));
            continue;
        }
        for (const auto& version : found->second)
            if (version.value.empty() || version.value.size() > 4 || version.value.find_first_not_of("0123456789") != std::string::npos)
                loading.problems.add(at, "the figure `" + name + "` is no whole number and cannot count time");
    }
}

}  // namespace definitions
