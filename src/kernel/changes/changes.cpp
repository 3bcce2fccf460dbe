#include "kernel/changes/written.h"

#include "base/crypto.h"

std::span<const base::EmbeddedFile> changes_files();

namespace changes {

namespace {

std::string diff_text(const json::value& diff)
{
    return diff.is_null() ? std::string{} : json::serialize(diff);
}

storage::Values values_of(const Change& change, std::string diff)
{
    const auto hash = base::crypto::sm3(diff);
    storage::Value stored_diff;
    if (!diff.empty())
        stored_diff = std::move(diff);
    return {change.at, change.actor, change.organisation, change.record, change.id, change.version,
        change.action, std::move(stored_diff), storage::Bytes{std::string{base::crypto::view(hash)}},
        change.source.empty() ? std::string{"MANUAL"} : change.source, change.request_id, change.remote};
}

Entry read_entry(const storage::Row& row)
{
    Entry entry;
    entry.seq = row.integer(0);
    entry.epoch = row.integer(1);
    entry.txid = row.integer(2);
    Change& change = entry.change;
    change.at = row.timestamp(3);
    change.actor = row.integer(4);
    change.organisation = row.integer(5);
    change.record = row.text(6);
    change.id = row.integer(7);
    change.version = row.integer(8);
    change.action = row.text(9);
    if (!row.null(10))
        entry.diff = row.text(10);
    change.source = row.text(11);
    change.request_id = row.text(12);
    change.remote = row.text(13);
    entry.diff_hash = row.bytes(14);
    return entry;
}

}  // namespace

constexpr std::string_view insert_change = R"sql(
    INSERT INTO change_log (epoch, at, actor, organisation, record, id, version, action, diff,
                            diff_hash, source, request_id, remote)
    VALUES ((SELECT max(epoch) FROM change_epoch), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
    RETURNING seq
)sql";

Result<std::int64_t> append(storage::Transaction& transaction, const Change& change)
{
    TRY_ASSIGN(auto row, transaction.first(insert_change, values_of(change, diff_text(change.diff))));
    return row->integer(0);
}

constexpr std::string_view select_epoch = "SELECT max(epoch) FROM change_epoch";

Status append_many(storage::Transaction& transaction, const std::vector<Change>& changes)
{
    std::vector<Written> written;
    written.reserve(changes.size());
    for (const Change& change : changes)
        written.push_back({&change, diff_text(change.diff)});
    return append_written(transaction, std::move(written));
}

Status append_written(storage::Transaction& transaction, std::vector<Written> changes)
{
    static const std::vector<std::string> columns{"at", "actor", "organisation", "record", "id", "version", "action", "diff",
        "diff_hash", "source", "request_id", "remote", "epoch"};
    TRY_ASSIGN(auto epoch, transaction.first(select_epoch));
    std::vector<storage::Values> rows;
    rows.reserve(changes.size());
    for (Written& each : changes) {
        rows.push_back(values_of(*each.change, std::move(each.diff)));
        rows.back().emplace_back(epoch->integer(0));
    }
    TRY(transaction.insert_many("change_log", columns, rows));
    return {};
}

json::value diff_of(const Entry& entry)
{
    boost::system::error_code broken;
    json::value diff = json::parse(entry.diff, broken);
    return broken ? json::value(nullptr) : diff;
}

Cursor cursor_of(const Entry& entry)
{
    return {entry.epoch, entry.txid, entry.seq};
}

constexpr std::string_view select_after_sqlite = R"sql(
    SELECT seq, epoch, txid, at, actor, organisation, record, id, version, action, diff, source,
           request_id, remote, diff_hash
      FROM change_log
     WHERE seq > ?1
     ORDER BY seq
     LIMIT ?2
)sql";

constexpr std::string_view select_after_postgres = R"sql(
    SELECT seq, epoch, txid::text::bigint, at, actor, organisation, record, id, version, action, diff,
           source, request_id, remote, diff_hash
      FROM change_log
     WHERE (epoch, txid, seq) > (?1::bigint, ?2::text::xid8, ?3::bigint)
       AND txid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY epoch, txid, seq
     LIMIT ?4
)sql";

Result<std::vector<Entry>> after(storage::Transaction& transaction, const Cursor& cursor, std::size_t limit)
{
    const auto count = static_cast<std::int64_t>(limit);
    const bool sqlite = transaction.dialect() == storage::Dialect::Sqlite;
    const storage::Values values = sqlite
        ? storage::Values{cursor.seq, count}
        : storage::Values{cursor.epoch, std::to_string(cursor.txid), cursor.seq, count};
    std::vector<Entry> entries;
    TRY(transaction.query_each(
        sqlite ? select_after_sqlite : select_after_postgres, values, [&](const storage::Row& row) {
            entries.push_back(read_entry(row));
            return true;
        }));
    return entries;
}

constexpr std::string_view select_latest_sqlite =
    "SELECT epoch, txid, seq FROM change_log ORDER BY seq DESC LIMIT 1";

constexpr std::string_view select_latest_postgres = R"sql(
    SELECT epoch, txid::text::bigint, seq
      FROM change_log
     WHERE txid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY epoch DESC, txid DESC, seq DESC
     LIMIT 1
)sql";

Result<Cursor> latest(storage::Transaction& transaction)
{
    const bool sqlite = transaction.dialect() == storage::Dialect::Sqlite;
    TRY_ASSIGN(auto row, transaction.first(sqlite ? select_latest_sqlite : select_latest_postgres));
    if (!row)
        return Cursor{};
    return Cursor{row->integer(0), row->integer(1), row->integer(2)};
}

constexpr std::string_view insert_epoch = R"sql(
    INSERT INTO change_epoch (epoch, started_at, reason)
    VALUES ((SELECT coalesce(max(epoch), 0) + 1 FROM change_epoch), ?1, ?2)
)sql";

Status begin_epoch(storage::Transaction& transaction, base::Timestamp at, const std::string& reason)
{
    TRY(transaction.execute(insert_epoch, {at, reason}));
    return {};
}

Status migrate(storage::Database& database)
{
    TRY(storage::migrate(database, "changes", changes_files()));
    return database.write([](storage::Transaction& transaction) -> Status {
        TRY_ASSIGN(auto epoch, transaction.first(select_epoch));
        if (!epoch->null(0))
            return {};
        return begin_epoch(transaction, base::SystemClock{}.now(), "created");
    });
}

}  // namespace changes
