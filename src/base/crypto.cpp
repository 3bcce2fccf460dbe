#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace base::crypto {
namespace {

// Our own misuse, no memory, or no random numbers: nothing may go on with a wrong digest.
[[noreturn]] void broken(const char* what)
{
    std::fprintf(stderr, "weijian: the cryptographic library failed at %s\n", what);
    std::abort();
}

// Fetched once; implicit fetching at each use costs more than hashing a field. Never freed, so that
// threads which still run while the process ends find them.
const EVP_MD* algorithm(const char* name)
{
    const EVP_MD* found = EVP_MD_fetch(nullptr, name, nullptr);
    return found != nullptr ? found : (broken(name), nullptr);
}
const EVP_MD* md_sha256()
{
    static const EVP_MD* const fetched = algorithm("SHA2-256");
    return fetched;
}
const EVP_MD* md_sm3()
{
    static const EVP_MD* const fetched = algorithm("SM3");
    return fetched;
}
const EVP_MD* md_sha1()
{
    static const EVP_MD* const fetched = algorithm("SHA1");
    return fetched;
}

const unsigned char* bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

Digest digest(const EVP_MD* algorithm, std::string_view data)
{
    Digest out{};
    unsigned size = 0;
    if (EVP_Digest(data.data(), data.size(), out.data(), &size, algorithm, nullptr) != 1 ||
        size != out.size())
        broken("digest");
    return out;
}

void hmac(const EVP_MD* algorithm, std::string_view key, std::string_view message, unsigned char* out)
{
    // A null key means "the key before" to OpenSSL, so an empty one needs an address.
    const char* key_data = key.empty() ? "" : key.data();
    unsigned size = 0;
    if (HMAC(algorithm, key_data, static_cast<int>(key.size()), bytes(message), message.size(), out, &size) ==
        nullptr)
        broken("hmac");
}

}  // namespace

Digest sha256(std::string_view data)
{
    return digest(md_sha256(), data);
}
Digest sm3(std::string_view data)
{
    return digest(md_sm3(), data);
}

Digest hmac_sm3(std::string_view key, std::string_view message)
{
    Digest out{};
    hmac(md_sm3(), key, message, out.data());
    return out;
}

Digest hmac_sha256(std::string_view key, std::string_view message)
{
    Digest out{};
    hmac(md_sha256(), key, message, out.data());
    return out;
}

std::string hmac_sha1(std::string_view key, std::string_view message)
{
    std::string out(20, '\0');
    hmac(md_sha1(), key, message, bytes(out));
    return out;
}

std::string hkdf_sm3(std::string_view key, std::string_view salt, std::string_view info, std::size_t length)
{
    static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
        EVP_KDF_CTX_new(kdf), &EVP_KDF_CTX_free);
    char name[] = "SM3";
    std::string key_copy(key);
    std::string salt_copy(salt);
    std::string info_copy(info);
    std::vector<OSSL_PARAM> parameters{OSSL_PARAM_construct_utf8_string("digest", name, 0),
        OSSL_PARAM_construct_octet_string("key", key_copy.data(), key_copy.size()),
        OSSL_PARAM_construct_octet_string("info", info_copy.data(), info_copy.size())};
    if (!salt.empty())
        parameters.push_back(OSSL_PARAM_construct_octet_string("salt", salt_copy.data(), salt_copy.size()));
    parameters.push_back(OSSL_PARAM_construct_end());
    std::string out(length, '\0');
    const bool derived = context && EVP_KDF_derive(context.get(), bytes(out), length, parameters.data()) == 1;
    wipe(key_copy);
    if (!derived)
        broken("hkdf");
    return out;
}

std::string sm4_ctr(std::string_view key, std::string_view counter, std::string_view data)
{
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "SM4-CTR", nullptr);
    if (key.size() != 16 || counter.size() != 16)
        broken("sm4 key length");
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    std::string out(data.size(), '\0');
    int size = 0;
    if (!context || EVP_EncryptInit_ex2(context.get(), cipher, bytes(key), bytes(counter), nullptr) != 1 ||
        (!data.empty() && EVP_EncryptUpdate(context.get(), bytes(out), &size, bytes(data),
                              static_cast<int>(data.size())) != 1))
        broken("sm4");
    return out;
}

Hasher::Hasher(Algorithm algorithm) : context_(EVP_MD_CTX_new())
{
    if (context_ == nullptr || EVP_DigestInit_ex2(static_cast<EVP_MD_CTX*>(context_),
                                   algorithm == Algorithm::Sm3 ? md_sm3() : md_sha256(), nullptr) != 1)
        broken("digest start");
}

Hasher::~Hasher()
{
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}

void Hasher::add(std::string_view data)
{
    if (EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), data.data(), data.size()) != 1)
        broken("digest update");
}

Digest Hasher::finish()
{
    Digest out{};
    unsigned size = 0;
    if (EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), out.data(), &size) != 1)
        broken("digest end");
    return out;
}

std::string random_bytes(std::size_t count)
{
    std::string out(count, '\0');
    if (RAND_bytes(bytes(out), static_cast<int>(count)) != 1)
        broken("random numbers");
    return out;
}

std::string random_token()
{
    return base64_url(random_bytes(32));
}

bool equal(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& secret)
{
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

std::string_view view(const Digest& digest)
{
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace base::crypto
