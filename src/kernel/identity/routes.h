#pragma once

// The HTTP calls of docs/api.md "Session and account" and "Organisations, users, roles". Thin: read
// the body, ask the stores, answer.

#include "kernel/identity/form.h"
#include "kernel/identity/guard.h"
#include "kernel/identity/identity.h"

namespace identity {

void add_session_routes(http::Router&, Identity&);
void add_account_routes(http::Router&, Identity&);
void add_setup_routes(http::Router&, Identity&);
void add_organisation_routes(http::Router&, Identity&);
void add_user_routes(http::Router&, Identity&);
void add_user_action_routes(http::Router&, Identity&);
void add_grant_routes(http::Router&, Identity&);
void add_policy_routes(http::Router&, Identity&);
void add_audit_routes(http::Router&, Identity&);

// Shared by the handlers.
json::object session_json(Identity&, const Subject&, const std::string& token);
Result<Id> id_parameter(const http::Request&, std::string_view name = "id");  // NotFound when it is no id
Result<int> limit_of(const http::Request&);                                   // LIMIT
Result<Id> id_query(const http::Request&, std::string_view name);             // 0: absent
Status check_version(const http::Request&, std::int64_t version);             // If-Match; STALE
json::value nullable(const std::string&);
json::value nullable(const std::optional<base::Timestamp>&);
json::value nullable(const std::optional<base::Date>&);

}  // namespace identity
