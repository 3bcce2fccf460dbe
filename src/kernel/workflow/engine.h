#pragma once

// The life of records: actions, tasks, deadlines, rounds of approval, notices.
//
// An action is one transaction: who may, the guard, the form through the record's own validation, the
// row with state and deadlines, its history, tasks closed and opened, effects. Access is decided by
// identity::decide alone: a role of `by` holds the action's name as a right on the record.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/records/form.h"
#include "kernel/workflow/deadlines.h"

namespace workflow {

using records::Context;
using storage::Transaction;

// Who people are; handed in by the server.
class People {
public:
    virtual ~People() = default;
    // With everything valid now; null when the person may not act (frozen, left, unknown).
    virtual Result<std::shared_ptr<const identity::Subject>> person(Transaction&, base::Id, base::Timestamp now) = 0;
    // Who holds the role in the organisation, by id.
    virtual Result<std::vector<base::Id>> holders(Transaction&, const std::string& role, base::Id organisation, base::Timestamp now) = 0;
};

// What an engine function named in `call:` or `eligible:` gets. It runs inside the writing transaction.
struct Called {
    Transaction& transaction;
    const records::RecordPlan& plan;
    records::Image& image;  // as it will be written; a call may fill fields
    const Context& context;
};
using Call = std::function<Status(const Called&)>;
using Eligible = std::function<Result<bool>(const Called&, const identity::Subject& officer)>;

struct Act {
    std::string record;
    base::Id id = 0;
    std::string action;
    json::object body = {};  // fields of the action's form, its rows, `comment`
    std::optional<std::int64_t> version = {};
};

// What an inbox shows. Order: overdue, red, yellow, green; within, the earliest end first.
struct Inbox {
    enum class Of { Mine, Candidate };
    Of of = Of::Mine;
    std::optional<Light> light = {};
    std::string record = {};
    std::string after = {};
    std::size_t limit = 50;
};

class Engine final : public records::Life {
public:
    struct Parts {
        records::Store& store;
        People& people;
        std::map<std::string, Call, std::less<>> calls = {};
        std::map<std::string, Eligible, std::less<>> eligible = {};
    };
    explicit Engine(Parts parts) : parts_(std::move(parts)) {}

    // RECORD_UNKNOWN, ACTION_UNKNOWN (NotFound); PERMISSION, SCOPE (Forbidden); STALE, ACTION_STATE,
    // DEADLINE_* (Conflict); VALIDATION with the faults of form, guard and officers.
    Result<records::Saved> act(const Act&, const Context&);
    // One after another; an answer per id: {id, ok, version} or {id, ok: false, code, faults}.
    // ACTION_NOT_BATCH; BATCH_SIZE.
    Result<std::vector<Result<records::Saved>>> act_on_all(const Act&, const std::vector<base::Id>&, const Context&);
    // {state, deadlines, actions: [{name, title, allowed, why?, form, confirm, …}], tasks, rounds}
    Result<json::object> offers(std::string_view record, base::Id, const Context&);

    // {items, next}; CURSOR.
    Result<json::object> tasks(const Inbox&, const Context&);
    // {mine: {overdue, red, yellow, green}, candidate: {…}, notices}; each stops at count_max.
    Result<json::object> counts(const Context&);
    static constexpr std::int64_t count_max = 1000;
    // TASK_UNKNOWN (NotFound), TASK_CLOSED, TASK_TAKEN, STALE (Conflict). Give the task.
    Result<json::object> claim(base::Id task, std::optional<std::int64_t> version, const Context&);
    Result<json::object> release(base::Id task, std::optional<std::int64_t> version, const Context&);
    Result<json::object> delegate(base::Id task, base::Id to, std::optional<std::int64_t> version, const Context&);
    Result<json::object> vote(base::Id task, bool yes, const std::string& note, std::optional<std::int64_t> version, const Context&);

    Result<json::object> notices(bool unread_only, const std::string& after, const Context&);
    Status read_notices(const std::vector<base::Id>&, const Context&);  // empty: all of mine

    // Lights, escalation, ends of rounds, up to `now`. Safe to run twice. Gives the number of changes.
    Result<std::int64_t> tick(base::Timestamp now);

    Status begin(Transaction&, const records::Plan&, const records::RecordPlan&, records::Image&, const Context&) override;
    Status end(Transaction&, const records::RecordPlan&, base::Id, const Context&) override;

    const Parts& parts() const { return parts_; }

private:
    Result<json::object> change_task(base::Id, std::optional<std::int64_t>, const Context&,
        const std::function<Status(Transaction&, struct Task&)>&);
    Parts parts_;
};

Status migrate(storage::Database&);

}  // namespace workflow
