#include "base/crypto.h"

#include <argon2.h>
#include <openssl/evp.h>

#include <functional>

namespace base::crypto {
namespace {

std::string counting(std::size_t size)
{
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<char>(i);
    return out;
}

std::string bytes(std::string_view hex_text)
{
    return from_hex(hex_text).value_or("");
}

// RFC 4226, with the position in the last nibble of the digest, whatever its length.
std::string one_time_code(std::string_view digest)
{
    const auto at = static_cast<std::size_t>(digest.back() & 15);
    std::uint32_t value = 0;
    for (const char c : digest.substr(at, 4))
        value = (value << 8) | static_cast<unsigned char>(c);
    std::string code = std::to_string((value & 0x7fffffff) % 1'000'000);
    return code.insert(0, 6 - code.size(), '0');
}

std::string sm4_encrypted_block()
{
    const std::string block = bytes("0123456789abcdeffedcba9876543210");
    return hex(sm4_ctr(block, block, std::string(16, '\0')));  // the counter block itself, encrypted
}

std::string sealed_field()
{
    const FieldKey key{1, counting(16), counting(32)};
    const std::string blob =
        encrypt_field(key, "person.id_card_no|P0001|1", "110105199001011234", counting(16));
    const auto opened = decrypt_field(key, "person.id_card_no|P0001|1", blob);
    const auto moved = decrypt_field(key, "person.id_card_no|P0002|1", blob);
    if (!opened || *opened != "110105199001011234" || moved)
        return "not reversible";
    return hex(blob);
}

// The test vector of RFC 9106, section 5.3.
std::string argon2id_tag()
{
    std::string tag(32, '\0');
    std::string password(32, '\1');
    std::string salt(16, '\2');
    std::string secret(8, '\3');
    std::string associated(12, '\4');
    const auto data = [](std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); };
    argon2_context context{};
    context.out = data(tag);
    context.outlen = 32;
    context.pwd = data(password);
    context.pwdlen = 32;
    context.salt = data(salt);
    context.saltlen = 16;
    context.secret = data(secret);
    context.secretlen = 8;
    context.ad = data(associated);
    context.adlen = 12;
    context.t_cost = 3;
    context.m_cost = 32;
    context.lanes = 4;
    context.threads = 1;
    context.version = ARGON2_VERSION_13;
    return argon2id_ctx(&context) == ARGON2_OK ? hex(tag) : "failed";
}

std::string pbkdf2_sm3_tag()
{
    std::string out(32, '\0');
    const std::string salt = "salt";
    PKCS5_PBKDF2_HMAC("password", 8, reinterpret_cast<const unsigned char*>(salt.data()), 4, 2, EVP_sm3(), 32,
        reinterpret_cast<unsigned char*>(out.data()));
    return hex(out);
}

// RFC 8032, section 7.1, test 1, with signing and refusing.
std::string ed25519_signature()
{
    const std::string secret = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    const std::string open = bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const std::string signature = ed25519_sign(secret, "");
    if (!ed25519_verify(open, "", signature) || ed25519_verify(open, "x", signature))
        return "verification is wrong";
    return hex(signature);
}

struct Check {
    const char* name;
    const char* expected;
    std::function<std::string()> compute;
};

// SM3 and SM4 from GB/T 32905 and GB/T 32907; the others from the RFCs named, or computed
// independently of OpenSSL's own composition.
std::vector<Check> checks()
{
    const std::string rfc_key = "12345678901234567890";
    const std::string counter_1("\0\0\0\0\0\0\0\1", 8);
    return {
        {"SM3 abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
            [] { return hex(sm3("abc")); }},
        {"SM3 empty", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
            [] { return hex(sm3("")); }},
        {"SM3 64 bytes", "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
            [] {
                Hasher hasher(Hasher::Algorithm::Sm3);
                for (int i = 0; i < 16; ++i)
                    hasher.add("abcd");
                return hex(hasher.finish());
            }},
        {"SHA-256 abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            [] { return hex(sha256("abc")); }},
        {"HMAC-SM3", "be44a4d562a575cd094d105e706bcb5c16fc7d3ea59f1ecbee7a174be662bb62",
            [] { return hex(hmac_sm3(counting(32), "110105199001011234")); }},
        {"HMAC-SHA-256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            [] { return hex(hmac_sha256("Jefe", "what do ya want for nothing?")); }},
        {"one-time code SHA-1", "287082", [=] { return one_time_code(hmac_sha1(rfc_key, counter_1)); }},
        {"one-time code SM3", "614758", [=] { return one_time_code(view(hmac_sm3(rfc_key, counter_1))); }},
        {"HKDF-SM3 E1-enc", "862832825c6d9859d051eb62d7a8edae",
            [] { return hex(field_key_from(1, counting(32)).encryption); }},
        {"HKDF-SM3 E1-mac", "6470b4ebd2c7df0363e08e54f613eba288d0b5cada99fa1aa0f9269258dddc02",
            [] { return hex(field_key_from(1, counting(32)).mac); }},
        {"SM4", "681edf34d206965e86b3e94f536e4246", sm4_encrypted_block},
        {"field scheme E1",
            "0100000001000102030405060708090a0b0c0d0e0fbe49460fd05522d98e521c73bfe163bfbd11"
            "1772ff0c867b975db4de2cb55b09c89a2210b3c05712eb75aaaf6d11bd390f22",
            sealed_field},
        {"argon2id", "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659", argon2id_tag},
        {"PBKDF2-SM3", "fee723a2bc966e11dffb66133f4e8df577383c78ade30e3298edbd3e54ed85b7", pbkdf2_sm3_tag},
        {"Ed25519",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b",
            ed25519_signature},
    };
}

}  // namespace

Status self_test()
{
    for (const auto& check : checks()) {
        if (check.compute() != check.expected)
            return Error{.kind = Kind::Internal, .code = "KAT_FAIL", .parameters = {{"name", check.name}}};
    }
    return {};
}

}  // namespace base::crypto
