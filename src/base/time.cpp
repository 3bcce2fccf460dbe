#include "base/time.h"

#include <algorithm>
#include <cassert>
#include <cstdio>

namespace base {
namespace {

constexpr std::int64_t milliseconds_per_day = 86'400'000;
constexpr std::int64_t shanghai_offset = 8 * 3'600'000;
constexpr std::int32_t first_day = -719162;  // 0001-01-01
constexpr std::int32_t last_day = 2932896;   // 9999-12-31

std::chrono::year_month_day civil(std::int32_t days)
{
    return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{days}}};
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b)
{
    const std::int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

// Reads fixed-width decimal fields one after another.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool digits(std::size_t count, int& out)
    {
        if (rest_.size() < count)
            return false;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9')
                return false;
            value = value * 10 + (rest_[i] - '0');
        }
        out = value;
        rest_.remove_prefix(count);
        return true;
    }
    bool one_of(std::string_view characters)
    {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos)
            return false;
        last_ = rest_.front();
        rest_.remove_prefix(1);
        return true;
    }
    bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
    bool end() const { return rest_.empty(); }
    char last() const { return last_; }

private:
    std::string_view rest_;
    char last_ = 0;
};

Error syntax(const char* code)
{
    return Error{.kind = Kind::Invalid, .code = code};
}

bool scan_date(Scanner& scanner, int& year, int& month, int& day)
{
    return scanner.digits(4, year) && scanner.one_of("-") && scanner.digits(2, month) &&
           scanner.one_of("-") && scanner.digits(2, day);
}

// Up to nine digits after the point; what is finer than milliseconds is cut off.
bool scan_fraction(Scanner& scanner, int& milliseconds)
{
    int count = 0;
    for (int digit = 0; scanner.at_digit(); ++count) {
        if (count == 9 || !scanner.digits(1, digit))
            return false;
        if (count < 3)
            milliseconds = milliseconds * 10 + digit;
    }
    for (int i = count; i < 3; ++i)
        milliseconds *= 10;
    return count > 0;
}

bool existing(int year, int month, int day)
{
    using namespace std::chrono;
    return year >= 1 &&
           year_month_day{std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
               std::chrono::day(static_cast<unsigned>(day))}
               .ok();
}

}  // namespace

Result<Date> Date::parse(std::string_view text)
{
    Scanner scanner(text);
    int year = 0;
    int month = 0;
    int day = 0;
    if (!scan_date(scanner, year, month, day) || !scanner.end())
        return syntax("DATE_SYNTAX");
    if (!existing(year, month, day))
        return syntax("DATE_RANGE");
    return of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
}

Date Date::of(int year, unsigned month, unsigned day)
{
    const std::chrono::year_month_day date{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    assert(date.ok() && year >= 1 && year <= 9999);
    return {static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

int Date::year() const
{
    return int{civil(days).year()};
}
unsigned Date::month() const
{
    return unsigned{civil(days).month()};
}
unsigned Date::day() const
{
    return unsigned{civil(days).day()};
}

unsigned Date::weekday() const
{
    return std::chrono::weekday{std::chrono::sys_days{std::chrono::days{days}}}.iso_encoding();
}

namespace {

void append_digits(std::string& text, int number, int width)
{
    const std::string digits = std::to_string(number);
    text.append(static_cast<std::size_t>(std::max(0, width - static_cast<int>(digits.size()))), '0').append(digits);
}

}  // namespace

std::string Date::text() const
{
    const auto date = civil(days);
    std::string text;
    append_digits(text, int{date.year()}, 4);
    for (const unsigned part : {unsigned{date.month()}, unsigned{date.day()}}) {
        text += '-';
        append_digits(text, static_cast<int>(part), 2);
    }
    return text;
}

Date Date::plus_months(int count) const
{
    auto date = civil(days) + std::chrono::months{count};
    if (!date.ok())
        date = date.year() / date.month() / std::chrono::last;
    return {static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

Result<Timestamp> Timestamp::parse(std::string_view text)
{
    Scanner scanner(text);
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0;
    if (!scan_date(scanner, year, month, day) || !scanner.one_of("Tt ") || !scanner.digits(2, hour) ||
        !scanner.one_of(":") || !scanner.digits(2, minute) || !scanner.one_of(":") ||
        !scanner.digits(2, second))
        return syntax("TIMESTAMP_SYNTAX");
    if (scanner.one_of(".") && !scan_fraction(scanner, fraction))
        return syntax("TIMESTAMP_SYNTAX");
    if (scanner.end())
        return syntax("TIMESTAMP_OFFSET");

    int offset_minutes = 0;
    if (!scanner.one_of("Zz")) {
        int offset_hour = 0;
        int offset_minute = 0;
        if (!scanner.one_of("+-"))
            return syntax("TIMESTAMP_SYNTAX");
        const int sign = scanner.last() == '-' ? -1 : 1;
        if (!scanner.digits(2, offset_hour) || !scanner.one_of(":") || !scanner.digits(2, offset_minute))
            return syntax("TIMESTAMP_SYNTAX");
        if (offset_hour > 23 || offset_minute > 59)
            return syntax("TIMESTAMP_RANGE");
        offset_minutes = sign * (offset_hour * 60 + offset_minute);
    }
    if (!scanner.end())
        return syntax("TIMESTAMP_SYNTAX");
    // A leap second is read as the last second before it; RFC 3339 allows "60".
    if (!existing(year, month, day) || hour > 23 || minute > 59 || second > 60)
        return syntax("TIMESTAMP_RANGE");
    const std::int64_t date = Date::of(year, static_cast<unsigned>(month), static_cast<unsigned>(day)).days;
    const std::int64_t seconds = hour * 3600 + (minute - offset_minutes) * 60 + std::min(second, 59);
    const Timestamp result{date * milliseconds_per_day + seconds * 1000 + fraction};
    const Date local = result.date();
    if (local.days < first_day || local.days > last_day)
        return syntax("TIMESTAMP_RANGE");
    return result;
}

Timestamp Timestamp::start_of(Date date)
{
    return {std::int64_t{date.days} * milliseconds_per_day - shanghai_offset};
}

Date Timestamp::date() const
{
    return {static_cast<std::int32_t>(floor_divide(milliseconds + shanghai_offset, milliseconds_per_day))};
}

namespace {

// Lists write it a hundred times a page.
std::string local_form(Timestamp at, char between)
{
    const Date date = at.date();
    const auto rest = static_cast<int>(at.milliseconds - Timestamp::start_of(date).milliseconds);
    std::string text = date.text();
    const auto add = [&](char before, int number, int width) {
        text += before;
        append_digits(text, number, width);
    };
    text.reserve(32);
    add(between, rest / 3'600'000, 2);
    add(':', rest / 60'000 % 60, 2);
    add(':', rest / 1000 % 60, 2);
    if (between == 'T') {
        add('.', rest % 1000, 3);
        text += "+08:00";
    }
    return text;
}

}  // namespace

std::string Timestamp::text() const
{
    return local_form(*this, 'T');
}
std::string Timestamp::local_text() const
{
    return local_form(*this, ' ');
}

Timestamp SystemClock::now() const
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
}

}  // namespace base
