#include "server/service.h"

#include "base/log.h"
#include "engines/geo/geo.h"
#include "kernel/changes/seals.h"
#include "kernel/identity/holders.h"
#include "kernel/identity/users.h"
#include "kernel/records/routes.h"
#include "kernel/records/upkeep.h"

namespace server {

using namespace std::chrono_literals;
using base::Error;
using base::Kind;

Result<std::unique_ptr<Service>> Service::open(Installation installation, const ServiceOptions& options)
{
    std::unique_ptr<Service> service{new Service{std::move(installation)}};
    TRY(service->wire(options));
    return service;
}

Service::~Service()
{
    stop();
}

Status Service::wire(const ServiceOptions& options)
{
    Installation& parts = installation_;
    metrics_ = std::make_shared<http::Metrics>();
    TRY_ASSIGN(records_, make_store(parts));
    following_ = std::make_unique<Following>(parts, *records_);
    TRY(following_->begin());
    rotating_ = std::make_unique<Rotating>(parts, *records_);

    readers_ = std::make_unique<changes::Readers>(*parts.database, *parts.clock);
    TRY_ASSIGN(auto seals, changes::seal_reader(*parts.database, *parts.clock, {parts.seal_key(), parts.seal_copy()}));
    readers_->add(std::move(seals));
    readers_->add(records::path_reader(*records_));

    parts.identity->add_routes(router_);
    events_ = std::make_unique<records::Events>(*parts.database, *records_);
    const auto temporary = parts.config.data / "temporary";
    std::error_code ignored;
    std::filesystem::remove_all(temporary, ignored);  // what a crash left behind
    std::filesystem::create_directories(temporary, ignored);
    record_service_.reset(new records::Service{*records_, *parts.blobs, parts.messages, *events_, temporary.string()});
    records::add_routes(router_, *record_service_);
    open_workflow();
    TRY(open_imports());
    TRY_ASSIGN(intake_, intake::Desk::open(*record_service_));
    intake::add_routes(router_, *intake_);
    router_.get("/api/map/outline", http::session_access(), [](const http::Request&) -> Result<http::Response> {
        http::Response response = http::Response::text(std::string(geo::shipped_outlines()), "application/json");
        response.with("Cache-Control", "private, max-age=86400");
        return response;
    });
    add_health_routes();
    add_jobs();

    http::ServerOptions server_options;
    server_options.address = options.address.empty() ? parts.config.address : options.address;
    server_options.port = options.port < 0 ? parts.config.port : static_cast<unsigned short>(options.port);
    server_options.workers = options.workers;
    server_options.tls_certificate = parts.config.tls_certificate;
    server_options.tls_key = parts.config.tls_key;
    server_options.insecure = parts.config.insecure;
    server_options.metrics = metrics_;
    if (const auto web = share_folder() / "web" / "dist"; std::filesystem::exists(web))
        server_options.static_folder = web.string();
    TRY_ASSIGN(server_, http::Server::open(server_options, router_, parts.identity->guard(), parts.messages, *parts.clock));
    return {};
}

namespace {

// People as the accounts know them.
class Accounts final : public workflow::People {
public:
    explicit Accounts(identity::Identity& identity) : identity_(identity) {}
    Result<std::shared_ptr<const identity::Subject>> person(storage::Transaction& transaction, base::Id user, base::Timestamp now) override
    {
        TRY_ASSIGN(auto subject, identity::load_subject(transaction, user, identity_.policy(), identity_.account_policy(), now));
        return std::shared_ptr<const identity::Subject>{std::move(subject)};
    }
    Result<std::vector<base::Id>> holders(storage::Transaction& transaction, const std::string& role, base::Id organisation,
        base::Timestamp now) override
    {
        return identity::role_holders(transaction, role, organisation, now.date());
    }

private:
    identity::Identity& identity_;
};

}  // namespace

void Service::open_workflow()
{
    people_ = std::make_unique<Accounts>(*installation_.identity);
    workflow_ = std::make_unique<workflow::Engine>(workflow::Engine::Parts{*records_, *people_, {}, {}});
    records_->use_life(workflow_.get());
    workflow_service_.reset(new workflow::Service{*workflow_, *record_service_});
    workflow::add_routes(router_, *workflow_service_);
}

Status Service::open_imports()
{
    imports::Engine::Parts parts{.store = *records_, .blobs = *installation_.blobs, .messages = installation_.messages};
    parts.subject = [this](base::Id user) -> Result<std::shared_ptr<const identity::Subject>> {
        identity::Identity& identity = *installation_.identity;
        return installation_.database->read([&](storage::Transaction& transaction) -> Result<std::shared_ptr<const identity::Subject>> {
            TRY_ASSIGN(auto subject, identity::load_subject(transaction, user, identity.policy(), identity.account_policy(),
                installation_.clock->now()));
            return std::shared_ptr<const identity::Subject>{std::move(subject)};
        });
    };
    parts.notify = [this](base::Id user, const json::object& data) { events_->push_to_user(user, "import", data); };
    TRY_ASSIGN(imports_, imports::Engine::open(std::move(parts)));
    imports::add_routes(router_, *imports_);
    return {};
}

void Service::add_health_routes()
{
    router_.get("/healthz", http::public_access(),
        [](const http::Request&) -> Result<http::Response> { return http::Response::text("ok\n", "text/plain"); });
    router_.get("/readyz", http::public_access(), [this](const http::Request&) -> Result<http::Response> {
        TRY(following_->current());
        return http::Response::text("ready\n", "text/plain");
    });
    router_.get("/metrics", http::permission("settings.read"), [this](const http::Request&) -> Result<http::Response> {
        return http::Response::text(metrics_->text(), "text/plain; version=0.0.4");
    });
}

void Service::add_jobs()
{
    Installation& parts = installation_;
    jobs_ = std::make_unique<jobs::Scheduler>(*parts.database, *parts.clock);
    jobs_->add({"account-idle", {24h, 2h + 10min}, [this]() -> Result<std::string> {
        identity::Identity& identity = *installation_.identity;
        const int days = identity.account_policy().idle_freeze_days;
        const int wipe_days = identity.account_policy().leaver_wipe_days;
        std::int64_t wiped = 0;
        TRY_ASSIGN(const auto count, identity.write([&](storage::Transaction& transaction) -> Result<std::int64_t> {
            TRY_ASSIGN(wiped, identity::wipe_leavers(transaction, wipe_days, {installation_.clock->now()}));
            return identity::freeze_idle_users(transaction, days, {installation_.clock->now()});
        }));
        return std::to_string(count) + " accounts frozen or ended, data of " + std::to_string(wiped) + " who left wiped";
    }});
    jobs_->add({"records-upkeep", {24h, 3h + 20min}, [this]() -> Result<std::string> {
        TRY(records::forget_keys(*installation_.database, installation_.clock->now()));
        TRY_ASSIGN(const auto files, records::sweep_files(*records_, 7 * 24h));
        return std::to_string(files) + " files removed";
    }});
    jobs_->add({"workflow-clock", {1min, 0min}, [this]() -> Result<std::string> {
        TRY_ASSIGN(const auto count, workflow_->tick(installation_.clock->now()));
        return std::to_string(count) + " lights and terms";
    }});
    jobs_->add({"calendar-warning", {24h, 7h + 30min}, [this]() -> Result<std::string> {
        if (!installation_.calendar->next_year_missing(installation_.clock->today()))
            return std::string{"complete"};
        base::log::warning("the working calendar of next year is missing; enter it before deadlines reach it");
        return std::string{"next year is missing"};
    }});
}

void Service::start()
{
    started_ = true;
    following_->start();
    readers_->start();
    events_->start();
    imports_->start();
    jobs_->start();
    rotating_->start();
    thread_ = std::thread{[this] { server_->run(); }};
}

void Service::stop()
{
    if (!started_)
        return;
    started_ = false;
    server_->stop();
    thread_.join();
    imports_->stop();
    events_->stop();
    rotating_->stop();
    jobs_->stop();
    readers_->stop();
    following_->stop();
}

Status Service::run_due()
{
    TRY(following_->step());
    TRY(jobs_->run_due());
    return readers_->drain();
}

}  // namespace server
