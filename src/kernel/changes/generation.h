#pragma once

// What every node must know before it writes: the release in force and the keys in force. Each has
// a number that grows when it changes. A writer names the numbers it knows; when the database has
// moved on, the write is refused (NODE_BEHIND, Unavailable) and nothing is written by an old plan or
// under a key that is on its way out.

#include "kernel/changes/changes.h"

namespace changes {

struct Generation {
    static constexpr std::int64_t any = -1;  // not asked about
    std::int64_t release = any;
    std::int64_t keys = any;
    auto operator<=>(const Generation&) const = default;
};

Result<Generation> generation(storage::Transaction&);

// NODE_BEHIND. Must be the first statement of its transaction: on PostgreSQL it waits for a change
// on its way, and the snapshot must not be older than that wait. The refusal may show at the next
// statement.
Status require(storage::Transaction&, const Generation&);

// Must be the first statement of a transaction that changes what is in force: waits for the writers
// before it and holds back those behind it. Then `advance`, once for each thing that changed.
enum class Subject { Release, Keys };
Status hold_writers(storage::Transaction&);
Status advance(storage::Transaction&, Subject);

// A node number for base::IdGenerator that no other running process of this database has: two with the
// same one would make the same ids in the same millisecond.
Result<unsigned> take_node_number(storage::Database&);

}  // namespace changes
