// The HTTP calls of docs/api.md "Imports". Which record may be imported is decided by its own rights;
// an import belongs to the person who began it.

#include "kernel/identity/guard.h"
#include "kernel/imports/engine.h"

namespace imports {

using http::Request;
using http::Response;
using records::Context;

namespace {

Context context_of(const Request& request)
{
    Context context;
    context.subject = &identity::subject_of(request);
    context.at = request.at;
    context.language = request.language;
    context.source = "IMPORT";
    context.request_id = request.id;
    context.remote = request.remote;
    return context;
}

Result<Job> job_of(Engine& engine, const Request& request)
{
    const auto id = base::parse_id(request.parameter("id"));
    if (!id)
        return Error{Kind::NotFound, "IMPORT_UNKNOWN"};
    return engine.find(*id, context_of(request));
}

Result<Response> answer(Engine& engine, const Request& request, base::Id id, int status = 200)
{
    TRY_ASSIGN(const Job job, engine.find(id, context_of(request)));
    TRY_ASSIGN(const json::object body, engine.describe(job, request.language, true));
    Response response = Response::json(body, status);
    response.with("Cache-Control", "no-store");
    return response;
}

Status only(const json::object& body, std::initializer_list<std::string_view> names)
{
    Error error{Kind::Invalid, "VALIDATION"};
    for (const auto& [name, _] : body)
        if (std::find(names.begin(), names.end(), std::string_view(name)) == names.end())
            error.faults.push_back({std::string(name), "UNKNOWN_FIELD"});
    return error.faults.empty() ? Status{} : Status{error};
}

Result<Response> create(Engine& engine, const Request& request)
{
    TRY_ASSIGN(const json::object body, request.json_object());
    TRY(only(body, {"record", "hash", "name", "mode"}));
    TRY_ASSIGN(const std::string record, base::required_string(body, "record"));
    TRY_ASSIGN(const std::string hash, base::required_string(body, "hash"));
    TRY_ASSIGN(const std::string name, base::required_string(body, "name"));
    TRY_ASSIGN(const base::Id id, engine.create(record, hash, name, base::string_or(body, "mode", "good_rows"), context_of(request)));
    Response response = Response::json(json::object{{"id", std::to_string(id)}}, 201);
    response.with("Location", "/api/imports/" + std::to_string(id));
    return response;
}

Result<Response> list(Engine& engine, const Request& request)
{
    TRY_ASSIGN(const auto jobs, engine.list(context_of(request)));
    json::array items;
    for (const Job& job : jobs) {
        TRY_ASSIGN(json::object item, engine.describe(job, request.language, false));
        items.push_back(std::move(item));
    }
    return Response::json(json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<Response> set_mapping(Engine& engine, const Request& request)
{
    TRY_ASSIGN(const Job job, job_of(engine, request));
    TRY_ASSIGN(const json::object body, request.json_object());
    TRY(only(body, {"mapping"}));
    const json::value* given = body.if_contains("mapping");
    if (!given || !given->is_object())
        return Error{Kind::Invalid, "VALIDATION", {}, {}, {{"mapping", "FIELD_TYPE", {{"name", "mapping"}}}}};
    Mapping mapping;
    for (const auto& [heading, field] : given->as_object()) {
        if (!field.is_string())
            return Error{Kind::Invalid, "VALIDATION", {}, {}, {{"mapping." + std::string(heading), "FIELD_TYPE", {{"name", std::string(heading)}}}}};
        mapping[std::string(heading)] = std::string(field.as_string());
    }
    TRY(engine.set_mapping(job.id, mapping, context_of(request)));
    return answer(engine, request, job.id);
}

Result<Response> rejects(Engine& engine, const Request& request)
{
    TRY_ASSIGN(const Job job, job_of(engine, request));
    const std::string format = request.query_value("format").value_or("xlsx");
    if (format != "xlsx" && format != "csv")
        return Error{Kind::Invalid, "IMPORT_FORMAT", {"format"}};
    const bool csv = format == "csv";
    TRY_ASSIGN(std::string content, engine.rejects(job, csv ? SheetFormat::Csv : SheetFormat::Xlsx, request.language));
    const auto dot = job.name.rfind('.');
    const std::string name = job.name.substr(0, dot) + (request.language == "en" ? "-rejects." : "-退回数据.") + format;
    Response response = Response::file({},
        csv ? "text/csv" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name);
    response.body = std::move(content);
    response.with("Cache-Control", "no-store");
    return response;
}

}  // namespace

void add_routes(http::Router& router, Engine& engine)
{
    const auto access = http::permission("records");
    const auto with = [&engine](auto handler) {
        return [&engine, handler](const Request& request) -> Result<Response> { return handler(engine, request); };
    };
    router.post("/api/imports", access, with(create));
    router.get("/api/imports", access, with(list));
    router.get("/api/imports/{id}", access, [&engine](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const Job job, job_of(engine, request));
        return answer(engine, request, job.id);
    });
    router.put("/api/imports/{id}/mapping", access, with(set_mapping));
    router.post("/api/imports/{id}/actions/run", access, [&engine](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const Job job, job_of(engine, request));
        TRY(engine.run(job.id, context_of(request)));
        return answer(engine, request, job.id);
    });
    router.post("/api/imports/{id}/actions/cancel", access, [&engine](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const Job job, job_of(engine, request));
        TRY(engine.cancel(job.id, context_of(request)));
        return answer(engine, request, job.id);
    });
    router.get("/api/imports/{id}/rejects", access, with(rejects));
}

}  // namespace imports
