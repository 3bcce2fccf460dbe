#include "kernel/records/upkeep.h"

#include <algorithm>

#include "kernel/records/scope.h"

namespace records {

using storage::Transaction;

namespace {

constexpr std::size_t batch_size = 1000;

constexpr std::string_view select_progress = "SELECT last_id FROM records_rotation WHERE record = ?1 AND key_id = ?2";
constexpr std::string_view upsert_progress = R"sql(
    INSERT INTO records_rotation (record, key_id, last_id, rows_done, finished) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (record) DO UPDATE SET
        rows_done = CASE WHEN records_rotation.key_id = excluded.key_id
                         THEN records_rotation.rows_done + excluded.rows_done ELSE excluded.rows_done END,
        key_id = excluded.key_id, last_id = excluded.last_id, finished = excluded.finished
)sql";

struct Keys {
    std::uint32_t records = 0, index = 0;
    std::int64_t generation = 0;
    // Both together name what the rows are brought to.
    std::int64_t target() const { return (static_cast<std::int64_t>(records) << 32) | index; }
};

Result<Keys> active_keys(const identity::FieldCipher& cipher)
{
    Keys keys{.generation = cipher.generation()};
    TRY_ASSIGN(const auto list, cipher.list());
    for (const auto& key : list) {
        if (key.status != "active")
            continue;
        if (key.domain == "records")
            keys.records = key.id;
        if (key.domain == "index")
            keys.index = key.id;
    }
    if (!keys.records || !keys.index)
        return Error{Kind::Internal, "KEY_MISSING"};
    return keys;
}

// The encrypted fields of one table.
class Rotation {
public:
    Rotation(std::string table, const FieldSet& set, const Store& store, Keys keys) :
        table_(std::move(table)), store_(store), keys_(keys)
    {
        select_ = "SELECT id";
        update_ = "UPDATE " + sql_name(table_) + " SET ";
        for (const FieldPlan& field : set.fields) {
            if (!field.encrypted)
                continue;
            fields_.push_back(&field);
            select_ += ", " + sql_name(field.name()) + ", " + sql_name(field.name() + "_index");
            update_ += (fields_.size() > 1 ? ", " : "") + sql_name(field.name()) + " = ?" + std::to_string(fields_.size() * 2 - 1) + ", "
                + sql_name(field.name() + "_index") + " = ?" + std::to_string(fields_.size() * 2);
        }
        select_ += " FROM " + sql_name(table_) + " WHERE id > ?1 ORDER BY id LIMIT " + std::to_string(batch_size);
        update_ += " WHERE id = ?" + std::to_string(fields_.size() * 2 + 1);
    }

    bool empty() const { return fields_.empty(); }

    // One batch; gives the rows written, and nothing when the table is done.
    Result<std::optional<std::int64_t>> step()
    {
        return store_.parts().database.write([&](Transaction& transaction) -> Result<std::optional<std::int64_t>> {
            TRY(changes::require(transaction, {.keys = keys_.generation}));
            TRY(set_scope(transaction, everything));
            TRY_ASSIGN(const auto progress, transaction.first(select_progress, {table_, keys_.target()}));
            const std::int64_t last = progress ? progress->integer(0) : 0;
            TRY_ASSIGN(const auto rows, transaction.query(select_, {last}));
            if (rows.empty())
                return std::optional<std::int64_t>{};
            std::int64_t written = 0;
            for (const auto& row : rows) {
                TRY_ASSIGN(const bool changed, rewrite(transaction, row));
                written += changed ? 1 : 0;
            }
            TRY(transaction.execute(upsert_progress, {table_, keys_.target(), rows.back().integer(0), written,
                std::int64_t{rows.size() < batch_size ? 1 : 0}}));
            return std::optional{written};
        });
    }

private:
    // A blob that does not open stays as it is: its key may come back, and an overwritten one never will.
    Result<bool> rewrite(Transaction& transaction, const storage::Row& row) const
    {
        const identity::FieldCipher& cipher = store_.parts().cipher;
        const base::Id id = row.integer(0);
        storage::Values values;
        bool changed = false;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            const std::string blob = row.bytes(1 + 2 * i), index = row.bytes(2 + 2 * i);
            const bool old = !blob.empty()
                && (base::crypto::field_key_id(blob).value_or(0) != keys_.records || index_key(index) != keys_.index);
            const auto plain = old ? cipher.decrypt(fields_[i]->cipher_column, id, blob) : Result<std::string>{std::string{}};
            if (!old || !plain.ok()) {
                values.push_back(row.null(1 + 2 * i) ? storage::Value{} : storage::Value{storage::Bytes{blob}});
                values.push_back(row.null(2 + 2 * i) ? storage::Value{} : storage::Value{storage::Bytes{index}});
                continue;
            }
            changed = true;
            values.push_back(storage::Bytes{cipher.encrypt(fields_[i]->cipher_column, id, *plain)});
            values.push_back(storage::Bytes{cipher.index(fields_[i]->cipher_column, *plain)});
        }
        if (!changed)
            return false;
        values.emplace_back(id);
        TRY(transaction.execute(update_, values));
        return true;
    }

    static std::uint32_t index_key(const std::string& index)
    {
        std::uint32_t id = 0;
        for (std::size_t i = 0; i < 4 && i < index.size(); ++i)
            id = (id << 8) | static_cast<unsigned char>(index[i]);
        return id;
    }

    std::string table_;
    const Store& store_;
    Keys keys_;
    std::vector<const FieldPlan*> fields_;
    std::string select_, update_;
};

constexpr std::string_view select_recent_upload = "SELECT 1 FROM records_upload WHERE hash = ?1 AND at > ?2";
constexpr std::string_view select_use = "SELECT 1 FROM records_blob_use WHERE hash = ?1";

}  // namespace

changes::Reader path_reader(const Store& store)
{
    return {"records-paths", [&store](Transaction& transaction, const std::vector<changes::Entry>& entries) -> Status {
        const bool moved = std::ranges::any_of(entries, [](const changes::Entry& entry) {
            if (entry.change.record != "organisation")
                return false;
            const json::value diff = changes::diff_of(entry);
            return diff.is_object() && diff.as_object().contains("path");
        });
        if (!moved)
            return {};
        TRY(set_scope(transaction, everything));
        for (const auto& [name, plan] : store.plan()->records) {
            const std::string table = sql_name(plan.table);
            TRY(transaction.execute("UPDATE " + table + " SET organisation_path = (SELECT path FROM organisation o WHERE o.id = " + table
                + ".organisation) WHERE organisation_path <> (SELECT path FROM organisation o WHERE o.id = " + table + ".organisation)"));
        }
        return {};
    }};
}

namespace {

constexpr std::string_view draft_column = "records_draft.content";
constexpr std::string_view select_drafts = "SELECT id, content FROM records_draft WHERE id > ?1 ORDER BY id LIMIT 200";
constexpr std::string_view update_draft = "UPDATE records_draft SET content = ?2 WHERE id = ?1";

Result<std::int64_t> reencrypt_drafts(const Store& store, const Keys& keys)
{
    const identity::FieldCipher& cipher = store.parts().cipher;
    base::Id last = 0;
    std::int64_t written = 0;
    for (bool more = true; more;) {
        base::Id reached = last;
        std::int64_t batch = 0;
        TRY(store.parts().database.write([&](Transaction& transaction) -> Status {
            TRY(changes::require(transaction, {.keys = keys.generation}));
            TRY_ASSIGN(const auto rows, transaction.query(select_drafts, {last}));
            more = !rows.empty();
            batch = 0;
            for (const auto& row : rows) {
                reached = row.integer(0);
                if (base::crypto::field_key_id(row.bytes(1)).value_or(0) == keys.records)
                    continue;
                const auto plain = cipher.decrypt(draft_column, reached, row.bytes(1));
                if (!plain.ok())
                    continue;
                TRY(transaction.execute(update_draft, {reached, storage::Bytes{cipher.encrypt(draft_column, reached, *plain)}}));
                ++batch;
            }
            return {};
        }));
        last = reached;
        written += batch;
    }
    return written;
}

}  // namespace

Result<std::int64_t> reencrypt(const Store& store, const std::function<Status(std::int64_t done)>& progress)
{
    TRY_ASSIGN(const Keys keys, active_keys(store.parts().cipher));
    const auto plans = store.plan();
    std::vector<Rotation> rotations;
    for (const auto& [name, plan] : plans->records) {
        rotations.emplace_back(plan.table, plan.set, store, keys);
        for (const RowsPlan& rows : plan.rows)
            rotations.emplace_back(rows.table, rows.set, store, keys);
    }
    std::int64_t written = 0;
    for (Rotation& rotation : rotations) {
        while (!rotation.empty()) {
            TRY_ASSIGN(const auto step, rotation.step());
            if (!step)
                break;
            written += *step;
            if (progress)
                TRY(progress(*step));
        }
    }
    TRY_ASSIGN(const std::int64_t drafts, reencrypt_drafts(store, keys));
    return written + drafts;
}

Status forget_reencryption(storage::Database& database)
{
    return database.write([](Transaction& transaction) -> Status {
        TRY(transaction.execute("DELETE FROM records_rotation"));
        return {};
    });
}

namespace {

Status add_uses(Transaction& transaction, const std::string& table, const FieldSet& set, const storage::Bytes& key,
    std::vector<identity::KeyUse>& uses)
{
    for (const FieldPlan& field : set.fields) {
        if (!field.encrypted)
            continue;
        TRY_ASSIGN(const auto row, transaction.first("SELECT count(*) FROM " + sql_name(table) + " WHERE substr("
            + sql_name(field.name()) + ", 2, 4) = ?1 OR substr(" + sql_name(field.name() + "_index") + ", 1, 4) = ?1", {key}));
        if (row->integer(0) > 0)
            uses.push_back({table + "." + field.name(), row->integer(0)});
    }
    return {};
}

}  // namespace

Result<std::vector<identity::KeyUse>> key_uses(Transaction& transaction, const Plan& plans, std::uint32_t key)
{
    TRY(set_scope(transaction, everything));
    const storage::Bytes bytes{identity::key_bytes(key)};
    std::vector<identity::KeyUse> uses;
    for (const auto& [name, plan] : plans.records) {
        TRY(add_uses(transaction, plan.table, plan.set, bytes, uses));
        for (const RowsPlan& rows : plan.rows)
            TRY(add_uses(transaction, rows.table, rows.set, bytes, uses));
    }
    TRY_ASSIGN(const auto row, transaction.first("SELECT count(*) FROM records_draft WHERE substr(content, 2, 4) = ?1", {bytes}));
    if (row->integer(0) > 0)
        uses.push_back({std::string{draft_column}, row->integer(0)});
    return uses;
}

// A sealed value stands in a diff as {"cipher":"<base64>"}: version and key make 6 characters and four
// bits of the 7th.
Result<std::int64_t> history_key_uses(Transaction& transaction, std::uint32_t key)
{
    std::string condition;
    storage::Values beginnings;
    for (int rest = 0; rest < 4; ++rest) {
        const std::string head = "\x01" + identity::key_bytes(key) + static_cast<char>(rest << 6);
        beginnings.emplace_back("\"cipher\":\"" + base::crypto::base64(head).substr(0, 7));
        condition += (rest ? " OR length(replace(diff, ?" : "length(replace(diff, ?") + std::to_string(rest + 1) + ", '')) < length(diff)";
    }
    TRY_ASSIGN(const auto row, transaction.first("SELECT count(*) FROM change_log WHERE " + condition, beginnings));
    return row->integer(0);
}

Result<std::size_t> sweep_files(const Store& store, std::chrono::hours age)
{
    if (!store.parts().blobs)
        return std::size_t{0};
    const base::Timestamp since = store.parts().clock.now().plus(-std::chrono::duration_cast<std::chrono::milliseconds>(age));
    return store.parts().blobs->sweep([&](const std::string& hash) {
        const auto used = store.parts().database.read([&](Transaction& transaction) -> Result<bool> {
            TRY_ASSIGN(const auto held, transaction.first(select_use, {hash}));
            TRY_ASSIGN(const auto recent, transaction.first(select_recent_upload, {hash, since}));
            return held.has_value() || recent.has_value();
        });
        return !used.ok() || *used;  // in doubt it is kept
    }, age);
}

}  // namespace records
