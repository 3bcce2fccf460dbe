#include "kernel/identity/routes.h"

namespace identity {

void Identity::add_routes(http::Router& router)
{
    add_session_routes(router, *this);
    add_account_routes(router, *this);
    add_setup_routes(router, *this);
    add_organisation_routes(router, *this);
    add_user_routes(router, *this);
    add_user_action_routes(router, *this);
    add_grant_routes(router, *this);
    add_policy_routes(router, *this);
    add_audit_routes(router, *this);
}

Result<Id> id_parameter(const http::Request& request, std::string_view name)
{
    if (const auto id = base::parse_id(request.parameter(name)))
        return *id;
    return Error{.kind = Kind::NotFound, .code = "NOT_FOUND"};
}

Result<int> limit_of(const http::Request& request)
{
    const auto given = request.query_value("limit");
    if (!given)
        return 50;
    const auto number = base::parse_id(*given);
    if (!number || *number > 500)
        return invalid("limit", "LIMIT");
    return static_cast<int>(*number);
}

Result<Id> id_query(const http::Request& request, std::string_view name)
{
    const auto given = request.query_value(name);
    if (!given || given->empty())
        return Id{0};
    if (const auto id = base::parse_id(*given))
        return *id;
    return invalid(std::string{name}, "FIELD_TYPE");
}

Status check_version(const http::Request& request, std::int64_t version)
{
    const auto wanted = request.header("if-match");
    if (!wanted.empty() && wanted != "\"" + std::to_string(version) + "\"")
        return Error{.kind = Kind::Conflict, .code = "STALE"};
    return {};
}

json::value nullable(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::value nullable(const std::optional<base::Timestamp>& at)
{
    return at ? json::value(at->text()) : json::value(nullptr);
}

json::value nullable(const std::optional<base::Date>& date)
{
    return date ? json::value(date->text()) : json::value(nullptr);
}

}  // namespace identity
