#include "kernel/identity/setup.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "kernel/identity/organisations.h"
#include "kernel/identity/permissions.h"
#include "kernel/identity/users.h"

namespace identity {

namespace {

constexpr std::array<std::string_view, 14> refused_names{"admin", "administrator", "root", "test", "guest", "user",
    "demo", "system", "sysadmin", "secadmin", "auditadmin", "security", "audit", "superuser"};

struct Place {
    const char* member;
    std::string_view role;
    FirstAdministrator Setup::*administrator;
};
constexpr std::array<Place, 3> places{Place{"system", system_administrator, &Setup::system},
    Place{"security", security_administrator, &Setup::security}, Place{"audit", audit_administrator, &Setup::audit}};

std::string code_hash(std::string_view code)
{
    std::string digits;
    for (const char c : base::text::nfkc(code))
        if (c != '-' && c != ' ')
            digits.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    return token_hash("setup|" + digits);
}

constexpr std::string_view any_user = "SELECT 1 FROM user_account LIMIT 1";

Result<bool> needed(Transaction& transaction)
{
    TRY_ASSIGN(const auto row, transaction.first(any_user));
    return !row.has_value();
}

std::vector<base::Fault> faults_of(Identity& identity, const Setup& setup)
{
    std::vector<base::Fault> faults;
    std::vector<std::string> logins;
    for (const auto& place : places) {
        const auto& person = setup.*(place.administrator);
        const auto path = "administrators." + std::string{place.member} + ".";
        const auto login = normalised_login_name(person.login_name);
        const bool refused = std::ranges::find(refused_names, login) != refused_names.end();
        if (refused || std::ranges::find(logins, login) != logins.end())
            faults.push_back({path + "login_name", refused ? "SETUP_NAME" : "SETUP_SAME_NAME"});
        logins.push_back(login);
        const PersonalFacts facts{.login_name = login, .display_name = person.display_name,
            .organisation_names = {setup.name}, .administrator = true};
        for (auto& fault : identity.passwords().faults(identity.account_policy(), facts, person.password, path + "password"))
            faults.push_back(std::move(fault));
    }
    if (setup.system.password == setup.security.password || setup.system.password == setup.audit.password
        || setup.security.password == setup.audit.password)
        faults.push_back({"administrators", "SETUP_SAME_PASSWORD"});
    return faults;
}

}  // namespace

Result<bool> setup_needed(Identity& identity)
{
    return identity.database().read([](Transaction& transaction) { return needed(transaction); });
}

constexpr std::string_view delete_codes = "DELETE FROM user_setup";
constexpr std::string_view insert_code = "INSERT INTO user_setup (code_hash, created_at) VALUES (?1, ?2)";

Result<std::string> begin_setup(Identity& identity)
{
    const auto letters = base::crypto::base32(base::crypto::random_bytes(13)).substr(0, 20);
    std::string code;
    for (std::size_t at = 0; at < letters.size(); at += 5)
        code += (at ? "-" : "") + letters.substr(at, 5);
    const auto now = identity.clock().now();
    TRY(identity.database().write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const bool open, needed(transaction));
        if (!open)
            return Error{.kind = Kind::Conflict, .code = "SETUP_DONE"};
        TRY(transaction.execute(delete_codes));
        TRY(transaction.execute(insert_code, {storage::Bytes{code_hash(code)}, now}));
        return {};
    }));
    return code;
}

constexpr std::string_view select_code = "SELECT 1 FROM user_setup WHERE code_hash = ?1";

namespace {

Status check_code(Transaction& transaction, const Setup& setup)
{
    TRY_ASSIGN(const bool open, needed(transaction));
    if (!open)
        return Error{.kind = Kind::Conflict, .code = "SETUP_DONE"};
    TRY_ASSIGN(const auto code, transaction.first(select_code, {storage::Bytes{code_hash(setup.code)}}));
    if (!code)
        return Error{.kind = Kind::Forbidden, .code = "SETUP_CODE", .fields = {"code"}};
    return {};
}

Error with_prefix(Error error, const std::string& prefix)
{
    for (auto& field : error.fields)
        field = prefix + field;
    for (auto& fault : error.faults)
        fault.field = prefix + fault.field;
    return error;
}

Status store(Transaction& transaction, Identity& identity, const Setup& setup,
    const std::array<std::string, 3>& hashes, const Cause& cause)
{
    TRY(check_code(transaction, setup));
    auto root = create_organisation(transaction, identity.ids(),
        {.name = setup.name, .kind = "10", .region = setup.region, .credit_code = setup.credit_code}, cause);
    if (!root.ok())
        return with_prefix(root.error(), "organisation.");
    for (std::size_t at = 0; at < places.size(); ++at) {
        const auto& person = setup.*(places[at].administrator);
        // Whoever typed three passwords knows all three, so each owner sets his own at first sign-in.
        auto user = create_user(transaction, identity.ids(), identity.cipher(),
            {.login_name = person.login_name, .display_name = person.display_name, .organisation = root->id,
                .password_hash = hashes[at], .must_change = true},
            cause);
        if (!user.ok())
            return with_prefix(user.error(), "administrators." + std::string{places[at].member} + ".");
        TRY(grant(transaction, identity.ids(), identity.policy(), *user,
            {.role = std::string{places[at].role}, .scope = Scope::All}, cause));
    }
    TRY(transaction.execute(delete_codes));
    return {};
}

}  // namespace

Status complete_setup(Identity& identity, Setup setup, const std::string& remote)
{
    const Cause cause{.at = identity.clock().now(), .remote = remote, .reason = "setup"};
    const auto policy = identity.account_policy();
    TRY(identity.throttle().check(remote, policy, cause.at));
    auto known = identity.database().read([&](Transaction& transaction) { return check_code(transaction, setup); });
    if (!known.ok()) {
        identity.throttle().count(remote, policy, cause.at);
        return known;
    }
    if (auto faults = faults_of(identity, setup); !faults.empty())
        return invalid(std::move(faults));
    std::array<std::string, 3> hashes;
    for (std::size_t at = 0; at < places.size(); ++at) {
        TRY_ASSIGN(hashes[at], hash_password(identity, (setup.*(places[at].administrator)).password));
    }
    return identity.write([&](Transaction& transaction) { return store(transaction, identity, setup, hashes, cause); });
}

}  // namespace identity
