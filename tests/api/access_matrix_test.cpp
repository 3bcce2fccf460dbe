// G2: every role with every scope against rows inside and outside it, over HTTP, compared with a small
// model that knows nothing of the program: who may do what is written out here a second time, and
// whether a row is in scope is worked out from plain facts.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "demo/units.h"
#include "kernel/identity/grants.h"
#include "kernel/identity/organisations.h"
#include "kernel/identity/users.h"
#include "server/service.h"
#include "support/server_process.h"

namespace {

using identity::Scope;

constexpr const char* password = "Matrix-Test-2026";

// Domain page 1.1 as systems/units grants it.
const std::map<std::string, std::set<std::string>> rights{
    {"officer", {"create", "read", "update", "export", "unmask"}},
    {"officer_lead", {"create", "read", "update", "export", "unmask"}},
    {"dept_head", {"create", "read", "update", "delete", "export", "unmask"}},
    {"legal", {"read"}},
    {"agency_head", {"read", "export"}},
    {"panel", {"read"}},
    {"hearing_host", {"read"}},
    {"clerk", {"create", "read", "update", "delete", "export", "import"}},
    {"complaint_desk", {"create", "read"}},
    {"lab", {"read"}},
    {"stat_admin", {"read", "export"}},
    {"counterpart", {}},
    {"public", {}},
};

// Routes about the kernel's own things: who is let in.
const std::map<std::string, std::set<std::string>> kernel_routes{
    {"/api/audit", {"audit_administrator"}},
    {"/api/roles", {"system_administrator", "security_administrator"}},
    {"/api/approvals", {"system_administrator", "security_administrator"}},
    {"/api/policies/account", {"security_administrator"}},
    {"/metrics", {"system_administrator"}},
    {"/api/organisations", {"system_administrator", "security_administrator", "*"}},
    {"/api/users", {"system_administrator", "security_administrator", "*"}},
    {"/api/session", {"system_administrator", "security_administrator", "audit_administrator", "*"}},
    {"/api/definitions", {"system_administrator", "security_administrator", "audit_administrator", "*"}},
    {"/api/account/sessions", {"system_administrator", "security_administrator", "audit_administrator", "*"}},
};

struct Place {
    std::string name, region, parent;
    base::Id id = 0;
};
struct Person {
    std::string login, role, place;
    Scope scope = Scope::Own;
    base::Id id = 0;
    bool administrator = false;
};
struct Row {
    std::string id, number, place, region;
    base::Id creator = 0;
};

class AccessMatrix : public ::testing::Test {
protected:
    void SetUp() override
    {
        auto installation = server::create_installation(server::default_config(folder_.path() / "data", {}), clock_);
        ASSERT_TRUE(installation.ok()) << installation.error().code << installation.error().detail;
        auto service = server::Service::open(*std::move(installation), {.port = 0, .workers = 4});
        ASSERT_TRUE(service.ok()) << service.error().code;
        service_ = *std::move(service);
        service_->start();
        const auto made = make_world();
        ASSERT_TRUE(made.ok()) << made.error().code << " " << made.error().detail;
    }

    base::Status make_world()
    {
        identity::Identity& identity = service_->identity();
        const identity::Cause cause{clock_.now()};
        TRY_ASSIGN(const std::string hash, identity::hash_password(identity, password));
        TRY(identity.write([&](storage::Transaction& transaction) -> base::Status {
            identity::AccountPolicy policy = identity::policy_profile("mlps3");
            policy.second_factor_enforced = false;
            TRY(identity::store_policy(transaction, policy, 0, cause));
            for (auto& [name, place] : places_) {
                const base::Id parent = place.parent.empty() ? 0 : places_.at(place.parent).id;
                TRY_ASSIGN(const auto made, identity::create_organisation(transaction, identity.ids(),
                    {.code = name, .name = name, .kind = "20", .region = place.region, .parent = parent}, cause));
                place.id = made.id;
            }
            for (Person& person : people_) {
                TRY_ASSIGN(person.id, identity::create_user(transaction, identity.ids(), identity.cipher(),
                    {.login_name = person.login, .display_name = person.login, .organisation = places_.at(person.place).id,
                        .password_hash = hash}, cause));
                identity::NewGrant grant{.role = person.role, .scope = person.scope};
                if (person.scope == Scope::Listed)
                    grant.listed = {places_.at("c_haidian").id};
                if (person.scope == Scope::Region)
                    grant.regions = {places_.at(person.place).region};
                TRY(identity::grant(transaction, identity.ids(), identity.policy(), person.id, grant, cause));
            }
            return {};
        }));
        return make_rows();
    }

    // Units of each place, made by the clerks with the widest scope there and one by a clerk who sees only his own.
    base::Status make_rows()
    {
        demo::UnitMaker maker{4711, clock_.today()};
        for (const Person& person : people_) {
            if (person.role != "clerk" || (person.scope != Scope::Own && person.scope != Scope::Organisation))
                continue;
            http::Client client{"127.0.0.1", service_->port()};
            TRY(support::sign_in(client, person.login, password));
            const demo::District& district = demo::districts()[person.place == "c_haidian" ? 5 : 2];
            TRY_ASSIGN(const auto answer, client.send(http::Method::Post, "/api/records/unit", json::serialize(maker.make(district)),
                {{"content-type", "application/json"}}));
            if (answer.status != 201)
                return base::Error{base::Kind::Internal, "ROW", {}, {}, {}, answer.body};
            TRY_ASSIGN(const json::value body, answer.json());
            rows_.push_back({std::string{body.at("id").as_string()}, std::string{body.at("number").as_string()}, person.place,
                std::string{body.at("region").as_string()}, person.id});
        }
        return {};
    }

    // The model: is the row within the person's scope?
    bool admits(const Person& person, const Row& row) const
    {
        switch (person.scope) {
        case Scope::Own: return row.creator == person.id;
        case Scope::Organisation: return row.place == person.place;
        case Scope::Subtree: return row.place == person.place || places_.at(row.place).parent == person.place;
        case Scope::Region: return person.place == "a_city" ? row.region.starts_with("11") : row.region.starts_with(places_.at(person.place).region);
        case Scope::Listed: return row.place == "c_haidian";
        case Scope::All: return true;
        case Scope::Assigned: return false;
        }
        return false;
    }

    // 200 stands for "let in", whatever the call then says of its body. A row that a person may not read
    // is one that does not exist (404); 403 is only for who may know of it.
    int expected(const Person& person, const std::string& action, const Row* row) const
    {
        const auto granted = rights.find(person.role);
        const auto may = [&](const std::string& what) { return granted != rights.end() && granted->second.contains(what); };
        if (row != nullptr && !(may("read") && admits(person, *row)))
            return 404;
        return may(action) ? 200 : 403;
    }

    void expect(const Person& person, const std::string& what, int wanted, const base::Result<http::ClientResponse>& answer)
    {
        ++checks_;
        ASSERT_TRUE(answer.ok());
        const int seen = answer->status == 401 || answer->status == 403 || answer->status == 404 ? answer->status : 200;
        EXPECT_LT(answer->status, 500) << answer->body;
        EXPECT_EQ(seen, wanted) << person.login << " " << what << ": " << answer->status << " " << answer->body.substr(0, 300);
    }

    void check_row(http::Client& client, const Person& person, const Row& row)
    {
        const std::string target = "/api/records/unit/" + row.id;
        const http::Pairs typed{{"content-type", "application/json"}}, stale{{"content-type", "application/json"}, {"if-match", "\"999\""}};
        expect(person, "read", expected(person, "read", &row), client.send(http::Method::Get, target));
        expect(person, "history", expected(person, "read", &row), client.send(http::Method::Get, target + "/history"));
        expect(person, "related", expected(person, "read", &row), client.send(http::Method::Get, target + "/related"));
        expect(person, "update", expected(person, "update", &row),
            client.send(http::Method::Patch, target, R"({"unit_alias": "改"})", stale));
        expect(person, "delete", expected(person, "delete", &row),
            client.send(http::Method::Delete, target, R"({"reason": "重复登记"})", stale));
        expect(person, "unmask", expected(person, "unmask", &row),
            client.send(http::Method::Post, target + "/unmask", R"({"field": "principal_phone", "reason": "核实联系方式"})", typed));
        if (expected(person, "read", nullptr) != 200)
            return;
        const auto found = client.send(http::Method::Get, "/api/records/unit?number=eq." + row.number);
        ++checks_;
        ASSERT_TRUE(found.ok() && found->status == 200) << found->body;
        EXPECT_EQ(found->json()->at("items").as_array().size(), admits(person, row) ? 1u : 0u) << person.login << " finds " << row.place;
    }

    void check_lists(http::Client& client, const Person& person)
    {
        const http::Pairs typed{{"content-type", "application/json"}};
        std::size_t visible = 0;
        for (const Row& row : rows_)
            visible += admits(person, row) ? 1 : 0;
        const auto list = client.send(http::Method::Get, "/api/records/unit?limit=500&count=exact");
        expect(person, "list", expected(person, "read", nullptr), list);
        if (list->status == 200) {
            ++checks_;
            EXPECT_EQ(list->json()->at("items").as_array().size(), visible) << person.login;
            EXPECT_EQ(list->json()->at("total").to_number<std::size_t>(), visible) << person.login;
        }
        const auto file = client.send(http::Method::Get, "/api/records/unit/export?format=csv");
        expect(person, "export", expected(person, "export", nullptr), file);
        if (file->status == 200) {
            ++checks_;
            EXPECT_EQ(static_cast<std::size_t>(std::count(file->body.begin(), file->body.end(), '\n')), visible + 1) << person.login;
        }
        expect(person, "create", expected(person, "create", nullptr), client.send(http::Method::Post, "/api/records/unit", "{}", typed));
        for (const auto& [route, roles] : kernel_routes) {
            const bool allowed = roles.contains(person.role) || (roles.contains("*") && !person.administrator);
            expect(person, route, allowed ? 200 : 403, client.send(http::Method::Get, route));
        }
    }

    base::ManualClock clock_{*base::Timestamp::parse("2026-11-20T10:00:00+08:00")};
    support::TemporaryFolder folder_;
    std::unique_ptr<server::Service> service_;
    // Sorted so that the city comes before its districts.
    std::map<std::string, Place> places_{{"a_city", {"a_city", "110000", ""}}, {"b_chaoyang", {"b_chaoyang", "110105", "a_city"}},
        {"c_haidian", {"c_haidian", "110108", "a_city"}}};
    std::vector<Person> people_ = everybody();
    std::vector<Row> rows_;
    int checks_ = 0;

private:
    static std::vector<Person> everybody()
    {
        std::vector<Person> people;
        for (const char* place : {"a_city", "b_chaoyang", "c_haidian"})
            for (const auto& [role, actions] : rights)
                for (const Scope scope : {Scope::Own, Scope::Organisation, Scope::Subtree, Scope::Region, Scope::Listed, Scope::All})
                    people.push_back({role + "." + std::string{identity::name_of(scope)} + "." + place, role, place, scope});
        for (const char* role : {"system_administrator", "security_administrator", "audit_administrator"})
            people.push_back({std::string{"one."} + role, role, "a_city", Scope::All, 0, true});
        return people;
    }
};

TEST_F(AccessMatrix, AgreesWithTheModelOnEveryCell)
{
    ASSERT_EQ(rows_.size(), 6u);
    for (const Person& person : people_) {
        http::Client client{"127.0.0.1", service_->port()};
        const auto session = support::sign_in(client, person.login, password);
        ASSERT_TRUE(session.ok()) << person.login << session.error().detail;
        for (const Row& row : rows_)
            check_row(client, person, row);
        check_lists(client, person);
        if (HasFatalFailure())
            return;
    }
    EXPECT_GE(checks_, 10'000);
    std::printf("%d access checks over HTTP agree with the model\n", checks_);
}

TEST_F(AccessMatrix, NobodyGetsInWithoutASession)
{
    // What anyone may call, and nothing else.
    const std::set<std::string> open{"GET /healthz", "GET /readyz", "GET /api/setup", "POST /api/setup", "GET /api/session",
        "POST /api/session", "POST /api/session/second-factor",
        "GET /api/intake", "GET /api/intake/{intake}", "POST /api/intake/{intake}", "POST /api/intake-progress",
        "POST /api/intake/{intake}/uploads", "PATCH /api/intake/{intake}/uploads/{upload}", "GET /api/intake/{intake}/uploads/{upload}"};
    static const char* const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    http::Client client{"127.0.0.1", service_->port()};
    for (const http::Route& route : service_->router().routes()) {
        const std::string name = std::string{methods[static_cast<int>(route.method)]} + " " + route.pattern;
        EXPECT_EQ(route.access.level == http::Access::Level::Public, open.contains(name) && name != "GET /api/session") << name;
        if (open.contains(name))
            continue;
        std::string target = route.pattern;
        for (std::size_t at = target.find('{'); at != std::string::npos; at = target.find('{'))
            target.replace(at, target.find('}') - at + 1, "1");
        const auto answer = client.send(route.method, target, "{}", {{"content-type", "application/json"}});
        ASSERT_TRUE(answer.ok()) << name;
        EXPECT_EQ(answer->status, 401) << name << " " << answer->body.substr(0, 200);
    }
}

}  // namespace
