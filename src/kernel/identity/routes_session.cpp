// Signing in and out.

#include <algorithm>

#include "kernel/identity/organisations.h"
#include "kernel/identity/routes.h"

namespace identity {

namespace {

json::value attempt_json(const std::optional<Attempt>& attempt)
{
    if (!attempt)
        return nullptr;
    return json::object{{"at", attempt->at.text()}, {"remote", attempt->remote}};
}

http::Response signed_in_response(Identity& identity, const http::Request& request, const SignedIn& signed_in)
{
    auto body = session_json(identity, *signed_in.subject, signed_in.token);
    body["last_success"] = attempt_json(signed_in.last_success);
    body["last_failure"] = attempt_json(signed_in.last_failure);
    auto response = http::Response::json(body);
    set_session_cookie(response, request, signed_in.token);
    if (!signed_in.device_token.empty())
        set_device_cookie(response, request, signed_in.device_token);
    return response;
}

Result<http::Response> post_session(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    const auto login_name = form.text("login_name", 200, Form::Need::Required);
    const auto password = form.secret("password");
    TRY(form.finish());
    TRY_ASSIGN(const auto signed_in, sign_in(identity, login_name, password, origin_of(request)));
    return signed_in_response(identity, request, signed_in);
}

Result<http::Response> post_second_factor(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    SecondFactor given;
    given.mfa_token = form.secret("mfa_token");
    given.code = form.text("code", 10);
    given.recovery_code = form.text("recovery_code", 20);
    if (given.code.empty() && given.recovery_code.empty())
        form.fault("code", "REQUIRED");
    TRY(form.finish());
    TRY_ASSIGN(const auto signed_in, sign_in_second(identity, given, origin_of(request)));
    return signed_in_response(identity, request, signed_in);
}

Result<http::Response> get_session(Identity& identity, const http::Request& request)
{
    const auto token = request.cookie(session_cookie_name(request)).value_or("");
    return http::Response::json(session_json(identity, subject_of(request), token));
}

Result<http::Response> delete_own_session(Identity& identity, const http::Request& request)
{
    TRY(sign_out(identity, subject_of(request), origin_of(request)));
    auto response = http::Response::none();
    clear_session_cookie(response, request);
    return response;
}

json::array roles_json(const Subject& subject)
{
    std::vector<std::string> names;
    for (const auto& grant : subject.grants)
        if (std::ranges::find(names, grant.role) == names.end())
            names.push_back(grant.role);
    return json::array(names.begin(), names.end());
}

json::object permissions_json(Identity& identity, const Subject& subject)
{
    json::object object;
    for (const auto& [resource, actions] : permissions_of(identity.policy(), subject))
        object[resource] = json::array(actions.begin(), actions.end());
    return object;
}

}  // namespace

json::object session_json(Identity& identity, const Subject& subject, const std::string& token)
{
    json::object organisation{{"id", std::to_string(subject.organisation)}, {"path", subject.organisation_path},
        {"region", subject.region}};
    const auto found = identity.database().read(
        [&](Transaction& transaction) { return find_organisation(transaction, subject.organisation); });
    organisation["name"] = found.ok() ? json::value(found->name) : json::value(nullptr);
    json::object user{{"id", std::to_string(subject.user)}, {"login_name", subject.login_name},
        {"display_name", subject.display_name}, {"language", subject.chosen_language},
        {"organisation", std::move(organisation)}};
    return {{"user", std::move(user)}, {"roles", roles_json(subject)},
        {"permissions", permissions_json(identity, subject)}, {"csrf", csrf_of(token)},
        {"must_change_password", subject.must_change_password}, {"second_factor", subject.second_factor},
        {"second_factor_required", subject.second_factor_required},
        {"password_expires_at", nullable(subject.password_expires_at)}};
}

void add_session_routes(http::Router& router, Identity& identity)
{
    const auto with = [&identity](auto handler) {
        return [&identity, handler](const http::Request& request) { return handler(identity, request); };
    };
    router.post("/api/session", http::public_access(), with(post_session));
    router.post("/api/session/second-factor", http::public_access(), with(post_second_factor));
    router.get("/api/session", http::session_access(), with(get_session));
    router.del("/api/session", http::session_access(), with(delete_own_session));
}

}  // namespace identity
