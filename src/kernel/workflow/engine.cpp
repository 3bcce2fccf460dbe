#include "kernel/workflow/engine.h"

#include <algorithm>

#include "kernel/records/writer.h"
#include "kernel/workflow/tasks.h"

std::span<const base::EmbeddedFile> workflow_files();

namespace workflow {

using definitions::FlowAction;
using records::Image;
using records::Saved;

namespace {

constexpr std::size_t batch_max = 200;

Error unknown_action(std::string_view action) { return {Kind::NotFound, "ACTION_UNKNOWN", {}, {{"action", std::string(action)}}}; }

json::object title_json(const definitions::Title& title) { return {{"zh", title.zh}, {"en", title.en}}; }

// What the request is about, before the transaction.
struct Target {
    std::shared_ptr<const records::Plan> plans;
    const records::RecordPlan* plan = nullptr;
    const definitions::Workflow* flow = nullptr;
};

Result<Target> target_of(const records::Store& store, std::string_view record)
{
    Target target{store.plan(), nullptr, nullptr};
    target.plan = target.plans->find(record);
    if (!target.plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
    target.flow = target.plans->release->workflow_of(*target.plan->record);
    return target;
}

// A guard that needs what the form asks for cannot be told beforehand.
bool tells_now(const definitions::Check& check, const FlowAction& action)
{
    return std::ranges::none_of(check.rule.expression.names(), [&](const std::string& name) {
        return std::ranges::find(action.form, name, &definitions::FormItem::name) != action.form.end();
    });
}

json::object offer(const Moment& moment, const Image& image, const FlowAction& action, const std::string& refusal)
{
    json::object object{{"name", action.name}, {"title", title_json(action.title)}, {"batch", action.batch},
        {"comment", action.comment_required ? "required" : "optional"}};
    json::array form;
    for (const auto& item : action.form)
        form.push_back(json::object{{"field", item.name}, {"required", item.required}});
    object["form"] = std::move(form);
    if (!action.confirm.zh.empty())
        object["confirm"] = title_json(action.confirm);
    json::array why;
    if (!refusal.empty())
        why.push_back(json::object{{"code", refusal}});
    records::RecordActivation names{moment.plan, image, moment.context.subject};
    names.now = moment.now();
    const auto calendar = moment.parts.store.calendar();
    names.calendar = calendar.get();
    for (const auto& check : action.when)
        if (tells_now(check, action) && !check.rule.expression.evaluate(names).truth())
            why.push_back(json::object{{"code", check.code}, {"message", check.message.in(moment.context.language)}});
    object["allowed"] = why.empty();
    if (!why.empty())
        object["why"] = std::move(why);
    return object;
}

constexpr std::string_view select_votes = R"sql(
    SELECT r.id, r.name, r.opened_at, r.due_at, r.closed_at, r.outcome, t.id, t.assignee, t.outcome, t.closed_at, t.note
      FROM workflow_round r JOIN workflow_task t ON t.round_id = r.id
     WHERE r.record_id = ?1 ORDER BY r.id, t.id
)sql";

Result<json::array> rounds_json(const Moment& moment, base::Id record_id)
{
    TRY_ASSIGN(const auto rows, moment.transaction.query(select_votes, {record_id}));
    json::array rounds;
    base::Id last = 0;
    const auto instant = [](const storage::Row& row, std::size_t column) {
        return row.null(column) ? json::value(nullptr) : json::value(row.timestamp(column).text());
    };
    for (const auto& row : rows) {
        if (row.integer(0) != last) {
            last = row.integer(0);
            const auto* declared = moment.flow.round(row.text(1));
            rounds.push_back(json::object{{"id", std::to_string(last)}, {"name", row.text(1)},
                {"title", declared ? title_json(declared->title) : json::object{}},
                {"count", declared ? json::value(definitions::name_of(declared->count)) : json::value(nullptr)},
                {"opened_at", instant(row, 2)}, {"due_at", instant(row, 3)}, {"closed_at", instant(row, 4)},
                {"outcome", row.null(5) ? json::value(nullptr) : json::value(row.text(5))}, {"votes", json::array{}}});
        }
        const bool voted = row.text(8) == "yes" || row.text(8) == "no";
        rounds.back().as_object()["votes"].as_array().push_back(json::object{{"task", std::to_string(row.integer(6))},
            {"account", std::to_string(row.integer(7))}, {"vote", voted ? json::value(row.text(8)) : json::value(nullptr)},
            {"at", voted ? instant(row, 9) : json::value(nullptr)}, {"note", row.null(10) ? json::value(nullptr) : json::value(row.text(10))}});
    }
    return rounds;
}

}  // namespace

Status migrate(storage::Database& database) { return storage::migrate(database, "workflow", workflow_files()); }

Result<Saved> Engine::act(const Act& act, const Context& context)
{
    TRY_ASSIGN(const Target target, target_of(parts_.store, act.record));
    const FlowAction* action = target.flow ? target.flow->action(act.action) : nullptr;
    if (!action)
        return unknown_action(act.action);
    std::int64_t version = 0;
    std::string state;
    TRY(parts_.store.parts().database.write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto first, records::claim_key(transaction, context, act.record, act.id));
        TRY_ASSIGN(auto kept, parts_.store.find_row(transaction, *target.plans, *target.plan, act.id, context));
        version = kept.image.version;
        state = kept.image.state;
        if (first)
            return {};  // the same request once more: the answer is the record as it is
        if (kept.image.deleted_at)
            return Error{Kind::NotFound, "RECORD_UNKNOWN"};
        if (act.version && *act.version != kept.image.version)
            return Error{Kind::Conflict, "STALE", {}, {{"version", std::to_string(*act.version)}}};
        TRY(records::set_scope(transaction, records::everything));
        const Moment moment{parts_, transaction, *target.plans, *target.plan, *target.flow, context, *this};
        TRY_ASSIGN(const Image done, perform(moment, std::move(kept.image), *action, act.body));
        version = done.version;
        state = done.state;
        return {};
    }));
    auto record = parts_.store.read(act.record, act.id, context);
    if (record.ok())
        return Saved{act.id, record->at("version").as_int64(), *std::move(record), false, true};
    // The action has moved it out of the caller's sight.
    return Saved{act.id, version, json::object{{"id", std::to_string(act.id)}, {"version", version}, {"state", state}}, false, true};
}

Result<std::vector<Result<Saved>>> Engine::act_on_all(const Act& act, const std::vector<base::Id>& ids, const Context& context)
{
    TRY_ASSIGN(const Target target, target_of(parts_.store, act.record));
    const FlowAction* action = target.flow ? target.flow->action(act.action) : nullptr;
    if (!action)
        return unknown_action(act.action);
    if (!action->batch)
        return Error{Kind::Conflict, "ACTION_NOT_BATCH", {}, {{"action", act.action}}};
    if (ids.empty() || ids.size() > batch_max)
        return Error{Kind::Invalid, "BATCH_SIZE", {"ids"}, {{"maximum", std::to_string(batch_max)}}};
    std::vector<Result<Saved>> results;
    for (const base::Id id : ids) {
        Act one = act;
        one.id = id;
        Context own = context;  // the key of a batch is good for each of its rows
        if (!own.idempotency_key.empty())
            own.idempotency_key += "/" + std::to_string(id);
        results.push_back(this->act(one, own));
    }
    return results;
}

Result<json::object> Engine::offers(std::string_view record, base::Id id, const Context& context)
{
    TRY_ASSIGN(const Target target, target_of(parts_.store, record));
    if (!target.flow)
        return json::object{{"actions", json::array{}}, {"deadlines", json::array{}}, {"tasks", json::array{}}, {"rounds", json::array{}}};
    return parts_.store.parts().database.read([&](Transaction& transaction) -> Result<json::object> {
        TRY_ASSIGN(const auto kept, parts_.store.find_row(transaction, *target.plans, *target.plan, id, context));
        TRY(records::set_scope(transaction, records::everything));
        const Image& image = kept.image;
        const Moment moment{parts_, transaction, *target.plans, *target.plan, *target.flow, context, *this};
        json::object answer{{"version", image.version}};
        if (const auto* state = target.flow->state(image.state))
            answer["state"] = json::object{{"name", state->name}, {"title", title_json(state->title)}, {"kind", definitions::name_of(state->kind)},
                {"colour", state->colour}};
        json::array actions;
        for (const FlowAction& action : target.flow->actions) {
            const bool people = std::ranges::any_of(action.by, [](const auto& party) { return party.kind != definitions::Party::Kind::System; });
            if (!people || image.deleted_at || !target.flow->applies(action, image.state))
                continue;
            const Status allowed = may(moment, image, action);
            actions.push_back(offer(moment, image, action, allowed.ok() ? "" : allowed.error().code));
        }
        answer["actions"] = std::move(actions);
        TRY_ASSIGN(const Clocks clocks, Clocks::load(transaction, id));
        TRY_ASSIGN(answer["deadlines"], clocks_json(transaction, *target.flow, clocks.all(), context.at));
        const Face face = clocks.face();
        answer["light"] = face.due ? json::value(name_of(face.light(context.at))) : json::value(nullptr);
        TRY_ASSIGN(const auto tasks, open_tasks_of(transaction, id));
        json::array list;
        for (const Task& task : tasks)
            list.push_back(json::object{{"id", std::to_string(task.id)}, {"kind", task.kind}, {"role", task.role}, {"version", task.version},
                {"assignee", task.assignee ? json::value(std::to_string(task.assignee)) : json::value(nullptr)}});
        answer["tasks"] = std::move(list);
        TRY_ASSIGN(answer["rounds"], rounds_json(moment, id));
        return answer;
    });
}

namespace {

constexpr std::string_view stop_clocks
    = "UPDATE workflow_deadline SET state = 'stopped', stopped_at = ?2 WHERE record_id = ?1 AND stopped_at IS NULL";

}  // namespace

Status Engine::begin(Transaction& transaction, const records::Plan& plans, const records::RecordPlan& plan, Image& image, const Context& context)
{
    const auto* flow = plans.release->workflow_of(*plan.record);
    const auto* state = flow ? flow->state(image.state) : nullptr;
    if (!state)
        return {};
    TRY(records::set_scope(transaction, records::everything));
    const Moment moment{parts_, transaction, plans, plan, *flow, context, *this};
    Clocks clocks;
    TRY(clocks.move(moment, image, "", image.state, nullptr));
    TRY(clocks.store(moment, image.id));
    if (const Face face = clocks.face(); face.due) {
        image.due_at = face.due;
        image.overdue_days = 0;
        TRY(transaction.execute("UPDATE " + records::sql_name(plan.table) + " SET due_at = ?2, overdue_days = 0 WHERE id = ?1",
            {image.id, *face.due}));
    }
    return state->task ? open_tasks(moment, image, *state->task, clocks.face()) : Status{};
}

Status Engine::end(Transaction& transaction, const records::RecordPlan&, base::Id id, const Context& context)
{
    TRY(close_tasks(transaction, id, "deleted", context.subject ? context.subject->user : 0, context.at));
    TRY(close_rounds(transaction, id, "deleted", context.at));
    return transaction.execute_later(stop_clocks, {id, context.at});
}

}  // namespace workflow
