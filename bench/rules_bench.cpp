// Evaluations per second of a simple rule on one core: bound to slots, as lists, imports and checks
// use it, and by name, as a single form does.

#include <chrono>
#include <cstdlib>

#include "kernel/rules/rules.h"
#include "report.h"

namespace {

using rules::Value;

template <class Run>
double per_second(Run run)
{
    using clock = std::chrono::steady_clock;
    std::size_t count = 0;
    std::size_t held = 0;
    auto start = clock::now();
    auto end = start + std::chrono::milliseconds(700);
    while (clock::now() < end) {
        for (int i = 0; i < 1000; ++i)
            held += run(i) ? 1 : 0;
        count += 1000;
    }
    if (held != count)  // every row keeps the rule
        std::abort();
    return static_cast<double>(count) / std::chrono::duration<double>(clock::now() - start).count();
}

}  // namespace

int main()
{
    auto rule = rules::Expression::parse("closed_at == null || closed_at >= received_at");
    if (!rule)
        return 1;
    const std::vector<std::string> names = {"received_at", "closed_at"};
    std::vector<std::vector<Value>> rows;
    for (std::int64_t i = 0; i < 16; ++i) {
        Value received = Value::Held{base::Timestamp{1'790'000'000'000 + i}};
        rows.push_back({received, i % 4 == 0 ? Value{} : Value{Value::Held{base::Timestamp{1'790'000'100'000 - i}}}});
    }

    rules::Expression bound = rule->bound(names);
    rules::SlotActivation slots;
    double fast = per_second([&](int i) {
        slots.slots = rows[static_cast<std::size_t>(i) % rows.size()];
        return bound.evaluate(slots).truth();
    });
    rules::MapActivation by_name;
    by_name.values = {{"received_at", rows[1][0]}, {"closed_at", rows[1][1]}};
    double slow = per_second([&](int) { return rule->evaluate(by_name).truth(); });

    bench::print({.metric = "rule_evaluations", .value = fast, .unit = "1/s", .goal = 2e6});
    bench::print({.metric = "rule_evaluations_by_name", .value = slow, .unit = "1/s", .goal = 5e5});
}
