// Requests that may be sent twice.

#include "kernel/records/upkeep.h"
#include "kernel/records/writer.h"

namespace records {

using storage::Transaction;

namespace {

constexpr std::int64_t lifetime_ms = 24LL * 3600 * 1000;

constexpr std::string_view insert_key = R"sql(
    INSERT INTO records_idempotency (owner, route, key, body_hash, record, id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (owner, route, key) DO NOTHING
)sql";
constexpr std::string_view delete_old_key
    = "DELETE FROM records_idempotency WHERE owner = ?1 AND route = ?2 AND key = ?3 AND at < ?4";
constexpr std::string_view select_key
    = "SELECT body_hash, id FROM records_idempotency WHERE owner = ?1 AND route = ?2 AND key = ?3";
constexpr std::string_view delete_old_keys = "DELETE FROM records_idempotency WHERE at < ?1";

base::Id owner_of(const Context& context) { return context.subject ? context.subject->user : 0; }

}  // namespace

Result<std::optional<base::Id>> claimed_by(Transaction& transaction, const Context& context)
{
    TRY_ASSIGN(const auto row, transaction.first(select_key, {owner_of(context), context.route, context.idempotency_key}));
    if (!row)
        return std::optional<base::Id>{};
    if (row->bytes(0) != context.body_hash)
        return Error{Kind::Conflict, "IDEMPOTENCY_MISMATCH"};
    return std::optional{row->integer(1)};
}

Result<std::optional<base::Id>> claim_key(Transaction& transaction, const Context& context, std::string_view record, base::Id id)
{
    if (context.idempotency_key.empty())
        return std::optional<base::Id>{};
    TRY(transaction.execute(delete_old_key, {owner_of(context), context.route, context.idempotency_key,
        base::Timestamp{context.at.milliseconds - lifetime_ms}}));
    TRY_ASSIGN(const auto inserted, transaction.execute(insert_key, {owner_of(context), context.route, context.idempotency_key,
        storage::Bytes{context.body_hash}, std::string(record), id, context.at}));
    if (inserted > 0)
        return std::optional<base::Id>{};
    return claimed_by(transaction, context);
}

Status forget_keys(storage::Database& database, base::Timestamp now)
{
    return database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(delete_old_keys, {base::Timestamp{now.milliseconds - lifetime_ms}}));
        return {};
    });
}

}  // namespace records
