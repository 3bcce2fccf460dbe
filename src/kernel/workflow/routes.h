#pragma once

// The HTTP calls of docs/api.md "Actions and tasks". Thin: read the request, ask the engine, answer.

#include "kernel/records/routes.h"
#include "kernel/workflow/engine.h"

namespace workflow {

struct Service {
    Engine& engine;
    records::Service& records;
};

// The service must outlive the router's server.
void add_routes(http::Router&, Service&);

// The states and actions as a picture: layers from the first state on, an arrow per way.
std::string diagram(const definitions::Workflow&, const std::string& language);

}  // namespace workflow
