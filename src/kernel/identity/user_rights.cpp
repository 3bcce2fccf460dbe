#include "kernel/identity/user_rights.h"

#include <algorithm>

#include "kernel/identity/permissions.h"

namespace identity {

Result<User> visible_user(Transaction& transaction, Identity& identity, const Subject& subject, Id id,
    const std::string& action)
{
    const auto policy = identity.policy();
    TRY_ASSIGN(auto user, find_user(transaction, id));
    const auto row = row_of(user);
    if (!decide(policy, subject, {.resource = "users", .action = "read", .row = &row}).allowed)
        return Error{.kind = Kind::NotFound, .code = "USER_UNKNOWN"};
    const auto decision = decide(policy, subject, {.resource = "users", .action = action, .row = &row});
    if (!decision.allowed)
        return refusal(decision);
    return user;
}

Result<User> manageable_user(Transaction& transaction, Identity& identity, const Subject& subject, Id id,
    const std::string& action)
{
    TRY_ASSIGN(auto user, visible_user(transaction, identity, subject, id, action));
    const bool separated = std::ranges::any_of(subject.grants,
        [](const Grant& held) { return is_separated(held.role) && !held.delegated_by; });
    if (separated)
        return user;  // kept apart by what each of the three may do at all
    TRY_ASSIGN(const auto held, grants_of(transaction, id));
    for (const auto& grant : held) {
        const NewGrant same{.role = grant.role, .scope = grant.scope, .organisation = grant.organisation,
            .listed = grant.listed, .regions = grant.regions};
        TRY(check_grantor(transaction, identity.policy(), subject, row_of(user), same));
    }
    return user;
}

std::vector<NewGrant> grants_from(Form& form)
{
    std::vector<NewGrant> grants;
    std::size_t position = 0;
    for (const auto& item : form.array("grants")) {
        const auto path = "grants[" + std::to_string(position++) + "]";
        if (!item.is_object()) {
            form.fault(path, "FIELD_TYPE");
            continue;
        }
        auto grant = grant_from(item.get_object(), path + ".");
        if (grant.ok())
            grants.push_back(*std::move(grant));
        else
            form.add(grant.error().faults);
    }
    return grants;
}

}  // namespace identity
