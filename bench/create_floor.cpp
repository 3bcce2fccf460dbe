#include "create_floor.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "installation.h"
#include "kernel/identity/sessions.h"
#include "server/installation.h"

namespace bench {

namespace {

namespace fs = std::filesystem;
using storage::Status;
using storage::Transaction;

struct Statement {
    std::string text;
    storage::Values values;
    bool rows = false;  // gives rows, which are read
};
using Statements = std::vector<Statement>;  // of one create

class RecordingTransaction final : public Transaction {
public:
    RecordingTransaction(Transaction& real, Statements& statements) : real_(real), statements_(statements) {}

    storage::Dialect dialect() const override { return real_.dialect(); }
    storage::Result<std::int64_t> execute(std::string_view sql, std::span<const storage::Value> values) override
    {
        note(sql, values, false);
        return real_.execute(sql, values);
    }
    Status query_each(std::string_view sql, std::span<const storage::Value> values,
        const std::function<bool(const storage::Row&)>& each) override
    {
        note(sql, values, true);
        return real_.query_each(sql, values, each);
    }
    // What creating a record never does.
    Status execute_script(std::string_view) override { give_up("a create ran a script"); }
    Status attempt(const std::function<Status(Transaction&)>&) override { give_up("a create made an attempt"); }
    storage::Result<std::int64_t> insert_many(std::string_view, std::span<const std::string>, std::span<const storage::Values>) override
    {
        give_up("a create inserted many rows");
    }
    Status set_local(std::string_view name, std::string_view value) override { return real_.set_local(name, value); }

private:
    void note(std::string_view sql, std::span<const storage::Value> values, bool rows)
    {
        statements_.push_back({std::string(sql), {values.begin(), values.end()}, rows});
    }

    Transaction& real_;
    Statements& statements_;
};

class Recorder final : public storage::Database {
public:
    explicit Recorder(storage::Database& real) : real_(real) {}

    storage::Dialect dialect() const override { return real_.dialect(); }
    Status write_work(Work work) override
    {
        Statements statements;
        const Status status = real_.write_work([&](Transaction& transaction) {
            statements.clear();
            RecordingTransaction recording{transaction, statements};
            return work(recording);
        });
        const std::lock_guard lock{mutex_};
        creates_.push_back(std::move(statements));
        return status;
    }
    Status read_work(Work work) override { return real_.read_work(std::move(work)); }
    Status migrate_work(Work work) override { return real_.migrate_work(std::move(work)); }
    Status execute_outside(std::string_view sql) override { return real_.execute_outside(sql); }
    void on_commit(std::function<void()> wake) override { real_.on_commit(std::move(wake)); }

    const std::vector<Statements>& creates() const { return creates_; }

private:
    storage::Database& real_;
    std::mutex mutex_;
    std::vector<Statements> creates_;
};

template <class T>
T expect(base::Result<T> result)
{
    if (!result.ok())
        give_up("floor: " + result.error().code + " " + result.error().detail);
    return *std::move(result);
}

// Hands out 0 .. count-1 to the threads; gives the seconds it took.
double in_threads(int threads, std::size_t count, const std::function<void(std::size_t)>& work)
{
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> running;
    const auto began = std::chrono::steady_clock::now();
    for (int thread = 0; thread < threads; ++thread)
        running.emplace_back([&] {
            for (std::size_t index = next++; index < count; index = next++)
                work(index);
        });
    for (std::thread& thread : running)
        thread.join();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

std::unique_ptr<storage::Database> copy_of(const fs::path& database, const fs::path& copy)
{
    for (const char* part : {"", "-wal"})
        if (fs::exists(database.string() + part))
            fs::copy_file(database.string() + part, copy.string() + part);
    return expect(storage::open(copy.string()));
}

std::vector<Statements> record(server::Installation& installation, storage::Database& database,
    const std::vector<json::object>& bodies, const std::string& login, int threads)
{
    identity::Identity& identity = *installation.identity;
    const auto subject = expect(database.read([&](Transaction& transaction) -> base::Result<std::shared_ptr<identity::Subject>> {
        TRY_ASSIGN(const auto row, transaction.first("SELECT id FROM user_account WHERE login_name = ?1", {login}));
        if (!row)
            give_up("floor: no account " + login);
        return identity::load_subject(transaction, row->integer(0), identity.policy(), identity.account_policy(), identity.clock().now());
    }));
    Recorder recorder{database};
    records::Options options;
    options.calendar = installation.calendar;
    records::Store store{{recorder, nullptr, *installation.clock, *installation.ids, identity.cipher()},
        expect(records::make_plan(installation.release)), options};
    in_threads(threads, bodies.size(), [&](std::size_t index) {
        records::Context context;
        context.subject = subject.get();
        context.at = installation.clock->now();
        expect(store.create("unit", bodies[index], context));
    });
    return recorder.creates();
}

Status run_again(Transaction& transaction, const Statements& statements)
{
    for (const Statement& statement : statements) {
        if (!statement.rows)
            TRY(transaction.execute_later(statement.text, std::span<const storage::Value>{statement.values}));
        else
            TRY(transaction.query(statement.text, std::span<const storage::Value>{statement.values}));
    }
    return {};
}

}  // namespace

double create_floor(const fs::path& data, const fs::path& folder, const std::vector<json::object>& bodies,
    const std::string& login, int threads)
{
    fs::create_directories(folder);
    const base::SystemClock clock;
    server::Installation installation = expect(server::open_installation(data, clock));
    const auto recorded = copy_of(installation.config.database, folder / "recorded.sqlite");
    const auto replayed = copy_of(installation.config.database, folder / "replayed.sqlite");
    const auto creates = record(installation, *recorded, bodies, login, threads);
    const double seconds = in_threads(threads, creates.size(), [&](std::size_t index) {
        const auto status = replayed->write([&](Transaction& transaction) { return run_again(transaction, creates[index]); });
        if (!status.ok())
            give_up("floor: " + status.error().code + " " + status.error().detail);
    });
    return static_cast<double>(creates.size()) / seconds;
}

}  // namespace bench
