#pragma once

// What a person does with his own account, and what an administrator does to its secrets.

#include "kernel/identity/sign_in.h"

namespace identity {

// Checks the current password (wrong ones count towards the lock), then the new one. Ends the other
// sessions and gives this one's new token. PWD_CURRENT, PWD_* faults, AUTH_LOCKED.
Result<std::string> change_password(Identity&, const Subject&, const std::string& current,
    const std::string& wanted, const Origin&);

struct TotpOffer {
    std::string secret, uri;  // Base32; otpauth://
};
// All three need the password again. MFA_CODE, PWD_CURRENT.
Result<TotpOffer> offer_totp(Identity&, const Subject&, const std::string& password, const Origin&);
struct TotpConfirmed {
    std::vector<std::string> recovery_codes;
    std::string token;  // the session's new token: it has a second factor now
};
Result<TotpConfirmed> confirm_totp(Identity&, const Subject&, const std::string& code, const Origin&);
Result<std::string> remove_totp(Identity&, const Subject&, const std::string& password, const Origin&);

Status set_language(Identity&, const Subject&, const std::string& language);

// Ends one of the person's own sessions; SESSION_UNKNOWN.
Status end_session(Identity&, const Subject&, Id session, const Origin&);

// By an administrator: a temporary password, valid a day, to be changed at once. It is shown once.
Result<std::string> reset_password(Identity&, Id user, const Cause&);
Status unlock(Identity&, Id user, const Cause&);

// A new person's temporary password and its hash.
struct TemporaryPassword {
    std::string password, hash;
    base::Timestamp until;
};
Result<TemporaryPassword> temporary_password(Identity&, base::Timestamp now);

}  // namespace identity
