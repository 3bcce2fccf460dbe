#pragma once

// Reading the change log as an audit: for the audit administrator only, and itself on record.

#include "kernel/identity/cause.h"

namespace identity {

struct AuditFilter {
    std::optional<Id> actor = {}, id = {};
    std::string record = {}, action = {};
    std::optional<base::Timestamp> from = {}, to = {};  // to is exclusive
    std::int64_t after = 0;                             // seq of the last one seen; newest come first
    int limit = 50;
};

struct AuditEntry {
    std::int64_t seq = 0;
    changes::Change change;
    std::string actor_name;
};

Result<std::vector<AuditEntry>> list_audit(Transaction&, const AuditFilter&);

}  // namespace identity
