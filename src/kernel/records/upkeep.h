#pragma once

// Work on records that runs beside the requests: jobs and readers of the change log.

#include <chrono>
#include <functional>

#include "kernel/changes/readers.h"
#include "kernel/identity/rotation.h"
#include "kernel/records/store.h"

namespace records {

// Follows organisations that move in the tree: the path that scope is decided by stands in every row.
changes::Reader path_reader(const Store&);

// Rows and drafts under older keys are written again under the active ones, blob and blind index, a
// thousand in a transaction, with a cursor: killed anywhere, it goes on where it was. Gives the rows
// written; a second call after the end writes none. `progress` gets the rows of each batch and may
// stop the work. KEY_MISSING when a domain has no active key; NODE_BEHIND when keys changed meanwhile.
Result<std::int64_t> reencrypt(const Store&, const std::function<Status(std::int64_t done)>& progress = {});
// A change that was on its way when its row was rewritten may have put an old blob back: look at every
// row again with the next `reencrypt`.
Status forget_reencryption(storage::Database&);
// Rows, drafts and blind indexes that still need the key.
Result<std::vector<identity::KeyUse>> key_uses(storage::Transaction&, const Plan&, std::uint32_t key);
// Entries of the change log whose old or new value is sealed under the key. They are never rewritten:
// retiring their key makes these values unreadable for good. Reads the whole log.
Result<std::int64_t> history_key_uses(storage::Transaction&, std::uint32_t key);

// Removes files that no record holds and nobody uploaded within `age`. Gives their number.
Result<std::size_t> sweep_files(const Store&, std::chrono::hours age);

// Forgets answers to repeated requests after their 24 hours.
Status forget_keys(storage::Database&, base::Timestamp now);

}  // namespace records
