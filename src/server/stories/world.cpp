#include "server/stories/world.h"

#include "base/crypto.h"
#include "kernel/identity/grants.h"
#include "kernel/identity/organisations.h"
#include "kernel/identity/users.h"

namespace stories {

namespace {

constexpr const char* story_password = "Story-Runner-2026";

struct Place {
    const char* name;
    const char* region;
};
constexpr Place districts[] = {{"dongcheng_authority", "110101"}, {"xicheng_authority", "110102"},
    {"chaoyang_authority", "110105"}, {"fengtai_authority", "110106"}, {"haidian_authority", "110108"}};

// The test calendar of the domain page, section 0.3.
Status fill(base::WorkCalendar& calendar)
{
    const auto day = [](unsigned month, unsigned number, bool workday) {
        return base::CalendarDay{base::Date::of(2026, month, number), workday, {}};
    };
    std::vector<base::CalendarDay> days{day(9, 25, false), day(9, 20, true), day(10, 10, true)};
    for (unsigned number = 1; number <= 7; ++number)
        days.push_back(day(10, number, false));
    TRY(calendar.set_year(2026, std::move(days), "test calendar"));
    TRY(calendar.set_year(2025, {}, "test calendar"));
    return calendar.set_year(2027, {}, "test calendar");
}

// A PostgreSQL database given for stories loses everything it holds.
Status empty(const std::string& url)
{
    TRY_ASSIGN(const auto database, storage::open_postgres({.url = url, .connections = 2}));
    return database->migrate([](storage::Transaction& transaction) -> Status {
        TRY(transaction.execute("DROP SCHEMA public CASCADE"));
        TRY(transaction.execute("CREATE SCHEMA public"));
        return {};
    });
}

}  // namespace

Result<std::unique_ptr<World>> World::open(const WorldOptions& options)
{
    std::unique_ptr<World> world{new World};
    TRY(world->found(options));
    return world;
}

World::~World()
{
    clients_.clear();
    service_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Status World::found(const WorldOptions& options)
{
    clock_.set(*base::Timestamp::parse("2026-09-28T09:00:00+08:00"));
    folder_ = std::filesystem::temp_directory_path() / ("weijian-story-" + base::crypto::hex(base::crypto::random_bytes(8)));
    std::filesystem::create_directories(folder_);
    if (!options.database.empty())
        TRY(empty(options.database));
    server::Config config = server::default_config(folder_ / "data", options.database);
    config.port = 0;
    TRY_ASSIGN(auto installation, server::create_installation(config, clock_, options.release));
    auto calendar = std::make_shared<base::WorkCalendar>();
    TRY(fill(*calendar));
    installation.calendar = calendar;

    const identity::Cause cause{clock_.now()};
    identity::AccountPolicy policy = identity::policy_profile("mlps3");
    policy.second_factor_enforced = false;
    policy.password_max_age_days = 0;
    policy.sessions_max = 10;
    TRY(installation.database->write([&](storage::Transaction& transaction) -> Status {
        TRY(identity::store_policy(transaction, policy, 0, cause));
        TRY_ASSIGN(const auto root, identity::create_organisation(transaction, *installation.ids,
            {.code = "beijing_authority", .name = "beijing_authority", .kind = "20", .region = "110000"}, cause));
        organisations_["beijing_authority"] = root.id;
        for (const Place& place : districts) {
            TRY_ASSIGN(const auto district, identity::create_organisation(transaction, *installation.ids,
                {.code = place.name, .name = place.name, .kind = "20", .region = place.region, .parent = root.id}, cause));
            organisations_[place.name] = district.id;
        }
        return {};
    }));
    server::ServiceOptions service_options;
    service_options.workers = 4;
    TRY_ASSIGN(service_, server::Service::open(std::move(installation), service_options));
    service_->start();
    return {};
}

const definitions::Release& World::release() const { return *service_->installation().release; }
storage::Database& World::database() { return *service_->installation().database; }
const base::WorkCalendar& World::calendar() const { return *service_->installation().calendar; }
Status World::run_due_jobs() { return service_->run_due(); }

std::optional<base::Id> World::organisation(const std::string& name) const
{
    const auto found = organisations_.find(name);
    return found == organisations_.end() ? std::nullopt : std::optional<base::Id>{found->second};
}

Result<std::string> World::make_user(const std::string& role, const std::string& organisation)
{
    const auto place = this->organisation(organisation);
    if (!place)
        return Error{Kind::NotFound, "STORY_ORGANISATION", {organisation}};
    const std::string role_name = role.substr(0, role.find('/'));
    std::string login = role + "." + organisation;
    std::replace(login.begin(), login.end(), '/', '.');

    identity::Identity& identity = service_->identity();
    TRY_ASSIGN(const std::string hash, identity::hash_password(identity, story_password));
    const identity::Cause cause{clock_.now()};
    TRY(identity.write([&](storage::Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto user, identity::create_user(transaction, identity.ids(), identity.cipher(),
            {.login_name = login, .display_name = display_name(role), .organisation = *place, .password_hash = hash}, cause));
        TRY(identity::grant(transaction, identity.ids(), identity.policy(), user,
            {.role = role_name, .scope = identity::Scope::Subtree}, cause));
        return {};
    }));
    return login;
}

Result<http::Client*> World::as(const std::string& role, const std::string& organisation)
{
    const std::string who = role + " of " + organisation;
    if (const auto client = clients_.find(who); client != clients_.end())
        return client->second.get();
    if (!logins_.contains(who)) {
        TRY_ASSIGN(logins_[who], make_user(role, organisation));
    }
    auto client = std::make_unique<http::Client>("127.0.0.1", service_->port());
    const json::object body{{"login_name", logins_[who]}, {"password", story_password}};
    TRY_ASSIGN(const auto answer, client->send(http::Method::Post, "/api/session", json::serialize(body),
        {{"content-type", "application/json"}}));
    if (answer.status != 200)
        return Error{Kind::Unauthenticated, "STORY_SIGN_IN", {}, {}, {}, answer.body};
    TRY_ASSIGN(const json::value session, answer.json());
    client->set_header("x-csrf-token", std::string{session.as_object().at("csrf").as_string()});
    client->set_header("accept-language", "zh");
    http::Client* signed_in = client.get();
    clients_[who] = std::move(client);
    return signed_in;
}

}  // namespace stories
