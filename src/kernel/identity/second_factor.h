#pragma once

// One-time codes of a person: seeds (encrypted), recovery codes (hashed, used once).

#include <string>
#include <vector>

#include "kernel/identity/cause.h"
#include "kernel/identity/keys.h"

namespace identity {

// A new seed that counts only once `confirm_second_factor` has seen a code of it.
Status begin_second_factor(Transaction&, const FieldCipher&, Id user, const std::string& secret, const Cause&);
// MFA_CODE (Invalid) for a wrong code, MFA_NOT_BEGUN. Stores the recovery codes.
Status confirm_second_factor(Transaction&, const FieldCipher&, Id user, const std::string& code,
    const std::vector<std::string>& recovery_codes, const Cause&);
Status reset_second_factor(Transaction&, Id user, const Cause&);

// True when the code is right and was not used before; remembers it as used.
Result<bool> use_code(Transaction&, const FieldCipher&, Id user, const std::string& code, base::Timestamp);
Result<bool> use_recovery_code(Transaction&, const FieldCipher&, Id user, const std::string& code, base::Timestamp);

}  // namespace identity
