#pragma once

// Tasks and rounds in the database: who has something to do about which record.

#include "kernel/workflow/clocks.h"

namespace workflow {

struct Task {
    base::Id id = 0;
    std::string record;
    base::Id record_id = 0;
    std::string kind;  // work, vote
    std::string state;
    base::Id round = 0;
    std::string role;
    base::Id organisation = 0;
    std::string candidate;  // "role@organisation" while it may be claimed
    base::Id assignee = 0;
    base::Timestamp opened_at;
    Face face = {};
    std::int64_t urgency = 3, sort = 0;
    std::int64_t version = 1;
    base::Id delegated_by = 0;
    bool closed = false;
};

extern const std::string task_columns;
Task task_of(const storage::Row&);

std::string candidate_key(const std::string& role, base::Id organisation);
// What the subject may claim: each of his roles in the organisation of its grant.
std::vector<std::string> candidate_keys(const identity::Subject&);

Status open_tasks(const Moment&, const records::Image&, const definitions::FlowTask&, const Face&);
Status close_tasks(Transaction&, base::Id record_id, std::string_view outcome, base::Id actor, base::Timestamp);
// The lights of all open tasks of the record follow its deadlines.
Status renew_faces(Transaction&, base::Id record_id, const Face&, base::Timestamp now);
Result<std::vector<Task>> open_tasks_of(Transaction&, base::Id record_id);
Result<std::optional<Task>> load_task(Transaction&, base::Id);  // closed ones too
Status store_holder(Transaction&, const Task&, base::Timestamp now);  // assignee, candidate, version
Status assign(Transaction&, const std::string& record, base::Id record_id, base::Id account);

// One row per approver, fixed now. ROUND_EMPTY.
Status open_round(const Moment&, const records::Image&, const definitions::FlowRound&, const Face&);
Status close_rounds(Transaction&, base::Id record_id, std::string_view outcome, base::Timestamp);

}  // namespace workflow
