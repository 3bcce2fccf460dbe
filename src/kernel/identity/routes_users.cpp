#include <algorithm>

#include "base/checks.h"
#include "kernel/identity/account.h"
#include "kernel/identity/routes.h"
#include "kernel/identity/user_rights.h"

namespace identity {

namespace {

json::object short_json(const User& user)
{
    return {{"id", std::to_string(user.id)}, {"display_name", user.display_name},
        {"organisation", json::object{{"id", std::to_string(user.organisation)}, {"name", user.organisation_name}}}};
}

json::object user_json(const User& user)
{
    auto object = short_json(user);
    object["login_name"] = user.login_name;
    object["department"] = user.department;
    object["status"] = user.status;
    object["kind"] = user.kind;
    object["language"] = user.language;
    object["valid_to"] = nullable(user.valid_to);
    object["last_login_at"] = nullable(user.last_login_at);
    object["roles"] = json::array(user.roles.begin(), user.roles.end());
    object["second_factor"] = user.second_factor;
    object["must_change_password"] = user.must_change;
    object["version"] = user.version;
    return object;
}

std::string masked_phone(const User& user) { return user.phone.empty() ? "" : base::checks::mask_phone(user.phone); }
std::string masked_card(const User& user) { return user.id_card.empty() ? "" : base::checks::mask_id_card(user.id_card); }

// Colleagues see names; who keeps accounts sees the account.
bool sees_accounts(Identity& identity, const Subject& subject)
{
    return decide(identity.policy(), subject, {.resource = "users", .action = "read"}).allowed;
}

Result<http::Response> list(Identity& identity, const http::Request& request)
{
    const auto& subject = subject_of(request);
    UserFilter filter{.text = request.query_value("q").value_or(""),
        .status = request.query_value("status").value_or(""), .after = request.query_value("after").value_or("")};
    TRY_ASSIGN(filter.limit, limit_of(request));
    TRY_ASSIGN(const auto organisation, id_query(request, "organisation"));
    if (organisation)
        filter.organisation = organisation;
    const bool accounts = sees_accounts(identity, subject);
    if (!accounts)
        filter.status = "active";
    const auto decision =
        decide(identity.policy(), subject, {.resource = "users", .action = accounts ? "read" : "look_up"});
    const int limit = filter.limit++;
    TRY_ASSIGN(auto found, identity.database().read([&](Transaction& transaction) {
        return list_users(transaction, decision.predicate, subject, filter);
    }));
    const bool more = static_cast<int>(found.size()) > limit;
    if (more)
        found.pop_back();
    json::array items;
    for (const auto& user : found)
        items.push_back(accounts ? user_json(user) : short_json(user));
    return http::Response::json(json::object{{"items", std::move(items)},
        {"next", more ? json::value(found.back().login_name) : json::value(nullptr)}});
}

Result<json::object> details(Transaction& transaction, Identity& identity, const Subject& subject, Id id)
{
    TRY(visible_user(transaction, identity, subject, id, "read"));
    TRY_ASSIGN(const auto user, find_user(transaction, id, &identity.cipher()));
    auto object = user_json(user);
    object["phone"] = nullable(masked_phone(user));
    object["id_card"] = nullable(masked_card(user));
    TRY_ASSIGN(const auto held, grants_of(transaction, id));
    json::array grants;
    for (const auto& grant : held)
        grants.push_back(as_json(grant));
    object["grants"] = std::move(grants);
    if (user.kind == "service") {
        TRY_ASSIGN(const auto tokens, access_tokens_of(transaction, id));
        json::array list_of;
        for (const auto& token : tokens)
            list_of.push_back(json::object{{"id", std::to_string(token.id)}, {"title", token.title},
                {"created_at", token.created_at.text()}, {"valid_to", token.valid_to.text()}});
        object["tokens"] = std::move(list_of);
    }
    return object;
}

Result<http::Response> get(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto object, identity.database().read([&](Transaction& transaction) {
        return details(transaction, identity, subject_of(request), id);
    }));
    auto response = http::Response::json(object);
    response.with("ETag", "\"" + std::to_string(object.at("version").as_int64()) + "\"");
    return response;
}

struct Wanted {
    NewUser user;
    std::vector<NewGrant> grants;
};

Result<Wanted> wanted_from(const json::object& body)
{
    Form form{body};
    Wanted wanted;
    auto& user = wanted.user;
    user.login_name = form.text("login_name", 64, Form::Need::Required);
    user.display_name = form.text("display_name", 64, Form::Need::Required);
    user.organisation = form.id("organisation", Form::Need::Required);
    user.department = form.text("department", 64);
    user.phone = form.text("phone", 30);
    user.id_card = form.text("id_card", 30);
    if (const auto kind = form.text("kind", 20); !kind.empty())
        user.kind = kind;
    user.valid_to = form.date("valid_to");
    auto grants = grants_from(form);
    TRY(form.finish());
    wanted.grants = std::move(grants);
    return wanted;
}

struct Made {
    Id id = 0;
    std::vector<Id> requests;
};

Result<Made> make(Transaction& transaction, Identity& identity, const Subject& subject, const Wanted& wanted,
    const Cause& cause)
{
    const auto policy = identity.policy();
    auto organisation = find_organisation(transaction, wanted.user.organisation);
    const Row row{.organisation = wanted.user.organisation,
        .organisation_path = organisation.ok() ? organisation->path : "",
        .region = organisation.ok() ? organisation->region : ""};
    const auto decision = decide(policy, subject, {.resource = "users", .action = "create", .row = &row});
    if (!decision.allowed && decision.reason != "SCOPE")
        return refusal(decision);
    if (!decision.allowed)
        return invalid("organisation", "ORG_UNKNOWN");
    Made made;
    TRY_ASSIGN(made.id, create_user(transaction, identity.ids(), identity.cipher(), wanted.user, cause));
    for (const auto& grant : wanted.grants) {
        TRY_ASSIGN(const auto outcome,
            request_grant(transaction, identity.ids(), policy, subject, made.id, grant, cause));
        if (outcome.request)
            made.requests.push_back(outcome.request);
    }
    return made;
}

Result<http::Response> post(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    TRY_ASSIGN(auto wanted, wanted_from(body));
    const auto cause = cause_of(request);
    std::string password;
    if (wanted.user.kind != "service") {
        TRY_ASSIGN(auto temporary, temporary_password(identity, cause.at));
        wanted.user.password_hash = temporary.hash;
        wanted.user.must_change = true;
        wanted.user.temporary_until = temporary.until;
        password = temporary.password;
    }
    TRY_ASSIGN(const auto made, identity.write([&](Transaction& transaction) {
        return make(transaction, identity, subject_of(request), wanted, cause);
    }));
    json::array requests;
    for (const auto id : made.requests)
        requests.emplace_back(std::to_string(id));
    auto response = http::Response::json(json::object{{"id", std::to_string(made.id)},
                                             {"temporary_password", nullable(password)}, {"requests", requests}},
        201);
    response.with("Location", "/api/users/" + std::to_string(made.id));
    return response;
}

Result<http::Response> patch(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    UserChange wanted;
    wanted.display_name = form.optional_text("display_name", 64);
    wanted.department = form.optional_text("department", 64);
    wanted.phone = form.optional_text("phone", 30);
    wanted.id_card = form.optional_text("id_card", 30);
    wanted.kind = form.optional_text("kind", 20);
    wanted.language = form.optional_text("language", 2);
    const auto valid_to = form.date("valid_to");
    if (form.has("valid_to"))
        wanted.valid_to = valid_to;
    TRY(form.finish());
    TRY(identity.write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto before, manageable_user(transaction, identity, subject_of(request), id, "update"));
        TRY(check_version(request, before.version));
        TRY_ASSIGN(const auto clear, find_user(transaction, id, &identity.cipher()));
        auto change = wanted;  // a mask sent back unchanged leaves the value as it is
        if (change.phone && *change.phone == masked_phone(clear) && !clear.phone.empty())
            change.phone.reset();
        if (change.id_card && *change.id_card == masked_card(clear) && !clear.id_card.empty())
            change.id_card.reset();
        return update_user(transaction, identity.cipher(), id, change, cause_of(request));
    }));
    return get(identity, request);
}

Result<http::Response> post_token(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    const auto title = form.text("title", 64, Form::Need::Required);
    const auto valid_to = form.date("valid_to", Form::Need::Required);
    TRY(form.finish());
    TRY_ASSIGN(const auto made, identity.write([&](Transaction& transaction) -> Result<MadeToken> {
        TRY(visible_user(transaction, identity, subject_of(request), id, "read"));
        return create_access_token(transaction, identity.ids(), id, title, *valid_to, cause_of(request));
    }));
    return http::Response::json(json::object{{"id", std::to_string(made.id)}, {"token", made.token}}, 201);
}

Result<http::Response> delete_token(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto token, id_parameter(request, "token"));
    TRY(identity.write([&](Transaction& transaction) -> Status {
        TRY(visible_user(transaction, identity, subject_of(request), id, "read"));
        return revoke_access_token(transaction, id, token, cause_of(request));
    }));
    return http::Response::none();
}

}  // namespace

void add_user_routes(http::Router& router, Identity& identity)
{
    const auto with = [&identity](auto handler) {
        return [&identity, handler](const http::Request& request) { return handler(identity, request); };
    };
    router.get("/api/users", http::permission("users.look_up"), with(list));
    router.post("/api/users", http::permission("users.create"), with(post));
    router.get("/api/users/{id}", http::permission("users.read"), with(get));
    router.patch("/api/users/{id}", http::permission("users.update"), with(patch));
    router.post("/api/users/{id}/tokens", http::permission("service_accounts.update"), with(post_token));
    router.del("/api/users/{id}/tokens/{token}", http::permission("service_accounts.update"), with(delete_token));
}

}  // namespace identity
