#pragma once

// New passwords: length, classes, and everything an outsider would try first. Hashing happens on
// one thread with a bounded queue, never inside a transaction, so a storm of sign-ins leaves the
// rest of the server alive.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "kernel/identity/account_policy.h"

namespace identity {

// What belongs to the person and is refused inside a password: login name, name, organisation,
// phone, identity number.
struct PersonalFacts {
    std::string login_name, display_name;
    std::vector<std::string> organisation_names = {};
    std::string phone = {}, id_card = {};
    bool administrator = false;
};

class Passwords {
public:
    Passwords();  // reads the embedded list of common passwords

    // PWD_TOO_SHORT (minimum), PWD_TOO_LONG, PWD_CLASSES (classes), PWD_COMMON. All faults of the field.
    std::vector<base::Fault> faults(const AccountPolicy&, const PersonalFacts&, std::string_view password,
        std::string field = "new") const;
    bool common(std::string_view password) const;
    std::size_t size() const { return common_.size(); }

private:
    std::unordered_set<std::string_view> common_;  // into the embedded file
    std::unordered_set<std::string> folded_;       // the same with look-alike digits as letters
};

// 16 characters without look-alikes, of all classes.
std::string random_password();

class HashPool {
public:
    explicit HashPool(std::size_t queue_max = 200);
    ~HashPool();
    HashPool(const HashPool&) = delete;
    HashPool& operator=(const HashPool&) = delete;

    // HASH_QUEUE_FULL (Unavailable, parameter retry_after).
    Result<std::string> hash(std::string_view password, const std::string& pepper, base::crypto::PasswordScheme);
    Result<bool> verify(std::string_view password, const std::string& pepper, const std::string& stored);

private:
    Status run(std::function<void()>);  // waits until the thread has run it
    void work();

    std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace identity
