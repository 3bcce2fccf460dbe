#include "kernel/changes/seal_store.h"

#include <algorithm>
#include <sstream>

#include "base/files.h"

namespace changes {

namespace crypto = base::crypto;

namespace {

crypto::Digest digest_of(const std::string& bytes)
{
    crypto::Digest digest{};
    if (bytes.size() == digest.size())
        std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

storage::Bytes bytes_of(const crypto::Digest& digest)
{
    return {std::string{crypto::view(digest)}};
}

Block read_block(const storage::Row& row)
{
    return {row.integer(0), row.integer(1), digest_of(row.bytes(2)), row.timestamp(3), row.bytes(4)};
}

}  // namespace

std::string body_of(const Entry& entry)
{
    const Change& change = entry.change;
    std::string body;
    body.reserve(512);
    const auto text = [&](const char* name, std::string_view value) {
        body += name;
        base::append_canonical(body, value);
    };
    const auto number = [&](const char* name, std::int64_t value) { body += name + std::to_string(value); };
    text("{\"action\":", change.action);
    text(",\"actor\":", std::to_string(change.actor));
    number(",\"at\":", change.at.milliseconds);
    text(",\"diff_hash\":", crypto::hex(entry.diff_hash));
    number(",\"epoch\":", entry.epoch);
    text(",\"id\":", std::to_string(change.id));
    text(",\"organisation\":", std::to_string(change.organisation));
    text(",\"record\":", change.record);
    text(",\"remote\":", change.remote);
    text(",\"request_id\":", change.request_id);
    text(",\"seq\":", std::to_string(entry.seq));
    text(",\"source\":", change.source);
    number(",\"version\":", change.version);
    return body + "}";
}

constexpr std::string_view select_last_seal =
    "SELECT position, seq, link FROM change_seal ORDER BY position DESC LIMIT 1";

Result<Seal> last_seal(storage::Transaction& transaction)
{
    TRY_ASSIGN(auto row, transaction.first(select_last_seal));
    if (!row)
        return Seal{};
    return Seal{row->integer(0), row->integer(1), digest_of(row->bytes(2))};
}

Status insert_seals(storage::Transaction& transaction, const std::vector<Seal>& seals, base::Timestamp at)
{
    static const std::vector<std::string> columns{"position", "seq", "sealed_at", "link"};
    std::vector<storage::Values> rows;
    rows.reserve(seals.size());
    for (const Seal& seal : seals)
        rows.push_back({seal.position, seal.seq, at, bytes_of(seal.link)});
    TRY(transaction.insert_many("change_seal", columns, rows));
    return {};
}

constexpr std::string_view select_seal = "SELECT position, seq, link FROM change_seal WHERE position = ?1";

Result<std::optional<Seal>> seal_at(storage::Transaction& transaction, std::int64_t position)
{
    TRY_ASSIGN(auto row, transaction.first(select_seal, {position}));
    if (!row)
        return std::optional<Seal>{};
    return std::optional<Seal>{Seal{row->integer(0), row->integer(1), digest_of(row->bytes(2))}};
}

constexpr std::string_view select_open_first =
    "SELECT sealed_at FROM change_seal WHERE position > ?1 ORDER BY position LIMIT 1";
constexpr std::string_view select_open_last = R"sql(
    SELECT position, seq, link
      FROM change_seal
     WHERE position > ?1 AND position <= ?2
     ORDER BY position DESC
     LIMIT 1
)sql";

Result<std::optional<OpenSeals>> open_seals(
    storage::Transaction& transaction, std::int64_t after_position, std::int64_t rows)
{
    TRY_ASSIGN(auto first, transaction.first(select_open_first, {after_position}));
    if (!first)
        return std::optional<OpenSeals>{};
    TRY_ASSIGN(auto last, transaction.first(select_open_last, {after_position, after_position + rows}));
    if (!last)
        return std::optional<OpenSeals>{};
    return std::optional<OpenSeals>{
        OpenSeals{first->timestamp(0), {last->integer(0), last->integer(1), digest_of(last->bytes(2))}}};
}

constexpr std::string_view select_sealed = R"sql(
    SELECT seal.position, seal.seq, seal.link, log.epoch, log.at, log.actor, log.organisation, log.record,
           log.id, log.version, log.action, log.diff, log.diff_hash, log.source, log.request_id, log.remote
      FROM change_seal AS seal
      LEFT JOIN change_log AS log ON log.seq = seal.seq
     ORDER BY seal.position
)sql";

Status each_sealed(storage::Transaction& transaction, const std::function<bool(const SealedRow&)>& each)
{
    return transaction.query_each(select_sealed, {}, [&](const storage::Row& row) {
        SealedRow sealed;
        sealed.seal = {row.integer(0), row.integer(1), digest_of(row.bytes(2))};
        if (!row.null(3)) {
            Entry entry;
            entry.seq = sealed.seal.seq;
            entry.epoch = row.integer(3);
            entry.diff_hash = row.bytes(12);
            entry.change = {row.timestamp(4), row.integer(5), row.integer(6), row.text(7), row.integer(8),
                row.integer(9), row.text(10), nullptr, row.text(13), row.text(14), row.text(15)};
            sealed.body = body_of(entry);
            const bool erased = row.null(11);
            sealed.diff_intact = erased || crypto::view(crypto::sm3(row.text(11))) == entry.diff_hash;
        }
        return each(sealed);
    });
}

constexpr std::string_view select_unsealed =
    "SELECT (SELECT count(*) FROM change_log) - (SELECT count(*) FROM change_seal)";

Result<std::int64_t> count_unsealed(storage::Transaction& transaction)
{
    TRY_ASSIGN(auto row, transaction.first(select_unsealed));
    return std::max<std::int64_t>(0, row->integer(0));
}

constexpr std::string_view select_slipped_sqlite = R"sql(
    SELECT log.seq
      FROM change_log AS log, change_cursor AS place
     WHERE place.reader = 'seals' AND log.seq <= place.seq
       AND NOT EXISTS (SELECT 1 FROM change_seal AS seal WHERE seal.seq = log.seq)
     ORDER BY log.seq
     LIMIT 1
)sql";

constexpr std::string_view select_slipped_postgres = R"sql(
    SELECT log.seq
      FROM change_log AS log, change_cursor AS place
     WHERE place.reader = 'seals'
       AND (log.epoch, log.txid, log.seq) <= (place.epoch, place.txid::text::xid8, place.seq)
       AND NOT EXISTS (SELECT 1 FROM change_seal AS seal WHERE seal.seq = log.seq)
     ORDER BY log.seq
     LIMIT 1
)sql";

Result<std::optional<std::int64_t>> sealed_and_lost(storage::Transaction& transaction)
{
    const bool sqlite = transaction.dialect() == storage::Dialect::Sqlite;
    TRY_ASSIGN(auto row, transaction.first(sqlite ? select_slipped_sqlite : select_slipped_postgres));
    if (!row)
        return std::optional<std::int64_t>{};
    return std::optional<std::int64_t>{row->integer(0)};
}

constexpr std::string_view select_last_block =
    "SELECT block, last_position, link, signed_at, signature FROM change_block ORDER BY block DESC LIMIT 1";

Result<Block> last_block(storage::Transaction& transaction)
{
    TRY_ASSIGN(auto row, transaction.first(select_last_block));
    return row ? read_block(*row) : Block{};
}

constexpr std::string_view insert_block_row = R"sql(
    INSERT INTO change_block (block, last_position, link, signed_at, signature) VALUES (?1, ?2, ?3, ?4, ?5)
)sql";

Status insert_block(storage::Transaction& transaction, const Block& block)
{
    TRY(transaction.execute(insert_block_row, {block.block, block.last_position, bytes_of(block.link),
        block.signed_at, storage::Bytes{block.signature}}));
    return {};
}

constexpr std::string_view select_blocks = R"sql(
    SELECT block, last_position, link, signed_at, signature FROM change_block WHERE block > ?1 ORDER BY block
)sql";

Result<std::vector<Block>> blocks_after(storage::Transaction& transaction, std::int64_t block)
{
    std::vector<Block> blocks;
    TRY(transaction.query_each(select_blocks, std::vector<storage::Value>{block}, [&](const storage::Row& row) {
        blocks.push_back(read_block(row));
        return true;
    }));
    return blocks;
}

std::string signed_text(const Block& block)
{
    return "weijian seal " + std::to_string(block.block) + " " + std::to_string(block.last_position) + " " +
        crypto::hex(block.link) + " " + std::to_string(block.signed_at.milliseconds);
}

std::string copy_line(const Block& block)
{
    return signed_text(block) + " " + crypto::hex(block.signature) + "\n";
}

Result<std::vector<Block>> read_copy(const std::filesystem::path& file)
{
    std::vector<Block> blocks;
    if (!std::filesystem::exists(file))
        return blocks;
    TRY_ASSIGN(const std::string text, base::files::read(file));
    std::istringstream lines{text};
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words{line};
        std::string name, kind, link_hex, signature_hex;
        Block block;
        words >> name >> kind >> block.block >> block.last_position >> link_hex >> block.signed_at.milliseconds >>
            signature_hex;
        auto link_bytes = crypto::from_hex(link_hex);
        auto signature = crypto::from_hex(signature_hex);
        // A torn last line after a crash is written again by the sealer; it proves nothing.
        if (words.fail() || !link_bytes.ok() || !signature.ok() || signature->size() != 64)
            continue;
        block.link = digest_of(*link_bytes);
        block.signature = *signature;
        if (blocks.empty() || blocks.back().block < block.block)
            blocks.push_back(std::move(block));
    }
    return blocks;
}

Result<std::int64_t> last_copied_block(const std::filesystem::path& file)
{
    TRY_ASSIGN(auto blocks, read_copy(file));
    return blocks.empty() ? std::int64_t{0} : blocks.back().block;
}

}  // namespace changes
