#pragma once

// Who works in a role: for tasks, approvals and notices that go to "the head of the organisation".

#include <string>
#include <vector>

#include "kernel/identity/access.h"
#include "storage/database.h"

namespace identity {

// Active people who hold the role in this organisation on the day, by id; at most 200.
base::Result<std::vector<base::Id>> role_holders(storage::Transaction&, const std::string& role, base::Id organisation, base::Date today);

}  // namespace identity
