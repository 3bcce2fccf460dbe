#include "kernel/identity/cause.h"

namespace identity {

Status log(Transaction& transaction, const Cause& cause, Event event)
{
    if (!cause.reason.empty())
        event.diff["reason"] = json::array{nullptr, cause.reason};
    changes::Change change{.at = cause.at,
        .actor = cause.actor,
        .organisation = event.organisation,
        .record = std::move(event.record),
        .id = event.id,
        .version = event.version,
        .action = std::move(event.action),
        .source = cause.source,
        .request_id = cause.request_id,
        .remote = cause.remote};
    if (!event.diff.empty())
        change.diff = std::move(event.diff);
    TRY(changes::append(transaction, change));
    return {};
}

Error invalid(std::vector<base::Fault> faults)
{
    Error error{.kind = Kind::Invalid, .code = faults.size() == 1 ? faults.front().code : "INVALID"};
    if (faults.size() == 1)
        error.parameters = faults.front().parameters;
    for (const auto& fault : faults)
        error.fields.push_back(fault.field);
    error.faults = std::move(faults);
    return error;
}

}  // namespace identity
