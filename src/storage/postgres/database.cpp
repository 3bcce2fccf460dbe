#include <chrono>
#include <map>
#include <random>

#include "base/log.h"
#include "storage/nesting.h"
#include "storage/postgres/gate.h"
#include "storage/postgres/pool.h"
#include "storage/postgres/signals.h"
#include "storage/postgres/transaction.h"

namespace storage {

namespace {

using postgres::Connection;
using postgres::Gate;
using postgres::Pool;
using postgres::PostgresTransaction;
using postgres::Trouble;
using Mode = PostgresTransaction::Mode;

constexpr int runs_max = 20;          // of work that loses races
constexpr int runs_together_max = 4;  // after these it runs alone on this node
constexpr int lost_connections_max = 3;
constexpr std::chrono::seconds write_time_max{30};  // the server ends a transaction that idles so long

void pause_after_race(int run)
{
    thread_local std::minstd_rand random{std::random_device{}()};
    const int most_us = std::min(1 << std::min(run, 7), 100) * 1'000;
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, most_us)(random)));
}

constexpr std::string_view select_unique_columns = R"sql(
    SELECT index_class.relname, column_of.attname
      FROM pg_index
      JOIN pg_class AS index_class ON index_class.oid = pg_index.indexrelid
      JOIN pg_attribute AS column_of
        ON column_of.attrelid = pg_index.indrelid AND column_of.attnum = ANY (pg_index.indkey)
     WHERE pg_index.indisunique AND index_class.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
     ORDER BY index_class.relname, array_position(pg_index.indkey::int2[], column_of.attnum)
)sql";

class PostgresDatabase final : public Database {
public:
    explicit PostgresDatabase(const PostgresOptions& options)
        : pool_(options), signals_(options.url),
          columns_of_([this](const std::string& constraint) { return unique_columns(constraint); })
    {
    }

    Dialect dialect() const override { return Dialect::Postgres; }
    Status write_work(Work work) override;
    Status read_work(Work work) override { return read_again(work, Mode::Read); }
    Status migrate_work(Work work) override;
    Status execute_outside(std::string_view sql) override;
    void on_commit(std::function<void()> wake) override { signals_.add(std::move(wake)); }

private:
    struct Outcome {
        Status status;
        Trouble trouble = Trouble::None;
        bool commit_sent = false;
        bool wrote = false;
    };
    Outcome run_once(const Work& work, Mode mode);
    Status read_again(const Work& work, Mode mode);
    std::vector<std::string> unique_columns(const std::string& constraint);

    Pool pool_;
    postgres::Signals signals_;
    postgres::ColumnsOf columns_of_;
    Gate gate_;
    std::mutex mutex_;
    std::map<std::string, std::vector<std::string>> unique_columns_;
};

PostgresDatabase::Outcome PostgresDatabase::run_once(const Work& work, Mode mode)
{
    auto lease = pool_.borrow(write_depth > 1 || (mode == Mode::Read && write_depth > 0) ? Pool::Limit::Exceed
                                                                                        : Pool::Limit::Wait);
    if (!lease.ok())
        return {.status = lease.error(), .trouble = Trouble::None};
    PostgresTransaction transaction(**lease, mode, columns_of_);
    Outcome outcome;
    try {
        outcome.status = work(transaction);
    } catch (...) {
        transaction.abandon();
        throw;
    }
    if (outcome.status.ok())
        outcome.status = transaction.finish();
    else
        transaction.abandon();
    outcome.trouble = transaction.trouble();
    outcome.commit_sent = transaction.commit_sent();
    outcome.wrote = transaction.wrote();
    if (outcome.trouble == Trouble::StalePlan)
        (*lease)->forget_statements();
    return outcome;
}

Status PostgresDatabase::write_work(Work work)
{
    TRY(refuse_nested_write());
    const WriteScope scope;
    const auto start = std::chrono::steady_clock::now();
    int lost = 0;
    for (int run = 1;; ++run) {
        Outcome outcome;
        {
            const Gate::Pass pass(gate_, run > runs_together_max);
            outcome = run_once(work, Mode::Write);
        }
        if (outcome.status.ok()) {
            if (outcome.wrote)
                signals_.committed();
            return {};
        }
        // Nobody knows whether a commit arrived whose answer was lost, so it is not sent twice.
        const bool again = outcome.trouble == Trouble::Conflict || outcome.trouble == Trouble::StalePlan ||
                           (outcome.trouble == Trouble::Lost && !outcome.commit_sent && ++lost < lost_connections_max);
        const auto elapsed = std::chrono::steady_clock::now() - start;
        if (elapsed > write_time_max)
            base::log::error("storage: a writing transaction took more than 30 s and was ended");
        if (!again || elapsed > write_time_max)
            return outcome.status;
        if (run == runs_max)
            return Error{.kind = Kind::Unavailable, .code = "DATABASE_BUSY", .detail = "lost too many races"};
        if (outcome.trouble == Trouble::Conflict)
            pause_after_race(run);
    }
}

Status PostgresDatabase::read_again(const Work& work, Mode mode)
{
    for (int run = 1;; ++run) {
        Outcome outcome = run_once(work, mode);
        const bool again = outcome.trouble != Trouble::None;
        if (outcome.status.ok() || !again || run == lost_connections_max)
            return outcome.status;
    }
}

Status PostgresDatabase::migrate_work(Work work)
{
    TRY(refuse_nested_write());
    const WriteScope scope;
    // Nodes that start together wait for each other here.
    const auto locked = [&work](Transaction& transaction) -> Status {
        TRY(transaction.execute("SET LOCAL statement_timeout = 0"));
        TRY(transaction.execute("SELECT pg_advisory_xact_lock(5712894)"));
        return work(transaction);
    };
    Outcome outcome = run_once(locked, Mode::Migrate);
    pool_.schema_changed();
    {
        std::lock_guard lock(mutex_);
        unique_columns_.clear();
    }
    if (outcome.status.ok())
        signals_.committed();
    return outcome.status;
}

Status PostgresDatabase::execute_outside(std::string_view sql)
{
    TRY_ASSIGN(auto lease, pool_.borrow());
    TRY(lease->limit_time(std::chrono::milliseconds(0)));
    Status status = lease->script(std::string(sql));
    TRY(lease->limit_time(pool_.options().statement_time_max));
    pool_.schema_changed();
    return status;
}

// On a connection of its own, as the transaction that asks is lost already.
std::vector<std::string> PostgresDatabase::unique_columns(const std::string& constraint)
{
    {
        std::lock_guard lock(mutex_);
        if (const auto found = unique_columns_.find(constraint); found != unique_columns_.end())
            return found->second;
    }
    const auto load = [&]() -> Result<std::map<std::string, std::vector<std::string>>> {
        TRY_ASSIGN(auto connection, pool_.open());
        TRY(connection->queue(select_unique_columns));
        TRY_ASSIGN(const postgres::Answer answer, connection->run());
        std::map<std::string, std::vector<std::string>> columns;
        for (int index = 0; index < PQntuples(answer.get()); ++index) {
            const Row row = postgres::row_of(answer.get(), index);
            columns[row.text(0)].push_back(row.text(1));
        }
        return columns;
    };
    auto loaded = load();
    std::lock_guard lock(mutex_);
    if (loaded.ok())
        unique_columns_ = *std::move(loaded);
    return unique_columns_[constraint];
}

Status check_server(Connection& connection)
{
    TRY(connection.queue("SELECT current_setting('server_version_num')::bigint, current_setting('fsync'), "
                         "current_setting('server_encoding')"));
    TRY_ASSIGN(const postgres::Answer answer, connection.run());
    const Row row = postgres::row_of(answer.get(), 0);
    if (row.integer(0) < 130'000 || row.text(2) != "UTF8")
        return Error{.kind = Kind::Internal, .code = "DATABASE_UNSUITABLE",
                     .parameters = {{"version", row.text(0)}, {"encoding", row.text(2)}}};
    static std::atomic<bool> told = false;
    if (row.text(1) != "on" && !told.exchange(true))
        base::log::warning("storage: this PostgreSQL runs with fsync off and loses data when the power fails");
    return {};
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(PostgresOptions options)
{
    TRY_ASSIGN(auto connection, Connection::open(options));
    TRY(check_server(*connection));
    return std::unique_ptr<Database>(new PostgresDatabase(options));
}

}  // namespace storage
