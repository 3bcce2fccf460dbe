#pragma once

// Readers of the change log. Each has a cursor kept in the database and handles entries in the same
// writing transaction that moves the cursor, so it may be killed anywhere and nothing is handled
// twice or left out. Effects outside the database belong into `settle` and must be idempotent.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/changes/changes.h"

namespace changes {

struct Reader {
    std::string name;
    std::function<Status(storage::Transaction&, const std::vector<Entry>&)> handle;
    // Outside any transaction: after each batch, and about once a second when nothing happens.
    std::function<Status()> settle = {};
    std::size_t batch = 500;
};

struct Lag {
    std::string reader;
    std::int64_t entries = 0;  // committed and not yet handled
};

class Readers {
public:
    Readers(storage::Database&, const base::Clock&);
    ~Readers();
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    void add(Reader);  // before start()
    void start();      // one thread a reader, woken by commits and every second
    void stop();
    // Runs every reader here and now until it has handled all there is; also without start().
    Status drain();
    Result<std::vector<Lag>> lag();

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace changes
