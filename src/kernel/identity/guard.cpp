#include "kernel/identity/guard.h"

#include <cassert>

namespace identity {

namespace {

constexpr std::string_view bearer = "Bearer ";

std::string device_cookie_name(const http::Request& request)
{
    return request.secure ? "__Host-weijian_device" : "weijian_device";
}

bool is_unsafe(http::Method method)
{
    return method != http::Method::Get && method != http::Method::Head;
}

Error refused(Kind kind, std::string code) { return {.kind = kind, .code = std::move(code)}; }

// A browser names the page that sends; it must be ours.
Status check_origin(const http::Request& request)
{
    const auto origin = request.header("origin");
    if (origin.empty())
        return {};
    const auto scheme = origin.find("://");
    if (scheme == std::string::npos || origin.substr(scheme + 3) != request.header("host"))
        return refused(Kind::Forbidden, "CSRF_ORIGIN");
    return {};
}

bool is_account_route(const std::string& path)
{
    return path == "/api/session" || path == "/api/account" || path == "/api/account/password"
        || path.starts_with("/api/account/totp") || path.starts_with("/api/account/sessions");
}

// What a session may reach before its owner has put his account in order.
Status check_complete(const http::Request& request, const Subject& subject)
{
    if (is_account_route(request.path))
        return {};
    if (subject.must_change_password)
        return refused(Kind::Forbidden, "AUTH_MUST_CHANGE");
    if (subject.second_factor_required && !subject.second_factor)
        return refused(Kind::Forbidden, "SECOND_FACTOR");
    return {};
}

Status check_access(Identity& identity, const http::Access& access, const Subject& subject)
{
    const auto dot = access.permission.find('.');
    if (access.level != http::Access::Level::Permission || dot == std::string::npos)
        return {};  // the handler asks with the object at hand
    const Question question{
        .resource = access.permission.substr(0, dot), .action = access.permission.substr(dot + 1), .security_label = 1};
    const auto decision = decide(identity.policy(), subject, question);
    if (!decision.allowed)
        return refusal(decision);
    return {};
}

using Found = Result<std::shared_ptr<const Subject>>;

Found find_by_cookie(Identity& identity, const http::Request& request)
{
    const auto token = request.cookie(session_cookie_name(request));
    if (!token || token->empty())
        return refused(Kind::Unauthenticated, "AUTH_REQUIRED");
    TRY_ASSIGN(auto subject,
        identity.sessions().find(*token, identity.policy(), identity.account_policy(), identity.clock().now()));
    if (!subject)
        return refused(Kind::Unauthenticated, "AUTH_SESSION_OVER");
    if (is_unsafe(request.method)) {
        TRY(check_origin(request));
        if (!base::crypto::equal(request.header("x-csrf-token"), csrf_of(*token)))
            return refused(Kind::Forbidden, "CSRF_TOKEN");
    }
    return subject;
}

Found find_by_token(Identity& identity, const http::Request& request, const std::string& authorization)
{
    const auto token = authorization.substr(bearer.size());
    TRY_ASSIGN(auto subject,
        identity.sessions().find_machine(token, identity.policy(), identity.account_policy(), identity.clock().now()));
    if (!subject)
        return refused(Kind::Unauthenticated, "AUTH_TOKEN");
    if (request.path.starts_with("/api/account"))
        return refused(Kind::Forbidden, "PERMISSION");  // a machine has no password to change
    return subject;
}

using Answer = Result<std::shared_ptr<const http::Principal>>;

Answer guard(Identity& identity, const http::Request& request, const http::Access& access)
{
    if (access.level == http::Access::Level::Public) {
        if (is_unsafe(request.method))
            TRY(check_origin(request));
        return std::shared_ptr<const http::Principal>{};
    }
    const auto authorization = request.header("authorization");
    TRY_ASSIGN(auto subject,
        authorization.starts_with(bearer) ? find_by_token(identity, request, authorization)
                                          : find_by_cookie(identity, request));
    TRY(check_complete(request, *subject));
    TRY(check_access(identity, access, *subject));
    return std::shared_ptr<const http::Principal>{std::move(subject)};
}

std::string attributes(const http::Request& request)
{
    return std::string{"; Path=/; HttpOnly; SameSite=Lax"} + (request.secure ? "; Secure" : "");
}

}  // namespace

http::Guard make_guard(Identity& identity)
{
    return [&identity](const http::Request& request, const http::Access& access) {
        return guard(identity, request, access);
    };
}

http::Guard Identity::guard() { return make_guard(*this); }

const Subject& subject_of(const http::Request& request)
{
    assert(request.principal);
    return static_cast<const Subject&>(*request.principal);
}

std::shared_ptr<const Subject> shared_subject_of(const http::Request& request)
{
    return std::static_pointer_cast<const Subject>(request.principal);
}

Cause cause_of(const http::Request& request)
{
    return {.at = request.at,
        .actor = request.principal ? subject_of(request).user : 0,
        .remote = request.remote,
        .request_id = request.id};
}

Origin origin_of(const http::Request& request)
{
    return {.remote = request.remote,
        .user_agent = request.header("user-agent"),
        .request_id = request.id,
        .device_token = request.cookie(device_cookie_name(request)).value_or("")};
}

std::string session_cookie_name(const http::Request& request)
{
    return request.secure ? "__Host-weijian" : "weijian";
}

void set_session_cookie(http::Response& response, const http::Request& request, const std::string& token)
{
    response.with("Set-Cookie", session_cookie_name(request) + "=" + token + attributes(request));
}

void clear_session_cookie(http::Response& response, const http::Request& request)
{
    response.with("Set-Cookie", session_cookie_name(request) + "=" + attributes(request) + "; Max-Age=0");
}

void set_device_cookie(http::Response& response, const http::Request& request, const std::string& token)
{
    response.with("Set-Cookie", device_cookie_name(request) + "=" + token + attributes(request) + "; Max-Age=34560000");
}

}  // namespace identity
