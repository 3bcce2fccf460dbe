#pragma once

// Cryptographic building blocks, all from OpenSSL 3.0 and libargon2. No algorithm is written here
// except what OpenSSL 3.0 lacks to combine: the field scheme E1 (SM4-CTR, then HMAC-SM3).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view);
Digest sm3(std::string_view);
Digest hmac_sm3(std::string_view key, std::string_view message);
Digest hmac_sha256(std::string_view key, std::string_view message);
std::string hmac_sha1(std::string_view key, std::string_view message);
std::string hkdf_sm3(std::string_view key, std::string_view salt, std::string_view info, std::size_t length);
std::string sm4_ctr(std::string_view key16, std::string_view counter16, std::string_view data);

// Incremental digest for files.
class Hasher {
public:
    enum class Algorithm { Sha256, Sm3 };
    explicit Hasher(Algorithm);
    ~Hasher();
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;
    void add(std::string_view);
    Digest finish();

private:
    void* context_;
};

std::string random_bytes(std::size_t count);
std::string random_token();  // 256 bits, URL-safe base64 without padding
bool equal(std::string_view, std::string_view);  // constant time
void wipe(std::string&);

std::string hex(std::string_view bytes);
std::string hex(const Digest&);
Result<std::string> from_hex(std::string_view);
std::string base64(std::string_view);
std::string base64_url(std::string_view);  // no padding
Result<std::string> from_base64(std::string_view);
std::string base32(std::string_view);
Result<std::string> from_base32(std::string_view);
std::string_view view(const Digest&);

// Passwords: "$argon2id$..." (PHC string), or "$pbkdf2-sm3$i=...$salt$hash" in the national profile.
enum class PasswordScheme { Argon2id, Pbkdf2Sm3 };
std::string hash_password(std::string_view password, std::string_view pepper, PasswordScheme);
bool verify_password(std::string_view password, std::string_view pepper, std::string_view stored);
// A stored password that no password matches. Trying one takes as long as with any other, making it no time.
std::string unmatched_password(PasswordScheme);

// Ed25519 for the seals of the change log (SM2 comes with the certificates).
struct KeyPair { std::string private_key; std::string public_key; };  // raw 32 bytes each
KeyPair ed25519_generate();
std::string ed25519_sign(std::string_view private_key, std::string_view message);
bool ed25519_verify(std::string_view public_key, std::string_view message, std::string_view signature);

// Scheme E1 of the security specification 1.10. Blob: version 0x01, key id (4 bytes, big endian),
// nonce (16), ciphertext, tag (32). `context` is "{table}.{column}|{id}|{key id}", so a blob cannot
// be moved to another row or column.
struct FieldKey {
    std::uint32_t id = 0;
    std::string encryption;  // 16 bytes
    std::string mac;         // 32 bytes
};
FieldKey field_key_from(std::uint32_t id, std::string_view data_key);
std::string encrypt_field(const FieldKey&, std::string_view context, std::string_view plain);
std::string encrypt_field(const FieldKey&, std::string_view context, std::string_view plain, std::string_view nonce);
Result<std::uint32_t> field_key_id(std::string_view blob);  // FIELD_BLOB when it is no such blob
Result<std::string> decrypt_field(const FieldKey&, std::string_view context, std::string_view blob);  // INTEGRITY_FAIL

// Known-answer tests of every algorithm above; the process refuses to serve when one fails
// (exit code 78). KAT_FAIL with the name.
Status self_test();

}  // namespace base::crypto
