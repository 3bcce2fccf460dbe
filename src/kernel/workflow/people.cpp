// Who is meant: parties of a definition as people, and the officers an act needs.

#include <algorithm>

#include "kernel/workflow/tasks.h"

namespace workflow {

using definitions::Party;
using records::Image;
using rules::Value;

namespace {

void add_once(std::vector<base::Id>& people, base::Id person)
{
    if (person && std::ranges::find(people, person) == people.end())
        people.push_back(person);
}

constexpr std::string_view select_assignees
    = "SELECT assignee FROM workflow_task WHERE record_id = ?1 AND closed_at IS NULL AND assignee IS NOT NULL ORDER BY id";

// The rule's names and `officer`.
class OfficerNames final : public rules::Activation {
public:
    OfficerNames(const records::RecordActivation& record, const identity::Subject& officer) : record_(record)
    {
        now = record.now;
        calendar = record.calendar;
        rules::List roles;
        for (const auto& grant : officer.grants)
            roles.push_back(Value{grant.role});
        officer_ = Value::map({{"id", Value{officer.user}}, {"organisation", Value{officer.organisation}},
            {"region", Value{officer.region}}, {"roles", Value::list(std::move(roles))}});
    }
    std::optional<Value> find(std::string_view name) const override { return name == "officer" ? officer_ : record_.find(name); }

private:
    const records::RecordActivation& record_;
    Value officer_;
};

// A live row of `record` whose field names the officer and holds the rule.
Result<bool> row_admits(const Moment& moment, const definitions::Officers& wanted, base::Id officer)
{
    const auto* plan = moment.plans.find(wanted.record);
    if (!plan || !wanted.row_rule)
        return false;
    const std::string sql = "SELECT id FROM " + records::sql_name(plan->table) + " WHERE " + records::sql_name(wanted.account)
        + " = ?1 AND deleted_at IS NULL ORDER BY id LIMIT 20";
    TRY_ASSIGN(const auto rows, moment.transaction.query(sql, {officer}));
    const auto calendar = moment.parts.store.calendar();
    for (const auto& row : rows) {
        TRY_ASSIGN(const auto image, load_image(moment.transaction, *plan, row.integer(0), moment.parts.store.parts().cipher));
        if (!image)
            continue;
        records::RecordActivation names{*plan, *image, moment.context.subject};
        names.now = moment.now();
        names.calendar = calendar.get();
        if (wanted.row_rule->expression.evaluate(names).truth())
            return true;
    }
    return false;
}

Result<bool> eligible(const Moment& moment, records::Form& form, const definitions::Officers& wanted, base::Id officer)
{
    TRY_ASSIGN(const auto person, moment.parts.people.person(moment.transaction, officer, moment.now()));
    if (!person)
        return false;
    records::RecordActivation names{form.plan, form.after, moment.context.subject};
    names.now = moment.now();
    names.calendar = form.calendar.get();
    if (wanted.rule && !wanted.rule->expression.evaluate(OfficerNames{names, *person}).truth())
        return false;
    if (!wanted.record.empty()) {
        TRY_ASSIGN(const bool admitted, row_admits(moment, wanted, officer));
        if (!admitted)
            return false;
    }
    if (wanted.eligible.empty())
        return true;
    const auto call = moment.parts.eligible.find(wanted.eligible);
    if (call == moment.parts.eligible.end())
        return Error{Kind::Internal, "CALL_UNKNOWN", {}, {{"call", wanted.eligible}}};
    return call->second({moment.transaction, form.plan, form.after, moment.context}, *person);
}

}  // namespace

std::vector<base::Id> people_in(const records::RecordPlan& plan, const Image& image, const std::string& field)
{
    std::vector<base::Id> people;
    const auto add = [&](const Value& value) {
        if (const auto* id = value.get<std::int64_t>())
            add_once(people, *id);
    };
    const auto dot = field.find('.');
    if (dot == std::string::npos) {
        if (const auto position = plan.set.position(field))
            add(image.values[*position]);
        else
            add(records::standard_value(image, field));
        return people;
    }
    for (std::size_t r = 0; r < plan.rows.size(); ++r)
        if (plan.rows[r].rows->name == field.substr(0, dot))
            if (const auto position = plan.rows[r].set.position(field.substr(dot + 1)))
                for (const auto& row : image.rows[r])
                    add(row.values[*position]);
    return people;
}

Result<std::vector<base::Id>> people_of(const Moment& moment, const Image& image, const std::vector<Party>& parties)
{
    std::vector<base::Id> people;
    for (const Party& party : parties) {
        std::vector<base::Id> some;
        if (party.kind == Party::Kind::Creator) {
            some = {image.created_by};
        } else if (party.kind == Party::Kind::Field) {
            some = people_in(moment.plan, image, party.name);
        } else if (party.kind == Party::Kind::Role) {
            TRY_ASSIGN(some, moment.parts.people.holders(moment.transaction, party.name, image.organisation, moment.now()));
        } else if (party.kind == Party::Kind::Assignee) {
            TRY_ASSIGN(const auto rows, moment.transaction.query(select_assignees, {image.id}));
            for (const auto& row : rows)
                some.push_back(row.integer(0));
        }
        for (const base::Id person : some)
            add_once(people, person);
    }
    return people;
}

Status check_officers(const Moment& moment, records::Form& form, const definitions::Officers& wanted)
{
    std::vector<base::Id> officers;
    for (const std::string& field : wanted.fields)
        for (const base::Id person : people_in(form.plan, form.after, field)) {
            add_once(officers, person);
            TRY_ASSIGN(const bool fit, eligible(moment, form, wanted, person));
            if (!fit)
                form.faults.add(field, "OFFICER_NOT_ELIGIBLE");
        }
    if (officers.size() < static_cast<std::size_t>(wanted.count))
        form.faults.add(wanted.fields.empty() ? "" : wanted.fields.back(), "TWO_OFFICERS", {{"count", std::to_string(wanted.count)}});
    return {};
}

}  // namespace workflow
