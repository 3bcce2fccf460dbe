// What the browser draws from: the release as far as the user may see it, and its dictionaries.

#include "base/crypto.h"
#include "base/regions.h"
#include "kernel/definitions/loader.h"
#include "kernel/identity/guard.h"
#include "kernel/records/routes.h"

namespace records {

using http::Request;
using http::Response;

namespace {

constexpr std::string_view record_actions[] = {"read", "create", "update", "delete", "export", "import", "print", "unmask"};

json::array rights_of(Service& service, const Plan& plans, const RecordPlan& plan, const Context& context)
{
    json::array rights;
    for (const std::string_view action : record_actions)
        if (service.store.decide(plans, plan, action, nullptr, context).allowed)
            rights.emplace_back(action);
    return rights;
}

Response with_tag(const Request& request, const json::object& body)
{
    const std::string text = json::serialize(body);
    const std::string tag = "\"" + base::crypto::hex(base::crypto::sha256(text)).substr(0, 32) + "\"";
    if (request.header("if-none-match") == tag) {
        Response unchanged;
        unchanged.status = 304;
        unchanged.with("ETag", tag);
        return unchanged;
    }
    Response response = Response::text(text, "application/json");
    response.with("ETag", tag).with("Cache-Control", "private, no-cache");
    return response;
}

// The log names every record and field, so its reader needs their titles; titles are no business data.
bool reads_log(const Plan& plans, const Context& context)
{
    return context.subject && identity::decide({plans.release, false}, *context.subject, {.resource = "audit", .action = "read"}).allowed;
}

// Records the user may not touch at all are not named, nor systems that hold none for him.
Result<Response> definitions_for(Service& service, const Request& request)
{
    const auto plans = service.store.plan();
    const Context context = context_of(request);
    const bool all_titles = reads_log(*plans, context);
    json::object all = definitions::describe(*plans->release);
    json::object records;
    for (const auto& [name, plan] : plans->records) {
        json::array rights = rights_of(service, *plans, plan, context);
        if (rights.empty() && !all_titles)
            continue;
        json::object described = definitions::describe(*plans->release, *plan.record);
        described["rights"] = std::move(rights);
        records[name] = std::move(described);
    }
    json::array systems;
    if (const json::value* known = all.if_contains("systems"); known && known->is_array())
        for (const json::value& system : known->as_array()) {
            json::object one = system.as_object();
            json::array mine;
            if (const json::value* names = one.if_contains("records"); names && names->is_array())
                for (const json::value& name : names->as_array())
                    if (records.contains(name.as_string()))
                        mine.push_back(name);
            if (mine.empty())
                continue;
            one["records"] = std::move(mine);
            systems.push_back(std::move(one));
        }
    all["release"] = plans->release->hash;
    all["systems"] = std::move(systems);
    all["records"] = std::move(records);
    return with_tag(request, all);
}

Result<Response> dictionary(Service& service, const Request& request)
{
    const auto plans = service.store.plan();
    const auto found = plans->release->dictionaries.find(request.parameter("name"));
    if (found == plans->release->dictionaries.end())
        return Error{Kind::NotFound, "DICTIONARY_UNKNOWN", {}, {{"dictionary", request.parameter("name")}}};
    json::array items;
    for (const auto& entry : found->second.entries) {
        json::object item{{"code", entry.code}, {"zh", entry.title.zh}, {"en", entry.title.en}};
        item["parent"] = entry.parent.empty() ? json::value(nullptr) : json::value(entry.parent);
        item["valid_from"] = entry.valid_from ? json::value(entry.valid_from->text()) : json::value(nullptr);
        item["valid_to"] = entry.valid_to ? json::value(entry.valid_to->text()) : json::value(nullptr);
        for (const auto& [name, value] : entry.extra)
            item[name] = value;
        items.push_back(std::move(item));
    }
    return with_tag(request, {{"items", std::move(items)}});
}

// The divisions within the region of the root organisation.
Result<Response> regions(Service& service, const Request& request)
{
    const auto root = service.store.parts().database.read([](storage::Transaction& transaction) {
        return transaction.first("SELECT region FROM organisation WHERE parent IS NULL ORDER BY id LIMIT 1");
    });
    TRY(root);
    const std::string region = *root ? (*root)->text(0) : "";
    json::array items;
    for (const auto& one : base::regions::all())
        if (region.empty() || base::regions::within(one.code, region))
            items.push_back(json::object{{"code", one.code}, {"name", one.name},
                {"parent", one.parent.empty() ? json::value(nullptr) : json::value(one.parent)},
                {"level", base::regions::level_name(one.level)}});
    return with_tag(request, {{"items", std::move(items)}});
}

}  // namespace

void add_definition_routes(http::Router& router, Service& service)
{
    router.get("/api/definitions", http::session_access(),
        [&service](const Request& request) { return definitions_for(service, request); });
    router.get("/api/dictionaries/{name}", http::session_access(),
        [&service](const Request& request) { return dictionary(service, request); });
    router.get("/api/regions", http::session_access(), [&service](const Request& request) { return regions(service, request); });
    router.get("/api/openapi.json", http::session_access(), [&service](const Request& request) -> Result<Response> {
        return with_tag(request, openapi(*service.store.plan()->release));
    });
}

}  // namespace records
