// Drafts and saved views.

#include "base/text.h"
#include "http/target.h"
#include "kernel/records/routes.h"

namespace records {

using http::Request;
using http::Response;

namespace {

json::object draft_json(const Draft& draft)
{
    json::object object{{"values", draft.values}, {"saved_at", draft.saved_at.text()}, {"record", draft.record}, {"key", draft.key}};
    if (draft.version)
        object["version"] = *draft.version;
    return object;
}

json::object view_json(const View& view)
{
    return {{"name", view.name}, {"title", view.title}, {"query", view.query}, {"columns", view.columns}};
}

// Views are kept in clear, so what a protected field is compared with cannot stand in one.
Status refuse_protected_filters(const Plan& plans, const std::string& record, const std::string& query)
{
    const RecordPlan* plan = plans.find(record);
    TRY_ASSIGN(const http::Pairs filters, http::parse_query(query));
    for (const auto& [name, value] : filters) {
        const FieldPlan* field = plan ? plan->set.find(name) : nullptr;
        if (field && field->encrypted)
            return Error{Kind::Invalid, "VIEW_PROTECTED", {"query"}, {{"field", name}}};
    }
    return {};
}

Result<Response> save_view(Service& service, const Request& request)
{
    TRY_ASSIGN(const json::object body, request.json_object());
    View view{request.parameter("name"), {}, {}, {}};
    TRY_ASSIGN(view.title, base::required_string(body, "title"));
    TRY_ASSIGN(view.query, base::required_string(body, "query"));
    if (const json::value* columns = body.if_contains("columns"); columns && columns->is_array())
        view.columns = columns->as_array();
    for (const auto& [text, field] : {std::pair{&view.name, "name"}, {&view.title, "title"}})
        if (text->empty() || base::text::length(*text) > 100 || base::text::has_control_characters(*text))
            return Error{Kind::Invalid, "TEXT_LENGTH", {field}, {{"maximum", "100"}, {"length", std::to_string(base::text::length(*text))}}};
    if (view.query.size() > 4000 || view.columns.size() > 200)
        return Error{Kind::Invalid, "TOO_MANY", {"query"}, {{"maximum", "4000"}}};
    TRY(refuse_protected_filters(*service.store.plan(), request.parameter("record"), view.query));
    TRY(service.store.save_view(request.parameter("record"), view, context_of(request)));
    return Response::json(view_json(view));
}

}  // namespace

void add_own_routes(http::Router& router, Service& service)
{
    const auto own = http::session_access();
    router.get("/api/drafts", own, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const auto drafts, service.store.drafts(context_of(request)));
        json::array items;
        for (const Draft& draft : drafts)
            items.push_back(draft_json(draft));
        return Response::json(json::object{{"items", std::move(items)}});
    });
    router.get("/api/drafts/{record}/{key}", own, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const auto draft, service.store.draft(request.parameter("record"), request.parameter("key"), context_of(request)));
        if (!draft)
            return Error{Kind::NotFound, "DRAFT_UNKNOWN"};
        return Response::json(draft_json(*draft));
    });
    router.put("/api/drafts/{record}/{key}", own, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const json::object body, request.json_object());
        TRY(service.store.save_draft(request.parameter("record"), request.parameter("key"), body, context_of(request)));
        return Response::json(json::object{{"saved_at", request.at.text()}});
    });
    router.del("/api/drafts/{record}/{key}", own, [&service](const Request& request) -> Result<Response> {
        TRY(service.store.remove_draft(request.parameter("record"), request.parameter("key"), context_of(request)));
        return Response::none();
    });
    router.get("/api/views/{record}", own, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const auto views, service.store.views(request.parameter("record"), context_of(request)));
        json::array items;
        for (const View& view : views)
            items.push_back(view_json(view));
        return Response::json(json::object{{"items", std::move(items)}});
    });
    router.get("/api/views/{record}/{name}", own, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const auto views, service.store.views(request.parameter("record"), context_of(request)));
        for (const View& view : views)
            if (view.name == request.parameter("name"))
                return Response::json(view_json(view));
        return Error{Kind::NotFound, "VIEW_UNKNOWN"};
    });
    router.put("/api/views/{record}/{name}", own, [&service](const Request& request) { return save_view(service, request); });
    router.del("/api/views/{record}/{name}", own, [&service](const Request& request) -> Result<Response> {
        TRY(service.store.remove_view(request.parameter("record"), request.parameter("name"), context_of(request)));
        return Response::none();
    });
}

}  // namespace records
