#pragma once

// Figures for the operator's monitoring, in the text format of Prometheus.
//
// Whoever counts asks once for its counter and keeps it; counting is then lock-free. Names end in
// their unit (`_seconds`, `_bytes`, `_total`). Labels have few values: never ids, never people.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/message.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
} // namespace prometheus

namespace http {

class Metrics {
public:
    using Labels = Pairs;

    class Counter {
    public:
        void add(double amount = 1);

    private:
        friend class Metrics;
        prometheus::Counter* inside_ = nullptr;
    };

    class Gauge {
    public:
        void set(double value);

    private:
        friend class Metrics;
        prometheus::Gauge* inside_ = nullptr;
    };

    class Histogram {
    public:
        void observe(double value);

    private:
        friend class Metrics;
        prometheus::Histogram* inside_ = nullptr;
    };

    Metrics();
    ~Metrics();

    // The same name and labels give the same figure; valid as long as the Metrics.
    Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
        const Labels& labels = {});

    // `before` runs before each reading, to set gauges that nobody keeps current; from any thread.
    // It is forgotten when its owner lets go of it.
    using Collector = std::function<void()>;
    void collect(std::weak_ptr<const Collector> before);

    std::string text() const;
    Response response() const; // for the route /metrics

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace http
