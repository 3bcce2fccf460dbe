#include "base/calendar.h"

#include <gtest/gtest.h>

namespace base {
namespace {

Date day(const char* text)
{
    return *Date::parse(text);
}

// The calendar that every scenario of the specification uses: health supervision, 0.3.
WorkCalendar test_calendar()
{
    std::vector<CalendarDay> days{{day("2026-09-25"), false, "中秋节"}, {day("2026-09-20"), true, "调休上班"},
        {day("2026-10-10"), true, "调休上班"}};
    for (Date date = day("2026-10-01"); date <= day("2026-10-07"); date = date.plus_days(1))
        days.push_back({date, false, "国庆节"});
    WorkCalendar calendar;
    EXPECT_TRUE(calendar.set_year(2026, std::move(days), "test").ok());
    return calendar;
}

TEST(Calendar, AMissingYearIsAnError)
{
    const auto calendar = test_calendar();
    EXPECT_EQ(calendar.workday(day("2027-01-04")).error().code, "CALENDAR_MISSING");
    EXPECT_EQ(calendar.workday(day("2025-12-31")).error().parameters.at(0).second, "2025");
    EXPECT_EQ(calendar.plus_workdays(day("2026-12-25"), 15).error().code, "CALENDAR_MISSING");
    EXPECT_EQ(
        calendar.workdays_between(day("2026-12-25"), day("2027-01-05")).error().code, "CALENDAR_MISSING");
    EXPECT_EQ(WorkCalendar().next_workday_from(day("2026-01-01")).error().code, "CALENDAR_MISSING");
}

TEST(Calendar, HolidaysAreNotWorkedAndMakeUpDaysAre)
{
    const auto calendar = test_calendar();
    EXPECT_FALSE(*calendar.workday(day("2026-09-25")));
    EXPECT_TRUE(*calendar.workday(day("2026-09-20")));  // a Sunday
    EXPECT_TRUE(*calendar.workday(day("2026-10-10")));  // a Saturday
    EXPECT_FALSE(*calendar.workday(day("2026-10-11")));
    EXPECT_TRUE(*calendar.workday(day("2026-09-28")));
}

// Served 2026-09-28, the report is due five working days later, on 2026-10-10 (page, scenario of cards).
TEST(Calendar, TheDayOfTheEventIsNotCounted)
{
    const auto calendar = test_calendar();
    EXPECT_EQ(calendar.plus_workdays(day("2026-09-28"), 5)->text(), "2026-10-10");
    EXPECT_EQ(calendar.plus_workdays(day("2026-09-30"), 1)->text(), "2026-10-08");
    EXPECT_EQ(calendar.plus_workdays(day("2026-10-08"), -1)->text(), "2026-09-30");
    EXPECT_EQ(calendar.plus_workdays(day("2026-10-03"), 0)->text(), "2026-10-03");
    EXPECT_EQ(calendar.next_workday_from(day("2026-10-01"))->text(), "2026-10-08");
    EXPECT_EQ(calendar.next_workday_from(day("2026-10-08"))->text(), "2026-10-08");
}

TEST(Calendar, RunningNumbersAgreeWithCounting)
{
    auto calendar = test_calendar();
    ASSERT_TRUE(calendar.set_year(2025, {}, "test").ok());
    for (Date from = day("2025-12-20"); from < day("2026-01-10"); from = from.plus_days(1)) {
        std::int64_t counted = 0;
        for (Date to = from; to < day("2026-10-20"); to = to.plus_days(1)) {
            if (to > from)
                counted += *calendar.workday(to) ? 1 : 0;
            ASSERT_EQ(*calendar.workdays_between(from, to), counted) << from.text() << " " << to.text();
            ASSERT_EQ(*calendar.workdays_between(to, from), -counted);
        }
    }
}

TEST(Calendar, NumbersAcrossAGapKeepTheirOrder)
{
    auto calendar = test_calendar();
    ASSERT_TRUE(calendar.set_year(2020, {}, "test").ok());
    EXPECT_LT(*calendar.workday_number(day("2020-12-31")), *calendar.workday_number(day("2026-01-01")));
    EXPECT_EQ(calendar.workdays_between(day("2020-12-31"), day("2026-01-05")).error().parameters.at(0).second,
        "2021");
}

TEST(Calendar, WrongDaysAreRefusedAndNothingChanges)
{
    auto calendar = test_calendar();
    EXPECT_EQ(calendar.set_year(2026, {{day("2025-01-01"), false}}, "").error().code, "CALENDAR_YEAR");
    EXPECT_EQ(
        calendar.set_year(2026, {{day("2026-01-01"), false}, {day("2026-01-01"), true}}, "").error().code,
        "CALENDAR_DUPLICATE");
    EXPECT_EQ(calendar.source(2026), "test");
    EXPECT_EQ(calendar.exceptions(2026).size(), 10u);
}

TEST(Calendar, RemindsNinetyDaysBeforeTheLastKnownYearEnds)
{
    const auto calendar = test_calendar();
    EXPECT_FALSE(calendar.next_year_missing(day("2026-10-02")));
    EXPECT_TRUE(calendar.next_year_missing(day("2026-10-03")));
    EXPECT_EQ(calendar.years(), std::vector<int>{2026});
}

TEST(Calendar, SaysWhichLineOfAFileIsWrong)
{
    const auto line = [](std::string_view csv) {
        const auto days = parse_calendar_csv(csv);
        return days ? "" : days.error().code + " " + days.error().parameters.at(0).second;
    };
    EXPECT_EQ(line(""), "CALENDAR_ROW 1");
    EXPECT_EQ(line("date,work\n"), "CALENDAR_ROW 1");
    EXPECT_EQ(line("day,is_workday,note\n2026-02-30,0,\n"), "CALENDAR_ROW 2");
    EXPECT_EQ(
        line("# x\nday,is_workday,note\r\n2026-01-01,0,元旦\r\n\r\n2026-01-02,maybe,\n"), "CALENDAR_ROW 5");
    EXPECT_EQ(line("day,is_workday,note\n2026-01-01\n"), "CALENDAR_ROW 2");
    EXPECT_EQ(parse_calendar_csv("\xEF\xBB\xBF"
                                 "day,is_workday,note\n2026-01-01,否,元旦\n2026-01-04,是\n")
                  ->size(),
        2u);
}

TEST(Calendar, TheShippedYearsHaveTheWorkdaysOfTheNotices)
{
    const auto calendar = *shipped_calendar();
    EXPECT_EQ(calendar.years(), (std::vector<int>{2025, 2026}));
    // Mondays to Fridays, less the holidays on them, plus the make-up days: 248 in both years.
    EXPECT_EQ(*calendar.workdays_between(day("2025-01-01"), day("2025-12-31")), 248);
    EXPECT_EQ(*calendar.workdays_between(day("2026-01-01"), day("2026-12-31")), 248);
    EXPECT_EQ(calendar.source(2026), "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）");
    for (const auto& each : calendar.exceptions(2026))
        EXPECT_FALSE(each.note.empty()) << each.day.text();
}

TEST(Calendar, TheShippedYearAgreesWithTheTestCalendarOfTheSpecification)
{
    const auto calendar = *shipped_calendar();
    const auto test = test_calendar();
    for (Date date = day("2026-09-10"); date < day("2026-10-31"); date = date.plus_days(1))
        EXPECT_EQ(*calendar.workday(date), *test.workday(date)) << date.text();
}

}  // namespace
}  // namespace base
