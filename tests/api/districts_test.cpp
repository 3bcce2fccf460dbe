// G2: a district's people see nothing of another district's units, by whatever door they try. The
// municipal agency tries the same doors and sees the unit, so none of them is simply shut.

#include <gmock/gmock.h>

#include <fstream>

#include "demo/units.h"
#include "kernel/sheets/reader.h"
#include "support/event_listener.h"
#include "support/made_region.h"

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Answer = base::Result<http::ClientResponse>;

const demo::District& district(std::string_view login)
{
    const auto& all = demo::districts();
    return *std::find_if(all.begin(), all.end(), [&](const demo::District& each) { return each.login == login; });
}

const http::Pairs typed{{"content-type", "application/json"}};
const http::Pairs first_version{{"content-type", "application/json"}, {"if-match", "\"1\""}};

class Districts : public support::OnBothDatabases {
protected:
    void SetUp() override
    {
        const auto made = region().make();
        ASSERT_EQ(made.exit_code, 0) << made.output;
        auto server = region().serve();
        ASSERT_TRUE(server.ok()) << server.error().detail;
        server_.emplace(*std::move(server));
        unit_ = create("clerk.chaoyang", "chaoyang", "朝阳区独一无二大酒店");
        ASSERT_TRUE(unit_.contains("id"));
        id_ = unit_.at("id").as_string();
        for (const char* name : {"number", "unit_name", "uscc", "business_address"})
            secrets_.emplace_back(unit_.at(name).as_string());
    }

    http::Client as(const std::string& login) const
    {
        auto client = server_->client();
        EXPECT_TRUE(support::sign_in(client, login, support::MadeRegion::password).ok()) << login;
        return client;
    }

    json::object create(const std::string& login, const std::string& place, const std::string& name)
    {
        json::object body = maker_.make(district(place));
        body["unit_name"] = name;
        auto client = as(login);
        const auto answer = client.send(http::Method::Post, "/api/records/unit", json::serialize(body), typed);
        EXPECT_TRUE(answer.ok() && answer->status == 201) << answer->body;
        return answer.ok() && answer->status == 201 ? answer->json()->as_object() : json::object{};
    }

    std::string text(const char* name) const { return std::string{unit_.at(name).as_string()}; }

    void expect_nothing_of_it(const std::string& body, const std::string& door) const
    {
        for (const std::string& secret : secrets_)
            EXPECT_THAT(body, Not(HasSubstr(secret))) << door;
    }

    // Each list that would show the unit to somebody who may see it.
    std::vector<std::string> lists() const
    {
        return {"", "limit=500&count=exact", "q=独一无二", "number=eq." + text("number"), "uscc=eq." + text("uscc"), "unit_name=like.独一无二",
            "unit_name=prefix.朝阳区独", "region_code=prefix.110105", "order=-unit_name", "rule=unit_status%20%3D%3D%20%22OPEN%22"};
    }

    std::optional<support::ServerProcess> server_;
    demo::UnitMaker maker_{20260928, base::Date::of(2026, 11, 20)};
    json::object unit_;
    std::string id_;
    std::vector<std::string> secrets_;
};

TEST_P(Districts, CannotReachAForeignUnitByItsAddress)
{
    const std::string target = "/api/records/unit/" + id_;
    for (const char* login : {"clerk.haidian", "officer.haidian", "head.haidian", "director.haidian", "statistics.haidian"}) {
        auto client = as(login);
        for (const char* path : {"", "/history", "/related", "/files/photos/sha256:00"}) {
            const Answer answer = client.send(http::Method::Get, target + path);
            ASSERT_TRUE(answer.ok());
            EXPECT_EQ(answer->status, 404) << login << path << answer->body;
            expect_nothing_of_it(answer->body, path);
        }
    }
    auto head = as("head.haidian");  // may do all of these at home
    EXPECT_EQ(head.send(http::Method::Patch, target, R"({"unit_alias": "改"})", first_version)->status, 404);
    EXPECT_EQ(head.send(http::Method::Delete, target, R"({"reason": "重复登记"})", first_version)->status, 404);
    EXPECT_EQ(head.send(http::Method::Post, target + "/restore", "{}", typed)->status, 404);
    EXPECT_EQ(head.send(http::Method::Post, target + "/unmask", R"({"field": "principal_phone", "reason": "核实联系方式"})", typed)->status, 404);
    auto city = as("head.beijing");
    EXPECT_EQ(city.send(http::Method::Get, target)->json()->at("version").as_int64(), 1) << "nobody changed it";
}

TEST_P(Districts, CannotFindAForeignUnitInListsAndSearch)
{
    auto outsider = as("clerk.haidian"), city = as("clerk.beijing");
    for (const std::string& query : lists()) {
        const Answer seen = city.send(http::Method::Get, "/api/records/unit?" + query);
        ASSERT_TRUE(seen.ok() && seen->status == 200) << query << seen->body;
        EXPECT_THAT(seen->body, HasSubstr(text("number"))) << query << " shows it to the city";
        const Answer hidden = outsider.send(http::Method::Get, "/api/records/unit?" + query);
        ASSERT_TRUE(hidden.ok() && hidden->status == 200) << query << hidden->body;
        EXPECT_TRUE(hidden->json()->at("items").as_array().empty()) << query;
        expect_nothing_of_it(hidden->body, query);
        if (query.find("count") != std::string::npos) {
            EXPECT_EQ(hidden->json()->at("total").to_number<int>(), 0);
        }
    }
}

TEST_P(Districts, CannotExportAForeignUnit)
{
    auto outsider = as("clerk.haidian"), city = as("clerk.beijing");
    for (const std::string& query : lists()) {
        const std::string target = "/api/records/unit/export?format=csv&" + query;
        EXPECT_THAT(city.send(http::Method::Get, target)->body, HasSubstr(text("unit_name"))) << query;
        expect_nothing_of_it(outsider.send(http::Method::Get, target)->body, target);
    }
    for (auto [client, rows] : {std::pair{&outsider, 0}, {&city, 1}}) {
        const Answer book = client->send(http::Method::Get, "/api/records/unit/export?format=xlsx");
        ASSERT_TRUE(book.ok() && book->status == 200);
        const auto file = region().folder() / "export.xlsx";
        std::ofstream{file, std::ios::binary} << book->body;
        auto reader = sheets::open(file);
        ASSERT_TRUE(reader.ok());
        int found = 0;
        for (sheets::Row row; *(*reader)->next(row);)
            ++found;
        EXPECT_EQ(found, rows);
    }
}

// A key that is taken, a duplicate, a reference: none of them tells whose or what.
TEST_P(Districts, AreNotToldOfAForeignUnitWhileEntering)
{
    json::object twin = maker_.make(district("haidian"));
    for (const char* name : {"unit_name", "uscc", "subject_type", "business_address", "location"})
        twin[name] = unit_.at(name);
    auto clerk = as("clerk.haidian");
    const std::vector<std::string> unknown{text("number"), id_, std::string{unit_.at("legal_rep").as_string()}};
    for (const char* target : {"/api/records/unit/check", "/api/records/unit"}) {
        const Answer answer = clerk.send(http::Method::Post, target, json::serialize(twin), typed);
        ASSERT_TRUE(answer.ok());
        for (const std::string& value : unknown)
            EXPECT_THAT(answer->body, Not(HasSubstr(value))) << target;
    }
    auto officer = as("officer.haidian"), colleague = as("officer.chaoyang");
    const std::string change = R"({"unit": ")" + id_ + R"(", "status_after": "OPEN", "reason": "核对"})";
    const Answer refused = officer.send(http::Method::Post, "/api/records/unit_status_change", change, typed);
    EXPECT_EQ(refused->status, 422) << refused->body;
    expect_nothing_of_it(refused->body, "reference");
    const Answer faults = colleague.send(http::Method::Post, "/api/records/unit_status_change/check", change, typed);
    EXPECT_EQ(faults->status, 200) << faults->body;
    const Answer outside = officer.send(http::Method::Post, "/api/records/unit_status_change/check", change, typed);
    expect_nothing_of_it(outside->body, "filled from the reference");
}

TEST_P(Districts, DoNotHearOfAForeignUnitInTheEventStream)
{
    const auto listen = [&](const std::string& login, const std::string& behind = {}) {
        return std::make_unique<support::EventListener>(
            server_->port(), support::cookie_of(server_->port(), login, support::MadeRegion::password), behind);
    };
    const auto city = listen("officer.beijing"), outsider = listen("officer.haidian");
    ASSERT_TRUE(city->wait_for("200 OK"));
    ASSERT_TRUE(outsider->wait_for("200 OK"));

    auto clerk = as("clerk.chaoyang");
    const std::string target = "/api/records/unit/" + id_;
    ASSERT_EQ(clerk.send(http::Method::Patch, target, R"({"unit_alias": "新招牌"})", first_version)->status, 200);
    const std::string second{create("clerk.chaoyang", "chaoyang", "朝阳区另一家酒店").at("id").as_string()};
    const std::string own{create("clerk.haidian", "haidian", "海淀区一家酒店").at("id").as_string()};

    ASSERT_TRUE(city->wait_for(own));
    EXPECT_TRUE(city->wait_for(id_) && city->wait_for(second));
    ASSERT_TRUE(outsider->wait_for(own));
    EXPECT_THAT(outsider->heard(), Not(HasSubstr(id_)));
    EXPECT_THAT(outsider->heard(), Not(HasSubstr(second)));

    // Nor by asking for what was missed.
    const auto later = listen("officer.haidian", "0.0.0");
    ASSERT_TRUE(later->wait_for(own));
    EXPECT_THAT(later->heard(), Not(HasSubstr(id_)));
    EXPECT_THAT(later->heard(), Not(HasSubstr(second)));
}

// The neighbour's registry, imported by mistake, changes nothing in it.
TEST_P(Districts, CannotChangeAForeignUnitByAnImport)
{
    auto clerk = as("clerk.chaoyang");
    const auto file = region().folder() / "registry.csv";
    const Answer registry = clerk.send(http::Method::Get, "/api/records/unit/export?format=csv");
    ASSERT_TRUE(registry.ok() && registry->status == 200);
    std::string changed = registry->body;
    const std::string name = text("unit_name");
    changed.replace(changed.find(name), name.size(), "海淀改的名字");
    std::ofstream{file, std::ios::binary} << changed;
    const auto imported = region().run({"import", "unit", file.string(), "--as", "clerk.haidian", "--json"});
    EXPECT_NE(imported.exit_code, 0) << imported.output;
    EXPECT_THAT(imported.output, HasSubstr(R"("rejected":1)"));
    const Answer now = clerk.send(http::Method::Get, "/api/records/unit/" + id_);
    ASSERT_EQ(now->status, 200);
    EXPECT_EQ(now->json()->at("version").as_int64(), 1);
    EXPECT_EQ(now->json()->at("unit_name").as_string(), name);
    auto neighbour = as("clerk.haidian");
    EXPECT_TRUE(neighbour.send(http::Method::Get, "/api/records/unit")->json()->at("items").as_array().empty());
}

ON_BOTH_DATABASES(Districts);

}  // namespace
