#pragma once

// Signing in: password, second factor, lock-out, and what the person is told.
//
// Whoever does not know the password learns nothing: an unknown name, a wrong password and a locked
// account get the same answer after the same work. AUTH_LOCKED is said only after the right
// password, or on a device on which the person has signed in before.

#include <optional>
#include <string>

#include "kernel/identity/identity.h"

namespace identity {

// Where a request comes from.
struct Origin {
    std::string remote, user_agent, request_id;
    std::string device_token = {};  // from the device cookie
};

struct Attempt {
    base::Timestamp at;
    std::string remote;
};

struct SignedIn {
    std::string token;
    std::string device_token;  // to be kept by the browser; empty: it has one already
    std::shared_ptr<const Subject> subject;
    std::optional<Attempt> last_success, last_failure;
};

// AUTH_FAILED (remaining), AUTH_LOCKED (minutes), AUTH_FROZEN, AUTH_EXPIRED, AUTH_THROTTLED,
// AUTH_MFA_REQUIRED (mfa_token), HASH_QUEUE_FULL.
Result<SignedIn> sign_in(Identity&, const std::string& login_name, const std::string& password, const Origin&);

// The second step within five minutes. MFA_FAILED (remaining), MFA_TOKEN, AUTH_LOCKED.
struct SecondFactor {
    std::string mfa_token, code, recovery_code;
};
Result<SignedIn> sign_in_second(Identity&, const SecondFactor&, const Origin&);

Status sign_out(Identity&, const Subject&, const Origin&);

std::string login_key_of(const FieldCipher&, std::string_view login_name);

}  // namespace identity
