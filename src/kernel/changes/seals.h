#pragma once

// Seals: an SM3 chain over the change log in reading order. Blocks of 1,000 rows, or what came in
// 60 s, are signed with a key that the database administrator does not hold, and copied to a second
// place. Who rewrites a row breaks the chain; who rewrites the chain as well has no signature; who
// cuts off the end is betrayed by the copy. Rows younger than the last block are chained, not signed.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/crypto.h"
#include "kernel/changes/readers.h"

namespace changes {

struct SealOptions {
    std::filesystem::path key_file;   // Ed25519 private key in hex, mode 0400, outside the data folder
    std::filesystem::path copy_file;  // second place, appended and synced
    std::int64_t block_rows = 1000;
    std::chrono::seconds block_age{60};
};

// link = SM3(link before || uint64be(position) || body); the first link before is 32 zero bytes.
base::crypto::Digest link(const base::crypto::Digest& before, std::int64_t position, std::string_view body);

// KEY_FILE when the key cannot be read. Makes no key: `weijian init` does (create_seal_key).
Result<Reader> seal_reader(storage::Database&, const base::Clock&, const SealOptions&);
Status create_seal_key(const std::filesystem::path& key_file);

struct Verification {
    std::int64_t rows = 0;    // sealed rows recomputed
    std::int64_t blocks = 0;  // signatures checked
    std::int64_t unsealed = 0;
    std::optional<std::int64_t> first_bad_seq;
    std::string finding = "ok";  // "broken chain", "bad signature", "gap", "cut off end"
    int exit_code = 0;           // 0 ok, 3 broken chain, 4 bad signature, 5 gap or cut off end
};
Result<Verification> verify(storage::Database&, const SealOptions&,
    const std::function<void(std::int64_t rows_done)>& progress = {});

}  // namespace changes
