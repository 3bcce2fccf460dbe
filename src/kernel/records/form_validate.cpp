// What must hold before anything is written, all faults together.

#include <algorithm>

#include "base/text.h"
#include "kernel/records/form.h"

namespace records {

using definitions::FieldType;
using rules::Value;

namespace {

bool missing(const Value& value)
{
    if (value.null() || value.unknown())
        return true;
    const auto* text = value.get<std::string>();
    return text && base::text::trimmed(*text).empty();
}

bool holds(const std::optional<definitions::Rule>& rule, const rules::Activation& names, bool otherwise)
{
    return rule ? rule->expression.evaluate(names).truth() : otherwise;
}

void require_fields(Form& form, const FieldSet& set, const std::vector<Value>& values, const rules::Activation& names,
    const std::string& path)
{
    for (std::size_t i = 0; i < set.fields.size(); ++i) {
        const definitions::Field& field = *set.fields[i].field;
        if ((!field.required && !field.required_if) || !missing(values[i]))
            continue;
        const std::string name = path + field.name;
        const bool named = std::ranges::any_of(form.faults.list, [&](const base::Fault& fault) { return fault.field == name; });
        if (named || values[i].unknown())  // a value that cannot be read any more is not the writer's fault
            continue;
        if ((field.required || holds(field.required_if, names, false)) && holds(field.visible_if, names, true))
            form.faults.add(name, "REQUIRED");
    }
}

// An unknown check fails with its message, except where a fault of its own fields explains it already.
void run_checks(Form& form, const std::vector<definitions::Check>& checks, const rules::Activation& names,
    const std::string& path)
{
    for (const definitions::Check& check : checks) {
        const Value result = check.rule.expression.evaluate(names);
        if (result.truth())
            continue;
        const std::vector<std::string> fields = check.fields.empty() ? check.rule.expression.names() : check.fields;
        const bool explained = std::ranges::any_of(fields, [&](const std::string& field) {
            return std::ranges::any_of(form.faults.list, [&](const base::Fault& fault) { return fault.field == path + field; });
        });
        if (explained)
            continue;
        std::string list;
        for (const std::string& field : fields)
            list += (list.empty() ? "" : " ") + path + field;
        Faults& target = check.warning ? form.warnings : form.faults;
        target.add(fields.empty() ? path : path + fields.front(), check.code,
            {{"message", check.message.in(form.context.language)}, {"fields", list}});
    }
}

void unique_rows(Form& form, const RowsPlan& plan, const std::vector<ChildRow>& rows)
{
    for (const auto& names : plan.rows->unique) {
        std::vector<std::size_t> positions;
        for (const std::string& name : names)
            if (const auto position = plan.set.position(name))
                positions.push_back(*position);
        for (std::size_t later = 1; later < rows.size(); ++later)
            for (std::size_t earlier = 0; earlier < later; ++earlier) {
                const bool equal = std::ranges::all_of(positions, [&](std::size_t p) {
                    return !rows[later].values[p].null() && same(rows[later].values[p], rows[earlier].values[p]);
                });
                if (equal) {
                    form.faults.add(plan.rows->name + "[" + std::to_string(later) + "]." + names.front(), "ROW_UNIQUE",
                        {{"row", std::to_string(earlier + 1)}});
                    break;
                }
            }
    }
}

RecordActivation activation(const Form& form)
{
    RecordActivation names{form.plan, form.after, form.context.subject};
    names.now = form.context.at;
    names.calendar = form.calendar.get();
    return names;
}

void default_fields(Form& form, const FieldSet& set, std::vector<Value>& values, const rules::Activation& names)
{
    for (std::size_t i = 0; i < set.fields.size(); ++i)
        if (set.fields[i].field->initial && values[i].null())
            values[i] = fitted(set.fields[i], set.fields[i].field->initial->expression.evaluate(names), form.today());
}

}  // namespace

Value fitted(const FieldPlan& field, const Value& value, base::Date today)
{
    if (value.null() || value.unknown())
        return {};
    if (field.type == FieldType::Date && value.get<base::Timestamp>())
        return Value{value.get<base::Timestamp>()->date()};
    if (field.type == FieldType::DateTime && value.get<base::Date>())
        return Value{base::Timestamp::start_of(*value.get<base::Date>())};
    Faults faults;
    json::value text = to_json(field, value);
    if (const auto* decimal = value.get<base::Decimal>(); decimal && (field.type == FieldType::Decimal || field.type == FieldType::Money))
        text = json::value(decimal->rescaled(field.type == FieldType::Money ? 2 : field.field->scale).value_or(*decimal).text());
    Value result = parse_value(field, text, field.name(), today, faults);
    return faults.none() ? result : Value{};
}

void fill_in(Form& form)
{
    const RecordActivation names = activation(form);
    if (form.creating()) {
        for (std::size_t i = 0; i < form.plan.set.fields.size(); ++i) {
            const FieldPlan& field = form.plan.set.fields[i];
            if (field.field->initial && !form.given[i] && form.after.values[i].null())
                form.after.values[i] = fitted(field, field.field->initial->expression.evaluate(names), form.today());
        }
    }
    for (std::size_t r = 0; r < form.plan.rows.size(); ++r)
        for (ChildRow& row : form.after.rows[r]) {
            const bool fresh = !form.before
                || std::ranges::find(form.before->rows[r], row.id, &ChildRow::id) == form.before->rows[r].end();
            if (fresh)
                default_fields(form, form.plan.rows[r].set, row.values, RowActivation{form.plan.rows[r], row, names, form.plan});
        }
    for (const std::size_t position : form.plan.computed) {
        const FieldPlan& field = form.plan.set.fields[position];
        form.after.values[position] = fitted(field, field.field->computed->expression.evaluate(names), form.today());
    }
    if (form.plan.record->region_from.empty())
        return;
    if (const auto position = form.plan.set.position(form.plan.record->region_from))
        if (const auto* region = form.after.values[*position].get<std::string>())
            form.after.region = *region;
}

void validate(Form& form)
{
    const RecordActivation names = activation(form);
    require_fields(form, form.plan.set, form.after.values, names, "");
    for (std::size_t r = 0; r < form.plan.rows.size(); ++r) {
        const RowsPlan& plan = form.plan.rows[r];
        for (std::size_t i = 0; i < form.after.rows[r].size(); ++i) {
            const ChildRow& row = form.after.rows[r][i];
            const RowActivation own{plan, row, names, form.plan};
            const std::string path = plan.rows->name + "[" + std::to_string(i) + "].";
            require_fields(form, plan.set, row.values, own, path);
            run_checks(form, plan.rows->checks, own, path);
        }
        unique_rows(form, plan, form.after.rows[r]);
    }
    run_checks(form, form.plan.record->checks, names, "");
}

}  // namespace records
