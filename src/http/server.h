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

class Metrics;

struct ServerOptions {
    std::string address = "127.0.0.1";
    unsigned short port = 8080; // 0: any free port
    unsigned workers = 64;      // threads that may wait for the database
    unsigned io_threads = 1;
    std::size_t connections_max = 10'000;
    std::size_t queue_max = 2'000; // waiting requests; more get 503 OVERLOADED with Retry-After
    std::size_t body_memory_max = std::size_t{512} << 20; // bodies being received, all together
    std::chrono::milliseconds request_timeout{30'000};    // plus the time 16 KiB/s takes for the body
    std::chrono::milliseconds idle_timeout{60'000};
    std::chrono::milliseconds stop_timeout{10'000};
    std::chrono::milliseconds heartbeat{15'000}; // of event streams, so that proxies keep them open
    std::string tls_certificate = {};            // PEM files; both or none
    std::string tls_key = {};
    std::string static_folder = {};        // built web UI, loaded into memory at start
    bool insecure = false;                 // allows plain HTTP on an address that others can reach
    std::shared_ptr<Metrics> metrics = {}; // gets requests by route, method and status, and their duration
};

class Server {
public:
    // PORT_TAKEN, TLS_FILES, STATIC_FOLDER, ADDRESS_INVALID, ADDRESS_INSECURE in one line each.
    static Result<std::unique_ptr<Server>> open(ServerOptions, Router, Guard, Messages, const base::Clock&);
    virtual ~Server() = default;
    virtual unsigned short port() const = 0;
    virtual void run() = 0;  // until stop(); returns after the last answer or stop_timeout
    virtual void stop() = 0; // from any thread or a signal handler's thread
    // Reads certificate and key again for new connections; TLS_FILES leaves the old ones in use.
    virtual Status reload_tls() = 0;
    // Handlers at work. After run() came back because of stop_timeout, the destructor would wait
    // for these; a program that must end now leaves with _exit instead.
    virtual unsigned running() const = 0;
    virtual json::object statistics() const = 0; // connections, requests by status, queue length
};

} // namespace http
