#include "kernel/identity/sign_in.h"

#include <algorithm>
#include <variant>

#include "kernel/identity/permissions.h"
#include "kernel/identity/second_factor.h"
#include "kernel/identity/users.h"

namespace identity {

namespace {

constexpr auto mfa_time = std::chrono::minutes{5};
constexpr std::size_t devices_max = 10;

// What is known of the account before anything is decided. `id` 0: there is none.
struct Account {
    Id id = 0;
    std::string password_hash, status, kind;
    std::optional<base::Date> valid_to;
    std::optional<base::Timestamp> temporary_until;
    bool second_factor = false;
    std::optional<Attempt> last_success, last_failure;
    bool known_device = false;
};

// A refusal must be committed together with its counters, so it is a value of the transaction.
using Outcome = std::variant<Error, SignedIn>;

Cause cause_of(const Origin& origin, Id actor, base::Timestamp at)
{
    return {.at = at, .actor = actor, .remote = origin.remote, .request_id = origin.request_id};
}

Error locked_error(int minutes)
{
    return {.kind = Kind::Locked, .code = "AUTH_LOCKED", .parameters = {{"minutes", std::to_string(minutes)}}};
}

Error failed_error(int remaining)
{
    return {.kind = Kind::Unauthenticated, .code = "AUTH_FAILED", .parameters = {{"remaining", std::to_string(remaining)}}};
}

constexpr std::string_view select_account = R"sql(
    SELECT id, password_hash, status, kind, valid_to, password_temporary_until, totp_secret IS NOT NULL,
           last_login_at, last_login_remote, last_failure_at, last_failure_remote
      FROM user_account WHERE login_name = ?1
)sql";
constexpr std::string_view select_by_id = R"sql(
    SELECT login_name FROM user_account WHERE id = ?1
)sql";
constexpr std::string_view select_device = "SELECT 1 FROM user_device WHERE account = ?1 AND device_hash = ?2";

Result<Account> load_account(Transaction& transaction, const std::string& login_name, const Origin& origin)
{
    Account account;
    TRY_ASSIGN(const auto row, transaction.first(select_account, {login_name}));
    if (row) {
        account.id = row->integer(0);
        account.password_hash = row->text(1);
        account.status = row->text(2);
        account.kind = row->text(3);
        if (!row->null(4))
            account.valid_to = row->date(4);
        if (!row->null(5))
            account.temporary_until = row->timestamp(5);
        account.second_factor = row->boolean(6);
        if (!row->null(7))
            account.last_success = Attempt{row->timestamp(7), row->text(8)};
        if (!row->null(9))
            account.last_failure = Attempt{row->timestamp(9), row->text(10)};
    }
    if (!origin.device_token.empty()) {
        TRY_ASSIGN(const auto device,
            transaction.first(select_device, {account.id, storage::Bytes{token_hash(origin.device_token)}}));
        account.known_device = device.has_value();
    }
    return account;
}

FailureKey failure_key(Identity& identity, const std::string& login_name, const Account& account, const Origin& origin,
    std::string kind)
{
    return {.login = login_key_of(identity.cipher(), login_name),
        .device = account.known_device ? token_hash(origin.device_token) : std::string{},
        .kind = std::move(kind)};
}

constexpr std::string_view set_failure = R"sql(
    UPDATE user_account SET last_failure_at = ?2, last_failure_remote = ?3 WHERE id = ?1
)sql";

// Counts a failure; the same rows are written for a name that does not exist.
Result<Counted> refuse(Transaction& transaction, Identity& identity, const FailureKey& key, Id user,
    const std::string& action, const Cause& cause)
{
    TRY_ASSIGN(const auto counted, count_failure(transaction, key, identity.account_policy(), cause.at));
    TRY(transaction.execute(set_failure, {user, cause.at, cause.remote}));
    json::object diff{{"remaining", json::array{nullptr, counted.remaining}},
        {"login_key", json::array{nullptr, base::crypto::hex(key.login).substr(0, 16)}}};
    TRY(log(transaction, cause, {"user_account", user, 0, 0, action, std::move(diff)}));
    if (counted.now_locked)
        TRY(log(transaction, cause,
            {"user_account", user, 0, 0, "login_lock", {{"minutes", json::array{nullptr, counted.minutes}}}}));
    return counted;
}

constexpr std::string_view set_success = R"sql(
    UPDATE user_account SET last_login_at = ?2, last_login_remote = ?3, idle_since = ?2 WHERE id = ?1
)sql";
constexpr std::string_view insert_device = R"sql(
    INSERT INTO user_device (account, device_hash, last_used_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (account, device_hash) DO UPDATE SET last_used_at = excluded.last_used_at
)sql";
constexpr std::string_view delete_old_devices = R"sql(
    DELETE FROM user_device WHERE account = ?1 AND device_hash NOT IN
        (SELECT device_hash FROM user_device WHERE account = ?1 ORDER BY last_used_at DESC LIMIT ?2)
)sql";

Result<SignedIn> open_session(Transaction& transaction, Identity& identity, const Account& account,
    const Origin& origin, bool second_factor, const Cause& cause)
{
    SignedIn result{.last_success = account.last_success, .last_failure = account.last_failure};
    std::string device = origin.device_token;
    if (!account.known_device)
        result.device_token = device = base::crypto::random_token();
    const storage::Bytes device_hash{token_hash(device)};
    TRY(transaction.execute(insert_device, {account.id, device_hash, cause.at}));
    TRY(transaction.execute(delete_old_devices, {account.id, std::int64_t{devices_max}}));
    TRY(transaction.execute(set_success, {account.id, cause.at, origin.remote}));
    const auto policy = identity.account_policy();
    TRY_ASSIGN(auto subject, load_subject(transaction, account.id, identity.policy(), policy, cause.at));
    if (!subject)
        return Error{.kind = Kind::Forbidden, .code = "AUTH_FROZEN"};
    const bool administrator = std::ranges::any_of(subject->grants,
        [](const Grant& grant) { return kernel_role(grant.role) && !grant.delegated_by; });
    TRY_ASSIGN(const auto made,
        create_session(transaction, identity.ids(),
            {.user = account.id, .remote = origin.remote, .user_agent = origin.user_agent,
                .device_hash = device_hash.data, .second_factor = second_factor, .administrator = administrator},
            policy, cause.at));
    subject->session = made.id;
    subject->second_factor = second_factor;
    result.token = made.token;
    TRY(log(transaction, cause,
        {"user_account", account.id, subject->organisation, 0, "login_ok", {{"session", json::array{nullptr, std::to_string(made.id)}}}}));
    result.subject = std::move(subject);
    return result;
}

constexpr std::string_view insert_pending = R"sql(
    INSERT INTO user_session (id, token_hash, account, state, created_at, last_used_at, expires_at, remote,
                              user_agent, second_factor, device_hash)
    VALUES (?1, ?2, ?3, 'second_factor', ?4, ?4, ?5, ?6, ?7, ?8, ?9)
)sql";
constexpr std::string_view delete_pending = R"sql(
    DELETE FROM user_session WHERE account = ?1 AND state = 'second_factor'
)sql";

Result<Outcome> ask_second_factor(Transaction& transaction, Identity& identity, const Account& account,
    const Origin& origin, const Cause& cause)
{
    auto token = base::crypto::random_token();
    TRY(transaction.execute(delete_pending, {account.id}));
    TRY(transaction.execute(insert_pending,
        {identity.ids().next(), storage::Bytes{token_hash(token)}, account.id, cause.at, cause.at.plus(mfa_time),
            origin.remote, origin.user_agent.substr(0, 300), false, storage::Bytes{}}));
    return Outcome{Error{.kind = Kind::Unauthenticated, .code = "AUTH_MFA_REQUIRED",
        .parameters = {{"mfa_token", std::move(token)}}}};
}

// Said only to who knows the password.
std::optional<Error> status_refusal(const Account& account, base::Timestamp now)
{
    if (account.status == "frozen")
        return Error{.kind = Kind::Forbidden, .code = "AUTH_FROZEN"};
    if (account.status != "active" || (account.valid_to && *account.valid_to < now.date())
        || (account.temporary_until && *account.temporary_until <= now))
        return Error{.kind = Kind::Forbidden, .code = "AUTH_EXPIRED"};
    return {};
}

Result<Outcome> judge(Transaction& transaction, Identity& identity, const std::string& login_name, bool right,
    const Origin& origin, base::Timestamp now)
{
    TRY_ASSIGN(const auto account, load_account(transaction, login_name, origin));
    const auto key = failure_key(identity, login_name, account, origin, "password");
    const auto cause = cause_of(origin, account.id, now);
    TRY_ASSIGN(const auto failures, load_failures(transaction, key));
    if (failures.locked(now)) {
        TRY(log(transaction, cause, {"user_account", account.id, 0, 0, "login_blocked"}));
        return Outcome{right || account.known_device ? locked_error(minutes_left(failures, now)) : failed_error(0)};
    }
    if (!right) {
        TRY_ASSIGN(const auto counted, refuse(transaction, identity, key, account.id, "login_fail", cause));
        if (counted.now_locked && account.known_device)
            return Outcome{locked_error(counted.minutes)};
        return Outcome{failed_error(counted.remaining)};
    }
    if (const auto refusal = status_refusal(account, now)) {
        TRY(log(transaction, cause,
            {"user_account", account.id, 0, 0, "login_fail", {{"reason", json::array{nullptr, refusal->code}}}}));
        return Outcome{*refusal};
    }
    if (account.second_factor)
        return ask_second_factor(transaction, identity, account, origin, cause);
    TRY(clear_failures(transaction, key));
    TRY_ASSIGN(auto signed_in, open_session(transaction, identity, account, origin, false, cause));
    return Outcome{std::move(signed_in)};
}

Result<SignedIn> answer(Identity& identity, Result<Outcome> outcome, const Origin& origin, base::Timestamp now)
{
    if (!outcome.ok())
        return std::move(outcome).error();
    if (auto* error = std::get_if<Error>(&*outcome)) {
        if (error->code == "AUTH_FAILED" || error->code == "MFA_FAILED")
            identity.throttle().count(origin.remote, identity.account_policy(), now);
        return std::move(*error);
    }
    auto signed_in = std::get<SignedIn>(*std::move(outcome));
    identity.sessions().forget_user(signed_in.subject->user);  // older sessions may have ended
    return signed_in;
}

}  // namespace

std::string login_key_of(const FieldCipher& cipher, std::string_view login_name)
{
    const auto digest = base::crypto::hmac_sm3(cipher.pepper(), "login|" + normalised_login_name(login_name));
    return std::string{base::crypto::view(digest)};
}

Result<SignedIn> sign_in(Identity& identity, const std::string& given_name, const std::string& password,
    const Origin& origin)
{
    const auto now = identity.clock().now();
    TRY(identity.throttle().check(origin.remote, identity.account_policy(), now));
    const auto login_name = normalised_login_name(given_name);
    TRY_ASSIGN(const auto account, identity.database().read([&](Transaction& transaction) {
        return load_account(transaction, login_name, origin);
    }));
    const bool usable = !account.password_hash.empty() && account.kind != "service";
    TRY_ASSIGN(const bool matches,
        identity.hashes().verify(password, identity.cipher().pepper(),
            usable ? account.password_hash : identity.dummy_hash()));
    const bool right = usable && matches;
    auto outcome = identity.database().write([&](Transaction& transaction) {
        return judge(transaction, identity, login_name, right, origin, now);
    });
    return answer(identity, std::move(outcome), origin, now);
}

namespace {

constexpr std::string_view select_pending_session = R"sql(
    SELECT id, account FROM user_session
     WHERE token_hash = ?1 AND state = 'second_factor' AND expires_at > ?2
)sql";

Result<Outcome> judge_second(Transaction& transaction, Identity& identity, const SecondFactor& given,
    const Origin& origin, base::Timestamp now)
{
    TRY_ASSIGN(const auto pending,
        transaction.first(select_pending_session, {storage::Bytes{token_hash(given.mfa_token)}, now}));
    if (!pending)
        return Outcome{Error{.kind = Kind::Unauthenticated, .code = "MFA_TOKEN"}};
    const Id user = pending->integer(1);
    TRY_ASSIGN(const auto name, transaction.first(select_by_id, {user}));
    TRY_ASSIGN(const auto account, load_account(transaction, name->text(0), origin));
    const auto key = failure_key(identity, name->text(0), account, origin, "totp");
    const auto cause = cause_of(origin, user, now);
    TRY_ASSIGN(const auto failures, load_failures(transaction, key));
    if (failures.locked(now)) {
        TRY(log(transaction, cause, {"user_account", user, 0, 0, "login_blocked"}));
        return Outcome{locked_error(minutes_left(failures, now))};
    }
    TRY_ASSIGN(const bool right,
        given.recovery_code.empty() ? use_code(transaction, identity.cipher(), user, given.code, now)
                                    : use_recovery_code(transaction, identity.cipher(), user, given.recovery_code, now));
    if (!right) {
        TRY_ASSIGN(const auto counted, refuse(transaction, identity, key, user, "mfa_fail", cause));
        if (counted.now_locked) {
            TRY(transaction.execute(delete_pending, {user}));
            return Outcome{locked_error(counted.minutes)};
        }
        return Outcome{Error{.kind = Kind::Unauthenticated, .code = "MFA_FAILED",
            .parameters = {{"remaining", std::to_string(counted.remaining)}}}};
    }
    TRY(transaction.execute(delete_pending, {user}));
    if (const auto refusal = status_refusal(account, now))
        return Outcome{*refusal};
    TRY(clear_failures(transaction, key));
    TRY(clear_failures(transaction, failure_key(identity, name->text(0), account, origin, "password")));
    TRY_ASSIGN(auto signed_in, open_session(transaction, identity, account, origin, true, cause));
    return Outcome{std::move(signed_in)};
}

}  // namespace

Result<SignedIn> sign_in_second(Identity& identity, const SecondFactor& given, const Origin& origin)
{
    const auto now = identity.clock().now();
    TRY(identity.throttle().check(origin.remote, identity.account_policy(), now));
    auto outcome = identity.database().write([&](Transaction& transaction) {
        return judge_second(transaction, identity, given, origin, now);
    });
    return answer(identity, std::move(outcome), origin, now);
}

Status sign_out(Identity& identity, const Subject& subject, const Origin& origin)
{
    const auto cause = cause_of(origin, subject.user, identity.clock().now());
    return identity.write([&](Transaction& transaction) -> Status {
        TRY(delete_session(transaction, subject.session));
        return log(transaction, cause, {"user_account", subject.user, subject.organisation, 0, "logout"});
    });
}

}  // namespace identity
