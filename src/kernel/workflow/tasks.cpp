#include "kernel/workflow/tasks.h"

#include <algorithm>

#include "kernel/workflow/columns.h"

namespace workflow {

using base::Timestamp;

namespace {

std::int64_t urgency_of(const Face& face, Timestamp now) { return 3 - static_cast<std::int64_t>(face.light(now)); }
std::int64_t sort_of(const Face& face) { return face.due ? face.due->milliseconds : never; }

constexpr std::string_view insert_task = R"sql(
    INSERT INTO workflow_task (id, record, record_id, kind, state, round_id, role, organisation, candidate, assignee, opened_at,
        due_at, yellow_at, red_at, urgency, sort, next_at, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 1)
)sql";

Status insert(const Moment& moment, const Task& task, const Face& face)
{
    const Timestamp now = moment.now();
    TRY(moment.transaction.execute_later(insert_task, {moment.parts.store.parts().ids.next(), task.record, task.record_id, task.kind,
        task.state, id_or_null(task.round), task.role, task.organisation, text_or_null(task.candidate), id_or_null(task.assignee), now,
        or_null(face.due), or_null(face.yellow), or_null(face.red), urgency_of(face, now), sort_of(face), face.next_after(now)}));
    return task.assignee ? assign(moment.transaction, task.record, task.record_id, task.assignee) : Status{};
}

}  // namespace

const std::string task_columns = "t.id, t.record, t.record_id, t.kind, t.state, t.round_id, t.role, t.organisation, t.candidate, t.assignee, "
                                 "t.opened_at, t.due_at, t.yellow_at, t.red_at, t.urgency, t.sort, t.version, t.delegated_by, t.closed_at";

Task task_of(const storage::Row& row)
{
    Task task{row.integer(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.integer(5), row.text(6), row.integer(7),
        row.text(8), row.integer(9), row.timestamp(10), {}};
    task.face = {instant_at(row, 11), instant_at(row, 12), instant_at(row, 13)};
    task.urgency = row.integer(14);
    task.sort = row.integer(15);
    task.version = row.integer(16);
    task.delegated_by = row.integer(17);
    task.closed = !row.null(18);
    return task;
}

std::string candidate_key(const std::string& role, base::Id organisation) { return role + "@" + std::to_string(organisation); }

std::vector<std::string> candidate_keys(const identity::Subject& subject)
{
    std::vector<std::string> keys;
    const auto add = [&](std::string key) {
        if (std::ranges::find(keys, key) == keys.end())
            keys.push_back(std::move(key));
    };
    for (const identity::Grant& grant : subject.grants) {
        add(candidate_key(grant.role, grant.organisation ? grant.organisation : subject.organisation));
        for (const base::Id organisation : grant.listed)
            add(candidate_key(grant.role, organisation));
    }
    return keys;
}

Status open_tasks(const Moment& moment, const records::Image& image, const definitions::FlowTask& declared, const Face& face)
{
    base::Id organisation = image.organisation;
    if (const auto position = moment.plan.set.position(declared.organisation))
        if (const auto* id = image.values[*position].get<std::int64_t>())
            organisation = *id;
    for (const definitions::Party& party : declared.to) {
        Task task{0, moment.plan.name(), image.id, "work", image.state, 0, {}, organisation, {}, 0, {}, {}};
        if (party.kind == definitions::Party::Kind::Role) {
            task.role = party.name;
            task.candidate = candidate_key(party.name, organisation);
            TRY(insert(moment, task, face));
            continue;
        }
        TRY_ASSIGN(const auto people, people_of(moment, image, {party}));
        for (const base::Id person : people) {
            task.assignee = person;
            TRY(insert(moment, task, face));
        }
    }
    return {};
}

namespace {

constexpr std::string_view close_open_tasks = R"sql(
    UPDATE workflow_task SET closed_at = ?2, closed_by = ?3, outcome = ?4, version = version + 1
     WHERE record_id = ?1 AND closed_at IS NULL
)sql";
constexpr std::string_view update_faces = R"sql(
    UPDATE workflow_task SET due_at = ?2, yellow_at = ?3, red_at = ?4, urgency = ?5, sort = ?6, next_at = ?7
     WHERE record_id = ?1 AND closed_at IS NULL
)sql";
constexpr std::string_view update_holder = R"sql(
    UPDATE workflow_task SET assignee = ?3, candidate = ?4, claimed_at = ?5, delegated_by = ?6, version = version + 1
     WHERE id = ?1 AND version = ?2 AND closed_at IS NULL
)sql";
constexpr std::string_view insert_assignment
    = "INSERT INTO records_assignment (id, account, record) VALUES (?1, ?2, ?3) ON CONFLICT (id, account) DO NOTHING";
constexpr std::string_view insert_round = R"sql(
    INSERT INTO workflow_round (id, record, record_id, name, asked, opened_at, opened_by, due_at, next_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
)sql";
constexpr std::string_view close_open_rounds
    = "UPDATE workflow_round SET closed_at = ?2, outcome = ?3 WHERE record_id = ?1 AND closed_at IS NULL";

}  // namespace

Status close_tasks(Transaction& transaction, base::Id record_id, std::string_view outcome, base::Id actor, Timestamp at)
{
    return transaction.execute_later(close_open_tasks, {record_id, at, actor, std::string(outcome)});
}

Status renew_faces(Transaction& transaction, base::Id record_id, const Face& face, Timestamp now)
{
    return transaction.execute_later(update_faces, {record_id, or_null(face.due), or_null(face.yellow), or_null(face.red),
        urgency_of(face, now), sort_of(face), face.next_after(now)});
}

Result<std::vector<Task>> open_tasks_of(Transaction& transaction, base::Id record_id)
{
    static const std::string sql = "SELECT " + task_columns + " FROM workflow_task t WHERE t.record_id = ?1 AND t.closed_at IS NULL ORDER BY t.id";
    TRY_ASSIGN(const auto rows, transaction.query(sql, {record_id}));
    std::vector<Task> tasks;
    for (const auto& row : rows)
        tasks.push_back(task_of(row));
    return tasks;
}

Result<std::optional<Task>> load_task(Transaction& transaction, base::Id id)
{
    static const std::string sql = "SELECT " + task_columns + " FROM workflow_task t WHERE t.id = ?1";
    TRY_ASSIGN(const auto row, transaction.first(sql, {id}));
    return row ? std::optional{task_of(*row)} : std::nullopt;
}

Status assign(Transaction& transaction, const std::string& record, base::Id record_id, base::Id account)
{
    return transaction.execute_later(insert_assignment, {record_id, account, record});
}

Status store_holder(Transaction& transaction, const Task& task, Timestamp now)
{
    TRY_ASSIGN(const auto rows, transaction.execute(update_holder, {task.id, task.version, id_or_null(task.assignee),
        text_or_null(task.candidate), task.assignee ? storage::Value{now} : storage::Value{}, id_or_null(task.delegated_by)}));
    if (rows == 0)
        return Error{Kind::Conflict, "STALE", {}, {{"version", std::to_string(task.version)}}};
    return task.assignee ? assign(transaction, task.record, task.record_id, task.assignee) : Status{};
}

Status open_round(const Moment& moment, const records::Image& image, const definitions::FlowRound& declared, const Face& face)
{
    TRY_ASSIGN(const auto approvers, people_of(moment, image, declared.approvers));
    if (approvers.empty())
        return Error{Kind::Conflict, "ROUND_EMPTY", {}, {{"round", declared.title.in(moment.context.language)}}};
    const base::Id id = moment.parts.store.parts().ids.next();
    Face own = face;
    std::optional<Timestamp> due;
    if (declared.timeout) {
        TRY_ASSIGN(const Length length, length_of(moment, *declared.timeout));
        const auto calendar = moment.parts.store.calendar();
        TRY_ASSIGN(const auto deadline, deadline_of(moment.now(), {length}, {}, calendar ? *calendar : base::WorkCalendar{}));
        due = deadline->due;
        own = {deadline->due, share_of(*deadline, 50), share_of(*deadline, 80)};
    }
    TRY(moment.transaction.execute_later(insert_round, {id, moment.plan.name(), image.id, declared.name,
        static_cast<std::int64_t>(approvers.size()), moment.now(), moment.actor(), or_null(due), due ? due->milliseconds : never}));
    for (const base::Id person : approvers) {
        Task task{0, moment.plan.name(), image.id, "vote", image.state, id, {}, image.organisation, {}, person, {}, {}};
        TRY(insert(moment, task, own));
    }
    return {};
}

Status close_rounds(Transaction& transaction, base::Id record_id, std::string_view outcome, Timestamp at)
{
    return transaction.execute_later(close_open_rounds, {record_id, at, std::string(outcome)});
}

}  // namespace workflow
