#pragma once

// Keys and the encryption of protected fields (scheme E1: SM4-CTR, then HMAC-SM3).
//
// One root key lies in a file with mode 0400 outside the data folder. It wraps the data keys of
// table data_key, one line of versions per domain; every blob carries the id of its key, so a
// domain can rotate while old blobs stay readable. A copy of the database without the root key
// file shows no protected value. Errors are KEY_MISSING and INTEGRITY_FAIL; plain values never
// reach a log or an error.

#include <filesystem>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/embedded.h"
#include "base/time.h"
#include "kernel/identity/cause.h"

namespace identity {

// Makes the file when it does not exist (0400, synced). KEY_FILE_EXISTS, FILE_UNWRITABLE.
Status create_root_key(const std::filesystem::path&);
// KEY_FILE_MISSING, KEY_FILE_MODE (somebody else may read it), KEY_FILE_FORMAT.
Result<std::string> read_root_key(const std::filesystem::path&);
// One printable line with a check, for a safe on paper; and back again. KEY_TEXT.
Result<std::string> export_root_key(const std::filesystem::path&);
Status import_root_key(const std::filesystem::path&, std::string_view text);

// Domains in use: "records" (protected fields), "accounts" (phone and identity number of users),
// "totp" (second-factor seeds), "index" (blind indexes), "pepper" (password hashes).
class FieldCipher {
public:
    // Loads the keys and makes the first one of every domain. KEY_FILE_* and KEY_FILE_WRONG when
    // the root key does not open the database's data keys.
    static Result<std::unique_ptr<FieldCipher>> open(storage::Database&, const base::Clock&,
        const std::filesystem::path& root_key_file);

    // `column` is "unit.phone" ("table.column"; of a child row its own table) and `id` the row's id:
    // both are bound into the tag, so a blob moved to another row or column does not open.
    std::string encrypt(std::string_view column, Id id, std::string_view plain,
        std::string_view domain = "records") const;
    Result<std::string> decrypt(std::string_view column, Id id, std::string_view blob) const;

    // Blind index for equality and uniqueness: key id (4 bytes) and HMAC-SM3 (32 bytes) of the
    // normalised value under a key of this column. `index` uses the newest key and is what a row
    // stores; `indexes` gives the value under every key still in use: search with `IN`.
    std::string index(std::string_view column, std::string_view normalised) const;
    std::vector<std::string> indexes(std::string_view column, std::string_view normalised) const;

    // Secret that is mixed into every password hash.
    std::string pepper() const;

    // A new active key; the one before becomes decrypt-only. Gives the new id. Old rows are
    // re-written by a job of whoever owns them. KEY_PEPPER_FIXED, KEY_DOMAIN.
    // `with_key` writes in the same transaction.
    using WithKey = std::function<Status(Transaction&, std::uint32_t key)>;
    Result<std::uint32_t> rotate(std::string_view domain, const Cause&, const WithKey& with_key = {});
    struct KeyInfo {
        std::uint32_t id = 0;
        std::string domain, status;  // active, decrypt_only, destroyed
        base::Timestamp created_at;
    };
    Result<std::vector<KeyInfo>> list() const;
    Status reload();  // after another node has rotated
    // Of the keys known here; what a write that encrypts names to changes::require.
    std::int64_t generation() const;

private:
    struct Key {
        std::string domain;
        bool active = false;
        std::string data_key;
        base::crypto::FieldKey field_key;
    };
    FieldCipher(storage::Database& database, const base::Clock& clock, std::string root)
        : database_(database), clock_(clock), root_(std::move(root)) {}
    std::string column_key(const Key&, std::string_view column) const;
    Result<std::uint32_t> add_key(std::string_view domain, const Cause&, const WithKey& with_key = {});

    storage::Database& database_;
    const base::Clock& clock_;
    std::string root_;
    mutable std::shared_mutex mutex_;
    std::map<std::uint32_t, Key> keys_;
    std::map<std::string, std::uint32_t, std::less<>> active_;
    std::int64_t generation_ = 0;
};

// The id as 4 bytes: so it stands in a blob from the 2nd byte on, and at the beginning of a blind index.
std::string key_bytes(std::uint32_t key);

std::span<const base::EmbeddedFile> migrations();

}  // namespace identity
