#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/crypto.h"

namespace base::crypto {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr std::size_t key_size = 32;
constexpr std::size_t signature_size = 64;

const unsigned char* bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

[[noreturn]] void broken()
{
    std::fputs("weijian: Ed25519 failed\n", stderr);
    std::abort();
}

}  // namespace

KeyPair ed25519_generate()
{
    KeyPair pair{random_bytes(key_size), std::string(key_size, '\0')};
    const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(pair.private_key), key_size),
        &EVP_PKEY_free);
    std::size_t size = key_size;
    if (!key || EVP_PKEY_get_raw_public_key(
                    key.get(), reinterpret_cast<unsigned char*>(pair.public_key.data()), &size) != 1)
        broken();
    return pair;
}

std::string ed25519_sign(std::string_view private_key, std::string_view message)
{
    const Key key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(private_key), private_key.size()),
        &EVP_PKEY_free);
    const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::string signature(signature_size, '\0');
    std::size_t size = signature.size();
    if (!key || !context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
            bytes(message), message.size()) != 1)
        broken();
    return signature;
}

bool ed25519_verify(std::string_view public_key, std::string_view message, std::string_view signature)
{
    if (public_key.size() != key_size || signature.size() != signature_size)
        return false;
    const Key key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), public_key.size()),
        &EVP_PKEY_free);
    const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(
               context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

}  // namespace base::crypto
