#pragma once

// The deadlines of one record: loaded, moved by an action, stored again with their segments.

#include <optional>
#include <vector>

#include "kernel/workflow/moment.h"

namespace workflow {

struct Clock {
    base::Id id = 0;
    std::string name;
    std::string state = "running";  // running, suspended, stopped
    base::Timestamp started_at;
    std::vector<Length> lengths;
    std::vector<Suspension> suspensions = {};
    int extensions = 0;
    std::optional<base::Timestamp> due = {}, yellow = {}, red = {}, stopped_at = {};
    std::int64_t overdue = 0;
    std::vector<Segment> segments = {};  // only of clocks that changed
    bool fresh = false, changed = false;
};

// What a record and its tasks show: the earliest end.
struct Face {
    std::optional<base::Timestamp> due = {}, yellow = {}, red = {};
    Light light(base::Timestamp now) const;
    std::int64_t next_after(base::Timestamp now) const;  // milliseconds; when the light changes next
};

class Clocks {
public:
    static Result<Clocks> load(Transaction&, base::Id record_id);

    // The deadlines that the change of state and the action's own words start, stop, suspend, resume and extend.
    // `image` is the record as it will be. DEADLINE_RUNNING, DEADLINE_NOT_RUNNING, DEADLINE_OVER,
    // DEADLINE_EXTENDED, CALENDAR_MISSING.
    Status move(const Moment&, const records::Image&, std::string_view from, std::string_view to, const definitions::FlowAction*);
    Status store(const Moment&, base::Id record_id);

    Face face() const;
    std::optional<std::int64_t> overdue_days() const;  // the worst; nothing where there are no deadlines
    // Deadlines that were stopped late in this move.
    const std::vector<const definitions::FlowDeadline*>& late() const { return late_; }
    const std::vector<Clock>& all() const { return clocks_; }

private:
    Clock* open(std::string_view name);
    Status start(const Moment&, const records::Image&, const definitions::FlowDeadline&);
    Status compute(const Moment&, Clock&);
    void stop(const Moment&, const definitions::FlowDeadline&);
    Status extend(const Moment&, const definitions::FlowDeadline&);
    Status suspend(const Moment&, const std::string& name, bool must);
    Status resume(const Moment&, const std::string& name, bool must);

    std::vector<Clock> clocks_;
    std::vector<const definitions::FlowDeadline*> late_;
};

// With titles and segments, as an auditor reads it.
Result<json::array> clocks_json(Transaction&, const definitions::Workflow&, const std::vector<Clock>&, base::Timestamp now);
Result<Length> length_of(const Moment&, const definitions::Term&);

}  // namespace workflow
