#pragma once

// Server-sent events about changes: one reader of the change log feeds every open stream with what
// its user may see. A stream that comes back with Last-Event-ID gets what it missed.

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kernel/records/store.h"

namespace records {

class Events {
public:
    Events(storage::Database&, Store&);
    ~Events();
    void start();  // a thread that wakes with commits and every second
    void stop();

    // From now on, or from behind `last_event_id`.
    void open(std::shared_ptr<http::EventStream>, std::shared_ptr<const identity::Subject>, const std::string& last_event_id);
    // Other modules' events for one user ("import") or one session ("session").
    void push_to_user(base::Id user, std::string_view event, const json::value& data);
    void end_session(base::Id session);
    std::size_t streams() const;
    void wake();
    // Reads the log once and feeds the streams; what the thread does, and tests.
    Status feed();

private:
    struct Stream {
        std::shared_ptr<http::EventStream> stream;
        std::shared_ptr<const identity::Subject> subject;
        changes::Cursor cursor;
    };
    Status feed_one(Stream&);
    void run();

    storage::Database& database_;
    Store& store_;
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<Stream>> streams_;
    struct Waiting;
    std::shared_ptr<Waiting> waiting_;  // the database may still wake it when this object is gone
    std::thread thread_;
};

}  // namespace records
