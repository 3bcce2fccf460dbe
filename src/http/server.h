#pragma once

// The HTTP server: one or two I/O threads read and write, a pool of workers runs the handlers
// (they may wait for the database). Limits on everything: header 16 KiB, body per route, time to
// send a request 30 s, idle connection 60 s, connections 10,000, queue of waiting requests.
// Speaks HTTP/1.1 with keep-alive and pipelining one at a time, optional TLS, gzip and brotli for
// static files from memory, range requests for files, server-sent events.

#include <chrono>
#include <memory>
#include <string>

#include "base/time.h"
#include "http/message.h"
#include "http/router.h"

namespace http {

struct ServerOptions {
    std::string address = "127.0.0.1";
    unsigned short port = 8080;  // 0: any free port
    unsigned workers = 64;       // threads that may wait for the database
    unsigned io_threads = 1;
    std::size_t connections_max = 10'000;
    std::size_t queue_max = 2'000;  // waiting requests; more get 503 OVERLOADED with Retry-After
    std::chrono::seconds request_timeout{30};
    std::chrono::seconds idle_timeout{60};
    std::chrono::seconds stop_timeout{10};
    std::string tls_certificate = {};  // PEM files; both or none
    std::string tls_key = {};
    std::string static_folder = {};    // built web UI, loaded into memory at start
};

class Server {
public:
    // PORT_TAKEN, TLS_FILES, STATIC_FOLDER in one line each.
    static Result<std::unique_ptr<Server>> open(ServerOptions, Router, Guard, Messages, const base::Clock&);
    virtual ~Server() = default;
    virtual unsigned short port() const = 0;
    virtual void run() = 0;   // until stop(); returns after the last answer or stop_timeout
    virtual void stop() = 0;  // from any thread or a signal handler's thread
    virtual json::object statistics() const = 0;  // connections, requests by status, queue length
};

}  // namespace http
