// G1, G4: an import that is killed in the middle goes on by itself, and every row is there exactly once.

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

#include "demo/units.h"
#include "kernel/sheets/writer.h"
#include "storage/testing/databases.h"
#include "support/server_process.h"

namespace {

using namespace std::chrono_literals;
using http::Method;

constexpr const char* password = "Crash-Test-2026";
constexpr std::int64_t rows = 12'000;

std::string registry()
{
    std::string text = "单位名称,统一社会信用代码,法定代表人,负责人,注册地址,经营地址,行政区划代码,主体类别\n";
    demo::UnitMaker maker{77, base::Date::of(2026, 11, 20)};
    for (std::int64_t row = 0; row < rows; ++row) {
        json::object unit = maker.make(demo::districts()[2]);
        // Every tenth is a stall without a credit code: nothing but the transaction keeps it from coming twice.
        const bool stall = row % 10 == 0;
        std::vector<std::string> cells{std::string(unit.at("unit_name").as_string()) + std::to_string(row)};
        for (const char* name : {"uscc", "legal_rep", "principal", "reg_address", "business_address"})
            cells.emplace_back(stall && std::string_view(name) == "uscc" ? "" : std::string_view(unit.at(name).as_string()));
        cells.emplace_back("110105");
        cells.emplace_back(stall ? "UNLICENSED" : std::string_view(unit.at("subject_type").as_string()));
        sheets::append_csv_row(text, cells);
    }
    return text;
}

json::object answer_of(http::Client& client, Method method, const std::string& path, const json::object& body = {})
{
    const auto answer = client.send(method, path, method == Method::Get ? std::string{} : json::serialize(body), {{"content-type", "application/json"}});
    if (!answer.ok() || answer->status >= 400) {
        ADD_FAILURE() << path << ": " << (answer.ok() ? answer->body.substr(0, 500) : answer.error().detail);
        return {};
    }
    return answer->json()->as_object();
}

// The import when it reaches the state, or has dealt with so many rows.
json::object wait(http::Client& client, const std::string& path, std::string_view state, std::int64_t done = rows + 1)
{
    const auto until = std::chrono::steady_clock::now() + 120s;
    for (;;) {
        json::object import = answer_of(client, Method::Get, path);
        if (import.empty() || import.at("state").as_string() == state || import.at("done").to_number<std::int64_t>() >= done
            || std::chrono::steady_clock::now() > until)
            return import;
        std::this_thread::sleep_for(20ms);
    }
}

std::string begin(http::Client& client)
{
    const std::string file = registry();
    const json::object upload = answer_of(client, Method::Post, "/api/uploads",
        {{"size", file.size()}, {"name", "登记.csv"}, {"media_type", "text/csv"}});
    const auto sent = client.send(Method::Patch, "/api/uploads/" + std::string(upload.at("upload").as_string()) + "?offset=0", file);
    EXPECT_TRUE(sent.ok() && sent->status == 200);
    const json::object import = answer_of(client, Method::Post, "/api/imports",
        {{"record", "unit"}, {"hash", sent->json()->at("hash")}, {"name", "登记.csv"}, {"mode", "good_rows"}});
    const std::string path = "/api/imports/" + std::string(import.at("id").as_string());
    answer_of(client, Method::Put, path + "/mapping", {{"mapping", wait(client, path, "mapping").at("mapping")}});
    EXPECT_EQ(wait(client, path, "checked").at("rejected").to_number<int>(), 0);
    answer_of(client, Method::Post, path + "/actions/run");
    return path;
}

void kill_in_the_middle(const std::vector<std::string>& database, int times)
{
    const support::TemporaryFolder folder;
    const auto data = folder.path() / "data";
    std::vector<std::string> arguments{"demo", "--data", data.string(), "--units", "0", "--password", password, "--quiet"};
    arguments.insert(arguments.end(), database.begin(), database.end());
    const auto made = support::run_weijian(arguments);
    ASSERT_EQ(made.exit_code, 0) << made.output;

    std::string path;
    std::mt19937 random{20260928};
    for (int time = 0; time <= times; ++time) {
        auto server = support::ServerProcess::start(data);
        ASSERT_TRUE(server.ok()) << server.error().detail;
        auto client = server->client();
        ASSERT_TRUE(support::sign_in(client, "clerk.chaoyang", password).ok());
        if (path.empty())
            path = begin(client);
        if (time < times) {
            wait(client, path, "done", (time + 1) * rows / (times + 2));
            std::this_thread::sleep_for(std::chrono::milliseconds{random() % 40});
            server->kill_hard();
            continue;
        }
        const json::object import = wait(client, path, "done");
        EXPECT_EQ(import.at("state").as_string(), "done");
        EXPECT_EQ(import.at("created").to_number<std::int64_t>(), rows);
        EXPECT_EQ(import.at("unchanged").to_number<std::int64_t>(), 0);
        EXPECT_EQ(answer_of(client, Method::Get, "/api/records/unit?limit=1&count=exact").at("total").to_number<std::int64_t>(), rows);
        EXPECT_EQ(server->stop(), 0);
    }
    const auto verified = support::run_weijian({"audit", "verify", "--data", data.string(), "--json"});
    EXPECT_EQ(verified.exit_code, 0) << verified.output;
}

TEST(G4, AnImportKilledInTheMiddleBringsEveryRowOnceOnSqlite)
{
    kill_in_the_middle({}, 4);
}

TEST(G4, AnImportKilledInTheMiddleBringsEveryRowOnceOnPostgres)
{
    storage::testing::FreshDatabase database{storage::testing::Engine::Postgres};
    database.close();
    kill_in_the_middle({"--database", database.where()}, 1);  // each kill waits for the lease to run out
}

}  // namespace
