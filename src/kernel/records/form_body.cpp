// The members of a request body.

#include <algorithm>
#include <set>

#include "kernel/records/form.h"

namespace records {

using definitions::FieldType;
using rules::Value;

namespace {

// The fields of a record or of one child row, with what they held before.
struct Target {
    const FieldSet& set;
    std::vector<Value>& values;
    const std::vector<Value>* before;  // null when it is new
    std::string path;                  // "" or "contacts[2]."
};

bool is_unchanged(const FieldPlan& field, const json::value& given, const Value& before)
{
    if (before.null())
        return given.is_null();
    if (field.masked && given.is_string() && std::string_view(given.as_string()) == mask_of(field, before))
        return true;
    const json::value shown = to_json(field, before);
    if (shown == given)
        return true;
    const json::value* id = given.is_object() ? given.as_object().if_contains("id") : nullptr;
    return id && shown.is_string() && *id == shown;
}

void read_field(Form& form, Target& target, std::size_t position, const json::value& given)
{
    const FieldPlan& field = target.set.fields[position];
    const std::string longer = target.path.empty() ? std::string() : target.path + field.name();
    const std::string& path = target.path.empty() ? field.name() : longer;
    const Value none;
    const Value& before = target.before ? (*target.before)[position] : none;
    if (target.before && is_unchanged(field, given, before))
        return;
    if (field.field->type == FieldType::Computed || (field.field->read_only && !form.by_action && form.context.source == "MANUAL")) {
        form.faults.add(path, "FIELD_READ_ONLY");
        return;
    }
    // What stood there already may go on standing there, for instance a code that has run out.
    Faults faults;
    Value value = parse_value(field, given, path, form.today(), faults);
    if (!faults.none() && !before.null() && same(value, before))
        return;
    std::ranges::move(faults.list, std::back_inserter(form.faults.list));
    target.values[position] = std::move(value);
}

void read_row(Form& form, const RowsPlan& plan, const json::object& body, ChildRow& row, const std::vector<Value>* before,
    const std::string& path)
{
    Target target{plan.set, row.values, before, path + "."};
    for (const auto& [name, given] : body) {
        if (name == "id" || name == "masked")
            continue;
        if (const auto position = plan.set.position(name))
            read_field(form, target, *position, given);
        else
            form.faults.add(path + "." + std::string(name), "UNKNOWN_FIELD");
    }
}

const ChildRow* row_before(const Form& form, std::size_t rows, base::Id id)
{
    if (!form.before)
        return nullptr;
    const auto found = std::ranges::find(form.before->rows[rows], id, &ChildRow::id);
    return found == form.before->rows[rows].end() ? nullptr : &*found;
}

void read_rows(Form& form, std::size_t rows, const json::value& given, base::IdGenerator& ids)
{
    const RowsPlan& plan = form.plan.rows[rows];
    const std::string& name = plan.rows->name;
    if (!given.is_array() && !given.is_null()) {
        form.faults.add(name, "FIELD_TYPE", {{"name", name}, {"expected", "list"}});
        return;
    }
    const json::array empty;
    const json::array& list = given.is_array() ? given.as_array() : empty;
    if (list.size() > static_cast<std::size_t>(plan.rows->max_rows)) {
        form.faults.add(name, "ROWS_TOO_MANY", {{"maximum", std::to_string(plan.rows->max_rows)}});
        return;
    }
    std::vector<ChildRow> result;
    std::set<base::Id> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string path = name + "[" + std::to_string(i) + "]";
        if (!list[i].is_object()) {
            form.faults.add(path, "FIELD_TYPE", {{"name", path}, {"expected", "object"}});
            continue;
        }
        const json::object& body = list[i].as_object();
        ChildRow row;
        row.values.resize(plan.set.fields.size());
        const ChildRow* former = nullptr;
        if (const json::value* id = body.if_contains("id"); id && !id->is_null()) {
            former = id->is_string() ? row_before(form, rows, base::parse_id(id->as_string()).value_or(0)) : nullptr;
            if (!former || !seen.insert(former->id).second) {
                form.faults.add(path, "ROW_UNKNOWN");
                continue;
            }
            row = *former;
        } else {
            row.id = ids.next();
        }
        read_row(form, plan, body, row, former ? &former->values : nullptr, path);
        result.push_back(std::move(row));
    }
    form.after.rows[rows] = std::move(result);
}

// Organisation and region stand beside the declared fields; the others are the system's.
void read_standard(Form& form, std::string_view name, const json::value& given)
{
    if (name == "organisation") {
        const json::value* id = given.is_object() ? given.as_object().if_contains("id") : &given;
        const auto number = id && id->is_string() ? base::parse_id(id->as_string()) : std::nullopt;
        if (number)
            form.after.organisation = *number;
        else
            form.faults.add("organisation", "FIELD_TYPE", {{"name", "organisation"}, {"expected", "id"}});
        return;
    }
    if (name == "version" || name == "masked" || name == "rights")
        return;  // echoes of what was read; If-Match carries the version
    if (form.before) {
        const Value value = standard_value(*form.before, name);
        const json::value shown = value.get<std::int64_t>() ? json::value(std::to_string(*value.get<std::int64_t>()))
            : value.get<base::Timestamp>()                  ? json::value(value.get<base::Timestamp>()->text())
            : value.get<std::string>()                      ? json::value(*value.get<std::string>())
                                                            : json::value(nullptr);
        const json::value* id = given.is_object() ? given.as_object().if_contains("id") : nullptr;
        if (shown == given || (id && *id == shown))
            return;
    }
    form.faults.add(std::string(name), "FIELD_READ_ONLY");
}

bool is_standard(std::string_view name)
{
    return name == "masked" || name == "rights"
        || std::ranges::find(definitions::standard_fields(), name, &definitions::Field::name)
            != definitions::standard_fields().end();
}

template <class Body>
void read_members(Form& form, const Body& body, base::IdGenerator& ids)
{
    form.given.assign(form.plan.set.fields.size(), false);
    Target target{form.plan.set, form.after.values, form.before ? &form.before->values : nullptr, {}};
    for (const auto& [name, given] : body) {
        if (const auto position = form.plan.set.position(name)) {
            form.given[*position] = true;
            read_field(form, target, *position, given);
            continue;
        }
        if (const RowsPlan* rows = form.plan.child(name))
            read_rows(form, static_cast<std::size_t>(rows - form.plan.rows.data()), given, ids);
        else if (is_standard(name))
            read_standard(form, name, given);
        else
            form.faults.add(std::string(name), "UNKNOWN_FIELD");
    }
}

}  // namespace

void read_body(Form& form, const json::object& body, base::IdGenerator& ids) { read_members(form, body, ids); }
void read_body(Form& form, const Members& body, base::IdGenerator& ids) { read_members(form, body, ids); }

bool same_rows(const std::vector<ChildRow>& a, const std::vector<ChildRow>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ChildRow& x, const ChildRow& y) {
        return x.id == y.id && std::equal(x.values.begin(), x.values.end(), y.values.begin(), y.values.end(), same);
    });
}

bool rows_changed(const Form& form, std::size_t rows)
{
    const std::vector<ChildRow> none;
    return !same_rows(form.before ? form.before->rows[rows] : none, form.after.rows[rows]);
}

std::vector<std::size_t> changed_fields(const Form& form)
{
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < form.after.values.size(); ++i)
        if (form.before ? !same(form.before->values[i], form.after.values[i]) : !form.after.values[i].null())
            changed.push_back(i);
    return changed;
}

std::vector<std::string> hashes_of(const RecordPlan& plan, const Image& image)
{
    std::vector<std::string> hashes;
    const auto add = [&](const Value& value) {
        const auto* map = value.get<std::shared_ptr<const rules::Map>>();
        if (!map)
            return;
        if (const auto found = (*map)->find("hash"); found != (*map)->end())
            hashes.push_back(*found->second.get<std::string>());
    };
    const auto add_all = [&](const FieldSet& set, const std::vector<Value>& values) {
        for (std::size_t i = 0; i < set.fields.size(); ++i) {
            if (set.fields[i].type == FieldType::Signature)
                add(values[i]);
            else if (const auto* list = set.fields[i].type == FieldType::Files
                         ? values[i].get<std::shared_ptr<const rules::List>>() : nullptr)
                std::ranges::for_each(**list, add);
        }
    };
    add_all(plan.set, image.values);
    for (std::size_t i = 0; i < plan.rows.size(); ++i)
        for (const ChildRow& row : image.rows[i])
            add_all(plan.rows[i].set, row.values);
    std::ranges::sort(hashes);
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    return hashes;
}

}  // namespace records
