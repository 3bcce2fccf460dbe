#pragma once

// How long something may take: pure functions over a calendar. An auditor can follow every day: the result lists
// the stretches of time that were counted, and those that were not.
//
// The day of the event is not counted. A deadline of day D ends at D+1 00:00 Asia/Shanghai, exclusive;
// one in hours ends at its minute and runs through holidays. While it is suspended no day is counted:
// the day on which the suspension begins still is, the day on which it ends is not. Months and
// years end on the same day number (the last of the month when it is missing) and are pushed back by the
// suspended days. `roll` moves an end that is no working day to the next one. A year without a
// calendar is CALENDAR_MISSING, never "weekends only".

#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "kernel/definitions/workflow_model.h"

namespace workflow {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;
using definitions::TimeUnit;

// One length of time; an extension adds another, which begins where the one before ends (not rolled).
struct Length {
    int count = 0;
    TimeUnit unit = TimeUnit::Days;
    bool roll = true;
};

struct Suspension {
    base::Timestamp from;
    std::optional<base::Timestamp> to = {};  // none: still suspended
};

struct Segment {
    enum class Kind { Counted, Suspended, Rolled };
    Kind kind = Kind::Counted;
    base::Timestamp from, to;  // to is exclusive
    std::int64_t counted = 0;  // workdays, days or (for hours) milliseconds that count
};
std::string_view name_of(Segment::Kind);

struct Deadline {
    base::Timestamp start;
    base::Timestamp due;       // exclusive
    base::Timestamp last_day;  // when the last day begins; for hours: the last hour
    std::vector<Segment> segments;
};

// Suspensions in the order of time, not overlapping; the last one may be open: then there is no
// deadline to tell (empty). `lengths` has at least one entry; hours stand with hours only.
Result<std::optional<Deadline>> deadline_of(base::Timestamp start, const std::vector<Length>& lengths,
    const std::vector<Suspension>&, const base::WorkCalendar&);

// The instant at which `percent` of the counted time is over.
base::Timestamp share_of(const Deadline&, int percent);

// Whole days past the end; 0 while there is time.
std::int64_t overdue_days(base::Timestamp due, base::Timestamp at);

enum class Light { Green, Yellow, Red, Overdue };
std::string_view name_of(Light);
Light light_of(base::Timestamp yellow, base::Timestamp red, base::Timestamp due, base::Timestamp now);

}  // namespace workflow
