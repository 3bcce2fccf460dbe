#pragma once

// A running node follows what another node or the command line changed: the release, the keys, who
// may do what. It reads the change log from where it stands when it starts, with a cursor in memory,
// so every node sees every entry; commits wake it, and twice a second it looks by itself.
//
// A new release is swapped in whole: requests that began with the old one end with it, and their
// writes are refused (changes::require) rather than done by a plan that is no longer in force.

#include <memory>
#include <thread>

#include "kernel/changes/changes.h"
#include "kernel/records/store.h"
#include "server/installation.h"

namespace server {

class Following {
public:
    Following(Installation&, records::Store&);
    ~Following();
    Following(const Following&) = delete;
    Following& operator=(const Following&) = delete;

    Status begin();  // from the end of the log; takes up what changed since the installation was opened
    void start();    // in a thread of its own
    void stop();
    // Reads what is new and takes it up; what the thread does.
    Status step();
    // NODE_BEHIND when the database has moved on and this node has not followed yet.
    Status current() const;

private:
    struct Waiting;
    Status take_up();
    void run();

    Installation& installation_;
    records::Store& store_;
    changes::Cursor cursor_;
    std::mutex turn_;
    std::shared_ptr<Waiting> waiting_;  // the database may wake it when this object is gone
    std::thread thread_;
};

}  // namespace server
