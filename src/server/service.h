#pragma once

// The running service: routes of every module, the readers of the change log, the jobs, the server.
// `weijian serve`, the stories and the tests start the same thing.

#include <memory>
#include <string>
#include <thread>

#include "http/metrics.h"
#include "http/server.h"
#include "kernel/changes/readers.h"
#include "kernel/identity/identity.h"
#include "kernel/imports/engine.h"
#include "kernel/jobs/jobs.h"
#include "kernel/records/routes.h"
#include "server/following.h"
#include "server/rotating.h"

namespace server {

struct ServiceOptions {
    std::string address = {};            // empty: as configured
    int port = -1;                       // -1: as configured; 0: any free one
    unsigned workers = 64;
    bool second_factor_enforced = true;
};

class Service {
public:
    static Result<std::unique_ptr<Service>> open(Installation, const ServiceOptions&);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    Installation& installation() { return installation_; }
    identity::Identity& identity() { return *installation_.identity; }
    records::Store& records() { return *records_; }
    const http::Router& router() const { return router_; }
    unsigned short port() const { return server_->port(); }

    void start();  // in threads of its own
    void stop();   // readers, jobs, then the server after the last answer; at most its stop_timeout
    // Jobs that are due and readers that are behind, here and now.
    Status run_due();
    Status reload_tls() { return server_->reload_tls(); }

private:
    explicit Service(Installation installation) : installation_(std::move(installation)) {}
    Status wire(const ServiceOptions&);
    Status open_imports(const std::string& temporary_folder);
    void add_health_routes();
    void add_jobs();

    Installation installation_;
    std::shared_ptr<http::Metrics> metrics_;
    std::unique_ptr<records::Store> records_;
    std::unique_ptr<records::Events> events_;
    std::unique_ptr<records::Service> record_service_;
    std::unique_ptr<imports::Engine> imports_;
    std::unique_ptr<changes::Readers> readers_;
    std::unique_ptr<jobs::Scheduler> jobs_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
    bool started_ = false;
    std::unique_ptr<Following> following_;
    std::unique_ptr<Rotating> rotating_;
};

}  // namespace server
