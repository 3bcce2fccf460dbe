#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace http {

namespace {

prometheus::Labels labels_of(const Metrics::Labels& labels)
{
    return {labels.begin(), labels.end()};
}

} // namespace

struct Metrics::Inside {
    prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
    std::mutex mutex;
    std::vector<std::weak_ptr<const Collector>> collectors;

    void run_collectors()
    {
        std::vector<std::shared_ptr<const Collector>> living;
        {
            const std::lock_guard lock(mutex);
            std::erase_if(collectors, [](const auto& collector) { return collector.expired(); });
            for (const auto& collector : collectors)
                if (auto alive = collector.lock())
                    living.push_back(std::move(alive));
        }
        for (const auto& collector : living)
            (*collector)();
    }
};

void Metrics::Counter::add(double amount)
{
    inside_->Increment(amount);
}
void Metrics::Gauge::set(double value)
{
    inside_->Set(value);
}
void Metrics::Histogram::observe(double value)
{
    inside_->Observe(value);
}

Metrics::Metrics() : inside_(std::make_unique<Inside>()) {}
Metrics::~Metrics() = default;

Metrics::Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels)
{
    Counter counter;
    counter.inside_ =
        &prometheus::BuildCounter().Name(name).Help(help).Register(inside_->registry).Add(labels_of(labels));
    return counter;
}

Metrics::Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels)
{
    Gauge gauge;
    gauge.inside_ =
        &prometheus::BuildGauge().Name(name).Help(help).Register(inside_->registry).Add(labels_of(labels));
    return gauge;
}

Metrics::Histogram Metrics::histogram(
    const std::string& name, const std::string& help, std::vector<double> bounds, const Labels& labels)
{
    Histogram histogram;
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(inside_->registry);
    histogram.inside_ = &family.Add(labels_of(labels), std::move(bounds));
    return histogram;
}

void Metrics::collect(std::weak_ptr<const Collector> before)
{
    const std::lock_guard lock(inside_->mutex);
    inside_->collectors.push_back(std::move(before));
}

std::string Metrics::text() const
{
    inside_->run_collectors();
    return prometheus::TextSerializer().Serialize(inside_->registry.Collect());
}

Response Metrics::response() const
{
    return Response::text(text(), "text/plain; version=0.0.4; charset=utf-8");
}

} // namespace http
