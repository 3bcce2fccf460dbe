// Deadlines against the domain page's own figures, and against a slow counter that walks day by day.

#include "kernel/workflow/deadlines.h"

#include <gtest/gtest.h>

#include <random>

namespace workflow {
namespace {

using base::Date;
using base::Timestamp;

// Domain page 0.3: the test calendar.
base::WorkCalendar test_calendar()
{
    base::WorkCalendar calendar;
    std::vector<base::CalendarDay> days{{Date::of(2026, 9, 25), false}, {Date::of(2026, 9, 20), true}, {Date::of(2026, 10, 10), true}};
    for (unsigned day = 1; day <= 7; ++day)
        days.push_back({Date::of(2026, 10, day), false});
    EXPECT_TRUE(calendar.set_year(2026, days, "test").ok());
    return calendar;
}

Timestamp at(std::string_view text) { return *Timestamp::parse(std::string(text) + ":00+08:00"); }

std::string due(std::string_view start, std::vector<Length> lengths, std::vector<Suspension> suspensions = {})
{
    const auto result = deadline_of(at(start), lengths, suspensions, test_calendar());
    if (!result.ok())
        return result.error().code;
    return *result ? (*result)->due.local_text() : "suspended";
}

constexpr Length days(int count, bool roll = true) { return {count, TimeUnit::Days, roll}; }
constexpr Length workdays(int count) { return {count, TimeUnit::Workdays, false}; }
constexpr Length hours(int count) { return {count, TimeUnit::Hours, false}; }
constexpr Length months(int count) { return {count, TimeUnit::Months, true}; }

TEST(Deadlines, Scenario891AnOrdinaryOrderRollsBehindTheHoliday)
{
    EXPECT_EQ(due("2026-09-28T16:00", {days(7)}), "2026-10-09 00:00:00");  // 2026-10-08 24:00
    EXPECT_EQ(due("2026-09-28T16:00", {days(7, false)}), "2026-10-06 00:00:00");
}

TEST(Deadlines, Scenario892HoursRunThroughTheNight)
{
    EXPECT_EQ(due("2026-09-28T23:10", {hours(2)}), "2026-09-29 01:10:00");
    EXPECT_EQ(due("2026-10-01T23:10", {hours(2)}, {{at("2026-10-01T23:40"), at("2026-10-02T08:00")}}), "2026-10-02 09:30:00");
}

TEST(Deadlines, WorkdaysSkipHolidaysAndCountMakeUpDays)
{
    EXPECT_EQ(due("2026-09-28T16:00", {workdays(5)}), "2026-10-11 00:00:00");  // 29, 30, 8, 9, 10 (a Saturday worked)
    EXPECT_EQ(due("2026-09-18T16:00", {workdays(1)}), "2026-09-21 00:00:00");  // Sunday 20 is worked
}

TEST(Deadlines, MonthsEndOnTheSameDayNumberOrTheLast)
{
    EXPECT_EQ(due("2026-01-31T10:00", {months(1)}), "2026-03-03 00:00:00");  // 28 February is a Saturday
    EXPECT_EQ(due("2026-07-31T10:00", {months(2)}), "2026-10-01 00:00:00");  // 30 September
}

TEST(Deadlines, AMissingYearIsRefused)
{
    EXPECT_EQ(due("2026-12-28T10:00", {workdays(10)}), "CALENDAR_MISSING");
    EXPECT_EQ(due("2026-12-28T10:00", {days(10)}), "CALENDAR_MISSING");
    EXPECT_EQ(due("2026-12-28T10:00", {days(10, false)}), "2027-01-08 00:00:00");
}

TEST(Deadlines, SuspendedDaysAreNotCountedAndShown)
{
    const std::vector<Suspension> laboratory{{at("2026-08-05T09:00"), at("2026-08-12T15:00")}};
    EXPECT_EQ(due("2026-08-03T10:00", {days(10)}, laboratory), "2026-08-21 00:00:00");  // 13 + 7 days
    EXPECT_EQ(due("2026-08-03T10:00", {days(10)}, {{at("2026-08-05T09:00"), at("2026-08-05T15:00")}}), "2026-08-14 00:00:00");
    EXPECT_EQ(due("2026-08-03T10:00", {days(10)}, {{at("2026-08-05T09:00"), {}}}), "suspended");
    const auto result = deadline_of(at("2026-08-03T10:00"), {days(10)}, laboratory, test_calendar());
    ASSERT_TRUE(result.ok() && *result);
    const auto& segments = (*result)->segments;
    ASSERT_EQ(segments.size(), 3U);
    EXPECT_EQ(segments[0].counted, 2);
    EXPECT_EQ(name_of(segments[1].kind), "suspended");
    EXPECT_EQ(segments[1].to.local_text(), "2026-08-13 00:00:00");
    EXPECT_EQ(segments[2].counted, 8);
}

TEST(Deadlines, AnExtensionBeginsWhereTheTermEnded)
{
    EXPECT_EQ(due("2026-07-01T10:00", {days(60), days(30)}), "2026-09-30 00:00:00");
}

TEST(Deadlines, LightsFollowTheTimeThatCounts)
{
    const auto result = deadline_of(at("2026-08-03T00:00"), {days(9, false)}, {{at("2026-08-05T09:00"), at("2026-08-12T15:00")}}, test_calendar());
    ASSERT_TRUE(result.ok() && *result);
    EXPECT_EQ(share_of(**result, 20).local_text(), "2026-08-05 00:00:00");
    EXPECT_EQ(share_of(**result, 50).local_text(), "2026-08-15 00:00:00");
    const Timestamp yellow = share_of(**result, 50), red = share_of(**result, 80), end = (*result)->due;
    EXPECT_EQ(light_of(yellow, red, end, at("2026-08-14T23:59")), Light::Green);
    EXPECT_EQ(light_of(yellow, red, end, at("2026-08-15T00:00")), Light::Yellow);
    EXPECT_EQ(light_of(yellow, red, end, at("2026-08-19T23:59")), Light::Red);
    EXPECT_EQ(light_of(yellow, red, end, end), Light::Overdue);
    EXPECT_EQ(overdue_days(end, {end.milliseconds - 1}), 0);
    EXPECT_EQ(overdue_days(end, end), 1);
    EXPECT_EQ(overdue_days(end, end.plus(std::chrono::hours{24})), 2);
}

// The slow counter: one day after another, asked for each of its properties.
struct Slow {
    const base::WorkCalendar& calendar;
    const std::vector<Suspension>& suspensions;

    bool suspended(Date day) const
    {
        for (const Suspension& s : suspensions)
            if (s.from.date() < day && day <= s.to->date())
                return true;
        return false;
    }
    Date end(Date day, const Length& length) const
    {
        std::int64_t left = length.count;
        if (length.unit == TimeUnit::Months || length.unit == TimeUnit::Years) {
            const int months = length.count * (length.unit == TimeUnit::Years ? 12 : 1);
            int year = day.year(), month = static_cast<int>(day.month()) + months;
            for (; month > 12; month -= 12)
                ++year;
            Date target = Date::of(year, static_cast<unsigned>(month), 1);
            while (target.day() < day.day() && target.plus_days(1).month() == static_cast<unsigned>(month))
                target = target.plus_days(1);
            left = target.days - day.days;
        }
        while (left > 0) {
            day = day.plus_days(1);
            if (!suspended(day) && (length.unit != TimeUnit::Workdays || *calendar.workday(day)))
                --left;
        }
        return day;
    }
    Date due(Date day, const std::vector<Length>& lengths) const
    {
        for (const Length& length : lengths)
            day = end(day, length);
        if (lengths.back().roll && lengths.back().unit != TimeUnit::Workdays)
            while (suspended(day) || !*calendar.workday(day))
                day = day.plus_days(1);
        return day;
    }
};

struct Case {
    Timestamp start;
    std::vector<Length> lengths;
    std::vector<Suspension> suspensions;
};

Case random_case(std::mt19937_64& random)
{
    const auto pick = [&](int from, int to) { return std::uniform_int_distribution<int>{from, to}(random); };
    Case made;
    made.start = Timestamp::start_of(Date::of(2025, 1, 1).plus_days(pick(0, 500))).plus(std::chrono::minutes{pick(0, 1439)});
    const TimeUnit units[] = {TimeUnit::Workdays, TimeUnit::Days, TimeUnit::Days, TimeUnit::Months};
    for (int i = pick(1, 2); i > 0; --i) {
        const TimeUnit unit = units[pick(0, 3)];
        made.lengths.push_back({unit == TimeUnit::Months ? pick(1, 2) : pick(1, 30), unit, unit != TimeUnit::Workdays && pick(0, 1) == 1});
    }
    Timestamp at = made.start;
    for (int i = pick(0, 3); i > 0; --i) {
        at = at.plus(std::chrono::minutes{pick(1, 9000)});
        const Timestamp from = at;
        at = at.plus(std::chrono::minutes{pick(1, 20000)});
        made.suspensions.push_back({from, at});
    }
    return made;
}

TEST(Deadlines, EqualAnIndependentDayCounterOverRealHolidaysInAHundredThousandCases)
{
    const auto calendar = base::shipped_calendar();
    ASSERT_TRUE(calendar.ok() && calendar->has_year(2025) && calendar->has_year(2026));
    std::mt19937_64 random{20260928};
    int suspended = 0, compared = 0;
    for (int i = 0; i < 100'000; ++i) {
        const Case made = random_case(random);
        const auto result = deadline_of(made.start, made.lengths, made.suspensions, *calendar);
        if (!result.ok())
            continue;  // runs into a year without a calendar
        ++compared;
        const Date day = Slow{*calendar, made.suspensions}.due(made.start.date(), made.lengths);
        ASSERT_EQ((*result)->due, Timestamp::start_of(day.plus_days(1))) << "case " << i << " from " << made.start.local_text();
        suspended += made.suspensions.empty() ? 0 : 1;
        Timestamp at = Timestamp::start_of(made.start.date().plus_days(1));
        for (const Segment& segment : (*result)->segments) {  // without a hole from the start to the end
            ASSERT_EQ(segment.from, at) << "case " << i;
            at = segment.to;
        }
        ASSERT_EQ(at, (*result)->due) << "case " << i;
    }
    EXPECT_GE(compared, 95'000);
    EXPECT_GE(suspended, 50'000);
}

}  // namespace
}  // namespace workflow
