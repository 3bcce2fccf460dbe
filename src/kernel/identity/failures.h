#pragma once

// Counting wrong passwords and codes: per account name and device in the database, per network
// address in memory. A name that does not exist is counted like one that does.

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "kernel/identity/account_policy.h"

namespace identity {

// Whose failures: a name (as HMAC), and the device if the person has signed in on it before.
struct FailureKey {
    std::string login;   // 32 bytes
    std::string device;  // empty for unknown devices
    std::string kind = "password";  // or "totp"
};

struct Failures {
    std::vector<std::int64_t> at;  // milliseconds, inside the window
    std::optional<base::Timestamp> locked_until = {};
    int lock_level = 0;            // locks since the last success
    bool locked(base::Timestamp now) const { return locked_until && now < *locked_until; }
};

Result<Failures> load_failures(Transaction&, const FailureKey&);

struct Counted {
    int remaining = 0;      // attempts before the lock
    bool now_locked = false;
    int minutes = 0;        // of the lock that has just begun
};
Result<Counted> count_failure(Transaction&, const FailureKey&, const AccountPolicy&, base::Timestamp);
Status clear_failures(Transaction&, const FailureKey&);
// Every device and kind; an administrator unlocks.
Status clear_all_failures(Transaction&, const std::string& login_key);
// Rows nobody needs any more; a daily job.
Status forget_old_failures(Transaction&, base::Timestamp);
int minutes_left(const Failures&, base::Timestamp);

class AddressThrottle {
public:
    // AUTH_THROTTLED (TooMany, parameter retry_after) while too many failures came from there.
    Status check(const std::string& remote, const AccountPolicy&, base::Timestamp);
    void count(const std::string& remote, const AccountPolicy&, base::Timestamp);

private:
    std::mutex mutex_;
    std::unordered_map<std::string, std::deque<std::int64_t>> failures_;
};

// "203.0.113.0/24", "2001:db8::/64".
std::string network_of(const std::string& remote);

}  // namespace identity
