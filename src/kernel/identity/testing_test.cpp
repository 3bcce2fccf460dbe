#include "kernel/identity/testing.h"

#include <algorithm>

#include "base/text.h"
#include "kernel/changes/changes.h"

namespace identity::testing {

namespace {

template <class T>
T need(Result<T> result)
{
    if (!result.ok())
        throw std::runtime_error("test set-up: " + result.error().code + " " + result.error().detail
            + (result.error().fields.empty() ? "" : " at " + result.error().fields.front()));
    return *std::move(result);
}

void need(const Status& status)
{
    if (!status.ok())
        throw std::runtime_error("test set-up: " + status.error().code + " " + status.error().detail);
}

definitions::Role role(const std::string& name, bool sensitive, int clearance)
{
    return {.name = name, .system = "units", .title = {name, name}, .sensitive = sensitive, .clearance = clearance};
}

std::shared_ptr<definitions::Release> small_release()
{
    auto release = std::make_shared<definitions::Release>();
    release->roles["officer"] = role("officer", false, 2);
    release->roles["clerk"] = role("clerk", false, 2);
    release->roles["city_head"] = role("city_head", true, 3);
    definitions::Record unit{.system = "units", .name = "unit", .title = {"单位", "Unit"}};
    unit.access = {{"officer", {"read", "update"}}, {"clerk", {"read", "create", "update", "delete"}},
        {"city_head", {"read", "export", "clear"}}};
    release->records.emplace("unit", std::move(unit));
    return release;
}

}  // namespace

std::string Answer::parameter(const std::string& name) const
{
    for (const auto& [key, value] : error.parameters)
        if (key == name)
            return value;
    return {};
}

bool Answer::has_fault(const std::string& field, const std::string& wanted) const
{
    return std::ranges::any_of(error.faults, [&](const auto& fault) { return fault.field == field && fault.code == wanted; });
}

Installation::Installation(storage::Database& where, Identity::Options options)
    : database(where), clock(*base::Timestamp::parse("2026-03-02T09:00:00+08:00")), release(small_release())
{
    need(changes::migrate(database));
    need(storage::migrate(database, "identity", migrations()));
    options.root_key_file = folder.path() / "keys" / "root.key";
    need(create_root_key(options.root_key_file));
    identity = need(Identity::open(database, clock, ids, options));
    identity->set_release(release);
    identity->add_routes(router);
    guard = identity->guard();
    hash_ = need(hash_password(*identity, right_password));
}

Organisation Installation::organisation(const std::string& name, const std::string& region, Id parent)
{
    return need(identity->write([&](Transaction& transaction) {
        return create_organisation(transaction, ids, {.name = name, .region = region, .parent = parent}, cause());
    }));
}

Id Installation::user(const std::string& login_name, Id organisation, const std::vector<NewGrant>& grants, NewUser user)
{
    user.login_name = login_name;
    user.organisation = organisation;
    if (user.display_name.empty())
        user.display_name = "某" + login_name;
    if (user.password_hash.empty() && user.kind != "service")
        user.password_hash = hash_;
    return need(identity->write([&](Transaction& transaction) -> Result<Id> {
        TRY_ASSIGN(const auto id, create_user(transaction, ids, identity->cipher(), user, cause()));
        for (const auto& wanted : grants)
            TRY(grant(transaction, ids, identity->policy(), id, wanted, cause()));
        return id;
    }));
}

std::shared_ptr<Subject> Installation::subject(Id user)
{
    return need(database.read([&](Transaction& transaction) {
        return load_subject(transaction, user, identity->policy(), identity->account_policy(), clock.now());
    }));
}

int Installation::logged(const std::string& action)
{
    const auto row = need(database.read([&](Transaction& transaction) {
        return transaction.first("SELECT count(*) FROM change_log WHERE action = ?1", {action});
    }));
    return static_cast<int>(row->integer(0));
}

Answer Browser::send(http::Method method, const std::string& target, const json::value& body)
{
    http::Request request{.method = method, .remote = remote_, .id = "test", .at = installation_.clock.now()};
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) {
        request.query_text = target.substr(question + 1);
        for (const auto part : base::text::split(request.query_text, '&')) {
            const auto equals = part.find('=');
            request.query.emplace_back(part.substr(0, equals), part.substr(equals + 1));
        }
    }
    std::string cookies;
    for (const auto& [name, value] : cookies_)
        cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty())
        request.headers.emplace_back("cookie", cookies);
    for (const auto& [name, value] : headers_)
        request.headers.emplace_back(name, value);
    if (!csrf.empty() && !headers_.contains("x-csrf-token"))
        request.headers.emplace_back("x-csrf-token", csrf);
    if (!body.is_null()) {
        request.headers.emplace_back("content-type", "application/json");
        request.body = json::serialize(body);
    }
    const auto refused = [](const Error& error) {
        return Answer{.status = http::status_of(error.kind), .code = error.code, .error = error};
    };
    const auto route = installation_.router.match(method, request.path, request.parameters);
    if (!route.ok())
        return refused(route.error());
    auto principal = installation_.guard(request, (*route)->access);
    if (!principal.ok())
        return refused(principal.error());
    request.principal = *principal;
    auto response = (*route)->handler(request);
    if (!response.ok())
        return refused(response.error());
    Answer answer{.status = response->status};
    for (const auto& [name, value] : response->headers)
        if (name == "Set-Cookie") {
            const auto equals = value.find('=');
            cookies_[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
        }
    if (const auto* text = std::get_if<std::string>(&response->body); text && !text->empty())
        answer.body = need(base::parse_json(*text));
    if (answer.body.is_object())
        if (const auto* token = answer.body.get_object().if_contains("csrf"))
            csrf = std::string{token->as_string()};
    answer.response = *std::move(response);
    return answer;
}

Answer Browser::sign_in(const std::string& login_name, const std::string& password)
{
    return post("/api/session", json::object{{"login_name", login_name}, {"password", password}});
}

}  // namespace identity::testing
