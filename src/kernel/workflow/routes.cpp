#include "kernel/workflow/routes.h"

#include "kernel/identity/guard.h"

namespace workflow {

using http::Request;
using http::Response;
using records::context_of;

namespace {

Result<std::optional<std::int64_t>> optional_version(const Request& request)
{
    if (request.header("if-match").empty())
        return std::optional<std::int64_t>{};
    TRY_ASSIGN(const std::int64_t version, records::version_of(request));
    return std::optional{version};
}

Response fresh(const json::object& answer)
{
    Response response = Response::json(answer);
    response.with("Cache-Control", "no-store");
    return response;
}

Result<Response> act(Service& service, const Request& request)
{
    TRY_ASSIGN(const base::Id id, records::id_of(request));
    TRY_ASSIGN(const auto version, optional_version(request));
    json::object body;
    if (!request.body.empty()) {
        TRY_ASSIGN(body, request.json_object());
    }
    const Act wanted{request.parameter("record"), id, request.parameter("action"), std::move(body), version};
    const auto saved = service.engine.act(wanted, context_of(request));
    if (!saved.ok())
        return records::save_problem(service.records, request, wanted.record, id, saved.error());
    Response response = fresh(saved->record);
    response.with("ETag", "\"" + std::to_string(saved->version) + "\"");
    return response;
}

Result<std::vector<base::Id>> ids_in(const json::object& body)
{
    std::vector<base::Id> ids;
    const json::value* list = body.if_contains("ids");
    if (!list)
        return ids;
    if (!list->is_array())
        return Error{Kind::Invalid, "FIELD_TYPE", {"ids"}, {{"name", "ids"}, {"expected", "list"}}};
    for (const json::value& one : list->as_array()) {
        const auto id = one.is_string() ? base::parse_id(one.as_string()) : std::nullopt;
        if (!id)
            return Error{Kind::Invalid, "FIELD_TYPE", {"ids"}, {{"name", "ids"}, {"expected", "id"}}};
        ids.push_back(*id);
    }
    return ids;
}

Result<Response> act_on_all(Service& service, const Request& request)
{
    TRY_ASSIGN(json::object body, request.json_object());
    TRY_ASSIGN(const auto ids, ids_in(body));
    body.erase("ids");
    const Act wanted{request.parameter("record"), 0, request.parameter("action"), std::move(body), std::nullopt};
    TRY_ASSIGN(const auto results, service.engine.act_on_all(wanted, ids, context_of(request)));
    json::array items;
    for (std::size_t i = 0; i < results.size(); ++i) {
        json::object item{{"id", std::to_string(ids[i])}, {"ok", results[i].ok()}};
        if (results[i].ok()) {
            item["version"] = results[i]->version;
            item["state"] = results[i]->record.at("state");
        } else {
            item["code"] = results[i].error().code;
            item["faults"] = records::faults_json(service.records, request, results[i].error().faults);
        }
        items.push_back(std::move(item));
    }
    return fresh({{"items", std::move(items)}});
}

Result<Response> tasks(Service& service, const Request& request)
{
    Inbox inbox;
    const std::string of = request.query_value("of").value_or("mine");
    if (of != "mine" && of != "candidate")
        return Error{Kind::Invalid, "QUERY_VALUE", {"of"}, {{"name", "of"}}};
    inbox.of = of == "mine" ? Inbox::Of::Mine : Inbox::Of::Candidate;
    if (const auto wanted = request.query_value("light")) {
        for (const Light light : {Light::Green, Light::Yellow, Light::Red, Light::Overdue})
            if (name_of(light) == *wanted)
                inbox.light = light;
        if (!inbox.light)
            return Error{Kind::Invalid, "QUERY_VALUE", {"light"}, {{"name", "light"}}};
    }
    inbox.record = request.query_value("record").value_or("");
    inbox.after = request.query_value("after").value_or("");
    if (const auto limit = request.query_value("limit")) {
        const auto number = base::parse_id(*limit);
        if (!number || *number > 500)
            return Error{Kind::Invalid, "QUERY_LIMIT", {"limit"}};
        inbox.limit = static_cast<std::size_t>(*number);
    }
    TRY_ASSIGN(const json::object answer, service.engine.tasks(inbox, context_of(request)));
    return fresh(answer);
}

Result<Response> task_action(Service& service, const Request& request)
{
    const auto id = base::parse_id(request.parameter("id"));
    if (!id)
        return Error{Kind::NotFound, "TASK_UNKNOWN"};
    TRY_ASSIGN(const auto version, optional_version(request));
    json::object body;
    if (!request.body.empty()) {
        TRY_ASSIGN(body, request.json_object());
    }
    const Context context = context_of(request);
    const std::string action = request.parameter("action");
    const auto answer = [&]() -> Result<json::object> {
        if (action == "claim")
            return service.engine.claim(*id, version, context);
        if (action == "release")
            return service.engine.release(*id, version, context);
        if (action == "delegate") {
            const auto to = base::parse_id(base::string_or(body, "to", ""));
            if (!to)
                return Error{Kind::Invalid, "FIELD_MISSING", {"to"}, {{"name", "to"}}};
            return service.engine.delegate(*id, *to, version, context);
        }
        if (action == "vote") {
            const std::string vote = base::string_or(body, "vote", "");
            if (vote != "yes" && vote != "no")
                return Error{Kind::Invalid, "FIELD_MISSING", {"vote"}, {{"name", "vote"}}};
            return service.engine.vote(*id, vote == "yes", base::string_or(body, "comment", ""), version, context);
        }
        return Error{Kind::NotFound, "ACTION_UNKNOWN", {}, {{"action", action}}};
    }();
    if (!answer.ok())
        return answer.error();
    return fresh(*answer);
}

void add_notice_routes(http::Router& router, Service& service)
{
    router.get("/api/notices", http::session_access(), [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const json::object answer, service.engine.notices(request.query_value("unread").has_value(),
            request.query_value("after").value_or(""), context_of(request)));
        return fresh(answer);
    });
    router.post("/api/notices/read", http::session_access(), [&service](const Request& request) -> Result<Response> {
        json::object body;
        if (!request.body.empty()) {
            TRY_ASSIGN(body, request.json_object());
        }
        TRY_ASSIGN(const auto ids, ids_in(body));
        TRY(service.engine.read_notices(ids, context_of(request)));
        return fresh({{"read", true}});
    });
}

void add_diagram_route(http::Router& router, Service& service)
{
    router.get("/api/diagrams/{flow}", http::permission("records"), [&service](const Request& request) -> Result<Response> {
        const auto plans = service.engine.parts().store.plan();
        std::string name = request.parameter("flow");
        if (name.ends_with(".svg"))
            name.erase(name.size() - 4);
        const auto found = plans->release->workflows.find(name);
        const auto* plan = found == plans->release->workflows.end() ? nullptr : plans->find(found->second.record);
        // Who may not read the record need not know how it is handled.
        if (!plan || !service.engine.parts().store.decide(*plans, *plan, "read", nullptr, context_of(request)).allowed)
            return Error{Kind::NotFound, "WORKFLOW_UNKNOWN"};
        return Response::text(diagram(found->second, request.language), "image/svg+xml");
    });
}

}  // namespace

void add_routes(http::Router& router, Service& service)
{
    const auto with = [&service](auto handler) {
        return [&service, handler](const Request& request) -> Result<Response> { return handler(service, request); };
    };
    // Which action on which row is decided by the engine, with the record's own rights.
    const auto records = http::permission("records");
    router.post("/api/records/{record}/{id}/actions/{action}", records, with(act));
    router.post("/api/records/{record}/actions/{action}", records, with(act_on_all));
    router.get("/api/records/{record}/{id}/actions", records, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const base::Id id, records::id_of(request));
        TRY_ASSIGN(const json::object answer, service.engine.offers(request.parameter("record"), id, context_of(request)));
        return fresh(answer);
    });
    router.get("/api/tasks", http::session_access(), with(tasks));
    router.get("/api/tasks/counts", http::session_access(), [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const json::object answer, service.engine.counts(context_of(request)));
        return fresh(answer);
    });
    router.post("/api/tasks/{id}/actions/{action}", http::session_access(), with(task_action));
    add_notice_routes(router, service);
    add_diagram_route(router, service);
}

}  // namespace workflow
