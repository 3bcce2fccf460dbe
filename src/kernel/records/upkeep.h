#pragma once

// Work on records that runs beside the requests: jobs and readers of the change log.

#include <chrono>
#include <functional>

#include "kernel/changes/readers.h"
#include "kernel/records/store.h"

namespace records {

// Follows organisations that move in the tree: the path that scope is decided by stands in every row.
changes::Reader path_reader(const Store&);

// Rows under older keys are written again under the active ones, blob and blind index, a thousand in a
// transaction, with a cursor: killed anywhere, it goes on where it was. Gives the rows written; a
// second call after the end writes none. KEY_MISSING when a domain has no active key.
Result<std::int64_t> reencrypt(const Store&, const std::function<void(std::int64_t done)>& progress = {});

// Removes files that no record holds and nobody uploaded within `age`. Gives their number.
Result<std::size_t> sweep_files(const Store&, std::chrono::hours age);

// Forgets answers to repeated requests after their 24 hours.
Status forget_keys(storage::Database&, base::Timestamp now);

}  // namespace records
