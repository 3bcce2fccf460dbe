// G1, G4, G6: what was answered with success survives kill -9, a retry never doubles, and service is
// back within 5 s. Eight clients keep a ledger of what was acknowledged while the server is killed.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "demo/units.h"
#include "storage/testing/databases.h"
#include "support/server_process.h"

namespace {

using namespace std::chrono_literals;

constexpr const char* password = "Crash-Test-2026";

int rounds(int usual, int nightly) { return std::getenv("WEIJIAN_NIGHTLY") != nullptr ? nightly : usual; }

struct Ledger {
    std::mutex mutex;
    std::map<std::string, std::string> acknowledged;  // credit code -> id
};

struct Job {
    std::string key, body, uscc;
};

// Creates units until the server goes away; what it did not hear an answer to it sends again with
// the same key after the restart.
class Writer {
public:
    Writer(int number, Ledger& ledger) : ledger_(ledger), number_(number), maker_(static_cast<std::uint64_t>(number) + 77, base::Date::of(2026, 11, 20)) {}

    void run(unsigned short port, const std::atomic<bool>& stop)
    {
        http::Client client{"127.0.0.1", port};
        if (!support::sign_in(client, "clerk." + std::string{district().login}, password).ok())
            return;
        while (!stop) {
            if (!pending_)
                pending_ = next();
            const auto answer = client.send(http::Method::Post, "/api/records/unit", pending_->body,
                {{"content-type", "application/json"}, {"idempotency-key", pending_->key}});
            if (!answer.ok())
                return;
            if (answer->status == 201) {
                const std::string id{answer->json()->as_object().at("id").as_string()};
                const std::lock_guard lock{ledger_.mutex};
                ledger_.acknowledged[pending_->uscc] = id;
            } else if (answer->status != 503) {
                ADD_FAILURE() << answer->status << ": " << answer->body.substr(0, 500);
                return;
            }
            if (answer->status == 201)
                pending_.reset();
        }
    }

private:
    // Each writer works in a district of its own.
    const demo::District& district() const { return demo::districts()[static_cast<std::size_t>(number_)]; }

    Job next()
    {
        json::object body = maker_.make(district());
        // Writers must not meet by chance: the writer's number stands in the address.
        body["business_address"] = std::string{body.at("business_address").as_string()} + "之" + std::to_string(number_) + "-" + std::to_string(count_);
        return {"crash-" + std::to_string(number_) + "-" + std::to_string(count_++), json::serialize(body),
            std::string{body.at("uscc").as_string()}};
    }

    Ledger& ledger_;
    int number_;
    int count_ = 0;
    demo::UnitMaker maker_;
    std::optional<Job> pending_;
};

void expect_everything_once(support::ServerProcess& server, const Ledger& ledger)
{
    auto client = server.client();
    ASSERT_TRUE(support::sign_in(client, "clerk.beijing", password).ok());
    std::map<std::string, int> present;
    std::set<std::string> numbers;
    std::string after;
    do {
        const auto page = client.send(http::Method::Get, "/api/records/unit?limit=500&order=number&columns=number,uscc" + after);
        ASSERT_TRUE(page.ok());
        ASSERT_EQ(page->status, 200) << page->body;
        const json::value body = *page->json();
        for (const json::value& item : body.at("items").as_array()) {
            ++present[std::string{item.at("uscc").as_string()}];
            EXPECT_TRUE(numbers.insert(std::string{item.at("number").as_string()}).second) << "a number was given twice";
        }
        after = body.at("next").is_null() ? "" : "&after=" + std::string{body.at("next").as_string()};
    } while (!after.empty());
    for (const auto& [uscc, id] : ledger.acknowledged)
        EXPECT_EQ(present[uscc], 1) << "acknowledged as " << id;
    for (const auto& [uscc, count] : present)
        EXPECT_EQ(count, 1) << "doubled: " << uscc;
}

void kill_again_and_again(const std::vector<std::string>& database, int times)
{
    const support::TemporaryFolder folder;
    const auto data = folder.path() / "data";
    std::vector<std::string> arguments{"demo", "--data", data.string(), "--units", "0", "--password", password, "--quiet"};
    arguments.insert(arguments.end(), database.begin(), database.end());
    const auto made = support::run_weijian(arguments);
    ASSERT_EQ(made.exit_code, 0) << made.output;

    Ledger ledger;
    std::vector<std::unique_ptr<Writer>> writers;
    for (int number = 0; number < 8; ++number)
        writers.push_back(std::make_unique<Writer>(number, ledger));
    std::mt19937 random{20260928};
    for (int time = 0; time < times; ++time) {
        const auto started = std::chrono::steady_clock::now();
        auto server = support::ServerProcess::start(data);
        ASSERT_TRUE(server.ok()) << server.error().detail;
        EXPECT_LT(std::chrono::steady_clock::now() - started, 5s);
        std::atomic<bool> stop{false};
        std::vector<std::thread> threads;
        for (auto& writer : writers)
            threads.emplace_back([&] { writer->run(server->port(), stop); });
        std::this_thread::sleep_for(std::chrono::milliseconds{300 + random() % 900});
        server->kill_hard();
        stop = true;
        for (std::thread& thread : threads)
            thread.join();
    }
    auto server = support::ServerProcess::start(data);
    ASSERT_TRUE(server.ok()) << server.error().detail;
    ASSERT_GT(ledger.acknowledged.size(), static_cast<std::size_t>(times));
    expect_everything_once(*server, ledger);
    EXPECT_EQ(server->stop(), 0);
    const auto verified = support::run_weijian({"audit", "verify", "--data", data.string(), "--json"});
    EXPECT_EQ(verified.exit_code, 0) << verified.output;
    std::printf("%zu acknowledged writes survived %d kills\n", ledger.acknowledged.size(), times);
}

TEST(G1, AcknowledgedWritesSurviveKillOnSqlite)
{
    kill_again_and_again({}, rounds(10, 1000));
}

TEST(G1, AcknowledgedWritesSurviveKillOnPostgres)
{
    storage::testing::FreshDatabase database{storage::testing::Engine::Postgres};
    database.close();
    kill_again_and_again({"--database", database.where()}, rounds(3, 100));
}

}  // namespace
