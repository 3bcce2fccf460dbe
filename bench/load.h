#pragma once

// A load generator on one thread: keeps N connections busy with one request each, over epoll, and
// measures every answer. Cheap enough to leave the second core to the server.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

struct Load {
    unsigned short port = 0;
    int connections = 32;
    std::int64_t requests = 10'000;
    // The full text of request number `index` on connection `connection`.
    std::function<std::string(std::int64_t index, int connection)> request;
    int expected_status = 200;
    double per_second = 0;  // 0: as fast as answers come; else requests start at this pace
};

struct Measured {
    double seconds = 0;
    std::int64_t answered = 0;
    std::int64_t unexpected = 0;        // answers with another status
    std::string first_unexpected;       // the first of them, for the message
    std::vector<double> milliseconds;   // sorted
    double per_second() const { return seconds > 0 ? static_cast<double>(answered) / seconds : 0; }
    double percentile(double share) const;  // 0.99
};

Measured run(const Load&);

}  // namespace bench
