#include "base/time.h"

#include <gtest/gtest.h>

namespace base {
namespace {

std::string date_error(std::string_view text)
{
    const auto date = Date::parse(text);
    return date ? "" : date.error().code;
}

std::string timestamp_error(std::string_view text)
{
    const auto at = Timestamp::parse(text);
    return at ? "" : at.error().code;
}

TEST(Date, RefusesWhatIsNotADate)
{
    for (const char* text : {"", "2026", "2026-9-28", "2026/09/28", "2026-09-28 ", " 2026-09-28", "20260928",
             "２０２６-09-28", "2026-09-28T00:00", "-026-09-28"})
        EXPECT_EQ(date_error(text), "DATE_SYNTAX") << text;
}

TEST(Date, RefusesDaysThatDoNotExist)
{
    for (const char* text :
        {"2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-04-00", "0000-01-01", "1900-02-29"})
        EXPECT_EQ(date_error(text), "DATE_RANGE") << text;
}

TEST(Date, ReadsAndWritesTheSameText)
{
    for (const char* text :
        {"0001-01-01", "1582-10-10", "1970-01-01", "2000-02-29", "2026-09-28", "9999-12-31"})
        EXPECT_EQ(Date::parse(text)->text(), text);
    EXPECT_EQ(Date::parse("1970-01-01")->days, 0);
    EXPECT_EQ(Date::parse("1969-12-31")->days, -1);
}

TEST(Date, EveryDayOfFourHundredYearsFollowsTheOneBefore)
{
    for (Date day = Date::of(1900, 1, 1); day < Date::of(2300, 1, 1); day = day.plus_days(1)) {
        ASSERT_EQ(Date::of(day.year(), day.month(), day.day()), day);
        ASSERT_EQ(day.plus_days(1).weekday(), day.weekday() % 7 + 1);
    }
}

TEST(Date, KnowsTheDayOfTheWeek)
{
    EXPECT_EQ(Date::of(2026, 9, 28).weekday(), 1u);
    EXPECT_EQ(Date::of(2026, 10, 4).weekday(), 7u);
    EXPECT_EQ(Date::of(1, 1, 1).weekday(), 1u);
}

TEST(Date, AddsMonthsAndStaysInTheMonth)
{
    EXPECT_EQ(Date::of(2026, 1, 31).plus_months(1).text(), "2026-02-28");
    EXPECT_EQ(Date::of(2028, 1, 31).plus_months(1).text(), "2028-02-29");
    EXPECT_EQ(Date::of(2026, 8, 31).plus_months(3).text(), "2026-11-30");
    EXPECT_EQ(Date::of(2026, 3, 31).plus_months(-1).text(), "2026-02-28");
    EXPECT_EQ(Date::of(2026, 12, 15).plus_months(1).text(), "2027-01-15");
    EXPECT_EQ(Date::of(2028, 2, 29).plus_months(12).text(), "2029-02-28");
}

TEST(Timestamp, RefusesATimeWithoutZone)
{
    EXPECT_EQ(timestamp_error("2026-09-28T16:00:00"), "TIMESTAMP_OFFSET");
    EXPECT_EQ(timestamp_error("2026-09-28T16:00:00.5"), "TIMESTAMP_OFFSET");
}

TEST(Timestamp, RefusesWhatIsNoTime)
{
    for (const char* text :
        {"", "2026-09-28", "2026-09-28T16:00", "2026-09-28T16:00Z", "2026-09-28T16:00:00.Z",
            "2026-09-28T16:00:00+8:00", "2026-09-28T16:00:00+08", "2026-09-28T16:00:00+0800",
            "2026-09-28T16:00:00Z ", "2026-09-28x16:00:00Z", "2026-09-28T16:00:00.1234567890Z"})
        EXPECT_EQ(timestamp_error(text), "TIMESTAMP_SYNTAX") << text;
    for (const char* text :
        {"2026-02-30T16:00:00Z", "2026-09-28T24:00:00Z", "2026-09-28T23:60:00Z", "2026-09-28T23:59:61Z",
            "2026-09-28T16:00:00+24:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+09:00"})
        EXPECT_EQ(timestamp_error(text), "TIMESTAMP_RANGE") << text;
}

TEST(Timestamp, ShowsShanghaiWhateverTheZoneItWasReadIn)
{
    const auto at = *Timestamp::parse("2026-09-28T16:00:00+08:00");
    EXPECT_EQ(at.text(), "2026-09-28T16:00:00.000+08:00");
    EXPECT_EQ(at.local_text(), "2026-09-28 16:00:00");
    EXPECT_EQ(*Timestamp::parse("2026-09-28T08:00:00Z"), at);
    EXPECT_EQ(*Timestamp::parse("2026-09-28T03:30:00-04:30"), at);
    EXPECT_EQ(at.milliseconds, 1'790'582'400'000);
    EXPECT_EQ(Timestamp::parse("2026-09-28t08:00:00.123456789z")->text(), "2026-09-28T16:00:00.123+08:00");
    EXPECT_EQ(Timestamp::parse("2026-09-28T08:00:00.5Z")->text(), "2026-09-28T16:00:00.500+08:00");
}

TEST(Timestamp, ADayBeginsAtMidnightInShanghai)
{
    const Date day = Date::of(2026, 9, 28);
    const Timestamp start = Timestamp::start_of(day);
    EXPECT_EQ(start.text(), "2026-09-28T00:00:00.000+08:00");
    EXPECT_EQ(start.date(), day);
    EXPECT_EQ(Timestamp{start.milliseconds - 1}.date(), day.plus_days(-1));
    EXPECT_EQ(Timestamp{start.milliseconds - 1}.text(), "2026-09-27T23:59:59.999+08:00");
    EXPECT_EQ(Timestamp::start_of(Date::of(1949, 10, 1)).text(), "1949-10-01T00:00:00.000+08:00");
}

TEST(Clock, AManualClockMovesOnlyWhenTold)
{
    ManualClock clock(*Timestamp::parse("2026-09-28T23:59:59+08:00"));
    EXPECT_EQ(clock.today(), Date::of(2026, 9, 28));
    clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(clock.today(), Date::of(2026, 9, 29));
    clock.set(Timestamp{0});
    EXPECT_EQ(clock.now().milliseconds, 0);
}

TEST(Clock, TheSystemClockIsInThisCentury)
{
    EXPECT_GT(SystemClock().now().date(), Date::of(2024, 1, 1));
}

}  // namespace
}  // namespace base
