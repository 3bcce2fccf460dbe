#pragma once

// Re-encryption after `weijian key rotate`: rows of records, drafts and accounts go over to the new
// key while everybody works. The console that rotated does it; a running service takes over when
// nobody is at it, such as after a crash.

#include <memory>
#include <thread>

#include "kernel/identity/rotation.h"
#include "kernel/records/store.h"
#include "server/installation.h"

namespace server {

// Does the oldest waiting rotation to its end and gives it; nothing when none waits or somebody else
// is at it. `progress` gets the rows done and may stop the work, which then goes on later.
Result<std::optional<identity::Rotation>> work_rotation(Installation&, const records::Store&,
    const std::function<Status(std::int64_t done)>& progress = {});

// Values that still need the key, in records, drafts and accounts.
Result<std::vector<identity::KeyUse>> key_uses(storage::Transaction&, const records::Store&, std::uint32_t key);

class Rotating {
public:
    Rotating(Installation& installation, const records::Store& store);
    ~Rotating();
    Rotating(const Rotating&) = delete;
    Rotating& operator=(const Rotating&) = delete;
    void start();  // a thread that looks every few seconds
    void stop();   // after the running batch

private:
    struct Waiting;
    void run();

    Installation& installation_;
    const records::Store& store_;
    std::unique_ptr<Waiting> waiting_;
    std::thread thread_;
};

}  // namespace server
