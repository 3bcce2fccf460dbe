// What is done to an account: freeze, unlock, reset, transfer, leave; and the rights it holds.

#include "kernel/identity/account.h"
#include "kernel/identity/permissions.h"
#include "kernel/identity/routes.h"
#include "kernel/identity/user_rights.h"

namespace identity {

namespace {

struct Act {
    Identity& identity;
    const http::Request& request;
    Id user;
    Cause cause;
    const Subject& subject() const { return subject_of(request); }
    Result<User> check(Transaction& transaction, const std::string& action) const
    {
        if (user == subject().user)
            return Error{.kind = Kind::Forbidden, .code = "USER_SELF"};
        return manageable_user(transaction, identity, subject(), user, action);
    }
    Status check_now(const std::string& action) const
    {
        return identity.database().read([&](Transaction& transaction) -> Status {
            TRY(check(transaction, action));
            return {};
        });
    }
};

using Life = Status (*)(Transaction&, Id, const Cause&);

Result<http::Response> change_life(const Act& act, const std::string& action, Life step)
{
    TRY(act.identity.write([&](Transaction& transaction) -> Status {
        TRY(act.check(transaction, action));
        return step(transaction, act.user, act.cause);
    }));
    return http::Response::none();
}

Result<http::Response> reset(const Act& act)
{
    TRY(act.check_now("reset_password"));
    TRY_ASSIGN(const auto password, reset_password(act.identity, act.user, act.cause));
    return http::Response::json(json::object{{"temporary_password", password}});
}

Result<http::Response> ask_reset_totp(const Act& act)
{
    TRY_ASSIGN(const auto id, act.identity.write([&](Transaction& transaction) -> Result<Id> {
        TRY(act.check(transaction, "reset_totp"));
        return request_approval(transaction, act.identity.ids(), "mfa_reset", act.user, {}, act.cause);
    }));
    return http::Response::json(json::object{{"request", std::to_string(id)}}, 202);
}

Status move(Transaction& transaction, const Act& act, Id organisation, const std::vector<NewGrant>& grants)
{
    TRY(act.check(transaction, "transfer"));
    auto target = find_organisation(transaction, organisation);
    const Row row{.organisation = organisation, .organisation_path = target.ok() ? target->path : "",
        .region = target.ok() ? target->region : ""};
    const auto policy = act.identity.policy();
    if (!target.ok() || !decide(policy, act.subject(), {.resource = "users", .action = "create", .row = &row}).allowed)
        return invalid("organisation", "ORG_UNKNOWN");
    std::vector<NewGrant> given, waiting;
    for (const auto& wanted : grants) {
        TRY(check_grantor(transaction, policy, act.subject(), row, wanted));
        const bool proposing = !decide(policy, act.subject(), {.resource = "grants", .action = "create"}).allowed;
        (proposing || role_facts(policy, wanted.role)->sensitive ? waiting : given).push_back(wanted);
    }
    TRY(transfer_user(transaction, act.identity.ids(), policy, act.user, organisation, given, act.cause));
    for (const auto& wanted : waiting)
        TRY(request_grant(transaction, act.identity.ids(), policy, act.subject(), act.user, wanted, act.cause));
    return {};
}

Result<http::Response> post_action(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto body, request.json_object());
    const auto action = request.parameter("action");
    Form form{body};
    Act act{identity, request, id, cause_of(request)};
    act.cause.reason = form.text("reason", 200, Form::Need::Required);
    Id organisation = 0;
    std::vector<NewGrant> grants;
    if (action == "transfer") {
        organisation = form.id("organisation", Form::Need::Required);
        grants = grants_from(form);
    }
    TRY(form.finish());
    if (action == "freeze")
        return change_life(act, action, freeze_user);
    if (action == "unfreeze")
        return change_life(act, action, unfreeze_user);
    if (action == "leave")
        return change_life(act, action, leave_user);
    if (action == "reset_password")
        return reset(act);
    if (action == "reset_totp")
        return ask_reset_totp(act);
    if (action == "unlock") {
        TRY(act.check_now("unlock"));
        TRY(unlock(identity, id, act.cause));
        return http::Response::none();
    }
    if (action == "transfer") {
        TRY(identity.write([&](Transaction& transaction) { return move(transaction, act, organisation, grants); }));
        return http::Response::none();
    }
    return Error{.kind = Kind::NotFound, .code = "ACTION_UNKNOWN"};
}

}  // namespace

void add_user_action_routes(http::Router& router, Identity& identity)
{
    // Which action is allowed to whom is decided with the account at hand.
    router.post("/api/users/{id}/actions/{action}", http::permission("users.read"),
        [&identity](const http::Request& request) { return post_action(identity, request); });
}

}  // namespace identity
