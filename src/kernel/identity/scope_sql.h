#pragma once

// The access function's predicate as SQL over the columns of a kernel table.

#include <string>
#include <string_view>

#include "kernel/identity/access.h"
#include "storage/database.h"

namespace identity {

struct ScopeSql {
    std::string organisation, path, region;  // columns
    std::string own;                         // column compared with own_value for Own and Assigned
    base::Id own_value = 0;
};

// "?7" for the value just added.
std::string placeholder(storage::Values&, storage::Value);
// A boolean expression; "1 = 0" for nobody's rows.
std::string condition(const Predicate&, const ScopeSql&, storage::Values&);
std::string escaped_like(std::string_view text);  // for LIKE … ESCAPE '\'

}  // namespace identity
