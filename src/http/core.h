#pragma once

// What all connections share, and how one request becomes one response.

#include <atomic>
#include <string>

#include "http/prepare.h"
#include "http/request_metrics.h"
#include "http/router.h"
#include "http/server.h"
#include "http/static_files.h"
#include "http/workers.h"

namespace http {

struct Core {
    Core(ServerOptions, Router, Guard, Messages, const base::Clock&);

    const ServerOptions options;
    const Router router;
    const Guard guard;
    const Messages messages;
    const base::Clock& clock;
    StaticFiles files;
    Workers workers;

    RequestMetrics request_metrics;

    std::atomic<std::size_t> connections = 0;
    std::atomic<std::size_t> streams = 0;
    std::atomic<std::size_t> body_bytes = 0; // promised by requests being received
    std::atomic<std::uint64_t> requests = 0;
    std::array<std::atomic<std::uint64_t>, 6> answers = {}; // by status / 100

    std::string next_request_id();

    // The answer to a request whose body is read. Runs in a worker; does not throw.
    Response answer(Request&, const Route&) const;
    // Counts the answer and logs what an operator should see.
    void finished(const Request&, const Route*, int status, std::chrono::steady_clock::duration);

private:
    const std::string id_prefix_ = new_id_prefix();
    std::atomic<std::uint64_t> id_count_ = 0;
    static std::string new_id_prefix();
};

} // namespace http
