#include "kernel/records/routes.h"

#include "base/crypto.h"
#include "kernel/identity/guard.h"

namespace records {

using http::Request;
using http::Response;
using http::Router;

namespace {

Response saved_response(const Saved& saved, const Request& request, int status)
{
    Response response = Response::json(saved.record, status);
    response.with("ETag", "\"" + std::to_string(saved.version) + "\"");
    if (status == 201)
        response.with("Location", request.path + "/" + std::to_string(saved.id));
    return response;
}

std::string reason_in(const json::object& body) { return base::string_or(body, "reason", ""); }

Result<Response> create(Service& service, const Request& request)
{
    TRY_ASSIGN(const json::object body, request.json_object());
    const std::string record = request.parameter("record");
    const auto saved = service.store.create(record, body, context_of(request));
    return saved.ok() ? saved_response(*saved, request, 201) : save_problem(service, request, record, {}, saved.error());
}

Result<Response> check(Service& service, const Request& request, std::optional<base::Id> id)
{
    TRY_ASSIGN(const json::object body, request.json_object());
    TRY_ASSIGN(const Store::Checked checked, service.store.check(request.parameter("record"), id, body, context_of(request)));
    return Response::json(json::object{{"faults", faults_json(service, request, checked.faults)},
        {"warnings", faults_json(service, request, checked.warnings)}, {"duplicates", checked.duplicates}, {"filled", checked.filled}});
}

Result<Response> read(Service& service, const Request& request)
{
    TRY_ASSIGN(const base::Id id, id_of(request));
    TRY_ASSIGN(const json::object record, service.store.read(request.parameter("record"), id, context_of(request)));
    Response response = Response::json(record);
    response.with("ETag", "\"" + std::to_string(record.at("version").as_int64()) + "\"");
    response.with("Cache-Control", "no-store");
    return response;
}

Result<Response> update(Service& service, const Request& request)
{
    TRY_ASSIGN(const base::Id id, id_of(request));
    TRY_ASSIGN(const std::int64_t version, version_of(request));
    TRY_ASSIGN(const json::object body, request.json_object());
    const std::string record = request.parameter("record");
    const auto saved = service.store.update(record, id, body, version, context_of(request));
    return saved.ok() ? saved_response(*saved, request, 200) : save_problem(service, request, record, id, saved.error());
}

Result<Response> remove(Service& service, const Request& request)
{
    TRY_ASSIGN(const base::Id id, id_of(request));
    TRY_ASSIGN(const std::int64_t version, version_of(request));
    const json::object body = request.body.empty() ? json::object{} : request.json_object().value_or({});
    const std::string record = request.parameter("record");
    const auto saved = service.store.remove(record, id, version, reason_in(body), context_of(request));
    return saved.ok() ? saved_response(*saved, request, 200) : save_problem(service, request, record, id, saved.error());
}

Result<Response> restore(Service& service, const Request& request)
{
    TRY_ASSIGN(const base::Id id, id_of(request));
    std::optional<std::int64_t> version;
    if (!request.header("if-match").empty()) {
        TRY_ASSIGN(version, version_of(request));
    }
    const std::string record = request.parameter("record");
    const auto saved = service.store.restore(record, id, version, context_of(request));
    return saved.ok() ? saved_response(*saved, request, 200) : save_problem(service, request, record, id, saved.error());
}

Result<Response> history(Service& service, const Request& request)
{
    TRY_ASSIGN(const base::Id id, id_of(request));
    std::optional<std::int64_t> before;
    if (const auto after = request.query_value("after"))
        before = base::parse_id(*after);
    TRY_ASSIGN(const json::object answer, service.store.history(request.parameter("record"), id, before, context_of(request)));
    return Response::json(answer);
}

Result<Response> unmask(Service& service, const Request& request)
{
    TRY_ASSIGN(const base::Id id, id_of(request));
    TRY_ASSIGN(const json::object body, request.json_object());
    TRY_ASSIGN(const std::string field, base::required_string(body, "field"));
    TRY_ASSIGN(const json::value value,
        service.store.unmask(request.parameter("record"), id, field, reason_in(body), context_of(request)));
    Response response = Response::json(json::object{{"value", value}});
    response.with("Cache-Control", "no-store");
    return response;
}

}  // namespace

Context context_of(const Request& request)
{
    Context context;
    context.subject = &identity::subject_of(request);
    context.at = request.at;
    context.language = request.language;
    context.request_id = request.id;
    context.remote = request.remote;
    context.idempotency_key = request.header("idempotency-key");
    if (!context.idempotency_key.empty()) {
        context.route = request.path;
        context.body_hash = base::crypto::view(base::crypto::sha256(request.body));
    }
    return context;
}

Result<base::Id> id_of(const Request& request, std::string_view name)
{
    const auto id = base::parse_id(request.parameter(name));
    return id ? Result<base::Id>{*id} : Error{Kind::NotFound, "RECORD_UNKNOWN"};
}

Result<std::int64_t> version_of(const Request& request)
{
    std::string text = request.header("if-match");
    if (text.starts_with("W/"))
        text.erase(0, 2);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    const auto version = base::parse_id(text);
    return version ? Result<std::int64_t>{*version} : Error{Kind::Precondition, "IF_MATCH_MISSING"};
}

json::array faults_json(Service& service, const Request& request, const std::vector<base::Fault>& faults)
{
    Error error{Kind::Invalid, "VALIDATION"};
    error.faults = faults;
    const Response response = http::problem(error, request, service.messages);
    const auto body = base::parse_json(std::get<std::string>(response.body));
    return body.ok() ? body->as_object().at("faults").as_array() : json::array{};
}

Response save_problem(Service& service, const Request& request, std::string_view record, std::optional<base::Id> id,
    const Error& error)
{
    Response response = http::problem(error, request, service.messages);
    if (error.code != "STALE" && error.code != "UNIQUE")
        return response;
    auto body = base::parse_json(std::get<std::string>(response.body));
    if (!body.ok())
        return response;
    json::object& object = body->as_object();
    if (error.code == "STALE" && id) {
        auto current = service.store.read(record, *id, context_of(request));
        if (current.ok())
            object["current"] = *std::move(current);
    }
    json::object existing;
    for (const auto& [name, value] : error.parameters)
        if (name == "existing" || name == "label")
            existing[name == "existing" ? "id" : "label"] = value;
    if (!existing.empty())
        object["existing"] = std::move(existing);
    response.body = json::serialize(object);
    return response;
}

void add_record_routes(Router& router, Service& service)
{
    const auto with = [&service](auto handler) {
        return [&service, handler](const Request& request) -> Result<Response> { return handler(service, request); };
    };
    // Which record and which row is decided by the store, with the record's own rights.
    const auto records = http::permission("records");
    router.get("/api/records/{record}", records, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const json::object answer, service.store.list(request.parameter("record"), request.query, context_of(request)));
        Response response = Response::json(answer);
        response.with("Cache-Control", "no-store");
        return response;
    });
    router.post("/api/records/{record}", records, with(create));
    router.post("/api/records/{record}/check", records,
        [&service](const Request& request) { return check(service, request, std::nullopt); });
    router.post("/api/records/{record}/{id}/check", records, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const base::Id id, id_of(request));
        return check(service, request, id);
    });
    router.get("/api/records/{record}/{id}", records, with(read));
    router.patch("/api/records/{record}/{id}", records, with(update));
    router.del("/api/records/{record}/{id}", records, with(remove));
    router.post("/api/records/{record}/{id}/restore", records, with(restore));
    router.get("/api/records/{record}/{id}/history", records, with(history));
    router.post("/api/records/{record}/{id}/unmask", records, with(unmask));
    router.get("/api/records/{record}/{id}/related", records, [&service](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const base::Id id, id_of(request));
        TRY_ASSIGN(const json::object answer, service.store.related(request.parameter("record"), id, context_of(request)));
        return Response::json(answer);
    });
}

void add_event_routes(Router& router, Service& service)
{
    router.get("/api/events", http::session_access(), [&service](const Request& request) -> Result<Response> {
        auto subject = identity::shared_subject_of(request);
        const std::string last = request.header("last-event-id");
        Response response;
        response.with("Content-Type", "text/event-stream").with("Cache-Control", "no-store");
        response.body = http::EventSource{[&service, subject, last](std::shared_ptr<http::EventStream> stream) {
            service.events.open(std::move(stream), subject, last);
        }};
        return response;
    });
}

void add_routes(Router& router, Service& service)
{
    add_export_routes(router, service);
    add_record_routes(router, service);
    add_file_routes(router, service);
    add_own_routes(router, service);
    add_definition_routes(router, service);
    add_event_routes(router, service);
}

}  // namespace records
