#pragma once

// Who may do what where: grants, the duties that must lie in different hands, decisions of a second
// person, and the work of somebody absent.

#include <optional>
#include <string>
#include <vector>

#include "kernel/identity/access.h"
#include "kernel/identity/cause.h"

namespace identity {

struct NewGrant {
    std::string role;
    Scope scope = Scope::Organisation;
    Id organisation = 0;  // 0: the person's own
    std::vector<Id> listed = {};
    std::vector<std::string> regions = {};
    std::optional<base::Date> valid_from = {}, valid_to = {};
};

json::object as_json(const NewGrant&);
json::object as_json(const Grant&);
// Reads {role, scope, organisation?, listed?, regions?, valid_from?, valid_to?}; faults begin with `prefix`.
Result<NewGrant> grant_from(const json::object&, const std::string& prefix = {});

// Checks and stores without asking who grants: for set-up, demo and stories, and after approval.
// ROLE_UNKNOWN, SCOPE_REGION, ORG_UNKNOWN, SCOPE_LISTED, TIME_ORDER; Conflict ROLE_SOD: one of the three
// administrators together with any other role.
Result<Id> grant(Transaction&, base::IdGenerator&, const Policy&, Id user, const NewGrant&, const Cause&,
    Id approved_by = 0);
// GRANT_UNKNOWN.
Status revoke(Transaction&, Id user, Id grant, const Cause&);
Result<std::vector<Grant>> grants_of(Transaction&, Id user);

// What happens when `subject` asks for a grant: it is given at once, or it waits for a second
// person (sensitive role, or the subject may propose but not grant).
struct GrantOutcome {
    Id grant = 0;
    Id request = 0;
};
// Forbidden GRANT_EXCEEDS_SELF when it reaches further than the subject's own rights.
Result<GrantOutcome> request_grant(Transaction&, base::IdGenerator&, const Policy&, const Subject&, Id user,
    const NewGrant&, const Cause&);
// As above without storing: for checking a form before the account exists.
Status check_grantor(Transaction&, const Policy&, const Subject&, const Row& person, const NewGrant&);

struct Approval {
    Id id = 0;
    std::string kind;  // role_grant, mfa_reset, policy_change
    Id account = 0;
    std::string account_name, requester_name;
    json::object payload;
    std::string reason;
    Id requested_by = 0;
    base::Timestamp requested_at;
    std::string state = "pending";
};
Result<Id> request_approval(Transaction&, base::IdGenerator&, std::string kind, Id account, json::object payload,
    const Cause&);
// Waiting requests the subject may decide (never his own, never about himself).
Result<std::vector<Approval>> approvals_for(Transaction&, const Policy&, const Subject&);
// APPROVAL_UNKNOWN, APPROVAL_DECIDED, APPROVAL_SELF (Forbidden).
Result<Approval> decide_approval(Transaction&, base::IdGenerator&, const Policy&, const Subject&, Id, bool approve,
    const Cause&);

struct Delegation {
    Id account = 0, delegate = 0;
    std::string delegate_name;
    base::Date valid_from, valid_to;
    std::string reason;
};
inline constexpr int delegation_days_max = 180;
// DELEGATE_SELF, DELEGATE_UNKNOWN, TIME_ORDER, DELEGATION_TOO_LONG, ROLE_SOD (one of the three administrators
// neither gives nor takes).
Status set_delegation(Transaction&, const Delegation&, const Cause&);
Status end_delegation(Transaction&, Id account, const Cause&);
Result<std::optional<Delegation>> delegation_of(Transaction&, Id account);

// Own grants valid on the day, then those of absent people this user stands in for.
Result<std::vector<Grant>> effective_grants(Transaction&, Id user, base::Date today);

}  // namespace identity
