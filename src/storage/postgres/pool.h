#pragma once

// Connections lent to one thread at a time, opened when needed, replaced when the server went away.

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "storage/postgres/connection.h"

namespace storage::postgres {

class Pool {
public:
    explicit Pool(PostgresOptions options)
        : options_(std::move(options)), count_(static_cast<std::size_t>(std::max(options_.connections, 1))) {}

    // Gives its connection back when it goes out of scope.
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease()
        {
            if (connection_)
                pool_->give_back(std::move(connection_));
        }
        Connection& operator*() { return *connection_; }
        Connection* operator->() { return connection_.get(); }

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    // Waits at most ten seconds (DATABASE_BUSY). Whoever holds a connection already may go beyond
    // the limit, or everybody could wait for everybody.
    enum class Limit { Wait, Exceed };
    Result<Lease> borrow(Limit limit = Limit::Wait);
    // Statements prepared before a migration are prepared anew.
    void schema_changed();
    // A connection of one's own, outside the count.
    Result<std::unique_ptr<Connection>> open() const { return Connection::open(options_); }
    const PostgresOptions& options() const { return options_; }

private:
    std::unique_ptr<Connection> take_idle();
    void give_back(std::unique_ptr<Connection> connection);
    void returned();

    PostgresOptions options_;
    std::size_t count_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t out_ = 0;
    std::uint64_t schema_ = 0;
};

}  // namespace storage::postgres
