// Grants, roles and what waits for a second person.

#include "kernel/identity/permissions.h"
#include "kernel/identity/routes.h"
#include "kernel/identity/user_rights.h"

namespace identity {

namespace {

Result<http::Response> post_grant(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto body, request.json_object());
    TRY_ASSIGN(const auto wanted, grant_from(body));
    TRY_ASSIGN(const auto outcome, identity.write([&](Transaction& transaction) -> Result<GrantOutcome> {
        TRY(visible_user(transaction, identity, subject_of(request), id, "read"));
        return request_grant(transaction, identity.ids(), identity.policy(), subject_of(request), id, wanted,
            cause_of(request));
    }));
    if (outcome.request)
        return http::Response::json(json::object{{"request", std::to_string(outcome.request)}}, 202);
    return http::Response::json(json::object{{"id", std::to_string(outcome.grant)}}, 201);
}

Result<http::Response> delete_grant(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto grant, id_parameter(request, "grant"));
    TRY(identity.write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto user, manageable_user(transaction, identity, subject_of(request), id, "read"));
        const auto row = row_of(user);
        const auto decision =
            decide(identity.policy(), subject_of(request), {.resource = "grants", .action = "delete", .row = &row});
        if (!decision.allowed)
            return refusal(decision);
        return revoke(transaction, id, grant, cause_of(request));
    }));
    return http::Response::none();
}

json::object approval_json(const Approval& approval)
{
    return {{"id", std::to_string(approval.id)}, {"kind", approval.kind},
        {"account",
            approval.account ? json::value(json::object{{"id", std::to_string(approval.account)}, {"label", approval.account_name}})
                             : json::value(nullptr)},
        {"payload", approval.payload}, {"reason", approval.reason},
        {"requested_by", json::object{{"id", std::to_string(approval.requested_by)}, {"label", approval.requester_name}}},
        {"requested_at", approval.requested_at.text()}, {"state", approval.state}};
}

Result<http::Response> get_approvals(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto waiting, identity.database().read([&](Transaction& transaction) {
        return approvals_for(transaction, identity.policy(), subject_of(request));
    }));
    json::array items;
    for (const auto& approval : waiting)
        items.push_back(approval_json(approval));
    return http::Response::json(json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<http::Response> post_decision(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    const auto action = request.parameter("action");
    if (action != "approve" && action != "reject")
        return Error{.kind = Kind::NotFound, .code = "ACTION_UNKNOWN"};
    Cause cause = cause_of(request);
    if (!request.body.empty()) {
        TRY_ASSIGN(const auto body, request.json_object());
        Form form{body};
        cause.reason = form.text("reason", 200);
        TRY(form.finish());
    }
    TRY_ASSIGN(const auto decided, identity.write([&](Transaction& transaction) {
        return decide_approval(transaction, identity.ids(), identity.policy(), subject_of(request), id,
            action == "approve", cause);
    }));
    return http::Response::json(approval_json(decided));
}

json::object role_json(std::string_view name, std::string_view zh, std::string_view en, std::string_view system,
    bool sensitive, int clearance)
{
    return {{"name", name}, {"title", json::object{{"zh", zh}, {"en", en}}}, {"system", system},
        {"sensitive", sensitive}, {"clearance", clearance}};
}

Result<http::Response> get_roles(Identity& identity, const http::Request&)
{
    json::array items;
    for (const auto& role : kernel_roles())
        items.push_back(role_json(role.name, role.title_zh, role.title_en, "kernel", role.sensitive, role.clearance));
    if (const auto policy = identity.policy(); policy.release)
        for (const auto& [name, role] : policy.release->roles)
            items.push_back(role_json(name, role.title.zh, role.title.en, role.system, role.sensitive, role.clearance));
    return http::Response::json(json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<http::Response> get_policy(Identity& identity, const http::Request&)
{
    return http::Response::json(as_json(identity.account_policy()));
}

Result<http::Response> put_policy(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(auto body, request.json_object());
    TRY(policy_from(body));
    TRY_ASSIGN(const auto id, identity.write([&](Transaction& transaction) {
        return request_approval(transaction, identity.ids(), "policy_change", 0,
            {{"policy", body}, {"former", as_json(identity.account_policy())}}, cause_of(request));
    }));
    return http::Response::json(json::object{{"request", std::to_string(id)}}, 202);
}

}  // namespace

void add_grant_routes(http::Router& router, Identity& identity)
{
    const auto with = [&identity](auto handler) {
        return [&identity, handler](const http::Request& request) { return handler(identity, request); };
    };
    router.post("/api/users/{id}/grants", http::permission("users.read"), with(post_grant));
    router.del("/api/users/{id}/grants/{grant}", http::permission("grants.delete"), with(delete_grant));
    router.get("/api/approvals", http::permission("approvals.read"), with(get_approvals));
    router.post("/api/approvals/{id}/actions/{action}", http::permission("approvals.decide"), with(post_decision));
    router.get("/api/roles", http::permission("roles.read"), with(get_roles));
}

void add_policy_routes(http::Router& router, Identity& identity)
{
    const auto with = [&identity](auto handler) {
        return [&identity, handler](const http::Request& request) { return handler(identity, request); };
    };
    router.get("/api/policies/account", http::permission("policies.read"), with(get_policy));
    router.put("/api/policies/account", http::permission("policies.update"), with(put_policy));
}

}  // namespace identity
