#include "base/calendar.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/embedded.h"
#include "base/ids.h"
#include "base/text.h"

namespace base {
namespace {

Error missing(int year)
{
    return Error{
        .kind = Kind::Invalid, .code = "CALENDAR_MISSING", .parameters = {{"year", std::to_string(year)}}};
}

std::size_t day_of_year(Date day)
{
    return static_cast<std::size_t>(day.days - Date::of(day.year(), 1, 1).days);
}

bool weekday_worked(Date day)
{
    return day.weekday() <= 5;
}

// Mondays to Fridays since the year 1, so that numbers of separate runs of years keep their order.
std::int64_t weekdays_before(Date day)
{
    const std::int64_t since_monday = std::int64_t{day.days} + 719162;  // 0001-01-01 was a Monday
    const std::int64_t rest = since_monday % 7;
    return since_monday / 7 * 5 + std::min<std::int64_t>(rest, 5);
}

}  // namespace

Status WorkCalendar::set_year(int year, std::vector<CalendarDay> exceptions, std::string source)
{
    std::set<Date> seen;
    for (const auto& exception : exceptions) {
        if (exception.day.year() != year)
            return Error{.kind = Kind::Invalid,
                .code = "CALENDAR_YEAR",
                .parameters = {{"day", exception.day.text()}, {"year", std::to_string(year)}}};
        if (!seen.insert(exception.day).second)
            return Error{.kind = Kind::Invalid,
                .code = "CALENDAR_DUPLICATE",
                .parameters = {{"day", exception.day.text()}}};
    }
    const Date first = Date::of(year, 1, 1);
    const auto count = static_cast<std::size_t>(Date::of(year, 12, 31).days - first.days + 1);
    Year made{.worked = std::vector<bool>(count),
        .up_to = std::vector<std::int64_t>(count),
        .source = std::move(source)};
    for (std::size_t i = 0; i < count; ++i)
        made.worked[i] = weekday_worked(first.plus_days(static_cast<std::int64_t>(i)));
    for (const auto& exception : exceptions)
        made.worked[day_of_year(exception.day)] = exception.workday;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        made.up_to[i] = sum += made.worked[i] ? 1 : 0;
    made.exceptions = std::move(exceptions);
    years_[year] = std::move(made);
    renumber();
    return {};
}

void WorkCalendar::renumber()
{
    const Year* previous = nullptr;
    int previous_number = 0;
    for (auto& [number, year] : years_) {
        const bool follows = previous != nullptr && previous_number + 1 == number;
        year.before =
            follows ? previous->before + previous->up_to.back() : weekdays_before(Date::of(number, 1, 1));
        previous = &year;
        previous_number = number;
    }
}

std::vector<int> WorkCalendar::years() const
{
    std::vector<int> result;
    for (const auto& [number, year] : years_)
        result.push_back(number);
    return result;
}

std::string WorkCalendar::source(int year) const
{
    const auto found = years_.find(year);
    return found == years_.end() ? std::string() : found->second.source;
}

std::vector<CalendarDay> WorkCalendar::exceptions(int year) const
{
    const auto found = years_.find(year);
    return found == years_.end() ? std::vector<CalendarDay>() : found->second.exceptions;
}

Result<bool> WorkCalendar::workday(Date day) const
{
    const auto found = years_.find(day.year());
    if (found == years_.end())
        return missing(day.year());
    return bool{found->second.worked[day_of_year(day)]};
}

Result<std::int64_t> WorkCalendar::workday_number(Date day) const
{
    const auto found = years_.find(day.year());
    if (found == years_.end())
        return missing(day.year());
    return found->second.before + found->second.up_to[day_of_year(day)];
}

Result<Date> WorkCalendar::plus_workdays(Date from, std::int64_t count) const
{
    const int step = count < 0 ? -1 : 1;
    Date day = from;
    for (std::int64_t left = count * step; left > 0;) {
        day = day.plus_days(step);
        TRY_ASSIGN(const bool worked, workday(day));
        left -= worked ? 1 : 0;
    }
    return day;
}

Result<Date> WorkCalendar::next_workday_from(Date day) const
{
    while (true) {
        TRY_ASSIGN(const bool worked, workday(day));
        if (worked)
            return day;
        day = day.plus_days(1);
    }
}

Result<std::int64_t> WorkCalendar::workdays_between(Date a, Date b) const
{
    for (int year = std::min(a, b).year(); year <= std::max(a, b).year(); ++year) {
        if (!has_year(year))
            return missing(year);
    }
    TRY_ASSIGN(const auto from, workday_number(a));
    TRY_ASSIGN(const auto to, workday_number(b));
    return to - from;
}

bool WorkCalendar::next_year_missing(Date today) const
{
    return !has_year(today.plus_days(90).year());
}

namespace {

Error row_error(std::size_t line, std::string detail)
{
    return Error{.kind = Kind::Invalid,
        .code = "CALENDAR_ROW",
        .parameters = {{"line", std::to_string(line)}},
        .detail = std::move(detail)};
}

std::optional<bool> truth(std::string_view text)
{
    if (text == "1" || text == "true" || text == "是")
        return true;
    if (text == "0" || text == "false" || text == "否")
        return false;
    return std::nullopt;
}

}  // namespace

Result<std::vector<CalendarDay>> parse_calendar_csv(std::string_view csv)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (csv.starts_with(byte_order_mark))
        csv.remove_prefix(byte_order_mark.size());
    std::vector<CalendarDay> days;
    bool header = false;
    std::size_t number = 0;
    for (const auto raw : text::split(csv, '\n')) {
        ++number;
        const std::string line = text::trimmed(raw);
        if (line.empty() || line.starts_with('#'))
            continue;
        if (!header) {
            if (line != "day,is_workday,note")
                return row_error(number, "the first row must be day,is_workday,note");
            header = true;
            continue;
        }
        const auto cells = text::split(line, ',');
        if (cells.size() < 2 || cells.size() > 3)
            return row_error(number, "a row has a day, 1 or 0, and a note");
        const auto day = Date::parse(text::trimmed(cells[0]));
        const auto worked = truth(text::trimmed(cells[1]));
        if (!day || !worked)
            return row_error(number, !day ? "the day is not a date" : "is_workday is 1 or 0");
        days.push_back({*day, *worked, cells.size() == 3 ? text::trimmed(cells[2]) : std::string()});
    }
    if (!header)
        return row_error(1, "the file is empty");
    return days;
}

std::string calendar_csv_source(std::string_view csv)
{
    constexpr std::string_view mark = "# source:";
    for (const auto line : text::split(csv, '\n')) {
        if (line.starts_with(mark))
            return text::trimmed(line.substr(mark.size()));
    }
    return {};
}

Result<WorkCalendar> shipped_calendar()
{
    WorkCalendar calendar;
    for (const auto& file : base_files()) {
        const auto year = parse_id(file.name.substr(0, 4));
        if (!year || file.name.size() != 8)
            continue;
        TRY_ASSIGN(auto days, parse_calendar_csv(file.content));
        TRY(calendar.set_year(static_cast<int>(*year), std::move(days), calendar_csv_source(file.content)));
    }
    return calendar;
}

}  // namespace base
