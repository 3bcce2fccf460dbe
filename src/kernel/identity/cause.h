#pragma once

// Who causes a change, when and from where; goes into the change log together with the change.

#include <string>

#include "kernel/changes/changes.h"

namespace identity {

using base::Error;
using base::Id;
using base::Kind;
using base::Result;
using base::Status;
using storage::Transaction;

struct Cause {
    base::Timestamp at;
    Id actor = 0;  // 0 is the system itself
    std::string remote = {};
    std::string request_id = {};
    std::string reason = {};
    std::string source = "MANUAL";
};

// One row of the change log about a kernel object.
struct Event {
    std::string record;  // "organisation", "user_account", ...
    Id id = 0;
    Id organisation = 0;
    std::int64_t version = 0;
    std::string action;
    json::object diff = {};  // {field: [before, after]}
};
Status log(Transaction&, const Cause&, Event);

// A form's faults as one error; its code is that of the fault when there is only one.
Error invalid(std::vector<base::Fault>);
inline Error invalid(std::string field, std::string code)
{
    return invalid({base::Fault{std::move(field), std::move(code)}});
}

}  // namespace identity
