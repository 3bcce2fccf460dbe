#pragma once

// The working calendar: which days are worked. A year that nobody entered is an error
// (CALENDAR_MISSING with the year), never "weekends only".

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace base {

struct CalendarDay {
    Date day;
    bool workday = true;
    std::string note = {};  // "国庆节", "调休上班"
};

class WorkCalendar {
public:
    // The exceptions to "Monday to Friday is worked" of one year. Replaces what the year had.
    // CALENDAR_DUPLICATE, CALENDAR_YEAR (a day of another year).
    Status set_year(int year, std::vector<CalendarDay> exceptions, std::string source);
    bool has_year(int year) const { return years_.contains(year); }
    std::vector<int> years() const;
    std::string source(int year) const;

    Result<bool> workday(Date) const;
    // Running number of workdays: workday_number(b) - workday_number(a) working days lie in (a, b],
    // when every year from a to b is known (workdays_between checks that).
    Result<std::int64_t> workday_number(Date) const;
    // The day `count` working days after `from`; the day of the event is not counted. A negative
    // count goes back; 0 is the day itself.
    Result<Date> plus_workdays(Date from, std::int64_t count) const;
    Result<Date> next_workday_from(Date) const;  // the day itself when it is worked
    Result<std::int64_t> workdays_between(Date a, Date b) const;

    // 90 days before the end of the last known year the operator is warned.
    bool next_year_missing(Date today) const;

    // The exceptions of a year as they were set; empty for an unknown year.
    std::vector<CalendarDay> exceptions(int year) const;

private:
    struct Year {
        std::vector<bool> worked;           // by day of year
        std::vector<std::int64_t> up_to;    // worked days of this year up to and with the day
        std::int64_t before = 0;            // running number on the day before the year
        std::string source;
        std::vector<CalendarDay> exceptions;
    };
    void renumber();
    std::map<int, Year> years_;
};

// The years that come with the program (share/calendar).
Result<WorkCalendar> shipped_calendar();

// "day,is_workday,note" with a header; lines that begin with # are comments. is_workday is 1 or 0
// (true, false, 是, 否 too). CALENDAR_ROW with the line.
Result<std::vector<CalendarDay>> parse_calendar_csv(std::string_view csv);
// What stands after "# source:" in such a file; empty when nothing does.
std::string calendar_csv_source(std::string_view csv);

}  // namespace base
