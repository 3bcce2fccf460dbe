#pragma once

// The one thread that writes to a SQLite file. Work that waits while a commit runs shares the next
// commit: one COMMIT makes all of it durable, and only then the callers go on. When a piece fails, the
// group is undone and runs again, each piece in a savepoint of its own, so that only the bad one is
// missing. When the commit fails, all of the group are told.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "storage/sqlite/transaction.h"

namespace storage::sqlite {

class Writer {
public:
    Writer(std::unique_ptr<Connection> connection, const SqliteOptions&, std::function<void()> committed);
    ~Writer();  // finishes what waits

    Status write(const Database::Work& work) { return run({.kind = Task::Write, .work = &work}); }
    Status migrate(const Database::Work& work) { return run({.kind = Task::Migrate, .work = &work}); }
    Status outside(std::string_view sql) { return run({.kind = Task::Outside, .sql = sql}); }

private:
    enum class Task { Write, Migrate, Outside };
    struct Order {
        Task kind = Task::Write;
        const Database::Work* work = nullptr;
        std::string_view sql = {};
    };
    struct Request {
        explicit Request(Order asked) : order(asked) {}
        Order order;
        Status status = {};
        std::exception_ptr thrown = {};
        std::atomic<int> done = 0;
    };
    using Group = std::vector<std::shared_ptr<Request>>;

    Status run(Order order);
    void loop();
    std::shared_ptr<Request> next(bool wait);
    void run_group(std::shared_ptr<Request> first);
    bool run_together(Group& group);
    Status run_apart(const Group& group);
    void run_member(Request& request);
    void run_alone(Request& request);
    Status migrate_now(Request& request);
    Status call(Request& request);
    void tell(const Error& error, std::size_t writes);
    void hand_back(Group& group, const Status& commit);
    void checkpoint_when_due();

    std::unique_ptr<Connection> connection_;
    std::function<void()> committed_;
    const bool repeated_;
    std::int64_t changes_ = 0;  // rows ever written, when the last group was committed
    int wal_pages_ = 0;
    std::string told_ = {};  // the last failure in the log, which a full disk would fill otherwise
    std::chrono::steady_clock::time_point told_at_ = {};
    const int checkpoint_pages_;
    int checkpoint_due_;  // moves up while a reader of an old state holds the log back

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::shared_ptr<Request>> waiting_;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace storage::sqlite
