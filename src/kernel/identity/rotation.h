#pragma once

// Bringing what stands under an older key under the active one. A rotation is one row of
// key_rotation: who began it, how far it has come, when it ended. Work is done in batches, each its
// own transaction; whoever does it holds a lease on the row, so of several nodes and a console one
// works, and after a crash the next goes on. Reading and searching work all the time, as old keys
// stay readable and searches ask for the value under every key.

#include "kernel/identity/keys.h"

namespace identity {

struct Rotation {
    Id id = 0;
    std::string domain;
    std::uint32_t from_key = 0, to_key = 0;
    std::int64_t rows_done = 0;
    base::Timestamp started_at;
    std::optional<base::Timestamp> finished_at = {};
};

// A new key for the domain (FieldCipher::rotate) and the row of its rotation.
Result<Rotation> begin_rotation(FieldCipher&, base::IdGenerator&, std::string_view domain, const Cause&);

// The newest first.
Result<std::vector<Rotation>> rotations(storage::Database&, int limit);

// The oldest unfinished rotation, when nobody holds it; held for a minute from `now`.
Result<std::optional<Rotation>> claim_rotation(storage::Database&, base::Timestamp now);
// Tells how far it has come and holds it for another minute.
Status keep_rotation(storage::Database&, Id, std::int64_t rows_done, base::Timestamp now);
Status finish_rotation(storage::Database&, const Rotation&, const Cause&);

// Phone, identity number and second-factor seed of accounts under an older key. Gives the rows
// written; a second call after the end writes none. A blob that does not open stays as it is.
Result<std::int64_t> reencrypt_accounts(storage::Database&, const FieldCipher&, const std::function<Status(std::int64_t done)>& progress);

// Values that still need the key: what an old one keeps from being retired.
struct KeyUse {
    std::string where;
    std::int64_t count = 0;
};
Result<std::vector<KeyUse>> account_key_uses(Transaction&, std::uint32_t key);

// The key bytes are wiped; its row stays as evidence. KEY_UNKNOWN, KEY_ACTIVE. `uses` runs in the same
// transaction, when nobody can write under the key any more: KEY_IN_USE with `where` and `count`.
Status retire_key(storage::Database&, FieldCipher&, std::uint32_t key,
    const std::function<Result<std::vector<KeyUse>>(Transaction&)>& uses, const Cause&);

}  // namespace identity
