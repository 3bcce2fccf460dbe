#include "storage/postgres/pool.h"

#include <chrono>

namespace storage::postgres {

namespace {

constexpr std::chrono::seconds wait_max{10};

}  // namespace

Result<Pool::Lease> Pool::borrow(Limit limit)
{
    {
        std::unique_lock lock(mutex_);
        const bool free = limit == Limit::Exceed ||
                          freed_.wait_for(lock, wait_max, [this] { return out_ < count_; });
        if (!free)
            return Error{.kind = Kind::Unavailable, .code = "DATABASE_BUSY", .detail = "all connections are in use"};
        ++out_;
    }
    while (auto connection = take_idle())
        if (connection->alive())
            return Lease(*this, std::move(connection));
    auto connection = open();
    if (!connection.ok()) {
        returned();
        return connection.error();
    }
    std::lock_guard lock(mutex_);
    (*connection)->schema = schema_;
    return Lease(*this, *std::move(connection));
}

std::unique_ptr<Connection> Pool::take_idle()
{
    std::unique_ptr<Connection> connection;
    std::uint64_t schema = 0;
    {
        std::lock_guard lock(mutex_);
        if (idle_.empty())
            return nullptr;
        connection = std::move(idle_.back());
        idle_.pop_back();
        schema = schema_;
    }
    if (connection->alive() && (connection->schema != schema || connection->full())) {
        connection->forget_statements();
        connection->schema = schema;
    }
    return connection;
}

void Pool::give_back(std::unique_ptr<Connection> connection)
{
    {
        std::lock_guard lock(mutex_);
        if (idle_.size() < count_)
            idle_.push_back(std::move(connection));
    }
    connection.reset();
    returned();
}

void Pool::returned()
{
    {
        std::lock_guard lock(mutex_);
        --out_;
    }
    freed_.notify_one();
}

void Pool::schema_changed()
{
    std::lock_guard lock(mutex_);
    ++schema_;
}

}  // namespace storage::postgres
