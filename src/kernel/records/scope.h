#pragma once

// The predicate of the access function as SQL, and as the setting that PostgreSQL's row-level
// security reads (ddl::row_security).

#include <string>

#include "kernel/identity/access.h"
#include "storage/database.h"

namespace records {

// SQL text with its bound values: `text += bind(value)` writes the next placeholder.
struct Sql {
    std::string text;
    storage::Values values;
    std::string bind(storage::Value value)
    {
        values.push_back(std::move(value));
        return "?" + std::to_string(values.size());
    }
};

// Of the system itself: readers of the log, migrations, rotation.
inline const identity::Predicate everything{.all = true};

// A condition on a record's table; "1 = 0" for a predicate that admits nothing.
std::string scope_condition(const identity::Predicate&, Sql&);
// The first text behind every text that begins with `prefix`; for ranges on binary ordered columns.
std::string prefix_end(std::string prefix);
std::string scope_setting(const identity::Predicate&);
// Must open every transaction that touches record tables; nothing on SQLite.
base::Status set_scope(storage::Transaction&, const identity::Predicate&);

}  // namespace records
