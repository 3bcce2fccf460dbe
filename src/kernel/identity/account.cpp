#include "kernel/identity/account.h"

#include <algorithm>

#include "kernel/identity/organisations.h"
#include "kernel/identity/permissions.h"
#include "kernel/identity/second_factor.h"
#include "kernel/identity/totp.h"
#include "kernel/identity/users.h"

namespace identity {

namespace {

Cause cause_of(const Subject& subject, const Origin& origin, base::Timestamp at)
{
    return {.at = at, .actor = subject.user, .remote = origin.remote, .request_id = origin.request_id};
}

struct Secrets {
    std::string password_hash;
    std::optional<base::Timestamp> changed_at;
    bool must_change = false;
    std::vector<std::string> earlier;  // newest first
    PersonalFacts facts;
};

constexpr std::string_view select_secrets = R"sql(
    SELECT password_hash, password_changed_at, must_change FROM user_account WHERE id = ?1
)sql";
constexpr std::string_view select_history = R"sql(
    SELECT password_hash FROM user_password WHERE account = ?1 ORDER BY set_at DESC, id DESC LIMIT ?2
)sql";

Result<Secrets> load_secrets(Transaction& transaction, Identity& identity, const Subject& subject, int history)
{
    TRY_ASSIGN(const auto row, transaction.first(select_secrets, {subject.user}));
    if (!row)
        return Error{.kind = Kind::NotFound, .code = "USER_UNKNOWN"};
    Secrets secrets{.password_hash = row->text(0), .must_change = row->boolean(2)};
    if (!row->null(1))
        secrets.changed_at = row->timestamp(1);
    TRY_ASSIGN(const auto earlier, transaction.query(select_history, {subject.user, std::int64_t{history}}));
    for (const auto& old : earlier)
        secrets.earlier.push_back(old.text(0));
    TRY_ASSIGN(const auto user, find_user(transaction, subject.user, &identity.cipher()));
    TRY_ASSIGN(const auto organisation, find_organisation(transaction, user.organisation));
    secrets.facts = {.login_name = user.login_name, .display_name = user.display_name,
        .organisation_names = {organisation.name, organisation.short_name}, .phone = user.phone,
        .id_card = user.id_card,
        .administrator = std::ranges::any_of(subject.grants, [](const Grant& held) { return kernel_role(held.role); })};
    return secrets;
}

// A signed-in browser left open must not become a place to guess passwords.
Status check_current(Identity& identity, const Subject& subject, const std::string& stored,
    const std::string& current, const Origin& origin)
{
    const auto now = identity.clock().now();
    const FailureKey key{.login = login_key_of(identity.cipher(), subject.login_name),
        .device = token_hash(origin.device_token), .kind = "current"};
    TRY_ASSIGN(const auto failures,
        identity.database().read([&](Transaction& transaction) { return load_failures(transaction, key); }));
    if (failures.locked(now))
        return Error{.kind = Kind::Locked, .code = "AUTH_LOCKED",
            .parameters = {{"minutes", std::to_string(minutes_left(failures, now))}}};
    TRY_ASSIGN(const bool right, identity.hashes().verify(current, identity.cipher().pepper(), stored));
    const auto cause = cause_of(subject, origin, now);
    if (right)
        return failures.at.empty() ? Status{} : identity.database().write([&](Transaction& transaction) {
            return clear_failures(transaction, key);
        });
    TRY(identity.database().write([&](Transaction& transaction) -> Status {
        TRY(count_failure(transaction, key, identity.account_policy(), now));
        return log(transaction, cause, {"user_account", subject.user, subject.organisation, 0, "pwd_check_fail"});
    }));
    return invalid("current", "PWD_CURRENT");
}

Status refuse_reused(Identity& identity, const Secrets& secrets, const std::string& wanted)
{
    const auto pepper = identity.cipher().pepper();
    TRY_ASSIGN(bool same, identity.hashes().verify(wanted, pepper, secrets.password_hash));
    for (const auto& old : secrets.earlier) {
        if (same)
            break;
        TRY_ASSIGN(same, identity.hashes().verify(wanted, pepper, old));
    }
    if (same)
        return invalid("new", "PWD_REUSED");
    return {};
}

}  // namespace

Result<std::string> change_password(Identity& identity, const Subject& subject, const std::string& current,
    const std::string& wanted, const Origin& origin)
{
    const auto policy = identity.account_policy();
    const auto now = identity.clock().now();
    TRY_ASSIGN(const auto secrets, identity.database().read([&](Transaction& transaction) {
        return load_secrets(transaction, identity, subject, std::max(0, policy.password_history - 1));
    }));
    TRY(check_current(identity, subject, secrets.password_hash, current, origin));
    auto faults = identity.passwords().faults(policy, secrets.facts, wanted);
    const bool young = !secrets.must_change && !subject.must_change_password && secrets.changed_at
        && now < secrets.changed_at->plus(std::chrono::hours{policy.password_min_age_hours});
    if (young)
        faults.push_back({"new", "PWD_TOO_YOUNG", {{"hours", std::to_string(policy.password_min_age_hours)}}});
    if (!faults.empty())
        return invalid(std::move(faults));
    if (policy.password_history > 0)
        TRY(refuse_reused(identity, secrets, wanted));
    TRY_ASSIGN(const auto hash, hash_password(identity, wanted));
    const auto cause = cause_of(subject, origin, now);
    return identity.write([&](Transaction& transaction) -> Result<std::string> {
        TRY(set_password(transaction, identity.ids(), subject.user, hash, false, {}, "pwd_change", cause));
        TRY(end_sessions(transaction, subject.user, subject.session, cause));
        return renew_session(transaction, subject.session, subject.second_factor);
    });
}

constexpr std::string_view select_hash = "SELECT password_hash FROM user_account WHERE id = ?1";

namespace {

Status check_password(Identity& identity, const Subject& subject, const std::string& password, const Origin& origin)
{
    TRY_ASSIGN(const auto row, identity.database().read([&](Transaction& transaction) {
        return transaction.first(select_hash, {subject.user});
    }));
    auto status = check_current(identity, subject, row ? row->text(0) : identity.dummy_hash(), password, origin);
    if (!status.ok() && status.error().code == "PWD_CURRENT")
        return invalid("password", "PWD_CURRENT");
    return status;
}

}  // namespace

Result<TotpOffer> offer_totp(Identity& identity, const Subject& subject, const std::string& password,
    const Origin& origin)
{
    TRY(check_password(identity, subject, password, origin));
    const auto secret = totp::new_secret();
    const auto cause = cause_of(subject, origin, identity.clock().now());
    TRY(identity.write([&](Transaction& transaction) {
        return begin_second_factor(transaction, identity.cipher(), subject.user, secret, cause);
    }));
    return TotpOffer{base::crypto::base32(secret), totp::uri(identity.options().issuer, subject.login_name, secret)};
}

Result<TotpConfirmed> confirm_totp(Identity& identity, const Subject& subject, const std::string& code,
    const Origin& origin)
{
    const auto cause = cause_of(subject, origin, identity.clock().now());
    const auto recovery_codes = totp::new_recovery_codes();
    return identity.write([&](Transaction& transaction) -> Result<TotpConfirmed> {
        TRY(confirm_second_factor(transaction, identity.cipher(), subject.user, code, recovery_codes, cause));
        TRY_ASSIGN(auto token, renew_session(transaction, subject.session, true));
        return TotpConfirmed{recovery_codes, std::move(token)};
    });
}

Result<std::string> remove_totp(Identity& identity, const Subject& subject, const std::string& password,
    const Origin& origin)
{
    TRY(check_password(identity, subject, password, origin));
    const auto cause = cause_of(subject, origin, identity.clock().now());
    return identity.write([&](Transaction& transaction) -> Result<std::string> {
        TRY(reset_second_factor(transaction, subject.user, cause));
        TRY(end_sessions(transaction, subject.user, subject.session, cause));
        return renew_session(transaction, subject.session, false);
    });
}

constexpr std::string_view update_language = "UPDATE user_account SET language = ?2 WHERE id = ?1";

Status set_language(Identity& identity, const Subject& subject, const std::string& language)
{
    if (language != "zh" && language != "en")
        return invalid("language", "USER_LANGUAGE");
    return identity.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(update_language, {subject.user, language}));
        return {};
    });
}

constexpr std::string_view delete_own_session = "DELETE FROM user_session WHERE id = ?1 AND account = ?2";

Status end_session(Identity& identity, const Subject& subject, Id session, const Origin& origin)
{
    const auto cause = cause_of(subject, origin, identity.clock().now());
    return identity.write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto ended, transaction.execute(delete_own_session, {session, subject.user}));
        if (ended == 0)
            return Error{.kind = Kind::NotFound, .code = "SESSION_UNKNOWN"};
        return log(transaction, cause,
            {"user_account", subject.user, subject.organisation, 0, "session_kill", {{"session", json::array{std::to_string(session), nullptr}}}});
    });
}

Result<TemporaryPassword> temporary_password(Identity& identity, base::Timestamp now)
{
    TemporaryPassword made{.password = random_password()};
    TRY_ASSIGN(made.hash, hash_password(identity, made.password));
    made.until = now.plus(std::chrono::hours{identity.account_policy().temporary_password_hours});
    return made;
}

Result<std::string> reset_password(Identity& identity, Id user, const Cause& cause)
{
    TRY_ASSIGN(const auto made, temporary_password(identity, cause.at));
    TRY(identity.write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto person, find_user(transaction, user));
        if (person.status == "left" || person.kind == "service")
            return Error{.kind = Kind::Conflict, .code = "USER_STATE", .parameters = {{"status", person.status}}};
        TRY(set_password(transaction, identity.ids(), user, made.hash, true, made.until, "pwd_reset", cause));
        TRY(clear_all_failures(transaction, login_key_of(identity.cipher(), person.login_name)));
        return end_sessions(transaction, user, 0, cause);
    }));
    return made.password;
}

Status unlock(Identity& identity, Id user, const Cause& cause)
{
    return identity.write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto person, find_user(transaction, user));
        TRY(clear_all_failures(transaction, login_key_of(identity.cipher(), person.login_name)));
        return log(transaction, cause, {"user_account", user, person.organisation, 0, "unlock"});
    });
}

}  // namespace identity
