#pragma once

// One interface, two databases. A module writes SQL that SQLite and PostgreSQL share, with `?1`
// style placeholders; the few differences (types, upsert, full text) are solved here.
//
// Writing goes through `write(fn)`. `fn` is short, may run more than once, and does no network, no
// file, no password hashing and nothing that waits. When `write` returns success the change has
// survived: it is synced to disk (SQLite: WAL with synchronous=FULL, many waiters share one commit;
// PostgreSQL: SERIALIZABLE with bounded retry). When `fn` returns an error nothing of it is left.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/embedded.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace storage {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

struct Bytes {
    std::string data;
    auto operator<=>(const Bytes&) const = default;
};

// A bound value. A Decimal is bound to SQLite as its unscaled integer: rescale it to the column's
// scale first.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes, base::Decimal,
                           base::Date, base::Timestamp>;
using Values = std::vector<Value>;

enum class Dialect { Sqlite, Postgres };

// One row of a result. Columns are numbered from 0 in the order of the SELECT. Asking a null for a
// value gives the type's zero; ask `null` first where it matters.
class Row {
public:
    using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;
    Row(Dialect dialect, std::vector<Cell> cells) : dialect_(dialect), cells_(std::move(cells)) {}

    std::size_t size() const { return cells_.size(); }
    bool null(std::size_t column) const { return cells_[column].index() == 0; }
    bool boolean(std::size_t column) const;
    std::int64_t integer(std::size_t column) const;
    double real(std::size_t column) const;
    std::string text(std::size_t column) const;
    std::string bytes(std::size_t column) const;
    base::Decimal decimal(std::size_t column, int scale) const;
    base::Date date(std::size_t column) const;
    base::Timestamp timestamp(std::size_t column) const;

private:
    Dialect dialect_;
    std::vector<Cell> cells_;
};

// What one piece of work does. After a statement failed the transaction is lost on both databases:
// every later statement gives the same error again, and so does the end, even when the work says it
// succeeded. Use ON CONFLICT where a refusal is expected, or `attempt`.
//
// A null or a text takes the type of its place; where the place has none (`?1 IS NULL`,
// `SELECT ?1`), write CAST(?1 AS TEXT).
class Transaction {
public:
    virtual ~Transaction() = default;
    virtual Dialect dialect() const = 0;
    // Rows changed. Statements are prepared once per connection and kept by their text.
    virtual Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values) = 0;
    // As execute, but may be sent together with the next statement or the commit; an error then
    // shows there. Saves PostgreSQL a round trip where the count is not needed.
    virtual Status execute_later(std::string_view sql, std::span<const Value> values);
    // Several statements in one text, without values: schema changes.
    virtual Status execute_script(std::string_view sql) = 0;
    // Calls `each` for every row while it returns true; memory stays that of one row on SQLite
    // and of one batch on PostgreSQL. `each` may run other statements.
    virtual Status query_each(std::string_view sql, std::span<const Value> values,
                              const std::function<bool(const Row&)>& each) = 0;
    // Runs `work` in a savepoint: when it fails, only its own changes are undone, the transaction
    // goes on, and the error is given back (an import that keeps the good rows).
    virtual Status attempt(const std::function<Status(Transaction&)>& work) = 0;
    // Many rows at once: COPY on PostgreSQL, one prepared insert on SQLite.
    virtual Result<std::int64_t> insert_many(std::string_view table, std::span<const std::string> columns,
                                             std::span<const Values> rows) = 0;
    // A setting for the rest of this transaction that row-level security reads; nothing on SQLite.
    // Outside such a transaction it is null or empty, so policies say
    // `NULLIF(current_setting('weijian.name', true), '')`.
    virtual Status set_local(std::string_view name, std::string_view value) = 0;

    Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Value> values = {})
    {
        return execute(sql, std::span<const Value>{values.begin(), values.size()});
    }
    Status execute_later(std::string_view sql, std::initializer_list<Value> values)
    {
        return execute_later(sql, std::span<const Value>{values.begin(), values.size()});
    }
    virtual Result<std::vector<Row>> query(std::string_view sql, std::span<const Value> values);
    Result<std::vector<Row>> query(std::string_view sql, std::initializer_list<Value> values = {})
    {
        return query(sql, std::span<const Value>{values.begin(), values.size()});
    }
    virtual Result<std::optional<Row>> first(std::string_view sql, std::span<const Value> values);
    Result<std::optional<Row>> first(std::string_view sql, std::initializer_list<Value> values = {})
    {
        return first(sql, std::span<const Value>{values.begin(), values.size()});
    }
};

class Database {
public:
    using Work = std::function<Status(Transaction&)>;
    virtual ~Database() = default;
    virtual Dialect dialect() const = 0;

    // Runs `work` in a writing transaction and waits until it is durable. It may run more than once, each
    // time on what the others left and with its own former run undone, so it keeps nothing outside the
    // transaction that a second run would not write again. Errors of the database:
    // DISK_FULL, DATABASE_UNAVAILABLE (Unavailable), DATABASE_BUSY (Unavailable, retries used up),
    // UNIQUE (Conflict, fields = column names), REFERENCE (Conflict), VALUE_TOO_LONG (Invalid; a
    // check named `<column>_length` or written `length(column) <= n`), VALUE_REQUIRED, VALUE_TYPE,
    // VALUE_RANGE, VALUE_CHECK (Invalid), READ_ONLY, SQL (Internal: our own mistake).
    // A write inside a write is refused (WRITE_NESTED); so is a value with a NUL (TEXT_NUL).
    virtual Status write_work(Work work) = 0;
    // Runs `work` on one snapshot; writing in it is an error.
    virtual Status read_work(Work work) = 0;
    // Schema changes: alone, not grouped; on SQLite with foreign keys checked at the end.
    virtual Status migrate_work(Work work) = 0;
    // Statements that PostgreSQL refuses inside a transaction (CREATE INDEX CONCURRENTLY).
    virtual Status execute_outside(std::string_view sql) = 0;

    // Called after each commit that wrote; on PostgreSQL also for commits of other nodes (NOTIFY).
    // Wakes the readers of the change log. Cheap, does not use the database, and may come from any
    // thread. Each call adds one; give them before the first write.
    virtual void on_commit(std::function<void()> wake) = 0;

    template <class F>
    auto write(F fn) -> std::invoke_result_t<F, Transaction&>
    {
        return carry([this](Work work) { return write_work(std::move(work)); }, std::move(fn));
    }
    template <class F>
    auto read(F fn) -> std::invoke_result_t<F, Transaction&>
    {
        return carry([this](Work work) { return read_work(std::move(work)); }, std::move(fn));
    }
    template <class F>
    auto migrate(F fn) -> std::invoke_result_t<F, Transaction&>
    {
        return carry([this](Work work) { return migrate_work(std::move(work)); }, std::move(fn));
    }

private:
    template <class Run, class F>
    static auto carry(Run run, F fn) -> std::invoke_result_t<F, Transaction&>
    {
        using Outcome = std::invoke_result_t<F, Transaction&>;
        if constexpr (std::is_same_v<Outcome, Status>) {
            return run(std::move(fn));
        } else {
            std::optional<Outcome> outcome;
            Status status = run([&](Transaction& transaction) -> Status {
                outcome = fn(transaction);
                if (!outcome->ok())
                    return outcome->error();
                return {};
            });
            if (!status.ok())
                return std::move(status).error();
            return *std::move(outcome);
        }
    }
};

struct SqliteOptions {
    std::string path;
    int readers = 4;
    bool synchronous_full = true;  // false only in the test that shows why it must be true
    std::string vfs = {};          // a VFS registered by a test
    int checkpoint_pages = 4'000;  // of log, 4 KiB each, before it is copied to the main file
    std::chrono::milliseconds read_time_max{30'000};  // a longer read is ended: DATABASE_BUSY
    bool writes_repeated = false;  // every write runs twice, the first time undone: for tests of what it keeps
};
// DATABASE_FOREIGN (not ours: another application_id), DATABASE_NEWER, DATABASE_UNAVAILABLE.
Result<std::unique_ptr<Database>> open_sqlite(SqliteOptions);
// Private and in memory, for tests; `path` is not used.
Result<std::unique_ptr<Database>> open_sqlite_memory(SqliteOptions = {});

struct PostgresOptions {
    std::string url;  // postgresql://user:secret@host:port/database
    int connections = 8;
    std::chrono::milliseconds statement_time_max{30'000};  // a longer one is ended: DATABASE_BUSY
};
Result<std::unique_ptr<Database>> open_postgres(PostgresOptions);

// By the form of `where`: "postgresql://..." or a file path.
Result<std::unique_ptr<Database>> open(const std::string& where);

// Column types of the common subset, for tables made from definitions.
enum class ColumnType { Integer, Real, Decimal, Text, Bytes, Boolean, Date, Timestamp };
std::string column_type(Dialect, ColumnType, int precision = 18, int scale = 0);

// Numbered migrations ("0001_create.sql") of one module; each runs once, in order, in one
// transaction, and its SM3 is kept: a changed file is refused (MIGRATION_CHANGED), an unknown
// newer one too (DATABASE_NEWER). In the files, {{timestamp}}, {{bytes}}, {{boolean}}, {{date}},
// {{identity}} stand for the dialect's types; lines between `-- postgres:` / `-- sqlite:` and
// `-- end` are for that database only.
Status migrate(Database&, std::string_view module, std::span<const base::EmbeddedFile> files);

}  // namespace storage
