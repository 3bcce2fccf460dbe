#include "kernel/definitions/workflow_model.h"

#include <algorithm>

namespace definitions {

namespace {

template <class Items>
auto named(const Items& items, std::string_view name) -> decltype(&*items.begin())
{
    const auto at = std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
    return at == items.end() ? nullptr : &*at;
}

}  // namespace

std::string_view name_of(TimeUnit unit)
{
    switch (unit) {
    case TimeUnit::Workdays: return "workdays";
    case TimeUnit::Days: return "days";
    case TimeUnit::Months: return "months";
    case TimeUnit::Years: return "years";
    case TimeUnit::Hours: return "hours";
    }
    return "days";
}

std::string_view name_of(FlowState::Kind kind)
{
    return kind == FlowState::Kind::Final ? "final" : kind == FlowState::Kind::Waiting ? "waiting" : "open";
}

std::string_view name_of(FlowRound::Count count)
{
    return count == FlowRound::Count::Any ? "any" : count == FlowRound::Count::Majority ? "majority" : "all";
}

const FlowState* Workflow::state(std::string_view wanted) const { return named(states, wanted); }
const FlowAction* Workflow::action(std::string_view wanted) const { return named(actions, wanted); }
const FlowDeadline* Workflow::deadline(std::string_view wanted) const { return named(deadlines, wanted); }
const FlowRound* Workflow::round(std::string_view wanted) const { return named(rounds, wanted); }

bool Workflow::applies(const FlowAction& wanted, std::string_view in) const
{
    if (!wanted.from.empty())
        return std::find(wanted.from.begin(), wanted.from.end(), in) != wanted.from.end();
    const FlowState* at = state(in);
    return at && at->kind != FlowState::Kind::Final;
}

}  // namespace definitions
