#pragma once

// The HTTP calls of docs/api.md "Records", "Files", "Definitions" and "Events". Thin: read the
// request, ask the store, answer.

#include "http/router.h"
#include "kernel/records/events.h"
#include "kernel/records/store.h"

namespace records {

struct Service {
    Store& store;
    storage::Blobs& blobs;
    const http::Messages& messages;
    Events& events;
    std::string temporary_folder;  // exports are built here
};

// The service must outlive the router's server.
void add_routes(http::Router&, Service&);

void add_record_routes(http::Router&, Service&);
void add_file_routes(http::Router&, Service&);
// Resumable uploads at `path` and `path`/{upload}, as docs/api.md "Files"; `owner` says whose they are and may refuse.
struct UploadRoutes {
    std::string path;
    http::Access access;
    std::function<Result<base::Id>(const http::Request&)> owner;
    std::int64_t size_max = 512LL << 20;
};
void add_upload_routes(http::Router&, Service&, UploadRoutes);
void add_own_routes(http::Router&, Service&);  // drafts and views
void add_definition_routes(http::Router&, Service&);
void add_export_routes(http::Router&, Service&);
void add_event_routes(http::Router&, Service&);

// A list with its filters as a file; the same for the route and the command line.
struct Export {
    std::string record;
    http::Pairs query;           // as in the list's address
    std::string format = "csv";  // or xlsx
};
Status write_list(Store&, const Export&, const Context&, const std::string& path);

// Shared by the handlers.
Context context_of(const http::Request&);
Result<base::Id> id_of(const http::Request&, std::string_view name = "id");  // RECORD_UNKNOWN
Result<std::int64_t> version_of(const http::Request&);                       // If-Match; IF_MATCH_MISSING
// The answer to a failed save: problem details, with `current` or `existing` where there is one.
http::Response save_problem(Service&, const http::Request&, std::string_view record, std::optional<base::Id>, const Error&);
json::array faults_json(Service&, const http::Request&, const std::vector<base::Fault>&);

// OpenAPI 3.1 of every call, with the schemas of the release's records.
json::object openapi(const definitions::Release&);

}  // namespace records
