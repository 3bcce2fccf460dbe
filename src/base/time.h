#pragma once

// Days, instants and the clock. The product lives in one zone, Asia/Shanghai (UTC+8, no summer
// time since 1991; older dates are plain days and are not converted).

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// A calendar day without zone, 0001-01-01 to 9999-12-31.
struct Date {
    std::int32_t days = 0;  // since 1970-01-01

    static Result<Date> parse(std::string_view text);  // "2026-09-28"; DATE_SYNTAX, DATE_RANGE
    static Date of(int year, unsigned month, unsigned day);  // asserts that the day exists
    int year() const;
    unsigned month() const;    // 1..12
    unsigned day() const;      // 1..31
    unsigned weekday() const;  // 1 Monday .. 7 Sunday
    std::string text() const;  // "2026-09-28"
    Date plus_days(std::int64_t count) const { return {static_cast<std::int32_t>(days + count)}; }
    // Same day number; the last day of the month when it does not exist there.
    Date plus_months(int count) const;
    auto operator<=>(const Date&) const = default;
};

// An instant in milliseconds since 1970-01-01T00:00Z.
struct Timestamp {
    std::int64_t milliseconds = 0;

    // RFC 3339 with offset required: "2026-09-28T16:00:00+08:00", at most milliseconds kept.
    // TIMESTAMP_SYNTAX, TIMESTAMP_OFFSET (missing offset), TIMESTAMP_RANGE.
    static Result<Timestamp> parse(std::string_view text);
    static Timestamp start_of(Date);       // 00:00 Asia/Shanghai
    Date date() const;                     // the day in Asia/Shanghai
    std::string text() const;              // "2026-09-28T16:00:00.000+08:00", always Asia/Shanghai
    std::string local_text() const;        // "2026-09-28 16:00:00" in Asia/Shanghai, for people
    Timestamp plus(std::chrono::milliseconds d) const { return {milliseconds + d.count()}; }
    auto operator<=>(const Timestamp&) const = default;
};

// Time is an argument: production passes SystemClock, tests and stories ManualClock.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
    Date today() const { return now().date(); }
};

class SystemClock final : public Clock {
public:
    Timestamp now() const override;
};

class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp start) : milliseconds_(start.milliseconds) {}
    Timestamp now() const override { return {milliseconds_.load()}; }
    void set(Timestamp at) { milliseconds_ = at.milliseconds; }
    void advance(std::chrono::milliseconds by) { milliseconds_ += by.count(); }

private:
    std::atomic<std::int64_t> milliseconds_;  // read by other threads while a test moves it
};

}  // namespace base
