#pragma once

// Tells other nodes that something was committed, and hears it from them. A connection and a thread
// of its own: NOTIFY in a business transaction would make all commits of the cluster queue up.

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct pg_conn;

namespace storage::postgres {

class Signals {
public:
    explicit Signals(std::string url);
    ~Signals();

    void add(std::function<void()> wake);
    // This node committed: wakes its own readers now, the others' soon.
    void committed();

private:
    void loop();
    void serve(pg_conn* connection);
    bool say(pg_conn* connection);
    void wake();
    void wait(int milliseconds);

    std::string url_;
    int event_;  // eventfd: something to say, or the end
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> to_say_ = false;
    std::mutex mutex_;
    std::vector<std::function<void()>> wakes_;
    std::thread thread_;
};

}  // namespace storage::postgres
