#pragma once

// The change log: every change is one row, written in the transaction of the change. Audit,
// notices, search, sync and seals are readers with a cursor of their own.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "storage/database.h"

namespace changes {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

struct Change {
    base::Timestamp at;
    base::Id actor = 0;         // user; 0 is the system itself
    base::Id organisation = 0;  // of the changed thing
    std::string record;         // "unit", or a kernel object: "user_account", "session", ...
    base::Id id = 0;
    std::int64_t version = 0;
    std::string action;  // create update delete restore, read unmask export print search, sign_in_ok, ...
    json::value diff = nullptr;  // {field: [before, after]}; protected values only as ciphertext
    std::string source = {};     // MANUAL MOBILE IMPORT EXCHANGE DERIVED PUBLIC
    std::string request_id = {};
    std::string remote = {};     // address, for the audit
};

// Adds one row; gives its seq.
Result<std::int64_t> append(storage::Transaction&, const Change&);
Status append_many(storage::Transaction&, const std::vector<Change>&);

struct Entry {
    std::int64_t seq = 0;
    std::int64_t epoch = 0;
    std::int64_t txid = 0;  // PostgreSQL only
    std::string diff_hash;  // SM3 of the stored diff, 32 bytes
    std::string diff;       // as stored; empty when there is none or it was lawfully erased
    Change change;          // without its diff, which most readers never look at
};
// The diff as {field: [before, after]}; null when there is none, it was erased, or it is damaged.
json::value diff_of(const Entry&);

// A place in the log. On PostgreSQL the order is (epoch, txid, seq) and only transactions below the
// snapshot's xmin are read: a later transaction may hold the smaller seq and commit last, so a
// cursor on seq alone would lose rows. On SQLite txid is 0 and seq alone orders.
struct Cursor {
    std::int64_t epoch = 0, txid = 0, seq = 0;
    auto operator<=>(const Cursor&) const = default;
};
Cursor cursor_of(const Entry&);

// The next entries behind the cursor that no later commit can slip in front of.
Result<std::vector<Entry>> after(storage::Transaction&, const Cursor&, std::size_t limit);
// The place behind everything that can be read now; where a new live stream begins.
Result<Cursor> latest(storage::Transaction&);

// A restore starts a new epoch, so cursors of outside systems notice.
Status begin_epoch(storage::Transaction&, base::Timestamp, const std::string& reason);

Status migrate(storage::Database&);

}  // namespace changes
