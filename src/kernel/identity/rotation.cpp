#include "kernel/identity/rotation.h"

#include <array>

#include "kernel/changes/generation.h"

namespace identity {

namespace {

constexpr std::int64_t batch_size = 500;
constexpr std::chrono::milliseconds lease{60'000};

constexpr std::string_view insert_rotation = R"sql(
    INSERT INTO key_rotation (id, domain, from_key, to_key, rows_done, held_until, started_by, started_at)
    VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?5)
)sql";
constexpr std::string_view select_rotations = R"sql(
    SELECT id, domain, from_key, to_key, rows_done, started_at, finished_at FROM key_rotation ORDER BY id DESC LIMIT ?1
)sql";
constexpr std::string_view select_waiting = R"sql(
    SELECT id, domain, from_key, to_key, rows_done, started_at, finished_at
      FROM key_rotation
     WHERE finished_at IS NULL AND held_until <= ?1
     ORDER BY id
     LIMIT 1
)sql";
constexpr std::string_view hold = "UPDATE key_rotation SET held_until = ?2 WHERE id = ?1";
constexpr std::string_view keep = "UPDATE key_rotation SET held_until = ?2, rows_done = rows_done + ?3 WHERE id = ?1";
constexpr std::string_view finish = "UPDATE key_rotation SET finished_at = ?2 WHERE id = ?1";

Rotation read_rotation(const storage::Row& row)
{
    Rotation rotation{row.integer(0), row.text(1), static_cast<std::uint32_t>(row.integer(2)),
        static_cast<std::uint32_t>(row.integer(3)), row.integer(4), row.timestamp(5)};
    if (!row.null(6))
        rotation.finished_at = row.timestamp(6);
    return rotation;
}

struct Column {
    std::string_view name, domain;
    bool indexed;
};
constexpr std::array columns{Column{"phone", "accounts", true}, Column{"id_card", "accounts", true},
    Column{"totp_secret", "totp", false}, Column{"totp_pending", "totp", false}};

constexpr std::string_view select_accounts = R"sql(
    SELECT id, phone, id_card, totp_secret, totp_pending, phone_index, id_card_index
      FROM user_account
     WHERE id > ?1
     ORDER BY id
     LIMIT ?2
)sql";
constexpr std::string_view update_account = R"sql(
    UPDATE user_account
       SET phone = ?2, id_card = ?3, totp_secret = ?4, totp_pending = ?5, phone_index = ?6, id_card_index = ?7
     WHERE id = ?1
)sql";

struct Active {
    std::uint32_t accounts = 0, totp = 0, index = 0;
};

storage::Value same(const storage::Row& row, std::size_t column)
{
    return row.null(column) ? storage::Value{} : storage::Value{storage::Bytes{row.bytes(column)}};
}

Result<bool> rewrite(Transaction& transaction, const FieldCipher& cipher, const Active& active, const storage::Row& row)
{
    const Id id = row.integer(0);
    storage::Values values{id};
    for (std::size_t column = 1; column <= 6; ++column)
        values.push_back(same(row, column));
    bool changed = false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (row.null(i + 1))
            continue;
        const Column& column = columns[i];
        const std::string name = "user_account." + std::string{column.name};
        const std::uint32_t wanted = column.indexed ? active.accounts : active.totp;
        const bool old_blob = base::crypto::field_key_id(row.bytes(i + 1)).value_or(0) != wanted;
        const bool old_index = column.indexed && row.bytes(i + 5).substr(0, 4) != key_bytes(active.index);
        if (!old_blob && !old_index)
            continue;
        const auto plain = cipher.decrypt(name, id, row.bytes(i + 1));
        if (!plain.ok())
            continue;  // its key may come back; an overwritten one never would
        changed = true;
        values[i + 1] = storage::Bytes{cipher.encrypt(name, id, *plain, column.domain)};
        if (column.indexed)
            values[i + 5] = storage::Bytes{cipher.index(name, *plain)};
    }
    if (changed)
        TRY(transaction.execute(update_account, values));
    return changed;
}

Result<Active> active_keys(const FieldCipher& cipher)
{
    TRY_ASSIGN(const auto list, cipher.list());
    Active active;
    for (const auto& key : list) {
        if (key.status != "active")
            continue;
        if (key.domain == "accounts")
            active.accounts = key.id;
        else if (key.domain == "totp")
            active.totp = key.id;
        else if (key.domain == "index")
            active.index = key.id;
    }
    return active;
}

}  // namespace

Result<Rotation> begin_rotation(FieldCipher& cipher, base::IdGenerator& ids, std::string_view domain, const Cause& cause)
{
    TRY_ASSIGN(const auto before, cipher.list());
    Rotation rotation{.id = ids.next(), .domain = std::string{domain}, .started_at = cause.at};
    for (const auto& key : before)
        if (key.domain == domain && key.status == "active")
            rotation.from_key = key.id;
    TRY_ASSIGN(rotation.to_key, cipher.rotate(domain, cause, [&](Transaction& transaction, std::uint32_t key) -> Status {
        TRY(transaction.execute(insert_rotation, {rotation.id, rotation.domain, std::int64_t{rotation.from_key}, std::int64_t{key},
            cause.at, cause.actor}));
        return {};
    }));
    return rotation;
}

Result<std::vector<Rotation>> rotations(storage::Database& database, int limit)
{
    return database.read([&](Transaction& transaction) -> Result<std::vector<Rotation>> {
        TRY_ASSIGN(const auto rows, transaction.query(select_rotations, {std::int64_t{limit}}));
        std::vector<Rotation> list;
        for (const auto& row : rows)
            list.push_back(read_rotation(row));
        return list;
    });
}

Result<std::optional<Rotation>> claim_rotation(storage::Database& database, base::Timestamp now)
{
    using Claimed = std::optional<Rotation>;
    const auto look = [&](Transaction& transaction) -> Result<Claimed> {
        TRY_ASSIGN(const auto row, transaction.first(select_waiting, {now}));
        return row ? Claimed{read_rotation(*row)} : Claimed{};
    };
    // A look on a snapshot first: asking must not take the writer's turn.
    TRY_ASSIGN(const Claimed waiting, database.read(look));
    if (!waiting)
        return Claimed{};
    return database.write([&](Transaction& transaction) -> Result<Claimed> {
        TRY_ASSIGN(Claimed mine, look(transaction));
        if (mine)
            TRY(transaction.execute(hold, {mine->id, now.plus(lease)}));
        return mine;
    });
}

Status keep_rotation(storage::Database& database, Id id, std::int64_t rows_done, base::Timestamp now)
{
    return database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(keep, {id, now.plus(lease), rows_done}));
        return {};
    });
}

Status finish_rotation(storage::Database& database, const Rotation& rotation, const Cause& cause)
{
    return database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(finish, {rotation.id, cause.at}));
        return log(transaction, cause, {.record = "data_key", .id = static_cast<Id>(rotation.to_key), .action = "key_reencrypted",
            .diff = {{"domain", json::array{nullptr, rotation.domain}}, {"key", json::array{rotation.from_key, rotation.to_key}}}});
    });
}

Result<std::int64_t> reencrypt_accounts(storage::Database& database, const FieldCipher& cipher,
    const std::function<Status(std::int64_t done)>& progress)
{
    const changes::Generation known{.keys = cipher.generation()};
    TRY_ASSIGN(const Active active, active_keys(cipher));
    Id last = 0;
    std::int64_t written = 0;
    for (bool more = true; more;) {
        std::int64_t batch = 0;
        Id reached = last;
        TRY(database.write([&](Transaction& transaction) -> Status {
            TRY(changes::require(transaction, known));
            TRY_ASSIGN(const auto rows, transaction.query(select_accounts, {last, batch_size}));
            batch = 0;
            more = static_cast<std::int64_t>(rows.size()) == batch_size;
            for (const auto& row : rows) {
                TRY_ASSIGN(const bool changed, rewrite(transaction, cipher, active, row));
                batch += changed ? 1 : 0;
                reached = row.integer(0);
            }
            return {};
        }));
        last = reached;
        written += batch;
        if (progress && batch > 0)
            TRY(progress(batch));
    }
    return written;
}

Result<std::vector<KeyUse>> account_key_uses(Transaction& transaction, std::uint32_t key)
{
    const storage::Bytes bytes{key_bytes(key)};
    std::vector<KeyUse> uses;
    for (const Column& column : columns) {
        const std::string name{column.name};
        std::string sql = "SELECT count(*) FROM user_account WHERE substr(" + name + ", 2, 4) = ?1";
        if (column.indexed)
            sql += " OR substr(" + name + "_index, 1, 4) = ?1";
        TRY_ASSIGN(const auto row, transaction.first(sql, {bytes}));
        if (row->integer(0) > 0)
            uses.push_back({"user_account." + name, row->integer(0)});
    }
    return uses;
}

constexpr std::string_view select_key = "SELECT domain, status FROM data_key WHERE id = ?1";
constexpr std::string_view destroy_key = "UPDATE data_key SET status = 'destroyed', wrapped = ?2 WHERE id = ?1";

Status retire_key(storage::Database& database, FieldCipher& cipher, std::uint32_t key,
    const std::function<Result<std::vector<KeyUse>>(Transaction&)>& uses, const Cause& cause)
{
    const auto id = static_cast<std::int64_t>(key);
    const std::pair<std::string, std::string> named{"key", std::to_string(key)};
    TRY(database.write([&](Transaction& transaction) -> Status {
        TRY(changes::hold_writers(transaction));
        TRY_ASSIGN(const auto row, transaction.first(select_key, {id}));
        if (!row || row->text(1) == "destroyed")
            return Error{.kind = Kind::NotFound, .code = "KEY_UNKNOWN", .parameters = {named}};
        if (row->text(1) == "active")
            return Error{.kind = Kind::Conflict, .code = "KEY_ACTIVE", .parameters = {named}};
        TRY_ASSIGN(const auto left, uses(transaction));
        if (!left.empty())
            return Error{.kind = Kind::Conflict, .code = "KEY_IN_USE",
                .parameters = {named, {"where", left.front().where}, {"count", std::to_string(left.front().count)}}};
        TRY(transaction.execute(destroy_key, {id, storage::Bytes{}}));
        TRY(changes::advance(transaction, changes::Subject::Keys));
        return log(transaction, cause, {.record = "data_key", .id = id, .action = "key_retire",
            .diff = {{"domain", json::array{row->text(0), nullptr}}, {"key", json::array{id, nullptr}}}});
    }));
    return cipher.reload();
}

}  // namespace identity
