// A full disk: writing is answered with 503 and says why, reading goes on, nothing that was acknowledged
// is lost and nothing that was refused is there, and once there is room the same process writes again.

#include <gmock/gmock.h>
#include <pwd.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <set>
#include <span>
#include <thread>

#include "demo/units.h"
#include "small_disk.h"
#include "storage/testing/cluster.h"
#include "support/made_region.h"

namespace {

using ::testing::HasSubstr;
using storage::testing::Cluster;
using storage::testing::Engine;
using Answer = base::Result<http::ClientResponse>;

const http::Pairs typed{{"content-type", "application/json"}};

void expect_full(const Answer& answer, const char* what)
{
    ASSERT_TRUE(answer.ok()) << what;
    EXPECT_EQ(answer->status, 503) << what << " " << answer->body;
    EXPECT_THAT(answer->header("content-type"), HasSubstr("application/problem+json")) << what;
    const auto problem = answer->json();
    ASSERT_TRUE(problem.ok()) << what << answer->body;
    EXPECT_EQ(problem->at("code").as_string(), "DISK_FULL") << what;
    EXPECT_EQ(problem->at("status").as_int64(), 503) << what;
    EXPECT_FALSE(problem->at("title").as_string().empty()) << what;
}

class Ledger {
public:
    void note(bool acknowledged, const std::string& code)
    {
        const std::lock_guard lock{mutex_};
        (acknowledged ? acknowledged_ : refused_).insert(code);
    }
    const std::set<std::string>& acknowledged() const { return acknowledged_; }
    const std::set<std::string>& refused() const { return refused_; }

private:
    std::mutex mutex_;
    std::set<std::string> acknowledged_, refused_;
};

// Creates units until the disk is full, then tries a few times more.
void write_until_full(http::Client& client, const demo::District& district, Ledger& ledger)
{
    demo::UnitMaker maker{std::hash<std::string_view>{}(district.login), base::Date::of(2026, 11, 20)};
    for (int made = 0, refused = 0; made < 20'000 && refused < 5; ++made) {
        json::object body = maker.make(district);
        body["business_address"] = std::string{body.at("business_address").as_string()} + "之" + std::to_string(made);
        body["remark"] = std::string(900, 'x');
        const Answer answer = client.send(http::Method::Post, "/api/records/unit", json::serialize(body), typed);
        ASSERT_TRUE(answer.ok());
        const bool acknowledged = answer->status == 201;
        if (!acknowledged) {
            expect_full(answer, "creating");
            ++refused;
        }
        ledger.note(acknowledged, std::string{body.at("uscc").as_string()});
    }
}

std::set<std::string> present(http::Client& client)
{
    std::set<std::string> codes;
    std::string after;
    do {
        const Answer page = client.send(http::Method::Get, "/api/records/unit?limit=500&order=number&columns=number,uscc" + after);
        EXPECT_TRUE(page.ok() && page->status == 200) << page->body;
        const json::value body = *page->json();
        for (const json::value& item : body.at("items").as_array())
            EXPECT_TRUE(codes.insert(std::string{item.at("uscc").as_string()}).second) << "twice";
        after = body.at("next").is_null() ? "" : "&after=" + std::string{body.at("next").as_string()};
    } while (!after.empty());
    return codes;
}

class FullDisk : public ::testing::Test {
protected:
    // The disk holds the data folder, or what the caller has put on it.
    void prove(const support::MadeRegion& region, disk::SmallDisk& disk)
    {
        auto server = region.serve();
        ASSERT_TRUE(server.ok()) << server.error().detail;
        auto reader = server->client();
        ASSERT_TRUE(support::sign_in(reader, "clerk.beijing", support::MadeRegion::password).ok());
        // Everybody is in before the disk is small: signing in writes as well.
        std::vector<http::Client> clients;
        for (const demo::District& district : districts) {
            clients.push_back(server->client());
            ASSERT_TRUE(support::sign_in(clients.back(), "clerk." + std::string{district.login}, support::MadeRegion::password).ok());
        }
        Ledger ledger;
        disk.shrink(16 << 20, server->pid());
        std::vector<std::thread> writers;
        for (std::size_t number = 0; number < districts.size(); ++number)
            writers.emplace_back([&, number] { write_until_full(clients[number], districts[number], ledger); });
        for (std::thread& writer : writers)
            writer.join();
        ASSERT_FALSE(HasFailure());
        ASSERT_GT(ledger.acknowledged().size(), 100u);

        EXPECT_EQ(present(reader), ledger.acknowledged()) << "reading while full";
        EXPECT_EQ(reader.send(http::Method::Get, "/readyz")->status, 200);
        while_full(reader, ledger);

        disk.grow(server->pid());
        json::object body = demo::UnitMaker{99, base::Date::of(2026, 11, 20)}.make(demo::districts()[0]);
        const Answer made = reader.send(http::Method::Post, "/api/records/unit", json::serialize(body), typed);
        ASSERT_TRUE(made.ok());
        EXPECT_EQ(made->status, 201) << "the same process writes again: " << made->body;
        ledger.note(true, std::string{body.at("uscc").as_string()});
        EXPECT_EQ(present(reader), ledger.acknowledged());

        server->kill_hard();
        auto again = region.serve();
        ASSERT_TRUE(again.ok()) << again.error().detail;
        auto later = again->client();
        ASSERT_TRUE(support::sign_in(later, "clerk.beijing", support::MadeRegion::password).ok());
        EXPECT_EQ(present(later), ledger.acknowledged()) << "after a crash";
        EXPECT_EQ(again->stop(), 0);
        const auto verified = region.run({"audit", "verify"});
        EXPECT_EQ(verified.exit_code, 0) << verified.output;
        std::printf("%zu acknowledged, %zu refused\n", ledger.acknowledged().size(), ledger.refused().size());
    }

    virtual void while_full(http::Client&, const Ledger&) {}

    const std::span<const demo::District> districts = demo::districts().first(4);
};

class FullDiskOnSqlite : public FullDisk {
protected:
    // Files share the disk with the database.
    void while_full(http::Client& reader, const Ledger& ledger) override
    {
        const Answer begun = reader.send(http::Method::Post, "/api/uploads",
            R"({"size": 8000000, "name": "photo.bin", "media_type": "application/octet-stream"})", typed);
        ASSERT_TRUE(begun.ok());
        if (begun->status == 201) {  // a page was left for this row
            const std::string target = "/api/uploads/" + std::string{begun->json()->at("upload").as_string()} + "?offset=0";
            expect_full(reader.send(http::Method::Patch, target, std::string(8'000'000, 'x'),
                {{"content-type", "application/octet-stream"}}), "uploading");
        } else {
            expect_full(begun, "beginning an upload");
        }
        const Answer list = reader.send(http::Method::Get, "/api/records/unit/export?format=csv");
        ASSERT_TRUE(list.ok());
        if (list->status != 200)
            return expect_full(list, "exporting");
        const auto lines = static_cast<std::size_t>(std::count(list->body.begin(), list->body.end(), '\n'));
        EXPECT_EQ(lines, ledger.acknowledged().size() + 1) << "an export is whole or refused";
    }
};

TEST_F(FullDiskOnSqlite, RefusesWritesLosesNothingAndRecovers)
{
    const support::MadeRegion region{Engine::SqliteFile};
    disk::SmallDisk disk{region.data()};
    const auto made = region.make();
    ASSERT_EQ(made.exit_code, 0) << made.output;
    prove(region, disk);
}

// The tables lie on the small disk, the log of the database server does not: without its log no server goes on.
TEST_F(FullDisk, OfPostgresRefusesWritesLosesNothingAndRecovers)
{
    const support::TemporaryFolder folder;
    disk::SmallDisk disk{folder.path() / "tables"};
    if (!disk.mounted()) {
        std::puts("skip: a full disk under PostgreSQL needs the right to mount a memory file system");
        GTEST_SKIP();
    }
    std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
    if (const passwd* user = ::getpwnam("postgres"); user && ::geteuid() == 0) {
        ASSERT_EQ(::chown(disk.folder().c_str(), user->pw_uid, user->pw_gid), 0);
    }
    const support::MadeRegion region{Engine::Postgres};
    const std::string name = region.database().substr(region.database().rfind('/') + 1);
    Cluster::shared().run_as_superuser("CREATE TABLESPACE small LOCATION '" + disk.folder().string() + "'");
    Cluster::shared().run_as_superuser("ALTER DATABASE " + name + " SET TABLESPACE small");
    const auto made = region.make();
    ASSERT_EQ(made.exit_code, 0) << made.output;
    prove(region, disk);
}

}  // namespace
