// G1, G2: running nodes follow a release and a key that another process puts in force, while clients
// write. No acknowledged write is lost, none is done by a plan that is no longer in force, and after
// a rotation every value stands under the new key.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "demo/units.h"
#include "storage/testing/databases.h"
#include "support/server_process.h"

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr const char* password = "Nodes-Test-2026";

std::string read_text(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write_text(const fs::path& file, const std::string& text)
{
    std::ofstream{file, std::ios::binary} << text;
}

void replace(std::string& text, const std::string& from, const std::string& to)
{
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
}

// The shipped systems, and a field of the unit that every record made by the new release carries.
fs::path next_release(const fs::path& folder)
{
    const fs::path systems = folder / "systems";
    fs::copy(fs::path{WEIJIAN_SOURCE_DIR} / "systems", systems, fs::copy_options::recursive);
    const fs::path file = systems / "units" / "records" / "unit.yaml";
    std::string text = read_text(file);
    replace(text, "fields:\n  unit_name:", "fields:\n  release_mark:\n    title: {zh: 版本标记, en: Release mark}\n"
        "    type: text\n    max: 20\n    read_only: true\n    default: second\n  unit_name:");
    write_text(file, text);
    return systems;
}

// Identity card numbers with valid check digits, born 1990-01-01 and later, of nobody.
std::string id_card(int number)
{
    std::string digits = std::to_string(number % 1000);
    digits = "110105199001" + std::to_string(11 + number / 1000 % 18) + std::string(3 - digits.size(), '0') + digits;
    constexpr int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; ++i)
        sum += (digits[static_cast<std::size_t>(i)] - '0') * weights[i];
    return digits + "10X98765432"[sum % 11];
}

class Region {
public:
    explicit Region(storage::testing::Engine engine) : database_(engine)
    {
        database_.close();
        const std::string where = engine == storage::testing::Engine::Postgres ? database_.where() : "";
        std::vector<std::string> arguments{"demo", "--units", "0", "--password", password, "--quiet"};
        if (!where.empty())
            arguments.insert(arguments.end(), {"--database", where});
        const auto made = run(arguments);
        EXPECT_EQ(made.exit_code, 0) << made.output;
        start(data());
        if (where.empty())
            return;
        // The second node: its own folder, the same database and keys.
        const fs::path second = folder_.path() / "second";
        fs::create_directories(second);
        std::string config = read_text(data() / "weijian.yaml");
        const auto seals = config.find("seals: ");
        config.replace(seals, config.find('\n', seals) - seals, "seals: \"" + (folder_.path() / "second.seals").string() + "\"");
        fs::create_directories(folder_.path() / "second.seals");
        write_text(second / "weijian.yaml", config);
        start(second);
    }

    fs::path data() const { return folder_.path() / "data"; }
    const fs::path& folder() const { return folder_.path(); }
    support::ServerProcess& node(std::size_t number) { return nodes_[number % nodes_.size()]; }
    std::size_t nodes() const { return nodes_.size(); }

    support::Outcome run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--data", data().string()});
        return support::run_weijian(arguments);
    }

    // The database itself, past the program.
    std::vector<storage::Row> query(const std::string& sql) const
    {
        const std::string where = database_.where().starts_with("postgres") ? database_.where() : (data() / "weijian.sqlite").string();
        const auto opened = storage::open(where);
        EXPECT_TRUE(opened.ok());
        auto rows = (*opened)->read([&](storage::Transaction& transaction) -> base::Result<std::vector<storage::Row>> {
            TRY(transaction.set_local("weijian.scope", "all||||"));
            return transaction.query(sql);
        });
        EXPECT_TRUE(rows.ok()) << rows.error().code << " " << rows.error().detail;
        return rows.ok() ? *std::move(rows) : std::vector<storage::Row>{};
    }

private:
    void start(const fs::path& data)
    {
        auto server = support::ServerProcess::start(data);
        EXPECT_TRUE(server.ok()) << server.error().detail;
        if (server.ok())
            nodes_.push_back(*std::move(server));
    }

    support::TemporaryFolder folder_;
    storage::testing::FreshDatabase database_;
    std::vector<support::ServerProcess> nodes_;
};

http::Client client_of(support::ServerProcess& node, const std::string& login)
{
    http::Client client = node.client();
    EXPECT_TRUE(support::sign_in(client, login, password).ok());
    return client;
}

// Four clients that write until they are told to stop and keep what was acknowledged.
class Writers {
public:
    explicit Writers(Region& region)
    {
        for (std::size_t number = 0; number < 4; ++number)
            threads_.emplace_back([this, &region, number] { run(region, number); });
    }
    ~Writers() { stop(); }

    void stop()
    {
        stopping_ = true;
        for (std::thread& thread : threads_)
            if (thread.joinable())
                thread.join();
    }
    std::size_t count() const
    {
        const std::lock_guard lock{mutex_};
        return acknowledged_.size();
    }
    // Goes on when so many more writes were acknowledged.
    void wait_for(std::size_t more) const
    {
        const std::size_t wanted = count() + more;
        for (int look = 0; look < 600 && count() < wanted; ++look)
            std::this_thread::sleep_for(50ms);
        EXPECT_GE(count(), wanted) << "writing has stopped";
    }
    const std::map<std::string, std::string>& acknowledged() const { return acknowledged_; }  // id -> card, after stop()
    int refused() const { return refused_; }

private:
    void run(Region& region, std::size_t number)
    {
        const auto& district = demo::districts()[number];
        demo::UnitMaker maker{number + 5, base::Date::of(2026, 11, 20)};
        http::Client client = client_of(region.node(number), "clerk." + std::string{district.login});
        for (int count = 0; !stopping_; ++count) {
            json::object body = maker.make(district);
            const std::string card = id_card(static_cast<int>(number) * 5000 + count);
            body["subject_type"] = "NATURAL";
            body["person_id_type"] = "ID_CARD";
            body["person_id_no"] = card;
            body["uscc"] = nullptr;
            body["business_address"] = "第" + std::to_string(number) + "街" + std::to_string(count) + "号";
            send(client, json::serialize(body), "nodes-" + std::to_string(number) + "-" + std::to_string(count), card);
        }
    }

    void send(http::Client& client, const std::string& body, const std::string& key, const std::string& card)
    {
        for (int attempt = 0; attempt < 200; ++attempt) {
            const auto answer = client.send(http::Method::Post, "/api/records/unit", body,
                {{"content-type", "application/json"}, {"idempotency-key", key}});
            if (!answer.ok() || (answer->status != 201 && answer->status != 503)) {
                ADD_FAILURE() << (answer.ok() ? answer->body.substr(0, 400) : answer.error().code);
                stopping_ = true;
                return;
            }
            if (answer->status == 201) {
                const std::lock_guard lock{mutex_};
                acknowledged_[std::string{answer->json()->as_object().at("id").as_string()}] = card;
                return;
            }
            ++refused_;
            std::this_thread::sleep_for(20ms);
        }
        ADD_FAILURE() << "refused for too long";
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::string> acknowledged_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> refused_{0};
    std::vector<std::thread> threads_;
};

template <class F>
std::chrono::milliseconds until(F condition)
{
    const auto start = std::chrono::steady_clock::now();
    while (!condition() && std::chrono::steady_clock::now() - start < 15s)
        std::this_thread::sleep_for(20ms);
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

std::string get(http::Client& client, const std::string& path)
{
    const auto answer = client.send(http::Method::Get, path);
    return answer.ok() && answer->status == 200 ? answer->body : "";
}

class Nodes : public ::testing::TestWithParam<storage::testing::Engine> {};

TEST_P(Nodes, TakeUpAReleaseWhileClientsWrite)
{
    Region region{GetParam()};
    ASSERT_EQ(region.nodes(), GetParam() == storage::testing::Engine::Postgres ? 2U : 1U);
    const fs::path systems = next_release(region.folder());
    std::vector<http::Client> readers;
    for (std::size_t number = 0; number < region.nodes(); ++number)
        readers.push_back(client_of(region.node(number), "clerk.beijing"));

    Writers writers{region};
    writers.wait_for(20);
    const auto applied = region.run({"apply", systems.string()});
    ASSERT_EQ(applied.exit_code, 0) << applied.output;
    for (http::Client& reader : readers) {
        const auto took = until([&] { return get(reader, "/api/definitions").find("release_mark") != std::string::npos; });
        std::printf("a node followed %lld ms after apply came back\n", static_cast<long long>(took.count()));
        EXPECT_LT(took, 5s);
        EXPECT_THAT(get(reader, "/api/openapi.json"), ::testing::HasSubstr("release_mark"));
        EXPECT_THAT(get(reader, "/api/records/unit?release_mark=eq.second&limit=1"), ::testing::HasSubstr("items"));
        EXPECT_EQ(get(reader, "/readyz"), "ready\n");
    }
    writers.wait_for(20);
    writers.stop();
    std::printf("%zu writes acknowledged, %d refused meanwhile\n", writers.acknowledged().size(), writers.refused());

    // What stands behind the release in the log was written by it, what stands before was not.
    const auto activated = region.query("SELECT min(seq) FROM change_log WHERE record = 'release'"
        " AND diff <> (SELECT diff FROM change_log WHERE record = 'release' ORDER BY seq LIMIT 1)");
    ASSERT_EQ(activated.size(), 1U);
    std::map<std::string, int> present;
    int before = 0, behind = 0;
    for (const auto& row : region.query("SELECT u.id, u.release_mark, c.seq FROM record_unit u JOIN change_log c"
                                        " ON c.record = 'unit' AND c.id = u.id AND c.action = 'create'")) {
        ++present[std::to_string(row.integer(0))];
        const bool new_plan = row.integer(2) > activated.front().integer(0);
        (new_plan ? behind : before) += 1;
        EXPECT_EQ(row.text(1), new_plan ? "second" : "") << "row " << row.integer(0) << " was written by a plan not in force";
    }
    EXPECT_GT(before, 0);
    EXPECT_GT(behind, 0);
    for (const auto& [id, card] : writers.acknowledged())
        EXPECT_EQ(present[id], 1) << "acknowledged and not there once: " << id;
}

TEST_P(Nodes, TakeUpANewKeyWhileClientsWrite)
{
    Region region{GetParam()};
    Writers writers{region};
    writers.wait_for(20);
    for (const char* domain : {"records", "index"}) {
        const auto rotated = region.run({"key", "rotate", "--domain", domain, "--json"});
        ASSERT_EQ(rotated.exit_code, 0) << rotated.output;
        writers.wait_for(5);
    }
    // Whoever is at it, the console or a node, comes to the end.
    const auto took = until([&] { return region.run({"key", "list", "--json"}).output.find("\"finished\":false") == std::string::npos; });
    EXPECT_LT(took, 12s);
    writers.wait_for(10);

    // Equality and uniqueness hold for rows from before and after, on every node.
    writers.stop();
    ASSERT_GT(writers.acknowledged().size(), 40U);
    std::vector<http::Client> readers;
    for (std::size_t number = 0; number < region.nodes(); ++number)
        readers.push_back(client_of(region.node(number), "clerk.beijing"));
    for (http::Client& reader : readers) {
        int asked = 0;
        for (const auto& [id, card] : writers.acknowledged()) {
            if (asked++ % 7 != 0)
                continue;
            EXPECT_THAT(get(reader, "/api/records/unit?limit=5&person_id_no=eq." + card), ::testing::HasSubstr(id));
        }
    }

    // No value stands under a former key, so it may go; but the history still has some.
    const std::string listed = region.run({"key", "list", "--json"}).output;
    const auto parsed = base::parse_json(listed.substr(std::min(listed.find('{'), listed.size())));  // behind warnings
    ASSERT_TRUE(parsed.ok()) << listed;
    const json::value& keys = *parsed;
    int retired = 0;
    for (const json::value& key : keys.at("keys").as_array()) {
        if (key.at("status").as_string() != "decrypt_only")
            continue;
        const std::string id = std::to_string(key.at("id").to_number<int>());
        const bool in_history = key.at("domain").as_string() == "records";
        if (in_history) {
            EXPECT_THAT(region.run({"key", "retire", id, "--json"}).output, ::testing::HasSubstr("KEY_IN_HISTORY"));
        }
        const auto gone = region.run({"key", "retire", id, "--forget-history", "--json"});
        EXPECT_EQ(gone.exit_code, 0) << gone.output;
        ++retired;
    }
    EXPECT_EQ(retired, 2);
    for (http::Client& reader : readers) {
        EXPECT_LT(until([&] { return get(reader, "/readyz") == "ready\n"; }), 5s);
        const auto& [id, card] = *writers.acknowledged().begin();
        EXPECT_THAT(get(reader, "/api/records/unit?limit=5&person_id_no=eq." + card), ::testing::HasSubstr(id));
        EXPECT_THAT(get(reader, "/api/records/unit/" + id), ::testing::HasSubstr(card.substr(0, 6) + "********" + card.substr(14)));
    }
}

TEST_P(Nodes, SignOutEverywhereAnAccountThatTheConsoleResets)
{
    Region region{GetParam()};
    http::Client client = client_of(region.node(region.nodes() - 1), "clerk.beijing");
    EXPECT_NE(get(client, "/api/definitions"), "");
    const auto reset = region.run({"user", "reset-password", "clerk.beijing", "--json"});
    ASSERT_EQ(reset.exit_code, 0) << reset.output;
    EXPECT_LT(until([&] { return get(client, "/api/definitions").empty(); }), 5s);
}

INSTANTIATE_TEST_SUITE_P(On, Nodes,
    ::testing::Values(storage::testing::Engine::SqliteFile, storage::testing::Engine::Postgres),
    [](const auto& instance) { return storage::testing::name_of(instance.param); });

}  // namespace
