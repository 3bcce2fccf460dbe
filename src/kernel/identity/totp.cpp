#include "kernel/identity/totp.h"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "base/crypto.h"
#include "base/text.h"

namespace identity::totp {

namespace {

constexpr std::int64_t period_ms = 30'000;
constexpr std::uint32_t modulus = 1'000'000;
constexpr int drift = 1;

std::string url_encoded(std::string_view text)
{
    return boost::urls::encode({text.data(), text.size()}, boost::urls::unreserved_chars);
}

}  // namespace

std::string code(std::string_view secret, std::int64_t step)
{
    std::string counter(8, '\0');
    auto rest = static_cast<std::uint64_t>(step);
    for (int at = 7; at >= 0; --at, rest >>= 8)
        counter[static_cast<std::size_t>(at)] = static_cast<char>(rest & 0xff);
    const auto digest = base::crypto::hmac_sha1(secret, counter);
    const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(digest[at])); };
    const auto offset = byte(digest.size() - 1) & 0x0f;
    const auto number = ((byte(offset) & 0x7f) << 24 | byte(offset + 1) << 16 | byte(offset + 2) << 8 | byte(offset + 3))
        % modulus;
    const auto digits = std::to_string(number);
    return std::string(6 - digits.size(), '0') + digits;
}

std::int64_t step_of(base::Timestamp at) { return at.milliseconds / period_ms; }

std::optional<std::int64_t> accept(std::string_view secret, std::string_view given, base::Timestamp at,
    std::int64_t last_step)
{
    for (std::int64_t step = step_of(at) - drift; step <= step_of(at) + drift; ++step)
        if (step > last_step && base::crypto::equal(code(secret, step), given))
            return step;
    return {};
}

std::string new_secret() { return base::crypto::random_bytes(20); }

std::string uri(std::string_view issuer, std::string_view login_name, std::string_view secret)
{
    return "otpauth://totp/" + url_encoded(issuer) + ":" + url_encoded(login_name) + "?secret="
        + base::crypto::base32(secret) + "&issuer=" + url_encoded(issuer) + "&algorithm=SHA1&digits=6&period=30";
}

std::vector<std::string> new_recovery_codes()
{
    std::vector<std::string> codes;
    while (codes.size() < 10)
        codes.push_back(base::crypto::base32(base::crypto::random_bytes(7)).substr(0, 10));
    return codes;
}

std::string normalised_recovery_code(std::string_view given)
{
    std::string result;
    for (const char c : base::text::nfkc(given))
        if (c != ' ' && c != '-')
            result.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    return result;
}

}  // namespace identity::totp
