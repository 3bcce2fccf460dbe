#pragma once

// How often one network (IPv4 /24, IPv6 /64) may do a thing in an hour. Kept in memory of this node: a
// restart forgets, several nodes count apart. At most 100,000 networks are remembered.

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "base/time.h"

namespace intake {

class Limits {
public:
    // Counts one; INTAKE_THROTTLED (TooMany, parameter `minutes`) when it would be more than `maximum`.
    base::Status count(const std::string& what, int maximum, base::Timestamp);
    // INTAKE_THROTTLED when `maximum` is reached; counts nothing.
    base::Status check(const std::string& what, int maximum, base::Timestamp);

private:
    base::Status refuse_when_full(std::deque<std::int64_t>&, int maximum, base::Timestamp);
    std::deque<std::int64_t>& recent(const std::string& what, base::Timestamp);

    std::mutex mutex_;
    std::unordered_map<std::string, std::deque<std::int64_t>> times_;
};

}  // namespace intake
