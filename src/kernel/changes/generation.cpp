#include "kernel/changes/generation.h"

#include "base/crypto.h"

namespace changes {

namespace {

constexpr std::string_view select_generation = "SELECT release, keys FROM change_generation WHERE id = 1";
constexpr std::string_view advance_release = "UPDATE change_generation SET release = release + 1 WHERE id = 1";
constexpr std::string_view advance_keys = "UPDATE change_generation SET keys = keys + 1 WHERE id = 1";

// The two locks exclude each other; reading is free of both. Neither takes a snapshot.
constexpr std::string_view share_postgres = "LOCK TABLE change_generation IN ROW SHARE MODE";
constexpr std::string_view require_postgres = "SELECT change_require(?1, ?2)";
constexpr std::string_view next_node = "SELECT nextval('change_node')";
constexpr std::string_view change_postgres = "LOCK TABLE change_generation IN EXCLUSIVE MODE";

}  // namespace

Result<Generation> generation(storage::Transaction& transaction)
{
    TRY_ASSIGN(const auto row, transaction.first(select_generation));
    return Generation{row->integer(0), row->integer(1)};
}

Status require(storage::Transaction& transaction, const Generation& known)
{
    if (known.release == Generation::any && known.keys == Generation::any)
        return {};
    if (transaction.dialect() == storage::Dialect::Postgres) {
        TRY(transaction.execute_later(share_postgres, {}));
        return transaction.execute_later(require_postgres, {known.release, known.keys});
    }
    TRY_ASSIGN(const Generation now, generation(transaction));
    const bool current = (known.release == Generation::any || known.release == now.release)
        && (known.keys == Generation::any || known.keys == now.keys);
    return current ? Status{} : Status{Error{Kind::Unavailable, "NODE_BEHIND"}};
}

Status hold_writers(storage::Transaction& transaction)
{
    if (transaction.dialect() == storage::Dialect::Postgres)
        TRY(transaction.execute(change_postgres));
    return {};
}

Status advance(storage::Transaction& transaction, Subject subject)
{
    TRY(transaction.execute(subject == Subject::Release ? advance_release : advance_keys));
    return {};
}

Result<unsigned> take_node_number(storage::Database& database)
{
    if (database.dialect() == storage::Dialect::Sqlite) {  // one service, and now and then a console
        const std::string random = base::crypto::random_bytes(2);
        return (static_cast<unsigned char>(random[0]) << 8 | static_cast<unsigned char>(random[1])) & 1023U;
    }
    return database.write([](storage::Transaction& transaction) -> Result<unsigned> {
        TRY_ASSIGN(const auto row, transaction.first(next_node));
        return static_cast<unsigned>(row->integer(0));
    });
}

}  // namespace changes
