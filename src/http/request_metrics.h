#pragma once

// Counts answers by route pattern, method and status, and times them by route. Figures of routes
// stand there from the start with 0 answers, those of a status once it was given.

#include <mutex>
#include <vector>

#include "http/metrics.h"
#include "http/router.h"

namespace http {

class RequestMetrics {
public:
    // `metrics` may be null: nothing is counted then. `router` stays where it is.
    RequestMetrics(std::shared_ptr<Metrics> metrics, const Router& router);

    void count(const Route*, int status, double seconds);

private:
    struct PerRoute {
        std::vector<std::pair<int, Metrics::Counter>> by_status;
        Metrics::Histogram seconds;
    };
    PerRoute& place_of(const Route*);

    std::shared_ptr<Metrics> metrics_;
    const Router& router_;
    std::mutex mutex_;
    std::vector<PerRoute> routes_; // as in the router; the last one: no route (files, unknown)
};

} // namespace http
