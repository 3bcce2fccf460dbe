// What happens by the clock: lights change, somebody is told, time runs out.

#include "base/log.h"
#include "kernel/workflow/columns.h"
#include "kernel/workflow/tasks.h"

namespace workflow {

using base::Timestamp;

namespace {

constexpr std::int64_t step = 100;  // rows in one transaction, so that no writer waits long

constexpr std::string_view due_deadlines
    = "SELECT id, record, record_id, name FROM workflow_deadline WHERE stopped_at IS NULL AND next_at <= ?1 ORDER BY next_at LIMIT ?2";
constexpr std::string_view select_faces = "SELECT due_at, yellow_at, red_at, urgency FROM workflow_deadline WHERE id = ?1 AND stopped_at IS NULL AND next_at <= ?2";
constexpr std::string_view light_deadline = "UPDATE workflow_deadline SET urgency = ?2, next_at = ?3, overdue_days = ?4 WHERE id = ?1";
constexpr std::string_view due_tasks
    = "SELECT id, due_at, yellow_at, red_at FROM workflow_task WHERE closed_at IS NULL AND next_at <= ?1 ORDER BY next_at LIMIT ?2";
constexpr std::string_view light_task = "UPDATE workflow_task SET urgency = ?2, next_at = ?3 WHERE id = ?1";
constexpr std::string_view due_rounds
    = "SELECT id, record, record_id, name FROM workflow_round WHERE closed_at IS NULL AND next_at <= ?1 ORDER BY next_at LIMIT ?2";
constexpr std::string_view end_round = "UPDATE workflow_round SET closed_at = ?2, outcome = 'expired' WHERE id = ?1 AND closed_at IS NULL";
constexpr std::string_view postpone_round = "UPDATE workflow_round SET next_at = ?2 WHERE id = ?1";

struct Due {
    base::Id id = 0;
    std::string record;
    base::Id record_id = 0;
    std::string name;
};

Result<std::vector<Due>> due(storage::Database& database, std::string_view sql, Timestamp now)
{
    return database.read([&](Transaction& transaction) -> Result<std::vector<Due>> {
        TRY_ASSIGN(const auto rows, transaction.query(sql, {now.milliseconds, step}));
        std::vector<Due> list;
        for (const auto& row : rows)
            list.push_back({row.integer(0), row.text(1), row.integer(2), row.text(3)});
        return list;
    });
}

Face face_at(const storage::Row& row, std::size_t column)
{
    if (row.null(column))
        return {};
    return {row.timestamp(column), row.timestamp(column + 1), row.timestamp(column + 2)};
}

class Ticker {
public:
    Ticker(const Engine::Parts& parts, records::Life& life, Timestamp now) :
        parts_(parts), life_(life), now_(now), plans_(parts.store.plan()), context_{nullptr, now}
    {
        context_.source = "DERIVED";
    }

    Result<std::int64_t> run()
    {
        std::int64_t changed = 0;
        for (const auto kind : {&Ticker::deadlines, &Ticker::rounds, &Ticker::tasks})
            for (std::int64_t done = step; done == step;) {
                TRY_ASSIGN(done, (this->*kind)());
                changed += done;
            }
        return changed;
    }

private:
    storage::Database& database() const { return parts_.store.parts().database; }

    // Runs `work` on the record of `one` as the kernel itself; nothing when the record is gone.
    template <class Work>
    Status with_record(Transaction& transaction, const Due& one, Work work)
    {
        const auto* plan = plans_->find(one.record);
        const auto* flow = plan ? plans_->release->workflow_of(*plan->record) : nullptr;
        if (!flow)
            return {};
        TRY(records::set_scope(transaction, records::everything));
        TRY_ASSIGN(auto image, load_image(transaction, *plan, one.record_id, parts_.store.parts().cipher));
        if (!image || image->deleted_at)
            return {};
        return work(Moment{parts_, transaction, *plans_, *plan, *flow, context_, life_}, *std::move(image));
    }

    // In a savepoint: an action that its guard refuses must not stop the clock for the others.
    Status act(const Moment& moment, const records::Image& image, const std::string& name)
    {
        const auto* action = moment.flow.action(name);
        if (!action || !moment.flow.applies(*action, image.state))
            return {};
        const Status done = moment.transaction.attempt([&](Transaction&) -> Status {
            TRY(perform(moment, image, *action, {}));
            return {};
        });
        if (!done.ok())
            base::log::warning("workflow: " + name + " on " + moment.plan.name() + " " + std::to_string(image.id) + ": " + done.error().code);
        return {};
    }

    Status pass_deadline(Transaction& transaction, const Due& one)
    {
        TRY_ASSIGN(const auto row, transaction.first(select_faces, {one.id, now_.milliseconds}));
        if (!row)
            return {};  // another node was first
        const Face face = face_at(*row, 0);
        const Light light = face.light(now_), before = static_cast<Light>(3 - row->integer(3));
        const std::int64_t late = face.due ? overdue_days(*face.due, now_) : 0;
        TRY(transaction.execute(light_deadline, {one.id, 3 - static_cast<std::int64_t>(light), face.next_after(now_), late}));
        return with_record(transaction, one, [&](const Moment& moment, records::Image image) -> Status {
            if (late > 0)
                TRY(transaction.execute("UPDATE " + records::sql_name(moment.plan.table) + " SET overdue_days = ?2 WHERE id = ?1",
                    {image.id, std::max(late, image.overdue_days.value_or(0))}));
            const auto* declared = moment.flow.deadline(one.name);
            if (!declared || light == before)
                return {};
            if (const auto told = declared->escalate.find(std::string(name_of(light))); told != declared->escalate.end()) {
                TRY_ASSIGN(const auto people, people_of(moment, image, told->second));
                TRY(send_notice(moment, image, people, title_of(light, *declared), {}));
            }
            return light == Light::Overdue && !declared->expired.empty() ? act(moment, image, declared->expired) : Status{};
        });
    }
    static definitions::Title title_of(Light light, const definitions::FlowDeadline& declared)
    {
        const std::string en = declared.title.en.empty() ? declared.title.zh : declared.title.en;
        if (light == Light::Overdue)
            return {declared.title.zh + "已超期", en + " is overdue"};
        return {declared.title.zh + (light == Light::Red ? "即将到期" : "已过预警线"), en + (light == Light::Red ? " ends soon" : " has passed its first mark")};
    }

    Result<std::int64_t> deadlines()
    {
        TRY_ASSIGN(const auto list, due(database(), due_deadlines, now_));
        for (const Due& one : list)
            TRY(database().write([&](Transaction& transaction) { return pass_deadline(transaction, one); }));
        return static_cast<std::int64_t>(list.size());
    }

    Result<std::int64_t> rounds()
    {
        TRY_ASSIGN(const auto list, due(database(), due_rounds, now_));
        for (const Due& one : list)
            TRY(database().write([&](Transaction& transaction) -> Status {
                TRY(transaction.execute(postpone_round, {one.id, now_.milliseconds + day_ms}));
                return with_record(transaction, one, [&](const Moment& moment, records::Image image) -> Status {
                    const auto* round = moment.flow.round(one.name);
                    TRY(transaction.execute("UPDATE " + records::sql_name(moment.plan.table) + " SET version = version WHERE id = ?1", {image.id}));
                    TRY_ASSIGN(const auto closed, transaction.execute(end_round, {one.id, now_}));
                    if (closed == 0 || !round)
                        return {};
                    TRY(close_tasks(transaction, image.id, "expired", 0, now_));
                    return act(moment, image, round->expired);
                });
            }));
        return static_cast<std::int64_t>(list.size());
    }

    Result<std::int64_t> tasks()
    {
        return database().write([&](Transaction& transaction) -> Result<std::int64_t> {
            TRY_ASSIGN(const auto rows, transaction.query(due_tasks, {now_.milliseconds, step}));
            for (const auto& row : rows) {
                const Face face = face_at(row, 1);
                TRY(transaction.execute_later(light_task, {row.integer(0), 3 - static_cast<std::int64_t>(face.light(now_)), face.next_after(now_)}));
            }
            return static_cast<std::int64_t>(rows.size());
        });
    }

    const Engine::Parts& parts_;
    records::Life& life_;
    Timestamp now_;
    std::shared_ptr<const records::Plan> plans_;
    Context context_;
};

}  // namespace

Result<std::int64_t> Engine::tick(Timestamp now) { return Ticker{parts_, *this, now}.run(); }

}  // namespace workflow
