#include "kernel/changes/seals.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/files.h"
#include "base/log.h"
#include "kernel/changes/seal_store.h"

namespace changes {

namespace crypto = base::crypto;

namespace {

Result<std::string> read_key(const std::filesystem::path& file)
{
    auto text = base::files::read(file, 4096);
    if (!text.ok())
        return Error{Kind::Internal, "KEY_FILE", {}, {{"file", file.string()}}};
    while (!text->empty() && (text->back() == '\n' || text->back() == ' '))
        text->pop_back();
    auto key = crypto::from_hex(*text);
    if (!key.ok() || key->size() != 32)
        return Error{Kind::Internal, "KEY_FILE", {}, {{"file", file.string()}}};
    return key;
}

// Appends one line and syncs: the copy must not lose what the database signed. A line that a crash
// tore is ended first, so it cannot swallow this one.
Status append_line(const std::filesystem::path& file, std::string line)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    const auto failed = [&] {
        if (descriptor >= 0)
            ::close(descriptor);
        return Error{Kind::Unavailable, "SEAL_COPY", {}, {{"file", file.string()}}};
    };
    if (descriptor < 0)
        return failed();
    const off_t end = ::lseek(descriptor, 0, SEEK_END);
    char last = '\n';
    if (end > 0 && ::pread(descriptor, &last, 1, end - 1) == 1 && last != '\n')
        line.insert(line.begin(), '\n');
    if (::write(descriptor, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        return failed();
    if (::fsync(descriptor) != 0)
        return failed();
    ::close(descriptor);
    return {};
}

class Sealer {
public:
    Sealer(storage::Database& database, const base::Clock& clock, SealOptions options, std::string key)
        : database_(database), clock_(clock), options_(std::move(options)), key_(std::move(key))
    {
    }

    Status chain(storage::Transaction& transaction, const std::vector<Entry>& entries)
    {
        TRY_ASSIGN(Seal last, last_seal(transaction));
        std::vector<Seal> seals;
        for (const Entry& entry : entries) {
            last.position += 1;
            last.seq = entry.seq;
            last.link = link(last.link, last.position, body_of(entry));
            seals.push_back(last);
        }
        return insert_seals(transaction, seals, clock_.now());
    }

    Status settle()
    {
        TRY(close_blocks());
        return copy_blocks();
    }

private:
    Status close_blocks()
    {
        while (true) {
            TRY_ASSIGN(const bool closed, database_.read([&](storage::Transaction& transaction) -> Result<bool> {
                TRY_ASSIGN(auto due, due_block(transaction));
                return !due;
            }));
            if (closed)
                return {};
            TRY(database_.write([&](storage::Transaction& transaction) -> Status {
                TRY_ASSIGN(auto due, due_block(transaction));
                if (!due)
                    return {};
                due->signature = crypto::ed25519_sign(key_, signed_text(*due));
                return insert_block(transaction, *due);
            }));
        }
    }

    // The next block to sign, when it is full or old enough.
    Result<std::optional<Block>> due_block(storage::Transaction& transaction)
    {
        TRY_ASSIGN(Block last, last_block(transaction));
        TRY_ASSIGN(auto open, open_seals(transaction, last.last_position, options_.block_rows));
        if (!open)
            return std::optional<Block>{};
        const bool full = open->last.position - last.last_position >= options_.block_rows;
        if (!full && clock_.now() < open->first_sealed_at.plus(options_.block_age))
            return std::optional<Block>{};
        return std::optional<Block>{Block{last.block + 1, open->last.position, open->last.link, clock_.now(), {}}};
    }

    Status copy_blocks()
    {
        if (!copied_) {
            TRY_ASSIGN(copied_, last_copied_block(options_.copy_file));
        }
        TRY_ASSIGN(auto blocks, database_.read([&](storage::Transaction& transaction) {
            return blocks_after(transaction, *copied_);
        }));
        for (const Block& block : blocks) {
            TRY(append_line(options_.copy_file, copy_line(block)));
            copied_ = block.block;
        }
        return {};
    }

    storage::Database& database_;
    const base::Clock& clock_;
    SealOptions options_;
    std::string key_;
    std::optional<std::int64_t> copied_;
};

}  // namespace

crypto::Digest link(const crypto::Digest& before, std::int64_t position, std::string_view body)
{
    std::string input{crypto::view(before)};
    for (int shift = 56; shift >= 0; shift -= 8)
        input.push_back(static_cast<char>((position >> shift) & 0xff));
    input.append(body);
    return crypto::sm3(input);
}

Result<Reader> seal_reader(storage::Database& database, const base::Clock& clock, const SealOptions& options)
{
    TRY_ASSIGN(std::string key, read_key(options.key_file));
    auto sealer = std::make_shared<Sealer>(database, clock, options, std::move(key));
    Reader reader;
    reader.name = "seals";
    reader.handle = [sealer](storage::Transaction& transaction, const std::vector<Entry>& entries) {
        return sealer->chain(transaction, entries);
    };
    reader.settle = [sealer] { return sealer->settle(); };
    reader.batch = 1000;
    return reader;
}

Status create_seal_key(const std::filesystem::path& key_file)
{
    crypto::KeyPair pair = crypto::ed25519_generate();
    TRY(base::files::write_durably(key_file, crypto::hex(pair.private_key) + "\n", 0400));
    // The public half beside it: who verifies needs no right to sign.
    return base::files::write_durably(key_file.string() + ".public", crypto::hex(pair.public_key) + "\n", 0444);
}

namespace {

struct Walk {
    Verification result;
    crypto::Digest before{};
    std::int64_t position = 0;

    Verification& bad(std::int64_t seq, const char* finding, int code)
    {
        result.first_bad_seq = seq;
        result.finding = finding;
        result.exit_code = code;
        return result;
    }
};

// Recomputes the chain; leaves the finding in `walk` at the first fault.
Status walk_chain(storage::Transaction& transaction, Walk& walk, const std::function<void(std::int64_t)>& progress)
{
    return each_sealed(transaction, [&](const SealedRow& row) {
        if (row.seal.position != walk.position + 1 || !row.body) {
            walk.bad(row.seal.seq, "gap", 5);
            return false;
        }
        walk.position = row.seal.position;
        const crypto::Digest expected = link(walk.before, walk.position, *row.body);
        if (expected != row.seal.link || !row.diff_intact) {
            walk.bad(row.seal.seq, "broken chain", 3);
            return false;
        }
        walk.before = expected;
        ++walk.result.rows;
        if (progress && walk.result.rows % 10'000 == 0)
            progress(walk.result.rows);
        return true;
    });
}

Status check_blocks(storage::Transaction& transaction, const std::string& public_key, Walk& walk)
{
    TRY_ASSIGN(auto blocks, blocks_after(transaction, 0));
    for (const Block& block : blocks) {
        TRY_ASSIGN(auto seal, seal_at(transaction, block.last_position));
        if (!seal) {
            walk.bad(block.last_position, "cut off end", 5);
            return {};
        }
        if (seal->link != block.link || !crypto::ed25519_verify(public_key, signed_text(block), block.signature)) {
            walk.bad(seal->seq, "bad signature", 4);
            return {};
        }
        ++walk.result.blocks;
    }
    return {};
}

// Every block of the copy must stand in the database, unchanged.
Status check_copy(storage::Transaction& transaction, const SealOptions& options, Walk& walk)
{
    TRY_ASSIGN(auto blocks, blocks_after(transaction, 0));
    TRY_ASSIGN(auto copied, read_copy(options.copy_file));
    for (std::size_t index = 0; index < copied.size(); ++index) {
        if (index >= blocks.size()) {
            walk.bad(copied[index].last_position, "cut off end", 5);
            return {};
        }
        if (copy_line(blocks[index]) != copy_line(copied[index])) {
            walk.bad(blocks[index].last_position, "bad signature", 4);
            return {};
        }
    }
    return {};
}

}  // namespace

Result<Verification> verify(storage::Database& database, const SealOptions& options,
    const std::function<void(std::int64_t)>& progress)
{
    TRY_ASSIGN(std::string public_key, read_key(options.key_file.string() + ".public"));
    return database.read([&](storage::Transaction& transaction) -> Result<Verification> {
        Walk walk;
        TRY(walk_chain(transaction, walk, progress));
        if (walk.result.exit_code == 0)
            TRY(check_blocks(transaction, public_key, walk));
        if (walk.result.exit_code == 0)
            TRY(check_copy(transaction, options, walk));
        if (walk.result.exit_code == 0) {
            TRY_ASSIGN(const auto missing, sealed_and_lost(transaction));
            if (missing)
                walk.bad(*missing, "gap", 5);
        }
        TRY_ASSIGN(walk.result.unsealed, count_unsealed(transaction));
        return walk.result;
    });
}

}  // namespace changes
