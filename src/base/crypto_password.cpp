#include "base/crypto.h"

#include <argon2.h>
#include <openssl/evp.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace base::crypto {
namespace {

// OWASP's smallest recommended setting: many sign-ins at once must fit into a small machine.
constexpr std::uint32_t argon2_memory_kib = 19 * 1024;
constexpr std::uint32_t argon2_passes = 2;
constexpr std::uint32_t argon2_lanes = 1;

constexpr int pbkdf2_iterations = 300'000;
constexpr int pbkdf2_iterations_max = 10'000'000;
constexpr std::size_t salt_size = 16;
constexpr std::size_t hash_size = 32;

std::string pbkdf2(std::string_view password, std::string_view salt, int iterations)
{
    std::string out(hash_size, '\0');
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
            reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()), iterations,
            EVP_sm3(), static_cast<int>(out.size()), reinterpret_cast<unsigned char*>(out.data())) != 1) {
        std::fputs("weijian: PBKDF2 with SM3 failed\n", stderr);
        std::abort();
    }
    return out;
}

std::string argon2id(std::string_view password)
{
    const std::string salt = random_bytes(salt_size);
    char encoded[128];
    const int code = argon2id_hash_encoded(argon2_passes, argon2_memory_kib, argon2_lanes, password.data(),
        password.size(), salt.data(), salt.size(), hash_size, encoded, sizeof encoded);
    if (code != ARGON2_OK) {
        std::fprintf(stderr, "weijian: argon2id failed: %s\n", argon2_error_message(code));
        std::abort();
    }
    return encoded;
}

std::string unpadded(std::string text)
{
    while (text.ends_with('='))
        text.pop_back();
    return text;
}

bool verify_pbkdf2(std::string_view password, std::string_view stored)
{
    const auto parts = text::split(stored, '$');  // "", scheme, "i=300000", salt, hash
    if (parts.size() != 5 || !parts[2].starts_with("i="))
        return false;
    int iterations = 0;
    const auto number = parts[2].substr(2);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), iterations);
    const auto salt = from_base64(parts[3]);
    const auto hash = from_base64(parts[4]);
    if (error != std::errc{} || end != number.data() + number.size() || iterations < 1 ||
        iterations > pbkdf2_iterations_max || !salt || !hash || hash->size() != hash_size)
        return false;
    return equal(pbkdf2(password, *salt, iterations), *hash);
}

// The pepper is a key outside the database, so a stolen table alone cannot be tried.
std::string peppered(std::string_view password, std::string_view pepper)
{
    return std::string(view(hmac_sm3(pepper, password)));
}

}  // namespace

std::string hash_password(std::string_view password, std::string_view pepper, PasswordScheme scheme)
{
    std::string input = peppered(password, pepper);
    std::string result;
    if (scheme == PasswordScheme::Argon2id) {
        result = argon2id(input);
    } else {
        const std::string salt = random_bytes(salt_size);
        result = "$pbkdf2-sm3$i=" + std::to_string(pbkdf2_iterations) + "$" + unpadded(base64(salt)) + "$" +
                 unpadded(base64(pbkdf2(input, salt, pbkdf2_iterations)));
    }
    wipe(input);
    return result;
}

bool verify_password(std::string_view password, std::string_view pepper, std::string_view stored)
{
    std::string input = peppered(password, pepper);
    bool right = false;
    if (stored.starts_with("$argon2id$"))
        right = argon2id_verify(std::string(stored).c_str(), input.data(), input.size()) == ARGON2_OK;
    else if (stored.starts_with("$pbkdf2-sm3$"))
        right = verify_pbkdf2(input, stored);
    wipe(input);
    return right;
}

std::string unmatched_password(PasswordScheme scheme)
{
    const std::string made_with = scheme == PasswordScheme::Argon2id
        ? "$argon2id$v=" + std::to_string(ARGON2_VERSION_NUMBER) + "$m=" + std::to_string(argon2_memory_kib)
            + ",t=" + std::to_string(argon2_passes) + ",p=" + std::to_string(argon2_lanes)
        : "$pbkdf2-sm3$i=" + std::to_string(pbkdf2_iterations);
    return made_with + "$" + unpadded(base64(random_bytes(salt_size))) + "$" + unpadded(base64(random_bytes(hash_size)));
}

}  // namespace base::crypto
