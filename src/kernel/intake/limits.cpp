#include "kernel/intake/limits.h"

namespace intake {

using base::Error;
using base::Kind;
using base::Status;
using base::Timestamp;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::size_t remembered_max = 100'000;

}  // namespace

std::deque<std::int64_t>& Limits::recent(const std::string& what, Timestamp now)
{
    if (times_.size() >= remembered_max)
        std::erase_if(times_, [&](const auto& one) { return one.second.empty() || one.second.back() <= now.milliseconds - hour_ms; });
    if (times_.size() >= remembered_max && !times_.contains(what))
        times_.erase(times_.begin());
    auto& times = times_[what];
    while (!times.empty() && times.front() <= now.milliseconds - hour_ms)
        times.pop_front();
    return times;
}

Status Limits::refuse_when_full(std::deque<std::int64_t>& times, int maximum, Timestamp now)
{
    if (times.size() < static_cast<std::size_t>(maximum))
        return {};
    const std::int64_t wait_ms = times.front() + hour_ms - now.milliseconds;
    return Error{Kind::TooMany, "INTAKE_THROTTLED", {}, {{"minutes", std::to_string(std::max<std::int64_t>(1, (wait_ms + 59'999) / 60'000))}}};
}

Status Limits::check(const std::string& what, int maximum, Timestamp now)
{
    const std::lock_guard lock(mutex_);
    return refuse_when_full(recent(what, now), maximum, now);
}

Status Limits::count(const std::string& what, int maximum, Timestamp now)
{
    const std::lock_guard lock(mutex_);
    auto& times = recent(what, now);
    TRY(refuse_when_full(times, maximum, now));
    times.push_back(now.milliseconds);
    return {};
}

}  // namespace intake
