// Inboxes: what waits for me, what I may claim, and votes.

#include <algorithm>

#include "kernel/records/present.h"
#include "kernel/workflow/tasks.h"

namespace workflow {

using definitions::FlowRound;
using records::sql_name;

namespace {

// The place behind a task: urgency, sort, id.
struct Place {
    std::int64_t urgency = -1, sort = 0;
    base::Id id = 0;
};

std::string text_of(const Task& task)
{
    return std::to_string(task.urgency) + "_" + std::to_string(task.sort) + "_" + std::to_string(task.id);
}

Result<Place> place_from(const std::string& text)
{
    Place place;
    char end = 0;
    long long sort = 0, id = 0, urgency = -1;
    if (text.empty())
        return place;
    if (std::sscanf(text.c_str(), "%lld_%lld_%lld%c", &urgency, &sort, &id, &end) != 3)
        return Error{Kind::Malformed, "CURSOR"};
    return Place{urgency, sort, id};
}

std::string page_sql(const char* owner, bool of_record)
{
    return "SELECT " + task_columns + " FROM workflow_task t WHERE t." + owner
        + " = ?1 AND t.closed_at IS NULL AND t.urgency >= ?2 AND t.urgency <= ?3 AND (t.urgency, t.sort, t.id) > (?2, ?4, ?5)"
        + (of_record ? " AND t.record = ?7" : "") + " ORDER BY t.urgency, t.sort, t.id LIMIT ?6";
}

// One owner's part of the page. `urgency` in the range is what lets the index serve the order.
Status read_part(Transaction& transaction, const char* owner, const storage::Value& key, const Inbox& inbox, const Place& place,
    std::vector<Task>& into)
{
    const std::int64_t only = inbox.light ? 3 - static_cast<std::int64_t>(*inbox.light) : -1;
    const std::int64_t from = std::max<std::int64_t>(only < 0 ? 0 : only, place.urgency), to = only < 0 ? 3 : only;
    const bool behind = place.urgency >= from;
    storage::Values values{key, from, to, behind ? place.sort : std::int64_t{-1}, behind ? place.id : base::Id{0},
        static_cast<std::int64_t>(inbox.limit + 1)};
    if (!inbox.record.empty())
        values.emplace_back(inbox.record);
    TRY_ASSIGN(const auto rows, transaction.query(page_sql(owner, !inbox.record.empty()), values));
    for (const auto& row : rows)
        into.push_back(task_of(row));
    return {};
}

json::value title_of(const records::Plan& plans, const Task& task)
{
    const auto* plan = plans.find(task.record);
    const auto* flow = plan ? plans.release->workflow_of(*plan->record) : nullptr;
    const auto* state = flow ? flow->state(task.state) : nullptr;
    if (!state)
        return nullptr;
    const definitions::Title& title = state->task && !state->task->title.zh.empty() ? state->task->title : state->title;
    return json::object{{"zh", title.zh}, {"en", title.en}};
}

json::value instant(const std::optional<base::Timestamp>& at) { return at ? json::value(at->text()) : json::value(nullptr); }

json::object task_json(const records::Plan& plans, const records::Labels& labels, const Task& task)
{
    json::object object{{"id", std::to_string(task.id)}, {"kind", task.kind}, {"record", task.record},
        {"record_id", std::to_string(task.record_id)}, {"label", labels.of(task.record, task.record_id)}, {"state", task.state},
        {"title", title_of(plans, task)}, {"role", task.role}, {"opened_at", task.opened_at.text()}, {"due_at", instant(task.face.due)},
        {"light", name_of(static_cast<Light>(3 - task.urgency))}, {"version", task.version}};
    object["assignee"] = task.assignee ? json::value(labels.of("user", task.assignee)) : json::value(nullptr);
    object["delegated_by"] = task.delegated_by ? json::value(labels.of("user", task.delegated_by)) : json::value(nullptr);
    object["round"] = task.round ? json::value(std::to_string(task.round)) : json::value(nullptr);
    return object;
}

Result<json::array> present(Transaction& transaction, const Engine::Parts& parts, const records::Plan& plans, const Context& context,
    const std::vector<Task>& tasks)
{
    records::Labels labels{parts.store, plans, context, parts.store.names()};
    for (const Task& task : tasks) {
        labels.need(task.record, task.record_id);
        labels.need("user", task.assignee);
        labels.need("user", task.delegated_by);
    }
    TRY(labels.load(transaction));
    json::array items;
    for (const Task& task : tasks)
        items.push_back(task_json(plans, labels, task));
    return items;
}

std::string count_sql(const char* owner)
{
    return std::string("SELECT count(*) FROM (SELECT 1 FROM workflow_task WHERE ") + owner
        + " = ?1 AND closed_at IS NULL AND urgency = ?2 LIMIT " + std::to_string(Engine::count_max) + ") part";
}

}  // namespace

Result<json::object> Engine::tasks(const Inbox& inbox, const Context& context)
{
    if (!context.subject)
        return Error{Kind::Unauthenticated, "AUTH_REQUIRED"};
    TRY_ASSIGN(const Place place, place_from(inbox.after));
    const auto plans = parts_.store.plan();
    return parts_.store.parts().database.read([&](Transaction& transaction) -> Result<json::object> {
        std::vector<Task> tasks;
        if (inbox.of == Inbox::Of::Mine)
            TRY(read_part(transaction, "assignee", context.subject->user, inbox, place, tasks));
        else
            for (const std::string& key : candidate_keys(*context.subject))
                TRY(read_part(transaction, "candidate", key, inbox, place, tasks));
        std::ranges::sort(tasks, {}, [](const Task& task) { return std::tuple{task.urgency, task.sort, task.id}; });
        const bool more = tasks.size() > inbox.limit;
        if (more)
            tasks.resize(inbox.limit);
        json::value next = more ? json::value(text_of(tasks.back())) : json::value(nullptr);
        TRY_ASSIGN(json::array items, present(transaction, parts_, *plans, context, tasks));
        return json::object{{"items", std::move(items)}, {"next", std::move(next)}};
    });
}

Result<json::object> Engine::counts(const Context& context)
{
    static const std::string mine = count_sql("assignee"), candidate = count_sql("candidate");
    static constexpr std::string_view unread = "SELECT count(*) FROM (SELECT 1 FROM workflow_notice WHERE account = ?1 AND read_at IS NULL LIMIT 1000) part";
    if (!context.subject)
        return Error{Kind::Unauthenticated, "AUTH_REQUIRED"};
    return parts_.store.parts().database.read([&](Transaction& transaction) -> Result<json::object> {
        json::object own, open;
        const auto keys = candidate_keys(*context.subject);
        for (const Light light : {Light::Overdue, Light::Red, Light::Yellow, Light::Green}) {
            const std::int64_t urgency = 3 - static_cast<std::int64_t>(light);
            TRY_ASSIGN(const auto row, transaction.first(mine, {context.subject->user, urgency}));
            own[name_of(light)] = row->integer(0);
            std::int64_t sum = 0;
            for (const std::string& key : keys) {
                TRY_ASSIGN(const auto part, transaction.first(candidate, {key, urgency}));
                sum += part->integer(0);
            }
            open[name_of(light)] = std::min(sum, count_max);
        }
        TRY_ASSIGN(const auto row, transaction.first(unread, {context.subject->user}));
        return json::object{{"mine", std::move(own)}, {"candidate", std::move(open)}, {"notices", row->integer(0)}};
    });
}

// A task the caller may touch: his own, or one that waits for a role of his.
Result<json::object> Engine::change_task(base::Id id, std::optional<std::int64_t> version, const Context& context,
    const std::function<Status(Transaction&, Task&)>& change)
{
    if (!context.subject)
        return Error{Kind::Unauthenticated, "AUTH_REQUIRED"};
    const auto plans = parts_.store.plan();
    TRY(parts_.store.parts().database.write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(auto task, load_task(transaction, id));
        const auto keys = candidate_keys(*context.subject);
        const bool candidate = task && !task->candidate.empty() && std::ranges::find(keys, task->candidate) != keys.end();
        const auto* plan = task ? plans->find(task->record) : nullptr;
        if (!plan || (task->assignee != context.subject->user && !candidate))
            return Error{Kind::NotFound, "TASK_UNKNOWN"};
        if (const auto reading = parts_.store.decide(*plans, *plan, "read", nullptr, context); !reading.allowed)
            return Error{Kind::NotFound, "TASK_UNKNOWN"};
        if (task->closed)
            return Error{Kind::Conflict, "TASK_CLOSED"};
        if (version && *version != task->version)
            return Error{Kind::Conflict, "STALE", {}, {{"version", std::to_string(*version)}}};
        return change(transaction, *task);
    }));
    return parts_.store.parts().database.read([&](Transaction& transaction) -> Result<json::object> {
        TRY_ASSIGN(const auto task, load_task(transaction, id));
        TRY_ASSIGN(json::array items, present(transaction, parts_, *plans, context, {*task}));
        return std::move(items.front().as_object());
    });
}

namespace {

// Every change of hands is a row of the record's history.
Status log_task(Transaction& transaction, const Task& task, std::string_view action, json::object diff, const Context& context)
{
    changes::Change change;
    change.at = context.at;
    change.actor = context.subject ? context.subject->user : 0;
    change.organisation = task.organisation;
    change.record = task.record;
    change.id = task.record_id;
    change.action = action;
    change.diff = std::move(diff);
    change.source = context.source;
    change.request_id = context.request_id;
    change.remote = context.remote;
    TRY(changes::append(transaction, change));
    return {};
}

constexpr std::string_view asked_twice = "SELECT 1 FROM workflow_task WHERE round_id = ?1 AND assignee = ?2 LIMIT 1";

json::value person(base::Id id) { return id ? json::value(std::to_string(id)) : json::value(nullptr); }

}  // namespace

Result<json::object> Engine::claim(base::Id id, std::optional<std::int64_t> version, const Context& context)
{
    return change_task(id, version, context, [&](Transaction& transaction, Task& task) -> Status {
        if (task.assignee == context.subject->user)
            return {};
        if (task.assignee)
            return Error{Kind::Conflict, "TASK_TAKEN"};
        task.assignee = context.subject->user;
        task.candidate.clear();
        TRY(store_holder(transaction, task, context.at));
        return log_task(transaction, task, "claim_task", {{"assignee", json::array{nullptr, person(task.assignee)}}}, context);
    });
}

Result<json::object> Engine::release(base::Id id, std::optional<std::int64_t> version, const Context& context)
{
    return change_task(id, version, context, [&](Transaction& transaction, Task& task) -> Status {
        if (task.role.empty() || task.assignee != context.subject->user)
            return Error{Kind::Conflict, "TASK_NOT_CLAIMED"};  // a task given to one person is delegated, not released
        const base::Id before = task.assignee;
        task.assignee = 0;
        task.candidate = candidate_key(task.role, task.organisation);
        TRY(store_holder(transaction, task, context.at));
        return log_task(transaction, task, "release_task", {{"assignee", json::array{person(before), nullptr}}}, context);
    });
}

Result<json::object> Engine::delegate(base::Id id, base::Id to, std::optional<std::int64_t> version, const Context& context)
{
    const auto plans = parts_.store.plan();
    return change_task(id, version, context, [&](Transaction& transaction, Task& task) -> Status {
        if (task.assignee != context.subject->user)
            return Error{Kind::Conflict, "TASK_NOT_CLAIMED"};
        if (to == task.assignee)
            return Error{Kind::Invalid, "DELEGATE_SELF", {"to"}};
        TRY_ASSIGN(const auto other, parts_.people.person(transaction, to, context.at));
        const auto* plan = plans->find(task.record);
        Context his = context;
        his.subject = other.get();
        if (!other || !plan || !parts_.store.decide(*plans, *plan, "read", nullptr, his).allowed)
            return Error{Kind::Invalid, "DELEGATE_UNKNOWN", {"to"}};
        if (task.round) {  // nobody votes twice
            TRY_ASSIGN(const auto twice, transaction.first(asked_twice, {task.round, to}));
            if (twice)
                return Error{Kind::Conflict, "DELEGATE_ASKED", {"to"}};
        }
        task.delegated_by = task.assignee;
        task.assignee = to;
        TRY(store_holder(transaction, task, context.at));
        return log_task(transaction, task, "delegate_task", {{"assignee", json::array{person(task.delegated_by), person(to)}}}, context);
    });
}

namespace {

constexpr std::string_view cast_vote = R"sql(
    UPDATE workflow_task SET closed_at = ?3, closed_by = ?4, outcome = ?5, note = ?6, version = version + 1
     WHERE id = ?1 AND version = ?2 AND closed_at IS NULL
)sql";
constexpr std::string_view count_votes = R"sql(
    SELECT r.name, r.asked, r.closed_at, (SELECT count(*) FROM workflow_task t WHERE t.round_id = r.id AND t.outcome = 'yes'),
           (SELECT count(*) FROM workflow_task t WHERE t.round_id = r.id AND t.outcome = 'no')
      FROM workflow_round r WHERE r.id = ?1
)sql";

// What the votes so far mean: yes, no, or nothing yet.
std::optional<bool> decided(FlowRound::Count count, std::int64_t asked, std::int64_t yes, std::int64_t no)
{
    switch (count) {
    case FlowRound::Count::All: return no > 0 ? std::optional{false} : yes == asked ? std::optional{true} : std::nullopt;
    case FlowRound::Count::Any: return yes > 0 ? std::optional{true} : no == asked ? std::optional{false} : std::nullopt;
    case FlowRound::Count::Majority:
        return yes * 2 > asked ? std::optional{true} : no * 2 >= asked ? std::optional{false} : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

Result<json::object> Engine::vote(base::Id id, bool yes, const std::string& note, std::optional<std::int64_t> version, const Context& context)
{
    const auto plans = parts_.store.plan();
    return change_task(id, version, context, [&](Transaction& transaction, Task& task) -> Status {
        if (task.kind != "vote" || task.assignee != context.subject->user)
            return Error{Kind::Conflict, "TASK_NO_VOTE"};
        const auto* plan = plans->find(task.record);
        const auto* flow = plans->release->workflow_of(*plan->record);
        if (!flow)
            return Error{Kind::Conflict, "TASK_CLOSED"};
        TRY(records::set_scope(transaction, records::everything));
        // The parent is locked first, so that two last votes are counted one after the other.
        TRY(transaction.execute("UPDATE " + sql_name(plan->table) + " SET version = version WHERE id = ?1", {task.record_id}));
        TRY_ASSIGN(const auto cast, transaction.execute(cast_vote, {task.id, task.version, context.at, context.subject->user,
            std::string(yes ? "yes" : "no"), note.empty() ? storage::Value{} : storage::Value{note}}));
        if (cast == 0)
            return Error{Kind::Conflict, "TASK_CLOSED"};
        TRY(log_task(transaction, task, "vote", {{"vote", json::array{nullptr, yes ? "yes" : "no"}},
            {"comment", json::array{nullptr, note}}}, context));
        TRY_ASSIGN(const auto row, transaction.first(count_votes, {task.round}));
        const auto* round = row ? flow->round(row->text(0)) : nullptr;
        if (!round || !row->null(2))
            return {};
        const auto result = decided(round->count, row->integer(1), row->integer(3), row->integer(4));
        if (!result)
            return {};
        TRY(close_rounds(transaction, task.record_id, *result ? "agreed" : "refused", context.at));
        TRY(close_tasks(transaction, task.record_id, "not_needed", 0, context.at));
        TRY_ASSIGN(auto image, load_image(transaction, *plan, task.record_id, parts_.store.parts().cipher));
        const auto* action = flow->action(*result ? round->agreed : round->refused);
        if (!image || !action)
            return Error{Kind::Internal, "ROUND_ACTION"};
        Context system = context;
        system.subject = nullptr;
        TRY(perform({parts_, transaction, *plans, *plan, *flow, system, *this}, *std::move(image), *action, {}));
        return {};
    });
}

}  // namespace workflow
