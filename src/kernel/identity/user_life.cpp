// The life of an account after it was made: freeze, transfer, leave, and the nightly job.

#include "kernel/identity/users.h"

namespace identity {

constexpr std::string_view set_status = R"sql(
    UPDATE user_account SET status = ?2, updated_at = ?3, version = version + 1 WHERE id = ?1
)sql";
constexpr std::string_view set_active = R"sql(
    UPDATE user_account SET status = 'active', idle_since = ?2, updated_at = ?2, version = version + 1 WHERE id = ?1
)sql";
constexpr std::string_view delete_sessions = "DELETE FROM user_session WHERE account = ?1 AND id <> ?2";

namespace {

Error wrong_state(const std::string& status)
{
    return {.kind = Kind::Conflict, .code = "USER_STATE", .parameters = {{"status", status}}};
}

Status change_status(Transaction& transaction, const User& user, const std::string& status, const std::string& action,
    const Cause& cause)
{
    TRY(transaction.execute(set_status, {user.id, status, cause.at}));
    return log(transaction, cause,
        {"user_account", user.id, user.organisation, user.version + 1, action, {{"status", json::array{user.status, status}}}});
}

}  // namespace

Status end_sessions(Transaction& transaction, Id user, Id except, const Cause& cause)
{
    TRY_ASSIGN(const auto ended, transaction.execute(delete_sessions, {user, except}));
    if (ended == 0)
        return {};
    return log(transaction, cause, {"user_account", user, 0, 0, "session_kill", {{"sessions", json::array{ended, 0}}}});
}

Status freeze_user(Transaction& transaction, Id id, const Cause& cause)
{
    TRY_ASSIGN(const auto user, find_user(transaction, id));
    if (user.status != "active")
        return wrong_state(user.status);
    TRY(change_status(transaction, user, "frozen", "user_freeze", cause));
    return end_sessions(transaction, id, 0, cause);
}

Status unfreeze_user(Transaction& transaction, Id id, const Cause& cause)
{
    TRY_ASSIGN(const auto user, find_user(transaction, id));
    if (user.status != "frozen" && user.status != "expired")
        return wrong_state(user.status);
    if (user.valid_to && *user.valid_to < cause.at.date())
        return invalid("valid_to", "USER_VALID_TO");
    TRY(transaction.execute(set_active, {id, cause.at}));
    return log(transaction, cause,
        {"user_account", id, user.organisation, user.version + 1, "user_unfreeze", {{"status", json::array{user.status, "active"}}}});
}

constexpr std::string_view set_organisation = R"sql(
    UPDATE user_account SET organisation = ?2, updated_at = ?3, version = version + 1 WHERE id = ?1
)sql";

Status transfer_user(Transaction& transaction, base::IdGenerator& ids, const Policy& policy, Id id, Id organisation,
    const std::vector<NewGrant>& grants, const Cause& cause)
{
    TRY_ASSIGN(const auto user, find_user(transaction, id));
    if (user.status == "left")
        return wrong_state(user.status);
    TRY_ASSIGN(const auto held, grants_of(transaction, id));
    for (const auto& old : held)
        TRY(revoke(transaction, id, old.id, cause));
    TRY(end_delegation(transaction, id, cause));
    TRY(end_sessions(transaction, id, 0, cause));
    TRY(transaction.execute(set_organisation, {id, organisation, cause.at}));
    TRY(log(transaction, cause,
        {"user_account", id, organisation, user.version + 1, "user_modify",
            {{"organisation", json::array{std::to_string(user.organisation), std::to_string(organisation)}}}}));
    for (const auto& wanted : grants)
        TRY(grant(transaction, ids, policy, id, wanted, cause));
    return {};
}

constexpr std::string_view wipe_account = R"sql(
    UPDATE user_account
       SET password_hash = NULL, totp_secret = NULL, totp_pending = NULL, totp_step = 0
     WHERE id = ?1
)sql";
constexpr std::string_view delete_delegations = "DELETE FROM user_delegation WHERE account = ?1 OR delegate = ?1";
constexpr std::string_view delete_of_account[] = {
    "DELETE FROM user_recovery_code WHERE account = ?1",
    "DELETE FROM user_token WHERE account = ?1",
    "DELETE FROM user_device WHERE account = ?1",
    "DELETE FROM user_password WHERE account = ?1",
};

Status leave_user(Transaction& transaction, Id id, const Cause& cause)
{
    TRY_ASSIGN(const auto user, find_user(transaction, id));
    if (user.status == "left")
        return wrong_state(user.status);
    TRY_ASSIGN(const auto held, grants_of(transaction, id));
    for (const auto& old : held)
        TRY(revoke(transaction, id, old.id, cause));
    TRY(end_sessions(transaction, id, 0, cause));
    TRY(transaction.execute(delete_delegations, {id}));
    for (const auto statement : delete_of_account)
        TRY(transaction.execute(statement, {id}));
    TRY(transaction.execute(wipe_account, {id}));
    return change_status(transaction, user, "left", "user_delete", cause);
}

constexpr std::string_view remember_password = R"sql(
    INSERT INTO user_password (id, account, password_hash, set_at)
    SELECT ?1, id, password_hash, ?3 FROM user_account WHERE id = ?2 AND password_hash IS NOT NULL
)sql";
constexpr std::string_view forget_passwords = R"sql(
    DELETE FROM user_password WHERE account = ?1 AND id NOT IN
        (SELECT id FROM user_password WHERE account = ?1 ORDER BY set_at DESC, id DESC LIMIT 24)
)sql";
constexpr std::string_view set_hash = R"sql(
    UPDATE user_account
       SET password_hash = ?2, password_changed_at = ?3, must_change = ?4, password_temporary_until = ?5,
           updated_at = ?3, version = version + 1
     WHERE id = ?1
)sql";

Status set_password(Transaction& transaction, base::IdGenerator& ids, Id id, const std::string& hash, bool must_change,
    std::optional<base::Timestamp> temporary_until, const std::string& action, const Cause& cause)
{
    TRY(transaction.execute(remember_password, {ids.next(), id, cause.at}));
    TRY(transaction.execute(forget_passwords, {id}));
    TRY(transaction.execute(set_hash, {id, hash, cause.at, must_change,
        temporary_until ? storage::Value{*temporary_until} : storage::Value{}}));
    return log(transaction, cause, {"user_account", id, 0, 0, action});
}

constexpr std::string_view select_idle = R"sql(
    SELECT id FROM user_account
     WHERE status = 'active' AND kind <> 'service'
       AND (idle_since < ?1 OR (valid_to IS NOT NULL AND valid_to < ?2))
     ORDER BY id
)sql";

Result<std::int64_t> freeze_idle_users(Transaction& transaction, int days, const Cause& cause)
{
    const auto limit = days > 0 ? cause.at.plus(-std::chrono::hours{24} * days) : base::Timestamp{0};
    TRY_ASSIGN(const auto rows, transaction.query(select_idle, {limit, cause.at.date()}));
    std::int64_t changed = 0;
    for (const auto& row : rows) {
        TRY_ASSIGN(const auto user, find_user(transaction, row.integer(0)));
        const bool expired = user.valid_to && *user.valid_to < cause.at.date();
        Cause why = cause;
        why.reason = expired ? "expired" : "idle";
        TRY(change_status(transaction, user, expired ? "expired" : "frozen", "user_freeze", why));
        TRY(end_sessions(transaction, user.id, 0, why));
        ++changed;
    }
    return changed;
}

constexpr std::string_view select_leavers = R"sql(
    SELECT id, organisation FROM user_account
     WHERE status = 'left' AND updated_at < ?1
       AND (display_name <> login_name OR department <> '' OR phone IS NOT NULL OR id_card IS NOT NULL
            OR last_login_remote IS NOT NULL OR last_failure_remote IS NOT NULL)
     ORDER BY id
     LIMIT 500
)sql";
constexpr std::string_view wipe_person = R"sql(
    UPDATE user_account
       SET display_name = login_name, department = '', phone = NULL, phone_index = NULL, id_card = NULL,
           id_card_index = NULL, last_login_remote = NULL, last_failure_remote = NULL, version = version + 1
     WHERE id = ?1
)sql";

Result<std::int64_t> wipe_leavers(Transaction& transaction, int days, const Cause& cause)
{
    const auto left_before = cause.at.plus(-std::chrono::hours{24} * days);
    TRY_ASSIGN(const auto rows, transaction.query(select_leavers, {left_before}));
    for (const auto& row : rows) {
        TRY(transaction.execute(wipe_person, {row.integer(0)}));
        TRY(log(transaction, cause, {"user_account", row.integer(0), row.integer(1), 0, "user_wipe"}));
    }
    return static_cast<std::int64_t>(rows.size());
}

}  // namespace identity
