// One action, from the right to do it to the rows it leaves behind.

#include <algorithm>

#include "kernel/records/writer.h"
#include "kernel/workflow/tasks.h"

namespace workflow {

using definitions::FlowAction;
using definitions::Party;
using records::Form;
using records::Image;
using rules::Value;

namespace {

constexpr std::size_t comment_max = 1000;

records::RecordActivation activation(const Moment& moment, const Form& form)
{
    records::RecordActivation names{form.plan, form.after, moment.context.subject};
    names.now = moment.now();
    names.calendar = form.calendar.get();
    return names;
}

Result<bool> is_party(const Moment& moment, const Image& image, const Party& party)
{
    switch (party.kind) {
    case Party::Kind::Anyone: return true;
    case Party::Kind::Creator: return image.created_by == moment.actor();
    case Party::Kind::Field:
    case Party::Kind::Assignee: {
        TRY_ASSIGN(const auto people, people_of(moment, image, {party}));
        return std::ranges::find(people, moment.actor()) != people.end();
    }
    case Party::Kind::Role:
    case Party::Kind::System: break;
    }
    return false;
}

// The members of the body that the action asks for; everything else is a fault.
std::string read_form(const Moment& moment, Form& form, const FlowAction& action, const json::object& body)
{
    json::object asked;
    std::string comment;
    for (const auto& [name, value] : body) {
        if (name == "comment" && (value.is_string() || value.is_null()))
            comment = value.is_string() ? std::string(value.as_string()) : "";
        else if (std::ranges::find(action.form, std::string_view(name), &definitions::FormItem::name) != action.form.end())
            asked[name] = value;
        else
            form.faults.add(std::string(name), "UNKNOWN_FIELD");
    }
    if (comment.size() > comment_max * 4)
        form.faults.add("comment", "TEXT_LENGTH", {{"maximum", std::to_string(comment_max)}});
    if (action.comment_required && comment.empty() && moment.context.subject)
        form.faults.add("comment", "REQUIRED");
    read_body(form, asked, moment.parts.store.parts().ids);
    return comment;
}

void require_items(Form& form, const FlowAction& action)
{
    for (const auto& item : action.form) {
        if (!item.required)
            continue;
        const auto position = form.plan.set.position(item.name);
        const auto* rows = form.plan.child(item.name);
        const bool missing = position ? form.after.values[*position].null()
                                      : rows && form.after.rows[static_cast<std::size_t>(rows - form.plan.rows.data())].empty();
        if (missing)
            form.faults.add(item.name, "REQUIRED");
    }
}

void set_fields(const Moment& moment, Form& form, const FlowAction& action)
{
    std::vector<std::pair<std::size_t, Value>> results;
    const auto names = activation(moment, form);
    for (const auto& [field, rule] : action.set)
        if (const auto position = form.plan.set.position(field))
            results.emplace_back(*position, fitted(form.plan.set.fields[*position], rule.expression.evaluate(names), form.today()));
    for (auto& [position, value] : results)
        form.after.values[position] = std::move(value);
}

// A guard that cannot be decided refuses, like every other check.
void guard(const Moment& moment, Form& form, const FlowAction& action)
{
    const auto names = activation(moment, form);
    for (const auto& check : action.when) {
        if (check.rule.expression.evaluate(names).truth())
            continue;
        const std::string field = check.fields.empty() ? "" : check.fields.front();
        form.faults.add(field, check.code, {{"message", check.message.in(moment.context.language)}, {"fields", field}});
    }
}

std::string destination(const Moment& moment, const Form& form, const FlowAction& action)
{
    const auto names = activation(moment, form);
    for (const auto& to : action.to)
        if (!to.when || to.when->expression.evaluate(names).truth())
            return to.state;
    return form.after.state;
}

void require_reasons(Form& form, const Clocks& clocks)
{
    for (const auto* late : clocks.late())
        if (const auto position = form.plan.set.position(late->late_reason); position && form.after.values[*position].null())
            form.faults.add(late->late_reason, "OVERDUE_REASON");
}

Error invalid(Form& form)
{
    Error error{Kind::Invalid, "VALIDATION"};
    error.faults = std::move(form.faults.list);
    return error;
}

Status write(const Moment& moment, Form& form, const FlowAction& action, const std::string& comment)
{
    Image& after = form.after;
    after.version = form.before->version + 1;
    after.updated_at = moment.now();
    after.updated_by = moment.actor();
    seal(form, moment.parts.store.parts().cipher);
    TRY_ASSIGN(records::Writing writing, prepare(form, moment.parts.store));
    writing.change.action = action.name;
    json::object& diff = writing.change.diff.as_object();
    if (form.before->state != after.state)
        diff["state"] = json::array{form.before->state, after.state};
    if (form.before->due_at != after.due_at)
        diff["due_at"] = json::array{form.before->due_at ? json::value(form.before->due_at->text()) : json::value(nullptr),
            after.due_at ? json::value(after.due_at->text()) : json::value(nullptr)};
    if (!comment.empty())
        diff["comment"] = json::array{nullptr, comment};
    if (!action.documents.empty())
        diff["documents"] = json::array{nullptr, json::array(action.documents.begin(), action.documents.end())};
    return update_record(moment.transaction, writing);
}

// Leaving a state ends its tasks and rounds; entering one opens its own.
Status turn_tasks(const Moment& moment, const Form& form, const FlowAction& action, const Face& face)
{
    const Image& after = form.after;
    Transaction& transaction = moment.transaction;
    const bool moved = form.before->state != after.state;
    if (moved) {
        TRY(close_tasks(transaction, after.id, action.name, moment.actor(), moment.now()));
        TRY(close_rounds(transaction, after.id, action.name, moment.now()));
        if (const auto* state = moment.flow.state(after.state); state && state->task)
            TRY(open_tasks(moment, after, *state->task, face));
    } else if (form.before->due_at != after.due_at) {
        TRY(renew_faces(transaction, after.id, face, moment.now()));
    }
    const auto* round = moment.flow.round(action.round);
    return round ? open_round(moment, after, *round, face) : Status{};
}

}  // namespace

Status may(const Moment& moment, const Image& image, const FlowAction& action)
{
    if (!moment.context.subject)
        return {};
    const identity::Row row = records::access_row(image);
    const auto by_role = moment.parts.store.decide(moment.plans, moment.plan, action.name, &row, moment.context);
    if (by_role.allowed)
        return {};
    const auto reading = moment.parts.store.decide(moment.plans, moment.plan, "read", &row, moment.context);
    if (!reading.allowed)
        return identity::refusal(reading);
    for (const Party& party : action.by) {
        TRY_ASSIGN(const bool one, is_party(moment, image, party));
        if (one)
            return {};
    }
    return identity::refusal(by_role);
}

Result<Image> perform(const Moment& moment, Image image, const FlowAction& action, const json::object& body)
{
    if (!moment.flow.applies(action, image.state))
        return Error{Kind::Conflict, "ACTION_STATE", {}, {{"action", action.title.in(moment.context.language)},
            {"state", moment.flow.state(image.state) ? moment.flow.state(image.state)->title.in(moment.context.language) : image.state}}};
    TRY(may(moment, image, action));
    Form form{moment.plans, moment.plan, moment.context, moment.parts.store.calendar()};
    form.by_action = true;
    form.after = image;
    form.before = std::move(image);
    const std::string comment = read_form(moment, form, action, body);
    if (needs_look_up(form))
        TRY(look_up(form, moment.transaction, moment.parts.store));
    TRY(records::set_scope(moment.transaction, records::everything));
    require_items(form, action);
    guard(moment, form, action);
    if (form.faults.none())
        set_fields(moment, form, action);
    fill_in(form);
    form.after.state = destination(moment, form, action);
    validate(form);
    if (action.officers)
        TRY(check_officers(moment, form, *action.officers));
    if (!form.faults.none())
        return invalid(form);
    if (form.before->state != form.after.state)
        form.after.state_since = moment.now();
    TRY_ASSIGN(Clocks clocks, Clocks::load(moment.transaction, form.after.id));
    TRY(clocks.move(moment, form.after, form.before->state, form.after.state, &action));
    require_reasons(form, clocks);
    if (!form.faults.none())
        return invalid(form);
    form.after.due_at = clocks.face().due;
    form.after.overdue_days = clocks.overdue_days();
    TRY(run_effects(moment, form, action));
    TRY(write(moment, form, action, comment));
    TRY(clocks.store(moment, form.after.id));
    TRY(turn_tasks(moment, form, action, clocks.face()));
    TRY(send_notices(moment, form.after, action));
    return std::move(form.after);
}

}  // namespace workflow
