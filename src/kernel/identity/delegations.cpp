// Work of somebody absent, done by a delegate.

#include <algorithm>

#include "kernel/identity/grants.h"
#include "kernel/identity/permissions.h"

namespace identity {

constexpr std::string_view select_delegation = R"sql(
    SELECT d.account, d.delegate, u.display_name, d.valid_from, d.valid_to, d.reason
      FROM user_delegation d JOIN user_account u ON u.id = d.delegate
     WHERE d.account = ?1
)sql";

Result<std::optional<Delegation>> delegation_of(Transaction& transaction, Id account)
{
    TRY_ASSIGN(const auto row, transaction.first(select_delegation, {account}));
    if (!row)
        return std::optional<Delegation>{};
    return std::optional<Delegation>{Delegation{row->integer(0), row->integer(1), row->text(2), row->date(3),
        row->date(4), row->text(5)}};
}

namespace {

json::object as_json(const Delegation& delegation)
{
    return {{"delegate", std::to_string(delegation.delegate)}, {"valid_from", delegation.valid_from.text()},
        {"valid_to", delegation.valid_to.text()}};
}

Result<bool> holds_separated_role(Transaction& transaction, Id user)
{
    TRY_ASSIGN(const auto held, grants_of(transaction, user));
    return std::ranges::any_of(held, [](const Grant& grant) { return is_separated(grant.role); });
}

}  // namespace

constexpr std::string_view select_delegate = "SELECT status, kind, organisation FROM user_account WHERE id = ?1";
constexpr std::string_view delete_delegation = "DELETE FROM user_delegation WHERE account = ?1";
constexpr std::string_view insert_delegation = R"sql(
    INSERT INTO user_delegation (account, delegate, valid_from, valid_to, reason, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
)sql";

Status set_delegation(Transaction& transaction, const Delegation& wanted, const Cause& cause)
{
    if (wanted.delegate == wanted.account)
        return invalid("delegate", "DELEGATE_SELF");
    if (wanted.valid_to < wanted.valid_from)
        return invalid("valid_to", "TIME_ORDER");
    if (wanted.valid_to.days - wanted.valid_from.days >= delegation_days_max)
        return invalid({{"valid_to", "DELEGATION_TOO_LONG", {{"days", std::to_string(delegation_days_max)}}}});
    TRY_ASSIGN(const auto person, transaction.first(select_delegate, {wanted.delegate}));
    if (!person || person->text(0) != "active" || person->text(1) == "service")
        return invalid("delegate", "DELEGATE_UNKNOWN");
    for (const Id user : {wanted.account, wanted.delegate}) {
        TRY_ASSIGN(const bool separated, holds_separated_role(transaction, user));
        if (separated)
            return Error{.kind = Kind::Conflict, .code = "ROLE_SOD", .fields = {"delegate"}};
    }
    TRY_ASSIGN(const auto before, delegation_of(transaction, wanted.account));
    TRY(transaction.execute(delete_delegation, {wanted.account}));
    TRY(transaction.execute(insert_delegation, {wanted.account, wanted.delegate, wanted.valid_from, wanted.valid_to,
        wanted.reason, cause.at}));
    Cause why = cause;
    why.reason = wanted.reason;
    return log(transaction, why,
        {"user_account", wanted.account, person->integer(2), 0, "delegation_set",
            {{"delegation", json::array{before ? json::value(as_json(*before)) : json::value(nullptr), as_json(wanted)}}}});
}

Status end_delegation(Transaction& transaction, Id account, const Cause& cause)
{
    TRY_ASSIGN(const auto before, delegation_of(transaction, account));
    if (!before)
        return {};
    TRY(transaction.execute(delete_delegation, {account}));
    return log(transaction, cause,
        {"user_account", account, 0, 0, "delegation_end", {{"delegation", json::array{as_json(*before), nullptr}}}});
}

}  // namespace identity
