#pragma once

// Time-based one-time codes of RFC 6238: SHA-1, 30 seconds, 6 digits, one step of drift either way.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace identity::totp {

std::string code(std::string_view secret, std::int64_t step);
std::int64_t step_of(base::Timestamp);
// The step the code belongs to, when it is right and later than `last_step` (a code works once).
std::optional<std::int64_t> accept(std::string_view secret, std::string_view code, base::Timestamp, std::int64_t last_step);

std::string new_secret();  // 20 random bytes
std::string uri(std::string_view issuer, std::string_view login_name, std::string_view secret);

std::vector<std::string> new_recovery_codes();  // 10 codes of 10 Base32 characters
std::string normalised_recovery_code(std::string_view);

}  // namespace identity::totp
