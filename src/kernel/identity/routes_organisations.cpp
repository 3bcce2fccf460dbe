#include "kernel/identity/organisations.h"
#include "kernel/identity/routes.h"

namespace identity {

namespace {

json::object organisation_json(const Organisation& organisation)
{
    return {{"id", std::to_string(organisation.id)}, {"code", organisation.code}, {"name", organisation.name},
        {"short_name", organisation.short_name}, {"kind", organisation.kind}, {"region", organisation.region},
        {"parent", organisation.parent ? json::value(std::to_string(organisation.parent)) : json::value(nullptr)},
        {"path", organisation.path}, {"status", organisation.status},
        {"credit_code", nullable(organisation.credit_code)}, {"children", organisation.children},
        {"version", organisation.version}};
}

http::Response answer(const Organisation& organisation, int status = 200)
{
    auto response = http::Response::json(organisation_json(organisation), status);
    response.with("ETag", "\"" + std::to_string(organisation.version) + "\"");
    return response;
}

Decision decision_on(Identity& identity, const Subject& subject, const std::string& action, const Row* row = nullptr)
{
    return decide(identity.policy(), subject, {.resource = "organisations", .action = action, .row = row});
}

// The organisation when the caller may see it; then whether he may do this to it.
Result<Organisation> visible(Transaction& transaction, Identity& identity, const Subject& subject, Id id,
    const std::string& action)
{
    TRY_ASSIGN(auto organisation, find_organisation(transaction, id));
    const auto row = row_of(organisation, subject);
    if (!decision_on(identity, subject, "read", &row).allowed && id != subject.organisation)
        return Error{.kind = Kind::NotFound, .code = "ORG_UNKNOWN"};
    if (const auto decision = decision_on(identity, subject, action, &row); action != "read" && !decision.allowed)
        return refusal(decision);
    return organisation;
}

Result<http::Response> list(Identity& identity, const http::Request& request)
{
    const auto& subject = subject_of(request);
    OrganisationFilter filter{.text = request.query_value("q").value_or(""),
        .after = request.query_value("after").value_or("")};
    TRY_ASSIGN(filter.limit, limit_of(request));
    if (request.query_value("parent")) {
        TRY_ASSIGN(filter.parent, id_query(request, "parent"));
    }
    const auto decision = decision_on(identity, subject, "read");
    const int limit = filter.limit++;  // one more tells whether there is a next page
    TRY_ASSIGN(auto found, identity.database().read([&](Transaction& transaction) {
        return list_organisations(transaction, decision.predicate, subject, filter);
    }));
    const bool more = static_cast<int>(found.size()) > limit;
    if (more)
        found.pop_back();
    json::array items;
    for (const auto& organisation : found)
        items.push_back(organisation_json(organisation));
    return http::Response::json(json::object{{"items", std::move(items)},
        {"next", more ? json::value(found.back().code) : json::value(nullptr)}});
}

Result<http::Response> get(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto organisation, identity.database().read([&](Transaction& transaction) {
        return visible(transaction, identity, subject_of(request), id, "read");
    }));
    return answer(organisation);
}

// A new or moved organisation must stand inside the caller's scope.
Status check_parent(Transaction& transaction, Identity& identity, const Subject& subject, Id parent,
    const std::string& action)
{
    const auto decision = decision_on(identity, subject, action);
    if (!decision.allowed)
        return refusal(decision);
    if (decision.predicate.all)
        return {};
    if (!parent)
        return Error{.kind = Kind::Forbidden, .code = "SCOPE", .fields = {"parent"}};
    auto above = find_organisation(transaction, parent);
    if (!above.ok() || !decision.predicate.admits(row_of(*above, subject)))
        return invalid("parent", "ORG_UNKNOWN");
    return {};
}

Result<http::Response> post(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    NewOrganisation wanted;
    wanted.code = form.text("code", 22);
    wanted.name = form.text("name", 128, Form::Need::Required);
    wanted.short_name = form.text("short_name", 64);
    wanted.kind = form.text("kind", 2, Form::Need::Required);
    wanted.region = form.text("region", 12, Form::Need::Required);
    wanted.parent = form.id("parent");
    wanted.credit_code = form.text("credit_code", 18);
    TRY(form.finish());
    TRY_ASSIGN(const auto made, identity.write([&](Transaction& transaction) -> Result<Organisation> {
        TRY(check_parent(transaction, identity, subject_of(request), wanted.parent, "create"));
        return create_organisation(transaction, identity.ids(), wanted, cause_of(request));
    }));
    auto response = answer(made, 201);
    response.with("Location", "/api/organisations/" + std::to_string(made.id));
    return response;
}

Result<http::Response> patch(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY_ASSIGN(const auto body, request.json_object());
    Form form{body};
    OrganisationChange wanted;
    wanted.code = form.optional_text("code", 22);
    wanted.name = form.optional_text("name", 128);
    wanted.short_name = form.optional_text("short_name", 64);
    wanted.kind = form.optional_text("kind", 2);
    wanted.region = form.optional_text("region", 12);
    wanted.status = form.optional_text("status", 20);
    wanted.credit_code = form.optional_text("credit_code", 18);
    const Id parent = form.id("parent");
    if (form.has("parent"))
        wanted.parent = parent;
    TRY(form.finish());
    TRY_ASSIGN(const auto changed, identity.write([&](Transaction& transaction) -> Result<Organisation> {
        TRY_ASSIGN(const auto before, visible(transaction, identity, subject_of(request), id, "update"));
        TRY(check_version(request, before.version));
        if (wanted.parent && *wanted.parent != before.parent)
            TRY(check_parent(transaction, identity, subject_of(request), *wanted.parent, "update"));
        return update_organisation(transaction, id, wanted, cause_of(request));
    }));
    return answer(changed);
}

Result<http::Response> remove(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(const auto id, id_parameter(request));
    TRY(identity.write([&](Transaction& transaction) -> Status {
        TRY(visible(transaction, identity, subject_of(request), id, "delete"));
        return delete_organisation(transaction, id, cause_of(request));
    }));
    return http::Response::none();
}

}  // namespace

void add_organisation_routes(http::Router& router, Identity& identity)
{
    const auto with = [&identity](auto handler) {
        return [&identity, handler](const http::Request& request) { return handler(identity, request); };
    };
    router.get("/api/organisations", http::permission("organisations.read"), with(list));
    router.post("/api/organisations", http::permission("organisations.create"), with(post));
    router.get("/api/organisations/{id}", http::permission("organisations.read"), with(get));
    router.patch("/api/organisations/{id}", http::permission("organisations.update"), with(patch));
    router.del("/api/organisations/{id}", http::permission("organisations.delete"), with(remove));
}

}  // namespace identity
