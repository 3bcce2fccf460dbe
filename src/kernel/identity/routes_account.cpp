// What a person does with his own account; and the first-run page.

#include "kernel/identity/account.h"
#include "kernel/identity/grants.h"
#include "kernel/identity/routes.h"
#include "kernel/identity/setup.h"

namespace identity {

namespace {

Result<http::Response> get_sessions(Identity& identity, const http::Request& request)
{
    const auto& subject = subject_of(request);
    TRY_ASSIGN(const auto sessions, identity.database().read([&](Transaction& transaction) {
        return sessions_of(transaction, subject.user, identity.clock().now());
    }));
    json::array items;
    for (const auto& session : sessions)
        items.push_back(json::object{{"id", std::to_string(session.id)}, {"created_at", session.created_at.text()},
            {"last_used_at", session.last_used_at.text()}, {"remote", session.remote},
            {"user_agent", session.user_agent}, {"current", session.id == subject.session}});
    return http::Response::json(items);
}

Result<http::Response> delete_session_of(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY(end_session(identity, subject_of(request), id, origin_of(request)));
    auto response = http::Response::none();
    if (id == subject_of(request).session)
        clear_session_cookie(response, request);
    return response;
}

// The session goes on under a new token, so the browser gets cookie and CSRF token again.
Result<http::Response> renewed(Identity& identity, const http::Request& request, const std::string& token,
    json::object extra = {})
{
    TRY_ASSIGN(const auto subject,
        identity.sessions().find(token, identity.policy(), identity.account_policy(), identity.clock().now()));
    if (!subject)
        return Error{.kind = Kind::Unauthenticated, .code = "AUTH_SESSION_OVER"};
    auto body = session_json(identity, *subject, token);
    for (auto& [name, value] : extra)
        body[name] = std::move(value);
    auto response = http::Response::json(body);
    set_session_cookie(response, request, token);
    return response;
}

Result<http::Response> post_password(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    const auto current = form.secret("current");
    const auto wanted = form.secret("new");
    TRY(form.finish());
    TRY_ASSIGN(const auto token, change_password(identity, subject_of(request), current, wanted, origin_of(request)));
    return renewed(identity, request, token);
}

Result<http::Response> patch_account(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    const auto language = form.text("language", 2, Form::Need::Required);
    TRY(form.finish());
    TRY(set_language(identity, subject_of(request), language));
    return http::Response::none();
}

Result<http::Response> post_totp(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    const auto password = form.secret("password");
    TRY(form.finish());
    TRY_ASSIGN(const auto offer, offer_totp(identity, subject_of(request), password, origin_of(request)));
    return http::Response::json(json::object{{"secret", offer.secret}, {"uri", offer.uri}});
}

Result<http::Response> post_totp_confirm(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    const auto code = form.text("code", 10, Form::Need::Required);
    TRY(form.finish());
    TRY_ASSIGN(const auto confirmed, confirm_totp(identity, subject_of(request), code, origin_of(request)));
    return renewed(identity, request, confirmed.token,
        {{"recovery_codes", json::array(confirmed.recovery_codes.begin(), confirmed.recovery_codes.end())}});
}

Result<http::Response> delete_totp(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    const auto password = form.secret("password");
    TRY(form.finish());
    TRY_ASSIGN(const auto token, remove_totp(identity, subject_of(request), password, origin_of(request)));
    return renewed(identity, request, token);
}

json::value delegation_json(const std::optional<Delegation>& delegation)
{
    if (!delegation)
        return nullptr;
    return json::object{
        {"delegate", json::object{{"id", std::to_string(delegation->delegate)}, {"label", delegation->delegate_name}}},
        {"valid_from", delegation->valid_from.text()}, {"valid_to", delegation->valid_to.text()},
        {"reason", delegation->reason}};
}

Result<http::Response> get_delegation(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto delegation, identity.database().read([&](Transaction& transaction) {
        return delegation_of(transaction, subject_of(request).user);
    }));
    return http::Response::json(delegation_json(delegation));
}

Result<http::Response> put_delegation(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    Delegation wanted{.account = subject_of(request).user};
    wanted.delegate = form.id("delegate", Form::Need::Required);
    wanted.valid_from = form.date("valid_from", Form::Need::Required).value_or(base::Date{});
    wanted.valid_to = form.date("valid_to", Form::Need::Required).value_or(base::Date{});
    wanted.reason = form.text("reason", 200, Form::Need::Required);
    TRY(form.finish());
    TRY(identity.write([&](Transaction& transaction) { return set_delegation(transaction, wanted, cause_of(request)); }));
    return get_delegation(identity, request);
}

Result<http::Response> delete_delegation(Identity& identity, const http::Request& request)
{
    TRY(identity.write([&](Transaction& transaction) {
        return end_delegation(transaction, subject_of(request).user, cause_of(request));
    }));
    return http::Response::none();
}

Result<http::Response> get_setup(Identity& identity, const http::Request&)
{
    TRY_ASSIGN(const bool needed, setup_needed(identity));
    return http::Response::json(json::object{{"needed", needed}});
}

FirstAdministrator administrator_from(Form& parent, const json::object& administrators, const char* name)
{
    FirstAdministrator person;
    const auto* member = administrators.if_contains(name);
    const std::string path = "administrators." + std::string{name};
    if (!member || !member->is_object()) {
        parent.add({{path, "REQUIRED"}});
        return person;
    }
    Form form{member->get_object(), path + "."};
    person.login_name = form.text("login_name", 64, Form::Need::Required);
    person.display_name = form.text("display_name", 64, Form::Need::Required);
    person.password = form.secret("password");
    if (auto status = form.finish(); !status.ok())
        parent.add(status.error().faults);
    return person;
}

Result<http::Response> post_setup(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    Setup setup{.code = form.text("code", 64, Form::Need::Required)};
    const auto& given = form.object("organisation");
    Form organisation{given, "organisation."};
    setup.name = organisation.text("name", 128, Form::Need::Required);
    setup.region = organisation.text("region", 12, Form::Need::Required);
    setup.credit_code = organisation.text("credit_code", 18);
    if (auto status = organisation.finish(); !status.ok())
        form.add(status.error().faults);
    const auto& administrators = form.object("administrators");
    setup.system = administrator_from(form, administrators, "system");
    setup.security = administrator_from(form, administrators, "security");
    setup.audit = administrator_from(form, administrators, "audit");
    TRY(form.finish());
    TRY(complete_setup(identity, std::move(setup), request.remote));
    return http::Response::json(json::object{{"needed", false}}, 201);
}

}  // namespace

void add_account_routes(http::Router& router, Identity& identity)
{
    const auto with = [&identity](auto handler) {
        return [&identity, handler](const http::Request& request) { return handler(identity, request); };
    };
    const auto own = http::session_access();
    router.get("/api/account/sessions", own, with(get_sessions));
    router.del("/api/account/sessions/{id}", own, with(delete_session_of));
    router.post("/api/account/password", own, with(post_password));
    router.patch("/api/account", own, with(patch_account));
    router.post("/api/account/totp", own, with(post_totp));
    router.post("/api/account/totp/confirm", own, with(post_totp_confirm));
    router.del("/api/account/totp", own, with(delete_totp));
    router.get("/api/account/delegation", own, with(get_delegation));
    router.put("/api/account/delegation", own, with(put_delegation));
    router.del("/api/account/delegation", own, with(delete_delegation));
}

void add_setup_routes(http::Router& router, Identity& identity)
{
    router.get("/api/setup", http::public_access(),
        [&identity](const http::Request& request) { return get_setup(identity, request); });
    router.post("/api/setup", http::public_access(),
        [&identity](const http::Request& request) { return post_setup(identity, request); });
}

}  // namespace identity
