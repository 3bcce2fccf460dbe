#pragma once

// Connections for reading, each on its own snapshot, lent to one thread at a time.

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "storage/sqlite/transaction.h"

namespace storage::sqlite {

class Readers {
public:
    // Keeps `count` connections open; four times as many may be out at once.
    Readers(ConnectionOptions options, std::size_t count, std::chrono::milliseconds time_max)
        : options_(std::move(options)), count_(count), time_max_(time_max) {}

    Status read(const Database::Work& work);

private:
    Result<std::unique_ptr<Connection>> borrow();
    void give_back(std::unique_ptr<Connection> connection);

    ConnectionOptions options_;
    std::size_t count_;
    std::chrono::milliseconds time_max_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t out_ = 0;
};

}  // namespace storage::sqlite
