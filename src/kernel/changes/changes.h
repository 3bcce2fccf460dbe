#pragma once

// The change log: every change is one row, written in the transaction of the change. Audit,
// notices, search, sync and seals are readers with a cursor of their own.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "storage/database.h"

namespace changes {

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
    std::string source = {};     // MANUAL MOBILE IMPORT EXCHANGE DERIVED
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
    Change change;
};

struct Cursor {
    std::int64_t epoch = 0, txid = 0, seq = 0;
    auto operator<=>(const Cursor&) const = default;
};

// The next entries behind the cursor that no later commit can slip in front of.
Result<std::vector<Entry>> after(storage::Transaction&, const Cursor&, std::size_t limit);
Cursor cursor_of(const Entry&);

// A reader handles entries inside one writing transaction together with its cursor, so it may be
// killed anywhere. Effects outside the database must be idempotent by (seq, reader).
struct Reader {
    std::string name;
    std::function<Status(storage::Transaction&, const std::vector<Entry>&)> handle;
    std::size_t batch = 500;
};

// Runs readers on own threads, woken by commits (and every second).
class Readers {
public:
    Readers(storage::Database&, const base::Clock&);
    ~Readers();
    void add(Reader);
    void start();
    void stop();
    // Until every reader has handled what was committed before the call; for tests and stories.
    Status drain();
    struct Lag { std::string reader; std::int64_t entries; };
    Result<std::vector<Lag>> lag();

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

// Seals: SM3 chain over the rows in cursor order; blocks of 1,000 rows or 60 s are signed with a key
// the database administrator does not hold, and copied to a second place.
struct SealOptions {
    std::string key_file;   // Ed25519 private key, 0400, outside the data folder
    std::string copy_file;  // second place: appended and synced
};
Reader seal_reader(storage::Database&, const base::Clock&, SealOptions);

struct Verification {
    std::int64_t rows = 0, blocks = 0;
    std::optional<std::int64_t> first_bad_seq;
    std::string finding;  // "ok", "broken chain", "bad signature", "gap", "cut off end", ...
    int exit_code = 0;    // 0 ok, 3 broken chain, 4 bad signature, 5 gap
};
Result<Verification> verify(storage::Database&, const SealOptions&,
                            const std::function<void(std::int64_t done)>& progress = {});

std::span<const base::EmbeddedFile> migrations();

}  // namespace changes
