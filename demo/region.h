#pragma once

// A made-up "Beijing" through the same write path as users: one municipal and sixteen district
// agencies with real GB/T 2260 codes, an account for each role, and supervised units.

#include <functional>
#include <string>
#include <vector>

#include "kernel/identity/identity.h"
#include "kernel/records/store.h"

namespace demo {

using base::Result;
using base::Status;

struct Account {
    std::string login_name, organisation, role_title;
};

struct RegionOptions {
    std::uint64_t seed = 2026;
    std::int64_t units = 20'000;
    std::string password;
    unsigned threads = 16;  // waiting writers share commits
    std::function<void(std::int64_t made)> progress = {};
};

struct Region {
    std::vector<Account> accounts;
    std::int64_t units = 0;
};

// For an installation without organisations. Errors are those of the stores.
Result<Region> make_region(identity::Identity&, records::Store&, const RegionOptions&);

}  // namespace demo
