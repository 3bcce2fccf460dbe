#include "storage/sqlite/readers.h"

namespace storage::sqlite {

namespace {

using Moment = std::chrono::steady_clock::time_point;
constexpr std::chrono::seconds wait_max{10};
constexpr int instructions_between_looks = 100'000;

// As PostgreSQL does with statement_timeout, a query nobody can wait for is ended.
int too_late(void* deadline)
{
    return std::chrono::steady_clock::now() > *static_cast<Moment*>(deadline) ? 1 : 0;
}

// Gives the connection back on every way out, exceptions too.
template <class F>
struct AtEnd {
    explicit AtEnd(F last) : run(std::move(last)) {}
    ~AtEnd() { run(); }
    AtEnd(const AtEnd&) = delete;
    AtEnd& operator=(const AtEnd&) = delete;
    F run;
};

}  // namespace

Status Readers::read(const Database::Work& work)
{
    TRY_ASSIGN(auto connection, borrow());
    Moment deadline = std::chrono::steady_clock::now() + time_max_;
    sqlite3_progress_handler(connection->handle(), instructions_between_looks, too_late, &deadline);
    const AtEnd end([&] {
        sqlite3_progress_handler(connection->handle(), 0, nullptr, nullptr);
        connection->roll_back();
        give_back(std::move(connection));
    });
    TRY(connection->run("BEGIN"));
    SqliteTransaction transaction(*connection);
    TRY(work(transaction));
    return transaction.failed();
}

Result<std::unique_ptr<Connection>> Readers::borrow()
{
    {
        std::unique_lock lock(mutex_);
        if (!returned_.wait_for(lock, wait_max, [this] { return !idle_.empty() || out_ < count_ * 4; }))
            return Error{.kind = Kind::Unavailable, .code = "DATABASE_BUSY", .detail = "all readers are in use"};
        ++out_;
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    auto connection = Connection::open(options_);
    if (!connection.ok()) {
        std::lock_guard lock(mutex_);
        --out_;
    }
    return connection;
}

void Readers::give_back(std::unique_ptr<Connection> connection)
{
    {
        std::lock_guard lock(mutex_);
        --out_;
        if (idle_.size() < count_)
            idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
}

}  // namespace storage::sqlite
