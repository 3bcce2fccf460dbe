#include "http/request_metrics.h"

#include "http/target.h"

namespace http {

namespace {

const std::vector<double> bounds_seconds = {0.0005, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10};

std::string pattern_of(const Route* route)
{
    return route ? route->pattern : "other";
}

} // namespace

RequestMetrics::RequestMetrics(std::shared_ptr<Metrics> metrics, const Router& router)
    : metrics_(std::move(metrics)), router_(router)
{
    if (!metrics_)
        return;
    routes_.resize(router.routes().size() + 1);
    const auto timed = [&](const Route* route, std::string_view method) {
        return metrics_->histogram("http_request_duration_seconds",
            "Time from the complete header to the last byte sent.", bounds_seconds,
            {{"route", pattern_of(route)}, {"method", std::string(method)}});
    };
    for (std::size_t i = 0; i < router.routes().size(); ++i)
        routes_[i].seconds = timed(&router.routes()[i], name_of(router.routes()[i].method));
    routes_.back().seconds = timed(nullptr, "any");
}

RequestMetrics::PerRoute& RequestMetrics::place_of(const Route* route)
{
    if (!route)
        return routes_.back();
    return routes_[static_cast<std::size_t>(route - router_.routes().data())];
}

void RequestMetrics::count(const Route* route, int status, double seconds)
{
    if (!metrics_)
        return;
    auto& place = place_of(route);
    place.seconds.observe(seconds);
    const std::lock_guard lock(mutex_);
    for (auto& [known, counter] : place.by_status) {
        if (known == status) {
            counter.add();
            return;
        }
    }
    auto counter = metrics_->counter("http_requests_total", "Requests answered.",
        {{"route", pattern_of(route)}, {"method", std::string(route ? name_of(route->method) : "any")},
            {"status", std::to_string(status)}});
    counter.add();
    place.by_status.emplace_back(status, counter);
}

} // namespace http
