#pragma once

// The rules of passwords, lock-out and sessions: one versioned record that the security
// administrator edits and a second person approves. Two profiles ship: "mlps3" (GB/T 22239, the
// default) and "asvs5" (OWASP ASVS 5.0: long passwords, no composition rules, no expiry).

#include "base/crypto.h"
#include "base/json.h"
#include "kernel/identity/cause.h"

namespace identity {

struct AccountPolicy {
    std::int64_t version = 0;  // 0: the built-in default
    std::string profile = "mlps3";

    int password_min_length = 10;
    int password_min_length_administrator = 12;
    int password_max_length = 128;
    int password_classes = 3;       // of lower, upper, digit, other; 0: no rule
    int password_max_age_days = 90; // 0: never
    int password_history = 5;
    int password_min_age_hours = 24;
    base::crypto::PasswordScheme scheme = base::crypto::PasswordScheme::Argon2id;

    int failures_max = 5;
    int failures_window_minutes = 15;
    int lock_minutes = 30;          // doubling with each further lock
    int lock_minutes_max = 24 * 60;
    int address_failures_max = 50;  // per /24 or /64
    int address_window_minutes = 10;

    int idle_minutes = 30, idle_minutes_administrator = 15;
    int absolute_hours = 12, absolute_hours_administrator = 8;
    int sessions_max = 3, sessions_max_administrator = 1;

    bool second_factor_enforced = true;  // of roles that are sensitive
    int idle_freeze_days = 90;
    int temporary_password_hours = 24;
    int leaver_wipe_days = 180;  // after leaving, until what names the person goes
};

AccountPolicy policy_profile(std::string_view name);  // "asvs5", anything else is "mlps3"
json::object as_json(const AccountPolicy&);
// Starts from the profile named in the object; POLICY_RANGE for a value outside its limits,
// UNKNOWN_FIELD for a name that is none.
Result<AccountPolicy> policy_from(const json::object&);

Result<AccountPolicy> load_policy(Transaction&);
// Stores the next version; approval by a second person is the caller's business.
Status store_policy(Transaction&, AccountPolicy, Id approved_by, const Cause&);

}  // namespace identity
