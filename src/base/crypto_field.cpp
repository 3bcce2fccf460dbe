#include "base/crypto.h"

namespace base::crypto {
namespace {

constexpr char blob_version = 1;
constexpr std::size_t header_size = 5;
constexpr std::size_t nonce_size = 16;
constexpr std::size_t tag_size = 32;

std::string big_endian(std::uint32_t value)
{
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
        static_cast<char>(value)};
}

Digest tag_of(const FieldKey& key, std::string_view context, std::string_view nonce_and_cipher)
{
    std::string message = big_endian(static_cast<std::uint32_t>(context.size()));
    message.reserve(message.size() + context.size() + nonce_and_cipher.size());
    message += context;
    message += nonce_and_cipher;
    return hmac_sm3(key.mac, message);
}

Error integrity()
{
    return Error{.kind = Kind::Internal, .code = "INTEGRITY_FAIL"};
}

}  // namespace

FieldKey field_key_from(std::uint32_t id, std::string_view data_key)
{
    return {id, hkdf_sm3(data_key, {}, "E1-enc", 16), hkdf_sm3(data_key, {}, "E1-mac", 32)};
}

std::string encrypt_field(const FieldKey& key, std::string_view context, std::string_view plain)
{
    return encrypt_field(key, context, plain, random_bytes(nonce_size));
}

std::string encrypt_field(
    const FieldKey& key, std::string_view context, std::string_view plain, std::string_view nonce)
{
    std::string blob(1, blob_version);
    blob += big_endian(key.id);
    blob += nonce;
    blob += sm4_ctr(key.encryption, nonce, plain);
    const Digest tag = tag_of(key, context, std::string_view(blob).substr(header_size));
    blob += view(tag);
    return blob;
}

Result<std::uint32_t> field_key_id(std::string_view blob)
{
    if (blob.size() < header_size + nonce_size + tag_size || blob.front() != blob_version)
        return Error{.kind = Kind::Internal, .code = "FIELD_BLOB"};
    std::uint32_t id = 0;
    for (const char c : blob.substr(1, 4))
        id = (id << 8) | static_cast<unsigned char>(c);
    return id;
}

Result<std::string> decrypt_field(const FieldKey& key, std::string_view context, std::string_view blob)
{
    TRY_ASSIGN(const auto id, field_key_id(blob));
    if (id != key.id)
        return integrity();
    const auto sealed = blob.substr(header_size, blob.size() - header_size - tag_size);
    const Digest tag = tag_of(key, context, sealed);
    if (!equal(view(tag), blob.substr(blob.size() - tag_size)))
        return integrity();
    return sm4_ctr(key.encryption, sealed.substr(0, nonce_size), sealed.substr(nonce_size));
}

}  // namespace base::crypto
