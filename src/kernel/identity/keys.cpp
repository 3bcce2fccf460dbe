#include "kernel/identity/keys.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "base/files.h"
#include "base/text.h"
#include "kernel/changes/generation.h"

std::span<const base::EmbeddedFile> identity_files();

namespace identity {

namespace {

constexpr std::string_view file_heading = "weijian root key 1\n";
constexpr std::size_t key_size = 32;
constexpr std::array<std::string_view, 5> domains{"records", "accounts", "totp", "index", "pepper"};

std::string context_of(std::string_view column, Id id, std::uint32_t key)
{
    return std::string{column} + "|" + std::to_string(id) + "|" + std::to_string(key);
}

std::string check_of(std::string_view key)
{
    return base::crypto::hex(base::crypto::sm3(std::string{"weijian key check"}.append(key))).substr(0, 8);
}

Error key_error(std::string code, const std::filesystem::path& path)
{
    return Error{.kind = Kind::Internal, .code = std::move(code), .parameters = {{"file", path.string()}}};
}

Status write_root_key(const std::filesystem::path& path, std::string_view key)
{
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored))
        return key_error("KEY_FILE_EXISTS", path);
    if (path.has_parent_path())
        std::filesystem::create_directories(path.parent_path(), ignored);
    std::string content{file_heading};
    content += base::crypto::hex(key) + "\n";
    auto status = base::files::write_durably(path, content, 0400);
    base::crypto::wipe(content);
    return status;
}

}  // namespace

std::string key_bytes(std::uint32_t key)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>((key >> shift) & 0xff));
    return bytes;
}

std::span<const base::EmbeddedFile> migrations() { return identity_files(); }

Status create_root_key(const std::filesystem::path& path)
{
    return write_root_key(path, base::crypto::random_bytes(key_size));
}

Result<std::string> read_root_key(const std::filesystem::path& path)
{
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return key_error("KEY_FILE_MISSING", path);
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return key_error("KEY_FILE_MODE", path);
    auto content = base::files::read(path, 4096);
    if (!content.ok())
        return key_error("KEY_FILE_MISSING", path);
    if (!content->starts_with(file_heading))
        return key_error("KEY_FILE_FORMAT", path);
    auto key = base::crypto::from_hex(base::text::trimmed(content->substr(file_heading.size())));
    if (!key.ok() || key->size() != key_size)
        return key_error("KEY_FILE_FORMAT", path);
    return key;
}

Result<std::string> export_root_key(const std::filesystem::path& path)
{
    TRY_ASSIGN(auto key, read_root_key(path));
    const std::string digits = base::crypto::hex(key) + check_of(key);
    std::string text = "WJK1";
    for (std::size_t at = 0; at < digits.size(); at += 8)
        text += "-" + digits.substr(at, 8);
    return text;
}

Status import_root_key(const std::filesystem::path& path, std::string_view text)
{
    std::string digits;
    for (const char c : base::text::trimmed(text))
        if (c != '-' && c != ' ')
            digits.push_back(c);
    const Error wrong{.kind = Kind::Invalid, .code = "KEY_TEXT"};
    if (!digits.starts_with("WJK1") || digits.size() != 4 + 2 * key_size + 8)
        return wrong;
    const auto key = base::crypto::from_hex(digits.substr(4, 2 * key_size));
    if (!key.ok() || check_of(*key) != base::text::lower(digits.substr(4 + 2 * key_size)))
        return wrong;
    return write_root_key(path, *key);
}

constexpr std::string_view select_keys = R"sql(
    SELECT id, domain, status, wrapped FROM data_key WHERE status <> 'destroyed' ORDER BY id
)sql";

Status FieldCipher::reload()
{
    const auto root_key = base::crypto::field_key_from(0, root_);
    changes::Generation generation;
    TRY_ASSIGN(auto rows, database_.read([&](storage::Transaction& transaction) -> Result<std::vector<storage::Row>> {
        TRY_ASSIGN(generation, changes::generation(transaction));
        return transaction.query(select_keys);
    }));
    std::map<std::uint32_t, Key> keys;
    std::map<std::string, std::uint32_t, std::less<>> active;
    for (const auto& row : rows) {
        const auto id = static_cast<std::uint32_t>(row.integer(0));
        auto data_key = base::crypto::decrypt_field(root_key, context_of("data_key.wrapped", id, 0), row.bytes(3));
        if (!data_key.ok())
            return Error{.kind = Kind::Internal, .code = "KEY_FILE_WRONG"};
        Key key{.domain = row.text(1), .active = row.text(2) == "active"};
        key.field_key = base::crypto::field_key_from(id, *data_key);
        key.data_key = *std::move(data_key);
        if (key.active)
            active[key.domain] = id;
        keys.emplace(id, std::move(key));
    }
    const std::unique_lock lock{mutex_};
    keys_ = std::move(keys);
    active_ = std::move(active);
    generation_ = generation.keys;
    return {};
}

std::int64_t FieldCipher::generation() const
{
    const std::shared_lock lock{mutex_};
    return generation_;
}

constexpr std::string_view next_key_id = "SELECT coalesce(max(id), 0) + 1 FROM data_key";
constexpr std::string_view demote_key = R"sql(
    UPDATE data_key SET status = 'decrypt_only' WHERE domain = ?1 AND status = 'active'
)sql";
constexpr std::string_view insert_key = R"sql(
    INSERT INTO data_key (id, domain, status, wrapped, created_at) VALUES (?1, ?2, 'active', ?3, ?4)
)sql";

namespace {

// Nodes take keys up through this row; until they know them, their writes are refused.
Status announce(storage::Transaction& transaction, std::int64_t id, std::string_view domain, const char* action, const Cause& cause)
{
    TRY(changes::advance(transaction, changes::Subject::Keys));
    return log(transaction, cause, {.record = "data_key", .id = id, .action = action,
        .diff = {{"domain", json::array{nullptr, domain}}, {"key", json::array{nullptr, id}}}});
}

}  // namespace

Result<std::uint32_t> FieldCipher::add_key(std::string_view domain, const Cause& cause, const WithKey& with_key)
{
    const auto root_key = base::crypto::field_key_from(0, root_);
    const auto data_key = base::crypto::random_bytes(key_size);
    TRY_ASSIGN(const auto id, database_.write([&](storage::Transaction& transaction) -> Result<std::int64_t> {
        TRY(changes::hold_writers(transaction));
        TRY_ASSIGN(const auto row, transaction.first(next_key_id));
        const auto next = row->integer(0);
        const auto wrapped = base::crypto::encrypt_field(root_key, context_of("data_key.wrapped", next, 0), data_key);
        TRY_ASSIGN(const auto former, transaction.execute(demote_key, {std::string{domain}}));
        TRY(transaction.execute(insert_key, {next, std::string{domain}, storage::Bytes{wrapped}, clock_.now()}));
        TRY(announce(transaction, next, domain, former > 0 ? "key_rotate" : "key_create", cause));
        if (with_key)
            TRY(with_key(transaction, static_cast<std::uint32_t>(next)));
        return next;
    }));
    TRY(reload());
    return static_cast<std::uint32_t>(id);
}

Result<std::unique_ptr<FieldCipher>> FieldCipher::open(storage::Database& database, const base::Clock& clock,
    const std::filesystem::path& root_key_file)
{
    TRY_ASSIGN(auto root, read_root_key(root_key_file));
    std::unique_ptr<FieldCipher> cipher{new FieldCipher{database, clock, std::move(root)}};
    TRY(cipher->reload());
    for (const auto domain : domains)
        if (!cipher->active_.contains(domain))
            TRY(cipher->add_key(domain, {.at = clock.now()}));
    return cipher;
}

std::string FieldCipher::encrypt(std::string_view column, Id id, std::string_view plain, std::string_view domain) const
{
    const std::shared_lock lock{mutex_};
    const auto& key = keys_.at(active_.find(domain)->second);
    return base::crypto::encrypt_field(key.field_key, context_of(column, id, key.field_key.id), plain);
}

Result<std::string> FieldCipher::decrypt(std::string_view column, Id id, std::string_view blob) const
{
    TRY_ASSIGN(const auto key_id, base::crypto::field_key_id(blob));
    const std::shared_lock lock{mutex_};
    const auto found = keys_.find(key_id);
    if (found == keys_.end())
        return Error{.kind = Kind::Internal, .code = "KEY_MISSING", .parameters = {{"key", std::to_string(key_id)}}};
    return base::crypto::decrypt_field(found->second.field_key, context_of(column, id, key_id), blob);
}

std::string FieldCipher::column_key(const Key& key, std::string_view column) const
{
    return base::crypto::hkdf_sm3(key.data_key, "", "index|" + std::string{column}, key_size);
}

std::string FieldCipher::index(std::string_view column, std::string_view normalised) const
{
    const std::shared_lock lock{mutex_};
    const auto& key = keys_.at(active_.find("index")->second);
    const auto digest = base::crypto::hmac_sm3(column_key(key, column), normalised);
    return key_bytes(key.field_key.id).append(base::crypto::view(digest));
}

std::vector<std::string> FieldCipher::indexes(std::string_view column, std::string_view normalised) const
{
    std::vector<std::string> values;
    const std::shared_lock lock{mutex_};
    for (const auto& [id, key] : keys_) {
        if (key.domain != "index")
            continue;
        const auto digest = base::crypto::hmac_sm3(column_key(key, column), normalised);
        values.push_back(key_bytes(id).append(base::crypto::view(digest)));
    }
    return values;
}

std::string FieldCipher::pepper() const
{
    const std::shared_lock lock{mutex_};
    return keys_.at(active_.find("pepper")->second).data_key;
}

Result<std::uint32_t> FieldCipher::rotate(std::string_view domain, const Cause& cause, const WithKey& with_key)
{
    if (domain == "pepper")  // every password would stop working; only after an incident, with new passwords
        return Error{.kind = Kind::Invalid, .code = "KEY_PEPPER_FIXED"};
    if (std::ranges::find(domains, domain) == domains.end())
        return Error{.kind = Kind::NotFound, .code = "KEY_DOMAIN"};
    return add_key(domain, cause, with_key);
}

constexpr std::string_view select_key_list = R"sql(
    SELECT id, domain, status, created_at FROM data_key ORDER BY id
)sql";

Result<std::vector<FieldCipher::KeyInfo>> FieldCipher::list() const
{
    TRY_ASSIGN(auto rows, database_.read([](storage::Transaction& transaction) {
        return transaction.query(select_key_list);
    }));
    std::vector<KeyInfo> keys;
    for (const auto& row : rows)
        keys.push_back({static_cast<std::uint32_t>(row.integer(0)), row.text(1), row.text(2), row.timestamp(3)});
    return keys;
}

}  // namespace identity
