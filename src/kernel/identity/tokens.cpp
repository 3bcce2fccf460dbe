// Tokens of machines: long random values, kept as SM3, for service accounts only.

#include "kernel/identity/sessions.h"

namespace identity {

namespace {

constexpr std::string_view token_prefix = "wj_";  // found by secret scanners

}  // namespace

constexpr std::string_view select_kind = "SELECT kind, status, organisation FROM user_account WHERE id = ?1";
constexpr std::string_view insert_token = R"sql(
    INSERT INTO user_token (id, account, token_hash, title, created_at, valid_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
)sql";

Result<MadeToken> create_access_token(Transaction& transaction, base::IdGenerator& ids, Id user,
    const std::string& title, base::Date valid_to, const Cause& cause)
{
    TRY_ASSIGN(const auto person, transaction.first(select_kind, {user}));
    if (!person)
        return Error{.kind = Kind::NotFound, .code = "USER_UNKNOWN"};
    if (person->text(0) != "service" || person->text(1) != "active")
        return Error{.kind = Kind::Conflict, .code = "TOKEN_SERVICE_ONLY"};
    if (valid_to < cause.at.date() || valid_to > cause.at.date().plus_days(366))
        return invalid("valid_to", "TOKEN_VALID_TO");
    MadeToken made{.id = ids.next(), .token = std::string{token_prefix} + base::crypto::random_token()};
    TRY(transaction.execute(insert_token,
        {made.id, user, storage::Bytes{token_hash(made.token)}, title, cause.at, valid_to}));
    TRY(log(transaction, cause,
        {"user_account", user, person->integer(2), 0, "token_create", {{"token", json::array{nullptr, std::to_string(made.id)}}}}));
    return made;
}

constexpr std::string_view delete_token = "DELETE FROM user_token WHERE id = ?1 AND account = ?2";

Status revoke_access_token(Transaction& transaction, Id user, Id token, const Cause& cause)
{
    TRY_ASSIGN(const auto deleted, transaction.execute(delete_token, {token, user}));
    if (deleted == 0)
        return Error{.kind = Kind::NotFound, .code = "TOKEN_UNKNOWN"};
    return log(transaction, cause,
        {"user_account", user, 0, 0, "token_revoke", {{"token", json::array{std::to_string(token), nullptr}}}});
}

constexpr std::string_view select_tokens = R"sql(
    SELECT id, title, created_at, valid_to FROM user_token WHERE account = ?1 ORDER BY id
)sql";

Result<std::vector<TokenInfo>> access_tokens_of(Transaction& transaction, Id user)
{
    TRY_ASSIGN(const auto rows, transaction.query(select_tokens, {user}));
    std::vector<TokenInfo> tokens;
    for (const auto& row : rows)
        tokens.push_back({row.integer(0), row.text(1), row.timestamp(2), row.date(3)});
    return tokens;
}

constexpr std::string_view select_token = "SELECT account FROM user_token WHERE token_hash = ?1 AND valid_to >= ?2";

Result<std::shared_ptr<const Subject>> Sessions::find_machine(std::string_view token, const Policy& policy,
    const AccountPolicy& account_policy, base::Timestamp now)
{
    const auto hash = token_hash(token);
    if (const auto entry = cached(hash, now); entry && entry->idle_ms == 0)
        return entry->subject;
    const auto generation = generation_.load();
    TRY_ASSIGN(auto subject, database_.read([&](Transaction& transaction) -> Result<std::shared_ptr<Subject>> {
        TRY_ASSIGN(const auto row, transaction.first(select_token, {storage::Bytes{hash}, now.date()}));
        if (!row)
            return std::shared_ptr<Subject>{};
        return load_subject(transaction, row->integer(0), policy, account_policy, now);
    }));
    if (!subject) {
        drop(hash);
        return std::shared_ptr<const Subject>{};
    }
    auto entry = std::make_shared<Entry>();
    entry->subject = subject;
    entry->generation = generation;
    entry->loaded_at = now;
    keep(hash, entry);
    return std::shared_ptr<const Subject>{std::move(subject)};
}

}  // namespace identity
