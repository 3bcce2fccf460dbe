#pragma once

// The tables of the seals, and their copy outside the database. Used by seals.cpp alone.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "kernel/changes/changes.h"

namespace changes {

struct Seal {
    std::int64_t position = 0;
    std::int64_t seq = 0;
    base::crypto::Digest link{};
};

struct Block {
    std::int64_t block = 0;
    std::int64_t last_position = 0;
    base::crypto::Digest link{};
    base::Timestamp signed_at;
    std::string signature;
};

struct OpenSeals {
    base::Timestamp first_sealed_at;
    Seal last;  // of at most the asked number of rows
};

struct SealedRow {
    Seal seal;
    std::optional<std::string> body;  // empty when the row of the log is gone
    bool diff_intact = false;         // the diff has the hash that the body names, or was erased
};

// What the chain covers of a row: everything but `diff` itself, which is there as its hash.
std::string body_of(const Entry&);

Result<Seal> last_seal(storage::Transaction&);
Status insert_seals(storage::Transaction&, const std::vector<Seal>&, base::Timestamp at);
Result<std::optional<Seal>> seal_at(storage::Transaction&, std::int64_t position);
Result<std::optional<OpenSeals>> open_seals(storage::Transaction&, std::int64_t after_position, std::int64_t rows);
Status each_sealed(storage::Transaction&, const std::function<bool(const SealedRow&)>&);
Result<std::int64_t> count_unsealed(storage::Transaction&);
// A seq older than the last seal that has no seal: somebody slipped a row in.
Result<std::optional<std::int64_t>> sealed_and_lost(storage::Transaction&);

Result<Block> last_block(storage::Transaction&);
Status insert_block(storage::Transaction&, const Block&);
Result<std::vector<Block>> blocks_after(storage::Transaction&, std::int64_t block);

std::string signed_text(const Block&);
std::string copy_line(const Block&);  // one line of the copy, with its newline
Result<std::vector<Block>> read_copy(const std::filesystem::path&);
Result<std::int64_t> last_copied_block(const std::filesystem::path&);

}  // namespace changes
