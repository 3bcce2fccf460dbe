#include "kernel/workflow/deadlines.h"

#include <algorithm>

namespace workflow {

using base::Date;
using base::Timestamp;

namespace {

// Days that are not counted: from and with `first` up to and with `last`.
struct Gap {
    Date first, last;
};

std::vector<Gap> gaps_of(const std::vector<Suspension>& suspensions, Date start)
{
    std::vector<Gap> gaps;
    for (const Suspension& suspension : suspensions) {
        const Date first = std::max(suspension.from.date(), start).plus_days(1);
        const Date last = suspension.to->date();
        if (first <= last)
            gaps.push_back({first, last});
    }
    return gaps;
}

// Walks `count` counted days on from `from`, stretch by stretch between the gaps.
class Walk {
public:
    Walk(const std::vector<Gap>& gaps, const base::WorkCalendar& calendar, bool workdays) :
        gaps_(gaps), calendar_(calendar), workdays_(workdays) {}

    Result<Date> end(Date from, std::int64_t count) const
    {
        Date at = from;
        for (const Gap& gap : gaps_) {
            if (gap.last <= at)
                continue;
            const Date before = std::max(gap.first.plus_days(-1), at);
            TRY_ASSIGN(const std::int64_t free, between(at, before));
            if (count <= free)
                return plus(at, count);
            count -= free;
            at = gap.last;
        }
        return plus(at, count);
    }
    Result<std::int64_t> between(Date a, Date b) const
    {
        return workdays_ ? calendar_.workdays_between(a, b) : Result<std::int64_t>{std::int64_t{b.days} - a.days};
    }

private:
    Result<Date> plus(Date day, std::int64_t count) const
    {
        return workdays_ ? calendar_.plus_workdays(day, count) : Result<Date>{day.plus_days(count)};
    }

    const std::vector<Gap>& gaps_;
    const base::WorkCalendar& calendar_;
    bool workdays_;
};

Result<Date> end_of(Date from, const Length& length, const std::vector<Gap>& gaps, const base::WorkCalendar& calendar)
{
    std::int64_t count = length.count;
    if (length.unit == TimeUnit::Months || length.unit == TimeUnit::Years)
        count = from.plus_months(length.count * (length.unit == TimeUnit::Years ? 12 : 1)).days - std::int64_t{from.days};
    return Walk{gaps, calendar, length.unit == TimeUnit::Workdays}.end(from, count);
}

// The first working day from `day` on that is not suspended.
Result<Date> rolled(Date day, const std::vector<Gap>& gaps, const base::WorkCalendar& calendar)
{
    for (;;) {
        TRY_ASSIGN(day, calendar.next_workday_from(day));
        const auto gap = std::ranges::find_if(gaps, [&](const Gap& g) { return g.first <= day && day <= g.last; });
        if (gap == gaps.end())
            return day;
        day = gap->last.plus_days(1);
    }
}

Result<std::vector<Segment>> segments_of(Date start, Date end, Date due, const std::vector<Gap>& gaps, const Walk& walk)
{
    std::vector<Segment> segments;
    const auto add = [&](Segment::Kind kind, Date first, Date last) -> Status {
        if (first > last)
            return {};
        std::int64_t counted = 0;
        if (kind == Segment::Kind::Counted) {
            TRY_ASSIGN(counted, walk.between(first.plus_days(-1), last));
        }
        segments.push_back({kind, Timestamp::start_of(first), Timestamp::start_of(last.plus_days(1)), counted});
        return {};
    };
    Date at = start.plus_days(1);
    const auto free = [&](Date last) -> Status {
        TRY(add(Segment::Kind::Counted, at, std::min(last, end)));
        return add(Segment::Kind::Rolled, std::max(at, end.plus_days(1)), last);
    };
    for (const Gap& gap : gaps) {
        if (gap.first > due)
            break;
        TRY(free(gap.first.plus_days(-1)));
        TRY(add(Segment::Kind::Suspended, gap.first, std::min(gap.last, due)));
        at = gap.last.plus_days(1);
    }
    TRY(free(due));
    return segments;
}

Deadline in_hours(Timestamp start, const std::vector<Length>& lengths, const std::vector<Suspension>& suspensions)
{
    std::int64_t left = 0;
    for (const Length& length : lengths)
        left += std::int64_t{length.count} * 3'600'000;
    Deadline deadline;
    deadline.start = start;
    Timestamp at = start;
    const auto count = [&](std::int64_t milliseconds) {
        if (milliseconds > 0)
            deadline.segments.push_back({Segment::Kind::Counted, at, {at.milliseconds + milliseconds}, milliseconds});
    };
    for (const Suspension& suspension : suspensions) {
        if (*suspension.to <= at)
            continue;
        const Timestamp from = std::max(suspension.from, at);
        if (from.milliseconds - at.milliseconds >= left)
            break;
        count(from.milliseconds - at.milliseconds);
        left -= from.milliseconds - at.milliseconds;
        deadline.segments.push_back({Segment::Kind::Suspended, from, *suspension.to, 0});
        at = *suspension.to;
    }
    count(left);
    deadline.due = {at.milliseconds + left};
    deadline.last_day = {std::max(start.milliseconds, deadline.due.milliseconds - 3'600'000)};
    return deadline;
}

}  // namespace

std::string_view name_of(Segment::Kind kind)
{
    return kind == Segment::Kind::Counted ? "counted" : kind == Segment::Kind::Suspended ? "suspended" : "rolled";
}

Result<std::optional<Deadline>> deadline_of(Timestamp start, const std::vector<Length>& lengths,
    const std::vector<Suspension>& suspensions, const base::WorkCalendar& calendar)
{
    if (!suspensions.empty() && !suspensions.back().to)
        return std::optional<Deadline>{};
    if (lengths.front().unit == TimeUnit::Hours)
        return std::optional{in_hours(start, lengths, suspensions)};
    const Date first = start.date();
    const std::vector<Gap> gaps = gaps_of(suspensions, first);
    Date end = first;
    for (const Length& length : lengths) {
        TRY_ASSIGN(end, end_of(end, length, gaps, calendar));
    }
    Date due = end;
    if (lengths.back().roll && lengths.back().unit != TimeUnit::Workdays) {
        TRY_ASSIGN(due, rolled(end, gaps, calendar));
    }
    Deadline deadline;
    deadline.start = start;
    deadline.due = Timestamp::start_of(due.plus_days(1));
    deadline.last_day = Timestamp::start_of(due);
    const Walk walk{gaps, calendar, lengths.back().unit == TimeUnit::Workdays};
    TRY_ASSIGN(deadline.segments, segments_of(first, end, due, gaps, walk));
    return std::optional{std::move(deadline)};
}

Timestamp share_of(const Deadline& deadline, int percent)
{
    // Instants from the start on, without the suspended stretches.
    std::int64_t suspended = 0;
    for (const Segment& segment : deadline.segments)
        if (segment.kind == Segment::Kind::Suspended)
            suspended += segment.to.milliseconds - segment.from.milliseconds;
    const std::int64_t whole = deadline.due.milliseconds - deadline.start.milliseconds - suspended;
    Timestamp at{deadline.start.milliseconds + whole / 100 * percent + whole % 100 * percent / 100};
    for (const Segment& segment : deadline.segments)
        if (segment.kind == Segment::Kind::Suspended && segment.from < at)
            at = at.plus(std::chrono::milliseconds{segment.to.milliseconds - segment.from.milliseconds});
    return at;
}

std::int64_t overdue_days(Timestamp due, Timestamp at)
{
    constexpr std::int64_t day = 86'400'000;
    return at < due ? 0 : (at.milliseconds - due.milliseconds) / day + 1;
}

std::string_view name_of(Light light)
{
    switch (light) {
    case Light::Green: return "green";
    case Light::Yellow: return "yellow";
    case Light::Red: return "red";
    case Light::Overdue: return "overdue";
    }
    return "green";
}

Light light_of(Timestamp yellow, Timestamp red, Timestamp due, Timestamp now)
{
    return now >= due ? Light::Overdue : now >= red ? Light::Red : now >= yellow ? Light::Yellow : Light::Green;
}

}  // namespace workflow
