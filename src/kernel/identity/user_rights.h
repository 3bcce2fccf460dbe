#pragma once

// Who may touch whose account.

#include "kernel/identity/form.h"
#include "kernel/identity/identity.h"
#include "kernel/identity/organisations.h"
#include "kernel/identity/users.h"

namespace identity {

// The user when the subject may see him (USER_UNKNOWN otherwise) and may do `action` (Forbidden).
Result<User> visible_user(Transaction&, Identity&, const Subject&, Id user, const std::string& action);
// As above, and none of the user's own rights reaches further than what the subject may hand out: a
// district's administrator must not become the city's by resetting a password. GRANT_EXCEEDS_SELF.
Result<User> manageable_user(Transaction&, Identity&, const Subject&, Id user, const std::string& action);

// The member `grants` of a form; faults are added to it as "grants[0].role".
std::vector<NewGrant> grants_from(Form&);

}  // namespace identity
